"""Rules of tables as spreadsheets: typed cells, text that is never a formula, a header that stays in sight."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from defusedxml import ElementTree

from accounts.models import User
from apprenticeships.models import Apprenticeship
from audit.models import Entry
from reports.tables import spreadsheet
from tests.reports.conftest import just_signed_in
from tests.reports.test_cohort import COHORT, more_learners, names_on

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FILE = "/cohort.xlsx"


def cells_of(content, number=1):
    """The rows of a sheet, each cell as its kind and what it holds."""
    with zipfile.ZipFile(BytesIO(content)) as whole:
        assert whole.testzip() is None
        sheet = ElementTree.fromstring(whole.read(f"xl/worksheets/sheet{number}.xml"))
    return [
        [(cell.get("t") or ("day" if cell.get("s") == "2" else "number"), "".join(cell.itertext())) for cell in row]
        for row in sheet.iter(f"{NS}row")
    ]


def made(rows, headings=("A",)):
    with spreadsheet.written("Sheet", ["About it"], "About", headings, rows) as file:
        return file.read()


def test_cells_have_their_types():
    (_, row) = cells_of(made([["a", 1, 2.5, date(2026, 11, 28), None]]))
    assert row == [("inlineStr", "a"), ("number", "1"), ("number", "2.5"), ("day", "46354"), ("number", "")]


@pytest.mark.parametrize("said", ["=1+1", "+44", "-1", "@x", "\t=1", "<b>&", "a\x00b", "\ud83d", "x" * 40_000])
def test_what_somebody_typed_is_text_and_no_formula(said):
    (_, ((kind, text),)) = cells_of(made([[said]]))
    assert kind == "inlineStr"
    assert text == re.sub("[\x00\ud83d]", "", said)[:32_000]
    with zipfile.ZipFile(BytesIO(made([[said]]))) as whole:
        assert b"<f>" not in whole.read("xl/worksheets/sheet1.xml")


def test_the_header_stays_in_sight():
    with zipfile.ZipFile(BytesIO(made([]))) as whole:
        assert b'state="frozen"' in whole.read("xl/worksheets/sheet1.xml")
        for name in whole.namelist():
            ElementTree.fromstring(whole.read(name))


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?name=learner&sort=-apprentice", "?rag=red", ""])
def test_the_spreadsheet_holds_exactly_what_is_filtered_in_that_order(client, world, query):
    admin = just_signed_in(client, world.admin)
    more_learners(world, 3)
    shown = names_on(admin.get(f"{COHORT}{query}"))
    answer = admin.post(f"{FILE}{query}")
    assert answer["Content-Disposition"].endswith('.xlsx"')
    content = b"".join(answer.streaming_content)
    rows = cells_of(content)
    assert [row[0][1] for row in rows[1:]] == shown
    about = " ".join(cell for row in cells_of(content, 2) for _kind, cell in row)
    assert "per cent of the KSBs" in about
    assert ("Name: learner" in about) == ("name=" in query)
    assert ("Behind" in about) == ("rag=" in query) or "Behind:" in about
    assert Entry.objects.filter(action="report.exported").count() == 1


@pytest.mark.django_db
def test_days_and_numbers_of_the_cohort_are_typed(client, world):
    User.objects.filter(pk=world.apprentice.pk).update(name="=HYPERLINK(1)")
    admin = just_signed_in(client, world.admin)
    head, *rows = cells_of(b"".join(admin.post(FILE).streaming_content))
    row = dict(zip([name for _kind, name in head], next(row for row in rows if row[0][1].startswith("=")), strict=True))
    started = Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk).started_on
    assert row["Apprentice"] == ("inlineStr", "=HYPERLINK(1)")
    assert row["Start"] == ("day", str((started - date(1899, 12, 30)).days))
    assert row["Expected %"] == ("number", "50.0")
