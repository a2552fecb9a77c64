"""Off-the-job hours: entering, correcting, removing, confirming and importing them. Nothing is overwritten."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import looks_after, require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ksbs
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from audit.chain import Happening
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from portfolios.models import Evidence
from programme import access
from programme.audit_actions import HOURS_CONFIRMED, HOURS_CORRECTED, HOURS_EXPORTED, HOURS_LOGGED, HOURS_REMOVED
from programme.learning_hours.durations import moment_of
from programme.learning_hours.entry_rules import SoFar, Words, problems_of
from programme.learning_hours.totals import settle
from programme.models import HoursConfirmation, OffTheJobEntry, TrainingSession
from programme.planning.plan import items_of, standing_plan
from programme.states import HoursState

#: Whoever looks after the apprentice confirms what they enter by entering it.
_NEW = [HoursState.ENTERED, HoursState.CONFIRMED]
_ENDS = {state: [HoursState.REPLACED] for state in _NEW}
LOG = Act("log_hours", access.can_log, {}, creates=_NEW)
IMPORT = Act("import_hours", access.can_import, {}, creates=_NEW)
CORRECT = Act("correct_hours", access.can_correct, _ENDS, creates=_NEW)
REMOVE = Act("remove_hours", access.can_correct, _ENDS)
CONFIRM = Act("confirm_hours", access.can_confirm, {HoursState.ENTERED: [HoursState.CONFIRMED]})


@transaction.atomic
def log_hours(apprenticeship_id: UUID, by: Actor, *, entry_id: UUID, words: Words) -> OffTheJobEntry:
    """Enter hours. What an assessor or trainer enters on behalf is confirmed by it.

    Args:
        entry_id: the form's one-use token: a second call with it returns what the first made.

    Raises:
        NotAllowed: `by` is neither the apprentice nor looks after them as assessor or trainer.
        OutOfTurn: the apprenticeship is past its gateway, over or withdrawn.
        Incomplete: for the field that is wrong, with the reason.
        TokenTaken: the id is of something else.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(LOG.who(by, apprenticeship), _("Only the apprentice, their assessor or their trainer can do this."))
    if made := OffTheJobEntry.objects.unscoped().filter(pk=entry_id).first():
        if made.apprenticeship_id != apprenticeship.pk:
            raise TokenTaken
        return made
    require_open(apprenticeship)
    _require_right(words, SoFar.of(apprenticeship))
    _require_its_own(apprenticeship, words)
    entry = OffTheJobEntry(pk=entry_id, **_columns(apprenticeship, by, words))
    _keep(entry, by)
    settle(apprenticeship)
    return entry


@transaction.atomic
def correct_hours(entry_id: UUID, by: Actor, *, correction_id: UUID, words: Words, reason: str) -> OffTheJobEntry:
    """Correct an entry by another, which says why. It is confirmed again, unless by who corrects it.

    Args:
        correction_id: the form's one-use token.

    Raises:
        NotAllowed: `by` may not correct it: the apprentice once it is confirmed, and whoever does not look after them.
        OutOfTurn: it was corrected or removed since; or the apprenticeship is closed.
        Incomplete: no reason, or as for `log_hours`; or nothing is different.
        TokenTaken: the id is of something else.
    """
    apprenticeship, entry = _locked(entry_id)
    _require_correcting(by, entry)
    if made := OffTheJobEntry.objects.unscoped().filter(pk=correction_id).first():
        if made.replaces_id != entry.pk:
            raise TokenTaken
        return made
    _require_standing(entry)
    require_open(apprenticeship)
    if words == Words.of(entry):
        raise Incomplete(_("Nothing is different. Change what was wrong."), field="minutes")
    _require_right(words, SoFar.of(apprenticeship, without=entry.pk))
    _require_its_own(apprenticeship, words)
    made = OffTheJobEntry(pk=correction_id, **_columns(apprenticeship, by, words))
    made.replaces, made.session, made.reason = entry, entry.session, _required(reason)
    _keep(made, by)
    settle(apprenticeship)
    return made


@transaction.atomic
def remove_hours(entry_id: UUID, by: Actor, *, reason: str) -> OffTheJobEntry:
    """Remove an entry, saying why: it stays in the history. Removing twice removes once.

    Raises:
        NotAllowed, OutOfTurn: as for `correct_hours`.
        Incomplete: no reason.
    """
    apprenticeship, entry = _locked(entry_id)
    _require_correcting(by, entry)
    if gone := OffTheJobEntry.objects.unscoped().filter(replaces=entry, is_removal=True).first():
        return gone
    _require_standing(entry)
    require_open(apprenticeship)
    made = removal_of(entry, by, _required(reason))
    settle(apprenticeship)
    return made


def removal_of(entry: OffTheJobEntry, by: Actor, reason: str) -> OffTheJobEntry:
    """Write that an entry is removed. The apprenticeship is locked, and the right was asked."""
    same = {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
    for name in ("id", "replaces_id", "is_removal", "reason", "by_id", "at"):
        same.pop(name)
    made = OffTheJobEntry.objects.create(
        **same, replaces=entry, is_removal=True, reason=reason, by_id=by.person, at=clock.now()
    )
    audit.record(
        HOURS_REMOVED, by, made, organisation=made.apprenticeship.provider, apprenticeship=made.apprenticeship_id
    )
    return made


@transaction.atomic
def confirm_hours(apprenticeship_id: UUID, by: Actor, entry_ids: Iterable[UUID]) -> int:
    """Confirm entries of one apprentice: all that are chosen, or none. One confirmed before is left as it is.

    Returns:
        how many are confirmed by it.

    Raises:
        NotAllowed: `by` neither delivered one of them nor looks after the apprentice, or is the apprentice.
        OutOfTurn: one was corrected or removed since.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    rows = OffTheJobEntry.objects.unscoped().filter(apprenticeship=apprenticeship, pk__in=set(entry_ids))
    entries = list(rows.select_related("confirmation", "replaced_by").order_by("happened_on", "pk"))
    for entry in entries:
        entry.apprenticeship = apprenticeship
        allowed = CONFIRM.who(by, entry)
        require(allowed, _("Whoever delivered the training confirms it, or the assessor or trainer."))
        _require_standing(entry)
    new = [
        HoursConfirmation(entry=entry, provider_id=entry.provider_id, by_id=by.person, at=clock.now())
        for entry in entries
        if CONFIRM.starts_from(HoursState.of(entry))
    ]
    confirm_all(new, by, apprenticeship)
    settle(apprenticeship)
    return len(new)


def confirm_all(new: list[HoursConfirmation], by: Actor, apprenticeship: Apprenticeship) -> None:
    """Write confirmations that are allowed, and record them."""
    HoursConfirmation.objects.bulk_create(new)
    whose = {"apprenticeship": apprenticeship.pk}
    audit.record_many(Happening(HOURS_CONFIRMED, by, one, apprenticeship.provider, whose) for one in new)


@transaction.atomic
def import_hours(apprenticeship_id: UUID, by: Actor, entries: Iterable[tuple[UUID, Words]]) -> int:
    """Bring in a log: all of its lines, or none. What an earlier import brought in is not brought in again.

    Args:
        entries: each line with the id that it has in every import of it (`hour_files.ids_of`).

    Returns:
        how many entries are new.

    Raises:
        NotAllowed: `by` may neither enter hours nor administers the provider.
        OutOfTurn: the apprenticeship is closed.
        Incomplete: a line breaks a rule, which the preview would have said.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        IMPORT.who(by, apprenticeship),
        _("Only the apprentice, their assessor or trainer, or an admin of the training provider can do this."),
    )
    require_open(apprenticeship)
    lines = list(entries)
    there = set(
        OffTheJobEntry.objects.unscoped().filter(pk__in=[pk for pk, _words in lines]).values_list("pk", flat=True)
    )
    so_far, new = SoFar.of(apprenticeship), []
    for pk, words in lines:
        if pk in there:
            continue
        _require_right(words, so_far)
        so_far.add(words)
        new.append(OffTheJobEntry(pk=pk, **_columns(apprenticeship, by, words)))
    OffTheJobEntry.objects.bulk_create(new)
    whose = {"apprenticeship": apprenticeship.pk}
    audit.record_many(Happening(HOURS_LOGGED, by, one, apprenticeship.provider, whose) for one in new)
    if looks_after(by, apprenticeship):
        at = clock.now()
        confirm_all(
            [HoursConfirmation(entry=one, provider_id=one.provider_id, by_id=by.person, at=at) for one in new],
            by,
            apprenticeship,
        )
    settle(apprenticeship)
    return len(new)


@transaction.atomic
def note_hours_export(apprenticeship_id: UUID, by: Actor, count: int) -> None:
    """Record that somebody took the entries of an apprentice as a file. The page has asked whether they see them.

    Args:
        count: how many entries are in it.
    """
    apprenticeship = Apprenticeship.objects.unscoped().select_related("provider").get(pk=apprenticeship_id)
    audit.record(HOURS_EXPORTED, by, apprenticeship, organisation=apprenticeship.provider, rows=count)


def entry_for(apprenticeship: Apprenticeship, by: Actor, words: Words, session: TrainingSession) -> OffTheJobEntry:
    """An unsaved entry for who was at a session."""
    return OffTheJobEntry(session=session, **_columns(apprenticeship, by, words))


def _columns(apprenticeship: Apprenticeship, by: Actor, words: Words) -> dict[str, object]:
    return {
        "apprenticeship": apprenticeship,
        "provider_id": apprenticeship.provider_id,
        "happened_on": words.happened_on,
        "starts_at": moment_of(words.happened_on, words.starts) if words.starts else None,
        "minutes": words.minutes,
        "kind": words.kind,
        "counts": words.counts,
        "note": words.note.strip(),
        "deliverer": words.deliverer.strip(),
        "delivered_by_id": words.delivered_by,
        "ksbs": [str(pk) for pk in words.ksbs],
        "evidence_id": words.evidence,
        "plan_item": words.plan_item,
        "by_id": by.person,
        "at": clock.now(),
    }


def _keep(entry: OffTheJobEntry, by: Actor) -> None:
    """Write a new entry, record it, and confirm it where whoever wrote it may."""
    entry.save(force_insert=True)
    apprenticeship = entry.apprenticeship
    whose = {"apprenticeship": apprenticeship.pk}
    action = HOURS_CORRECTED if entry.replaces_id else HOURS_LOGGED
    audit.record(action, by, entry, organisation=apprenticeship.provider, **whose)
    if looks_after(by, apprenticeship):
        made = HoursConfirmation(entry=entry, provider_id=entry.provider_id, by_id=by.person, at=clock.now())
        confirm_all([made], by, apprenticeship)


def _require_right(words: Words, so_far: SoFar) -> None:
    if found := problems_of(words, so_far):
        raise Incomplete(found[0].message, field=found[0].field)


def _require_its_own(apprenticeship: Apprenticeship, words: Words) -> None:
    """KSBs and evidence that an entry names are those of this apprenticeship."""
    if set(words.ksbs) - set(applicable_ksbs(apprenticeship).values_list("pk", flat=True)):
        raise Incomplete(_("Some of these KSBs are not in this standard."), field="ksbs")
    if words.evidence:
        own = Evidence.objects.unscoped().filter(pk=words.evidence, apprenticeship=apprenticeship)
        if not own.exists():
            raise Incomplete(_("This piece of evidence is not there any more."), field="evidence")
    if words.plan_item and str(words.plan_item) not in {item.id for item in items_of(standing_plan(apprenticeship.pk))}:
        raise Incomplete(_("This is not in the training plan any more."), field="plan_item")


def _locked(entry_id: UUID) -> tuple[Apprenticeship, OffTheJobEntry]:
    entry = OffTheJobEntry.objects.unscoped().get(pk=entry_id)
    apprenticeship = locked_apprenticeship(entry.apprenticeship_id)
    entry = OffTheJobEntry.objects.unscoped().select_related("confirmation", "replaced_by").get(pk=entry_id)
    entry.apprenticeship = apprenticeship
    return apprenticeship, entry


def _require_correcting(by: Actor, entry: OffTheJobEntry) -> None:
    is_own = entry.apprenticeship.apprentice_id == by.person_id
    require(
        CORRECT.who(by, entry),
        _("These hours are confirmed. Ask your assessor or trainer to correct them.")
        if is_own
        else _("Only the assessor, the trainer or an admin of the training provider can do this."),
    )


def _require_standing(entry: OffTheJobEntry) -> None:
    if not CORRECT.starts_from(HoursState.of(entry)):
        raise OutOfTurn(_("These hours were corrected or removed since. Look at the list again."))


def _required(reason: str) -> str:
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")
    return reason.strip()
