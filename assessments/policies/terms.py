"""By what a learner's KSBs are judged: read once for an act, and handed to all that it does."""

from dataclasses import dataclass

from apprenticeships.models import Apprenticeship
from assessments.moves.carrying import Carried, carried
from assessments.policies.rules import Rules, rules_of


@dataclass(frozen=True)
class Terms:
    """The provider's rules for one learner's standard, and which statement of theirs counts for which today."""

    rules: Rules
    ways: Carried


def terms_of(apprenticeship: Apprenticeship) -> Terms:
    """The terms of an apprenticeship, which is locked where something is about to change. Two queries, or three."""
    return Terms(rules_of(apprenticeship), carried(apprenticeship))
