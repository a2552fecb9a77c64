"""The duties of an apprentice's standard as ways to the KSBs that they can claim."""

from collections.abc import Iterable
from dataclasses import dataclass

from apprenticeships.models import Apprenticeship
from occupations.duty_lens import duties_for
from occupations.models import Duty, Ksb
from occupations.outline import CORE, is_shown


@dataclass(frozen=True)
class DutyWithKsbs:
    """A duty, in pieces of which each says whether the asked text has its words, and the KSBs that it takes."""

    number: int
    pieces: list[tuple[str, bool]]
    ksbs: list[Ksb]


def all_of(apprenticeship: Apprenticeship) -> list[DutyWithKsbs]:
    """Every duty that applies to the apprentice and names KSBs, in the standard's order. A fixed number of queries."""
    option = _option_of(apprenticeship)
    duties = Duty.objects.filter(version=apprenticeship.standard_version_id).order_by("number")
    found = [
        DutyWithKsbs(duty.number, [(duty.text, False)], _shown(duty.ksbs.all(), option))
        for duty in duties.prefetch_related("options", "ksbs__options")
        if is_shown(duty, option)
    ]
    return [duty for duty in found if duty.ksbs]


def like(text: str, apprenticeship: Apprenticeship) -> list[DutyWithKsbs]:
    """The few duties that a text such as "today I did …" speaks of, the best first."""
    option = _option_of(apprenticeship)
    found = duties_for(text, apprenticeship.standard_version, option)
    return [DutyWithKsbs(one.duty.number, one.pieces, [each.ksb for each in one.ksbs]) for one in found if one.ksbs]


def _option_of(apprenticeship: Apprenticeship) -> str:
    return str(apprenticeship.option.position) if apprenticeship.option else CORE


def _shown(ksbs: Iterable[Ksb], option: str) -> list[Ksb]:
    return sorted((ksb for ksb in ksbs if is_shown(ksb, option)), key=lambda ksb: ksb.position)
