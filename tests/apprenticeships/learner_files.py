"""Files of made-up learners, as providers bring them."""

import csv
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from accounts.models import Invitation, Organisation, User
from apprenticeships import uploads
from apprenticeships.importing.files import read
from apprenticeships.importing.templates import as_xlsx
from apprenticeships.models import (
    Apprenticeship,
    Assignment,
    Change,
    EnrolmentCorrection,
    KsbProgress,
    LearnerImport,
)
from jobs.working import work_off
from tests.world import World, acting

SHARED = Path(__file__).parents[3] / "shared" / "data"
HEADER = [
    "learner_reference",
    "uln",
    "first_name",
    "last_name",
    "email",
    "standard",
    "start_date",
    "planned_end_date",
    "employer",
]
AMARA = [
    "000123",
    "9900200011",
    "Amara",
    "Example",
    "amara@example.test",
    "ST9001",
    "2026-04-03",
    "2027-10-03",
    "Heron",
]
TOM = ["000124", "9900200038", "Tom", "Example", "tom@example.test", "ST9001", "2026-04-13", "2027-10-13", "Heron"]


def shared(name: str) -> bytes:
    """A file of the data that stands beside the project; the test is skipped where it does not."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{path} is not here")
    return path.read_bytes()


def row(like: list[str], **changed: str) -> list[str]:
    """A row like another, with some of its columns changed."""
    return [changed.get(name, cell) for name, cell in zip(HEADER, like, strict=True)]


def table(*rows: list[str], header: list[str] = HEADER, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV file."""
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def workbook(sheet_rows: str, styles: str = "") -> bytes:
    """A workbook with these rows, as XML; `styles` are number formats by which styles 3, 4, … show numbers."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(as_xlsx())) as template, zipfile.ZipFile(made, "w") as archive:
        for name in template.namelist():
            part = template.read(name).decode()
            if name.endswith("sheet1.xml"):
                begin, end = part.index("<sheetData>"), part.index("</sheetData>")
                part = part[: begin + len("<sheetData>")] + sheet_rows + part[end:]
            if name.endswith("styles.xml") and styles:
                part = part.replace("</cellXfs>", f"{styles}</cellXfs>")
            archive.writestr(name, part)
    return made.getvalue()


def brought(world: World, content: bytes, name: str = "learners.csv") -> LearnerImport:
    """An upload by the admin, checked."""
    found = uploads.keep(read(content, name), content, name, world.provider, acting(world.admin))
    work_off()
    found.refresh_from_db()
    return found


def imported(world: World, content: bytes, name: str = "learners.csv", **options: bool) -> LearnerImport:
    """The same, confirmed and written."""
    found = brought(world, content, name)
    assert found.found["refused"] == []
    uploads.confirm(found.pk, acting(world.admin), **options)
    work_off()
    found.refresh_from_db()
    return found


def problems(found: LearnerImport) -> dict[int, list[str]]:
    """What is wrong, by row: the fields, in the words of the page."""
    return {row["row"]: [one["field"] for one in row["problems"]] for row in found.found["refused"]}


def reasons(found: LearnerImport) -> str:
    """Everything that is said to be wrong."""
    return " ".join(one["reason"] for row in found.found["refused"] for one in row["problems"])


def learner(reference: str = "000123") -> Apprenticeship:
    """The one apprenticeship with this reference."""
    return Apprenticeship.objects.get(learner_reference=reference)


def shape() -> list[int]:
    """Everything that an import could have made."""
    models = (User, Apprenticeship, KsbProgress, Change, EnrolmentCorrection, Invitation, Organisation, Assignment)
    return [model.objects.count() for model in models]
