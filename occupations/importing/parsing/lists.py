"""The lists and running text of a page: employers, keywords, job titles, summary."""

from itertools import groupby

from occupations.importing.parsing.text import Line


def employers_in(lines: list[Line]) -> list[str]:
    """The employers as published: separated by commas, in one paragraph or in several, or one on each line."""
    texts = [line.text.strip() for line in lines if line.text]
    if len(texts) > 1 and not any(text.endswith(",") for text in texts):
        parts = [_split_at_commas(text) for text in texts]
        are_lists = sum(len(part) > 1 for part in parts) * 2 > len(texts)
        names = [name for part in parts for name in part] if are_lists else texts
    else:
        names = _split_at_commas(" ".join(texts))
    return [name for name in map(str.strip, names) if name]


def _split_at_commas(text: str) -> list[str]:
    """The parts of `text` between commas. A comma in brackets divides nothing, if each bracket is closed."""
    parts: list[str] = []
    begin = open_count = 0
    for place, character in enumerate(text):
        open_count += (character == "(") - (character == ")")
        if open_count < 0:
            break
        if character == "," and not open_count:
            parts.append(text[begin:place])
            begin = place + 1
    return text.split(",") if open_count else [*parts, text[begin:]]


def keywords_in(lines: list[Line]) -> list[str]:
    """The entries of a list that has one on each line."""
    return [line.text for line in lines if line.text]


def paragraphs(lines: list[Line]) -> str:
    """Running text with an empty line between its paragraphs, however many stood there."""
    parts = [list(part) for has_text, part in groupby(lines, key=lambda line: bool(line.text)) if has_text]
    return "\n\n".join("\n".join(line.text for line in part) for part in parts)
