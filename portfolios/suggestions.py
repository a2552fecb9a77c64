"""The KSBs that a piece of evidence most likely shows, of those its apprentice can claim, with the words that say so.

The ranking is `occupations.suggesting`; this gathers what the piece says. Nothing is claimed here.
"""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ksbs
from occupations.models import Duty, Ksb
from occupations.suggesting import DutyWithCodes, EvidenceText, Suggestion, suggest, worth_showing
from portfolios.models import Evidence, EvidenceFile, FileText, SuggestionAnswer

#: At most this many are shown, including those that were answered.
MOST_SHOWN = 8
#: So much of the files' text is read: what comes after says little that is new.
MOST_FILE_CHARACTERS = 60_000


@dataclass(frozen=True)
class Suggested:
    """One KSB as it is suggested: `rank` is its place among all, from 1."""

    ksb: Ksb
    rank: int
    score: float
    words: tuple[str, ...]
    sureness: str
    is_claimed: bool


def text_of(evidence: Evidence) -> EvidenceText:
    """All that a piece says: its words, its answers, the text of its files and what is said in its recordings."""
    files = EvidenceFile.objects.unscoped().filter(evidence=evidence).current().shown()
    transcripts = files.exclude(transcript="").values_list("transcript", flat=True)
    texts = FileText.objects.filter(file__in=files.values("pk")).values_list("words", flat=True)
    answers = "\n".join(one["text"] for one in evidence.answers)
    return EvidenceText(
        title=evidence.title,
        narrative=f"{evidence.narrative}\n{answers}".strip(),
        file_text="\n".join(texts)[:MOST_FILE_CHARACTERS],
        transcript="\n".join(transcripts),
    )


def duties_with_codes(apprenticeship: Apprenticeship) -> list[DutyWithCodes]:
    """The duties of the standard that name KSBs."""
    duties = Duty.objects.filter(version=apprenticeship.standard_version_id).prefetch_related("ksbs")
    found = [DutyWithCodes(duty.text, tuple(ksb.code for ksb in duty.ksbs.all())) for duty in duties]
    return [duty for duty in found if duty.codes]


def ranked(evidence: Evidence) -> list[Suggestion]:
    """Every KSB that the apprentice can claim, in the order in which the piece speaks for it; none if it is empty."""
    ksbs = list(applicable_ksbs(evidence.apprenticeship).in_order())
    return suggest(text_of(evidence), ksbs, duties_with_codes(evidence.apprenticeship))


def _ksb(one: Suggestion) -> Ksb:
    """The KSB of the catalogue that was asked about."""
    return cast(Ksb, one.ksb)


def suggestions_for(evidence: Evidence) -> list[Suggested]:
    """Those worth showing that were neither dismissed nor met; those that are claimed keep their places."""
    everything = ranked(evidence)
    shown = worth_showing(everything, most=MOST_SHOWN)
    places = {_ksb(one).pk: place for place, one in enumerate(everything, start=1)}
    claims = dict(evidence.claims.values_list("ksb", "is_met"))
    done = {ksb for ksb, is_met in claims.items() if is_met}
    done |= set(
        SuggestionAnswer.objects.unscoped()
        .filter(evidence=evidence, answer=SuggestionAnswer.Answer.DISMISSED)
        .values_list("ksb", flat=True)
    )
    return [
        Suggested(_ksb(one), places[_ksb(one).pk], one.score, one.words[:6], one.sureness.value, _ksb(one).pk in claims)
        for one in shown
        if _ksb(one).pk not in done
    ]


def place_of(evidence: Evidence, ksb_id: UUID) -> tuple[int, float]:
    """The place and score that a KSB has among all, for measuring; (0, 0.0) where the piece says nothing."""
    return next(
        ((place, one.score) for place, one in enumerate(ranked(evidence), start=1) if _ksb(one).pk == ksb_id), (0, 0.0)
    )
