"""Making a provider's whole export: tables, the record, and each learner's portfolio, documents and spoken feedback."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import administers
from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.models import VoiceNote
from assessments.voice.workflow import open_voice
from audit.checkpoints import Checkpoint
from audit.models import Entry
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from files import sandbox
from portfolios.models import EvidenceFile, Withheld
from programme.learner_file.models import LearnerDocument
from programme.learner_file.workflow import open_document
from reports.exports.kinds import ExportKind
from reports.exports.models import Export
from reports.pack import keys
from reports.pack.naming import Names, clean_part
from reports.pack.notes import PrivateKey
from reports.pack.recorded import RECORD_FORMAT, WHOLE_RECORD_FORMAT, written_entry
from reports.pack.verifying import RECORD
from reports.pack.writing import PackFile, canonical_json
from reports.portfolio.exporting import PortfolioAssembly, of_today, signed
from reports.provider.parts import Portion
from reports.provider.tables import BATCH, POINTED, TABLES, Written, described, in_batches
from reports.tables.files import TableFile


@dataclass
class ProviderAssembly:
    """One part of everything of a provider, read while it is written: one learner after the other."""

    export: UUID
    provider: Organisation
    portion: Portion
    by: Actor
    key: PrivateKey | None
    content_type: str = "application/zip"
    left_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        name = _("Everything of %(name)s") % {"name": self.provider.name}
        self.root = clean_part(name)
        self.file_name = f"{self.root} {clock.today().isoformat()}"
        if self.portion.of > 1:
            self.file_name += _(" part %(part)d of %(parts)d") % {"part": self.portion.number, "parts": self.portion.of}
        self.file_name += ".zip"
        self.has_tables = self.portion.number == 1
        self.step_count = self.portion.learners(self.by).count() + self.has_tables * (len(TABLES) + len(POINTED) + 1)
        self._done = 0

    @property
    def key_id(self) -> str:
        return self.key.public.id.hex() if self.key else ""

    def write(self, target: BinaryIO, told: Callable[[int], None]) -> None:
        """Write the ZIP. Memory grows with the number of files and people, and with nothing that is in them.

        Raises:
            Damaged: a stored file, or an entry of the record, is not what was kept.
            OSError: a file cannot be read, or `target` cannot be written.
        """
        made_at, record = clock.now(), of_today(self.provider.pk)
        with PackFile(target, self.root, made_at) as out:
            counts = self._write_tables(out, told) if self.has_tables else {}
            out.lines(RECORD, _record(record, is_whole=self.has_tables))
            self._step(told, self.has_tables)
            names = Names()
            for learner in _one_by_one(self.portion.learners(self.by)):
                self._write_learner(out, learner, names, record)
                self._step(told)
            out.text("index.html", self._index(made_at, counts))
            manifest = out.manifest(str(self.export))
            if self.key:
                out.checkpoint(signed(self.key, record, self.export, manifest, made_at))

    def _step(self, told: Callable[[int], None], steps: int = 1) -> None:
        self._done += steps
        told(self._done)

    def _write_tables(self, out: PackFile, told: Callable[[int], None]) -> dict[str, int]:
        hidden = EvidenceFile.objects.unscoped().filter(evidence__provider=self.provider).exclude(withheld=Withheld.NO)
        written = Written({str(pk) for pk in hidden.values_list("pk", flat=True)})
        for table in TABLES:
            rows = written.rows(table, in_batches(table.rows(self.by), table.columns))
            out.lines(f"tables/{table.name}.csv", _csv(table.name, table.columns, rows))
            self._step(told)
        for pointed in POINTED:
            rows = written.rows(pointed, pointed.read(written.noted[pointed.to]))
            out.lines(f"tables/{pointed.name}.csv", _csv(pointed.name, list(pointed.columns), rows))
            self._step(told)
        out.lines("tables/columns.csv", _csv("columns", ["table", "column", "says", "points_to", "codes"], described()))
        return written.counts

    def _write_learner(self, out: PackFile, learner: Apprenticeship, names: Names, record: Checkpoint) -> None:
        folder = f"learners/{names.free('', clean_part(learner.apprentice.name))}"
        portfolio = PortfolioAssembly(self.export, learner, self.key, reader=self.by, record=record)
        self._say_left_out(learner, (str(piece["reason"]) for piece in portfolio.gathered.left_out))
        with sandbox.workplace() as place:
            path = place / "portfolio"
            with path.open("wb") as target:
                portfolio.write(target, lambda done: None)
            out.file(f"{folder}/portfolio.zip", path)
        taken = Names()
        documents = LearnerDocument.objects.visible_to(self.by).select_related("provider")
        for document in documents.filter(apprenticeship=learner).order_by("added_at", "pk"):
            try:
                copy = open_document(self.by, document)
            except OutOfTurn as why:
                self._say_left_out(learner, [f"{document.name}: {why}"])
            else:
                out.copy(f"{folder}/documents/{taken.free('documents', clean_part(copy.name))}", copy)
        notes = VoiceNote.objects.visible_to(self.by).select_related("provider")
        for note in notes.filter(apprenticeship=learner).order_by("at", "pk"):
            copy = open_voice(self.by, note)
            out.copy(f"{folder}/spoken-feedback/{taken.free('spoken', clean_part(copy.name))}", copy)

    def _say_left_out(self, learner: Apprenticeship, reasons: "Iterator[str] | list[str]") -> None:
        self.left_out += [f"{learner.apprentice.name}: {reason}" for reason in reasons]

    def _index(self, made_at: datetime, counts: dict[str, int]) -> str:
        return render_to_string(
            "reports/provider/index.html",
            {
                "provider": self.provider,
                "made_at": made_at,
                "portion": self.portion,
                "tables": [(f"tables/{name}.csv", name, count) for name, count in sorted(counts.items())],
                "left_out": self.left_out,
                "is_signed": self.key is not None,
            },
        )

    def hidden_since(self) -> bool:
        """Whether staff hid a file of any learner since this was begun: it may be in it."""
        return Export.objects.unscoped().holding_hidden().filter(pk=self.export).exists()


def _csv(name: str, columns: list[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    return TableFile(name, name, (), columns, rows).lines()


def _one_by_one(learners: QuerySet[Apprenticeship]) -> Iterator[Apprenticeship]:
    """The learners by their ids, some at a time."""
    rows, last = learners.with_people(), None  # type: ignore[attr-defined]
    while found := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        yield from found
        last = found[-1].pk


def _record(record: Checkpoint, *, is_whole: bool) -> Iterator[str]:
    """The whole record up to where it was read, entry by entry; in later parts only which record it is.

    Raises:
        Damaged: an entry is not what its hash was made of; `verify_audit` says more.
    """
    kind = WHOLE_RECORD_FORMAT if is_whole else RECORD_FORMAT
    yield canonical_json({"format": kind, "chain": record.chain, "size": record.size}) + "\n"
    if not is_whole:
        return
    for start in range(0, record.size, BATCH):
        some = Entry.objects.filter(
            chain=record.chain, sequence__gt=start, sequence__lte=min(start + BATCH, record.size)
        )
        for entry in some.order_by("sequence"):
            yield canonical_json(written_entry(entry)) + "\n"


def _begin(export: Export, by: Actor) -> ProviderAssembly:
    assert export.provider is not None, "a constraint"
    return ProviderAssembly(export.pk, export.provider, Portion.asked_for(export.asked_for), by, keys.signing_key())


def _may_have(by: Actor, export: Export) -> bool:
    return export.provider is not None and administers(by, export.provider)


WHOLE_PROVIDER = ExportKind(
    Export.Kind.PROVIDER, _may_have, gettext_lazy("Only admins of the training provider can have this."), _begin
)
