"""Saving what was written on a device without a network, whatever has happened to the piece since."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ids
from apprenticeships.workflow.locks import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.moments import day, moment
from portfolios import access
from portfolios.audit_actions import CAPTURE_MERGED
from portfolios.content import EvidenceContent
from portfolios.merging import merged, with_apart
from portfolios.models import Capture, Evidence, EvidenceKind
from portfolios.workflow.evidence import create_evidence, revise_evidence
from portfolios.workflow.locks import locked_evidence

NARRATIVE_MOST = 20_000


@transaction.atomic
def merge_capture(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    evidence_id: UUID,
    capture_id: UUID,
    words: EvidenceContent,
    lines: Mapping[UUID, str] | None = None,
    base: EvidenceContent | None = None,
    follows: Sequence[UUID] = (),
    has_files: bool = False,
    written_at: datetime | None = None,
) -> Capture:
    """Bring the words from a device into their piece of evidence. Sent again, they change nothing.

    A new piece becomes a draft. One that has been changed elsewhere since gets both: nothing is lost and nobody
    has to choose. One that can no longer be changed (submitted, accepted, deleted, or full) stays as it is, and the
    words become a new draft that says so.

    Args:
        evidence_id: the piece, by the id that the device gave it or knew it by.
        capture_id: these words; a repeat carries the same.
        lines: what was written about KSBs that the device does not claim, by their ids: kept for when they are.
        base: what the piece said when the device began to change it; None for one that began on the device.
        follows: earlier captures of this piece by the device, any of which may or may not have arrived.
        has_files: whether files are to follow, which need a piece that can be changed.
        written_at: when it was written, by the device's clock; only shown.

    Raises:
        NotAllowed: `by` is not the apprentice, the portfolio is closed, or an id is of something else.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    access.require_own(by, apprenticeship, _("Only the apprentice can add evidence here."))
    captures = Capture.objects.unscoped().select_related("evidence")
    if known := captures.filter(pk=capture_id).first():
        require(known.evidence.apprenticeship_id == apprenticeship.pk, _("This cannot be sent here."))
        return known
    before = captures.filter(pk__in=follows, evidence__apprenticeship=apprenticeship).order_by("received_at").last()
    if before:
        base = EvidenceContent.from_json(before.content)
    target = _target(apprenticeship, before.evidence_id if before else evidence_id)
    placed, remarks = _placed(apprenticeship, words, written_at)
    applying = _applying(apprenticeship)
    lines = {ksb: line for ksb, line in (lines or {}).items() if ksb in applying}
    outcome, evidence = _write(apprenticeship, by, evidence_id, target, base, placed, lines, has_files, written_at)
    capture = Capture.objects.create(
        pk=capture_id,
        evidence=evidence,
        content=words.to_json(),
        outcome=outcome,
        remarks=remarks,
        received_at=clock.now(),
    )
    audit.record(
        CAPTURE_MERGED,
        by,
        evidence,
        organisation=apprenticeship.provider,
        capture=capture_id,
        outcome=str(outcome),
    )
    return capture


def _target(apprenticeship: Apprenticeship, evidence_id: UUID) -> Evidence | None:
    """The piece that the words are for, locked; None where it is to be made."""
    standing = Evidence.objects.unscoped().filter(pk=evidence_id).first()
    if standing is None:
        return None
    is_theirs = standing.apprenticeship_id == apprenticeship.pk and standing.observed_by_id is None
    require(is_theirs, _("This cannot be sent here."))
    return locked_evidence(evidence_id)


def _placed(
    apprenticeship: Apprenticeship, words: EvidenceContent, written_at: datetime | None
) -> tuple[EvidenceContent, list[str]]:
    """`words` as the portfolio can hold them: what has no field in it stands in the narrative, with a remark on it."""
    apart, remarks = [], []
    if words.happened_on and not apprenticeship.started_on <= words.happened_on <= clock.today():
        apart.append(_("When it happened: %(day)s") % {"day": day(words.happened_on)})
        remarks.append(
            _("The date %(day)s is in the future or before your apprenticeship started. Enter a different date.")
            % {"day": day(words.happened_on)}
        )
        words = replace(words, happened_on=None)
    known = _applying(apprenticeship)
    if unknown := [claim.justification for ksb, claim in words.claims.items() if ksb not in known]:
        apart += [why for why in unknown if why]
        remarks.append(_("%(count)s of its KSBs no longer apply to you.") % {"count": len(unknown)})
        words = _with_claims_on(words, known)
    placed = with_apart(words, apart, heading=_heading(written_at))
    if len(placed.narrative) > NARRATIVE_MOST:
        return words, [*remarks, *apart]
    return placed, remarks


def _applying(apprenticeship: Apprenticeship) -> set[UUID]:
    return applicable_ids(apprenticeship)


def _with_claims_on(words: EvidenceContent, known: set[UUID]) -> EvidenceContent:
    return replace(words, claims={ksb: claim for ksb, claim in words.claims.items() if ksb in known})


def _on_top_of(standing: EvidenceContent, sent: EvidenceContent) -> EvidenceContent:
    """What a device sent, with what devices do not write as it stands."""
    return replace(
        standing,
        title=sent.title,
        narrative=sent.narrative,
        happened_on=sent.happened_on,
        claims=sent.claims,
        kind=sent.kind or standing.kind,
    )


def _write(
    apprenticeship: Apprenticeship,
    by: Actor,
    evidence_id: UUID,
    target: Evidence | None,
    base: EvidenceContent | None,
    mine: EvidenceContent,
    lines: Mapping[UUID, str],
    has_files: bool,
    written_at: datetime | None,
) -> tuple[Capture.Outcome, Evidence]:
    """Bring `mine` into `target` or a new draft; returns what was done, and the piece that has the words now."""
    if target is None:
        return Capture.Outcome.CREATED, _started(apprenticeship, by, evidence_id, mine, lines)
    theirs = EvidenceContent.of(target)
    # Claims that no longer apply stay on the piece, but no save may bring them.
    theirs = _with_claims_on(theirs, _applying(apprenticeship))
    base, mine = _on_top_of(theirs, base or EvidenceContent()), _on_top_of(theirs, mine)
    is_news = mine not in (base, theirs)
    if target.is_editable:
        both = merged(base, mine, theirs, heading=_heading(written_at))
        if both == theirs and lines.items() <= target.kept_lines.items():
            return Capture.Outcome.SAVED, target
        if len(both.narrative) <= NARRATIVE_MOST:
            saved = revise_evidence(target.pk, by, revision=target.revision, content=both, lines=lines)
            return (Capture.Outcome.SAVED if both == mine else Capture.Outcome.JOINED), saved
    elif not is_news and not has_files:
        return Capture.Outcome.SAVED, target
    return Capture.Outcome.NEW_DRAFT, _started(apprenticeship, by, uuid4(), _standing_alone(target, mine), lines)


def _standing_alone(target: Evidence, mine: EvidenceContent) -> EvidenceContent:
    """`mine` with a first line that says which piece it was meant for and why it is not there."""
    if target.is_editable:
        why = _("Written on your device for “%(title)s”, which has no space for more text.")
    elif target.discarded_at:
        why = _("Written on your device for “%(title)s”, which you had deleted.")
    else:
        why = _("Written on your device for “%(title)s”, which was %(state)s when it was sent.")
    line = why % {"title": target, "state": target.get_state_display().lower()}
    narrative = f"{line}\n\n{mine.narrative}".strip()
    # A text that fills the field has no room for the line; the answer to the device says it too.
    return replace(mine, narrative=narrative if len(narrative) <= NARRATIVE_MOST else mine.narrative)


def _started(
    apprenticeship: Apprenticeship, by: Actor, evidence_id: UUID, words: EvidenceContent, lines: Mapping[UUID, str]
) -> Evidence:
    words = replace(words, kind=words.kind or EvidenceKind.OTHER.value)
    return create_evidence(apprenticeship.pk, by, evidence_id=evidence_id, content=words, lines=lines)


def _heading(written_at: datetime | None) -> str:
    """What stands above a text that came from a device and was put beside another."""
    now = clock.now()
    at = min(written_at, now) if written_at else now
    return _("Also written on your device, %(when)s:") % {"when": moment(at)}
