"""How far the employer has verified an apprentice's behaviours, as plain values: the newest word on each counts."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from apprenticeships.models import Apprenticeship
from assessments.models import BehaviourAnswer, EmployerAnswer
from assessments.moves.carrying import Carried, carried
from assessments.verifying.statements import behaviours_of
from core.prepared import Prepared
from occupations.models import Ksb

_answers = Prepared(
    lambda apprenticeship: (
        BehaviourAnswer.objects.filter(
            answer__in=EmployerAnswer.objects.unscoped().standing().filter(apprenticeship=apprenticeship)
        )
        .order_by("answer__at", "pk")
        .values_list("ksb", "is_verified", "words", "answer__name", "answer__role", "answer__at")
    ),
    is_the_same_every_day=True,
)


class Word(NamedTuple):
    """What somebody at the employer said of one behaviour."""

    is_verified: bool
    words: str
    name: str
    role: str
    at: datetime

    @property
    def who(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name


class Standing(NamedTuple):
    """An apprentice's behaviours and the employer's newest word on each, read once."""

    ways: Carried
    ksbs: list[Ksb]
    words: dict[UUID, Word]

    @property
    def left(self) -> list[Ksb]:
        """Those that the employer can be asked about: they are not verified."""
        return [ksb for ksb in self.ksbs if ksb.pk not in self.words or not self.words[ksb.pk].is_verified]


def standing_of(apprenticeship: Apprenticeship) -> Standing:
    """How each behaviour stands today."""
    ways = carried(apprenticeship)
    return Standing(ways, behaviours_of(apprenticeship), words_on(apprenticeship.pk, ways))


def words_on(apprenticeship: UUID, ways: Carried) -> dict[UUID, Word]:
    """The employer's newest word on each behaviour, by the ids of today's statements. One query."""
    return {ways.now(ksb): Word(*said) for ksb, *said in _answers(apprenticeship=apprenticeship)}


def verified_of(apprenticeship: UUID, ways: Carried) -> set[UUID]:
    """The behaviours that the employer has verified, and has not called *not yet* since. One query."""
    return {ksb for ksb, word in words_on(apprenticeship, ways).items() if word.is_verified}
