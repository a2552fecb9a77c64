"""Tables of learners that went through spreadsheets come back whole, and what was lost is named."""

import zipfile
from io import BytesIO

import pytest

from apprenticeships.importing.files import read
from apprenticeships.importing.reading import Refused
from apprenticeships.importing.templates import as_csv, as_xlsx
from tests.apprenticeships.learner_files import AMARA, HEADER, TOM, row, shared, table, workbook


def values(content, name="learners.csv"):
    return [one.values for one in read(content, name).rows]


def test_a_file_that_went_through_excel_comes_back_whole():
    reading = read(shared("learners/learners-excel-roundtrip.csv"), "learners.csv")
    assert [one.get("learner_reference") for one in reading.rows] == ["000123", "000124", "000125"]
    assert [one.get("start_date") for one in reading.rows] == ["2026-04-03", "2026-04-13", "2026-04-05"]
    assert reading.rows[1].get("uln") == "9900200038"
    assert reading.rows[2].get("employer") == "Marsh & Vale, Ltd"
    assert any("day first" in note for note in reading.notes)


@pytest.mark.parametrize(
    ("days", "expected", "said"),
    [
        (("03/04/2026", "13/04/2026"), ("2026-04-03", "2026-04-13"), "3 April 2026"),
        (("04/03/2026", "04/13/2026"), ("2026-04-03", "2026-04-13"), "month first"),
        (("03/04/2026", "05/04/2026"), ("2026-04-03", "2026-04-05"), "as in the UK"),
        (("03.04.26", "13-Apr-26"), ("2026-04-03", "2026-04-13"), "day first"),
        (("46115", "2026-04-13 00:00:00"), ("2026-04-03", "2026-04-13"), ""),
    ],
)
def test_the_days_of_a_file_are_read_in_one_order_which_is_told(days, expected, said):
    reading = read(table(row(AMARA, start_date=days[0]), row(TOM, start_date=days[1])), "learners.csv")
    assert tuple(one.get("start_date") for one in reading.rows) == expected
    assert said in " ".join(reading.notes)


def test_days_in_both_orders_are_named_and_the_impossible_ones_refused():
    reading = read(table(row(AMARA, start_date="13/04/2026"), row(TOM, start_date="04/13/2026")), "learners.csv")
    assert "both orders" in " ".join(reading.notes)
    assert [one.field for one in reading.rows[1].problems] == ["start_date"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_program_may_have_saved_it(encoding, delimiter):
    content = table(row(AMARA, last_name="Brontë"), delimiter=delimiter, encoding=encoding)
    assert values(content)[0]["last_name"] == "Brontë"


@pytest.mark.parametrize(
    ("cell", "reference"),
    [("'000123", "000123"), ("’000123", "000123"), ('="000123"', "000123"), (" 000123\u200b", "000123")],
)
def test_what_a_spreadsheet_puts_around_a_reference_is_taken_off(cell, reference):
    assert values(table(row(AMARA, learner_reference=cell)))[0]["learner_reference"] == reference


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("O'Brien", "O'Brien"),
        ("O’Brien", "O’Brien"),
        ("Oʼzbek", "Oʼzbek"),
        ("'t Hooft", "'t Hooft"),
        ("O&#39;Brien", "O'Brien"),
        ("'=Sum", "=Sum"),
        ("李", "李"),
        ("  Mary\xa0 Ann ", "Mary Ann"),
    ],
)
def test_names_stay_as_they_are(cell, name):
    assert values(table(row(AMARA, last_name=cell)))[0]["last_name"] == name


def test_an_apostrophe_before_every_name_was_put_there_by_a_spreadsheet():
    found = values(table(row(AMARA, last_name="'Okoro"), row(TOM, last_name="'Penny")))
    assert [one["last_name"] for one in found] == ["Okoro", "Penny"]


def test_other_systems_headings_are_known_and_what_is_not_read_is_said():
    header = ["LearnRefNumber", "ULN", "Given names", "Surname", "E-mail", "ST code", "Start", "End date", "NI number"]
    reading = read(table(AMARA, header=header), "learners.csv")
    assert reading.rows[0].get("learner_reference") == "000123"
    assert "NI number" in " ".join(reading.notes)
    assert "Heron" not in str(reading.rows[0].values)


def test_a_table_that_lacks_columns_says_which():
    with pytest.raises(Refused, match="Start, Planned end"):
        read(table(["1", "Ann", "Example", "ST9001"], header=["Ref", "First name", "Last name", "Standard"]), "x.csv")


@pytest.mark.parametrize(
    "content", [b"", b"  \n", table(), b"\x00\x01\x02\x03", b"PK\x03\x04rubbish", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_table_is_refused_with_a_reason(content):
    with pytest.raises(Refused, match="."):
        read(content, "learners.csv")


def test_no_row_of_a_long_table_is_lost():
    content = table(*(row(AMARA, learner_reference=f"R{number}") for number in range(40)))
    assert [one["learner_reference"] for one in values(content)] == [f"R{number}" for number in range(40)]


def test_a_row_with_a_comma_too_many_is_named():
    reading = read(table([*AMARA, "Ltd"]), "learners.csv")
    assert "quotation marks" in reading.rows[0].problems[0].reason


def test_the_templates_can_be_filled_in_and_read():
    header = as_csv().decode("utf-8-sig").strip().split(",")
    assert set(HEADER) <= set(header)
    with pytest.raises(Refused, match="no learners"):
        read(as_xlsx(), "learners.xlsx")


def cell(place, value, style=0, kind="n"):
    return f'<c r="{place}" s="{style}" t="{kind}"><v>{value}</v></c>'


def text(place, value):
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def test_a_workbook_shows_numbers_as_its_cells_do():
    header = "".join(text(f"{letter}1", name) for letter, name in zip("ABCDEFGHI", HEADER, strict=True))
    cells = (
        cell("A3", 123, style=3)
        + cell("B3", "9.900200011E9")
        + text("C3", "Amara")
        + text("D3", "Example")
        + text("F3", "ST9001")
        + cell("G3", 46115, style=4)
        + cell("H3", 46663.0, style=5)
    )
    styles = '<xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="165"/>'
    content = workbook(f'<row r="1">{header}</row><row r="2"/><row r="3">{cells}</row>', styles)
    content = _with_formats(content)
    [found] = read(content, "learners.xlsx").rows
    assert found.number == 3
    assert found.get("learner_reference") == "000123"
    assert found.get("uln") == "9900200011"
    assert (found.get("start_date"), found.get("planned_end_date")) == ("2026-04-03", "2027-10-03")


def _with_formats(content):
    """The same workbook with number formats of its own: six zeros, and a day written out."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(made, "w") as archive:
        for name in before.namelist():
            part = before.read(name).decode()
            formats = (
                '<numFmts count="2"><numFmt numFmtId="164" formatCode="000000"/>'
                '<numFmt numFmtId="165" formatCode="d mmmm yyyy"/></numFmts>'
            )
            archive.writestr(name, part.replace("<fonts ", f"{formats}<fonts ") if "styles" in name else part)
    return made.getvalue()


def test_a_workbook_with_entities_of_its_own_is_refused():
    rows = '<row r="1"/>'
    content = workbook(rows).replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet')
    with pytest.raises(Refused):
        read(content, "learners.xlsx")
