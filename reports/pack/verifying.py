"""Checking a pack with nothing but its file and the published keys: `python -m reports.pack.verifying FILE --key KEY`.

Three questions, each answered by itself: is it well-formed (a pack that can be read), intact (nothing in it was
changed, added or left out since it was signed) and trusted (signed by a key that whoever asks believes)? docs/pack.md
says what is checked. It needs neither the database nor the settings; what it reads is treated as hostile.
"""

import argparse
import hashlib
import json
import os
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from audit.merkle import proves, root
from core.canonical import digest
from reports.pack.checkpointing import BadCheckpoint, PackCheckpoint
from reports.pack.notes import BadKey, BadNote, Note, PublicKey

MANIFEST, CHECKPOINT, RECORD = "manifest.json", "checkpoint.txt", "data/record.jsonl"
MANIFEST_FORMAT, RECORD_FORMAT = "craftmark-pack-manifest/1", "craftmark-pack-record/1"
#: A provider's whole export has its whole record, whose root is worked out from all entries.
WHOLE_RECORD_FORMAT = "craftmark-whole-record/1"
#: More than any pack has: a file that says otherwise is no pack.
MOST_FILES = 100_000
MOST_NOTE_BYTES, MOST_MANIFEST_BYTES, MOST_LINE_BYTES = 64 * 1024, 64 * 1024**2, 1024**2
_CHUNK_BYTES = 256 * 1024
#: With which a ZIP without a comment ends, and its size.
_END, _END_BYTES = b"PK\x05\x06", 22
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
_HEX = frozenset("0123456789abcdef")


class NotAPack(Exception):
    """The file cannot be read as a pack at all."""


@dataclass
class Report:
    """What was found.

    Attributes:
        malformed: why it is no well-formed pack.
        altered: each thing that is not as it was signed, by its name.
        untrusted: why its signature says nothing; empty if it is that of a known key.
        signer: the key that signed it, if it is one of the known ones.
        checkpoint: what the signature says.
        file_count: how many files were held against the manifest.
        entry_count: how many entries of the record were proved.
    """

    malformed: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    untrusted: str = ""
    signer: PublicKey | None = None
    checkpoint: PackCheckpoint | None = None
    file_count: int = 0
    entry_count: int = 0

    @property
    def is_well_formed(self) -> bool:
        return not self.malformed

    @property
    def is_intact(self) -> bool:
        """Only of what can be read can it be said."""
        return self.is_well_formed and not self.altered

    @property
    def is_trusted(self) -> bool:
        return self.signer is not None

    @property
    def is_good(self) -> bool:
        return self.is_intact and self.is_trusted


def verify(file: Path | IO[bytes], keys: Iterable[PublicKey]) -> Report:
    """Check a pack against the keys that are believed."""
    report = Report()
    try:
        with zipfile.ZipFile(file) as pack:
            _check(pack, list(keys), report)
    except NotAPack as why:
        report.malformed.append(str(why))
    except DAMAGED as fault:
        report.malformed.append(f"it cannot be read as a ZIP: {fault}")
    if report.signer is None and not report.untrusted:
        report.untrusted = "its signature cannot be read"
    return report


def _check(pack: zipfile.ZipFile, keys: list[PublicKey], report: Report) -> None:
    present = contents(pack, report)
    note = note_in(whole(pack, present, CHECKPOINT, MOST_NOTE_BYTES))
    report.signer = note.signer(keys)
    if report.signer is None:
        signed_by = ", ".join(f"{one.name}+{one.key_id.hex()}" for one in note.signatures)
        known = any((one.name, one.key_id) == (key.name, key.id) for one in note.signatures for key in keys)
        report.untrusted = (
            f"the signature in {CHECKPOINT} is false: the text was changed or another key made it"
            if known
            else f"it is signed by {signed_by}, which is none of the given keys"
        )
    try:
        checkpoint = PackCheckpoint.read(note.text)
    except BadCheckpoint as bad:
        raise NotAPack(f"{CHECKPOINT}: {bad}") from None
    report.checkpoint = checkpoint
    if report.signer and not checkpoint.origin.startswith(f"{report.signer.name}/record/"):
        report.signer, report.untrusted = None, f"its key is not that of {checkpoint.origin}"
    written = whole(pack, present, MANIFEST, MOST_MANIFEST_BYTES)
    if (len(written), hashlib.sha256(written).hexdigest()) != (checkpoint.manifest_bytes, checkpoint.manifest_sha256):
        report.altered.append(f"{MANIFEST} is not the one that was signed")
    listed = _manifest(written, checkpoint, report)
    for path in sorted(set(present) - set(listed) - {MANIFEST, CHECKPOINT}):
        report.altered.append(f"{path} was added")
    for path, (size_bytes, sha256) in listed.items():
        if path not in present:
            report.altered.append(f"{path} is missing")
        elif fault := file_fault(pack, present[path], size_bytes, sha256):
            report.altered.append(f"{path} {fault}")
        else:
            report.file_count += 1
    if RECORD in present:
        _check_record(pack, present[RECORD], checkpoint, report)
    else:
        raise NotAPack(f"it has no {RECORD}")


def contents(pack: zipfile.ZipFile, report: Report) -> dict[str, zipfile.ZipInfo]:
    """What is in the one folder that all is in, by its path in there."""
    entries = pack.infolist()
    if not 0 < len(entries) <= MOST_FILES:
        raise NotAPack(f"it has {len(entries)} files")
    roots = {entry.filename.partition("/")[0] for entry in entries}
    if len(roots) != 1:
        raise NotAPack(f"it has {len(roots)} folders at the top, not one")
    if pack.comment or min(entry.header_offset for entry in entries) or not _ends_with_directory(pack):
        report.altered.append("there are bytes in the ZIP that are no file of it")
    for path, count in Counter(entry.filename.casefold() for entry in entries).items():
        if count > 1:
            report.malformed.append(f"{path} is in it {count} times")
    present = {}
    for entry in entries:
        path = entry.filename.partition("/")[2]
        parts = entry.filename.split("/")
        if (
            any(part in ("", ".", "..") for part in parts)
            or "\\" in path
            or ":" in path
            or entry.orig_filename != entry.filename
        ):
            report.malformed.append(f"{entry.orig_filename!r} is a path that leads elsewhere or is a folder")
        elif entry.flag_bits & 1:
            report.malformed.append(f"{path} is encrypted")
        elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            report.malformed.append(f"{path} is compressed in a way that no pack is")
        elif (entry.external_attr >> 16) & 0o170000 not in (0, 0o100000):
            report.malformed.append(f"{path} is a link or a device, not a file")
        else:
            present[path] = entry
    return present


def _ends_with_directory(pack: zipfile.ZipFile) -> bool:
    file = cast(IO[bytes], pack.fp)
    file.seek(-_END_BYTES, os.SEEK_END)
    return file.read(len(_END)) == _END


def whole(pack: zipfile.ZipFile, present: dict[str, zipfile.ZipInfo], path: str, most_bytes: int) -> bytes:
    if path not in present:
        raise NotAPack(f"it has no {path}")
    with pack.open(present[path]) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise NotAPack(f"{path} is too long")
    return content


def note_in(content: bytes) -> Note:
    try:
        return Note.read(content.decode())
    except (BadNote, UnicodeDecodeError) as bad:
        raise NotAPack(f"{CHECKPOINT}: {bad}") from None


def _manifest(written: bytes, checkpoint: PackCheckpoint, report: Report) -> dict[str, tuple[int, str]]:
    """The size and hash of each file, by its path."""
    pack, listed = listing(written)
    if pack != checkpoint.pack:
        report.altered.append(f"{MANIFEST} is that of another pack")
    return listed


def listing(written: bytes) -> tuple[object, dict[str, tuple[int, str]]]:
    """What a manifest says: of which pack it is, and the size and hash of each file, by its path.

    Raises:
        NotAPack: it cannot be read.
    """
    try:
        manifest = json.loads(written)
        if manifest["format"] != MANIFEST_FORMAT:
            raise NotAPack(f"{MANIFEST} has a format that is not known: {manifest['format']}")
        pack = manifest["pack"]
        rows = [(str(file["path"]), file["size_bytes"], file["sha256"]) for file in manifest["files"]]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise NotAPack(f"{MANIFEST} cannot be read") from None
    if any(type(size) is not int or not _is_hash(sha256) for _, size, sha256 in rows):
        raise NotAPack(f"{MANIFEST} cannot be read")
    listed = {path: (size, sha256) for path, size, sha256 in rows}
    if len(listed) < len(rows):
        raise NotAPack(f"{MANIFEST} names a file twice")
    return pack, listed


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= _HEX


def file_fault(pack: zipfile.ZipFile, entry: zipfile.ZipInfo, size_bytes: int, sha256: str) -> str:
    """What is wrong with a file; empty if it is as it was signed. Nothing beyond its signed size is unpacked."""
    hashed, count = hashlib.sha256(), 0
    try:
        with pack.open(entry) as file:
            while count <= size_bytes and (chunk := file.read(_CHUNK_BYTES)):
                hashed.update(chunk)
                count += len(chunk)
    except DAMAGED:
        return "is damaged"
    if count != size_bytes:
        return f"has {'more' if count > size_bytes else 'fewer'} bytes than were signed"
    return "" if hashed.hexdigest() == sha256 else "was changed"


def _check_record(pack: zipfile.ZipFile, entry: zipfile.ZipInfo, checkpoint: PackCheckpoint, report: Report) -> None:
    """Hold each entry of the record against its hash, and its hash against the signed root."""
    chain = checkpoint.origin.rpartition("/")[2]
    try:
        with pack.open(entry) as file:
            lines = _lines(file)
            head = json.loads(next(lines, b""))
            if head.get("format") not in (RECORD_FORMAT, WHOLE_RECORD_FORMAT):
                raise NotAPack(f"{RECORD} has a format that is not known")
            if (head["chain"], head["size"]) != (chain, checkpoint.size):
                report.altered.append(f"{RECORD} is not of the record that was signed")
            if head["format"] == WHOLE_RECORD_FORMAT:
                _check_whole(lines, chain, checkpoint, report)
            else:
                for line in lines:
                    _check_entry(json.loads(line), chain, checkpoint, report)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        report.malformed.append(f"{RECORD} cannot be read")


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(MOST_LINE_BYTES):
        if not line.endswith(b"\n"):
            raise ValueError("a line is too long, or broken off")
        yield line


def _entry_fault(entry: dict[str, Any], entry_hash: str, chain: str) -> str:
    if entry["chain"] != chain:
        return "is of another record"
    return "" if digest(entry) == entry_hash else "was changed"


def _check_whole(lines: Iterator[bytes], chain: str, checkpoint: PackCheckpoint, report: Report) -> None:
    """Hold every entry against its hash and the one before it, and all of them against the signed root."""

    def hashes() -> Iterator[bytes]:
        before = None
        for number, line in enumerate(lines, 1):
            read = json.loads(line)
            entry, name = read["entry"], f"entry {number} of the record"
            if fault := _entry_fault(entry, read["hash"], chain):
                report.altered.append(f"{name} {fault}")
            elif entry["sequence"] != number or (before is not None and entry["previous_hash"] != before):
                report.altered.append(f"{name} does not follow the one before it")
            else:
                report.entry_count += 1
            before = read["hash"]
            yield bytes.fromhex(before)

    if root(hashes()).hex() != checkpoint.root:
        report.altered.append(f"{RECORD} is not the whole record that was signed")


def _check_entry(line: dict[str, Any], chain: str, checkpoint: PackCheckpoint, report: Report) -> None:
    entry, entry_hash = line["entry"], line["hash"]
    name = f"entry {entry['sequence']} of the record"
    if fault := _entry_fault(entry, entry_hash, chain):
        report.altered.append(f"{name} {fault}")
    elif not proves(
        [bytes.fromhex(step) for step in line["proof"]],
        bytes.fromhex(entry_hash),
        entry["sequence"] - 1,
        checkpoint.size,
        bytes.fromhex(checkpoint.root),
    ):
        report.altered.append(f"{name} is not proved to be in the record that was signed")
    else:
        report.entry_count += 1


def in_words(report: Report) -> str:
    """The report as lines for people. Whatever a pack calls its files, each fault is one line that can be read."""
    lines = [f"well-formed: {'yes' if report.is_well_formed else 'no'}"]
    lines += [f"  {fault}" for fault in report.malformed]
    lines.append(f"intact: {'yes' if report.is_intact else 'no' if report.is_well_formed else 'cannot be said'}")
    lines += [f"  {fault}" for fault in report.altered]
    lines.append(f"trusted: {'yes' if report.is_trusted else 'no'}")
    lines.append(f"  signed by {report.signer}" if report.signer else f"  {report.untrusted}")
    if report.checkpoint:
        said = report.checkpoint
        lines.append(f"pack {said.pack}, made {said.made_at}, of {said.origin} with {said.size} entries")
        lines.append(f"{report.file_count} files and {report.entry_count} entries checked")
    return "\n".join(map(_legible, lines))


def _legible(line: str) -> str:
    """A line in which what a terminal would obey, or nobody would see, is written as an escape."""
    return line if line.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command, however it is called."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the pack, a ZIP file")
    parser.add_argument("--key", action="append", default=[], metavar="KEY", help="a published key: name+id+base64")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="a file with published keys, one a line")


def run(file: Path, key: list[str], keys: Path | None) -> tuple[Report, str]:
    """What the command found, and the same in words that can be printed.

    Raises:
        BadKey: a key is none.
        OSError: a file cannot be read.
    """
    given = [*key, *(line for line in (keys.read_text().splitlines() if keys else []) if line.strip())]
    with file.open("rb") as pack:
        report = verify(pack, [PublicKey.read(one) for one in given])
    encoding = sys.stdout.encoding or "utf-8"
    return report, in_words(report).encode(encoding, "backslashreplace").decode(encoding)


def main(arguments: list[str] | None = None) -> int:
    """Check a file as the arguments say. Returns 0 if it is good, 1 if it is not, 2 if it cannot be asked."""
    parser = argparse.ArgumentParser(prog="python -m reports.pack.verifying", description="Check a pack.")
    add_arguments(parser)
    given = parser.parse_args(arguments)
    try:
        report, words = run(given.file, given.key, given.keys)
    except (BadKey, OSError, UnicodeDecodeError) as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 2
    print(words)
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
