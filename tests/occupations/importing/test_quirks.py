"""Each quirk of the sources that was counted, by its name, on small made-up inputs."""

import json
from io import BytesIO

import pytest

from occupations.comparison import Change, compare
from occupations.content import said
from occupations.importing import known_formats as formats
from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.identity import Given
from occupations.importing.writing import Outcome, write
from occupations.models import StandardVersion
from occupations.search import folded_words
from tests.occupations import records
from tests.occupations.records import duty, statements

CSV = "ST0123_v1.0.csv"


def table(*rows: str, header: str = "code,statement") -> StandardDraft:
    """The draft of a table with these rows."""
    return one("\n".join([header, *rows]), CSV)


def one(text: str | bytes, name: str, given: Given | None = None) -> StandardDraft:
    """The one draft of a source."""
    raw = text.encode() if isinstance(text, str) else text
    (draft,) = formats.read(BytesIO(raw), name, given=given or Given())
    assert isinstance(draft, StandardDraft), draft
    return draft


def texts(draft: StandardDraft) -> dict[str, str]:
    return {ksb.code: ksb.statement for ksb in draft.ksbs or []}


def notes(draft: StandardDraft) -> str:
    return "\n".join(problem.reason for problem in draft.warnings)


def test_space_before_or_after_the_text():
    assert texts(records.read(knowledges=statements("K", "  Flours \n")))["K1"] == "Flours"
    assert texts(table("K1,  Flours  ", "S1,Bake"))["K1"] == "Flours"


def test_no_break_spaces_double_spaces_and_tabs_are_kept_and_make_no_difference():
    odd = records.read(knowledges=statements("K", "Flours\u00a0and  their\tuses"))
    assert texts(odd)["K1"] == "Flours\u00a0and  their\tuses"
    plain = records.read(knowledges=statements("K", "Flours and their uses"))
    assert compare(said(odd), said(plain)).differing_statements == []


def test_curly_quotes_and_dashes_are_kept_and_found_without_them():
    draft = records.read(knowledges=statements("K", "The baker’s day – early"))
    assert texts(draft)["K1"] == "The baker’s day – early"
    assert folded_words("The baker’s day – early") == folded_words("the bakers day early")


def test_line_breaks_and_bullets_in_a_statement_are_kept():
    text = "Flours, including:\r\n- wheat\r\n- rye"
    assert texts(records.read(knowledges=statements("K", text)))["K1"] == "Flours, including:\n- wheat\n- rye"
    assert texts(table('K1,"Flours, including:\r\n- wheat"', "S1,Bake"))["K1"] == "Flours, including:\n- wheat"


def test_an_html_entity_is_read_once():
    assert texts(records.read(knowledges=statements("K", "Health &amp; safety")))["K1"] == "Health & safety"
    assert texts(table("K1,Health &amp; safety", "S1,Bake"))["K1"] == "Health & safety"


def test_wrongly_decoded_utf_8_is_repaired_and_said():
    for draft in (
        records.read(knowledges=statements("K", "The bakerâ€™s day")),
        table("K1,The bakerâ€™s day", "S1,Bake"),
        one("# KSBs\n## Knowledge\n### K1\nThe bakerâ€™s day\n## Skills\n### S1\nBake", "ST0123.md"),
    ):
        assert texts(draft)["K1"] == "The baker’s day"
        assert "was wrongly decoded" in notes(draft)


@pytest.mark.parametrize("printed", ["K1:Health", "K1: Health", "K1 Health", "K1. Health"])
def test_a_code_inside_the_text_that_is_the_place_is_taken_away(printed):
    assert texts(records.read(knowledges=statements("K", printed)))["K1"] == "Health"


def test_a_code_inside_the_text_that_disagrees_with_the_place_is_kept_as_the_printed_one():
    draft = records.read(knowledges=statements("K", "K1: Health", "K1: Safety"))
    assert texts(draft) | {"K1": "Health", "K2": "K1: Safety"} == texts(draft)
    assert [ksb.source_code for ksb in draft.ksbs[:2]] == ["", "K1"]
    assert "its place counts" in notes(draft)


def test_the_same_statement_twice_under_one_type_is_kept_twice():
    draft = records.read(knowledges=statements("K", "Health", "Health"))
    assert texts(draft)["K1"] == texts(draft)["K2"] == "Health"
    assert "both are kept" in notes(draft)


def test_a_skills_list_identical_to_the_knowledge_list_is_kept():
    draft = records.read(knowledges=statements("K", "Health"), skills=statements("S", "Health"))
    assert texts(draft)["K1"] == texts(draft)["S1"] == "Health"


def test_no_behaviours_is_allowed():
    draft = records.read(behaviours=[])
    assert {ksb.type for ksb in draft.ksbs} == {"K", "S"}
    assert "no behaviours" in notes(draft)


def test_very_long_and_very_short_statements():
    draft = records.read(knowledges=statements("K", "word " * 400), skills=statements("S", "Quality"))
    assert len(texts(draft)["K1"]) == 1999
    assert "S1 is very short" in notes(draft)


@pytest.mark.django_db
def test_very_many_ksbs():
    many = [f"Statement number {number}" for number in range(1, 301)]
    written = write(records.read(knowledges=statements("K", *many), duties=[]))
    assert written.version.ksbs.filter(type="K").count() == 300


def test_a_duty_that_maps_to_a_guid_that_no_ksb_has_loses_that_link():
    draft = records.read(duties=[duty(1, "Bake", "k1", "k99")])
    assert draft.duties[0].ksb_codes == ("K1",)
    assert "such a link is dropped" in notes(draft)


def test_ksbs_that_no_duty_maps_are_allowed_and_listed():
    assert "no duty names K2, K3" in notes(records.read(duties=[duty(1, "Bake", "k1", "s1", "s2", "b1")]))


def test_core_and_options():
    options = [{"optionId": "o1", "title": "Bread"}, {"optionId": "o2", "title": "Cakes"}]
    duties = [duty(1, "Bake", "k1"), duty(2, "Bread", "k2", core=0, options=["o1"])]
    draft = records.read(coreAndOptions=True, options=options, duties=duties)
    assert {ksb.code: ksb.options for ksb in draft.ksbs if ksb.type == "K"} == {"K1": (), "K2": ("Bread",), "K3": ()}
    of_table = table("K1,Flours,Core", "K2,Rye,Bread", "S1,Bake,", "S2,Ice,Cakes", header="code,statement,option")
    assert {ksb.code: ksb.options for ksb in of_table.ksbs} == {"K1": (), "K2": ("Bread",), "S1": (), "S2": ("Cakes",)}


def test_core_and_options_with_titles_only_cannot_be_split_and_that_is_said():
    draft = records.read(coreAndOptions=True, optionsUnstructuredTemplate=["Bread", "Cakes"], duties=[])
    assert [option.title for option in draft.options] == ["Bread", "Cakes"]
    assert not any(ksb.options for ksb in draft.ksbs)
    assert "all are taken as core" in notes(draft)


@pytest.mark.django_db
def test_one_reference_with_two_lars_codes_is_one_standard():
    first = write(records.read(larsCode=57))
    second = write(records.read(larsCode=58))
    assert second.outcome == Outcome.UNCHANGED
    assert StandardVersion.objects.get().lars_codes == [57, 58]
    assert first.version == second.version


@pytest.mark.django_db
def test_a_retired_version_is_kept_beside_the_next_one_with_the_same_text():
    write(records.read(status="Retired"))
    write(records.read(version="1.1", versionNumber="1.1"))
    assert StandardVersion.objects.count() == 2


def test_a_title_with_a_trailing_space():
    assert records.read(title="Fisher ").title == "Fisher"


@pytest.mark.parametrize("filler", [".", "Duty 2", " duty 2. "])
def test_filler_for_a_duty_is_skipped(filler):
    draft = records.read(duties=[duty(1, "Bake", "k1"), duty(2, filler, "k2"), duty(3, "Serve", "k3")])
    assert [item.number for item in draft.duties] == [1, 3]
    page = one(f"Duty,KSBs\n1,{filler}".replace("Duty,KSBs\n1,", "Duty 1 Bake\nK1 S1\nDuty 2 ") + "\nK1", "ST0123.txt")
    assert [item.number for item in page.duties] == [1]


@pytest.mark.django_db
def test_several_versions_are_compared_ksb_by_ksb():
    old = write(records.read(knowledges=statements("K", "Flours", "Yeast", "Allergens in food"))).version
    changes = {"version": "1.1", "versionNumber": "1.1"}
    new = write(records.read(**changes, knowledges=statements("K", "Flours", "Allergens in all food", "Ovens"))).version
    compared = compare(old.content(), new.content()).statements
    kinds = {change.shown.code: change.kind for change in compared if change.after}
    assert kinds["K1"] == Change.UNCHANGED
    assert Change.REWORDED in kinds.values()


def test_a_product_called_s3_in_a_text_is_no_code():
    draft = one("## Knowledge\n### K1\nStore files in S3 and K8 clusters\n## Skills\n### S1\nUse S3", "ST0123.md")
    assert texts(draft) == {"K1": "Store files in S3 and K8 clusters", "S1": "Use S3"}


@pytest.mark.parametrize("alias", ["K1.1", "AK1", "K1a"])
def test_sub_codes_are_taken_as_their_parent_and_said(alias):
    for draft in (
        table("K1,Flours", f"{alias},Rye flour", "S1,Bake"),
        one(f"## Knowledge\n- K1: Flours\n- {alias}: Rye flour\n## Skills\n- S1: Bake", "ST0123.md"),
    ):
        assert texts(draft) == {"K1": f"Flours\n{alias} Rye flour", "S1": "Bake"}
        assert "is a sub-code" in notes(draft)


def test_a_byte_order_mark_is_no_part_of_a_record():
    raw = json.dumps(records.record()).encode("utf-8-sig")
    assert one(raw, "api.json").reference == "ST0123"


def test_another_standard_than_was_given_is_refused():
    (refused,) = formats.read(BytesIO(json.dumps(records.record()).encode()), "a.json", given=Given("ST0999"))
    assert isinstance(refused, Refused)
    assert "this is about ST0123, but you gave ST0999" in str(refused)


def test_old_template_prose_gives_statements_only_when_asked():
    prose = (
        "<h2>Technical Competencies</h2><ul><li>Bakes bread by hand</li></ul><h2>Technical knowledge and "
        "understanding</h2><ul><li>Understands flours</li></ul><h2>Skills and behaviours</h2><ul><li>Is early</li></ul>"
    )
    old = records.record(knowledges=[], skills=[], behaviours=[], duties=[], standardInformation=prose)
    raw = json.dumps(old).encode()
    assert one(raw, "a.json").ksbs == []
    draft = one(raw, "a.json", Given(makes_codes=True))
    assert texts(draft) == {"K1": "Understands flours", "S1": "Bakes bread by hand"}
    assert "their codes were made up here" in notes(draft)
    assert "“Skills and behaviours” are cannot be known" in notes(draft)
