"""Marking places in files that show a KSB, and writing down what is said in a recording."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apprenticeships.models import KsbProgress
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn, TokenTaken
from portfolios import access
from portfolios.audit_actions import EVIDENCE_FILE_TRANSCRIBED, MARKER_ADDED, MARKER_REMOVED
from portfolios.models import EvidenceFile, Marker
from portfolios.processing.copies import why_withheld
from portfolios.workflow.evidence import require_editable, touch
from portfolios.workflow.locks import locked_evidence

#: More places than this in one file help nobody to find anything.
MOST_MARKERS = 50


@transaction.atomic
def add_marker(file_id: UUID, by: Actor, *, marker_id: UUID, ksb_id: UUID, note: str = "", **place: Any) -> Marker:
    """Mark a place in a file as showing a KSB. `marker_id` is the form's one-use token: sent twice, it makes one.

    Args:
        place: `starts_ms` and perhaps `ends_ms` of a recording; `page`; `left`, `top`, `width` and `height` of a
            region in ten-thousandths of the picture. portfolios.models.Marker says which go together.

    Raises:
        NotAllowed: `by` is not its apprentice.
        OutOfTurn: the evidence is with the assessor, accepted or put aside.
        Incomplete: the KSB is not one of the apprentice's, the place lies outside the file, or there are too many.
        TokenTaken: a place in another file has this id.
    """
    file, evidence = _locked_file(file_id, by)
    if made := Marker.objects.unscoped().filter(pk=marker_id).first():
        if made.file_id != file.pk:
            raise TokenTaken
        return made
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=evidence.apprenticeship, ksb=ksb_id)
    if not rows.exists():
        raise Incomplete(_("Choose one of your KSBs."), field="ksb")
    _check_place(file, place)
    if Marker.objects.unscoped().filter(file=file).count() >= MOST_MARKERS:
        raise Incomplete(_("A file can have up to %(count)s highlights.") % {"count": MOST_MARKERS})
    marker = Marker.objects.create(
        pk=marker_id, file=file, ksb_id=ksb_id, note=note.strip(), made_at=clock.now(), **place
    )
    touch(evidence)
    audit.record(MARKER_ADDED, by, file, organisation=evidence.apprenticeship.provider, marker=marker.pk, ksb=ksb_id)
    return marker


@transaction.atomic
def remove_marker(marker_id: UUID, by: Actor) -> EvidenceFile:
    """Take a marked place away. What was submitted with it keeps it."""
    file, evidence = _locked_file(Marker.objects.unscoped().values_list("file", flat=True).get(pk=marker_id), by)
    if Marker.objects.unscoped().filter(pk=marker_id).delete()[0]:
        touch(evidence)
        audit.record(MARKER_REMOVED, by, file, organisation=evidence.apprenticeship.provider, marker=marker_id)
    return file


@transaction.atomic
def set_transcript(file_id: UUID, by: Actor, transcript: str) -> EvidenceFile:
    """Write down what is said in a recording. What was submitted keeps the words that it had.

    Raises:
        NotAllowed, OutOfTurn: as for `add_marker`.
        Incomplete: the words are too many.
    """
    file, evidence = _locked_file(file_id, by)
    longest = EvidenceFile._meta.get_field("transcript").max_length or 0
    if len(transcript) > longest:
        raise Incomplete(_("Use %(count)s characters or fewer.") % {"count": longest}, field="transcript")
    if file.transcript != transcript:
        file.transcript = transcript
        file.save(update_fields=["transcript"])
        touch(evidence)
        audit.record(EVIDENCE_FILE_TRANSCRIBED, by, file, organisation=evidence.apprenticeship.provider)
    return file


def _locked_file(file_id: UUID, by: Actor) -> tuple[EvidenceFile, Any]:
    """A file on the working copy of somebody who may change it now."""
    evidence = locked_evidence(EvidenceFile.objects.unscoped().values_list("evidence", flat=True).get(pk=file_id))
    access.require_writer(by, evidence)
    require_editable(evidence)
    file = EvidenceFile.objects.unscoped().get(pk=file_id)
    if file.withheld:
        raise OutOfTurn(why_withheld(file.withheld, is_own=True))
    return file, evidence


def _check_place(file: EvidenceFile, place: dict[str, Any]) -> None:
    given = {name for name, value in place.items() if value is not None}
    if not given & {"starts_ms", "page", "left"}:
        raise Incomplete(_("Choose the time, page or area that shows it."))
    starts, ends, page = place.get("starts_ms"), place.get("ends_ms"), place.get("page")
    if ends is not None and (starts is None or ends <= starts):
        raise Incomplete(_("The end must be after the start."), field="ends_ms")
    last = max(starts or 0, ends or 0)
    # Players round; a second more than the file has is still its end.
    if file.duration_ms is not None and last > file.duration_ms + 1000:
        raise Incomplete(_("The recording ends before that."), field="starts_ms")
    if page is not None and (page < 1 or (file.page_count is not None and page > file.page_count)):
        raise Incomplete(_("That page does not exist."), field="page")
    region = {"left", "top", "width", "height"}
    if given & region and not (
        region <= given
        and place["width"] > 0
        and place["height"] > 0
        and place["left"] + place["width"] <= 10_000
        and place["top"] + place["height"] <= 10_000
    ):
        raise Incomplete(_("The area is outside the picture. Draw it again."), field="region")
