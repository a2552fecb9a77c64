"""The duties of an apprentice's standard as ways to the KSBs that they can claim."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from apprenticeships.models import Apprenticeship
from core.prepared import Prepared
from occupations.duty_lens import duties_for
from occupations.models import Duty, Ksb
from occupations.outline import CORE


class DutyKsb(NamedTuple):
    """A KSB that a duty takes."""

    code: str
    statement: str


@dataclass(frozen=True)
class DutyWithKsbs:
    """A duty, in pieces of which each says whether the asked text has its words, and the KSBs that it takes."""

    number: int
    pieces: list[tuple[str, bool]]
    ksbs: list[DutyKsb]


def _applying(version: UUID, option: UUID | None = None) -> QuerySet[Any, Any]:
    duty, ksb = Q(duty__options=None), Q(ksb__options=None)
    if option:
        duty |= Q(duty__options=option)
        ksb |= Q(ksb__options=option)
    return (
        Duty.ksbs.through.objects.filter(duty, ksb, duty__version=version)
        .order_by("duty__number", "ksb__position")
        .values_list("duty__number", "duty__text", "ksb__code", "ksb__statement")
    )


_duties = Prepared(_applying, is_the_same_every_day=True)
_taking = Prepared(
    lambda ksb, **of: _applying(**of).filter(ksb=ksb).values_list("duty__number", "duty__text"),
    is_the_same_every_day=True,
)


def all_of(apprenticeship: Apprenticeship) -> list[DutyWithKsbs]:
    """Every duty that applies to the apprentice and names KSBs that do, in the standard's order. One query."""
    option = {"option": apprenticeship.option_id} if apprenticeship.option_id else {}
    rows = _duties(version=apprenticeship.standard_version_id, **option)
    return [
        DutyWithKsbs(number, [(text, False)], [DutyKsb(code, statement) for *_, code, statement in ksbs])
        for (number, text), ksbs in groupby(rows, lambda row: row[:2])
    ]


def taking(ksb: Ksb, apprenticeship: Apprenticeship) -> list[tuple[int, str]]:
    """Number and text of the duties that take a KSB, as far as they apply to the apprentice."""
    option = {"option": apprenticeship.option_id} if apprenticeship.option_id else {}
    return list(_taking(ksb=ksb.pk, version=ksb.version_id, **option))


def like(text: str, apprenticeship: Apprenticeship) -> list[DutyWithKsbs]:
    """The few duties that a text such as "today I did …" speaks of, the best first."""
    option = _option_of(apprenticeship)
    found = duties_for(text, apprenticeship.standard_version, option)
    return [
        DutyWithKsbs(one.duty.number, one.pieces, [DutyKsb(each.ksb.code, each.ksb.statement) for each in one.ksbs])
        for one in found
        if one.ksbs
    ]


def _option_of(apprenticeship: Apprenticeship) -> str:
    return str(apprenticeship.option.position) if apprenticeship.option else CORE
