"""What is to be checked, what was found and which appeals are open, as plain values for lists."""

from collections.abc import Hashable
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Coalesce

from accounts.models import Role
from accounts.seen_by import SeenBy
from assessments.models import Appeal, Finding, Sample
from assessments.sampling import access
from core.actor import Actor
from core.prepared import Given, Rows

#: What nobody has checked, open actions, those whose day has passed, open appeals, and all that was found.
LISTS = ("waiting", "actions", "overdue", "appeals", "found")


def code_of_result(path: str = "") -> Case:
    """What the outcome is called that a sampled result is of: its code, or its title where the plan has no codes."""
    outcome = f"{path}result__outcome__"
    return Case(When(**{f"{outcome}code": ""}, then=F(f"{outcome}title")), default=F(f"{outcome}code"))


class _Sight:
    """As what somebody sees quality assurance: as one who oversees it, or as an assessor."""

    def ids(self, actor: Actor) -> Given:
        if not actor.organisation_id or not access.sees_quality(actor):
            return {}
        return {"overseen" if access.oversees_quality(actor) else "assessed": actor.organisation_id}

    def key(self, actor: Actor) -> Hashable:
        return ("roles", actor)

    def of(self, ids: Given) -> frozenset[str]:
        return frozenset(Role.IQA if name == "overseen" else Role.ASSESSOR for name in ids)


def _waiting(actor: Actor, is_assurer: bool) -> QuerySet[Any, Any]:
    rows = Sample.objects.visible_to(actor).waiting()
    if is_assurer:
        rows = rows.for_checking_by(actor)
    return rows.oldest_first().values_list(
        "pk",
        Coalesce("decision__claim__ksb__code", code_of_result()),
        "apprenticeship__apprentice__name",
        "assessor__name",
        "decision__outcome",
        "result__grade",
        Coalesce("decision__at", "result__at"),
    )


def _found(actor: Actor, which: str) -> QuerySet[Any, Any]:
    rows = Finding.objects.visible_to(actor).standing()
    if which == "found":
        rows = rows.with_action_state().order_by("-at", "-pk")
    else:
        rows = rows.open_actions().order_by("due_on", "pk")
    if which == "overdue":
        rows = rows.overdue()
    found: QuerySet[Any, Any] = rows
    return found.values_list(
        "sample",
        Coalesce("sample__decision__claim__ksb__code", code_of_result("sample__")),
        "sample__apprenticeship__apprentice__name",
        "sample__assessor__name",
        "action",
        "feedback",
        "owner__name",
        "result",
        "last_note",
        "due_on",
    )


def _appeals(actor: Actor) -> QuerySet[Any, Any]:
    rows = Appeal.objects.visible_to(actor).filter(provider=actor.organisation_id).open()
    return rows.oldest_first().values_list(
        "pk",
        Coalesce("decision__claim__ksb__code", "withdrawal__sign_off__ksb__code"),
        "apprenticeship__apprentice__name",
        "assessor__name",
        "at",
        "answer_by",
    )


_SIGHT = _Sight()
_waiting_seen, _found_seen, _appeals_seen = SeenBy(_waiting, _SIGHT), SeenBy(_found, _SIGHT), SeenBy(_appeals, _SIGHT)


#: Appeals are the apprentice's and the provider's.
_OF_AUDITORS = ("waiting", "actions", "overdue", "found")


def lists_of(actor: Actor) -> list[str]:
    """Which of these lists `actor` has: what is to be checked is for those who oversee quality."""
    if access.audits(actor) and not access.sees_quality(actor):
        return list(_OF_AUDITORS)
    return [which for which in LISTS if which != "waiting" or access.oversees_quality(actor)]


def rows_of(actor: Actor, which: str) -> Rows:
    """The rows of one list."""
    if access.audits(actor) and not access.sees_quality(actor):
        return _rows(_waiting(actor, is_assurer=False) if which == "waiting" else _found(actor, which))
    if which == "waiting":
        return _waiting_seen(actor, access.assures(actor))
    return _appeals_seen(actor) if which == "appeals" else _found_seen(actor, which)


def _rows(found: QuerySet[Any, Any]) -> Rows:
    """The rows of the few who come from outside, whose scope no kept statement has."""
    return Rows(lambda part: [(found.count(),)] if part.is_count else list(found[part.start : part.stop]))
