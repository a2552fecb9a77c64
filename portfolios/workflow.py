"""Every change to an apprenticeship and its evidence, up to the moment it is submitted.

Each function checks, locks, changes and records in one transaction. Locks are taken in one order everywhere:
apprenticeship, evidence, claims, progress, then the audit's head.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.errors import Incomplete, OutOfTurn
from accounts.models import Membership, Organisation, Role, User
from audit import chain as audit
from audit import clock
from audit.moments import day
from occupations.models import StandardVersion
from portfolios import access, coverage, file_types, storing
from portfolios.file_names import clean_name
from portfolios.models import Apprenticeship, Assignment, Claim, Evidence, EvidenceFile, stored_name
from portfolios.upload_handlers import MAX_FILES


class Stale(OutOfTurn):
    """The form was filled in from an older text than the one that is kept. `kept` is the evidence as it stands."""

    def __init__(self, kept: Evidence) -> None:
        super().__init__(_("This piece was changed somewhere else after you opened it. Neither text is lost."))
        self.kept = kept


def locked_apprenticeship(apprenticeship_id: UUID) -> Apprenticeship:
    """The apprenticeship, locked for the rest of the transaction: one change at a time to one person's record."""
    whole = Apprenticeship.objects.unscoped().filter(pk=apprenticeship_id)
    # Alone, and only then with what it points at: PostgreSQL, having waited for somebody who moved the learner to
    # another text, would hold the new row against the old text, and find nothing.
    whole.select_for_update().get()
    return whole.select_related("apprentice", "provider", "standard_version__standard", "option").get()


def locked_evidence(evidence_id: UUID) -> Evidence:
    """The evidence and its apprenticeship, locked, in that order from the top."""
    apprenticeship = locked_apprenticeship(
        Evidence.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=evidence_id)
    )
    evidence = Evidence.objects.unscoped().select_for_update().get(pk=evidence_id)
    evidence.apprenticeship = apprenticeship
    return evidence


@transaction.atomic
def enrol(
    *,
    apprenticeship_id: UUID,
    provider: Organisation,
    standard_version: StandardVersion,
    apprentice: User,
    employer: Organisation | None,
    started_on: date,
    planned_end_on: date,
    by: User,
) -> Apprenticeship:
    """Put `apprentice` on `standard_version` at `provider`, with a progress row for every KSB.

    `apprenticeship_id` is the form's one-use token: a second call with it returns what the first one made.

    Raises:
        NotAllowed: `by` does not administer the provider, or would enrol themself.
        Incomplete: the planned end is not after the start.
    """
    require(access.can_enrol(by, provider), _("Only an admin of the training provider can enrol apprentices."))
    require(by.pk != apprentice.pk, _("You cannot enrol yourself."))
    if made := Apprenticeship.objects.unscoped().filter(pk=apprenticeship_id, provider=provider).first():
        return made
    if planned_end_on <= started_on:
        raise Incomplete(_("The planned end must be after the start."), field="planned_end_on")
    apprenticeship = Apprenticeship.objects.create(
        pk=apprenticeship_id,
        apprentice=apprentice,
        provider=provider,
        employer=employer,
        standard_version=standard_version,
        started_on=started_on,
        planned_end_on=planned_end_on,
    )
    coverage.begin(apprenticeship)
    audit.record(
        "apprenticeship.enrolled", by, apprenticeship, organisation=provider, standard_version=standard_version.pk
    )
    return apprenticeship


@transaction.atomic
def assign(apprenticeship_id: UUID, person: User, role: str, by: User) -> Assignment:
    """Make `person` the assessor or mentor from today; whoever was it until now no longer is.

    Raises:
        NotAllowed: `by` does not administer the provider.
        Incomplete: `person` is not an assessor of the provider, or not a mentor of the employer, or is the apprentice.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.administers(by, apprenticeship.provider), _("Only an admin of the training provider can do this."))
    if person.pk == apprenticeship.apprentice_id:
        raise Incomplete(_("Nobody looks after their own apprenticeship."), field=role)
    organisation = apprenticeship.provider_id if role == Assignment.Role.ASSESSOR else apprenticeship.employer_id
    if not Membership.objects.live().filter(user=person, organisation=organisation, role=Role(role)).exists():
        raise Incomplete(_("Choose somebody who has this role today."), field=role)
    today = clock.today()
    standing = Assignment.objects.live().filter(apprenticeship=apprenticeship, role=role).first()
    if standing and standing.person_id == person.pk:
        return standing
    if standing:
        standing.ended_on = today
        standing.save(update_fields=["ended_on"])
    assignment = Assignment.objects.create(apprenticeship=apprenticeship, person=person, role=role, started_on=today)
    audit.record(
        "apprenticeship.assigned",
        by,
        apprenticeship,
        organisation=apprenticeship.provider,
        role=str(role),
        person=person.pk,
        until_now=standing.person_id if standing else None,
    )
    return assignment


@transaction.atomic
def create_evidence(
    apprenticeship_id: UUID,
    by: User,
    *,
    evidence_id: UUID,
    title: str,
    narrative: str,
    happened_on: date | None,
    claims: Mapping[UUID, str],
) -> Evidence:
    """Start a draft. `evidence_id` is the form's one-use token: sent twice with the same words, it makes one piece.

    `claims` maps the id of each claimed KSB to the line that says why the piece shows it.

    Raises:
        NotAllowed: `by` is not the apprentice, or the apprenticeship is past its gateway.
        Stale: the token was used before, for other words.
        Incomplete: a date or a KSB that cannot be.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.can_add_evidence(by, apprenticeship), _("Only the apprentice can add evidence here."))
    made = Evidence.objects.unscoped().filter(pk=evidence_id).first()
    if made:
        require(made.apprenticeship_id == apprenticeship.pk, _("This form cannot be used again."))
        if _says(made, title, narrative, happened_on, claims):
            return made
        raise Stale(made)
    _check_date(apprenticeship, happened_on)
    evidence = Evidence.objects.create(
        pk=evidence_id,
        apprenticeship=apprenticeship,
        title=title.strip(),
        narrative=narrative,
        happened_on=happened_on,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    touched = _write_claims(evidence, claims)
    coverage.refresh_drafts(apprenticeship, touched)
    audit.record(
        "evidence.created", by, evidence, organisation=apprenticeship.provider, claims=sorted(map(str, claims))
    )
    return evidence


@transaction.atomic
def revise_evidence(
    evidence_id: UUID,
    by: User,
    *,
    revision: int,
    title: str,
    narrative: str,
    happened_on: date | None,
    claims: Mapping[UUID, str],
) -> Evidence:
    """Save the working copy of a draft, or of a piece that needs work. Claims that were met stay as they are.

    Args:
        revision: the revision that the writer had before them.

    Raises:
        NotAllowed: `by` is not its apprentice.
        OutOfTurn: it is with the assessor, or accepted.
        Stale: somebody (or another tab) saved other words since.
        Incomplete: a date or a KSB that cannot be.
    """
    evidence = locked_evidence(evidence_id)
    apprenticeship = evidence.apprenticeship
    require(access.can_change_evidence(by, evidence), _("Only its apprentice can change this evidence."))
    _require_editable(evidence)
    if revision != evidence.revision:
        if _says(evidence, title, narrative, happened_on, claims):
            return evidence
        raise Stale(evidence)
    _check_date(apprenticeship, happened_on)
    evidence.title, evidence.narrative, evidence.happened_on = title.strip(), narrative, happened_on
    evidence.revision += 1
    evidence.changed_at = clock.now()
    evidence.save(update_fields=["title", "narrative", "happened_on", "revision", "changed_at"])
    touched = _write_claims(evidence, claims)
    coverage.refresh_drafts(apprenticeship, touched)
    audit.record(
        "evidence.revised",
        by,
        evidence,
        organisation=apprenticeship.provider,
        revision=evidence.revision,
        claims=sorted(map(str, claims)),
    )
    return evidence


def add_file(evidence_id: UUID, by: User, upload: UploadedFile) -> EvidenceFile:
    """Store a file with a piece of evidence: its bytes first, then its row.

    The same file under the same name, sent again, is the one that is there.

    Raises:
        FileRefused: its type is not on the list, it is empty or too large; the message says which and what would do.
        NotAllowed, OutOfTurn: as for `revise_evidence`.
        Incomplete: the piece has as many files as it may.
    """
    name = clean_name(upload.name or "")
    file_type = file_types.detect(upload, name)
    file = EvidenceFile(evidence_id=evidence_id, name=name, content_type=file_type.content_type, added_by=by)
    file.stored.name = stored_name(file, name)
    with storing.stored(upload, file.stored.name) as stored, transaction.atomic():
        evidence = locked_evidence(evidence_id)
        require(access.can_change_evidence(by, evidence), _("Only its apprentice can change this evidence."))
        _require_editable(evidence)
        present = list(EvidenceFile.objects.unscoped().filter(evidence=evidence).current())
        twin = next((f for f in present if (f.name, f.sha256) == (name, stored.sha256)), None)
        if twin is None:
            if len(present) >= MAX_FILES:
                raise Incomplete(
                    _("A piece of evidence holds up to %(count)s files.") % {"count": MAX_FILES}, field="files"
                )
            file.size_bytes, file.sha256, file.added_at = stored.size_bytes, stored.sha256, clock.now()
            file.save(force_insert=True)
            _touch(evidence)
            audit.record("evidence_file.added", by, file, organisation=evidence.apprenticeship.provider)
    if twin is not None:
        storing.remove(stored.key)
        return twin
    return file


@transaction.atomic
def remove_file(file_id: UUID, by: User) -> EvidenceFile:
    """Take a file off the working copy. What was submitted with it keeps it."""
    evidence = locked_evidence(EvidenceFile.objects.unscoped().values_list("evidence", flat=True).get(pk=file_id))
    require(access.can_change_evidence(by, evidence), _("Only its apprentice can change this evidence."))
    _require_editable(evidence)
    file = EvidenceFile.objects.unscoped().get(pk=file_id)
    if file.removed_at is None:
        file.removed_at = clock.now()
        file.save(update_fields=["removed_at"])
        _touch(evidence)
        audit.record("evidence_file.removed", by, file, organisation=evidence.apprenticeship.provider)
    return file


@transaction.atomic
def discard_evidence(evidence_id: UUID, by: User) -> Evidence:
    """Put aside a draft that nobody else has seen. It is kept, out of sight, and can be brought back.

    Raises:
        OutOfTurn: it was submitted: what was judged stays.
    """
    evidence = locked_evidence(evidence_id)
    require(access.can_change_evidence(by, evidence), _("Only its apprentice can change this evidence."))
    if evidence.discarded_at:
        return evidence
    if evidence.state != Evidence.State.DRAFT or evidence.first_submitted_at:
        raise OutOfTurn(_("This evidence was submitted, so it stays on the record."))
    evidence.discarded_at = clock.now()
    evidence.save(update_fields=["discarded_at"])
    _touch(evidence)
    coverage.refresh_drafts(evidence.apprenticeship, _claimed_ksbs(evidence))
    audit.record("evidence.discarded", by, evidence, organisation=evidence.apprenticeship.provider)
    return evidence


@transaction.atomic
def restore_evidence(evidence_id: UUID, by: User) -> Evidence:
    """Bring back a draft that was put aside."""
    evidence = locked_evidence(evidence_id)
    require(access.can_change_evidence(by, evidence), _("Only its apprentice can change this evidence."))
    if evidence.discarded_at:
        evidence.discarded_at = None
        evidence.save(update_fields=["discarded_at"])
        _touch(evidence)
        coverage.refresh_drafts(evidence.apprenticeship, _claimed_ksbs(evidence))
        audit.record("evidence.restored", by, evidence, organisation=evidence.apprenticeship.provider)
    return evidence


@transaction.atomic
def note_opening(file_id: UUID, by: User) -> None:
    """Record that somebody from outside opened a file."""
    file = EvidenceFile.objects.visible_to(by).select_related("evidence__apprenticeship__provider").get(pk=file_id)
    audit.record("evidence_file.opened", by, file, organisation=file.evidence.apprenticeship.provider)


def _require_editable(evidence: Evidence) -> None:
    if not evidence.is_editable:
        raise OutOfTurn(
            _("This evidence was put aside. Bring it back to change it.")
            if evidence.discarded_at
            else _("This evidence is %(state)s, so it cannot be changed now.")
            % {"state": evidence.get_state_display().lower()}
        )


def _check_date(apprenticeship: Apprenticeship, happened_on: date | None) -> None:
    if happened_on and happened_on > clock.today():
        raise Incomplete(_("The date is in the future. Give the day on which it happened."), field="happened_on")
    if happened_on and happened_on < apprenticeship.started_on:
        raise Incomplete(
            _("The date is before your apprenticeship started, on %(day)s.") % {"day": day(apprenticeship.started_on)},
            field="happened_on",
        )


def _touch(evidence: Evidence) -> None:
    """Note that the apprentice did something with this piece."""
    evidence.changed_at = clock.now()
    evidence.save(update_fields=["changed_at"])
    coverage.settle(evidence.apprenticeship, [])


def _claimed_ksbs(evidence: Evidence) -> list[UUID]:
    return list(evidence.claims.values_list("ksb", flat=True))


def _says(evidence: Evidence, title: str, narrative: str, happened_on: date | None, claims: Mapping[UUID, str]) -> bool:
    """Whether the working copy already holds exactly these words."""
    standing = evidence.claims.filter(ksb__in=coverage.applicable_ksbs(evidence.apprenticeship).values("pk"))
    kept = dict(standing.filter(is_met=False).values_list("ksb", "justification"))
    met = set(standing.filter(is_met=True).values_list("ksb", flat=True))
    given = {ksb: why.strip() for ksb, why in claims.items() if ksb not in met}
    return (evidence.title, evidence.narrative, evidence.happened_on, kept) == (
        title.strip(),
        narrative,
        happened_on,
        given,
    )


def _write_claims(evidence: Evidence, claims: Mapping[UUID, str]) -> set[UUID]:
    """Make the working copy's open claims be `claims`; answer the ids of all KSBs whose progress may have changed."""
    known = set(coverage.applicable_ksbs(evidence.apprenticeship).values_list("pk", flat=True))
    if unknown := set(claims) - known:
        raise Incomplete(
            _("%(count)s of the chosen KSBs are not in this standard.") % {"count": len(unknown)}, field="claims"
        )
    # Claims on KSBs that the apprentice no longer has to show are not in the form; they stay where they are.
    standing = {claim.ksb_id: claim for claim in evidence.claims.filter(ksb__in=known)}
    dropped = [claim.pk for ksb, claim in standing.items() if ksb not in claims and not claim.is_met]
    evidence.claims.filter(pk__in=dropped).delete()
    for ksb, why in claims.items():
        claim = standing.get(ksb) or Claim(evidence=evidence, ksb_id=ksb)
        if not claim.is_met and (claim._state.adding or claim.justification != why.strip()):
            claim.justification = why.strip()
            claim.save()
    return set(standing) | set(claims)
