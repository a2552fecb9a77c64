"""The characters of names: of people, organisations and files. What shows stays; what deceives does not."""

import unicodedata

#: Two invisible characters that Persian, Indian scripts and joined emoji are written with.
JOINERS = "\u200c\u200d"
#: What stands before a joiner that does something: letters without upper and lower case, their signs, and emoji, of
#: which Python does not know the newest.
_JOINED_CATEGORIES = {"Lo", "Mn", "Mc", "So", "Sk", "Cn"}
#: Control, formatting (which includes every bidi control) and lone surrogate characters.
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs"}
#: Letters and signs that are blank, though Unicode does not count them among its control characters.
_BLANK = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def tidy(text: str) -> str:
    """`text` in NFC, with single spaces, and without joiners that join nothing. A tidy text stays as it is."""
    while True:
        kept = without_idle_joiners(" ".join(unicodedata.normalize("NFC", text).split()))
        if kept == text:
            return text
        text = kept


def without_idle_joiners(text: str) -> str:
    """`text` without joiners that join nothing: those of Persian names and of emoji stay."""
    if text.isascii():
        return text
    return "".join(
        character
        for before, character in zip(" " + text, text, strict=False)
        if character not in JOINERS or unicodedata.category(before) in _JOINED_CATEGORIES
    )


def has_hidden(text: str) -> bool:
    """Whether there are characters that do not show: control characters, bidi marks, blank letters; not joiners."""
    return any(is_hidden(character) for character in text)


def is_hidden(character: str) -> bool:
    """Whether this character does not show, and is no joiner."""
    if character in JOINERS:
        return False
    is_no_character = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return is_no_character or character in _BLANK or unicodedata.category(character) in _HIDDEN_CATEGORIES
