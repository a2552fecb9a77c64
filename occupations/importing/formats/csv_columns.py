"""The columns of a spreadsheet: which delimiter parts them, and what each is, by what people call it."""

import csv
import re
from collections.abc import Iterator
from io import StringIO

from occupations.importing.formats.decoding import visible

_DELIMITERS = ",;\t|"
#: So many rows may stand before the header: a title, an empty line.
_HEADER_WITHIN = 10
MOST_COLUMNS = 200

#: What people call each column. The first column of a name is the one that is read.
_NAMES = {
    "code": r"(?:ksb\s*)?(?:code|ref(?:erence)?|id|key|no\.?|number)(?:\s*(?:no\.?|number))?|ksbs?|k/?s/?b|item|"
    r"(?:ksb|statement) (?:code|id|ref(?:erence)?)|criteria (?:code|ref(?:erence)?)",
    "statement": r"(?:ksb\s*)?(?:statements?|text|descriptions?|details?|wording|definition|criteria|title)|"
    r"knowledge,? skills?(?:,? (?:and|&|or))? behaviours?|(?:full )?(?:ksb )?(?:statement|text|description|detail)",
    "type": r"(?:ksb\s*)?(?:type|category|kind|area|group|domain|element)(?: of ksb)?",
    "duties": r"(?:mapped |linked |related )?(?:dut(?:y|ies))(?:\s*(?:numbers?|no\.?|mapping|mapped|links?|refs?))?",
    "options": r"options?|pathways?|core\s*(?:/|or)\s*options?|core(?: and)? options|applies to|option title",
    "standard": r"(?:occupational |apprenticeship )?standard(?:\s*(?:code|ref(?:erence)?|id|number))?|st code|"
    r"ifate ref(?:erence)?|st ref(?:erence)?",
    "version": r"(?:standard )?version(?: number)?",
    "title": r"(?:standard|apprenticeship|occupation) (?:title|name)",
}
COLUMN = {name: re.compile(words, re.IGNORECASE) for name, words in _NAMES.items()}


def best_dialect(text: str, name: str) -> str | None:
    """The delimiter with which the first rows have a header, with as many known columns as any other.

    A header of one column is a header only in a file that says it is a table: else it may be any line of text.
    """
    least = 1 if name.lower().endswith(".csv") else 2
    begin = text[:20_000]
    best, most = None, 0
    for delimiter in _DELIMITERS:
        try:
            rows = list(_first_rows(begin, delimiter))
        except csv.Error:
            continue
        known = max((len(columns_by_name(row)) for row in rows if len(row) >= least), default=0)
        if known > most:
            best, most = delimiter, known
    return best


def _first_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    for _, row in zip(range(_HEADER_WITHIN), reader, strict=False):
        yield row


def columns_by_name(cells: list[str]) -> dict[str, int]:
    """The columns of a header by what they are; empty where the cells are no header."""
    found: dict[str, list[int]] = {name: [] for name in COLUMN}
    for place, cell in enumerate(cells[:MOST_COLUMNS]):
        words = " ".join(visible(cell).replace("_", " ").split()).strip(" :*")
        if not words or len(words) > 60:
            continue
        for column, pattern in COLUMN.items():
            if pattern.fullmatch(words):
                found[column].append(place)
                break
    columns = {column: places[0] for column, places in found.items() if places}
    if len(found["code"]) > 1 and "statement" not in columns:
        # “Ref” and “KSB”: one of them is the statement, as its cells will show.
        columns["statement"] = found["code"][1]
    if "statement" not in columns and "code" in columns and "type" not in columns and len(cells) == 1:
        columns["statement"] = columns["code"]
    if "statement" in columns and ("code" in columns or "type" in columns):
        return columns
    return columns if set(columns) == {"statement"} and len(cells) == 1 else {}
