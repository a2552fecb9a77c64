"""The working copy of a piece of evidence, up to the moment it is submitted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ids
from apprenticeships.workflow.locks import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn
from core.moments import day
from portfolios import access, coverage, versions
from portfolios.audit_actions import (
    EVIDENCE_CREATED,
    EVIDENCE_DISCARDED,
    EVIDENCE_RESTORED,
    EVIDENCE_REVISED,
    EVIDENCE_SHOWCASED,
)
from portfolios.content import EvidenceContent, claimed
from portfolios.models import Claim, Evidence, EvidenceKind, EvidenceVersion
from portfolios.states import EvidenceState
from portfolios.workflow.locks import locked_evidence

CREATE = Act("create_evidence", access.require_own, {}, creates=[EvidenceState.DRAFT])
_EDITS = {EvidenceState(state): [EvidenceState(state)] for state in Evidence.EDITABLE_STATES}
REVISE = Act("revise_evidence", access.require_writer, _EDITS)
BRING_BACK = Act("bring_back_version", access.require_writer, _EDITS)
DISCARD = Act("discard_evidence", access.require_writer, {EvidenceState.DRAFT: [EvidenceState.DELETED]})
RESTORE = Act("restore_evidence", access.require_writer, {EvidenceState.DELETED: [EvidenceState.DRAFT]})


class Stale(OutOfTurn):
    """The form was filled in from an older text than the one that is kept. `kept` is the evidence as it stands."""

    def __init__(self, kept: Evidence) -> None:
        super().__init__(_("This piece was changed somewhere else after you opened it. We have kept both versions."))
        self.kept = kept


@transaction.atomic
def create_evidence(
    apprenticeship_id: UUID,
    by: Actor,
    *,
    evidence_id: UUID,
    content: EvidenceContent,
    lines: Mapping[UUID, str] | None = None,
    is_showcase: bool | None = None,
    is_autosave: bool = False,
) -> Evidence:
    """Start a draft. `evidence_id` is the form's one-use token: sent twice with the same words, it makes one piece.

    A draft with this id that says nothing yet (files came before the words) is gone on with.

    Args:
        content: what the piece says. Its files and markers are kept by functions of their own and are not read.
        lines: what the writer has in the line about each KSB, whether it is claimed or not. Those about KSBs that are
            not claimed are kept for when they are.
        is_showcase: whether it is shown first; None leaves that as it is.

    Raises:
        NotAllowed: `by` is not the apprentice, or the apprenticeship is past its gateway.
        Stale: the token was used before, for other words.
        Incomplete: a kind, a date or a KSB that cannot be.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    CREATE.who(by, apprenticeship, _("Only the apprentice can add evidence here."))
    made = Evidence.objects.unscoped().select_for_update(no_key=True).filter(pk=evidence_id).first()
    if made:
        require(made.apprenticeship_id == apprenticeship.pk, _("This form cannot be used again."))
        made.apprenticeship = apprenticeship
        if _says(made, content, is_showcase):
            return made
        if not (_is_blank(made) and made.is_editable):
            raise Stale(made)
        return _revise(made, by, content, lines or {}, is_showcase, is_autosave=is_autosave)
    check_content(apprenticeship, content)
    evidence = Evidence(
        pk=evidence_id,
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        created_at=clock.now(),
        changed_at=clock.now(),
        is_showcase=bool(is_showcase),
        **content.columns(),
    )
    evidence.keep_lines({ksb: line for ksb, line in (lines or {}).items() if ksb not in content.claims})
    evidence.save(force_insert=True)
    touched = write_claims(evidence, content.reasons)
    coverage.refresh_drafts(apprenticeship, touched)
    versions.keep(evidence)
    audit.record(
        EVIDENCE_CREATED, by, evidence, organisation=apprenticeship.provider, claims=sorted(map(str, content.claims))
    )
    return evidence


@transaction.atomic
def revise_evidence(
    evidence_id: UUID,
    by: Actor,
    *,
    revision: int,
    content: EvidenceContent,
    lines: Mapping[UUID, str] | None = None,
    is_showcase: bool | None = None,
    is_autosave: bool = False,
    begins_version: bool = False,
) -> Evidence:
    """Save the working copy of a draft, or of a piece that needs work. Claims that were met stay as they are.

    Args:
        revision: the revision that the writer had before them.
        lines: what the writer has in the line about each KSB, whether it is claimed or not. A KSB that is not in it
            keeps its line while it is not claimed, and has it again once it is.
        is_autosave: the page saved by itself. Such saves of words that follow each other are one entry of the record.
        begins_version: what stood there until now is to be kept as it is, because this text replaces it on purpose.

    Raises:
        NotAllowed: `by` is not its apprentice.
        OutOfTurn: it is with the assessor, or accepted.
        Stale: somebody (or another tab) saved other words since.
        Incomplete: a kind, a date or a KSB that cannot be.
    """
    evidence = locked_evidence(evidence_id)
    REVISE.who(by, evidence)
    require_editable(evidence)
    if revision != evidence.revision:
        if _says(evidence, content, is_showcase):
            return evidence
        raise Stale(evidence)
    return _revise(
        evidence, by, content, lines or {}, is_showcase, is_autosave=is_autosave, begins_version=begins_version
    )


@transaction.atomic
def bring_back_version(evidence_id: UUID, revision: int, by: Actor) -> Evidence:
    """Use the words of an earlier version again: they become the next revision. Asked twice, it is done once.

    Nothing is lost: what the copy says until then stays as a version. Files and the places in them stay as they are,
    and so do claims that were met. Of the others those come back whose KSB the apprentice still has to show.

    Raises:
        NotAllowed: `by` is not its apprentice.
        OutOfTurn: it is with the assessor, accepted or deleted; or that version has changed since.
    """
    evidence = locked_evidence(evidence_id)
    BRING_BACK.who(by, evidence)
    require_editable(evidence)
    kept = EvidenceVersion.objects.unscoped().filter(evidence=evidence)
    version = kept.filter(revision=revision).first()
    if version is None:
        raise OutOfTurn(_("This version has changed since you opened it. Check the history again."))
    content = EvidenceContent.from_json(version.content)
    # A code of an earlier text may mean another statement now: the statement decides which claims come back.
    applying = applicable_ids(evidence.apprenticeship)
    content = replace(content, claims={ksb: claim for ksb, claim in content.claims.items() if ksb in applying})
    if _says(evidence, content):
        return evidence
    if not kept.filter(revision=evidence.revision).exists():
        versions.keep(evidence, begins=True)
    return _revise(evidence, by, content, content.reasons, begins_version=True)


def _revise(
    evidence: Evidence,
    by: Actor,
    content: EvidenceContent,
    lines: Mapping[UUID, str],
    is_showcase: bool | None = None,
    *,
    is_autosave: bool = False,
    begins_version: bool = False,
) -> Evidence:
    check_content(evidence.apprenticeship, content)
    kept_before = evidence.unticked_lines
    content = _with_lines(evidence, content, lines)
    if is_autosave and evidence.unticked_lines == kept_before and _says(evidence, content, is_showcase):
        return evidence
    fields = _columns(content, is_showcase)
    for name, value in fields.items():
        setattr(evidence, name, value)
    before = {claim.ksb_id for claims in coverage.claims_of(evidence) for claim in claims}
    touched = write_claims(evidence, content.reasons)
    kept_anew = save_next_revision(evidence, [*fields, "unticked_lines"], touched, begins_version=begins_version)
    if kept_anew or not is_autosave or before != set(content.claims):
        record_revision(evidence, by)
    return evidence


def _with_lines(evidence: Evidence, content: EvidenceContent, lines: Mapping[UUID, str]) -> EvidenceContent:
    """`content` with the lines that come back; those about KSBs that it does not claim are noted in `evidence`."""
    kept = evidence.kept_lines
    back = {ksb: kept[ksb] for ksb, why in content.reasons.items() if not why and ksb in kept and ksb not in lines}
    content = replace(content, claims={**content.claims, **claimed(back)})
    open_claims = [claim for claim in coverage.claims_of(evidence)[0] if not claim.is_met]
    written = {**kept, **{claim.ksb_id: claim.justification for claim in open_claims}, **lines}
    evidence.keep_lines({ksb: line for ksb, line in written.items() if ksb not in content.claims})
    return content


def _columns(content: EvidenceContent, is_showcase: bool | None) -> dict[str, Any]:
    """The columns of the evidence that a save writes, by name."""
    return content.columns() | ({} if is_showcase is None else {"is_showcase": is_showcase})


def save_next_revision(
    evidence: Evidence, fields: Sequence[str], touched: Iterable[UUID], *, begins_version: bool = False
) -> bool:
    """Save `fields` of the working copy under its next revision, with its version and what follows for progress.

    Answers whether the version took a row of its own.
    """
    evidence.revision += 1
    evidence.changed_at = clock.now()
    evidence.save(update_fields=[*fields, "revision", "changed_at"])
    coverage.refresh_drafts(evidence.apprenticeship, touched)
    return versions.keep(evidence, begins=begins_version)


def record_revision(evidence: Evidence, writer: Actor) -> None:
    claims = evidence.claims.values_list("ksb", flat=True)
    audit.record(
        EVIDENCE_REVISED,
        writer,
        evidence,
        organisation=evidence.apprenticeship.provider,
        revision=evidence.revision,
        claims=sorted(map(str, claims)),
    )


@transaction.atomic
def discard_evidence(evidence_id: UUID, by: Actor) -> Evidence:
    """Put aside a draft that nobody else has seen. It is kept, out of sight, and can be brought back.

    Raises:
        OutOfTurn: it was submitted: what was judged stays.
    """
    evidence = locked_evidence(evidence_id)
    DISCARD.who(by, evidence)
    if evidence.discarded_at:
        return evidence
    if not DISCARD.starts_from(EvidenceState.of(evidence)) or evidence.first_submitted_at:
        raise OutOfTurn(_("This evidence has been sent, so it stays on the record."))
    evidence.discarded_at = clock.now()
    evidence.save(update_fields=["discarded_at"])
    touch(evidence)
    coverage.refresh_drafts(evidence.apprenticeship, _claimed_ksbs(evidence))
    audit.record(EVIDENCE_DISCARDED, by, evidence, organisation=evidence.apprenticeship.provider)
    return evidence


@transaction.atomic
def restore_evidence(evidence_id: UUID, by: Actor) -> Evidence:
    """Bring back a draft that was put aside."""
    evidence = locked_evidence(evidence_id)
    RESTORE.who(by, evidence)
    if RESTORE.starts_from(EvidenceState.of(evidence)):
        evidence.discarded_at = None
        evidence.save(update_fields=["discarded_at"])
        touch(evidence)
        coverage.refresh_drafts(evidence.apprenticeship, _claimed_ksbs(evidence))
        audit.record(EVIDENCE_RESTORED, by, evidence, organisation=evidence.apprenticeship.provider)
    return evidence


@transaction.atomic
def set_showcase(evidence_id: UUID, by: Actor, *, is_showcase: bool) -> Evidence:
    """Say whether the apprentice shows this piece first. It changes nothing of what was or will be judged.

    Raises:
        NotAllowed: `by` is not its apprentice, or the apprenticeship is past its gateway.
        OutOfTurn: it was put aside.
    """
    evidence = locked_evidence(evidence_id)
    access.require_own(by, evidence.apprenticeship, _("Only the apprentice can mark this as one of their best."))
    if evidence.discarded_at:
        raise OutOfTurn(_("This draft was deleted. Restore it first."))
    if evidence.is_showcase != is_showcase:
        evidence.is_showcase = is_showcase
        evidence.save(update_fields=["is_showcase"])
        audit.record(
            EVIDENCE_SHOWCASED, by, evidence, organisation=evidence.apprenticeship.provider, is_showcase=is_showcase
        )
    return evidence


def require_editable(evidence: Evidence) -> None:
    if not evidence.is_editable:
        raise OutOfTurn(
            _("This draft was deleted. Restore it to change it.")
            if evidence.discarded_at
            else _("This evidence is %(state)s, so it cannot be changed now.")
            % {"state": evidence.get_state_display().lower()}
        )


def check_content(apprenticeship: Apprenticeship, content: EvidenceContent) -> None:
    """Refuse what cannot be."""
    if content.kind not in EvidenceKind.values:
        raise Incomplete(_("Choose what type of evidence it is."), field="kind")
    happened_on = content.happened_on
    if happened_on and happened_on > clock.today():
        raise Incomplete(_("The date is in the future. Enter the day it happened."), field="happened_on")
    if happened_on and happened_on < apprenticeship.started_on:
        raise Incomplete(
            _("The date is before your apprenticeship started, on %(day)s.") % {"day": day(apprenticeship.started_on)},
            field="happened_on",
        )


def touch(evidence: Evidence) -> None:
    """Note that the apprentice did something with this piece."""
    evidence.changed_at = clock.now()
    evidence.save(update_fields=["changed_at"])
    coverage.settle(evidence.apprenticeship, [])


def _claimed_ksbs(evidence: Evidence) -> list[UUID]:
    return list(evidence.claims.values_list("ksb", flat=True))


def _is_blank(evidence: Evidence) -> bool:
    """Whether nothing was typed yet: the draft was started so that files had a place."""
    said = evidence.title or evidence.narrative or evidence.answers
    return evidence.revision == 1 and not said and not evidence.claims.exists()


def _says(evidence: Evidence, content: EvidenceContent, is_showcase: bool | None = None) -> bool:
    """Whether the working copy already holds exactly this."""
    standing, _left_out = coverage.claims_of(evidence)
    kept = {claim.ksb_id: claim.justification for claim in standing if not claim.is_met}
    met = {claim.ksb_id for claim in standing if claim.is_met}
    given = {ksb: why for ksb, why in content.reasons.items() if ksb not in met}
    columns = _columns(content, is_showcase)
    return kept == given and all(getattr(evidence, name) == value for name, value in columns.items())


def write_claims(evidence: Evidence, claims: Mapping[UUID, str]) -> set[UUID]:
    """Make the working copy's open claims be `claims`; returns the ids of all KSBs whose progress may have changed."""
    known = applicable_ids(evidence.apprenticeship)
    if unknown := set(claims) - known:
        raise Incomplete(
            _("%(count)s of the KSBs you chose are not in this standard.") % {"count": len(unknown)}, field="claims"
        )
    # Claims on KSBs that the apprentice no longer has to show are not in the form; they stay where they are.
    standing = {claim.ksb_id: claim for claim in coverage.claims_of(evidence)[0]}
    dropped = [claim.pk for ksb, claim in standing.items() if ksb not in claims and not claim.is_met]
    if dropped:
        evidence.claims.filter(pk__in=dropped).delete()
    for ksb, why in claims.items():
        claim = standing.get(ksb) or Claim(evidence=evidence, ksb_id=ksb)
        if not claim.is_met and (claim._state.adding or claim.justification != why.strip()):
            claim.justification = why.strip()
            claim.save()
    return set(standing) | set(claims)
