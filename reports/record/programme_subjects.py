"""The subjects of what is recorded of the programme: hours, sessions and registers."""

from collections.abc import Callable, Collection
from typing import Any

from accounts.seen_by import SeenBy
from apprenticeships.models import AuditScope, ProgrammeRules, PublishedHours
from apprenticeships.querysets import SIGHT
from core.actor import Actor
from core.links import path_to
from programme.models import (
    Attendance,
    HoursConfirmation,
    LearnerDocument,
    OffTheJobEntry,
    SupportNote,
    SupportPlan,
    SupportReader,
    TrainingSession,
)
from programme.names import name_of_signed
from reports.record.found import Finder, Found, Subject, keys

_hours_seen = SeenBy(
    lambda user, ids: (
        OffTheJobEntry.objects.visible_to(user)
        .filter(pk__in=ids)
        .values_list("pk", "apprenticeship__apprentice__name", "note", "apprenticeship")
    ),
    SIGHT,
)


def find_hours(ids: Collection[str], actor: Actor) -> Found:
    """Entries of off-the-job hours."""
    for pk, name, note, whose in _hours_seen(actor, ids=keys(ids)):
        yield pk, Subject(f"{name}: {note}", path_to("hours", whose))


_hour_confirmations_seen = SeenBy(
    lambda user, ids: (
        HoursConfirmation.objects.visible_to(user)
        .filter(pk__in=ids)
        .values_list("pk", "entry__apprenticeship__apprentice__name", "entry__note", "entry__apprenticeship")
    ),
    SIGHT,
)


def find_hour_confirmations(ids: Collection[str], actor: Actor) -> Found:
    """Confirmations of them."""
    for pk, name, note, whose in _hour_confirmations_seen(actor, ids=keys(ids)):
        yield pk, Subject(f"{name}: {note}", path_to("hours", whose))


def find_sessions(ids: Collection[str], actor: Actor) -> Found:
    """Training sessions."""
    seen = TrainingSession.objects.visible_to(actor).filter(pk__in=keys(ids))
    for pk, title in seen.values_list("pk", "title"):
        yield pk, Subject(title, path_to("session", pk))


_attendances_seen = SeenBy(
    lambda user, ids: (
        Attendance.objects.visible_to(user)
        .filter(pk__in=ids)
        .values_list("pk", "apprenticeship__apprentice__name", "session__title", "session")
    ),
    SIGHT,
)


def find_attendances(ids: Collection[str], actor: Actor) -> Found:
    """Who was at them."""
    for pk, name, title, whole in _attendances_seen(actor, ids=keys(ids)):
        yield pk, Subject(f"{name}: {title}", path_to("session", whole))


def finder_of_signed(model: Any, to_version: str = "") -> Callable[[Collection[str], Actor], Found]:
    """What finds versions that parties sign, and what belongs to one at the end of `to_version`."""

    of_version = [f"{to_version}{name}" for name in ("kind", "number", "content__shared__held_on", "pk")]
    seen = SeenBy(
        lambda user, ids: (
            model.objects.visible_to(user)
            .filter(pk__in=ids)
            .values_list("pk", "apprenticeship__apprentice__name", *of_version)
        ),
        SIGHT,
    )

    def find(ids: Collection[str], actor: Actor) -> Found:
        for pk, name, kind, number, held_on, version in seen(actor, ids=keys(ids)):
            yield pk, Subject(f"{name}: {name_of_signed(kind, number, held_on)}", path_to("signed-version", version))

    return find


def find_rules(ids: Collection[str], _actor: Actor) -> Found:
    """Rules of a funding year, which are nobody's own."""
    for rules in ProgrammeRules.objects.filter(pk__in=keys(ids)):
        yield rules.pk, Subject(str(rules))


def find_published_hours(ids: Collection[str], _actor: Actor) -> Found:
    """Hours published for a version of a standard, which are nobody's own."""
    for hours in PublishedHours.objects.filter(pk__in=keys(ids)):
        yield hours.pk, Subject(str(hours))


def find_audit_scopes(ids: Collection[str], actor: Actor) -> Found:
    """What external auditors may see."""
    rows = AuditScope.objects.visible_to(actor).filter(pk__in=keys(ids))
    for pk, name, invitation in rows.values_list("pk", "invitation__name", "invitation"):
        yield pk, Subject(name, path_to("auditor", invitation))


def find_documents(ids: Collection[str], actor: Actor) -> Found:
    """Documents of learners' files."""
    rows = LearnerDocument.objects.visible_to(actor).filter(pk__in=keys(ids))
    for pk, name, title in rows.values_list("pk", "apprenticeship__apprentice__name", "title"):
        yield pk, Subject(f"{name}: {title}", path_to("document", pk))


def _support(model: type[SupportPlan | SupportNote | SupportReader]) -> Finder:
    """What finds rows about learning support, for those alone who read it."""

    def find(ids: Collection[str], actor: Actor) -> Found:
        rows = model.objects.visible_to(actor).filter(pk__in=keys(ids))
        for pk, name, whose in rows.values_list("pk", "apprenticeship__apprentice__name", "apprenticeship"):
            yield pk, Subject(name, path_to("learning-support", whose))

    return find


FINDERS: dict[str, Finder] = {
    "programme.learnerdocument": find_documents,
    "programme.supportnote": _support(SupportNote),
    "programme.supportplan": _support(SupportPlan),
    "programme.supportreader": _support(SupportReader),
}
