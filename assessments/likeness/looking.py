"""Holding a submission against those of the provider's other apprentices."""

from collections.abc import Iterator
from uuid import UUID

from django.db import IntegrityError, transaction

from assessments.audit_actions import FLAG_RAISED
from assessments.likeness.models import Flag, Sketch, SketchBand
from assessments.likeness.texts import THRESHOLD, bands_of, runs_of, share
from assessments.models import Submission, SubmittedFile
from assessments.workflow.submission import locked_submission
from audit import chain as audit
from core import clock
from core.actor import SYSTEM

#: So many texts that have a band in common are compared at most, the newest: more would be a text that everybody uses.
MOST_COMPARED = 50


@transaction.atomic
def look_at(submission_id: UUID) -> list[Flag]:
    """Raise what flags there are between a submission and those of others. Looked at before, nothing happens.

    Those of others that still wait are flagged as well: who was first says nothing about whose work it is.
    """
    submission, evidence = locked_submission(submission_id)
    if Sketch.objects.filter(submission=submission).exists():
        return []
    runs = runs_of(submission.snapshot.content)
    numbers = bands_of(runs, submission.provider_id)
    sketch = Sketch.objects.create(submission=submission, made_at=clock.now())
    SketchBand.objects.bulk_create(SketchBand(sketch=sketch, number=number) for number in numbers)
    if submission.withdrawn_at:
        return []
    raised = [*_same_files(submission, evidence.apprenticeship.apprentice_id)]
    if alike := _most_alike(submission, evidence.apprenticeship.apprentice_id, runs, numbers):
        raised += _both(submission, Flag(kind=Flag.Kind.TEXT, other=alike[0], percent=round(100 * alike[1])))
    return raised


def unlooked() -> list[UUID]:
    """The submissions that wait and that nobody has held against others, the oldest first."""
    waiting = Submission.objects.unscoped().waiting().filter(sketch=None)
    return list(waiting.oldest_first().values_list("pk", flat=True)[:500])


def _same_files(submission: Submission, apprentice: UUID) -> Iterator[Flag]:
    """A flag for each file that another apprentice submitted as well, by its SHA-256."""
    for own in SubmittedFile.objects.filter(submission=submission).select_related("file"):
        same = (
            SubmittedFile.objects.filter(file__sha256=own.file.sha256, submission__provider=submission.provider_id)
            .filter(submission__withdrawn_at=None)
            .exclude(submission__apprenticeship__apprentice=apprentice)
            .select_related("submission", "file")
            .order_by("-submission__submitted_at", "pk")
        )
        if other := same.first():
            flag = Flag(kind=Flag.Kind.FILE, file=own.file, other=other.submission, percent=100)
            yield from _both(submission, flag, Flag(kind=Flag.Kind.FILE, file=other.file, percent=100))


def _most_alike(
    submission: Submission, apprentice: UUID, runs: frozenset[int], numbers: list[int]
) -> tuple[Submission, float] | None:
    """The submission of another apprentice whose text is most like this one, if it is nearly the same."""
    if not numbers:
        return None
    others = (
        Submission.objects.unscoped()
        .filter(pk__in=SketchBand.objects.filter(number__in=numbers).values("sketch"))
        .filter(provider=submission.provider_id, withdrawn_at=None)
        .exclude(apprenticeship__apprentice=apprentice)
        .select_related("snapshot")
        .order_by("-submitted_at", "pk")
    )
    alike = [(other, share(runs, runs_of(other.snapshot.content))) for other in others[:MOST_COMPARED]]
    most = max(alike, key=lambda pair: pair[1], default=None)
    return most if most and most[1] >= THRESHOLD else None


def _both(submission: Submission, flag: Flag, of_other: Flag | None = None) -> Iterator[Flag]:
    """The flag on a submission, and its counterpart on the other one while that waits."""
    other = flag.other
    yield from _raise(submission, flag)
    if other.is_waiting:
        counterpart = of_other or Flag(kind=flag.kind, percent=flag.percent)
        counterpart.other = submission
        yield from _raise(other, counterpart)


def _raise(submission: Submission, flag: Flag) -> Iterator[Flag]:
    flag.submission, flag.raised_at = submission, clock.now()
    flag.apprenticeship_id, flag.provider_id = submission.apprenticeship_id, submission.provider_id
    try:
        with transaction.atomic():
            flag.save(force_insert=True)
    except IntegrityError:
        # It is flagged for that already.
        return
    audit.record(FLAG_RAISED, SYSTEM, flag, organisation=submission.provider)
    yield flag
