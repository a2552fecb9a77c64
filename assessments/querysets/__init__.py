"""The words for reading what is submitted, judged and signed off: a module beside each module of models."""

from assessments.querysets.deciding import DecisionQuerySet
from assessments.querysets.moving import TransitionQuerySet
from assessments.querysets.signing_off import SignOffQuerySet
from assessments.querysets.submitting import SubmissionQuerySet, SubmittedClaimQuerySet

__all__ = [
    "DecisionQuerySet",
    "SignOffQuerySet",
    "SubmissionQuerySet",
    "SubmittedClaimQuerySet",
    "TransitionQuerySet",
]
