"""What differs between two texts of a standard: facts, and statements one by one, with the words marked.

Both sides are content as `occupations.content` has it. Nothing here reads or writes rows. White space, capitals, the
look of quotation marks and of dashes make no difference; every word does.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from typing import Any

from occupations.content import FACTS, Content, is_blank, is_same_fact, normalised

#: Two statements with other codes are taken for one another if they share this much of their words.
SAME_STATEMENT = 0.75
#: Less is enough where they have the same code.
SAME_STATEMENT_AND_CODE = 0.4
#: And with the same code, one that goes on where the other ends is still the same: so much of the shorter, if it has so
#: many words, stands in the longer.
CONTAINED, LEAST_WORDS = 0.75, 4
#: Above this many pairs of words a text is shown as replaced, not word by word: it would take seconds.
_MOST_PAIRS_OF_WORDS = 4_000_000

_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"\w+")


class Change(StrEnum):
    """What became of a statement. One that is reworded may be renumbered as well."""

    UNCHANGED = "unchanged"
    RENUMBERED = "renumbered"
    REWORDED = "reworded"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """Some words that stand in both texts (`same`), only in the earlier (`removed`) or only in the later (`added`)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Statement:
    """A KSB or a duty: its code, its words, the titles of its options and, for a duty, the codes of its KSBs."""

    code: str
    text: str
    source_id: str = ""
    options: tuple[str, ...] = ()
    ksb_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StatementChange:
    """A statement on both sides, or on the one where it stands."""

    kind: Change
    before: Statement | None
    after: Statement | None

    @property
    def shown(self) -> Statement:
        """The statement as it is now, or as it last was."""
        return self.after or self.before  # type: ignore[return-value]

    @property
    def is_renumbered(self) -> bool:
        return bool(self.before and self.after and self.before.code != self.after.code)

    @property
    def has_other_options(self) -> bool:
        return bool(self.before and self.after and set(self.before.options) != set(self.after.options))

    @property
    def has_other_ksbs(self) -> bool:
        """For a duty: whether it takes other KSBs, by their codes."""
        return bool(self.before and self.after and set(self.before.ksb_codes) != set(self.after.ksb_codes))

    @property
    def is_same(self) -> bool:
        """Whether nothing about it differs."""
        return self.kind == Change.UNCHANGED and not self.has_other_options and not self.has_other_ksbs

    @cached_property
    def pieces(self) -> list[Piece]:
        """The words, marked."""
        return marked_words(self.before.text if self.before else "", self.after.text if self.after else "")


@dataclass(frozen=True)
class FactChange:
    """A published fact with another value."""

    name: str
    before: Any
    after: Any

    @cached_property
    def pieces(self) -> list[Piece]:
        """The words, marked, where both values are text; else nothing."""
        if isinstance(self.before, str) and isinstance(self.after, str):
            return marked_words(self.before, self.after)
        return []


@dataclass(frozen=True)
class Comparison:
    """All that differs, and the statements that do not. Statements stand in the order of the later text."""

    facts: tuple[FactChange, ...]
    statements: tuple[StatementChange, ...]
    duties: tuple[StatementChange, ...]

    def of_kind(self, kind: Change) -> list[StatementChange]:
        return [change for change in self.statements if change.kind == kind]

    @property
    def counts(self) -> dict[Change, int]:
        """How many statements of each kind there are, none included."""
        counted = Counter(change.kind for change in self.statements)
        return {kind: counted[kind] for kind in Change}

    @property
    def differing_statements(self) -> list[StatementChange]:
        return [change for change in self.statements if not change.is_same]

    @property
    def differing_duties(self) -> list[StatementChange]:
        return [change for change in self.duties if not change.is_same]

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.differing_statements or self.differing_duties)


def compare(before: Content, after: Content) -> Comparison:
    """What `after` says otherwise than `before`. Each statement of each side stands in the result exactly once."""
    return Comparison(
        facts=tuple(_facts(before, after)),
        statements=tuple(_changes(_ksbs(before), _ksbs(after))),
        duties=tuple(_changes(_duties(before), _duties(after))),
    )


def similarity(one: str, other: str) -> float:
    """The share of the words of two texts that they have in common, 0 to 1, whatever their order and capitals."""
    counts, others = _word_counts(one), _word_counts(other)
    return _share((counts & others).total(), counts.total(), others.total())


def marked_words(before: str, after: str) -> list[Piece]:
    """The words of two texts in order, each marked as same, removed or added. Line breaks of either text are kept."""
    old, new = _words(before), _words(after)
    steps: Sequence[tuple[str, int, int, int, int]]
    if len(old) * len(new) > _MOST_PAIRS_OF_WORDS:
        steps = [("replace", 0, len(old), 0, len(new))]
    else:
        steps = SequenceMatcher(
            None, [word for _, word, _ in old], [word for _, word, _ in new], autojunk=False
        ).get_opcodes()
    pieces = []
    for step, old_from, old_to, new_from, new_to in steps:
        if step == "equal":
            pieces.append(Piece("same", _joined(new[new_from:new_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece("removed", _joined(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece("added", _joined(new[new_from:new_to])))
    return pieces


def marked_items(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    """The items of two lists in order, a piece each."""
    pieces = []
    steps = SequenceMatcher(
        None, [normalised(item) for item in before], [normalised(item) for item in after], autojunk=False
    ).get_opcodes()
    for step, old_from, old_to, new_from, new_to in steps:
        if step == "equal":
            pieces += [Piece("same", item) for item in after[new_from:new_to]]
        else:
            pieces += [Piece("removed", item) for item in before[old_from:old_to]]
            pieces += [Piece("added", item) for item in after[new_from:new_to]]
    return pieces


# Facts ---------------------------------------------------------------------------------------------------------------


def _facts(before: Content, after: Content) -> Iterator[FactChange]:
    for name in FACTS:
        old, new = before.get(name), after.get(name)
        # What says nothing of a fact says nothing against it.
        if not is_blank(new) and (is_blank(old) or not is_same_fact(name, old, new)):
            yield FactChange(name, old, new)
    for name, told in (("options", _option), ("products", _product), ("assessments", _assessment)):
        old_items = [told(item) for item in before.get(name) or []]
        new_items = [told(item) for item in after.get(name) or []]
        if new_items and [normalised(item) for item in old_items] != [normalised(item) for item in new_items]:
            yield FactChange(name, old_items, new_items)


def _option(item: dict[str, Any]) -> str:
    return str(item["title"])


def _product(item: dict[str, Any]) -> str:
    return ", ".join(str(item[name]) for name in ("reference", "title", "kind", "level", "status") if item.get(name))


def _assessment(item: dict[str, Any]) -> str:
    name = " ".join(filter(None, (item.get("code"), item["title"])))
    scope = f" ({item['scope']})" if item.get("scope") else ""
    return f"{name}{scope}: {', '.join(item.get('ksb_codes') or [])}".removesuffix(": ")


# Statements ----------------------------------------------------------------------------------------------------------


def _ksbs(content: Content) -> list[Statement]:
    return [
        Statement(
            f"{item['type']}{item['number']}",
            item["statement"],
            item.get("source_id") or "",
            tuple(item.get("options") or ()),
        )
        for item in content.get("ksbs") or []
    ]


def _duties(content: Content) -> list[Statement]:
    return [
        Statement(
            f"Duty {item['number']}",
            item["text"],
            item.get("source_id") or "",
            tuple(item.get("options") or ()),
            tuple(item.get("ksb_codes") or ()),
        )
        for item in content.get("duties") or []
    ]


def _changes(before: list[Statement], after: list[Statement]) -> list[StatementChange]:
    """Every statement of both sides once: in the later order, a removed one behind the one it stood behind."""
    pairs = _pairs(before, after)
    behind: dict[int | None, list[StatementChange]] = defaultdict(list)
    place: int | None = None
    for number, statement in enumerate(before):
        if number in pairs:
            place = pairs[number]
        else:
            behind[place].append(StatementChange(Change.REMOVED, statement, None))
    found = {new: before[old] for old, new in pairs.items()}
    changes = list(behind[None])
    for number, statement in enumerate(after):
        old = found.get(number)
        changes.append(StatementChange(_kind(old, statement), old, statement))
        changes += behind[number]
    return changes


def _kind(before: Statement | None, after: Statement) -> Change:
    if before is None:
        return Change.ADDED
    if normalised(before.text) != normalised(after.text):
        return Change.REWORDED
    return Change.UNCHANGED if before.code == after.code else Change.RENUMBERED


def _pairs(before: list[Statement], after: list[Statement]) -> dict[int, int]:
    """Which statement of `before` is which of `after`, one to one, by place.

    By the source's id first; then those with the same words, the same code before others; then those with the same
    code and much the same words; at last those with nearly the same words, the nearest first.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()

    def pair(old: int, new: int) -> None:
        if old not in pairs and new not in taken:
            pairs[old] = new
            taken.add(new)

    def pair_by(key: Callable[[Statement], Any], is_unique: bool) -> None:
        old_places, new_places = _places(before, key, pairs), _places(after, key, taken)
        for value, olds in old_places.items():
            news = new_places.get(value, [])
            if not is_unique or len(olds) == len(news) == 1:
                for old, new in zip(olds, news, strict=False):
                    pair(old, new)

    pair_by(lambda statement: statement.source_id or None, is_unique=True)
    texts = {id(statement): normalised(statement.text) for statement in (*before, *after)}
    pair_by(lambda statement: (statement.code, texts[id(statement)]), is_unique=False)
    pair_by(lambda statement: texts[id(statement)], is_unique=False)
    open_pairs = _near(before, after, set(pairs), taken)
    for _, old, new in (near for near in open_pairs if before[near[1]].code == after[near[2]].code):
        pair(old, new)
    for share, old, new in open_pairs:
        if share >= SAME_STATEMENT:
            pair(old, new)
    return pairs


def _places(statements: list[Statement], key: Callable[[Statement], Any], but: Any) -> dict[Any, list[int]]:
    places: dict[Any, list[int]] = defaultdict(list)
    for number, statement in enumerate(statements):
        if number not in but and (value := key(statement)):
            places[value].append(number)
    return places


def _near(
    before: list[Statement], after: list[Statement], matched: set[int], taken: set[int]
) -> list[tuple[float, int, int]]:
    """Pairs not matched yet that share enough of their words, the nearest first, then those that stand closest."""
    news = {number: _word_counts(after[number].text) for number in range(len(after)) if number not in taken}
    standing: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, counts in news.items():
        for word, count in counts.items():
            standing[word].append((number, count))
    near = []
    for old, statement in enumerate(before):
        if old in matched:
            continue
        counts = _word_counts(statement.text)
        common: Counter[int] = Counter()
        for word, count in counts.items():
            for new, others in standing.get(word, ()):
                common[new] += min(count, others)
        for new, both in common.items():
            share = _share(both, counts.total(), news[new].total())
            if share >= SAME_STATEMENT or (
                statement.code == after[new].code and _is_much_alike(share, both, counts.total(), news[new].total())
            ):
                near.append((share, old, new))
    return sorted(near, key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1], pair[2]))


def _is_much_alike(share: float, both: int, one: int, other: int) -> bool:
    """Whether two texts under one code are the same statement: much of them is, or one contains the other."""
    shorter = min(one, other)
    return share >= SAME_STATEMENT_AND_CODE or (shorter >= LEAST_WORDS and both >= CONTAINED * shorter)


def _share(both: int, one: int, other: int) -> float:
    return 2 * both / (one + other) if one + other else 1.0


# Words ---------------------------------------------------------------------------------------------------------------


def _word_counts(text: str) -> Counter[str]:
    return Counter(_LETTERS.findall(normalised(text)))


def _words(text: str) -> list[tuple[str, str, str]]:
    """Each word: what stands before it (a space or a line break), the word for comparing, the word as it is."""
    words, end = [], 0
    for match in _WORD.finditer(text):
        if alike := normalised(match[0]):
            words.append(("\n" if "\n" in text[end : match.start()] else " ", alike, match[0]))
        end = match.end()
    return words


def _joined(words: Sequence[tuple[str, str, str]]) -> str:
    return "".join(space + shown for space, _, shown in words).removeprefix(" ")
