"""What is measured of a text and each statement of a standard, before anything is weighed.

Rows are texts, columns are statements. Everything that depends on how long or how telling a text is comes a second
time, set off against the standard's other statements, so that a long text is no better than a short one.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from occupations.matching import meaning
from occupations.matching.words import stems
from occupations.suggesting.numbers import Numbers
from occupations.suggesting.texts import DutyWithCodes, Statement

if TYPE_CHECKING:
    from numpy import ndarray

#: The kinds that foundation apprenticeships have are like those of the others.
_KINDS = {"K": 0, "S": 1, "B": 2, "TK": 0, "TS": 1, "ESB": 2}
_CODE = re.compile(r"\b(?:TK|TS|ESB|K|S|B)[0-9]{1,3}\b")
#: One code may be the name of a product ("S3"); with three that the standard has, somebody is naming KSBs.
_CODES_MEANT, _HINT, _MEANT = 3, 0.3, 1.5
#: A text of more stems than this is also looked at in passages of about this many.
_PASSAGE = 150
#: Words that a paper says of itself or of the portfolio it is for.
_OF_PAPERS = (
    "annex appendix apprentice apprenticeship assessment assessor attachment behaviour cell chapter claim column "
    "criteria criterion document duty evidence example figure file folder footer header heading knowledge ksb "
    "label learner line mapped mapping narrative number page paragraph pdf photo picture portfolio row screenshot "
    "section sheet show skill slide spreadsheet standard statement submission table tab title unit upload"
)
#: How many features a told text has; the last is 1 for every statement.
TOLD_FEATURES = 11
#: A text about the work of a standard lies near at least this many of its statements.
_NEAREST = 5
#: How far along a list its statements count as neighbours: in places of their own kind's list, and as shares of it
#: where the list of the skills is laid beside that of the knowledge.
_PLACES_APART, _SHARES_APART = (1.0, 2.5), (0.06, 0.15)
#: From this nearness by the word vectors on, two statements speak for each other.
_ALIKE_FROM = (0.3, 0.5)


class Words:
    """The stems that texts and statements have, as rows of weights over those that occur at all."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers
        self.places = {stem: place for place, stem in enumerate(numbers.stems)}

    def row(self, bag: Sequence[str]) -> dict[int, float]:
        counts = Counter(place for stem in bag if (place := self.places.get(stem)) is not None)
        row = {place: self.numbers.weights[place] * (1 + math.log(count)) for place, count in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in row.values())) or 1.0
        return {place: float(weight) / length for place, weight in row.items()}

    def rows(self, bags: Sequence[Sequence[str]], columns: list[int] | None = None) -> tuple["ndarray", list[int]]:
        """A row of weights for each bag of stems, and which stem each column is."""
        import numpy as np

        rows = [self.row(bag) for bag in bags]
        if columns is None:
            columns = sorted({place for row in rows for place in row})
        at = {place: number for number, place in enumerate(columns)}
        matrix = np.zeros((len(bags), len(columns)), np.float32)
        for number, row in enumerate(rows):
            for place, weight in row.items():
                if place in at:
                    matrix[number, at[place]] = weight
        return matrix, columns

    def weight(self, stem: str) -> float:
        """How telling a stem is; one that no statement of the catalogue has is as telling as the rarest."""
        place = self.places.get(stem)
        return float(self._rarest if place is None else self.numbers.weights[place])

    @cached_property
    def _rarest(self) -> float:
        return float(self.numbers.weights.max())


class Asked:
    """Some texts compared with the statements of one standard."""

    def __init__(self, words: Words, bags: Sequence[Sequence[str]], ksbs: Sequence[Statement]) -> None:
        import numpy as np

        self.words, self.bags, self.ksbs = words, bags, ksbs
        self.statements = [_stems_of(ksb.statement) for ksb in ksbs]
        numbers = words.numbers
        both, self.columns = words.rows([*bags, *self.statements])
        self.texts, self.held = both[: len(bags)], both[len(bags) :]
        self.kinds = np.array([_KINDS.get(ksb.type, 1) for ksb in ksbs])
        self.asks = numbers.asks[self.columns]
        self.told = self.held @ numbers.tells[self.columns]
        self.exact = self.texts @ self.held.T
        self.belonging = (self.texts @ self.asks) @ self.told.T + numbers.exact * self.exact
        self.breadth = self.held @ numbers.breadth[self.columns] + numbers.kind_breadth[self.kinds]
        directions = numbers.meaning[self.columns]
        self.text_meaning, self.held_meaning = unit(self.texts @ directions), unit(self.held @ directions)
        self.meaning = self.text_meaning @ self.held_meaning.T
        self.text_sense, self.held_sense = meaning.shipped().meanings(bags), _senses_of(ksbs)
        self.near = self.text_sense @ self.held_sense.T

    @cached_property
    def shared(self) -> "ndarray":
        """Okapi BM25 of the stems that text and statement share."""
        import numpy as np

        lengths = [len(bag) for bag in self.statements]
        usual = sum(lengths) / len(lengths) or 1.0
        counts = [Counter(bag) for bag in self.bags]
        found = np.zeros((len(self.bags), len(self.ksbs)))
        for number, (bag, length) in enumerate(zip(self.statements, lengths, strict=True)):
            damped = 1.2 * (0.25 + 0.75 * length / usual)
            weights = {
                stem: self.words.weight(stem) * count * 2.2 / (count + damped) for stem, count in Counter(bag).items()
            }
            for place, said in enumerate(counts):
                found[place, number] = sum(
                    (1 + math.log(said[stem])) * weight for stem, weight in weights.items() if stem in said
                )
        return found

    @cached_property
    def cover(self) -> tuple["ndarray", "ndarray"]:
        """How much of the statement the text says, and how much of the text the statement says."""
        import numpy as np

        weigh = self.words.weight
        said, held = [set(bag) for bag in self.bags], [set(bag) for bag in self.statements]
        common = np.array([[sum(weigh(stem) for stem in ksb & text) for ksb in held] for text in said])
        whole_text = np.array([sum(map(weigh, text)) for text in said])
        whole_statement = np.array([sum(map(weigh, ksb)) for ksb in held])
        return common / (whole_statement + 3), common / (whole_text[:, None] + 3)

    @cached_property
    def alike(self) -> "ndarray":
        """How near the statements of the standard are to each other; each row sums up to 1."""
        import numpy as np

        near = self.held @ self.held.T + 0.3 * np.maximum(self.held_meaning @ self.held_meaning.T - 0.3, 0)
        np.fill_diagonal(near, 0)
        near = near**2
        shares: ndarray = near / (near.sum(axis=1, keepdims=True) + 1e-6)
        return shares

    @cached_property
    def beside(self) -> "list[ndarray]":
        """Several ways in which statements stand beside each other in the standard: how much each counts for each.

        Standards list their statements about in the order of their duties, so what one duty takes stands together,
        and at about the same place among the knowledge and among the skills.
        """
        import numpy as np

        numbers = np.array([ksb.number for ksb in self.ksbs], float)
        same = self.kinds[:, None] == self.kinds
        places = (numbers - 0.5) / np.bincount(self.kinds, minlength=3)[self.kinds]
        # Behaviours stand in no order that the others share.
        across = ~same & (self.kinds != _KINDS["B"])[:, None] & (self.kinds != _KINDS["B"])
        found = []
        for apart in _PLACES_APART:
            near = np.exp(-(((numbers[:, None] - numbers) / apart) ** 2) / 2) * same
            np.fill_diagonal(near, 0)
            found.append(_shares(near))
            # In a short list the others have too little of what one has too much of: this much evens it out.
            np.fill_diagonal(found[-1], 1 / np.maximum(same.sum(axis=1) - 1, 1))
        for apart in _SHARES_APART:
            found.append(_shares(np.exp(-(((places[:, None] - places) / apart) ** 2) / 2) * across))
        return found

    def neighbour_features(self) -> "list[ndarray]":
        """Of texts that are like a duty: what the statements get that stand beside each, or say about the same."""
        import numpy as np

        shape = self.belonging.shape
        own = [self._within_kind(values) for values in (self.belonging, self.near, self.shared)]
        together = (own[0] + own[1] + 0.7 * own[2]) / 2
        features = [values @ near.T for near in self.beside for values in (*own, together)]
        alike = self.held_sense @ self.held_sense.T
        np.fill_diagonal(alike, 0)
        for least in _ALIKE_FROM:
            near = np.maximum(alike - least, 0) ** 1.5
            features.append(together @ (near / (near.sum(axis=1, keepdims=True) + 1e-3)).T)
        # Whether the list is in any order here: a statement is nearer to those beside it than to the others.
        in_order = (self.beside[0] * alike).sum(axis=1) - alike.mean(axis=1)
        of_text = (self.near.max(axis=1), self.belonging.max(axis=1), self.belonging.mean(axis=1))
        return [*features, np.broadcast_to(in_order, shape), *(np.broadcast_to(x[:, None], shape) for x in of_text)]

    def _within_kind(self, values: "ndarray") -> "ndarray":
        """Each value set off against those of the same kind."""
        import numpy as np

        found = np.zeros(values.shape)
        for kind in range(3):
            here = self.kinds == kind
            if here.any():
                found[:, here] = set_off(values[:, here])
        return found

    def duty_features(self) -> "ndarray":
        """Texts × statements × features, of texts that are like a duty."""
        import numpy as np

        shape = self.belonging.shape
        first, breadth = self.belonging, np.broadcast_to(self.breadth, shape)
        together = first + breadth
        of_statement, of_text = self.cover
        counts = np.bincount(self.kinds, minlength=3)
        rank_within = np.zeros(shape)
        for kind in range(3):
            here = self.kinds == kind
            if here.any():
                rank_within[:, here] = ranked(first[:, here])
        central = (self.held @ self.held.T).sum(axis=1) - (self.held**2).sum(axis=1)
        of_ksb = [
            central / len(self.ksbs),
            *(self.kinds == kind for kind in range(3)),
            np.array([ksb.number for ksb in self.ksbs]) / counts[self.kinds],
            np.log1p([len(bag) for bag in self.statements]),
            np.full(len(self.ksbs), math.log(len(self.ksbs))),
            counts[self.kinds] / len(self.ksbs),
        ]
        of_both = [
            first,
            breadth,
            self.exact,
            self.meaning,
            self.shared,
            of_statement,
            of_text,
            set_off(first),
            set_off(self.exact),
            set_off(self.shared),
            ranked(together),
            set_off(together) @ self.alike.T,
            set_off(first) @ self.alike.T,
            self._within_kind(first),
            rank_within,
            self.near,
            set_off(self.near),
            self._within_kind(self.near),
            np.broadcast_to(np.log1p([len(bag) for bag in self.bags])[:, None], shape),
        ]
        return np.stack(
            [
                np.asarray(one, float)
                for one in [*of_both, *(np.broadcast_to(x, shape) for x in of_ksb), *self.neighbour_features()]
            ],
            -1,
        )

    def map_features(self, duties: Sequence[DutyWithCodes], leave_out: bool = False) -> "ndarray":
        """Texts × statements × features, of how the KSBs of the standard's duties speak for each.

        Args:
            leave_out: the texts are those of `duties`, and none may speak for itself.
        """
        import numpy as np

        places = {ksb.code: number for number, ksb in enumerate(self.ksbs)}
        mapped = np.zeros((len(duties), len(self.ksbs)))
        for number, duty in enumerate(duties):
            mapped[number, [places[code] for code in duty.codes if code in places]] = 1
        numbers = self.words.numbers
        bags = [stems(duty.text) for duty in duties]
        matrix, columns = self.words.rows(bags)
        asks = unit(matrix @ numbers.asks[columns])
        directions = unit(matrix @ numbers.meaning[columns])
        texts, _ = self.words.rows(self.bags, columns)
        nearness = [
            np.maximum(unit(self.texts @ self.asks) @ asks.T, 0) ** 2,
            texts @ matrix.T + 0.02,
            np.maximum(self.text_meaning @ directions.T, 0) ** 2,
            np.maximum(self.text_sense @ meaning.shipped().meanings(bags).T, 0) ** 4,
        ]
        keep = np.ones((len(self.bags), len(duties)))
        if leave_out:
            np.fill_diagonal(keep, 0)
        often = keep @ mapped / np.maximum(keep.sum(axis=1, keepdims=True), 1)
        votes = [(near * keep) @ mapped / ((near * keep).sum(axis=1, keepdims=True) + 1e-6) for near in nearness]
        likely = 1 / (1 + np.exp(-(self.belonging + self.breadth)))
        together = np.zeros(self.belonging.shape)
        for number in range(len(self.bags) if leave_out else 1):
            rest = mapped * keep[number][:, None]
            pairs = rest.T @ rest
            usual = np.sqrt(np.maximum(np.diag(pairs), 1))
            pairs = pairs / usual[:, None] / usual
            np.fill_diagonal(pairs, 0)
            rows = slice(number, number + 1) if leave_out else slice(None)
            together[rows] = likely[rows] @ pairs.T / (pairs.sum(axis=1) + 1)
        said = [often, *votes, together]
        in_kind = [self._within_kind(values) for values in said[1:5]]
        # What is beside a statement in the list is mostly mapped to the same duties.
        of_neighbours = [values @ near.T for near in self.beside for values in (in_kind[0], in_kind[3])]
        return np.stack([*said, *(set_off(values) for values in said), *in_kind, *of_neighbours], -1)

    def told_features(self, passages: "Asked | None") -> "ndarray":
        """Statements × features, of the one text that somebody tells; `passages` are the parts of a long one."""
        import numpy as np

        belonging = self.belonging
        if passages is not None:
            belonging = (belonging + passages.belonging.max(axis=0, keepdims=True)) / 2
        of_statement, _ = self.cover
        # Whether the text is about this work at all: what is set off within a standard cannot tell.
        about = np.sort(self.near[0])[-_NEAREST:].mean()
        features = [
            set_off(belonging),
            set_off(self.meaning),
            set_off(self.near),
            set_off(self.shared),
            set_off(belonging) @ self.alike.T,
            belonging,
            self.meaning,
            of_statement,
            np.full(belonging.shape, about),
            np.full(belonging.shape, math.log(len(self.ksbs))),
            np.ones(belonging.shape),
        ]
        of_text: ndarray = np.stack(features, -1)[0]
        return of_text

    def speaking(self, most: int, least_share: float) -> list[list[str]]:
        """For each statement the stems of the first text that speak for it, the weightiest first.

        Args:
            most: the largest number for each.
            least_share: a stem that brings less than this share of all that speaks for the statement is left out.
        """
        import numpy as np

        numbers = self.words.numbers
        known = [numbers.stems[place] for place in self.columns]
        by_stem = np.maximum(self.texts[0] * (self.told @ self.asks.T + numbers.exact * self.held), 0)
        senses = self.held_sense @ meaning.shipped().of_stems(known).T
        by_sense = np.maximum(senses, 0) * (self.texts[0] > 0)
        share = (_shares(by_stem) + _shares(by_sense)) / 2
        # What a paper calls itself is no reason, unless the statement says it too.
        papers = frozenset(stems(_OF_PAPERS))
        of_papers = np.array([stem in papers for stem in known], bool)
        share[:, of_papers] *= self.held[:, of_papers] > 0
        order = np.argsort(-share, axis=1, kind="stable")[:, :most]
        said = set(self.bags[0]) - self.words.places.keys()
        found = []
        for statement, places, shares in zip(self.statements, order, share, strict=True):
            # What the catalogue hardly knows and both say is the most telling of all.
            rare = [stem for stem in dict.fromkeys(statement) if stem in said]
            telling = [known[place] for place in places if shares[place] >= least_share]
            found.append([*rare, *telling][:most])
        return found


def _shares(parts: "ndarray") -> "ndarray":
    """Each value as a share of its row."""
    shares: ndarray = parts / (parts.sum(axis=1, keepdims=True) + 1e-9)
    return shares


def _senses_of(ksbs: Sequence[Statement]) -> "ndarray":
    """What each statement means by the word vectors."""
    import numpy as np

    return np.stack([_sense_of(ksb.statement) for ksb in ksbs])


@lru_cache(maxsize=5_000)
def _sense_of(statement: str) -> "ndarray":
    of_one: ndarray = meaning.shipped().meanings([_stems_of(statement)])[0]
    return of_one


@lru_cache(maxsize=5_000)
def _stems_of(statement: str) -> tuple[str, ...]:
    """The stems of a statement: a provider's apprentices are on a few standards, so they are asked for again."""
    return tuple(stems(statement))


def passages(bag: Sequence[str]) -> list[Sequence[str]]:
    """The parts of a long text, each about as long as a piece of evidence; none of a short one."""
    if len(bag) < 2 * _PASSAGE:
        return []
    return [bag[start : start + _PASSAGE] for start in range(0, len(bag), _PASSAGE)]


def hints(text: str, ksbs: Sequence[Statement]) -> dict[str, float]:
    """What the codes that a text names add to their KSBs, in log odds: little, as "S3" may be anything."""
    held = {ksb.code for ksb in ksbs}
    named = {code for code in _CODE.findall(text) if code in held}
    return dict.fromkeys(named, _MEANT if len(named) >= _CODES_MEANT else _HINT)


def set_off(values: "ndarray") -> "ndarray":
    """Each value against the others of its row: 0 is the mean, 1 a standard deviation above."""
    distances: ndarray = (values - values.mean(axis=1, keepdims=True)) / (values.std(axis=1, keepdims=True) + 1e-6)
    return distances


def ranked(values: "ndarray") -> "ndarray":
    """1 for the largest of a row, 0 for the smallest."""
    import numpy as np

    order = np.argsort(np.argsort(-values, axis=1, kind="stable"), axis=1)
    ranks: ndarray = 1 - order / max(1, values.shape[1] - 1)
    return ranks


def unit(rows: "ndarray") -> "ndarray":
    """Each row with length 1; an empty one stays so."""
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)
