"""Random people do random things in random order: never an illegal state, never an entry missing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Assignment, KsbProgress
from apprenticeships.progress import DERIVED_FIELDS, applicable_ksbs, state_of
from assessments import coverage as judged
from assessments import moves
from assessments import workflow as assessing
from assessments.feedback import Feedback
from assessments.models import (
    Decision,
    KsbCarryOver,
    ReviewDraft,
    SignOff,
    SignOffWithdrawal,
    Snapshot,
    Submission,
    SubmittedClaim,
    Transition,
    WordingConfirmation,
)
from assessments.moves.carrying import carried
from audit.models import Entry
from core import clock
from core.canonical import digest
from core.errors import WorkflowError
from occupations.crossing import crossing
from portfolios import coverage
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Claim, Evidence, EvidenceFile
from tests.assessments.transitions import with_two_texts
from tests.factories.files import make_text
from tests.world import OWN_WORK, acting, claim_words, make_world

#: Which of the things there are a rule picks; taken modulo how many there are.
WHICH = st.integers(0, 7)
OTHERS = [
    "second_assessor",
    "second_apprentice",
    "admin",
    "iqa",
    "mentor",
    "other_assessor",
    "former_assessor",
    "stranger",
]


def mostly(*names: str) -> st.SearchStrategy[str]:
    """These people in most acts, so that work gets done, and anybody else in the rest."""
    return st.one_of(st.sampled_from(names), st.sampled_from(names), st.sampled_from([*names, *OTHERS]))


BY_APPRENTICE = mostly("apprentice")
BY_ASSESSOR = mostly("assessor", "assessor", "second_assessor")
CODES = st.sets(st.sampled_from(["K1", "K2", "S1"]), min_size=1, max_size=2)
WORDS = st.sampled_from(["Clear and complete.", "Say more about the results.", "Say more about the results.", ""])

RECORDED = [
    Apprenticeship,
    Assignment,
    Evidence,
    EvidenceFile,
    Claim,
    KsbProgress,
    Submission,
    Snapshot,
    SubmittedClaim,
    Decision,
    SignOff,
    SignOffWithdrawal,
    Transition,
    KsbCarryOver,
    WordingConfirmation,
]


def everything() -> list:
    """Every row that a workflow function may change."""
    return [list(model._base_manager.order_by("pk").values_list()) for model in RECORDED]


class Acts(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.world = make_world()
        self.world.draft("K1", "S1")
        self.world.submitted("K2")
        self.world.signed_off("B1")
        self.ways = [with_two_texts(self.world)]
        self.ways.append(crossing(self.ways[0].after, self.ways[0].before))

    @property
    def codes(self) -> dict:
        """The KSBs of the text that the first apprentice is on, by code."""
        text = Apprenticeship.objects.get(pk=self.world.apprenticeship.pk).standard_version
        return dict(text.ksbs.values_list("code", "pk"))

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def attempt(self, act, allowed: set[str], who: str) -> None:  # type: ignore[no-untyped-def]
        """Do `act` as `who`: refused acts change nothing, done ones leave an entry, and only the allowed do any."""
        rows, entries = everything(), Entry.objects.count()
        try:
            act(acting(self.world.people[who]))
        except WorkflowError:
            assert everything() == rows
            assert Entry.objects.count() == entries
            return
        if everything() != rows:
            assert who in allowed, f"{who} was let do what only {allowed} may"
            assert Entry.objects.count() > entries

    def pick(self, model, which: int):  # type: ignore[no-untyped-def]
        rows = list(model._base_manager.order_by("pk"))
        return rows[which % len(rows)] if rows else None

    def assessor_of(self, apprenticeship: Apprenticeship) -> set[str]:
        live = Assignment.objects.live().filter(apprenticeship=apprenticeship, role="assessor").select_related("person")
        return {name for name, user in self.world.people.items() for a in live if a.person == user}

    @rule(who=BY_APPRENTICE, codes=CODES, words=WORDS)
    def starts_a_draft(self, who: str, codes: set[str], words: str) -> None:
        self.attempt(
            lambda by: collecting.create_evidence(
                self.world.apprenticeship.pk,
                acting(by),
                evidence_id=uuid4(),
                content=EvidenceContent.written(
                    title="Work",
                    narrative="What I did.",
                    happened_on=clock.today(),
                    claims={self.codes[code]: words for code in codes},
                ),
            ),
            {"apprentice"},
            who,
        )

    @rule(who=BY_APPRENTICE, which=WHICH, codes=CODES, behind=st.sampled_from([0, 0, 0, 1]))
    def revises(self, who: str, which: int, codes: set[str], behind: int) -> None:
        if piece := self.pick(Evidence, which):
            self.attempt(
                lambda by: collecting.revise_evidence(
                    piece.pk,
                    acting(by),
                    revision=piece.revision - behind,
                    content=EvidenceContent.written(
                        title="Work, again",
                        narrative="What I did, better.",
                        happened_on=clock.today() - timedelta(days=1),
                        claims={self.codes[code]: f"It shows {code}." for code in codes},
                    ),
                ),
                {"apprentice"},
                who,
            )

    @rule(who=BY_APPRENTICE, which=WHICH, text=st.sampled_from(["one", "two"]))
    def adds_a_file(self, who: str, which: int, text: str) -> None:
        if piece := self.pick(Evidence, which):
            self.attempt(
                lambda by: collecting.add_file(piece.pk, acting(by), make_text("note.txt", text)), {"apprentice"}, who
            )

    @rule(who=BY_APPRENTICE, which=WHICH)
    def removes_a_file(self, who: str, which: int) -> None:
        if file := self.pick(EvidenceFile, which):
            self.attempt(lambda by: collecting.remove_file(file.pk, acting(by)), {"apprentice"}, who)

    @rule(who=BY_APPRENTICE, which=WHICH, back=st.sampled_from([True, True, False]))
    def puts_aside_or_brings_back(self, who: str, which: int, back: bool) -> None:
        if piece := self.pick(Evidence, which):
            act = collecting.restore_evidence if back else collecting.discard_evidence
            self.attempt(lambda by: act(piece.pk, by), {"apprentice"}, who)

    @rule(who=BY_APPRENTICE, which=WHICH)
    def submits(self, who: str, which: int) -> None:
        if piece := self.pick(Evidence, which):
            self.attempt(lambda by: assessing.submit(piece.pk, acting(by), OWN_WORK), {"apprentice"}, who)

    @rule(who=BY_APPRENTICE, which=WHICH)
    def takes_back(self, who: str, which: int) -> None:
        if submission := self.pick(Submission, which):
            self.attempt(lambda by: assessing.take_back(submission.pk, acting(by)), {"apprentice"}, who)

    @rule(who=BY_ASSESSOR, which=WHICH)
    def starts_a_review(self, who: str, which: int) -> None:
        if submission := self.pick(Submission, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            self.attempt(lambda by: assessing.start_review(submission.pk, acting(by)), allowed, who)

    @rule(who=BY_ASSESSOR, which=WHICH, words=WORDS, revision=st.sampled_from([0, 1]))
    def writes_a_review(self, who: str, which: int, words: str, revision: int) -> None:
        if submission := self.pick(Submission, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            claims = {"K1": claim_words("met", words)}
            self.attempt(
                lambda by: assessing.keep_review(submission.pk, acting(by), revision=revision, claims=claims),
                allowed,
                who,
            )

    @rule(who=BY_ASSESSOR, which=WHICH, outcome=st.sampled_from(["met", "not_yet", "not_judged", "maybe"]), words=WORDS)
    def corrects_a_decision(self, who: str, which: int, outcome: str, words: str) -> None:
        if made := self.pick(Decision, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            self.attempt(
                lambda by: assessing.correct_decision(made.pk, acting(by), outcome, Feedback(missing=words), words),
                allowed,
                who,
            )

    @rule(who=BY_ASSESSOR, which=WHICH, outcome=st.sampled_from(["met", "met", "not_yet", "not_judged"]), words=WORDS)
    def finishes_a_review(self, who: str, which: int, outcome: str, words: str) -> None:
        if submission := self.pick(Submission, which):
            said = {claim.ksb.code: claim_words(outcome, words) for claim in submission.claims.select_related("ksb")}
            allowed = self.assessor_of(self.world.apprenticeship)
            self.attempt(lambda by: assessing.finish_review(submission.pk, acting(by), said), allowed, who)

    @rule(who=BY_ASSESSOR, which=WHICH, undoes=st.sampled_from([True, False, False]))
    def undoes_or_sends_a_review(self, who: str, which: int, undoes: bool) -> None:
        if submission := self.pick(Submission, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            act = assessing.undo_finish if undoes else assessing.send_review
            self.attempt(lambda by: act(submission.pk, acting(by)), allowed, who)

    @rule(minutes=st.sampled_from([1, 11]))
    def the_worker_sends_what_is_due(self, minutes: int) -> None:
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            for draft in list(ReviewDraft.objects.due()):
                assessing.send_if_due(draft.pk)
            assert not ReviewDraft.objects.due().exists()

    @rule(who=BY_ASSESSOR, code=st.sampled_from(["K1", "K2", "S1", "B1"]))
    def signs_off(self, who: str, code: str) -> None:
        allowed = self.assessor_of(self.world.apprenticeship)
        self.attempt(
            lambda by: assessing.sign_off(self.world.apprenticeship.pk, self.codes[code], acting(by)), allowed, who
        )

    @rule(who=BY_ASSESSOR, which=WHICH, words=WORDS)
    def withdraws_a_sign_off(self, who: str, which: int, words: str) -> None:
        if made := self.pick(SignOff, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            self.attempt(lambda by: assessing.withdraw_sign_off(made.pk, acting(by), words), allowed, who)

    @rule(who=mostly("admin"), chosen=st.sampled_from(["assessor", "assessor", "second_assessor", "iqa"]))
    def changes_the_assessor(self, who: str, chosen: str) -> None:
        self.attempt(
            lambda by: enrolling.assign(
                self.world.apprenticeship.pk, acting(by), assessor=self.world.people[chosen], reason="They take over."
            ),
            {"admin"},
            who,
        )

    @rule(who=mostly("admin"), back=st.sampled_from([0, 0, 1]))
    def moves_to_another_text(self, who: str, back: int) -> None:
        way = self.ways[back]
        self.attempt(
            lambda by: moves.move(self.world.apprenticeship.pk, acting(by), way, act=uuid4(), option=None),
            {"admin"},
            who,
        )

    @rule(who=mostly("admin"), which=WHICH)
    def undoes_a_move(self, who: str, which: int) -> None:
        if made := self.pick(Transition, which):
            self.attempt(lambda by: moves.undo_move(made.pk, acting(by)), {"admin"}, who)

    @rule(who=BY_ASSESSOR, code=st.sampled_from(["K1", "K2"]))
    def confirms_the_words(self, who: str, code: str) -> None:
        allowed = self.assessor_of(self.world.apprenticeship)
        self.attempt(
            lambda by: moves.confirm_wording(self.world.apprenticeship.pk, self.codes[code], acting(by)), allowed, who
        )

    @invariant()
    def coverage_is_what_it_is_recomputed_to_be(self) -> None:
        if not hasattr(self, "world"):
            return
        for apprenticeship in Apprenticeship.objects.all():
            rows = list(KsbProgress.objects.filter(apprenticeship=apprenticeship))
            assert {row.ksb_id for row in rows} == set(applicable_ksbs(apprenticeship).values_list("pk", flat=True))
            fields = [field.replace("signed_off_by", "signed_off_by_id") for field in DERIVED_FIELDS]
            before = [[getattr(row, field) for field in fields] for row in rows]
            judged.recount(apprenticeship, rows)
            for row in rows:
                row.state = state_of(row)
            assert [[getattr(row, field) for field in fields] for row in rows] == before
            totals = coverage.totals_of(apprenticeship, rows)
            assert totals == {column: getattr(apprenticeship, column) for column in totals}

    @invariant()
    def no_state_is_illegal(self) -> None:
        if not hasattr(self, "world"):
            return
        for piece in Evidence.objects.prefetch_related("submissions", "claims"):
            waiting = [submission for submission in piece.submissions.all() if submission.is_waiting]
            assert len(waiting) == (piece.state == "submitted")
            if piece.state == "accepted":
                # What left the text before anybody met it may be there still; on moving back it is asked for again.
                unmet = [claim for claim in piece.claims.all() if not claim.is_met]
                assert not unmet or Transition.objects.exists()
            if piece.state == "draft":
                assert piece.first_submitted_at is None
        for draft in ReviewDraft.objects.select_related("submission"):
            assert draft.submission.is_waiting or draft.not_sent_because
            assert draft.submission.review_started_at
        for submission in Submission.objects.select_related("snapshot"):
            assert submission.snapshot.sha256 == digest(submission.snapshot.content)
        for decision in Decision.objects.select_related("claim__submission__evidence__apprenticeship"):
            assert decision.by_id != decision.claim.submission.evidence.apprenticeship.apprentice_id
            assert decision.feedback or decision.outcome != "not_yet"
        ways = carried(Apprenticeship.objects.get(pk=self.world.apprenticeship.pk))
        live = [(whose, ways.now(ksb)) for whose, ksb in SignOff.objects.live().values_list("apprenticeship", "ksb")]
        assert len(live) == len(set(live))
        for made in SignOff.objects.prefetch_related("decisions"):
            assert {decision.outcome for decision in made.decisions.all()} == {"met"}


@pytest.mark.django_db
@pytest.mark.hypothesis
def test_random_acts_by_random_people_keep_every_rule():
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
