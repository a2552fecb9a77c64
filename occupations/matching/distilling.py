"""Making word vectors from a small sentence model: for development alone, with PyTorch, which the site does not have.

Each word goes through the model by itself, and the main directions of what comes out are kept; common words count less
(the method of model2vec). Then the rows are moved until the sum of those of a dictionary's definition points where the
model sees the definition. No standard is read for it but to know which words there are.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from occupations.matching.meaning import WordVectors
from occupations.matching.words import stems

if TYPE_CHECKING:
    from numpy import ndarray

#: How many numbers a row has, and how many definitions are learned from, how often.
_NUMBERS, _DEFINITIONS, _ROUNDS = 256, 10_000, 3
#: A word with this share of all that is said counts half.
_COMMON = 1e-4
#: Kinds of nouns in WordNet whose definitions describe species: animals and plants.
_SPECIES = {5, 20}


class SentenceModel:
    """A model of sentences in a folder, as the libraries of Hugging Face keep it."""

    def __init__(self, folder: Path) -> None:
        # They are named here as text, so that neither checks nor the site ask for them.
        self._torch: Any = import_module("torch")
        transformers: Any = import_module("transformers")
        self._torch.set_num_threads(1)
        self._torch.manual_seed(0)
        self._tokens = transformers.AutoTokenizer.from_pretrained(folder)
        self._model = transformers.AutoModel.from_pretrained(folder).train(False)

    @property
    def words(self) -> list[str]:
        """The whole words that it knows: about the most common first."""
        places = self._tokens.get_vocab()
        return [word for word in sorted(places, key=places.get) if re.fullmatch(r"[a-z]{2,}", word)]

    def meanings(self, texts: Sequence[str]) -> "ndarray":
        """What it makes of each text: the mean over its tokens."""
        import numpy as np

        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found: list[Any] = [None] * len(texts)
        for start in range(0, len(order), 128):
            batch = order[start : start + 128]
            tokens = self._tokens(
                [texts[n] for n in batch], padding=True, truncation=True, max_length=48, return_tensors="pt"
            )
            with self._torch.inference_mode():
                last, held = self._model(**tokens).last_hidden_state, tokens["attention_mask"][..., None]
                means = ((last * held).sum(1) / held.sum(1)).numpy()
            for number, mean in zip(batch, means, strict=True):
                found[number] = mean
        return np.array(found, np.float32)

    def moved(self, rows: "ndarray", bags: Sequence[Sequence[int]], wanted: "ndarray") -> "ndarray":
        """The rows, moved until the sum of a bag's rows points nearly where it is wanted."""
        torch = self._torch
        table = torch.nn.EmbeddingBag.from_pretrained(torch.tensor(rows), freeze=False, mode="mean", sparse=True)
        steps = torch.optim.SparseAdam(table.parameters(), lr=2e-3)
        targets, order = torch.tensor(wanted), list(range(len(bags)))
        for number in range(_ROUNDS):
            random.Random(number).shuffle(order)  # noqa: S311 - not for secrets
            for start in range(0, len(order), 256):
                batch = order[start : start + 256]
                flat = [place for n in batch for place in bags[n]]
                offsets = [0, *_running(len(bags[n]) for n in batch)][:-1]
                said = table(torch.tensor(flat), torch.tensor(offsets))
                loss = (1 - torch.nn.functional.cosine_similarity(said, targets[batch])).mean()
                steps.zero_grad()
                loss.backward()
                steps.step()
        moved: ndarray = table.weight.detach().numpy()
        return moved


def distilled(model: SentenceModel, counts: Mapping[str, int], wordnet: Path) -> WordVectors:
    """The vectors of the words that are counted and of the everyday words that the model knows.

    Args:
        counts: how often each word stands in the catalogue.
        wordnet: the folder with WordNet's files of definitions.
    """
    import numpy as np

    common = {word: place for place, word in enumerate(model.words)}
    by_stem = _by_stem({*counts, *common})
    names = sorted(by_stem)
    places = {stem: place for place, stem in enumerate(names)}
    spelled = sorted({word for of_one in by_stem.values() for word in of_one})
    at = {word: place for place, word in enumerate(spelled)}
    texts = definitions(wordnet, common)
    of_words, of_texts = model.meanings(spelled), model.meanings(texts)
    of_texts -= of_texts.mean(axis=0)
    directions = np.linalg.svd(of_texts.T @ of_texts)[0][:, :_NUMBERS]
    of_words = (of_words - of_words.mean(axis=0)) @ directions
    rows = np.array(
        [_mean([of_words[at[w]] for w in by_stem[s]], [counts.get(w, 0) + 0.1 for w in by_stem[s]]) for s in names]
    )
    rows /= np.linalg.norm(rows, axis=1).mean()
    # The words of a tokeniser stand about in the order of how common they are: Zipf's law says the rest.
    shares = np.array([1 / (min(common.get(word, 30_000) for word in by_stem[s]) + 10) for s in names])
    shares /= shares.sum()
    rows *= (_COMMON / (_COMMON + shares))[:, None]
    bags = [[places[stem] for stem in stems(text) if stem in places] for text in texts]
    kept = [number for number, bag in enumerate(bags) if len(bag) > 1]
    wanted = (of_texts @ directions)[kept]
    return WordVectors.of(names, model.moved(rows.astype(np.float32), [bags[n] for n in kept], wanted))


def definitions(wordnet: Path, common: Mapping[str, int]) -> list[str]:
    """Some definitions of common words, each with its words and with an example or two; always the same ones."""
    found = []
    for part in ("noun", "verb", "adj", "adv"):
        for line in (wordnet / f"data.{part}").read_text("utf-8", "replace").splitlines():
            if line.startswith("  "):  # the licence
                continue
            entry, _, told = line.partition("|")
            fields = entry.split()
            meant = [fields[4 + 2 * n].replace("_", " ").partition("(")[0] for n in range(int(fields[3], 16))]
            is_species = part == "noun" and int(fields[1]) in _SPECIES
            if meant[0][0].isupper() or is_species or not any(word.lower() in common for word in meant):
                continue
            examples = ". ".join(re.findall(r'"([^"]+)"', told)[:2])
            definition = told.partition('"')[0].strip(" ;")
            found.append(f"{', '.join(meant[:3])}: {definition}. {examples}".strip())
    random.Random(1).shuffle(found)  # noqa: S311 - not for secrets
    return found[:_DEFINITIONS]


def _by_stem(spelled: Iterable[str]) -> dict[str, list[str]]:
    """The words of each stem."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(spelled):
        if re.fullmatch(r"[a-z][a-z0-9']+", word):
            for stem in stems(word):
                found[stem].append(word)
    return found


def _mean(rows: Sequence["ndarray"], weights: Sequence[float]) -> "ndarray":
    import numpy as np

    return np.average(rows, axis=0, weights=weights)


def _running(lengths: Iterable[int]) -> Iterator[int]:
    total = 0
    for length in lengths:
        total += length
        yield total
