"""Merging what was written on a device with what was saved elsewhere since. Nothing here queries or saves.

`base` is what the device knew when it began to write, `mine` what was written on it, `theirs` what is kept now.
What only one side changed is taken from that side; where both changed something, both stay.
"""

from dataclasses import replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from core.moments import day
from portfolios.content import EvidenceContent, claimed

Value = TypeVar("Value", str, date | None)

#: Fewer characters than this could stand in a text by chance, so they are not looked for in it.
LONG_ENOUGH_TO_FIND = 20
JUSTIFICATION_MOST = 2_000


def merged(base: EvidenceContent, mine: EvidenceContent, theirs: EvidenceContent, *, heading: str) -> EvidenceContent:
    """The words of both sides. What can stand nowhere else goes to the end of the narrative, under `heading`.

    Of two kinds that were chosen, that of `theirs` stays. Answers, files and markers are those of `theirs`: devices do
    not write them.
    """
    apart: list[str] = []
    title, left_title = _chosen(base.title, mine.title, theirs.title)
    happened_on, left_date = _chosen(base.happened_on, mine.happened_on, theirs.happened_on)
    kind, _left_kind = _chosen(base.kind, mine.kind, theirs.kind)
    if left_title:
        apart.append(left_title)
    if left_date:
        apart.append(_("When it happened: %(day)s") % {"day": day(left_date)})
    narrative, left_narrative = _joined(base.narrative, mine.narrative, theirs.narrative)
    if left_narrative:
        apart.append(left_narrative)
    reasons, left_lines = _claims(base.reasons, mine.reasons, theirs.reasons)
    both = replace(
        theirs, title=title, narrative=narrative, happened_on=happened_on, claims=claimed(reasons), kind=kind
    )
    return with_apart(both, [*apart, *left_lines], heading=heading)


def with_apart(words: EvidenceContent, apart: list[str], *, heading: str) -> EvidenceContent:
    """`words` with these texts at the end of the narrative, under `heading`; those that stand there already are not."""
    new = [text for text in apart if text not in words.narrative]
    if not new:
        return words
    parts = [words.narrative.rstrip(), heading, *new]
    return replace(words, narrative="\n\n".join(part for part in parts if part))


def _chosen(base: Value, mine: Value, theirs: Value) -> tuple[Value, Value | None]:
    """The one value of a field, and what the device said instead, if both sides changed it."""
    if mine in (base, theirs) or not mine:
        return theirs, None
    if theirs == base or not theirs:
        return mine, None
    return theirs, mine


def _joined(base: str, mine: str, theirs: str) -> tuple[str, str]:
    """One text, and what of the device's has no place in it."""
    if mine == base or mine.strip() in theirs:
        return theirs, ""
    if theirs == base or theirs.strip() in mine:
        return mine, ""
    old = base.strip()
    if len(old) >= LONG_ENOUGH_TO_FIND and theirs.count(old) == 1:
        # Elsewhere something was written around the old text, which the device rewrote.
        return theirs.replace(old, mine.strip()), ""
    return theirs, mine.strip()


def _claims(base: dict[UUID, str], mine: dict[UUID, str], theirs: dict[UUID, str]) -> tuple[dict[UUID, str], list[str]]:
    """The claims of both sides, and lines too long to stand together.

    One that a side took off is gone only if the other side had left it as it was.
    """
    together: dict[UUID, str] = {}
    too_long: list[str] = []
    for ksb in [*theirs, *(ksb for ksb in mine if ksb not in theirs)]:
        before = base.get(ksb)
        if ksb not in mine:
            if before is None or theirs[ksb] != before:
                together[ksb] = theirs[ksb]
        elif ksb not in theirs:
            if before is None or mine[ksb] != before:
                together[ksb] = mine[ksb]
        else:
            line, other = _joined(before or "", mine[ksb].strip(), theirs[ksb])
            joined = f"{line}\n{other}" if other else line
            if len(joined) > JUSTIFICATION_MOST:
                joined = theirs[ksb]
                too_long.append(mine[ksb])
            together[ksb] = joined
    return together, too_long
