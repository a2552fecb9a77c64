"""Random people do random things in random order: never off the state table, never an entry missing."""

from contextlib import ExitStack
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Assignment, KsbProgress
from assessments import moves
from assessments import workflow as assessing
from assessments.feedback import Feedback
from assessments.models import (
    Appeal,
    AppealAnswer,
    Decision,
    Finding,
    FindingNote,
    KsbCarryOver,
    Reopening,
    ReviewDraft,
    Sample,
    SignOff,
    SignOffWithdrawal,
    Snapshot,
    Standardisation,
    StandardisationAction,
    StandardisationNote,
    Submission,
    SubmittedClaim,
    Transition,
    Verification,
    WordingConfirmation,
)
from assessments.moves.carrying import carried
from audit import verification
from audit.models import Entry
from core import clock
from core.canonical import digest
from core.errors import WorkflowError
from occupations.crossing import crossing
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Claim, Evidence, EvidenceFile, Quarantine
from programme import workflow as programme
from programme.learning_hours.entry_rules import Words
from programme.models import (
    Attainment,
    HoursConfirmation,
    OffTheJobEntry,
    PartySignature,
    ProgressReview,
    SignedVersion,
)
from signing.models import Disavowal, Link, Signature
from tests.assessments.more_acts import WHICH, MoreActs, mostly
from tests.assessments.transitions import with_two_texts
from tests.conftest import EXAMPLES
from tests.factories.files import make_text
from tests.states import off_the_table, states
from tests.world import OWN_WORK, acting, claim_words, make_world

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
    Appeal,
    AppealAnswer,
    Sample,
    Finding,
    FindingNote,
    Reopening,
    OffTheJobEntry,
    HoursConfirmation,
    Verification,
    Link,
    Signature,
    Disavowal,
    Quarantine,
    ProgressReview,
    SignedVersion,
    PartySignature,
    Attainment,
    Standardisation,
    StandardisationAction,
    StandardisationNote,
]
#: Which KSBs an apprentice has to show changes with these, and so what their states follow from.
MOVES = ("move", "undo_move")


def to_do(owner, due_on) -> assessing.Found:  # type: ignore[no-untyped-def]
    return assessing.Found("action", "It shows no date.", "Ask for the date.", owner, due_on)


def everything() -> list:
    """Every row that a workflow function may change."""
    return [list(model._base_manager.order_by("pk").values_list()) for model in RECORDED]


def seen() -> tuple[list, int, dict]:
    """Every such row, how many entries the record has, and every state."""
    return everything(), Entry.objects.count(), states()


class Acts(MoreActs):
    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.time, self.days, self.seen = ExitStack(), 0, None
        self.world = make_world()
        self.ways = [with_two_texts(self.world)]
        self.ways.append(crossing(self.ways[0].after, self.ways[0].before))
        self.world.draft("K1", "S1")
        self.world.submitted("K2")
        self.world.signed_off("B1")

    @property
    def codes(self) -> dict:
        """The KSBs of the text that the first apprentice is on, by code."""
        text = Apprenticeship.objects.get(pk=self.world.apprenticeship.pk).standard_version
        return dict(text.ksbs.values_list("code", "pk"))

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            try:
                call_command("rebuild_coverage", "--check", stdout=StringIO())
                assert list(map(str, verification.verify(files=False))) == []
            finally:
                self.time.close()
                transaction.set_rollback(True)
                self.atomic.__exit__(None, None, None)

    def attempt(self, name: str, act, allowed: set[str], who: str) -> None:  # type: ignore[no-untyped-def]
        """Do `act` as `who`: what is refused changes nothing; what is done leaves an entry, and keeps to the table."""
        rows, entries, before = self.seen or seen()
        try:
            act(acting(self.world.people[who]))
        except WorkflowError:
            self.seen = seen()
            assert self.seen[:2] == (rows, entries)
            return
        self.seen = seen()
        if self.seen[0] != rows:
            assert who in allowed, f"{who} was let do what only {allowed} may"
            assert self.seen[1] > entries
        if name not in MOVES:
            assert off_the_table(before, self.seen[2], name) == []

    def pick(self, model, which: int):  # type: ignore[no-untyped-def]
        rows = list(model._base_manager.order_by("pk"))
        return rows[which % len(rows)] if rows else None

    def assessor_of(self, apprenticeship: Apprenticeship) -> set[str]:
        live = Assignment.objects.live().filter(apprenticeship=apprenticeship, role="assessor").select_related("person")
        return {name for name, user in self.world.people.items() for a in live if a.person == user}

    @rule(who=BY_APPRENTICE, codes=CODES, words=WORDS)
    def starts_a_draft(self, who: str, codes: set[str], words: str) -> None:
        self.attempt(
            "create_evidence",
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
                "revise_evidence",
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
                "add_file",
                lambda by: collecting.add_file(piece.pk, acting(by), make_text("note.txt", text)),
                {"apprentice"},
                who,
            )

    @rule(who=BY_APPRENTICE, which=WHICH)
    def removes_a_file(self, who: str, which: int) -> None:
        if file := self.pick(EvidenceFile, which):
            self.attempt("remove_file", lambda by: collecting.remove_file(file.pk, acting(by)), {"apprentice"}, who)

    @rule(who=BY_APPRENTICE, which=WHICH, back=st.sampled_from([True, True, False]))
    def puts_aside_or_brings_back(self, who: str, which: int, back: bool) -> None:
        if piece := self.pick(Evidence, which):
            act = collecting.restore_evidence if back else collecting.discard_evidence
            self.attempt(act.__name__, lambda by: act(piece.pk, by), {"apprentice"}, who)

    @rule(who=BY_APPRENTICE, which=WHICH)
    def submits(self, who: str, which: int) -> None:
        if piece := self.pick(Evidence, which):
            self.attempt("submit", lambda by: assessing.submit(piece.pk, acting(by), OWN_WORK), {"apprentice"}, who)

    @rule(who=BY_APPRENTICE, which=WHICH)
    def takes_back(self, who: str, which: int) -> None:
        if submission := self.pick(Submission, which):
            self.attempt("take_back", lambda by: assessing.take_back(submission.pk, acting(by)), {"apprentice"}, who)

    @rule(who=BY_ASSESSOR, which=WHICH)
    def starts_a_review(self, who: str, which: int) -> None:
        if submission := self.pick(Submission, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            self.attempt("start_review", lambda by: assessing.start_review(submission.pk, acting(by)), allowed, who)

    @rule(who=BY_ASSESSOR, which=WHICH, words=WORDS, revision=st.sampled_from([0, 1]))
    def writes_a_review(self, who: str, which: int, words: str, revision: int) -> None:
        if submission := self.pick(Submission, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            claims = {"K1": claim_words("met", words)}
            self.attempt(
                "keep_review",
                lambda by: assessing.keep_review(submission.pk, acting(by), revision=revision, claims=claims),
                allowed,
                who,
            )

    @rule(who=BY_ASSESSOR, which=WHICH, outcome=st.sampled_from(["met", "not_yet", "not_judged", "maybe"]), words=WORDS)
    def corrects_a_decision(self, who: str, which: int, outcome: str, words: str) -> None:
        if made := self.pick(Decision, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            self.attempt(
                "correct_decision",
                lambda by: assessing.correct_decision(made.pk, acting(by), outcome, Feedback(missing=words), words),
                allowed,
                who,
            )

    @rule(who=BY_ASSESSOR, which=WHICH, outcome=st.sampled_from(["met", "met", "not_yet", "not_judged"]), words=WORDS)
    def finishes_a_review(self, who: str, which: int, outcome: str, words: str) -> None:
        if submission := self.pick(Submission, which):
            said = {claim.ksb.code: claim_words(outcome, words) for claim in submission.claims.select_related("ksb")}
            allowed = self.assessor_of(self.world.apprenticeship)
            self.attempt(
                "finish_review", lambda by: assessing.finish_review(submission.pk, acting(by), said), allowed, who
            )

    @rule(who=BY_ASSESSOR, which=WHICH, undoes=st.sampled_from([True, False, False]))
    def undoes_or_sends_a_review(self, who: str, which: int, undoes: bool) -> None:
        if submission := self.pick(Submission, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            act = assessing.undo_finish if undoes else assessing.send_review
            self.attempt(act.__name__, lambda by: act(submission.pk, acting(by)), allowed, who)

    @rule(minutes=st.sampled_from([1, 11]))
    def the_worker_sends_what_is_due(self, minutes: int) -> None:
        with clock.at(clock.now() + timedelta(minutes=minutes)):
            for draft in list(ReviewDraft.objects.due()):
                before = states()
                assessing.send_if_due(draft.pk)
                assert off_the_table(before, states(), "send_if_due") == []
            assert not ReviewDraft.objects.due().exists()
        self.seen = None

    @rule(who=BY_ASSESSOR, code=st.sampled_from(["K1", "K2", "S1", "B1"]))
    def signs_off(self, who: str, code: str) -> None:
        allowed = self.assessor_of(self.world.apprenticeship)
        self.attempt(
            "sign_off",
            lambda by: assessing.sign_off(self.world.apprenticeship.pk, self.codes[code], acting(by)),
            allowed,
            who,
        )

    @rule(who=BY_ASSESSOR, which=WHICH, words=WORDS)
    def withdraws_a_sign_off(self, who: str, which: int, words: str) -> None:
        if made := self.pick(SignOff, which):
            allowed = self.assessor_of(self.world.apprenticeship)
            self.attempt(
                "withdraw_sign_off", lambda by: assessing.withdraw_sign_off(made.pk, acting(by), words), allowed, who
            )

    @rule(who=mostly("admin"), chosen=st.sampled_from(["assessor", "assessor", "second_assessor", "iqa"]))
    def changes_the_assessor(self, who: str, chosen: str) -> None:
        self.attempt(
            "assign",
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
            "move",
            lambda by: moves.move(self.world.apprenticeship.pk, acting(by), way, act=uuid4(), option=None),
            {"admin"},
            who,
        )

    @rule(who=mostly("admin"), which=WHICH)
    def undoes_a_move(self, who: str, which: int) -> None:
        if made := self.pick(Transition, which):
            self.attempt("undo_move", lambda by: moves.undo_move(made.pk, acting(by)), {"admin"}, who)

    @rule(who=BY_ASSESSOR, code=st.sampled_from(["K1", "K2"]))
    def confirms_the_words(self, who: str, code: str) -> None:
        allowed = self.assessor_of(self.world.apprenticeship)
        self.attempt(
            "confirm_wording",
            lambda by: moves.confirm_wording(self.world.apprenticeship.pk, self.codes[code], acting(by)),
            allowed,
            who,
        )

    @rule(who=BY_APPRENTICE, which=WHICH)
    def appeals(self, who: str, which: int) -> None:
        if made := self.pick(Decision, which):
            self.attempt(
                "appeal_decision",
                lambda by: assessing.appeal_decision(made.pk, by, appeal_id=uuid4(), grounds="It is on page 2."),
                {"apprentice"},
                who,
            )

    @rule(who=mostly("iqa", "apprentice"), which=WHICH, end=st.sampled_from(["upheld", "turned_down", "taken_back"]))
    def ends_an_appeal(self, who: str, which: int, end: str) -> None:
        if made := self.pick(Appeal, which):
            if end == "taken_back":
                act, allowed = lambda by: assessing.take_back_appeal(made.pk, by, "Settled."), {"apprentice"}
            else:
                act, allowed = lambda by: assessing.decide_appeal(made.pk, by, end, "As agreed."), {"iqa"}
            self.attempt("take_back_appeal" if end == "taken_back" else "decide_appeal", act, allowed, who)

    @rule(who=mostly("iqa"))
    def draws_a_sample(self, who: str) -> None:
        on = clock.today()
        self.attempt(
            "plan_sample",
            lambda by: assessing.plan_sample(
                self.world.provider.pk,
                by,
                plan_id=uuid4(),
                seed="a seed",
                from_on=on - timedelta(days=30),
                until_on=on,
                rates=assessing.Rates(100, 100, 100, 100),
            ),
            {"iqa"},
            who,
        )

    @rule(who=mostly("iqa"), which=WHICH, agrees=st.booleans(), reopens=st.booleans())
    def checks_a_decision(self, who: str, which: int, agrees: bool, reopens: bool) -> None:
        if sample := self.pick(Sample, which):
            due = clock.today() + timedelta(days=7)
            found = assessing.Found("agreed") if agrees else to_do(self.world.assessor.pk, due)
            self.attempt(
                "check_decision",
                lambda by: assessing.check_decision(
                    sample.pk, by, found, finding_id=uuid4(), reopen_because="Too thin." if reopens else ""
                ),
                {"iqa"},
                who,
            )

    @rule(who=mostly("iqa"), which=WHICH, undoes=st.booleans(), kind=st.sampled_from(["closed", "opened"]))
    def follows_a_finding_up(self, who: str, which: int, undoes: bool, kind: str) -> None:
        if undoes and (reopening := self.pick(Reopening, which)):
            act = lambda by: assessing.undo_reopening(reopening.pk, by, "It was enough.")  # noqa: E731
            self.attempt("undo_reopening", act, {"iqa"}, who)
        elif finding := self.pick(Finding, which):
            act = lambda by: assessing.note_on_finding(  # noqa: E731
                finding.pk, by, note_id=uuid4(), kind=kind, words="As asked."
            )
            self.attempt("note_on_finding", act, {"iqa"}, who)

    @rule(who=mostly("apprentice", "assessor"), which=WHICH, what=st.sampled_from(["log", "confirm", "remove"]))
    def keeps_hours(self, who: str, which: int, what: str) -> None:
        whose, entry = self.world.apprenticeship.pk, self.pick(OffTheJobEntry, which)
        allowed = {"apprentice", *self.assessor_of(self.world.apprenticeship)}
        if entry is None or what == "log":
            words = Words(clock.today(), 60, "assignment", "Reading.")
            act = lambda by: programme.log_hours(whose, by, entry_id=uuid4(), words=words)  # noqa: E731
            self.attempt("log_hours", act, allowed, who)
        elif what == "confirm":
            act = lambda by: programme.confirm_hours(whose, by, [entry.pk])  # noqa: E731
            self.attempt("confirm_hours", act, allowed - {"apprentice"}, who)
        else:
            act = lambda by: programme.remove_hours(entry.pk, by, reason="By mistake.")  # noqa: E731
            self.attempt("remove_hours", act, allowed | {"admin"}, who)

    @rule(days=st.sampled_from([1, 8, 40]))
    def time_moves(self, days: int) -> None:
        self.days += days
        if self.days < 150:
            self.time.close()
            self.time.enter_context(clock.at(timezone.now() + timedelta(days=self.days)))
        # Links run out by time alone.
        self.seen = None

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
    is_long = EXAMPLES == "soak"
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=40 if is_long else 4,
            stateful_step_count=50 if is_long else 30,
            # A failure of the suite is the same each time; a soak takes the time to make it short.
            phases=tuple(Phase) if is_long else (Phase.generate,),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
