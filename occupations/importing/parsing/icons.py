"""The icons of a page, which a copy of its text shows by their names."""

import re

#: The name of an icon that a copied page glues to the word after it: "inventory_2Occupational standard".
ICON = re.compile(r"[a-z][a-z0-9_]*(?=[A-Z])|[a-z]+(?:_[a-z0-9]+)+(?:\s+|$)")


def is_an_icon(text: str) -> bool:
    """Whether there is nothing here but the name of an icon."""
    return not without_icon(text)


def without_icon(text: str) -> str:
    """`text` less the name of an icon before it."""
    return text[match.end() :].strip() if (match := ICON.match(text)) else text
