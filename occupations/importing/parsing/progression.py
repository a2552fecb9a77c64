"""The end of a page: its progression map, which holds no statements but shows that the page is whole."""

import re

from occupations.importing.parsing.text import Line

HEADING = re.compile(r"occupational progression:?", re.IGNORECASE)

#: The routes of the occupational maps. A page ends with those of the occupations that its progression map shows.
ROUTES = (
    "Agriculture, environmental and animal care",
    "Business and administration",
    "Care services",
    "Catering and hospitality",
    "Construction and the built environment",
    "Creative and design",
    "Digital",
    "Education and childcare",
    "Education and early years",
    "Engineering and manufacturing",
    "Hair and beauty",
    "Health and science",
    "Legal, finance and accounting",
    "Protective services",
    "Sales, marketing and procurement",
    "Transport and logistics",
)
#: What a progression map writes before the routes; something always follows.
_FOLLOWED = (
    "Technical Occupations",
    "Higher Technical Occupations",
    "Professional Occupations",
    "Levels 2-3",
    "Levels 4-5",
    "Levels 6-7",
    "This is the focused occupation.",
    "Progression link from focused occupation.",
)
_LAST_LEVELS = re.compile(r"levels 6\s?[-–—]\s?7", re.IGNORECASE)
_LEVEL = re.compile(r"levels?( \d(\s?[-–—]\s?\d?)?)?", re.IGNORECASE)
_ICON = re.compile(r"[a-z][a-z0-9_]*")


def is_cut_off(tail: list[Line]) -> bool:
    """Whether the page ends within its progression map. `tail` is what follows the map's heading.

    The map names its three bands of levels before it names any route, so a page without the last band, or whose last
    line is one that is always followed by another or is the beginning of one, did not end there.
    """
    texts = [line.text for line in tail if line.text]
    if not any(_LAST_LEVELS.fullmatch(text) for text in texts):
        return True
    last = texts[-1]
    if last in ROUTES:
        return False
    begun = any(whole.startswith(last) for whole in (*_FOLLOWED, *ROUTES))
    return begun or bool(_LEVEL.fullmatch(last) or _ICON.fullmatch(last))
