"""A pack is checked with its file and a public key alone; whatever is altered in it is named."""

import io
import json
import os
import subprocess
import sys
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from reports.pack import keys
from reports.pack.notes import BadKey, BadNote, Note, PrivateKey, PublicKey
from reports.pack.verifying import MANIFEST, RECORD, Report, in_words, main, verify
from reports.pack.writing import canonical_json
from tests.reports.pack.packing import asked, bytes_of, choose, witnessed
from tests.reports.pack.second_verifier import check
from tests.world import make_world

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def good(django_db_setup: None, django_db_blocker: Any) -> Iterator[bytes]:
    """A pack, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        choose(world, witnessed(world).evidence_id)
        yield bytes_of(asked(world))
        transaction.set_rollback(True)


def unpacked(pack: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def packed(files: Files, **also: bytes) -> bytes:
    """A ZIP with these files in one folder, and with these names as they are."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, content in files.items():
            archive.writestr(f"Folder/{path}", content)
        for name, content in also.items():
            archive.writestr(name, content)
    return target.getvalue()


def checked(pack: bytes, known: list[PublicKey] | None = None) -> Report:
    return verify(io.BytesIO(pack), keys.public_keys() if known is None else known)


def second(pack: bytes) -> tuple[bool, bool, bool]:
    return check(io.BytesIO(pack), [str(key) for key in keys.public_keys()])


def lines_of(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[RECORD].splitlines()]


def with_lines(files: Files, lines: list[dict[str, Any]]) -> None:
    files[RECORD] = "".join(canonical_json(line) + "\n" for line in lines).encode()


def page(files: Files) -> str:
    return next(path for path in files if path.endswith("piece.html"))


def photo(files: Files) -> str:
    return next(path for path in files if path.endswith(".png"))


# Each alters the files of a pack in one way. ------------------------------------------------------------------------
def change_a_photo(files: Files) -> None:
    files[photo(files)] = files[photo(files)][:-1] + b"?"


def change_a_decision(files: Files) -> None:
    path = page(files).replace(".html", ".json")
    files[path] = files[path].replace(b'"outcome":"met"', b'"outcome":"not"')


def change_a_page(files: Files) -> None:
    files[page(files)] += b"<p>More</p>"


def shorten_a_file(files: Files) -> None:
    files["ksbs.csv"] = files["ksbs.csv"][:-5]


def remove_a_file(files: Files) -> None:
    del files[photo(files)]


def add_a_file(files: Files) -> None:
    files["Portfolio/more.txt"] = b"More"


def swap_two_files(files: Files) -> None:
    files["index.html"], files["ksbs.html"] = files["ksbs.html"], files["index.html"]


def rename_a_file(files: Files) -> None:
    files["other.csv"] = files.pop("ksbs.csv")


def cover_it_in_the_manifest(files: Files) -> None:
    change_a_page(files)
    manifest = json.loads(files[MANIFEST])
    for file in manifest["files"]:
        if file["path"] == page(files):
            import hashlib

            file |= {"size_bytes": len(files[page(files)]), "sha256": hashlib.sha256(files[page(files)]).hexdigest()}
    files[MANIFEST] = canonical_json(manifest).encode()


def take_a_file_off_the_manifest(files: Files) -> None:
    manifest = json.loads(files[MANIFEST])
    files.pop(manifest["files"].pop()["path"])
    files[MANIFEST] = canonical_json(manifest).encode()


def change_an_entry(files: Files) -> None:
    lines = lines_of(files)
    lines[1]["entry"]["action"] = "ksb.signed_off"
    with_lines(files, lines)


def change_an_entry_and_its_hash(files: Files) -> None:
    from core.canonical import digest

    lines = lines_of(files)
    lines[1]["entry"]["at"] = "2026-01-01T00:00:00.000000Z"
    lines[1]["hash"] = digest(lines[1]["entry"])
    with_lines(files, lines)


def remove_an_entry(files: Files) -> None:
    with_lines(files, lines_of(files)[:-1])


def break_a_proof(files: Files) -> None:
    lines = lines_of(files)
    lines[1]["proof"] = lines[2]["proof"]
    with_lines(files, lines)


def name_another_record(files: Files) -> None:
    lines = lines_of(files)
    lines[0]["size"] += 1
    with_lines(files, lines)


def swap_the_manifest_of_another_pack(files: Files) -> None:
    files[MANIFEST] = files[MANIFEST].replace(b'"pack":"', b'"pack":"0')


TAMPERING: dict[Callable[[Files], None], list[str]] = {
    change_a_photo: ["screen shot.png was changed"],
    change_a_decision: ["piece.json was changed"],
    change_a_page: ["piece.html has more bytes than were signed"],
    shorten_a_file: ["ksbs.csv has fewer bytes than were signed"],
    remove_a_file: ["screen shot.png is missing"],
    add_a_file: ["Portfolio/more.txt was added"],
    swap_two_files: ["index.html has", "ksbs.html has"],
    rename_a_file: ["other.csv was added", "ksbs.csv is missing"],
    cover_it_in_the_manifest: ["manifest.json is not the one that was signed"],
    take_a_file_off_the_manifest: ["manifest.json is not the one that was signed"],
    change_an_entry: ["record.jsonl", "was changed"],
    change_an_entry_and_its_hash: ["is not proved to be in the record that was signed"],
    remove_an_entry: ["record.jsonl has fewer bytes"],
    break_a_proof: ["is not proved to be in the record that was signed"],
    name_another_record: ["record.jsonl is not of the record that was signed"],
    swap_the_manifest_of_another_pack: ["manifest.json is that of another pack"],
}


def test_a_pack_as_it_was_made_is_good(good):
    report = checked(good)
    assert report.is_good, in_words(report)
    assert report.file_count == len(unpacked(good)) - 2
    assert second(good) == (True, True, True)


@pytest.mark.parametrize("alter", TAMPERING, ids=lambda alter: alter.__name__)
def test_whatever_is_altered_in_a_pack_is_named(good, alter):
    files = unpacked(good)
    alter(files)
    pack = packed(files)
    report = checked(pack)
    assert report.is_well_formed
    assert not report.is_intact
    for named in TAMPERING[alter]:
        assert any(named in fault for fault in report.altered), report.altered
    # The signature is still that of the provider: what it was over is not what is there.
    assert report.is_trusted
    assert second(pack) == (True, False, True)


def resigned(key: PrivateKey, text: str | None = None) -> Callable[[Files], None]:
    def alter(files: Files) -> None:
        note = Note.read(files["checkpoint.txt"].decode())
        files["checkpoint.txt"] = key.sign(text or note.text).encode()

    return alter


def change_the_signed_text(files: Files) -> None:
    files["checkpoint.txt"] = files["checkpoint.txt"].replace(b"made 2", b"made 1")


def sign_with_another_key(files: Files) -> None:
    resigned(PrivateKey.made("craftmark.test"))(files)


def sign_with_a_key_of_another_name(files: Files) -> None:
    resigned(PrivateKey.made("elsewhere.test"))(files)


def give_the_other_key_our_id(files: Files) -> None:
    ours = keys.public_keys()[0]
    text = Note.read(files["checkpoint.txt"].decode()).text
    signature = b64encode(ours.id + bytes(64)).decode()
    files["checkpoint.txt"] = f"{text}\n— {ours.name} {signature}\n".encode()


@pytest.mark.parametrize(
    "alter",
    [change_the_signed_text, sign_with_another_key, sign_with_a_key_of_another_name, give_the_other_key_our_id],
    ids=lambda alter: alter.__name__,
)
def test_a_signature_that_is_not_the_providers_is_not_trusted(good, alter):
    files = unpacked(good)
    alter(files)
    report = checked(packed(files))
    assert (report.is_well_formed, report.is_trusted) == (True, False)
    assert report.untrusted
    assert second(packed(files))[2] is False


def test_an_intact_pack_of_an_unknown_key_says_both(good):
    report = checked(good, [])
    assert (report.is_intact, report.is_trusted) == (True, False)
    assert "none of the given keys" in report.untrusted


@pytest.mark.parametrize(
    "name",
    ["Folder/../../etc/passwd", "/etc/passwd", "Folder/a\\b", "Folder/C:x", "Folder//x", "Folder/sub/", "Other/x"],
)
def test_a_path_that_leads_elsewhere_is_not_well_formed(good, name):
    pack = packed(unpacked(good), **{name: b"x"})
    assert not checked(pack).is_well_formed
    assert second(pack)[0] is False


@pytest.mark.parametrize("missing", ["checkpoint.txt", MANIFEST, RECORD])
def test_a_pack_without_one_of_its_parts_is_not_well_formed(good, missing):
    files = unpacked(good)
    del files[missing]
    assert not checked(packed(files)).is_well_formed
    assert second(packed(files))[0] is False


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_odd_zips_are_told_apart_and_none_breaks_the_check(good):
    files = unpacked(good)
    twice = packed(files, **{"Folder/INDEX.html": b"x"})
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(f"Folder/{path}")
            entry.external_attr = (0o120777 if path == "index.html" else 0o100644) << 16
            archive.writestr(entry, content)
    for pack in (b"", b"PK", good[: len(good) // 2], twice, linked.getvalue()):
        assert not checked(pack).is_well_formed
        assert second(pack)[0] is False
    for broken in (b"not a note", b"\xff", b"a\n\n\xe2\x80\x94 b c\n"):
        assert not checked(packed(files | {"checkpoint.txt": broken})).is_well_formed
    for broken in (b"[]", b"{", b'{"format":"x"}', b"[" * 100_000):
        assert not checked(packed(files | {RECORD: broken + b"\n"})).is_well_formed
        assert not checked(packed(files | {MANIFEST: broken})).is_intact
    # What is before the first file, behind the last, or in the ZIP's comment, is no part of the pack.
    for longer in (b"more" + good, good + b"more"):
        assert not checked(longer).is_intact
        assert second(longer)[1] is False
    with zipfile.ZipFile(commented := io.BytesIO(good), "a") as archive:
        archive.comment = b"more"
    assert not checked(commented.getvalue()).is_intact


def test_flipping_any_byte_of_the_first_file_is_found(good):
    """A damaged ZIP is never good, wherever the damage is."""
    for place in range(0, len(good), max(len(good) // 60, 1)):
        bent = bytearray(good)
        bent[place] ^= 0xFF
        report = checked(bytes(bent))
        if report.is_good:
            # Dates and attributes of the ZIP itself are not signed; what is in the files is.
            assert unpacked(bytes(bent)) == unpacked(good)


def test_a_way_of_compressing_that_not_everybody_has_is_not_well_formed(good):
    with zipfile.ZipFile(target := io.BytesIO(), "w") as archive:
        for path, content in unpacked(good).items():
            method = zipfile.ZIP_LZMA if path == "ksbs.csv" else zipfile.ZIP_DEFLATED
            archive.writestr(f"Folder/{path}", content, compress_type=method)
    # The same with properties that LZMA does not know.
    for pack in (target.getvalue(), target.getvalue().replace(b"\x5d\x00\x00", b"\xff\xff\xff")):
        assert "ksbs.csv is compressed in a way that no pack is" in checked(pack).malformed
        assert second(pack)[0] is False


@pytest.mark.parametrize("name", ["a\ntrusted: yes", "\x1b[2J", "\u202egnp.exe", "\ud800"])
def test_a_pack_cannot_write_lines_of_its_own_into_the_report(good, name):
    """Seen: a file called “(line end)trusted: yes”, and half of a surrogate pair, which the command could not print."""
    files = unpacked(good)
    manifest = json.loads(files[MANIFEST])
    manifest["files"].append({"path": name, "size_bytes": 1, "sha256": "0" * 64})
    said = in_words(checked(packed(files | {MANIFEST: json.dumps(manifest).encode()})))
    assert f"  {ascii(name)[1:-1]} is missing" in said.splitlines()
    assert all(line.isprintable() for line in said.splitlines())


def test_the_report_is_printed_where_not_every_letter_can_be(good, tmp_path):
    pack = tmp_path / "pack.zip"
    pack.write_bytes(packed(unpacked(good) | {"Przykład.txt": b"x"}))
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "reports.pack.verifying", str(pack), "--key", str(keys.public_keys()[0])],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "Przyk\\u0142ad.txt was added" in ran.stdout


def test_the_command_needs_neither_database_nor_settings(good, tmp_path):
    pack = tmp_path / "pack.zip"
    pack.write_bytes(good)
    (tmp_path / "keys").write_text("\n".join(map(str, keys.public_keys())))
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "reports.pack.verifying", str(pack), "--keys", str(tmp_path / "keys")],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "trusted: yes" in ran.stdout


def test_the_commands_tell_good_from_bad_and_from_unanswerable(good, tmp_path, capsys):
    pack, key = tmp_path / "pack.zip", str(keys.public_keys()[0])
    pack.write_bytes(good)
    call_command("verify_epa_pack", str(pack), "--key", key)
    assert main([str(pack), "--key", key]) == 0
    assert main([str(pack)]) == 1
    assert main([str(pack), "--key", "no+such+key"]) == 2
    assert main([str(tmp_path / "none"), "--key", key]) == 2
    assert key not in capsys.readouterr().err
    files = unpacked(good)
    remove_a_file(files)
    pack.write_bytes(packed(files))
    with pytest.raises(CommandError):
        call_command("verify_epa_pack", str(pack), "--key", key)


def test_keys_are_read_as_they_are_written_and_nothing_else_is_one():
    key = PrivateKey.made("pack.example.test")
    assert PublicKey.read(str(key.public)) == key.public
    assert PrivateKey.read(key.written() + "\n").public == key.public
    assert key.written() not in repr(key)
    wrong_id = str(key.public).replace(key.public.id.hex(), "00000000")
    for text in ("", "x", wrong_id, key.written(), str(key.public)[:-4]):
        with pytest.raises(BadKey):
            PublicKey.read(text)
    for name in ("", "Two words", "a+b", "ä"):
        with pytest.raises(BadKey):
            PrivateKey.made(name)
    for note in ("", "text\n", "text\n\n", "text\n\n— name\n", "text\n\n- name YQ==\n"):
        with pytest.raises(BadNote):
            Note.read(note)
