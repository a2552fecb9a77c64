"""More of what people do at random: links, hidden files, progress reviews, training plans and standardisation."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from assessments import workflow as assessing
from assessments.models import StandardisationAction, Submission
from core import clock
from core.actor import ANYBODY, Actor
from jobs.mail import _box
from jobs.models import Mail
from portfolios import workflow as collecting
from portfolios.models import EvidenceFile, Quarantine
from programme import workflow as programme
from programme.models import Attainment, Party, ProgressReview, SignedKind, SignedVersion
from signing import receipts
from signing import workflow as signing
from signing.models import Link, Signature
from tests.programme import attaining, planning, reviewing
from tests.signing.people import SAID

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


def token_of(link: Link) -> str:
    """The token in the newest mail about a link, which waits to be sent."""
    body = json.loads(_box().decrypt(bytes(Mail.objects.filter(about=link.pk).latest("queued_at").sealed_text)))["body"]
    return next(word for word in body.split() if "/sign/" in word).rstrip("/").rpartition("/")[2]


class MoreActs(RuleBasedStateMachine):
    """Rules for a machine that has a `world`, and an `attempt` that holds an act to the rules and the table."""

    world: Any
    attempt: Any
    pick: Any
    assessor_of: Any

    @property
    def assessors(self) -> set[str]:
        return self.assessor_of(self.world.apprenticeship)

    @rule(who=mostly("apprentice", "assessor"), which=WHICH)
    def asks_a_witness(self, who: str, which: int) -> None:
        if submission := self.pick(Submission, which):
            told = {"kind": "witness", "name": "Wanda Witness", "email": f"{uuid4().hex}@example.test"}
            self.attempt(
                "ask",
                lambda by: assessing.ask_testimony(submission.pk, by, verification_id=uuid4(), **told),
                {"apprentice", *self.assessors},
                who,
            )

    @rule(which=WHICH, what=st.sampled_from(["start", "sign", "sign", "decline", "disown"]))
    def holds_a_link(self, which: int, what: str) -> None:
        """Whoever has the link, or the receipt, is nobody of ours: `attempt` lets the person named here do it."""
        if what == "disown":
            if made := self.pick(Signature, which):
                receipt = receipts.token_of(made)
                self.attempt(what, lambda by: signing.disown(receipt), {"stranger"}, "stranger")
        elif link := self.pick(Link, which):
            token = token_of(link)
            acts = {
                "start": lambda by: signing.start(token),
                "sign": lambda by: assessing.confirm(token, shown=link.edition(has_changed=False), answers={}, **SAID),
                "decline": lambda by: signing.decline(token, reason="I was not there.", signed_in=ANYBODY),
            }
            self.attempt(what, acts[what], {"stranger"}, "stranger")

    @rule(who=mostly("apprentice", "assessor"), which=WHICH, again=st.booleans())
    def sends_again_or_withdraws_a_link(self, who: str, which: int, again: bool) -> None:
        if link := self.pick(Link, which):
            act = signing.resend if again else signing.revoke
            allowed = {"apprentice", "admin", *self.assessors}
            self.attempt(act.__name__, lambda by: act(link.pk, by), allowed, who)

    @rule(who=mostly("assessor", "iqa"), which=WHICH)
    def hides_a_file(self, who: str, which: int) -> None:
        if file := self.pick(EvidenceFile, which):
            self.attempt(
                "hide_file",
                lambda by: collecting.hide_file(file.pk, by, quarantine_id=uuid4(), reason="It shows a patient."),
                {"iqa", "admin", *self.assessors},
                who,
            )

    @rule(
        who=mostly("iqa", "admin"),
        which=WHICH,
        what=st.sampled_from(["ask", "agree", "agree", "refuse"]),
        wish=st.sampled_from(["restore", "restore", "erase"]),
    )
    def ends_a_hiding(self, who: str, which: int, what: str, wish: str) -> None:
        made = self.pick(Quarantine, which)
        if made and what == "ask":
            act = lambda by: collecting.ask_for_end(made.pk, by, wish=wish, reason="As agreed.")  # noqa: E731
            self.attempt("ask_for_end", act, {"iqa", "admin"}, who)
        elif made:
            act = lambda by: collecting.answer_end(made.pk, by, wish=made.wish, agrees=what == "agree")  # noqa: E731
            self.attempt("answer_end", act, {"iqa", "admin"}, who)

    @rule(who=mostly("assessor"), which=WHICH, what=st.sampled_from(["plan", "issue", "issue", "cancel"]))
    def reviews_progress(self, who: str, which: int, what: str) -> None:
        review, whose = self.pick(ProgressReview, which), self.world.apprenticeship.pk
        if review is None or what == "plan":
            told = {"review_id": uuid4(), "planned_on": clock.today()}
            self.attempt(
                "plan_review", lambda by: programme.plan_review(whose, by, **told), {"admin", *self.assessors}, who
            )
        elif what == "cancel":
            act = lambda by: programme.cancel_review(review.pk, by, "Both are ill.")  # noqa: E731
            self.attempt("cancel_review", act, {"admin", *self.assessors}, who)
        else:
            notes = getattr(review, "notes", None)
            revision, words = (notes.revision if notes else 0), reviewing.words(review, absent=uuid4().hex)
            self.attempt(
                "issue_review",
                lambda by: programme.issue_review(
                    review.pk, by, revision=revision, words=words, reason="A correction."
                ),
                self.assessors,
                who,
            )

    @rule(who=mostly("assessor"), hours=st.sampled_from([400, 420]))
    def offers_a_plan(self, who: str, hours: int) -> None:
        whose, item = self.world.apprenticeship.pk, planning.item(self.world, hours=hours)

        def offer(by: Actor) -> None:
            programme.keep_plan_item(whose, by, item)
            programme.offer_plan(whose, by, reason="More to learn.")

        self.attempt("offer_plan", offer, {"admin", *self.assessors}, who)

    @rule(who=mostly("apprentice", "mentor"), which=WHICH, kind=st.sampled_from([SignedKind.PLAN, SignedKind.REVIEW]))
    def signs_what_was_sent(self, who: str, which: int, kind: str) -> None:
        sent = list(SignedVersion.objects.unscoped().of(kind).newest().order_by("pk"))
        if sent:
            version, party = sent[which % len(sent)], Party.EMPLOYER if who == "mentor" else Party.APPRENTICE
            self.attempt(
                "sign_version",
                lambda by: programme.sign_version(version.pk, by, party=party, shown=version.sha256),
                {"apprentice", "mentor"},
                who,
            )

    @rule(
        who=mostly("assessor"), which=WHICH, kind=st.sampled_from(["held", "enrolled", "passed"]), undoes=st.booleans()
    )
    def records_english_or_maths(self, who: str, which: int, kind: str, undoes: bool) -> None:
        whose, one, allowed = self.world.apprenticeship.pk, self.pick(Attainment, which), {"admin", *self.assessors}
        if one and undoes:
            act = lambda by: programme.undo_attainment(one.pk, by, "By mistake.")  # noqa: E731
            self.attempt("undo_attainment", act, allowed, who)
        else:
            told = attaining.event("maths", kind)
            act = lambda by: programme.record_attainment(whose, by, attainment_id=uuid4(), event=told)  # noqa: E731
            self.attempt("record_attainment", act, allowed, who)

    @rule(who=mostly("iqa", "assessor"), which=WHICH, kind=st.sampled_from(["done", "given_up", "opened", "meet"]))
    def standardises(self, who: str, which: int, kind: str) -> None:
        action, world = self.pick(StandardisationAction, which), self.world
        if action is None or kind == "meet":
            meeting = assessing.Meeting(
                clock.today(), frozenset({world.assessor.pk, world.iqa.pk}), "A date is needed."
            )
            todo = assessing.ToDo("Tell the others.", world.assessor.pk, clock.today() + timedelta(days=7))
            self.attempt(
                "record_standardisation",
                lambda by: assessing.record_standardisation(
                    world.provider.pk, by, meeting, record_id=uuid4(), actions=[todo]
                ),
                {"iqa"},
                who,
            )
        else:
            told = {"note_id": uuid4(), "kind": kind, "words": "As asked."}
            allowed = {"iqa", "assessor"}
            self.attempt("note_on_action", lambda by: assessing.note_on_action(action.pk, by, **told), allowed, who)
