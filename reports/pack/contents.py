"""Everything that a pack says, read at one moment: plain values, from which its pages and its data are made."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from apprenticeships.models import Apprenticeship, Assignment, KsbProgress, KsbState, Outcome
from apprenticeships.progress import applicable_ksbs
from assessments.models import Decision, EmployerAnswer, Reopening, SignOff, Submission, Verification, VoiceNote
from core import clock
from occupations.models import KsbType
from portfolios import markers
from portfolios.content import without_words_of
from portfolios.models import EvidenceFile, EvidenceKind, Quarantine
from reports.pack.choice import Piece, Standing, standing_of
from reports.pack.models import ChosenPiece
from reports.pack.outcome_results import outcome_results
from reports.pack.reading import Data, Reader
from signing.models import Link, LinkState, Purpose, state_of


@dataclass(frozen=True)
class Contents:
    """What goes into a pack.

    Attributes:
        about: whose pack it is, of which standard, from which provider, and when it was made.
        standing: the choice, held against the plan.
        ksbs: each KSB that applies, with its state and its sign-offs.
        outcomes: the outcomes that the provider marked, with the results that were released.
        pieces: the chosen pieces in their order, with their rounds, decisions and confirmations.
        confirmations: what the employer confirmed of the apprentice as a whole.
        files: the files of each piece, by the piece's id; not opened yet.
        subjects: the rows that all this was read from, as entries of the record name them.
        people: the names of those whom entries of the record name by their ids.
    """

    about: Data
    standing: Standing
    ksbs: list[Data]
    outcomes: list[Data]
    pieces: list[Data]
    confirmations: list[Data]
    files: dict[UUID, list[EvidenceFile]]
    subjects: set[tuple[str, str]]
    people: dict[str, str]


def contents_of(apprenticeship: Apprenticeship) -> Contents:
    """What the pack of an apprenticeship holds now.

    Args:
        apprenticeship: locked, so that nothing of it changes between one reading and the next.
    """
    read = Reader(apprenticeship)
    standing = standing_of(apprenticeship)
    chosen = {piece.pk: piece for piece in standing.chosen}
    files = _files(read, chosen)
    confirmations = _confirmations(read, chosen)
    pieces = _pieces(read, chosen, files, confirmations)
    return Contents(
        about=_about(read, standing),
        standing=standing,
        ksbs=_ksbs(read),
        outcomes=outcome_results(read),
        pieces=pieces,
        confirmations=confirmations.get(None, []),
        files=files,
        subjects=read.subjects,
        people=read.people,
    )


def _about(read: Reader, standing: Standing) -> Data:
    whose = read.apprenticeship
    version, rules = whose.standard_version, standing.rules
    read.note("apprenticeships.apprenticeship", whose.pk)
    read.who(whose.apprentice)
    assessors = Assignment.objects.live().leading().filter(apprenticeship=whose, role=Assignment.Role.ASSESSOR)
    return {
        "apprenticeship": whose.pk,
        "apprentice": whose.apprentice.name,
        "provider": {"id": whose.provider_id, "name": whose.provider.name, "ukprn": whose.provider.ukprn},
        "employer": whose.employer.name if whose.employer else None,
        "assessors": [read.who(one.person) for one in assessors.select_related("person")],
        "standard": version.standard.reference,
        "title": version.title,
        "version": version.version,
        "level": version.level,
        "option": whose.option.title if whose.option else None,
        "status": whose.get_status_display(),
        "started_on": whose.started_on,
        "planned_end_on": whose.planned_end_on,
        "read_at": clock.now(),
        "plan": {
            "fewest": rules.fewest,
            "most": rules.most,
            "types_that_do_not_count": rules.excluded_kinds,
            "method": str(rules.assessment) if rules.assessment else None,
            "is_complete": standing.is_complete,
            "pieces_missing": standing.too_few,
            "pieces_too_many": standing.too_many,
            "pieces_that_do_not_count": [piece.pk for piece in standing.not_counted],
            "ksbs_missing": [ksb.code for ksb in standing.missing],
        },
    }


def _ksbs(read: Reader) -> list[Data]:
    states = dict(KsbProgress.objects.unscoped().filter(apprenticeship=read.apprenticeship).values_list("ksb", "state"))
    signed: dict[str, list[Data]] = defaultdict(list)
    sign_offs = (
        SignOff.objects.unscoped()
        .filter(apprenticeship=read.apprenticeship)
        .select_related("by", "withdrawal__by")
        .prefetch_related("grounds")
        .order_by("at", "pk")
    )
    reopened = Reopening.objects.unscoped().standing().filter(apprenticeship=read.apprenticeship).select_related("by")
    by_sign_off = {row.sign_off_id: row for row in reopened}
    for row in sign_offs:
        if code := read.today(row.ksb_id):
            signed[code].append(_sign_off(read, row, by_sign_off.get(row.pk)))
    return [
        {
            "code": ksb.code,
            "type": str(KsbType(ksb.type).label),
            "statement": ksb.statement,
            "state": states.get(ksb.pk, KsbState.NOT_STARTED.value),
            "state_in_words": str(KsbState(states.get(ksb.pk, KsbState.NOT_STARTED)).label),
            "sign_offs": signed[ksb.code],
        }
        for ksb in applicable_ksbs(read.apprenticeship).in_order()
    ]


def _sign_off(read: Reader, row: SignOff, reopening: Reopening | None) -> Data:
    read.note("assessments.signoff", row.pk)
    if reopening:
        read.note("assessments.reopening", reopening.pk)
    withdrawal = getattr(row, "withdrawal", None)
    if withdrawal:
        read.note("assessments.signoffwithdrawal", withdrawal.pk)
    return {
        "id": row.pk,
        "by": read.who(row.by),
        "at": row.at,
        "decisions": sorted(str(ground.decision_id) for ground in row.grounds.all()),
        "reopened": {"by": read.who(reopening.by), "at": reopening.at, "reason": reopening.reason}
        if reopening
        else None,
        "withdrawn": {"by": read.who(withdrawal.by), "at": withdrawal.at, "reason": withdrawal.reason}
        if withdrawal
        else None,
    }


def _files(read: Reader, chosen: dict[UUID, Piece]) -> dict[UUID, list[EvidenceFile]]:
    """The files that a reviewed round of each piece had, in the order in which they came."""
    found: dict[UUID, list[EvidenceFile]] = defaultdict(list)
    rows = (
        EvidenceFile.objects.unscoped()
        .filter(evidence__in=list(chosen), submitted__submission__finished_at__isnull=False)
        .select_related("evidence__apprenticeship")
        .defer("transcript")
        .distinct()
        .order_by("added_at", "pk")
    )
    for file in rows:
        read.note("portfolios.evidencefile", file.pk)
        found[file.evidence_id].append(file)
    for quarantine in (
        Quarantine.objects.unscoped()
        .filter(evidence__in=list(chosen))
        .select_related("hidden_by", "asked_by", "ended_by")
    ):
        read.note("portfolios.quarantine", quarantine.pk)
        for person in filter(None, (quarantine.hidden_by, quarantine.asked_by, quarantine.ended_by)):
            read.who(person)
    return found


def _without_hidden_words(content: Data, files: list[EvidenceFile]) -> Data:
    """What was submitted, but for what is said in recordings that staff hid: its hash is of all of it."""
    hidden = {str(file.pk) for file in files if file.withheld}
    return without_words_of(content, hidden)


def _pieces(
    read: Reader,
    chosen: dict[UUID, Piece],
    files: dict[UUID, list[EvidenceFile]],
    confirmations: dict[UUID | None, list[Data]],
) -> list[Data]:
    choices = {
        row.evidence_id: row
        for row in ChosenPiece.objects.unscoped()
        .filter(apprenticeship=read.apprenticeship)
        .standing()
        .select_related("chosen_by")
    }
    decisions = _decisions(read, chosen)
    rounds: dict[UUID, list[Data]] = defaultdict(list)
    submissions = (
        Submission.objects.unscoped()
        .filter(evidence__in=list(chosen), finished_at__isnull=False, withdrawn_at=None)
        .select_related("snapshot", "submitted_by", "voice_note__by")
        .order_by("round")
    )
    for row in submissions:
        read.note("assessments.submission", row.pk)
        rounds[row.evidence_id].append(
            {
                "id": row.pk,
                "round": row.round,
                "submitted_at": row.submitted_at,
                "submitted_by": read.who(row.submitted_by),
                "reviewed_at": row.finished_at,
                "sha256": row.snapshot.sha256,
                "content": _without_hidden_words(row.snapshot.content, files.get(row.evidence_id, [])),
                "decisions": decisions.get(row.pk, []),
                "voice_note": _voice_note(read, row),
            }
        )
    pieces = []
    for number, piece in enumerate(chosen.values(), start=1):
        choice, newest = choices[piece.pk], rounds[piece.pk][-1]
        read.note("portfolios.evidence", piece.pk)
        read.note("reports.chosenpiece", choice.pk)
        pieces.append(
            {
                "id": piece.pk,
                "number": number,
                "title": piece.title,
                "kind": piece.kind,
                "kind_in_words": str(EvidenceKind(piece.kind).label),
                "happened_on": piece.happened_on,
                "counts": piece.counts,
                "chosen_by": read.who(choice.chosen_by),
                "chosen_at": choice.chosen_at,
                "ksbs": piece.codes,
                "places": _places(read, newest, files[piece.pk]),
                "rounds": rounds[piece.pk],
                "confirmations": confirmations.get(piece.pk, []),
            }
        )
    return pieces


def _places(read: Reader, newest: Data, files: list[EvidenceFile]) -> list[Data]:
    """Where in its files the newest reviewed round shows which KSB, in words."""
    content = newest["content"]
    today = {claim["code"]: read.today(UUID(claim["ksb"])) or claim["code"] for claim in content["claims"]}
    known = {str(file.pk) for file in files}
    return [
        {
            "ksb": today.get(place.data["ksb"], place.data["ksb"]),
            "file": place.file_id,
            "where": place.where,
            "note": place.note,
        }
        for place in markers.places(content["markers"], content["files"])
        if place.file_id in known
    ]


def _decisions(read: Reader, chosen: dict[UUID, Piece]) -> dict[UUID, list[Data]]:
    """All decisions on the chosen pieces, by their submission, those that were corrected too."""
    found: dict[UUID, list[Data]] = defaultdict(list)
    rows = (
        Decision.objects.unscoped()
        .filter(claim__submission__evidence__in=list(chosen))
        .select_related("by", "claim__ksb", "claim__added_by", "superseded_by", "countersignature__by")
        .order_by("claim__ksb__position", "at", "pk")
    )
    for row in rows:
        read.note("assessments.decision", row.pk)
        found[row.claim.submission_id].append(
            {
                "id": row.pk,
                "ksb": row.claim.ksb.code,
                "ksb_today": read.today(row.claim.ksb_id),
                "statement": row.claim.ksb.statement,
                "outcome": row.outcome,
                "outcome_in_words": str(Outcome(row.outcome).label),
                "feedback": row.feedback.to_json(),
                "added_by": read.who(row.claim.added_by) if row.claim.added_by else None,
                "by": read.who(row.by),
                "at": row.at,
                "corrects": row.supersedes_id,
                "reason": row.reason,
                "stands": getattr(row, "superseded_by", None) is None,
                "needs_countersignature": row.needs_countersignature,
                "countersigned": _countersigned(read, row),
                "sha256": row.snapshot_sha256,
            }
        )
    return found


def _voice_note(read: Reader, round_: Submission) -> Data | None:
    """What was said about a round aloud; its file gets a path where it is written."""
    note: VoiceNote | None = getattr(round_, "voice_note", None)
    if note is None:
        return None
    read.note("assessments.voicenote", note.pk)
    return {
        "by": read.who(note.by),
        "at": note.at,
        "words": note.words,
        "stored": note.stored,
        "content_type": note.content_type,
        "size_bytes": note.size_bytes,
        "sha256": note.sha256,
    }


def _countersigned(read: Reader, decision: Decision) -> Data | None:
    """Which competent assessor said that a decision by one in training is right."""
    made = getattr(decision, "countersignature", None)
    if made is None:
        return None
    read.note("assessments.countersignature", made.pk)
    return {"by": read.who(made.by), "at": made.at}


def _confirmations(read: Reader, chosen: dict[UUID, Piece]) -> dict[UUID | None, list[Data]]:
    """What people with no account confirmed, by the piece it is about; under None what the employer did."""
    found: dict[UUID | None, list[Data]] = defaultdict(list)
    asked = (
        Verification.objects.unscoped()
        .filter(Q(submission__evidence__in=list(chosen)) | Q(kind=Purpose.EMPLOYER))
        .filter(apprenticeship=read.apprenticeship)
    )
    answered = {
        row.link_signature_id: row
        for row in EmployerAnswer.objects.unscoped()
        .filter(apprenticeship=read.apprenticeship)
        .select_related("by")
        .prefetch_related("behaviours__ksb")
    }
    about = {row.pk: row for row in asked.select_related("submission").prefetch_related("verified_ksbs__ksb")}
    links = (
        Link.objects.unscoped()
        .filter(about__in=list(about), passed_on_at=None)
        .select_related("asked_by", "signature__disavowal")
        .order_by("asked_at", "pk")
    )
    for link in links:
        verification = about[link.about]
        signature = getattr(link, "signature", None)
        disavowal = getattr(signature, "disavowal", None)
        read.note("assessments.verification", verification.pk)
        read.note("signing.link", link.pk)
        if signature:
            read.note("signing.signature", signature.pk)
        if disavowal:
            read.note("signing.disavowal", disavowal.pk)
        state = LinkState.DISOWNED if disavowal else state_of(link)
        found[verification.submission.evidence_id if verification.submission else None].append(
            {
                "id": verification.pk,
                "kind": verification.kind,
                "kind_in_words": str(Purpose(verification.kind).label),
                "state": state.value,
                "state_in_words": str(state.label),
                "ksbs": [one.ksb.code for one in verification.verified_ksbs.all()],
                "asked": {"name": link.name, "by": read.who(link.asked_by), "at": link.asked_at},
                "declined": {"at": link.declined_at, "reason": link.decline_reason} if link.declined_at else None,
                "content": link.content,
                "content_sha256": link.sha256,
                "answers": _answers(read, answered.pop(signature.pk if signature else None, None)) if signature else [],
                "signature": {
                    "reference": signature.reference,
                    "name": signature.name,
                    "role": signature.role,
                    "statement": signature.statement,
                    "comment": signature.comment,
                    "at": signature.at,
                    "sha256": signature.sha256,
                    "was_told_of_change": signature.was_told_of_change,
                    "disowned_at": disavowal.at if disavowal else None,
                }
                if signature
                else None,
            }
        )
    found[None] += [_in_app(read, row) for row in answered.values() if row.by]
    return found


def _answers(read: Reader, row: EmployerAnswer | None) -> list[Data]:
    """What an employer said of each behaviour."""
    if row is None:
        return []
    read.note("assessments.employeranswer", row.pk)
    said = sorted(row.behaviours.all(), key=lambda one: one.ksb.position)
    return [{"code": one.ksb.code, "is_verified": one.is_verified, "words": one.words} for one in said]


def _in_app(read: Reader, row: EmployerAnswer) -> Data:
    """What a mentor answered in the app, in the form of what is signed by a link."""
    answers = _answers(read, row)
    return {
        "id": row.pk,
        "kind": Purpose.EMPLOYER.value,
        "kind_in_words": str(Purpose.EMPLOYER.label),
        "state": LinkState.SIGNED.value,
        "state_in_words": gettext("Answered"),
        "ksbs": [one["code"] for one in answers],
        "asked": None,
        "declined": None,
        "content": row.content,
        "content_sha256": row.sha256,
        "answers": answers,
        "signature": {
            "reference": None,
            "name": read.who(row.by),
            "role": row.role,
            "statement": row.statement,
            "comment": row.comment,
            "at": row.at,
            "sha256": row.sha256,
            "was_told_of_change": False,
            "disowned_at": None,
        },
    }


def moment_of(contents: Contents) -> datetime:
    """The moment at which everything in it was true."""
    at: datetime = contents.about["read_at"]
    return at
