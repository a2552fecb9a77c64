"""What an apprentice and their assessor did, from the first day until now: acts with the moments at which they happen.

Each act calls a workflow function, as the pages do. Nothing here writes a row itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID, uuid4

from django.utils import timezone

from apprenticeships.models import Outcome
from assessments import workflow as assessing
from assessments.checking.rules import Rule
from assessments.declaration import Declaration
from assessments.feedback import Feedback
from assessments.models import SignOff, Submission
from assessments.unfinished import ClaimWords
from core import clock
from core.actor import ANYBODY, Actor
from demo import bank, files
from demo.cast import Employer, Story
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent, claimed
from portfolios.models import Evidence


@dataclass(frozen=True)
class Act:
    """One thing that somebody does at a moment."""

    at: datetime
    do: Callable[[], object]


@dataclass
class Work:
    """One piece of evidence of one apprentice, as it is going to be."""

    title: str
    narrative: str
    claims: dict[str, str]
    kinds: tuple[str, ...]
    words: dict[str, str]
    new_codes: list[str]
    kind: str
    answers: tuple[tuple[str, str], ...] = ()
    pk: UUID = field(default_factory=uuid4)


class History:
    """Plans the whole history of one apprenticeship; `acts` are then run with those of all others, in order of time."""

    def __init__(
        self,
        story: Story,
        employer: Employer,
        apprenticeship_id: UUID,
        assessor: Actor,
        ksbs: dict[str, UUID],
        now: datetime,
    ) -> None:
        self.story, self.employer = story, employer
        self.apprenticeship_id, self.assessor = apprenticeship_id, assessor
        #: Known once they are enrolled, which is the first act of all.
        self.apprentice = ANYBODY
        self.ksbs, self.now = ksbs, now
        self.random = Random(story.email)  # noqa: S311  (a story, not a secret)
        self.acts: list[Act] = []
        self.claimed: set[str] = set()
        self.pieces = list(bank.PIECES)
        self.random.shuffle(self.pieces)
        #: Where the files are that were stored: a failure leaves none.
        self.stored: list[str] = []
        self._plan()

    # Time ---------------------------------------------------------------------------------------------------------

    def _ago(self, days: float, *, at_work: bool, after: datetime | None = None) -> datetime:
        """A likely moment this many days ago; assessors work on weekdays. Never before `after`, never in the future."""
        moment = timezone.localtime(self.now - timedelta(days=days))
        hour = self.random.randint(9, 16) if at_work else self.random.choice((8, 10, 12, 13, 15, 16, 17, 19, 20))
        moment = moment.replace(hour=hour, minute=self.random.randint(0, 59), second=self.random.randint(0, 59))
        if moment > self.now - timedelta(minutes=90):
            moment -= timedelta(days=1)
        if at_work and moment.weekday() > 4:
            # To one of the next days at work if they are past, else to one of those before.
            forward = timedelta(days=7 - moment.weekday() + self.random.randint(0, 1))
            back = timedelta(days=moment.weekday() - 4 + self.random.randint(0, 1))
            moment = moment + forward if moment + forward < self.now - timedelta(days=1) else moment - back
        if after and moment <= after:
            moment = after + timedelta(minutes=self.random.randint(4, 25))
        return moment

    def _days_since(self, moment: datetime) -> float:
        return (self.now - moment) / timedelta(days=1)

    def _add(self, at: datetime, do: Callable[..., object], *arguments: object) -> None:
        self.acts.append(Act(at, partial(do, *arguments)))

    # What there is to show ----------------------------------------------------------------------------------------

    def _work(self, wanted: int | None = None) -> Work | None:
        """The next piece that shows something new, with at most `wanted` new codes; None if there is none left."""
        # Of the next few, the one that shows most: learners do not write two pieces on the same.
        choices = [
            (new, piece)
            for piece in self.pieces
            if (new := [code for code in piece.claims if code not in self.claimed])
        ][:5]
        if not choices:
            return None
        new, piece = max(choices, key=lambda choice: len(choice[0]))
        self.pieces.remove(piece)
        kept = set(new[:wanted]) if wanted else set(new)
        if not wanted or wanted > len(new):
            kept |= {code for code in piece.claims if code in self.claimed and self.random.random() < 0.6}
        words = self._words()
        self.claimed |= kept
        return Work(
            title=_filled(piece.title, words),
            narrative=_filled(piece.narrative, words),
            claims={code: _filled(why, words) for code, why in piece.claims.items() if code in kept},
            kinds=piece.files if self.random.random() < 0.6 else piece.files[:1],
            words=words,
            new_codes=[code for code in new if code in kept],
            kind=piece.kind,
            answers=bank.ANSWERS.get(piece.kind, ()),
        )

    def _words(self) -> dict[str, str]:
        choose = self.random.choice
        return {
            "company": choose(bank.COMPANIES),
            "role": choose(bank.ROLES),
            "place": choose(bank.PLACES),
            "manager": self.employer.mentor.split()[0],
            "number": str(self.random.randint(8, 30)),
            "few": choose(("three", "four", "five", "six")),
            "many": str(self.random.randint(45, 120)),
        }

    # The plan -----------------------------------------------------------------------------------------------------

    def _plan(self) -> None:
        story = self.story
        judged = list(self._enough_for(story.signed + story.met))
        first, last = story.started - 2.0, float(story.quiet)
        met: list[tuple[datetime, str]] = []
        for place, work in enumerate(judged):
            share = (place + self.random.uniform(0.1, 0.6)) / len(judged)
            begun = first - (first - last) * share
            found = self._judged(work, begun, last)
            met += found
            if found and place % 5 == 1:
                self._add(max(found)[0] + timedelta(minutes=1), self._show_first, work)
        self._signed_off(sorted(met)[: story.signed], last)
        for _number in range(story.needs_work):
            if piece := self._work(3):
                begun = min(first, last + self.random.uniform(9, 16))
                self._judged(piece, begun, last, comes_back=True)
        for days in story.waiting:
            if piece := self._work(3):
                self._submitted(piece, min(first, days + self.random.uniform(0.6, 3)), days)
        for place in range(story.drafts):
            if piece := self._work(2):
                self._drafted(piece, min(first, last + place * 1.5), is_finished=place == 0)

    def _enough_for(self, codes: int) -> Iterator[Work]:
        while (missing := codes - len(self.claimed)) > 0 and (work := self._work(missing)):
            yield work

    def _drafted(self, work: Work, begun: float, *, is_finished: bool = True) -> datetime:
        """The piece is begun, and its files are added."""
        at = self._ago(begun, at_work=False)
        if not is_finished:
            work.narrative = " ".join(re.split(r"(?<=[.?!]) ", work.narrative)[:2])
            work.claims = dict.fromkeys(work.claims, "") | dict(list(work.claims.items())[:1])
        since_start = self.story.started - self._days_since(at)
        happened = at - timedelta(days=min(self.random.randint(0, 5), max(0, int(since_start) - 1)))
        self._add(at, self._create, work, happened)
        for kind in work.kinds if is_finished else work.kinds[:1]:
            at += timedelta(minutes=self.random.randint(1, 4), seconds=self.random.randint(0, 50))
            self._add(at, self._add_file, work, kind)
        return at

    def _submitted(self, work: Work, begun: float, submitted: float) -> datetime:
        at = self._ago(submitted, at_work=False, after=self._drafted(work, begun))
        if self.random.random() < 0.04:
            # Second thoughts: taken back, made better, and submitted again.
            self._add(at, self._submit, work)
            self._add(at + timedelta(minutes=6), self._take_back, work)
            self._add(
                at + timedelta(minutes=21),
                self._revise,
                work,
                f"{work.words['manager']} has read it too and says that it was like this.",
            )
            at += timedelta(minutes=24)
        self._add(at, self._submit, work)
        return at

    def _judged(
        self, work: Work, begun: float, latest: float, *, comes_back: bool = False
    ) -> list[tuple[datetime, str]]:
        """The piece from its first word to its last decision. Returns when each new code was met for good."""
        days = self.random.uniform
        is_referred = comes_back or self.random.random() < 0.25
        steps = [days(0.2, 3), days(1.5, 7), *([days(1, 6), days(1, 5)] if is_referred and not comes_back else [])]
        room = max(begun - latest, 0.2)
        pace = min(1.0, room / sum(steps))
        steps = [step * pace for step in steps]
        begun -= steps[0]
        at = self._submitted(work, begun + steps[0], begun)
        begun -= steps[1]
        not_yet = set(work.new_codes[-1:]) if is_referred else set()
        if comes_back and len(work.new_codes) > 2:
            not_yet = set(work.new_codes[-2:])
        at = self._reviewed(work, begun, at, not_yet)
        met = {code: at for code in work.claims if code not in not_yet}
        if not_yet and not comes_back:
            begun -= steps[2]
            at = self._ago(begun, at_work=False, after=at)
            self._add(at, self._revise, work, *[bank.NOT_YET[code][1] for code in sorted(not_yet)])
            at += timedelta(minutes=3)
            self._add(at, self._add_file, work, self.random.choice(("desk", "phone", "pdf")))
            at += timedelta(minutes=2)
            self._add(at, self._submit, work)
            begun -= steps[3]
            at = self._reviewed(work, begun, at, set())
            met |= dict.fromkeys(not_yet, at)
        return [(met[code], code) for code in work.new_codes if code in met]

    def _reviewed(self, work: Work, days: float, after: datetime, not_yet: set[str]) -> datetime:
        at = self._ago(days, at_work=True, after=after)
        self._add(at, self._start_review, work)
        at += timedelta(minutes=self.random.randint(8, 40))
        self._add(at, self._finish_review, work, not_yet)
        return at

    def _signed_off(self, met: list[tuple[datetime, str]], latest: float) -> None:
        """What one review met is signed off together, at once or some days later."""
        by_review: dict[datetime, list[str]] = {}
        for at, code in met:
            by_review.setdefault(at, []).append(code)
        for place, (at, codes) in enumerate(by_review.items()):
            wait = self.random.choice((0.0, 0.0, 1.0, 3.0, 6.0))
            if wait:
                days = max(self._days_since(at) - wait, latest - 1)
                at = self._ago(days, at_work=True, after=at)
            else:
                at += timedelta(minutes=2)
            self._add(at, self._sign_off, codes)
            if self.story.had_withdrawal and place == len(by_review) // 2:
                again = self._ago(max(self._days_since(at) - 5, latest), at_work=True, after=at)
                self._add(again, self._withdraw_sign_off, codes[0])
                self._add(again + timedelta(days=3, minutes=12), self._sign_off, codes[:1])

    # The acts -----------------------------------------------------------------------------------------------------

    def _create(self, work: Work, happened: datetime) -> None:
        collecting.create_evidence(
            self.apprenticeship_id,
            self.apprentice,
            evidence_id=work.pk,
            content=EvidenceContent.written(
                title=work.title,
                narrative=work.narrative,
                happened_on=timezone.localtime(happened).date(),
                claims=self._by_ksb(work.claims),
                kind=work.kind,
                answers=[{"prompt": prompt, "text": text} for prompt, text in work.answers],
            ),
        )

    def _add_file(self, work: Work, kind: str) -> None:
        upload = files.make(kind, self.random.randrange(files.VARIANTS), work.words, work.narrative)
        file = collecting.add_file(work.pk, self.apprentice, upload)
        self.stored.append(str(file.stored.name))
        if kind == "sound":
            collecting.set_transcript(file.pk, self.apprentice, bank.TRANSCRIPT)
        if kind in bank.MARKED:
            note, place = bank.MARKED[kind]
            ksb = self.ksbs[next(iter(work.claims))]
            collecting.add_marker(file.pk, self.apprentice, marker_id=uuid4(), ksb_id=ksb, note=note, **place)

    def _show_first(self, work: Work) -> None:
        collecting.set_showcase(work.pk, self.apprentice, is_showcase=True)

    def _revise(self, work: Work, *more: str) -> None:
        evidence = Evidence.objects.unscoped().get(pk=work.pk)
        work.narrative = "\n\n".join([work.narrative, *more])
        said = replace(
            EvidenceContent.of(evidence), narrative=work.narrative, claims=claimed(self._by_ksb(work.claims))
        )
        collecting.revise_evidence(work.pk, self.apprentice, revision=evidence.revision, content=said)

    def _submit(self, work: Work) -> None:
        assessing.submit(work.pk, self.apprentice, self._declaration(work))

    def _declaration(self, work: Work) -> Declaration:
        if work.pk.int % 4:
            return Declaration(is_own_work=True)
        return Declaration(is_own_work=True, uses_ai=True, ai_tool=bank.AI_TOOL, ai_purpose=bank.AI_PURPOSE)

    def _take_back(self, work: Work) -> None:
        assessing.take_back(self._waiting(work).pk, self.apprentice)

    def _start_review(self, work: Work) -> None:
        assessing.start_review(self._waiting(work).pk, self.assessor)

    def _finish_review(self, work: Work, not_yet: set[str]) -> None:
        submission, in_two_weeks = self._waiting(work), clock.today() + timedelta(days=14)
        said = {
            code: ClaimWords(Outcome.NOT_YET, Feedback(missing=bank.NOT_YET[code][0], by_when=in_two_weeks))
            if code in not_yet
            else ClaimWords(Outcome.MET, Feedback(meets=self._praise(code)))
            for code in submission.claims.values_list("ksb__code", flat=True)
        }
        assessing.finish_review(submission.pk, self.assessor, said, Rule.values)
        assessing.send_review(submission.pk, self.assessor)

    def _sign_off(self, codes: list[str]) -> None:
        assessing.sign_off_several(self.apprenticeship_id, [self.ksbs[code] for code in codes], self.assessor)

    def _withdraw_sign_off(self, code: str) -> None:
        standing = SignOff.objects.unscoped().live().get(apprenticeship=self.apprenticeship_id, ksb=self.ksbs[code])
        assessing.withdraw_sign_off(standing.pk, self.assessor, bank.WITHDRAWAL_REASON)

    def _waiting(self, work: Work) -> Submission:
        return Submission.objects.unscoped().waiting().get(evidence=work.pk)

    def _praise(self, code: str) -> str:
        return self.random.choice(bank.MET[code[0]]) if self.random.random() < 0.75 else ""

    def _by_ksb(self, claims: dict[str, str]) -> dict[UUID, str]:
        return {self.ksbs[code]: why for code, why in claims.items()}


def _filled(text: str, words: dict[str, str]) -> str:
    """`text` with its blanks filled; a word that begins a sentence gets its capital."""
    filled = text.format(**words)
    return re.sub(r"(^|[.!?] )([a-z])", lambda found: found.group(1) + found.group(2).upper(), filled)


def run(acts: list[Act]) -> None:
    """Do everything in the order in which it happened."""
    for act in sorted(acts, key=lambda act: act.at):
        with clock.at(act.at):
            act.do()
