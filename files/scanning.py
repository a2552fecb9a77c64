"""The virus check, by clamd's INSTREAM. A file is called clean only where the scanner read all of it and said so."""

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

_CHUNK_BYTES = 64 * 1024
_CONNECT_SECONDS, _ANSWER_SECONDS = 10, 300
_MOST_ANSWER_BYTES = 4096
#: What a verdict can be.
CLEAN, INFECTED, NOT_SCANNED = "clean", "infected", "not_scanned"


class ScannerAway(Exception):
    """The scanner does not answer. The job is tried again later."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner says, and the name of what it found, or why it did not look."""

    state: str
    note: str = ""


def ask(content: BinaryIO) -> Verdict:
    """Send a file to the scanner, piece by piece, and read its answer.

    Raises:
        ScannerAway: it cannot be reached, breaks off without a word, or takes too long.
    """
    try:
        with _connected() as connection:
            connection.sendall(b"zINSTREAM\0")
            try:
                while chunk := content.read(_CHUNK_BYTES):
                    connection.sendall(struct.pack("!I", len(chunk)) + chunk)
                connection.sendall(struct.pack("!I", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it had enough before the end, and may have said why
            answer = _answer(connection)
    except OSError as fault:
        raise ScannerAway(type(fault).__name__) from None
    return verdict_of(answer)


def verdict_of(answer: str) -> Verdict:
    """What an answer of clamd means. Whatever is not plainly clean or a finding is not scanned."""
    said = answer.removeprefix("stream: ").strip()
    if said == "OK":
        return Verdict(CLEAN)
    if said.endswith(" FOUND"):
        name = said.removesuffix(" FOUND").strip()
        if name.startswith("Heuristics.Limits.Exceeded"):
            return Verdict(NOT_SCANNED, _("It is too large or complex for the virus scanner."))
        if name.startswith("Heuristics.Encrypted"):
            return Verdict(NOT_SCANNED, _("It has a password."))
        return Verdict(INFECTED, name[:200])
    if "size limit exceeded" in said:
        return Verdict(NOT_SCANNED, _("It is too large for the virus scanner."))
    if not said:
        raise ScannerAway("no answer")
    return Verdict(NOT_SCANNED, _("The virus scanner could not check it."))


def _connected() -> socket.socket:
    address = settings.CLAMD_ADDRESS
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(_CONNECT_SECONDS)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
    else:
        host, _colon, port = address.rpartition(":")
        connection = socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS)
    connection.settimeout(_ANSWER_SECONDS)
    return connection


def _answer(connection: socket.socket) -> str:
    answer = b""
    while len(answer) < _MOST_ANSWER_BYTES and b"\0" not in answer:
        try:
            part = connection.recv(_MOST_ANSWER_BYTES)
        except ConnectionResetError:
            break
        if not part:
            break
        answer += part
    return answer.partition(b"\0")[0].decode("utf-8", "replace")
