import re
from collections import Counter

import pytest

from demo import bank, files, seeding
from demo.bank import PIECES, Piece
from files import file_types

CODES = set(re.findall(r"^([KSB]\d+): ", seeding.DATA.read_text(), re.MULTILINE))
WORDS = {
    "company": "Oakhurst Care",
    "role": "van driver",
    "place": "Derby",
    "manager": "Denise",
    "number": "12",
    "few": "four",
    "many": "60",
}


def test_the_pieces_show_every_ksb_more_than_once() -> None:
    shown = Counter(code for piece in PIECES for code in piece.claims)
    assert set(shown) == CODES
    assert min(shown.values()) >= 2


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.title)
def test_a_piece_has_a_paragraph_and_one_to_four_claims(piece: Piece) -> None:
    assert 50 <= len(piece.narrative.split()) <= 125
    assert 1 <= len(piece.claims) <= 4
    assert "{" not in "".join([piece.title, piece.narrative, *piece.claims.values()]).format(**WORDS)


def test_an_assessor_has_something_to_ask_about_every_ksb() -> None:
    assert set(bank.NOT_YET) == CODES


@pytest.mark.parametrize("kind", sorted({kind for piece in PIECES for kind in piece.files}))
def test_every_kind_of_file_is_accepted_as_evidence(kind: str) -> None:
    upload = files.make(kind, 0, WORDS, "I wrote (and sent) it, and it cost £3.\nThat was all.")
    assert file_types.detect(upload, upload.name)
    assert upload.size < 250_000
