"""A file that is damaged, oversized or lying is refused by name, and leaves nothing behind."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from assessments.models import ExternalRecord
from core.canonical import digest
from reports.pack.writing import canonical_json
from reports.portfolio import schema
from reports.portfolio.arriving import Refused, arrived
from reports.portfolio.gathering import Gathering
from tests.reports.pack.packing import witnessed
from tests.reports.portfolio.moving import bring, export
from tests.world import make_world

pytestmark = pytest.mark.django_db
Files = dict[str, bytes]


#: The ZIP that all of these tests damage, made once.
_MADE: list[bytes] = []


@pytest.fixture
def path(db: None, tmp_path: Path) -> Path:
    """A portfolio from somewhere else."""
    if not _MADE:
        with transaction.atomic():
            there = make_world()
            witnessed(there)
            _MADE.append(export(there, tmp_path).read_bytes())
            transaction.set_rollback(True)
    path = tmp_path / "portfolio.zip"
    path.write_bytes(_MADE[0])
    return path


def read(path: Path) -> tuple[str, Files]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        return names[0].partition("/")[0], {name.partition("/")[2]: archive.read(name) for name in names}


def written(path: Path, root: str, files: Files, *, is_honest: bool = True) -> Path:
    """The ZIP again, with a manifest that fits what is in it now, and no signature."""
    files = {name: content for name, content in files.items() if name not in ("manifest.json", "checkpoint.txt")}
    if is_honest:
        rows = [
            {"path": name, "size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(files.items())
        ]
        export_id = json.loads(files["portfolio.json"])["export"]
        manifest = {"format": "craftmark-pack-manifest/1", "pack": export_id, "files": rows}
        files["manifest.json"] = canonical_json(manifest).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{root}/{name}", content)
    return path


def piece_of(files: Files) -> str:
    return next(name for name in files if name.startswith("evidence/"))


def with_json(files: Files, name: str, change: Callable[[dict], object]) -> Files:
    value = json.loads(files[name])
    change(value)
    return files | {name: canonical_json(value).encode()}


def test_what_is_exported_is_what_the_schema_says(path):
    _, files = read(path)
    assert not schema.faults(json.loads(files["portfolio.json"]), "portfolio")
    assert not schema.faults(json.loads(files[piece_of(files)]), "piece")
    assert json.loads(files["portfolio.schema.json"]) == schema.published()


def test_the_schema_describes_everything_that_is_gathered(world):
    """No key is left to chance: each object of the schema closes its list of names."""
    witnessed(world)
    gathered = Gathering(world.apprenticeship)
    piece = next(gathered.pieces())
    assert set(piece) == set(schema.published()["$defs"]["piece"]["properties"])
    assert schema.faults({**piece, "more": 1}, "piece")


def _claims(piece: dict) -> list[dict]:
    return [claim for one in piece["rounds"] for claim in one["claims"]]


def _lie_about_a_decision(piece: dict) -> None:
    piece["rounds"][0]["content"]["narrative"] = "I did far more."


def _lie_with_a_new_hash(piece: dict) -> None:
    content = piece["rounds"][0]["content"]
    content["claims"] = content["claims"][:1]
    piece["rounds"][0]["sha256"] = digest(content)


def _float(piece: dict) -> None:
    piece["revision"] = "1"


LIES: dict[str, Callable[[dict], object]] = {
    "other words under the same hash": _lie_about_a_decision,
    "a snapshot that its claims contradict": _lie_with_a_new_hash,
    "a number that is text": _float,
    "a kind that is none": lambda piece: piece.update(kind="essay"),
    "a state that is none": lambda piece: piece.update(state="signed_off"),
    "a name that is not known": lambda piece: piece.update(admin=True),
    "a statement that is nowhere": lambda piece: _claims(piece)[0].update(ksb="0" * 8 + "-0000-0000-0000-" + "0" * 12),
    "somebody who is nowhere": lambda piece: piece["rounds"][0].update(
        submitted_by="0" * 8 + "-0000-0000-0000-" + "0" * 12
    ),
    "a file elsewhere": lambda piece: piece["files"][0].update(path="../../etc/passwd"),
    "a file of another kind": lambda piece: piece["files"][0].update(content_type="application/pdf"),
    "a file with another hash": lambda piece: piece["files"][0].update(sha256="0" * 64),
    "a name that deceives": lambda piece: piece["files"][0].update(name="a/../b.png"),
    "a marker of another file": lambda piece: piece["markers"][0].update(file=piece["id"]),
    "a moment that is none": lambda piece: piece.update(created_at="2026-13-45T00:00:00.000000Z"),
    "a correction of nothing": lambda piece: _claims(piece)[0]["decisions"][0].update(corrects=piece["id"], reason="x"),
    "a decision without what is missing": lambda piece: [
        made.update(outcome="not_yet", feedback={}) for claim in _claims(piece) for made in claim["decisions"][:1]
    ],
}


def test_unchanged_it_is_taken(world, path):
    root, files = read(path)
    assert bring(world, written(path, root, files)).counts["evidence"] == 1


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused_and_leaves_nothing(world, path, lie):
    root, files = read(path)
    changed = written(path, root, with_json(files, piece_of(files), LIES[lie]))
    before = _kept()
    with pytest.raises(Refused):
        bring(world, changed)
    assert not ExternalRecord.objects.unscoped().exists()
    assert _kept() <= before


def _kept() -> set[str]:
    found = set()
    for folder in default_storage.listdir("evidence")[0] if default_storage.exists("evidence") else ():
        found |= set(default_storage.listdir(f"evidence/{folder}")[1])
    return found


def _traversal(root: str, files: Files, path: Path) -> None:
    written(path, root, files | {"../outside.txt": b"x"})


def _absolute(root: str, files: Files, path: Path) -> None:
    written(path, root, files | {"/etc/passwd": b"x"})


def _twice(root: str, files: Files, path: Path) -> None:
    written(path, root, files)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(f"{root}/portfolio.json", files["portfolio.json"])


def _bomb(root: str, files: Files, path: Path) -> None:
    name = next(name for name in files if name.startswith("files/"))
    written(path, root, files | {name: b"\0" * 60_000_000})


def _extra(root: str, files: Files, path: Path) -> None:
    written(path, root, files | {"more.exe": b"MZ"})


def _cut(root: str, files: Files, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _flipped(root: str, files: Files, path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(bytes(content))


def _wrong_hash(root: str, files: Files, path: Path) -> None:
    name = next(name for name in files if name.startswith("files/"))
    kept = {key: value for key, value in files.items() if key != "checkpoint.txt"}
    written(path, root, kept | {name: files[name][:-1] + b"?"}, is_honest=False)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{root}/manifest.json", files["manifest.json"])


def _missing(root: str, files: Files, path: Path) -> None:
    name = piece_of(files)
    written(path, root, {key: value for key, value in files.items() if key != name})


def _no_zip(root: str, files: Files, path: Path) -> None:
    path.write_bytes(b"PK but no archive")


def _empty(root: str, files: Files, path: Path) -> None:
    zipfile.ZipFile(path, "w").close()


def _link(root: str, files: Files, path: Path) -> None:
    written(path, root, files)
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo(f"{root}/files/link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")


BROKEN = [_traversal, _absolute, _twice, _bomb, _extra, _cut, _flipped, _wrong_hash, _missing, _no_zip, _empty, _link]


@pytest.mark.parametrize("broken", BROKEN, ids=[one.__name__.strip("_") for one in BROKEN])
def test_a_broken_file_is_refused_by_name(path, broken):
    root, files = read(path)
    broken(root, files, path)
    with pytest.raises(Refused) as refused, arrived(path):
        pass
    assert len(str(refused.value)) > len("This file is not a portfolio that can be imported: .")


def test_a_false_signature_of_a_trusted_key_is_refused(path, world):
    from reports.pack import keys

    root, files = read(path)
    note = files["checkpoint.txt"].decode()
    place = note.rindex(" ") + 12
    files["checkpoint.txt"] = (note[:place] + ("A" if note[place] != "A" else "B") + note[place + 1 :]).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{root}/{name}", content)
    with pytest.raises(Refused), arrived(path, keys.public_keys()):
        pass
    assert io.BytesIO(files["checkpoint.txt"]).read()
