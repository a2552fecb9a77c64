"""A second program that checks packs, written from docs/pack.md alone: it uses nothing of the project.

`check(file, keys)` returns three answers (well-formed, intact, trusted). Where the first is no, all are.
"""

import base64
import hashlib
import json
import zipfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Malformed(Exception):
    pass


def sha(data):
    return hashlib.sha256(data).digest()


def check(file, keys):
    try:
        with zipfile.ZipFile(file) as archive:
            return _check(archive, keys)
    except Malformed:
        return False, False, False
    except Exception:  # whatever breaks while reading it: it cannot be read
        return False, False, False


def _check(archive, keys):
    infos = archive.infolist()
    top = infos[0].filename.split("/")[0] + "/"
    inside = {}
    archive.fp.seek(-22, 2)
    ends_well = archive.fp.read(4) == b"PK\5\6"
    intact = not archive.comment and min(info.header_offset for info in infos) == 0 and ends_well
    seen = set()
    for info in infos:
        name = info.filename
        rest = name[len(top) :]
        bad = (
            not name.startswith(top)
            or name.lower() in seen
            or any(part in ("", ".", "..") for part in name.split("/"))
            or "\\" in info.orig_filename
            or "\0" in info.orig_filename
            or ":" in rest
            or info.flag_bits & 1
            or (info.external_attr >> 28) not in (0, 8)
            or info.compress_type not in (0, 8)
        )
        if bad:
            raise Malformed(name)
        seen.add(name.lower())
        inside[rest] = info

    def read(path):
        if path not in inside:
            raise Malformed(path)
        return archive.read(inside[path])

    note = read("checkpoint.txt").decode()
    cut = note.rindex("\n\n")
    text, below = note[: cut + 1], note[cut + 2 :]
    signer = None
    for line in below.splitlines():
        dash, name, encoded = line.split(" ")
        raw = base64.b64decode(encoded, validate=True)
        if dash != "—" or len(raw) != 68:
            raise Malformed(line)
        for key in keys:
            key_name, key_id, key_bytes = key.split("+", 2)
            public = base64.b64decode(key_bytes)[1:]
            assert sha(key_name.encode() + b"\n\x01" + public)[:4].hex() == key_id
            if name == key_name and raw[:4].hex() == key_id:
                try:
                    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode())
                    signer = key_name
                except InvalidSignature:
                    pass
    origin, size, root, pack, manifest, made = text.removesuffix("\n").split("\n")
    chain = origin.rsplit("/record/", 1)[1]
    root, size = base64.b64decode(root, validate=True), int(size)
    if not pack.startswith("pack ") or not made.startswith("made ") or not manifest.startswith("manifest "):
        raise Malformed(text)
    trusted = signer is not None and origin.startswith(signer + "/record/")

    written = read("manifest.json")
    _, length, expected = manifest.split(" ")
    intact &= len(written) == int(length) and sha(written).hex() == expected
    listing = json.loads(written)
    if listing["format"] != "craftmark-pack-manifest/1":
        raise Malformed(listing["format"])
    intact &= listing["pack"] == pack[5:]
    listed = {one["path"]: one for one in listing["files"]}
    if len(listed) != len(listing["files"]):
        raise Malformed("twice")
    intact &= set(listed) == set(inside) - {"manifest.json", "checkpoint.txt"}
    for path in set(listed) & set(inside):
        try:
            content = archive.open(inside[path]).read(listed[path]["size_bytes"] + 1)
        except Exception:  # a file that does not unpack is not the one that was signed
            intact = False
            continue
        intact &= len(content) == listed[path]["size_bytes"] and sha(content).hex() == listed[path]["sha256"]

    head, *lines = read("data/record.jsonl").decode().removesuffix("\n").split("\n")
    head = json.loads(head)
    if head["format"] != "craftmark-pack-record/1":
        raise Malformed(head["format"])
    intact &= (head["chain"], head["size"]) == (chain, size)
    for line in map(json.loads, lines):
        entry = line["entry"]
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        node = sha(canonical)
        intact &= entry["chain"] == chain and node.hex() == line["hash"]
        node = sha(b"\0" + node)
        index, last, proof = entry["sequence"] - 1, size - 1, [bytes.fromhex(step) for step in line["proof"]]
        if not 0 <= index < size:
            intact = False
            continue
        while last > 0:
            if index % 2 or index < last:
                if not proof:
                    intact = False
                    break
                other = proof.pop(0)
                node = sha(b"\1" + other + node) if index % 2 else sha(b"\1" + node + other)
            index, last = index // 2, last // 2
        intact &= not proof and node == root
    return True, bool(intact), trusted
