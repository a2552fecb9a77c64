"""From a text and the statements of a standard to the statements in the order in which the text speaks for them."""

import math
from collections import Counter
from collections.abc import Sequence

from occupations.matching.words import stems
from occupations.suggesting.texts import DutyWithCodes, EvidenceText, Statement, Suggestion


def suggest(parts: EvidenceText, ksbs: Sequence[Statement], duties: Sequence[DutyWithCodes] = ()) -> list[Suggestion]:
    """All `ksbs` in the order in which the text speaks for them; `worth_showing` picks those for a screen.

    Args:
        ksbs: those that apply to the person: the core of the standard and their option, in the standard's order.
        duties: the duties of the standard with their KSBs, where it maps them: a text like a duty shows its KSBs.

    Returns:
        None at all where the text is empty or there are no KSBs.
    """
    text = stems(f"{parts.title} {parts.narrative} {parts.file_text} {parts.transcript}")
    if not text or not ksbs:
        return []
    said = set(text)
    bags = [Counter(stems(ksb.statement)) for ksb in ksbs]
    held = Counter(stem for bag in bags for stem in bag)
    scored = []
    for ksb, bag in zip(ksbs, bags, strict=True):
        weights = {stem: math.log(1 + len(ksbs) / held[stem]) for stem in bag if stem in said}
        whole = sum(math.log(1 + len(ksbs) / held[stem]) for stem in bag) or 1.0
        words = tuple(sorted(weights, key=lambda stem: -weights[stem]))
        scored.append(Suggestion(ksb, sum(weights.values()) / (whole + 3), words))
    return sorted(scored, key=lambda one: -one.score)
