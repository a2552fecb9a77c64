"""Many believable learners at once, for measuring: made in bulk, yet every row as the workflow would have left it."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction

from accounts.models import Membership, Organisation, Role, User
from accounts.workflow import confirm_address
from apprenticeships.models import Apprenticeship, Assignment, KsbProgress, Outcome
from apprenticeships.progress import state_of
from assessments import coverage
from assessments.declaration import Declaration
from assessments.models import Decision, SignOff, SignOffGround, Snapshot, Submission, SubmittedClaim
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.canonical import digest
from occupations.models import Ksb, StandardVersion
from portfolios.content import ClaimContent, EvidenceContent
from portfolios.coverage import TOTAL_FIELDS, totals_of
from portfolios.models import Claim, Evidence

PIECES_EACH = 20
LEARNERS_PER_ASSESSOR = 30
CHUNK = 50
UKPRN = 99_999_998
PROGRAMME_DAYS = 540
NARRATIVE = (
    "I prepared this with my consultant, did it myself and noted what happened. The client answered within a day. "
    "I changed two things after that and kept both versions, so that it can be seen what I learned from it. "
)


class AlreadyLoaded(Exception):
    """There are load-test learners already."""


def load(learners: int, seed: int = 1, *, again: bool = False, pieces_each: int = PIECES_EACH) -> Organisation:
    """Make so many learners of one provider, each with `pieces_each` pieces of evidence of which half are judged.

    The same `seed` makes the same shapes. Progress is what `rebuild_coverage` would compute, and the record holds an
    entry for every snapshot, decision and sign-off. A load that was cut off keeps the groups that were written.

    Args:
        again: add to the learners of earlier loads.

    Raises:
        AlreadyLoaded: a load was made in this database before, and nobody said `again`.
    """
    provider = Organisation.objects.filter(ukprn=UKPRN).first()
    if provider and not again:
        raise AlreadyLoaded
    version = _version()
    chance = random.Random(seed)  # noqa: S311  (shapes of test data, nothing secret)
    password = make_password(settings.DEMO_PASSWORD)
    with transaction.atomic():
        provider = provider or _provider(password)
        employer, _ = Organisation.objects.get_or_create(kind="employer", name="Load Test Employer (made up)")
        held = Membership.objects.filter(organisation=provider, role=Role.ASSESSOR).count()
        assessors = [
            _member(f"load-assessor-{n}@load.test", f"Load Assessor {n}", provider, Role.ASSESSOR, password)
            for n in range(held + 1, held + (learners - 1) // LEARNERS_PER_ASSESSOR + 2)
        ]
    ksbs = list(version.ksbs.in_order())
    present = Apprenticeship.objects.filter(provider=provider).count()
    for first in range(0, learners, CHUNK):
        chunk = _Chunk(version, ksbs, provider, employer, chance, pieces_each)
        for number in range(first, min(first + CHUNK, learners)):
            chunk.add_learner(present + number + 1, assessors[number // LEARNERS_PER_ASSESSOR])
        chunk.write()
    return provider


def _provider(password: str) -> Organisation:
    """The made-up provider, with its admin."""
    provider = Organisation.objects.create(kind="provider", name="Load Test Training (made up)", ukprn=UKPRN)
    _member("load-provider@load.test", "Load Provider", provider, Role.PROVIDER_ADMIN, password)
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
    Membership.objects.create(
        user=person, organisation=organisation, role=role, started_on=clock.today() - timedelta(days=900)
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
    ) -> None:
        self.version, self.ksbs, self.provider, self.employer, self.chance = version, ksbs, provider, employer, chance
        self.pieces_each = pieces_each
        self.users: list[User] = []
        self.apprenticeships: list[Apprenticeship] = []
        self.assignments: list[Assignment] = []
        self.evidence: list[Evidence] = []
        self.claims: list[Claim] = []
        self.submissions: list[Submission] = []
        self.snapshots: list[Snapshot] = []
        self.submitted_claims: list[SubmittedClaim] = []
        self.decisions: list[Decision] = []
        self.sign_offs: list[SignOff] = []
        self.grounds: list[SignOffGround] = []
        self.happenings: list[audit.Happening] = []

    def add_learner(self, number: int, assessor: User) -> None:
        """One learner at a stage of their own, with their evidence and what became of it."""
        now = clock.now()
        days_in = self.chance.randint(60, PROGRAMME_DAYS - 10)
        started = now - timedelta(days=days_in)
        person = User(email=f"learner-{number}@load.test", name=f"Learner {number:05}", password="!")  # noqa: S106
        apprenticeship = Apprenticeship(
            apprentice=person,
            provider=self.provider,
            employer=self.employer,
            standard_version=self.version,
            started_on=started.date(),
            planned_end_on=started.date() + timedelta(days=PROGRAMME_DAYS),
        )
        self.users.append(person)
        self.apprenticeships.append(apprenticeship)
        self.assignments.append(
            Assignment(
                apprenticeship=apprenticeship,
                person=assessor,
                role=Assignment.Role.ASSESSOR,
                started_on=started.date(),
            )
        )
        met: dict[UUID, list[Decision]] = {}
        newest: dict[UUID, str] = {}
        for place in range(self.pieces_each):
            at = started + timedelta(
                days=days_in * (place + 1) / (self.pieces_each + 2), minutes=self.chance.randint(0, 300)
            )
            self._add_piece(apprenticeship, person, assessor, place, at, met, newest)
        self._sign_off(apprenticeship, assessor, met, newest, now - timedelta(days=1))

    def _add_piece(
        self,
        apprenticeship: Apprenticeship,
        person: User,
        assessor: User,
        place: int,
        at: datetime,
        met: dict[UUID, list[Decision]],
        newest: dict[UUID, str],
    ) -> None:
        """A piece of evidence: the first half judged, the next quarter waiting, the rest drafts."""
        is_judged, is_submitted = place < self.pieces_each // 2, place < self.pieces_each * 3 // 4
        claimed = sorted(self.chance.sample(self.ksbs, self.chance.randint(1, 4)), key=lambda ksb: ksb.position)
        evidence = Evidence(
            apprenticeship=apprenticeship,
            provider=self.provider,
            title=f"Piece {place + 1} of {person.name}",
            narrative=NARRATIVE * self.chance.randint(1, 4),
            happened_on=(at - timedelta(days=1)).date(),
            created_at=at,
            changed_at=at,
            first_submitted_at=at if is_submitted else None,
        )
        self.evidence.append(evidence)
        claims = [
            Claim(evidence=evidence, ksb=ksb, justification=f"It shows {ksb.code} from start to end.")
            for ksb in claimed
        ]
        self.claims += claims
        if not is_submitted:
            return
        submission = Submission(
            evidence=evidence,
            apprenticeship=apprenticeship,
            provider=self.provider,
            round=1,
            submitted_by=person,
            submitted_at=at,
        )
        snapshot = self._snapshot(submission, evidence, claims)
        self.submissions.append(submission)
        self.snapshots.append(snapshot)
        self._note("submission.made", person, submission, at, evidence=evidence.pk, round=submission.round)
        evidence.state = Evidence.State.SUBMITTED
        asked = [
            SubmittedClaim(
                submission=submission,
                apprenticeship=apprenticeship,
                provider=self.provider,
                ksb=claim.ksb,
                justification=claim.justification,
            )
            for claim in claims
        ]
        self.submitted_claims += asked
        if not is_judged:
            return
        judged_at = at + timedelta(days=3)
        submission.review_started_by, submission.review_started_at = assessor, judged_at
        submission.finished_at = judged_at
        for claim, submitted in zip(claims, asked, strict=True):
            claim.is_met = self.chance.random() < 0.8
            decision = Decision(
                claim=submitted,
                outcome=Outcome.MET if claim.is_met else Outcome.NOT_YET,
                feedback="Clear." if claim.is_met else "Say what came of it.",
                by=assessor,
                at=judged_at,
                snapshot_sha256=snapshot.sha256,
            )
            self.decisions.append(decision)
            said = str(decision.outcome)
            self._note(
                "claim.decided", assessor, decision, judged_at, evidence=evidence.pk, ksb=claim.ksb_id, outcome=said
            )
            newest[claim.ksb_id] = decision.outcome
            if claim.is_met:
                met.setdefault(claim.ksb_id, []).append(decision)
        all_met = all(claim.is_met for claim in claims)
        evidence.state = Evidence.State.ACCEPTED if all_met else Evidence.State.REFERRED

    def _snapshot(self, submission: Submission, evidence: Evidence, claims: list[Claim]) -> Snapshot:
        """What the workflow would have frozen, of the same shape."""
        said = EvidenceContent(
            title=evidence.title,
            narrative=evidence.narrative,
            happened_on=evidence.happened_on,
            claims={claim.ksb_id: ClaimContent.of(claim) for claim in claims},
            kind=str(evidence.kind),
        )
        return Snapshot.frozen(submission, said, self.version, Declaration(is_own_work=True))

    def _sign_off(
        self,
        apprenticeship: Apprenticeship,
        assessor: User,
        met: dict[UUID, list[Decision]],
        newest: dict[UUID, str],
        at: datetime,
    ) -> None:
        """Sign off most of what is met."""
        for ksb in self.ksbs:
            decisions = sorted(met.get(ksb.pk, []), key=lambda made: (made.at, made.pk))
            if not decisions or newest[ksb.pk] != Outcome.MET or self.chance.random() < 0.2:
                continue
            made = SignOff(
                apprenticeship=apprenticeship,
                provider=self.provider,
                ksb=ksb,
                by=assessor,
                at=at,
                grounds_sha256=digest([decision.fingerprint() for decision in decisions]),
            )
            self.sign_offs.append(made)
            self.grounds += [SignOffGround(sign_off=made, decision=decision) for decision in decisions]
            self._note(
                "ksb.signed_off",
                assessor,
                made,
                at,
                apprenticeship=apprenticeship.pk,
                ksb=ksb.pk,
                decisions=[decision.pk for decision in decisions],
            )

    def _note(self, action: str, by: User, subject: Submission | Decision | SignOff, at: datetime, **data: Any) -> None:
        self.happenings.append(
            audit.Happening(action, Actor(by.pk), subject, organisation=self.provider, data=data, at=at)
        )

    @transaction.atomic
    def write(self) -> None:
        """Everything into its table, then the derived rows and the record."""
        for rows in self._in_order():
            if rows:
                type(rows[0])._base_manager.bulk_create(rows, batch_size=500)
        KsbProgress.objects.bulk_create(self._progress(), batch_size=500)
        for apprenticeship in self.apprenticeships:
            apprenticeship.save(update_fields=TOTAL_FIELDS)
        audit.record_many(self.happenings)

    def _in_order(self) -> Iterator[list]:
        """Each table's rows, what is pointed at before what points."""
        yield from (self.users, self.apprenticeships, self.assignments, self.evidence, self.claims)
        yield from (self.submissions, self.snapshots, self.submitted_claims, self.decisions, self.sign_offs)
        yield self.grounds

    def _progress(self) -> Iterator[KsbProgress]:
        """Progress as the rules of coverage compute it, before it is written: bringing rows up to date takes longer."""
        for apprenticeship in self.apprenticeships:
            rows = [KsbProgress(apprenticeship=apprenticeship, provider=self.provider, ksb=ksb) for ksb in self.ksbs]
            coverage.recount(apprenticeship, rows)
            for row in rows:
                row.state = state_of(row)
            for column, value in totals_of(apprenticeship, rows).items():
                setattr(apprenticeship, column, value)
            yield from rows
