"""Words that mean about the same lie near each other, with numbers that ship with the project."""

from pathlib import Path

import numpy as np
import pytest

from occupations.matching import meaning
from occupations.matching.meaning import SHIPPED, WordVectors
from occupations.matching.words import stems


def nearness(one: str, other: str) -> float:
    first, second = meaning.shipped().meanings([stems(one), stems(other)])
    return float(first @ second)


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("priest", "church minister", "plumber"),
        ("tap", "plumbing", "teaching children"),
        ("dressmaker", "garment maker", "network engineer"),
        ("invoices", "bills to pay", "horses"),
    ],
)
def test_what_means_about_the_same_is_nearer_than_what_does_not(word: str, near: str, far: str):
    assert nearness(word, near) > nearness(word, far) + 0.1


def test_what_is_not_known_means_nothing():
    (nothing, unknown) = meaning.shipped().meanings([[], ["zyzzyva"]])
    assert not nothing.any()
    assert not unknown.any()
    assert not len(meaning.shipped().meanings([]))


def test_vectors_survive_their_file_and_are_small(tmp_path: Path):
    rows = np.array([[1.0, 0.5], [0.0, 0.0]], np.float32)
    vectors = WordVectors.of(["bake", "mop"], rows)
    vectors.save(tmp_path / "some.npz")
    held = WordVectors.load(tmp_path / "some.npz")
    assert held.places == {"bake": 0, "mop": 1}
    assert held.of_stems(["bake", "mop", "zip"]) == pytest.approx(np.array([*rows, [0, 0]]), abs=0.01)
    assert SHIPPED.stat().st_size < 8_000_000
