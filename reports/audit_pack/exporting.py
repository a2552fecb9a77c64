"""The audit pack of a learner: the checklist as a page, the documents behind it, and a list of all with hashes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Apprenticeship
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from files.storing import Copy
from programme.learner_file.workflow import open_document
from reports.audit_pack import access
from reports.audit_pack.checklist import Item, checklist_of
from reports.exports.kinds import ExportKind
from reports.exports.models import Export
from reports.pack.naming import Names, clean_part
from reports.pack.writing import PackFile
from reports.paper.learner_paper import Paper, paper_of
from reports.paper.typesetting import set_as_pdf


@dataclass
class AuditAssembly:
    """The checklist and its documents, opened under the rights of whoever asked."""

    export: Export
    learner: Apprenticeship
    items: list[Item]
    by: Actor
    content_type: str = "application/zip"
    key_id: str = ""
    papers: dict[str, Copy] = field(default_factory=dict)
    drawn: dict[str, Paper] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = clean_part(f"Audit pack of {self.learner.apprentice.name}")
        self.file_name = f"{self.root}.zip"
        names = Names()
        for number, item in enumerate(self.items, 1):
            folder = clean_part(f"{number:02} {item.title}")
            for document in item.documents:
                try:
                    copy = open_document(self.by, document)
                except OutOfTurn:
                    # Not checked yet, or refused: the page names it, and it is not in the folder.
                    continue
                self.papers[f"{folder}/{names.free(folder, clean_part(copy.name))}"] = copy
            for what, key, name in item.drawn:
                if paper := paper_of(what, self.by, key):
                    self.drawn[f"{folder}/{names.free(folder, clean_part(name))}"] = paper
        self.step_count = len(self.papers) + len(self.drawn)

    def write(self, target: BinaryIO, told: Callable[[int], None]) -> None:
        """Write the ZIP. Memory does not grow with the documents."""
        with PackFile(target, self.root, clock.now()) as out:
            for done, (path, copy) in enumerate(self.papers.items(), 1):
                out.copy(path, copy)
                told(done)
            # Where this machine cannot set PDFs, the pack names what is not in it.
            unset = []
            for done, (path, paper) in enumerate(self.drawn.items(), len(self.papers) + 1):
                with set_as_pdf(paper.page, paper.style) as pdf:
                    if pdf:
                        out.file(path, pdf)
                    else:
                        unset.append(path)
                told(done)
            page = render_to_string(
                "reports/audit_pack/index.html",
                {
                    "learner": self.learner,
                    "items": self.items,
                    "papers": [*self.papers, *(path for path in self.drawn if path not in unset)],
                    "unset": unset,
                    "now": clock.now(),
                },
            )
            out.text("index.html", page)
            out.manifest(str(self.export.pk))

    def hidden_since(self) -> bool:
        """It holds no evidence."""
        return False


def _begin(export: Export, by: Actor) -> AuditAssembly:
    learner = (
        Apprenticeship.objects.unscoped()
        .select_related("apprentice", "provider", "standard_version__standard")
        .get(exports=export)
    )
    return AuditAssembly(export, learner, checklist_of(by, learner), by)


def _may_have(by: Actor, export: Export) -> bool:
    return export.apprenticeship is not None and access.can_have_audit(by, export.apprenticeship)


AUDIT = ExportKind(
    Export.Kind.AUDIT,
    _may_have,
    _("Only admins, quality assurers and managers of the training provider can have this."),
    _begin,
)
