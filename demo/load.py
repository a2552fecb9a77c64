"""Many believable learners at once, for measuring: made in bulk, yet every row as the workflow would have left it."""

import hashlib
import os
import random
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, connections, transaction

from accounts.audit_actions import MEMBERSHIP_GRANTED, PERSON_ADDED
from accounts.models import Membership, Organisation, Role, User
from accounts.workflow import add_organisation, confirm_address
from apprenticeships.audit_actions import APPRENTICESHIP_ENROLLED
from apprenticeships.models import Apprenticeship, Assignment, KsbProgress, Outcome
from apprenticeships.progress import state_of, totals_of
from assessments.audit_actions import CLAIM_DECIDED, KSB_SIGNED_OFF, SUBMISSION_MADE
from assessments.declaration import Declaration
from assessments.feedback import Feedback
from assessments.models import Decision, SignOff, SignOffGround, Snapshot, Submission, SubmittedClaim, SubmittedFile
from audit import chain as audit
from audit.actions import Action
from core import clock
from core.actor import SYSTEM, Actor
from core.canonical import digest
from core.writing import insert
from occupations.models import Ksb, StandardVersion
from portfolios.audit_actions import EVIDENCE_CREATED, EVIDENCE_FILE_ADDED
from portfolios.content import ClaimContent, EvidenceContent, FileContent
from portfolios.models import Claim, Evidence, EvidenceFile, EvidenceVersion, stored_name

PIECES_EACH = 20
LEARNERS_PER_ASSESSOR = 30
CHUNK = 50
UKPRN = 99_999_000
PROGRAMME_DAYS = 540
NARRATIVE = (
    "I prepared this with my consultant, did it myself and noted what happened. The client answered within a day. "
    "I changed two things after that and kept both versions, so that it can be seen what I learned from it. "
)


class AlreadyLoaded(Exception):
    """There are load-test learners already."""


class LoadFailed(Exception):
    """Some groups of learners could not be written; what happened was printed."""


def load(
    learners: int, seed: int = 1, *, again: bool = False, pieces_each: int = PIECES_EACH, house: int = 1
) -> Organisation:
    """Create this many learners of one provider, each with `pieces_each` pieces of evidence of which half are judged.

    Each piece has a version of its words and a small file. The same `seed` makes the same shapes. Progress is what
    `rebuild_coverage` would compute, and the record holds an entry for every file, submission, decision and sign-off. A
    load that was cut off keeps the groups that were written.

    Args:
        again: add to the learners of earlier loads.
        house: which provider they are at; the first has the addresses of load.test, the second those of load2.test.

    Raises:
        AlreadyLoaded: a load was made in this database before, and nobody said `again`.
    """
    provider = Organisation.objects.filter(ukprn=UKPRN + house).first()
    if provider and not again:
        raise AlreadyLoaded
    version = _version()
    password = make_password(settings.DEMO_PASSWORD)
    with transaction.atomic():
        domain = f"load{house if house > 1 else ''}.test"
        provider = provider or _provider(house, domain, password)
        name = f"Load Test Employer {house} (made up)"
        employer = Organisation.objects.filter(kind=Organisation.Kind.EMPLOYER, name=name).first()
        employer = employer or add_organisation(Organisation.Kind.EMPLOYER, name, SYSTEM)
        held = Membership.objects.filter(organisation=provider, role=Role.ASSESSOR).count()
        assessors = [
            _member(f"load-assessor-{n}@{domain}", f"Load Assessor {n}", provider, Role.ASSESSOR, password)
            for n in range(held + 1, held + (learners - 1) // LEARNERS_PER_ASSESSOR + 2)
        ]
    ksbs = list(version.ksbs.in_order())
    present = Apprenticeship.objects.filter(provider=provider).count()

    def write(first: int) -> None:
        chance = random.Random(f"{seed} {present + first}")  # noqa: S311  (shapes of test data, nothing secret)
        chunk = _Chunk(version, ksbs, provider, employer, chance, pieces_each, domain)
        for number in range(first, min(first + CHUNK, learners)):
            chunk.add_learner(present + number + 1, assessors[number // LEARNERS_PER_ASSESSOR])
        chunk.write()

    _shared_out(write, range(0, learners, CHUNK))
    return provider


def _shared_out(write: Callable[[int], None], groups: Sequence[int]) -> None:
    """Write the groups by as many processes as there are processors; a few are not worth one of their own.

    Within a transaction nobody else would see what the groups rest on.
    """
    processes = min(os.cpu_count() or 1, len(groups) // 2)
    if processes < 2 or connection.in_atomic_block:
        for first in groups:
            write(first)
        return
    # A connection cannot be shared with a child.
    connections.close_all()
    children = []
    for number in range(processes):
        if child := os.fork():
            children.append(child)
            continue
        code = 1
        try:
            for first in groups[number::processes]:
                write(first)
            code = 0
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    codes = [os.waitpid(child, 0)[1] for child in children]
    if any(codes):
        raise LoadFailed


def _provider(house: int, domain: str, password: str) -> Organisation:
    """A made-up provider, with its admin."""
    name = f"Load Test Training {house} (made up)"
    provider = add_organisation(Organisation.Kind.PROVIDER, name, SYSTEM, ukprn=UKPRN + house)
    _member(f"load-provider@{domain}", "Load Provider", provider, Role.PROVIDER_ADMIN, password)
    return provider


def _version() -> StandardVersion:
    """The demo standard, imported if it is not held."""
    held = StandardVersion.objects.filter(standard__reference="ST0321").select_related("standard").order_by("-version")
    if not held.exists():
        call_command("import_standards", str(settings.BASE_DIR / "demo" / "data" / "ST0321.txt"), verbosity=0)
    return held[0]


def _member(email: str, name: str, organisation: Organisation, role: Role, password: str) -> User:
    person = User.objects.create(email=email, name=name, password=password)
    confirm_address(person)
    audit.note(PERSON_ADDED, SYSTEM, person)
    membership = Membership.objects.create(
        user=person, organisation=organisation, role=role, started_on=clock.today() - timedelta(days=900)
    )
    audit.record(
        MEMBERSHIP_GRANTED, SYSTEM, membership, organisation=organisation, person=person.pk, role=membership.role
    )
    return person


class _Chunk:
    """Some learners with all that is theirs, collected and then written table by table."""

    def __init__(
        self,
        version: StandardVersion,
        ksbs: list[Ksb],
        provider: Organisation,
        employer: Organisation,
        chance: random.Random,
        pieces_each: int,
        domain: str,
    ) -> None:
        self.version, self.ksbs, self.provider, self.employer, self.chance = version, ksbs, provider, employer, chance
        self.pieces_each, self.domain = pieces_each, domain
        self.users: list[User] = []
        self.apprenticeships: list[Apprenticeship] = []
        self.assignments: list[Assignment] = []
        self.evidence: list[Evidence] = []
        self.claims: list[Claim] = []
        self.files: list[EvidenceFile] = []
        self.contents: dict[str, bytes] = {}
        self.versions: list[EvidenceVersion] = []
        self.submissions: list[Submission] = []
        self.snapshots: list[Snapshot] = []
        self.submitted_files: list[SubmittedFile] = []
        self.submitted_claims: list[SubmittedClaim] = []
        self.decisions: list[Decision] = []
        self.sign_offs: list[SignOff] = []
        self.grounds: list[SignOffGround] = []
        self.progress: list[KsbProgress] = []
        self.happenings: list[audit.Happening] = []

    def add_learner(self, number: int, assessor: User) -> None:
        """One learner at a stage of their own, with their evidence and what became of it."""
        now = clock.now()
        days_in = self.chance.randint(60, PROGRAMME_DAYS - 10)
        started = now - timedelta(days=days_in)
        person = User(email=f"learner-{number}@{self.domain}", name=f"Learner {number:05}", password="!")  # noqa: S106
        apprenticeship = Apprenticeship(
            apprentice=person,
            provider=self.provider,
            employer=self.employer,
            standard_version=self.version,
            started_on=started.date(),
            planned_end_on=started.date() + timedelta(days=PROGRAMME_DAYS),
        )
        assignment = Assignment(
            apprenticeship=apprenticeship,
            person=assessor,
            role=Assignment.Role.ASSESSOR,
            started_on=started.date(),
        )
        self.users.append(person)
        self.apprenticeships.append(apprenticeship)
        self.assignments.append(assignment)
        # What its fingerprint is made of is at hand; nothing needs to be read for it.
        apprenticeship._prefetched_objects_cache = {  # type: ignore[attr-defined]
            "assignments": [assignment],
            "assignment_changes": [],
            "changes": [],
        }
        self._note(
            APPRENTICESHIP_ENROLLED, None, apprenticeship, started, standard_version=apprenticeship.standard_version_id
        )
        rows = {
            ksb.pk: KsbProgress(apprenticeship_id=apprenticeship.pk, provider_id=self.provider.pk, ksb_id=ksb.pk)
            for ksb in self.ksbs
        }
        self.progress += rows.values()
        met: dict[UUID, list[Decision]] = {}
        for place in range(self.pieces_each):
            at = started + timedelta(
                days=days_in * (place + 1) / (self.pieces_each + 2), minutes=self.chance.randint(0, 300)
            )
            self._add_piece(apprenticeship, person, assessor, place, at, rows, met)
        self._sign_off(apprenticeship, assessor, rows, met, now - timedelta(days=1))
        self._settle(apprenticeship, rows.values())

    def _add_piece(
        self,
        apprenticeship: Apprenticeship,
        person: User,
        assessor: User,
        place: int,
        at: datetime,
        rows: dict[UUID, KsbProgress],
        met: dict[UUID, list[Decision]],
    ) -> None:
        """A piece of evidence: the first half judged, the next quarter waiting, the rest drafts."""
        is_judged, is_submitted = place < self.pieces_each // 2, place < self.pieces_each * 3 // 4
        claimed = sorted(self.chance.sample(self.ksbs, self.chance.randint(1, 4)), key=lambda ksb: ksb.position)
        evidence = Evidence(
            apprenticeship_id=apprenticeship.pk,
            provider_id=self.provider.pk,
            title=f"Piece {place + 1} of {person.name}",
            narrative=NARRATIVE * self.chance.randint(1, 4),
            happened_on=(at - timedelta(days=1)).date(),
            created_at=at,
            changed_at=at,
            first_submitted_at=at if is_submitted else None,
        )
        self.evidence.append(evidence)
        self._note(EVIDENCE_CREATED, person, evidence, at, claims=sorted(str(ksb.pk) for ksb in claimed))
        claims = [
            Claim(evidence_id=evidence.pk, ksb=ksb, justification=f"It shows {ksb.code} from start to end.")
            for ksb in claimed
        ]
        self.claims += claims
        file = self._add_file(evidence, person, at, first_submitted_at=evidence.first_submitted_at)
        said = EvidenceContent(
            title=evidence.title,
            narrative=evidence.narrative,
            happened_on=evidence.happened_on,
            claims={claim.ksb_id: ClaimContent.of(claim) for claim in claims},
            kind=str(evidence.kind),
            files=(FileContent.of(file),),
        )
        version = EvidenceVersion(
            evidence_id=evidence.pk,
            revision=1,
            content=said.to_json(),
            begun_at=at,
            saved_at=at,
            is_submitted=is_submitted,
        )
        self.versions.append(version)
        apprenticeship.last_activity_at = max(apprenticeship.last_activity_at or at, at)
        apprenticeship.stored_bytes += file.size_bytes
        if not is_submitted:
            for claim in claims:
                rows[claim.ksb_id].drafted_count += 1
            return
        submission = Submission(
            evidence=evidence,
            apprenticeship_id=apprenticeship.pk,
            provider_id=self.provider.pk,
            round=1,
            submitted_by_id=person.pk,
            submitted_at=at,
        )
        snapshot = Snapshot.frozen(submission, said, self.version, Declaration(is_own_work=True))
        self.submissions.append(submission)
        self.snapshots.append(snapshot)
        brought = SubmittedFile(submission_id=submission.pk, file_id=file.pk)
        self.submitted_files.append(brought)
        self._note(SUBMISSION_MADE, person, submission, at, evidence=evidence.pk, round=submission.round)
        evidence.state = Evidence.State.SUBMITTED
        asked = [
            SubmittedClaim(
                submission_id=submission.pk,
                apprenticeship_id=apprenticeship.pk,
                provider_id=self.provider.pk,
                ksb=claim.ksb,
                justification=claim.justification,
            )
            for claim in claims
        ]
        self.submitted_claims += asked
        submission._prefetched_objects_cache = {"claims": asked, "files": [brought]}  # type: ignore[attr-defined]
        if not is_judged:
            for claim in claims:
                rows[claim.ksb_id].waiting_count += 1
            return
        judged_at = at + timedelta(days=3)
        submission.review_started_by_id, submission.review_started_at = assessor.pk, judged_at
        submission.finished_at = judged_at
        for claim, submitted in zip(claims, asked, strict=True):
            claim.is_met = self.chance.random() < 0.8
            decision = Decision(
                claim=submitted,
                outcome=Outcome.MET if claim.is_met else Outcome.NOT_YET,
                feedback=Feedback(meets="Clear.") if claim.is_met else Feedback(missing="Say what came of it."),
                by_id=assessor.pk,
                at=judged_at,
                snapshot_sha256=snapshot.sha256,
            )
            self.decisions.append(decision)
            outcome = str(decision.outcome)
            self._note(
                CLAIM_DECIDED, assessor, decision, judged_at, evidence=evidence.pk, ksb=claim.ksb_id, outcome=outcome
            )
            row = rows[claim.ksb_id]
            row.newest_outcome, row.newest_decided_at = decision.outcome, decision.at
            if claim.is_met:
                met.setdefault(claim.ksb_id, []).append(decision)
                row.met_count += 1
                row.is_enough = True
        all_met = all(claim.is_met for claim in claims)
        evidence.state = Evidence.State.ACCEPTED if all_met else Evidence.State.REFERRED
        if not all_met:
            for claim in claims:
                rows[claim.ksb_id].drafted_count += not claim.is_met

    def _add_file(
        self, evidence: Evidence, person: User, at: datetime, first_submitted_at: datetime | None
    ) -> EvidenceFile:
        """A small text of the piece's own, with its bytes in the store."""
        content = f"{evidence.title}\n\n{NARRATIVE}\n".encode()
        file = EvidenceFile(
            evidence_id=evidence.pk,
            name="notes.txt",
            content_type="text/plain",
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            added_at=at,
            added_by_id=person.pk,
            first_submitted_at=first_submitted_at,
            processing=EvidenceFile.Processing.DONE,
            processed_at=at,
            scan=EvidenceFile.Scan.NOT_SCANNED,
        )
        file.stored.name = stored_name(file, file.name)
        self.files.append(file)
        self.contents[str(file.stored.name)] = content
        self._note(EVIDENCE_FILE_ADDED, person, file, at)
        return file

    def _sign_off(
        self,
        apprenticeship: Apprenticeship,
        assessor: User,
        rows: dict[UUID, KsbProgress],
        met: dict[UUID, list[Decision]],
        at: datetime,
    ) -> None:
        """Sign off most of what is met."""
        for ksb in self.ksbs:
            decisions = sorted(met.get(ksb.pk, []), key=lambda made: (made.at, made.pk))
            row = rows[ksb.pk]
            if not decisions or row.newest_outcome != Outcome.MET or self.chance.random() < 0.2:
                continue
            made = SignOff(
                apprenticeship_id=apprenticeship.pk,
                provider_id=self.provider.pk,
                ksb_id=ksb.pk,
                by_id=assessor.pk,
                at=at,
                grounds_sha256=digest([decision.fingerprint() for decision in decisions]),
            )
            self.sign_offs.append(made)
            row.signed_off_at, row.signed_off_by_id = at, assessor.pk
            grounds = [SignOffGround(sign_off=made, decision=decision) for decision in decisions]
            self.grounds += grounds
            made._prefetched_objects_cache = {"grounds": grounds}  # type: ignore[attr-defined]
            self._note(
                KSB_SIGNED_OFF,
                assessor,
                made,
                at,
                apprenticeship=apprenticeship.pk,
                ksb=ksb.pk,
                decisions=[decision.pk for decision in decisions],
            )

    def _settle(self, apprenticeship: Apprenticeship, rows: Iterable[KsbProgress]) -> None:
        """The states that follow from the counts, and how many KSBs are in each."""
        for row in rows:
            row.state = state_of(row)
        for column, number in totals_of(row.state for row in rows).items():
            setattr(apprenticeship, column, number)

    def _note(
        self,
        action: Action,
        by: User | None,
        subject: Apprenticeship | Evidence | EvidenceFile | Submission | Decision | SignOff,
        at: datetime,
        **data: Any,
    ) -> None:
        self.happenings.append(
            audit.Happening(
                action, Actor(by.pk) if by else SYSTEM, subject, organisation=self.provider, data=data, at=at
            )
        )

    def write(self) -> None:
        """The bytes of the files, then everything into its table, then the record."""
        for key, content in self.contents.items():
            _store(key, content)
        with transaction.atomic():
            for rows in self._in_order():
                insert(rows)
            audit.record_many(self.happenings)
            audit.note_many(audit.Happening(PERSON_ADDED, SYSTEM, person) for person in self.users)

    def _in_order(self) -> Iterator[list[Any]]:
        """Each table's rows, what is pointed at before what points."""
        yield from (self.users, self.apprenticeships, self.assignments, self.progress, self.evidence, self.claims)
        yield from (self.files, self.versions, self.submissions, self.snapshots, self.submitted_files)
        yield from (self.submitted_claims, self.decisions, self.sign_offs, self.grounds)


def _store(key: str, content: bytes) -> None:
    """Keep the bytes of a file. In a folder they are just written: after a power cut a load is made again."""
    try:
        path = Path(default_storage.path(key))
    except NotImplementedError:
        default_storage.save(key, ContentFile(content))
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content)
