"""Text that was spoilt before it came here: UTF-8 read as Windows-1252, and characters that no text holds."""

import re

#: Windows-1252 has no character for these bytes; what was decoded wrongly has the control character in their place.
_UNDEFINED = {chr(code): bytes([code]) for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
_AS_BYTES = {
    bytes([code]).decode("cp1252"): bytes([code]) for code in range(0x80, 0x100) if chr(code) not in _UNDEFINED
}
_AS_BYTES |= _UNDEFINED
_FOLLOWING = "".join(re.escape(character) for character, byte in _AS_BYTES.items() if byte[0] < 0xC0)
#: A lead byte of UTF-8 as Windows-1252 shows it, with as many following bytes as it announces.
_MISREAD = re.compile(f"[Â-ß][{_FOLLOWING}]|[à-ï][{_FOLLOWING}]{{2}}|[ð-ô][{_FOLLOWING}]{{3}}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: What is left where nothing can be repaired: the replacement character, or "™" for an apostrophe within a word.
_SPOILT = re.compile("\N{REPLACEMENT CHARACTER}|(?<=[a-z])™(?=s?\\b|\\s)")


def repaired(text: str) -> tuple[str, list[tuple[str, str]]]:
    """`text` with wrongly decoded characters put right, and each pair of what stood there and what stands there now."""
    if text.isascii():
        return text, []
    found: list[tuple[str, str]] = []

    def right(match: re.Match[str]) -> str:
        try:
            meant = b"".join(_AS_BYTES[character] for character in match[0]).decode()
        except UnicodeDecodeError:
            return match[0]
        found.append((match[0], meant))
        return meant

    return _MISREAD.sub(right, text), found


def is_spoilt(text: str) -> bool:
    """Whether there are characters that something went wrong with, which cannot be put right."""
    return not text.isascii() and bool(_SPOILT.search(text))


def without_unprintable(text: str) -> str:
    """`text` without control characters and halves of characters, which no database keeps."""
    return _UNPRINTABLE.sub("", text)
