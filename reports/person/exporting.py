"""Making a person's own export: pages to read, the same as data, and their files, in one ZIP."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from apprenticeships.models import Apprenticeship, Outcome
from assessments.models import VoiceNote
from assessments.voice.workflow import open_voice
from core import clock, moments
from core.actor import Actor
from core.errors import OutOfTurn
from files.storing import Copy
from occupations.models import Ksb
from programme.learner_file.models import LearnerDocument
from programme.learner_file.workflow import open_document
from reports.exports.kinds import ExportKind
from reports.exports.models import Export
from reports.pack.naming import Names, clean_part
from reports.pack.writing import PackFile, canonical_json
from reports.person import record
from reports.person.sections import SECTIONS
from reports.portfolio.exporting import write_portfolio
from reports.portfolio.gathering import Gathering

Data = dict[str, Any]
INDEX = "index.html"
#: Stands in a page where its rows come.
_HERE = "rows-come-here"


class Page(NamedTuple):
    """One page of the file and the data beside it.

    Attributes:
        labels: what each field of a row is called.
    """

    name: str
    title: str
    rows: Callable[[User], Iterator[Data]]
    labels: dict[str, str]

    @property
    def path(self) -> str:
        return f"pages/{self.name}.html"


def _pages() -> list[Page]:
    found = [Page(one.name, str(one.title), one.told, one.labels()) for one in SECTIONS]
    at, who, did = _("When"), _("Who"), _("What")
    found += [
        Page("notices", _("What you were told"), record.notices, {"at": at, "said": did, "read_at": _("Read")}),
        Page(
            "sign-ins",
            _("Signing in and your account"),
            record.signing_in,
            {"at": at, "who": who, "did": did, "details": _("Details")},
        ),
        Page(
            "record-about-you",
            _("Who saw or changed what about you"),
            record.about,
            {"at": at, "who": who, "did": did, "about": _("Of what")},
        ),
        Page(
            "record-of-you",
            _("What you did"),
            record.done_by,
            {"at": at, "who": who, "did": did, "about": _("Of what")},
        ),
    ]
    return found


@dataclass
class PersonAssembly:
    """Everything about one person, their files opened under their own rights."""

    export: UUID
    person: User
    content_type: str = "application/zip"
    key_id: str = ""
    portfolios: list[tuple[str, Gathering]] = field(default_factory=list)
    files: dict[str, Copy] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root = clean_part(_("About %(name)s") % {"name": self.person.name})
        self.file_name = f"{self.root}.zip"
        self._pages = _pages()
        by = Actor(self.person.pk)
        learning = Apprenticeship.objects.of_apprentice(by).with_people().order_by("enrolled_at", "pk")
        for number, apprenticeship in enumerate(learning, 1):
            gathered = Gathering(apprenticeship, for_reading=True)
            self.portfolios.append((f"portfolio-{number}", gathered))
            self.left_out += [piece["reason"] for piece in gathered.left_out]
        self._open_others(by)
        self.step_count = (
            2 * len(self._pages) + len(self.files) + sum(1 + found.step_count for _folder, found in self.portfolios)
        )

    def _open_others(self, by: Actor) -> None:
        """Note the documents of their file, and spoken feedback to them."""
        names = Names()
        for document in LearnerDocument.objects.visible_to(by).order_by("added_at", "pk"):
            try:
                self._note("documents", open_document(by, document), names)
            except OutOfTurn as why:
                self.left_out.append(f"{document.name}: {why}")
        for note in VoiceNote.objects.visible_to(by).select_related("provider").order_by("at", "pk"):
            self._note("spoken-feedback", open_voice(by, note), names)

    def _note(self, folder: str, copy: Copy, names: Names) -> None:
        self.files[f"{folder}/{names.free(folder, clean_part(copy.name))}"] = copy

    def write(self, target: BinaryIO, told: Callable[[int], None]) -> None:
        """Write the ZIP. Memory does not grow with the files, nor with how much there is about the person.

        Raises:
            Damaged: a stored file is not what was kept.
            OSError: a file cannot be read, or `target` cannot be written.
        """
        done, now = 0, clock.now()
        with PackFile(target, self.root, now) as out:
            counts: list[tuple[Page, int]] = []
            for page in self._pages:
                counts.append((page, self._write_page(out, page)))
                told(done := done + 2)
            for folder, gathered in self.portfolios:
                before = done

                def onward(steps: int, before: int = before) -> None:
                    told(before + steps)

                write_portfolio(out, f"{folder}/", gathered, self.export, onward)
                out.lines(f"{folder}/{INDEX}", _portfolio_page(gathered))
                told(done := before + gathered.step_count + 1)
            for path, copy in self.files.items():
                out.copy(path, copy)
                told(done := done + 1)
            out.text(INDEX, self._index(now, counts))
            out.manifest(str(self.export))

    def _write_page(self, out: PackFile, page: Page) -> int:
        """Write the rows of a page as data and as a page; return how many there are."""
        seen = count()

        def counted() -> Iterator[Data]:
            for row in page.rows(self.person):
                next(seen)
                yield row

        out.lines(f"data/{page.name}.json", _as_json(counted()))
        rows = next(seen)
        if rows:
            out.lines(page.path, self._as_page(page))
        return rows

    def _as_page(self, page: Page) -> Iterator[str]:
        def drawn() -> Iterator[str]:
            for row in page.rows(self.person):
                cells = [readable(row[name]) for name in page.labels]
                yield render_to_string("reports/person/page_row.html", {"cells": cells})

        return _around(drawn(), "reports/person/page.html", {"title": page.title, "labels": page.labels.values()})

    def _index(self, now: datetime, counts: list[tuple[Page, int]]) -> str:
        return render_to_string(
            "reports/person/index.html",
            {
                "person": self.person,
                "now": now,
                "pages": [(page.path, page, rows) for page, rows in counts if rows],
                "empty": [page for page, rows in counts if not rows],
                "portfolios": [(folder, found.whose) for folder, found in self.portfolios],
                "files": list(self.files),
                "left_out": self.left_out,
            },
        )

    def hidden_since(self) -> bool:
        """Whether staff hid a file since it was put in: then the export must reach nobody."""
        return any(gathered.hidden_since() for _folder, gathered in self.portfolios)


def _as_json(rows: Iterable[Data]) -> Iterator[str]:
    """A list, as JSON, row by row."""
    before = "[\n"
    for row in rows:
        yield before + canonical_json({name: _exact(value) for name, value in row.items()})
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _exact(value: Any) -> Any:
    """Numbers with a fraction as text: canonical JSON has none."""
    return str(value) if isinstance(value, float) else value


def readable(value: Any) -> Any:
    """A value as somebody reads it; what is nested as (name, value) pairs and lists, for the page."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return moments.moment(value)
        case date():
            return moments.day(value)
        case str() | int() | Promise():
            return str(value)
        case dict():
            return {"pairs": [(str(name).replace("_", " "), readable(one)) for name, one in value.items()]}
        case list() | tuple():
            return {"items": [readable(one) for one in value]}
    return str(value)


def _around(rows: Iterable[str], template: str, told: Data) -> Iterator[str]:
    """A page whose rows come one by one: a template draws all of it at once."""
    before, _here, after = render_to_string(template, {**told, "rows": _HERE, "index": f"../{INDEX}"}).partition(_HERE)
    yield before
    yield from rows
    yield after


def _portfolio_page(gathered: Gathering) -> Iterator[str]:
    """The pieces of a portfolio to be read, one after the other."""
    told = {"whose": gathered.whose, "left_out": gathered.left_out}
    return _around(_pieces(gathered), "reports/person/portfolio.html", told)


def _pieces(gathered: Gathering) -> Iterator[str]:
    said = dict(Outcome.choices)
    codes = {str(pk): code for pk, code in _codes(gathered)}
    for piece in gathered.pieces():
        rounds = [
            {
                "number": one["round"],
                "submitted_at": one["submitted_at"],
                "claims": [
                    {
                        "code": codes.get(str(claim["ksb"]), ""),
                        "justification": claim["justification"],
                        "decisions": [made | {"said": said[made["outcome"]]} for made in claim["decisions"]],
                    }
                    for claim in one["claims"]
                ],
            }
            for one in piece["rounds"]
        ]
        yield render_to_string("reports/person/piece.html", {"piece": piece, "rounds": rounds})


def _codes(gathered: Gathering) -> Iterable[tuple[UUID, str]]:
    return Ksb.objects.filter(version__in=gathered.versions).values_list("pk", "code")


def _begin(export: Export, by: Actor) -> PersonAssembly:
    return PersonAssembly(export.pk, User.objects.get(pk=by.person))


def _may_have(by: Actor, export: Export) -> bool:
    return export.asked_by_id == by.person_id


PERSON = ExportKind(
    Export.Kind.PERSON, _may_have, gettext_lazy("Everybody can have their own data, and nobody else’s."), _begin
)
