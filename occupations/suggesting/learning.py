"""Learning the numbers from standards that map their duties, and from a little made-up evidence; with numpy alone.

The same data gives the same numbers. What a later step rests on is made for each standard by an earlier step that has
not seen it, as it will be for a standard that comes in afterwards.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from occupations.importing.draft import StandardDraft
from occupations.importing.parsing.codes import REFERENCE
from occupations.matching.words import stems
from occupations.suggesting.features import TOLD_FEATURES, Asked, Words, passages
from occupations.suggesting.measuring import Case
from occupations.suggesting.numbers import Net, Numbers
from occupations.suggesting.reading import duties_of
from occupations.suggesting.texts import DutyWithCodes, Statement, query

if TYPE_CHECKING:
    from numpy import ndarray

#: Stems in fewer sentences than this are not kept.
_LEAST_SENTENCES = 3
_MEANINGS = 64
_FOLDS, _PAIRS_OF_TOWERS, _ROUNDS, _NETS, _NETS_ROUNDS, _INNER = 5, 2, 12, 6, 20, 24
#: How hard the weights of told texts are held small: there are few of these texts.
_RIDGE = 0.3
#: Against how many standards that a piece of evidence is not about it is held as well.
_STRANGE = 3
_SENTENCE_END = re.compile(r"[.\n;•]")


@dataclass(frozen=True)
class Mapped:
    """A standard that maps its duties: their stems, the statements, and which belong together."""

    reference: str
    duties: list[DutyWithCodes]
    bags: list[list[str]]
    ksbs: Sequence[Statement]
    right: "ndarray"


def folds(references: Sequence[str], count: int = _FOLDS) -> dict[str, int]:
    """Which of this many parts each reference falls in; the same for the same references."""
    shuffled = sorted(set(references))
    random.Random(7).shuffle(shuffled)  # noqa: S311 - not for secrets
    return {reference: place % count for place, reference in enumerate(shuffled)}


def learn(drafts: Sequence[StandardDraft], tagged: Sequence[Case]) -> Numbers:
    """The numbers from standards, and from tagged evidence for texts that somebody tells."""
    import numpy as np

    numbers = _catalogue(drafts)
    mapped = [one for draft in drafts if (one := _mapped(draft)) is not None]
    part = folds([one.reference for one in mapped])
    blind = {}
    plain, with_map = {}, {}
    for fold in range(_FOLDS):
        unseen = [one for one in mapped if part[one.reference] == fold]
        blind[fold] = Words(_belonging(numbers, [one for one in mapped if part[one.reference] != fold]))
        for one in unseen:
            asked = Asked(blind[fold], one.bags, one.ksbs)
            plain[id(one)] = asked.duty_features()
            with_map[id(one)] = np.concatenate([plain[id(one)], asked.map_features(one.duties, leave_out=True)], -1)
    right = [one.right for one in mapped]

    def not_seen(case: Case) -> Words:
        reference = REFERENCE.search(case.standard.upper())
        return blind[part.get(reference[0], 0) if reference else 0]

    return replace(
        _belonging(numbers, mapped),
        duty=_net([plain[id(one)] for one in mapped], right),
        mapped_duty=_net([with_map[id(one)] for one in mapped], right),
        told=_told(not_seen, tagged),
    )


def _mapped(draft: StandardDraft) -> Mapped | None:
    import numpy as np

    duties, ksbs = duties_of(draft), draft.ksbs or []
    if not duties:
        return None
    right = np.array([[ksb.code in duty.codes for ksb in ksbs] for duty in duties], np.float32)
    return Mapped(draft.reference, duties, [stems(duty.text) for duty in duties], ksbs, right)


# What stems mean ------------------------------------------------------------------------------------------------------


def _sentences(draft: StandardDraft) -> Iterator[list[str]]:
    for ksb in draft.ksbs or ():
        yield stems(ksb.statement)
    for duty in draft.duties or ():
        yield stems(duty.text)
    for text in (draft.summary, draft.overview, draft.prose):
        for sentence in _SENTENCE_END.split(text or ""):
            if len(sentence.split()) > 4:
                yield stems(sentence)


def _catalogue(drafts: Sequence[StandardDraft]) -> Numbers:
    """The stems, how telling each is, and which lie near each other."""
    import numpy as np

    sentences = [sentence for draft in drafts for sentence in _sentences(draft)]
    statements = [set(stems(ksb.statement)) for draft in drafts for ksb in draft.ksbs or ()]
    in_sentences = Counter(stem for sentence in sentences for stem in set(sentence))
    in_statements = Counter(stem for statement in statements for stem in statement)
    known = tuple(sorted(stem for stem, count in in_sentences.items() if count >= _LEAST_SENTENCES))
    weights = [math.log(1 + (len(statements) - in_statements[s] + 0.5) / (in_statements[s] + 0.5)) for s in known]
    nothing = np.zeros((len(known), 1), np.float32)
    numbers = Numbers(
        stems=known,
        weights=np.array(weights, np.float32),
        meaning=nothing,
        asks=nothing,
        tells=nothing,
        exact=1.0,
        breadth=nothing[:, 0],
        kind_breadth=np.zeros(3, np.float32),
    )
    return replace(numbers, meaning=_meaning(Words(numbers), sentences))


def _meaning(words: Words, sentences: Sequence[Sequence[str]]) -> "ndarray":
    """The main directions in which the sentences differ, by repeated multiplication and making orthogonal."""
    import numpy as np

    size = len(words.numbers.stems)
    together = np.zeros((size, size), np.float32)
    for sentence in sentences:
        row = words.row(sentence)
        places = list(row)
        values = np.array(list(row.values()), np.float32)
        together[np.ix_(places, places)] += np.outer(values, values)
    directions = np.random.default_rng(0).standard_normal((size, _MEANINGS + 16)).astype(np.float32)
    for _ in range(12):
        directions, _ = np.linalg.qr(together @ directions)
    values, turn = np.linalg.eigh(directions.T @ together @ directions)
    order = np.argsort(-values)[:_MEANINGS]
    meaning = directions @ turn[:, order] * np.maximum(values[order], 0) ** 0.25
    even: ndarray = (meaning * math.sqrt(_MEANINGS / float((meaning**2).sum()))).astype(np.float32)
    return even


# What belongs together ------------------------------------------------------------------------------------------------


def _belonging(numbers: Numbers, mapped: Sequence[Mapped]) -> Numbers:
    """With what a text asks and a statement tells: the mean of a few that were learned from other beginnings."""
    import numpy as np

    words = Words(numbers)
    prepared = []
    for one in mapped:
        both, columns = words.rows([*one.bags, *(stems(ksb.statement) for ksb in one.ksbs)])
        kinds = Asked(words, [[]], one.ksbs).kinds
        prepared.append((both[: len(one.bags)], both[len(one.bags) :], kinds, one.right, np.array(columns, int)))
    towers = [_Towers(numbers, seed).learn(prepared) for seed in range(_PAIRS_OF_TOWERS)]
    share = math.sqrt(len(towers))
    return replace(
        numbers,
        asks=np.concatenate([one.values["asks"] for one in towers], axis=1) / share,
        tells=np.concatenate([one.values["tells"] for one in towers], axis=1) / share,
        exact=float(np.mean([one.values["exact"] for one in towers])),
        breadth=np.mean([one.values["breadth"] for one in towers], axis=0),
        kind_breadth=np.mean([one.values["kind_breadth"] for one in towers], axis=0),
    )


class _Adam:
    """Takes steps against gradients, longer where they agree; only in the rows that a step is about."""

    def __init__(self, values: "dict[str, ndarray]", rate: float, steps: int) -> None:
        import numpy as np

        self.values, self.rate, self.steps, self.step = values, rate, steps, 0
        self._first = {name: np.zeros_like(value) for name, value in values.items()}
        self._second = {name: np.zeros_like(value) for name, value in values.items()}

    def against(self, gradients: "dict[str, ndarray]", rows: "dict[str, ndarray] | None" = None) -> None:
        import numpy as np

        self.step += 1
        rate = self.rate * (1 - (self.step - 1) / self.steps)
        rate *= math.sqrt(1 - 0.99**self.step) / (1 - 0.9**self.step)
        for name, gradient in gradients.items():
            at = (rows or {}).get(name, slice(None))
            first, second = self._first[name], self._second[name]
            first[at] = 0.9 * first[at] + 0.1 * gradient
            second[at] = 0.99 * second[at] + 0.01 * gradient * gradient
            self.values[name][at] -= rate * first[at] / (np.sqrt(second[at]) + 1e-8)


class _Towers:
    """What stems of a text ask and stems of a statement tell, while it is learned."""

    def __init__(self, numbers: Numbers, seed: int) -> None:
        import numpy as np

        self.random = np.random.default_rng(seed)
        self.values = {
            "asks": 2 * numbers.meaning,
            "tells": 2 * numbers.meaning,
            "breadth": np.zeros(len(numbers.stems), np.float32),
            "kind_breadth": np.array([-1, -1, 0.3], np.float32),
            "exact": np.array([3], np.float32),
        }

    def learn(self, prepared: list[tuple[Any, ...]]) -> "_Towers":
        import numpy as np

        adam = _Adam(self.values, 1e-3, _ROUNDS * len(prepared))
        for _ in range(_ROUNDS):
            for number in self.random.permutation(len(prepared)):
                texts, held, kinds, right, columns = prepared[number]
                # Some words are hidden each time, so that no pair of words is relied on alone.
                texts, held = texts * self._hidden(len(columns)), held * self._hidden(len(columns))
                asks, tells = self.values["asks"][columns], self.values["tells"][columns]
                exact, asked, told = texts @ held.T, texts @ asks, held @ tells
                breadth = held @ self.values["breadth"][columns] + self.values["kind_breadth"][kinds]
                slope = _slope(asked @ told.T + self.values["exact"] * exact + breadth, right)
                of_ksb = slope.sum(axis=0)
                adam.against(
                    {
                        "asks": texts.T @ (slope @ told),
                        "tells": held.T @ (slope.T @ asked),
                        "breadth": held.T @ of_ksb + 1e-5 * self.values["breadth"][columns],
                        "kind_breadth": np.bincount(kinds, of_ksb, 3).astype(np.float32),
                        "exact": np.array([(slope * exact).sum()], np.float32),
                    },
                    {"asks": columns, "tells": columns, "breadth": columns},
                )
        return self

    def _hidden(self, count: int) -> "ndarray":
        import numpy as np

        return ((self.random.random(count) > 0.2) / 0.8).astype(np.float32)


def _slope(scores: "ndarray", right: "ndarray") -> "ndarray":
    """How the loss changes with each score: half is whether each pair belongs together, half is what comes first."""
    import numpy as np

    likely = 1 / (1 + np.exp(-scores))
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    wanted = right / np.maximum(right.sum(axis=1, keepdims=True), 1)
    slope: ndarray = ((likely - right) / right.size / 2 + (shares - wanted) / len(right) / 2).astype(np.float32)
    return slope


# How features are weighed ---------------------------------------------------------------------------------------------


def _net(features: "list[ndarray]", right: "list[ndarray]") -> Net:
    """A net from the features of each standard's duties to log odds: the mean of a few from other beginnings."""
    import numpy as np

    count = features[0].shape[-1]
    everything = np.concatenate([one.reshape(-1, count) for one in features])
    mean, spread = everything.mean(axis=0), everything.std(axis=0) + 1e-6
    scaled = [np.clip((one - mean) / spread, -4, 4).astype(np.float32) for one in features]
    nets = [_one_net(scaled, right, seed) for seed in range(_NETS)]
    # The mean of several nets is one net with all their units.
    values = {name: np.concatenate([one[name] for one in nets], axis=-1) for name in ("inner", "inner_bias", "outer")}
    values["outer"] /= _NETS
    values |= {name: np.mean([one[name] for one in nets], axis=0) for name in ("straight", "bias")}
    net = Net(mean, spread, **values)
    scores = np.concatenate([net(one).ravel() for one in features])
    slope, shift = _logistic(np.stack([scores, np.ones_like(scores)], -1), np.concatenate([r.ravel() for r in right]))
    scaled_up = {name: values[name] * slope for name in ("outer", "straight")}
    return replace(net, **scaled_up, bias=values["bias"] * slope + shift)


def _one_net(scaled: "list[ndarray]", right: "list[ndarray]", seed: int) -> "dict[str, ndarray]":
    """The weights of a net of a few units, learned from one beginning."""
    import numpy as np

    count = scaled[0].shape[-1]
    random = np.random.default_rng(seed)
    values = {
        "inner": (random.standard_normal((count, _INNER)) / math.sqrt(count)).astype(np.float32),
        "inner_bias": np.zeros(_INNER, np.float32),
        "outer": (0.1 * random.standard_normal(_INNER)).astype(np.float32),
        "straight": np.zeros(count, np.float32),
        "bias": np.zeros(1, np.float32),
    }
    adam = _Adam(values, 3e-3, _NETS_ROUNDS * len(scaled))
    for _ in range(_NETS_ROUNDS):
        for number in random.permutation(len(scaled)):
            flat = scaled[number].reshape(-1, count)
            inner = np.tanh(flat @ values["inner"] + values["inner_bias"])
            scores = inner @ values["outer"] + flat @ values["straight"] + values["bias"]
            slope = _slope(scores.reshape(right[number].shape), right[number]).ravel()
            back = np.outer(slope, values["outer"]) * (1 - inner * inner)
            adam.against(
                {
                    "inner": flat.T @ back + 1e-5 * values["inner"],
                    "inner_bias": back.sum(axis=0),
                    "outer": inner.T @ slope + 1e-5 * values["outer"],
                    "straight": flat.T @ slope + 1e-5 * values["straight"],
                    "bias": slope.sum(keepdims=True),
                }
            )
    return values


@dataclass(frozen=True)
class _Told:
    """A piece of evidence held against the statements of one standard, which may be another than its own."""

    standard: str
    is_own: bool
    features: "ndarray"
    right: "ndarray"


def _told(not_seen: Callable[[Case], Words], tagged: Sequence[Case]) -> "ndarray":
    """The weight of each feature of a text that somebody tells, from tagged evidence.

    Each piece is held against a few other standards as well, of which it shows nothing: so a text that has nothing to
    do with a standard is given little.

    Args:
        not_seen: the numbers that were learned without the duties of a piece's standard.
    """
    import numpy as np

    if not tagged:  # nothing to learn it from: what belongs together, and nothing else
        return np.array([1, *[0] * (TOLD_FEATURES - 2), -3], float)
    held: list[_Told] = []
    others = {case.standard: case.ksbs for case in tagged}
    for number, case in enumerate(tagged):
        names = sorted(set(others) - {case.standard})
        strange = [others[name] for name in (names[number % len(names) :] + names)[:_STRANGE]] if names else []
        bag = stems(query(case.text))
        parts, words = passages(bag), not_seen(case)
        for ksbs in [case.ksbs, *strange]:
            features = Asked(words, [bag], ksbs).told_features(Asked(words, parts, ksbs) if parts else None)
            is_own = ksbs is case.ksbs
            right = np.array([is_own and ksb.code in case.right for ksb in ksbs], float)
            held.append(_Told(case.standard, is_own, features, right))
    weights = _weights(held)
    slope, shift = _made_honest(held) if len(others) > 1 else (1.0, 0.0)
    return np.array([*slope * weights[:-1], slope * weights[-1] + shift])


def _weights(held: Sequence[_Told]) -> "ndarray":
    import numpy as np

    return _logistic(
        np.concatenate([one.features for one in held]), np.concatenate([one.right for one in held]), ridge=_RIDGE
    )


def _made_honest(held: Sequence[_Told]) -> tuple[float, float]:
    """What turns log odds into those that hold for a standard whose pieces were not learned from: Platt's method."""
    import numpy as np

    odds, right = [], []
    for standard in sorted({one.standard for one in held}):
        weights = _weights([one for one in held if one.standard != standard])
        for one in held:
            if one.standard == standard and one.is_own:
                odds.append(one.features @ weights)
                right.append(one.right)
    said = np.concatenate(odds)
    slope, shift = _logistic(np.stack([said, np.ones_like(said)], -1), np.concatenate(right))
    return float(slope), float(shift)


def _logistic(features: "ndarray", right: "ndarray", ridge: float = 1e-3) -> "ndarray":
    """The weights with which features tell best what is right, by Newton's method; a ridge keeps them small."""
    import numpy as np

    weights = np.zeros(features.shape[1])
    for _ in range(25):
        likely = 1 / (1 + np.exp(-(features @ weights)))
        gradient = features.T @ (likely - right) + ridge * weights
        curve = (features * (likely * (1 - likely))[:, None]).T @ features + ridge * np.eye(len(weights))
        weights -= np.linalg.solve(curve, gradient)
    return weights
