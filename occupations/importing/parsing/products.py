"""The products of an occupation (what one can take to learn it), and which of them is the standard of the page."""

import re

from occupations.importing.draft import Findings, ProductDraft
from occupations.importing.parsing.text import Line, shortened, without_icon

PRODUCT = re.compile(r"(?P<reference>(?=[^\s:]*[0-9])[A-Z0-9][A-Z0-9/._-]{2,19})\s*:\s*(?P<title>.*)")
STANDARD = re.compile(r"(?P<kind>ST|FA|AU)(?P<digits>[0-9]{4})")
_OCCUPATION = re.compile(r"OCC(?P<digits>[0-9]{4})")
_LEVEL = re.compile(r"\(level\s+(?P<level>[1-8])\)", re.IGNORECASE)


def products_in(lines: list[Line], findings: Findings) -> list[ProductDraft]:
    """The products, each a reference with a colon, and then its title, its level in brackets and its status."""
    groups: list[tuple[re.Match[str], int, list[str]]] = []
    for line in lines:
        if not line.text:
            continue
        if match := PRODUCT.fullmatch(line.text):
            groups.append((match, line.number, [match["title"]] if match["title"] else []))
        elif groups:
            groups[-1][2].append(line.text)
        else:
            findings.warn(line.number, f"this line belongs to no product and is left out: “{shortened(line.text)}”")
    return [_product(*group, findings) for group in groups]


def _product(match: re.Match[str], line: int, texts: list[str], findings: Findings) -> ProductDraft:
    level, names, after = None, texts[:1], texts[1:]
    for place, text in enumerate(texts):
        if found := _LEVEL.fullmatch(text):
            level, names, after = int(found["level"]), texts[:place], texts[place + 1 :]
            break
    if not names:
        findings.refuse(line, f"the product {match['reference']} has no title")
    status = " ".join(text for text in map(without_icon, after) if text)
    return ProductDraft(match["reference"], " ".join(names), level, status, line)


def references(fact: Line | None, products: list[ProductDraft], findings: Findings) -> tuple[str, str]:
    """The occupation's reference and its standard's: OCC0321 and ST0321. The two share their number.

    Args:
        fact: the value of the page's line "Reference: …".
    """
    if not fact:
        findings.refuse(1, "the page names no reference; a line like “Reference: OCC0321” is missing")
        return "", ""
    named = fact.text.upper()
    if STANDARD.fullmatch(named):
        return "", named
    if not (occupation := _OCCUPATION.fullmatch(named)):
        findings.refuse(fact.number, f"“{shortened(fact.text)}” is not a reference; one looks like OCC0321 or ST0321")
        return "", ""
    standards = [match for product in products if (match := STANDARD.fullmatch(product.reference))]
    if same := [match[0] for match in standards if match["digits"] == occupation["digits"]]:
        return named, same[0]
    if not standards:
        reference = f"ST{occupation['digits']}"
        findings.warn(fact.number, f"the page lists no apprenticeship; {reference} is taken, as numbers are shared")
        return named, reference
    listed = ", ".join(match[0] for match in standards)
    if len(standards) > 1:
        findings.refuse(fact.number, f"which standard this is cannot be known: {named}, but it lists {listed}")
    else:
        findings.warn(fact.number, f"{named} and {listed} have different numbers; {listed} is taken")
    return named, standards[0][0]
