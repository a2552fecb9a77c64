"""What the record says of a person: who saw or changed what is theirs, what they did, and how they signed in."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Invitation, Membership, User
from apprenticeships.models import Apprenticeship
from assessments.models import (
    Appeal,
    Decision,
    SignOff,
    SignOffWithdrawal,
    Submission,
    Transition,
    Verification,
    VoiceNote,
)
from audit.actions import ACTIONS
from audit.models import AccountEvent, Entry
from core.actor import Actor
from core.canonical import canonical
from notifications.models import Notice
from notifications.sight import names_in_links
from notifications.words import Told, line_of
from portfolios.models import Evidence, EvidenceFile
from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan
from programme.models import (
    AssessmentResult,
    Attainment,
    Attendance,
    GatewayEnd,
    GatewayLock,
    HoursConfirmation,
    OffTheJobEntry,
    PartyRefusal,
    PartySignature,
    ProgressReview,
    ReviewRhythm,
    SignedVersion,
    SkillsScan,
)
from reports.exports.models import Export
from reports.pack.models import ChosenPiece
from reports.person.sections import BATCH
from reports.record.lines import Row, lines
from signing.models import Link, Signature

#: The rows of their own apprenticeships that a person sees: entries about them are entries about the person. Not among
#: them is what quality assurance looked at, which is about the work of staff, nor what is only the provider's.
_OWN: tuple[Any, ...] = (
    Apprenticeship,
    Evidence,
    EvidenceFile,
    Submission,
    Decision,
    SignOff,
    Transition,
    Verification,
    VoiceNote,
    Link,
    Signature,
    OffTheJobEntry,
    HoursConfirmation,
    Attendance,
    Attainment,
    ProgressReview,
    ReviewRhythm,
    SignedVersion,
    PartySignature,
    PartyRefusal,
    GatewayLock,
    GatewayEnd,
    AssessmentResult,
    LearnerDocument,
    SupportPlan,
    SupportNote,
    SkillsScan,
)


def about(person: User) -> Iterator[dict[str, Any]]:
    """What others did with what is about a person, newest first: when, who, what, and to what of theirs.

    Only the numbers of the entries are held in memory, not the entries.
    """
    yield from _told(_numbers(person), person)


def done_by(person: User) -> Iterator[dict[str, Any]]:
    """What a person did, newest first. Of what belongs to others it says what was done, and not to whom."""
    found = Entry.objects.filter(actor_person=person.pk).order_by("-at", "-pk").values_list("pk", flat=True)
    yield from _told(list(found), person)


def _numbers(person: User) -> list[int]:
    found: list[tuple[Any, int]] = []
    for label, keys in _subjects(person):
        for batch in _batches(keys):
            entries = Entry.objects.filter(subject_type=label, subject__in=[str(key) for key in batch])
            by_others = entries.exclude(actor_person=person.pk)
            found += by_others.exclude(action__in=_kept_from_readers()).values_list("at", "pk")
    return [number for _at, number in sorted(set(found), reverse=True)]


def _kept_from_readers() -> list[str]:
    """Entries that stand beside another one, which is the one that people read."""
    return [name for name, action in ACTIONS.items() if not action.audience]


def _subjects(person: User) -> Iterator[tuple[str, Iterable[Any]]]:
    as_themself = Actor(person.pk)
    for model in _OWN:
        yield model._meta.label_lower, _keys(model.objects.visible_to(as_themself))
    learning = Apprenticeship.objects.of_apprentice(as_themself)
    others: tuple[tuple[Any, Q], ...] = (
        (Apprenticeship, Q(apprentice=person, undone_at__isnull=False)),
        (SignOffWithdrawal, Q(sign_off__apprenticeship__in=learning)),
        (Appeal, Q(apprenticeship__in=learning)),
        (ChosenPiece, Q(apprenticeship__in=learning)),
        (Export, Q(apprenticeship__in=learning)),
        (Membership, Q(user=person)),
        (Invitation, Q(person=person) | Q(accepted_by=person)),
        (User, Q(pk=person.pk)),
    )
    for model, which in others:
        yield model._meta.label_lower, _keys(model._base_manager.filter(which))


def _keys(rows: QuerySet[Any]) -> Iterable[Any]:
    return rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=BATCH)


def _told(numbers: list[int], person: User) -> Iterator[dict[str, Any]]:
    for batch in _batches(numbers):
        place = {number: index for index, number in enumerate(batch)}
        rows = Entry.objects.filter(pk__in=batch).values_list("pk", *Row._fields)
        ordered = sorted(rows, key=lambda row: place[row[0]])
        read = [row[1:] for row in ordered]
        for row, line in zip(read, lines(read, Actor(person.pk)), strict=True):
            yield {
                "at": Row(*row).at,
                "who": line.who,
                "did": line.did,
                "about": line.about.name if line.about else "",
            }


def signing_in(person: User) -> Iterator[dict[str, Any]]:
    """Sign-ins, and changes of how a person signs in and of their account, newest first."""
    events = AccountEvent.objects.filter(subject_type=User._meta.label_lower, subject=str(person.pk))
    for event in events.order_by("-pk").iterator(chunk_size=BATCH):
        by = "you" if event.actor_person == person.pk else "somebody else" if event.actor_person else "the system"
        yield {"at": event.at, "who": by, "did": str(ACTIONS[event.action].words), "details": canonical(event.data)}


def notices(person: User) -> Iterator[dict[str, Any]]:
    """What a person was told, newest first. What is about other people's work is in it as they were told of it."""
    mine = Notice.objects.visible_to(Actor(person.pk)).select_related("apprenticeship__apprentice").newest_first()
    keys = mine.values_list("pk", flat=True)
    for batch in _batches(keys.iterator(chunk_size=BATCH)):
        rows = {row.pk: row for row in mine.filter(pk__in=batch)}
        told = {pk: Told.of(rows[pk]) for pk in batch if pk in rows}
        names = names_in_links(told.values())
        for pk, one in told.items():
            yield {"at": rows[pk].at, "said": line_of(one, names).said, "read_at": rows[pk].read_at}


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    coming = iter(values)
    while batch := list(islice(coming, BATCH)):
        yield batch
