"""The words for reading what is submitted, judged and signed off: a module beside each module of models."""

from assessments.querysets.appeals import AppealQuerySet
from assessments.querysets.deciding import DecisionQuerySet
from assessments.querysets.findings import FindingQuerySet, ReopeningQuerySet
from assessments.querysets.moving import TransitionQuerySet
from assessments.querysets.sampling import PoolDecisionQuerySet, SampleQuerySet, SamplingPlanQuerySet
from assessments.querysets.signing_off import SignOffQuerySet
from assessments.querysets.submitting import SubmissionQuerySet, SubmittedClaimQuerySet

__all__ = [
    "AppealQuerySet",
    "DecisionQuerySet",
    "FindingQuerySet",
    "PoolDecisionQuerySet",
    "ReopeningQuerySet",
    "SampleQuerySet",
    "SamplingPlanQuerySet",
    "SignOffQuerySet",
    "SubmissionQuerySet",
    "SubmittedClaimQuerySet",
    "TransitionQuerySet",
]
