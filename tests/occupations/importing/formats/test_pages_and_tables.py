"""Pages of standards, course pages, lists made by hand and spreadsheets: the same standard, however it is written."""

import json
from io import BytesIO

import pytest

from occupations.importing import known_formats as formats
from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.formats import ifate_json
from occupations.importing.identity import Given
from occupations.importing.writing import Outcome, write
from tests.occupations import records, renderings
from tests.occupations.pages import SEED, SHARED, needs_shared_data

pytestmark = pytest.mark.django_db


def read(text: str | bytes, name: str = "ST0123.txt", given: Given | None = None) -> StandardDraft:
    (draft,) = formats.read(BytesIO(text.encode() if isinstance(text, str) else text), name, given=given or Given())
    assert isinstance(draft, StandardDraft), draft
    return draft


def refusal(text: str | bytes, name: str = "ST0123.txt") -> str:
    """Why a source, or the first standard in it, is refused."""
    raw = text.encode() if isinstance(text, str) else text
    try:
        refused = next(reading for reading in formats.read(BytesIO(raw), name) if isinstance(reading, Refused))
    except Refused as raised:
        refused = raised
    assert all(problem.line and problem.reason and problem.file == name for problem in refused.problems)
    return str(refused)


def notes(draft: StandardDraft) -> str:
    assert all(problem.line for problem in draft.warnings)
    return "\n".join(str(problem) for problem in draft.warnings)


def texts(draft: StandardDraft) -> dict[str, str]:
    return {ksb.code: ksb.statement for ksb in draft.ksbs or []}


def mapping(draft: StandardDraft) -> list[tuple]:
    return [(duty.number, duty.text, duty.ksb_codes) for duty in draft.duties or []]


BAKER = records.read()
WRITTEN = {
    "saved": ("baker.html", renderings.saved_page(BAKER), "standard-page"),
    "saved on Windows": ("baker.html", renderings.saved_page(BAKER, "\r\n"), "standard-page"),
    "copied with tabs": ("ST0123.txt", renderings.copied_page(BAKER), "standard-page"),
    "copied in lines": ("ST0123.txt", renderings.copied_page(BAKER, is_tabbed=False), "standard-page"),
    "markdown": ("ST0123.md", renderings.markdown(BAKER), "hand-made"),
    "course page": ("ST0123.txt", renderings.course_page(BAKER), "course-page"),
    "course page with dots": ("ST0123.txt", renderings.course_page(BAKER, "• "), "course-page"),
    "csv": ("ST0123.csv", renderings.spreadsheet(BAKER), "csv"),
    "semicolons": ("ST0123.csv", renderings.spreadsheet(BAKER, ";"), "csv"),
    "tabs": ("ST0123.txt", renderings.spreadsheet(BAKER, "\t"), "csv"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_standard_is_told_by_its_content_and_says_the_same_however_it_is_written(how):
    name, text, format_name = WRITTEN[how]
    assert formats.format_of(text.encode(), name).name == format_name
    draft = read(text, name)
    assert draft.reference == "ST0123"
    assert texts(draft) == texts(BAKER)
    if format_name == "standard-page":
        assert mapping(draft) == mapping(BAKER)
        assert (draft.title, draft.version, draft.level) == ("Baker", "1.0", 2)
        assert draft.status == "Approved for delivery"
        assert draft.job_titles == ["Baker", "Night baker"]
        assert draft.english_and_maths == "Level 2 English."


@needs_shared_data
def test_real_standards_say_the_same_however_they_are_written():
    for path in sorted((SHARED / "ifate-api-json").glob("ST05*.json"))[:20]:
        (draft,) = ifate_json.read(path.open("rb"), path.name)
        if not draft.ksbs:
            continue
        told = [(code, renderings.flat(text)) for code, text in texts(draft).items()]
        for name, text in (("a.html", renderings.saved_page(draft)), ("a.txt", renderings.copied_page(draft))):
            found = read(text, f"{draft.reference}{name}")
            assert [(code, renderings.flat(text)) for code, text in texts(found).items()] == told
            assert [(n, codes) for n, _, codes in mapping(found)] == [(n, codes) for n, _, codes in mapping(draft)]


@needs_shared_data
@pytest.mark.parametrize(
    "name", ["derived-csv", "hobby-markdown-html", "standard-page-html", "standard-page-text-excerpt"]
)
def test_every_real_file_comes_in_and_changes_nothing_again(name):
    paths = sorted((SHARED / name).iterdir())
    for path in paths:
        for outcomes in ((Outcome.CREATED, Outcome.COMPLETED), (Outcome.UNCHANGED,)):
            (draft,) = formats.read(path.open("rb"), path.name)
            assert write(draft).outcome in outcomes or path.name == "ST0825_duties.html"


# Pages of standards --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["https://https://example.org/ST0001", "https://example", "https://a b.example/"])
def test_a_page_saved_from_what_is_no_address_comes_in_without_one(address):
    good = "https://skillsengland.education.gov.uk/apprenticeships/"
    page = renderings.saved_page(BAKER)
    assert good in page
    draft = read(page.replace(page[page.index(good) : page.index(" -->")], address), "page.html")
    assert draft.page_url is None
    assert write(draft).outcome == Outcome.CREATED


def test_a_saved_page_gives_log_recognition_and_address():
    draft = read(renderings.saved_page(BAKER), "page.html")
    assert draft.page_url.endswith("/apprenticeships/st0123-v1-0")
    assert draft.professional_recognition == [{"body": "The Guild for full membership", "level": "", "note": ""}]
    assert draft.version_log[0]["change"] == draft.change == "Approved for delivery"
    assert draft.earliest_start_on.isoformat() == "2024-02-01"
    assert draft.version_log[0]["latest_start_on"] is None
    assert draft.lars_codes == [57]


EXCERPT = """Key information

  1. Status: Approved for delivery (available for starts)
  2. Reference: ST0123
  3. Version: 1.4
  4. Level: 3
  5. Typical duration to gateway: 18 months
  6. Maximum funding: £7,000
  7. Route: Digital
  8. Approved for delivery: 3 April 2019
  9. Lars code: 430

Content loading...

Version log

Version Change detail Earliest start date Latest start date
1.4 Plan revised. 27/03/2025 Not set
1.3 Standard revised
in two places. 01/04/2024 26/03/2025
Revised version awaiting implementation
1.0 Retired 03/04/2019 09/04/2019
"""


def test_an_excerpt_without_ksbs_comes_in_as_facts_and_that_is_said():
    draft = read(EXCERPT)
    assert draft.ksbs is None
    assert draft.duties is None
    assert (draft.level, draft.typical_duration_months, draft.maximum_funding_pounds) == (3, 18, 7000)
    assert draft.approved_on.isoformat() == "2019-04-03"
    assert [entry["version"] for entry in draft.version_log][:2] == ["1.4", "1.3"]
    assert draft.version_log[1]["change"] == "Standard revised in two places."
    assert draft.earliest_start_on.isoformat() == "2025-03-27"
    assert "lists no KSBs; it comes in as facts alone" in notes(draft)
    assert write(draft).outcome == Outcome.CREATED
    assert write(read(EXCERPT)).outcome == Outcome.UNCHANGED


def test_text_from_a_phone_with_each_cell_on_a_line_is_read():
    text = (
        EXCERPT.replace("  1. Status: ", "Status\n")
        .replace("  2. Reference: ", "Reference\n")
        .replace("1.4 Plan revised. 27/03/2025 Not set", "1.4\nPlan revised.\n27/03/2025\nNot set")
    )
    draft = read(text.replace("\n", "\r\n").replace("  4. Level: ", "\u200b• Level:\u00a0"))
    assert (draft.status, draft.reference, draft.level) == ("Approved for delivery", "ST0123", 3)
    assert draft.version_log[0]["change"] == "Plan revised."


def test_statements_of_the_assessment_plan_are_none_of_the_standards():
    page = renderings.copied_page(BAKER).replace(
        "Version log\n",
        "End-point assessment plan\n\nKnowledge\nK9: Not one of them\nDuty 9 Not one either\nVersion log\n",
    )
    assert texts(read(page)) == texts(BAKER)
    assert mapping(read(page)) == mapping(BAKER)


def test_a_page_that_has_lost_a_statement_is_refused_by_line():
    page = renderings.copied_page(BAKER).replace("K2: How yeast works Back to Duty", "")
    assert "K2 is missing before K3" in refusal(page)


def test_a_notice_above_the_key_information_is_kept():
    text = "Baker\nThis apprenticeship is in revision and a new version awaits approval.\n" + EXCERPT
    assert read(text).notice == "This apprenticeship is in revision and a new version awaits approval."


def test_duties_of_an_option_give_the_ksbs_their_option():
    page = renderings.copied_page(BAKER, is_tabbed=False).replace("Duty 2 ", "Option 1: Bread duties\n\nDuty 2 ")
    draft = read(page)
    assert [option.title for option in draft.options] == ["Bread"]
    assert {ksb.code: ksb.options for ksb in draft.ksbs if ksb.options} == {"K3": ("Bread",), "S2": ("Bread",)}


# Occupational-map pages saved as HTML --------------------------------------------------------------------------------


def test_an_occupational_map_page_saved_as_html_says_the_same_as_its_text():
    from html import escape  # noqa: PLC0415

    blocks = "".join(f"<p>{escape(line.strip('• '))}</p>\n" for line in SEED.split("\n") if line.strip())
    page = f"<!doctype html><html><head><script>K1: x</script></head><body><nav>K2: y</nav>{blocks}</body></html>"
    text, saved = read(SEED, "ST0321.txt"), read(page, "ST0321.html")
    assert formats.format_of(page.encode(), "a.html").name == "map-page"
    assert texts(saved) == texts(text)
    for name in ("title", "status", "level", "soc_code", "soc_groups", "employers", "keywords", "products"):
        if name != "products":
            assert getattr(saved, name) == getattr(text, name)


# Course pages --------------------------------------------------------------------------------------------------------

FOUNDATION = """Baker (level 2)
FA0001

Technical knowledge
- Flours *
- Yeast
Technical skills
- Knead
Employability skills and behaviours
- Be early
- Be kind
* these are assessed by the employer

Learning outcomes
- Bake alone

Find training providers
- Skills near you
"""


def test_a_course_page_gives_codes_by_place_and_says_so():
    draft = read(FOUNDATION, "course.txt")
    assert texts(draft) == {
        "TK1": "Flours",
        "TK2": "Yeast",
        "TS1": "Knead",
        "ESB1": "Be early",
        "ESB2": "Be kind",
    }
    assert (draft.reference, draft.title, draft.level) == ("FA0001", "Baker", 2)
    assert draft.summary == "Learning outcomes:\n- Bake alone"
    assert "the places in its lists are taken for them" in notes(draft)
    assert "a footnote is left out" in notes(draft)


def test_statements_under_one_heading_alone_are_refused():
    text = "Baker (level 2)\nKnowledge, skills and behaviours\n- Flours\n- Knead\n"
    with pytest.raises(Refused, match="none shows whether it is K, S or B"):
        list(formats.read(BytesIO(text.encode()), "ST0123.txt", formats.BY_NAME["course-page"]))


# Made by hand --------------------------------------------------------------------------------------------------------


def test_a_table_of_duties_made_by_hand_is_linked_to_what_is_held():
    write(read(renderings.markdown(BAKER), "ST0123.md"))
    rows = "".join(
        f"<tr><td>{n}</td><td>{text}</td><td><a>{'</a><a>'.join(codes)}</a></td></tr>"
        for n, text, codes in ((1, "Bake", ["K1 ", "K2-K3"]), (2, "Serve", ["S1, S2 ", "B1"]))
    )
    table = f"<table><tr><th colspan=2>Duties</th><th>KSBs</th></tr>{rows}</table>"
    draft = read(f"<html><body>{table}", "ST0123.html")
    assert mapping(draft) == [(1, "Bake", ("K1", "K2", "K3")), (2, "Serve", ("S1", "S2", "B1"))]
    version = write(draft).version
    assert [[ksb.code for ksb in duty.ksbs.all()] for duty in version.duties.all()] == [
        ["K1", "K2", "K3"],
        ["S1", "S2", "B1"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# ST0123 Baker\n\n| Code | Statement |\n|---|---|\n| K1 | Flours |\n| S1 | Bake |\n",
        "# ST0123 Baker\n## Knowledge\n- **K1**: Flours\n## Skills\n* **S1** - Bake\n",
        "# ST0123 Baker\nK1 Flours\nS1. Bake\n",
        "<h1>ST0123 Baker</h1><ul><li>K1: Flours</li><li><b>S1</b> Bake</li></ul>",
        "<h1>ST0123 Baker</h1><dl><dt>K1</dt><dd>Flours</dd><dt>S1</dt><dd>Bake</dd></dl>",
        "<h1>ST0123 Baker</h1><table><tr><td>K1<td>Flours<tr><td>S1<td>Bake</table>",
    ],
)
def test_codes_made_by_hand_are_read_in_many_layouts(text):
    draft = read(text, "list.md" if text.startswith("#") else "list.html")
    assert texts(draft) == {"K1": "Flours", "S1": "Bake"}
    assert (draft.reference, draft.title) == ("ST0123", "Baker")


# Spreadsheets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "KSB Reference;Type;Description\r\nS1;Skill;Bake\r\nK1;Knowledge;Flours\r\n",
        "\ufeffReference,Detail\nK1,Flours\nS1,Bake",
        "sep=;\nRef;KSB\nK1;Flours\nS1;Bake",
        "Baker ST0123\n\ncode\ttype\ttext\nK1\tK\tFlours\nS1\tS\tBake",
        "Type,Number,Statement\nKnowledge,1,Flours\nSkills,1,Bake",
        "Type,Statement\nKnowledge,Flours\nSkill,Bake",
        "KSB\nK1: Flours\nS1: Bake",
        "Standard,Version,KSB code,KSB text\nST0123,1.0,K1,Flours\nST0123,1.0,S1,Bake",
    ],
)
def test_a_spreadsheet_is_read_in_its_dialects(text):
    assert texts(read(text, "ST0123.csv")) == {"K1": "Flours", "S1": "Bake"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_spreadsheet_from_excel_is_read_in_its_encodings(encoding):
    draft = read("code,statement\nK1,The baker’s café – “early”\nS1,Bake".encode(encoding), "ST0123.csv")
    assert texts(draft)["K1"] == "The baker’s café – “early”"
    assert ("Windows-1252" in notes(draft)) == (encoding == "cp1252")


def test_a_table_of_several_standards_gives_each():
    text = "standard,code,statement\nST0123,K1,Flours\nST0124,K1,Ovens\nST0123,S1,Bake\n"
    found = list(formats.read(BytesIO(text.encode()), "all.csv"))
    assert [(draft.reference, len(draft.ksbs)) for draft in found] == [("ST0123", 2), ("ST0124", 1)]


def test_duties_of_a_spreadsheet_are_linked_where_they_are_held():
    held = write(records.read(duties=[records.duty(1, "Bake"), records.duty(2, "Serve", "k1")])).version
    written = write(read(renderings.spreadsheet(BAKER), "ST0123.csv"))
    assert written.version == held
    assert written.outcome != Outcome.UNCHANGED
    fresh = read(renderings.spreadsheet(BAKER).replace("ST0123", "ST0555"), "ST0555.csv")
    assert not write(fresh).version.duties.exists()
    assert "this version does not have its duties yet" in notes(fresh)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('code,statement\nK1,"Flours', "line 2: a quotation mark before this is never closed"),
        ("code,statement\nK1,Flours, ovens", "line 2: this row has more cells than the header"),
        ("code,statement\nK1,Flours\nK1,Ovens", "line 3: K1 stands here a second time, with other words"),
        ("code,statement\nX9,Flours", "line 2: “X9” is not the code of a KSB"),
        ("code,statement\n", "there is no row after the header"),
        ("code,statement\nK1,\x00", "the file is not text"),
    ],
)
def test_a_table_that_is_not_whole_is_refused_by_line(text, reason):
    assert reason in refusal(text, "ST0123.csv")


def test_a_source_that_no_name_tells_of_is_refused_with_the_way_to_say_it():
    assert "Give its reference, like ST0321: in the field" in refusal("code,statement\nK1,Flours", "list.csv")
    draft = read("code,statement\nK1,Flours", "list.csv", Given("ST0777", "1.2"))
    assert (draft.reference, draft.version, draft.is_version_named) == ("ST0777", "1.2", True)


def test_the_version_in_a_files_name_is_taken_and_said():
    draft = read("code,statement\nK1,Flours", "ST0123_v1-4 export.csv")
    assert (draft.reference, draft.version) == ("ST0123", "1.4")
    assert "its name says 1.4" in notes(draft)


def test_json_and_text_of_no_standard_stay_refused():
    assert "in any format we recognise" in refusal(json.dumps({"a": 1}), "a.json")
    assert "in any format we recognise" in refusal("Dear diary,\nno standard today.", "a.txt")
