"""How far a result has come, worked out from its rows."""

from typing import Any, Self

from django.db.models import Exists, OuterRef, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext_lazy as _

from assessments.models import Finding, OutcomeResult, Sample, SecondMark


def with_standing(results: QuerySet[OutcomeResult]) -> QuerySet[OutcomeResult, Any]:
    """Results with what their state follows from.

    That is `second_grade`, the grade of the newest second mark; `is_sent_back`, whether an action about the attempt is
    open, which stays so when the result is corrected; and `is_to_check`, whether a sample of the result waits.
    """
    newest = SecondMark.objects.unscoped().filter(result=OuterRef("pk")).order_by("-number")
    actions = Finding.objects.unscoped().open_actions()
    of_attempt = {f"sample__result__{name}": OuterRef(name) for name in ("apprenticeship", "outcome", "attempt")}
    waiting = Sample.objects.unscoped().waiting().filter(result=OuterRef("pk"))
    return results.annotate(
        second_grade=Subquery(newest.values("grade")[:1]),
        is_sent_back=Exists(actions.filter(**of_attempt)),
        is_to_check=Exists(waiting),
    )


class ResultState(TextChoices):
    """Where the result of one attempt at an outcome stands."""

    MARKED = "marked", _("Marked")
    DISAGREED = "disagreed", _("A second mark differs")
    STANDARDISED = "standardised", _("Standardised")
    SENT_BACK = "sent_back", _("Sent back by quality assurance")
    RELEASED = "released", _("Released")
    SUPERSEDED = "superseded", _("Corrected")

    @classmethod
    def of(cls, result: OutcomeResult) -> Self:
        """The state; it asks the database."""
        rows = with_standing(OutcomeResult.objects.unscoped().select_related("release", "superseded_by"))
        return cls.read(rows.get(pk=result.pk))

    @classmethod
    def read(cls, result: OutcomeResult) -> Self:
        """The state of a result that was read by `with_standing`."""
        given = vars(result)
        if hasattr(result, "superseded_by"):
            return cls.SUPERSEDED
        if given["is_sent_back"]:
            return cls.SENT_BACK
        if hasattr(result, "release"):
            return cls.RELEASED
        if given["second_grade"] is None:
            return cls.MARKED
        return cls.STANDARDISED if given["second_grade"] == result.grade else cls.DISAGREED


#: In these it can be sent back, which does not lose what it was before.
UNDER_WAY = (ResultState.MARKED, ResultState.DISAGREED, ResultState.STANDARDISED, ResultState.RELEASED)
