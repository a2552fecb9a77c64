"""A pack from what was read for it: its folders and files, its pages, its data, the manifest and the signature."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID

from assessments.voice.workflow import voice_copy
from core.actor import Actor
from core.canonical import canonical
from files.storing import Copy
from portfolios.models import EvidenceFile, Withheld
from portfolios.workflow import open_file
from portfolios.workflow.opening import NotOpenYet
from reports.pack import ksb_index, rendering
from reports.pack.checkpointing import PackCheckpoint
from reports.pack.contents import Contents, moment_of
from reports.pack.naming import Names, clean_part, filled, right_ending
from reports.pack.notes import PrivateKey
from reports.pack.reading import Data
from reports.pack.recorded import Recorded
from reports.pack.writing import PackFile
from reports.paper.typesetting import set_as_pdf

FORMAT = "craftmark-pack/1"
PORTFOLIO = "Portfolio"
DATA, RECORD = "data/pack.json", "data/record.jsonl"


@dataclass(frozen=True)
class Opened:
    """A file as the pack has it: the copy that others get, or why there is none."""

    copy: Copy | None
    reason: str


class Assembly:
    """One pack, to be written.

    Args:
        uln: the apprentice's number, if it is to stand in the name of the main folder.
        by: under whose rights the files are opened.
    """

    def __init__(self, pack: UUID, contents: Contents, recorded: Recorded, by: Actor, uln: str = "") -> None:
        self.pack, self.contents, self.recorded = pack, contents, recorded
        self.files = {file.pk: _opened(by, file) for files in contents.files.values() for file in files}
        #: By its path, what was said aloud with a review.
        self.spoken: dict[str, Copy] = {}
        about, rules = contents.about, contents.standing.rules
        day = moment_of(contents).date().isoformat()
        self.root = filled(
            rules.root_name,
            {
                "name": about["apprentice"],
                "uln": uln,
                "standard": about["standard"],
                "version": about["version"],
                "date": day,
            },
        )
        names = Names()
        for piece in contents.pieces:
            self._name(piece, rules.piece_name, names)

    @property
    def withheld_count(self) -> int:
        """How many files are left out because staff hid them or had them deleted."""
        return sum(bool(file.get("is_withheld")) for piece in self.contents.pieces for file in piece["files"])

    @property
    def step_count(self) -> int:
        """How many steps `write` tells of."""
        return len(self.contents.pieces) + len(self.files)

    def _name(self, piece: Data, template: str, names: Names) -> None:
        """Give a piece its folder, and its files their names."""
        wanted = filled(
            template,
            {
                "number": f"{piece['number']:02}",
                "title": piece["title"],
                "kind": piece["kind_in_words"],
                "date": piece["happened_on"].isoformat() if piece["happened_on"] else "",
                "ksbs": " ".join(piece["ksbs"]),
            },
        )
        folder = f"{PORTFOLIO}/{names.free(PORTFOLIO, wanted)}"
        for ours in ("piece.html", "piece.json"):
            names.free(folder, ours)
        piece["folder"] = folder
        piece["files"] = []
        for file in self.contents.files[piece["id"]]:
            opened = self.files[file.pk]
            said: Data = {"id": file.pk, "name": file.name, "original_sha256": file.sha256, "path": None}
            if copy := opened.copy:
                name = names.free(folder, clean_part(right_ending(copy.name, copy.content_type)))
                said |= {
                    "path": f"{folder}/{name}",
                    "content_type": copy.content_type,
                    "size_bytes": copy.size_bytes,
                    "sha256": copy.sha256,
                    "without": file.removed_details if copy.sha256 != file.sha256 else [],
                }
            else:
                said["left_out_because"] = opened.reason
                said["is_withheld"] = bool(file.withheld)
            piece["files"].append(said)
        for round_ in piece["rounds"]:
            if note := round_["voice_note"]:
                copy = voice_copy(note.pop("stored"), note["content_type"], note["size_bytes"], note["sha256"])
                name = names.free(folder, f"feedback-round-{round_['round']}.{copy.name.rpartition('.')[2]}")
                note["path"] = f"{folder}/{name}"
                self.spoken[note["path"]] = copy

    def hidden_since(self) -> bool:
        """Whether staff hid a file since it was opened for this pack: then the pack must reach nobody."""
        held = [pk for pk, opened in self.files.items() if opened.copy]
        return EvidenceFile.objects.unscoped().filter(pk__in=held).exclude(withheld=Withheld.NO).exists()

    def write(self, target: BinaryIO, key: PrivateKey, told: Callable[[int], None]) -> None:
        """Write the ZIP.

        Args:
            told: is called with how many steps are done.

        Raises:
            Damaged: a stored file or an entry of the record is not what was kept.
            OSError: a file cannot be read, or `target` cannot be written.
        """
        made_at = moment_of(self.contents)
        with PackFile(target, self.root, made_at) as out:
            self._write_pieces(out, told)
            self._write_pages(out)
            manifest = out.manifest(str(self.pack))
            checkpoint = PackCheckpoint(
                origin=f"{key.name}/record/{self.recorded.chain}",
                size=self.recorded.size,
                root=self.recorded.root,
                pack=str(self.pack),
                manifest_bytes=len(manifest),
                manifest_sha256=sha256(manifest).hexdigest(),
                made_at=canonical(made_at),
            )
            out.checkpoint(key.sign(checkpoint.text()))

    def _write_pieces(self, out: PackFile, told: Callable[[int], None]) -> None:
        """Each piece with its files."""
        done = 0
        for piece in self.contents.pieces:
            for file in piece["files"]:
                if file["path"]:
                    copy = self.files[file["id"]].copy
                    assert copy is not None, "a file with a path has its copy"
                    out.copy(file["path"], copy)
                told(done := done + 1)
            for round_ in piece["rounds"]:
                if note := round_["voice_note"]:
                    out.copy(note["path"], self.spoken[note["path"]])
            out.json(f"{piece['folder']}/piece.json", {"format": FORMAT, **piece})
            out.text(f"{piece['folder']}/piece.html", rendering.piece_page(self.contents, piece))
            told(done := done + 1)

    def _write_pages(self, out: PackFile) -> None:
        """What is about all pieces, and the record."""
        self.recorded.prove()
        out.lines(RECORD, self.recorded.lines())
        out.json(DATA, self._data())
        out.text("index.html", rendering.index_page(self.contents, self.recorded, self.pack, self.withheld_count))
        out.text("ksbs.html", rendering.ksbs_page(self.contents))
        if self.contents.outcomes:
            out.text("outcomes.html", rendering.outcomes_page(self.contents))
        out.lines("ksbs.csv", ksb_index.as_csv(self.contents))
        out.text("confirmations.html", rendering.confirmations_page(self.contents))
        out.text("record.html", rendering.record_page(self.contents, self.recorded))
        out.text("style.css", rendering.style())
        with set_as_pdf(rendering.summary_page(self.contents), rendering.summary_style()) as pdf:
            if pdf:
                out.file("summary.pdf", pdf)

    def _data(self) -> dict[str, Any]:
        """What the pack says, for programs; each piece has the rest in its own file."""
        short = ("id", "number", "title", "kind", "happened_on", "ksbs", "counts", "folder")
        return {
            "format": FORMAT,
            "pack": self.pack,
            "about": self.contents.about | {"withheld_files": self.withheld_count},
            "ksbs": self.contents.ksbs,
            "outcomes": self.contents.outcomes,
            "pieces": [{name: piece[name] for name in short} for piece in self.contents.pieces],
            "confirmations": self.contents.confirmations,
            "people": self.contents.people,
        }


def _opened(by: Actor, file: EvidenceFile) -> Opened:
    try:
        return Opened(open_file(by, file), "")
    except NotOpenYet as closed:
        return Opened(None, str(closed))
