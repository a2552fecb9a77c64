"""What is known of a learner as pages on paper. The pages draw them, and say so when the site starts."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from core.actor import Actor


class Drawn(StrEnum):
    """What can be drawn, and of what it is told the key."""

    #: The progress report, by the apprenticeship.
    PROGRESS = "progress"
    #: The skills scans, by the apprenticeship.
    SCANS = "scans"
    #: What all three parties see of the version of a review that counts, by the review.
    REVIEW = "review"


class Paper(NamedTuple):
    """A page to be set as a PDF, and its style sheet."""

    page: str
    style: str


Draw = Callable[[Actor, UUID], Paper | None]
_draws: dict[Drawn, Draw] = {}


def draw_with(what: Drawn, draw: Draw) -> None:
    """Have `draw(by, key)` draw each of these from now on."""
    _draws[what] = draw


def paper_of(what: Drawn, by: Actor, key: UUID) -> Paper | None:
    """The page as `by` may have it; None if they do not see what it is of, or there is nothing to draw.

    Raises:
        LookupError: no pages are installed.
    """
    if what not in _draws:
        raise LookupError(f"nobody draws {what}")
    return _draws[what](by, key)
