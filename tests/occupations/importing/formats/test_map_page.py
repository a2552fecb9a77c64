"""What the reader takes from an occupational-map page, and from pages that are a little different."""

import hashlib
import re

import pytest

from tests.occupations.pages import (
    SEED,
    SEED_BYTES,
    SHARED,
    line_of,
    needs_shared_data,
    read,
    refusal,
    warnings,
    with_line_after,
    without_line,
)

#: Taken from the page independently of the reader: lines that begin with a letter, digits, a colon and a space.
PUBLISHED = dict(re.findall(r"(?m)^([KSB]\d+): (.*)$", SEED))


def test_the_seed_has_9_k_17_s_and_9_b():
    types = [ksb.type for ksb in read(SEED).ksbs]
    assert [types.count(kind) for kind in "KSB"] == [9, 17, 9]
    assert len(types) == 35


def test_each_word_of_a_statement_is_as_published():
    assert {ksb.code: ksb.statement for ksb in read(SEED).ksbs} == PUBLISHED


def test_ksbs_stand_k_before_s_before_b_by_number():
    codes = [ksb.code for ksb in read(SEED).ksbs]
    assert codes == [f"K{n}" for n in range(1, 10)] + [f"S{n}" for n in range(1, 18)] + [f"B{n}" for n in range(1, 10)]


def test_each_ksb_knows_its_line():
    lines = SEED.splitlines()
    for ksb in read(SEED).ksbs:
        assert lines[ksb.line - 1].startswith(f"{ksb.code}:")


def test_a_label_with_a_colon_stays_part_of_the_statement():
    statements = {ksb.code: ksb.statement for ksb in read(SEED).ksbs}
    assert statements["B1"] == "Self Motivation: Someone who takes independent action to fulfil work tasks"


def test_the_facts_of_the_seed():
    draft = read(SEED)
    assert (draft.reference, draft.occupation_reference) == ("ST0321", "OCC0321")
    assert (draft.title, draft.route, draft.level) == ("Recruitment resourcer", "Business and administration", 2)
    assert draft.status == "Occupational standard without apprenticeship"
    assert draft.overview.startswith("Identifying, attracting and shortlisting")
    assert draft.summary.startswith("A recruitment resourcer may be")
    assert draft.summary.endswith("new business opportunities.")
    assert draft.median_salary_pounds == 22843
    assert (draft.soc_code, draft.soc_title) == ("4136", "Human resources administrative occupations")
    assert draft.soc_groups == [
        ("4136/01", "Recruitment administrators"),
        ("1136/04", "Recruitment managers and directors"),
        ("3571/03", "Recruitment consultants"),
    ]
    assert draft.keywords == [
        "Business Administration",
        "Entrepreneurial",
        "Recruitment",
        "Recruitment Resourcer",
        "Research Analysis",
    ]
    assert draft.source_sha256 == hashlib.sha256(SEED_BYTES).hexdigest()


def test_the_seed_names_13_employers_twice_and_they_agree():
    draft = read(SEED)
    assert len(draft.employers) == 13
    assert draft.employers[0] == "Serocor Solutions"
    assert draft.employers[-1] == "Recruitment & Employment Confederation"
    assert warnings(SEED) == []


def test_the_product_of_the_seed():
    (product,) = read(SEED).products
    assert (product.reference, product.title, product.level) == ("ST0321", "Recruitment resourcer", 2)
    assert product.status == "Approved for delivery"


def test_a_page_without_a_version_is_taken_as_1_0_and_says_so():
    draft = read(SEED)
    assert draft.version == "1.0"
    (warning,) = draft.warnings
    assert (warning.line, warning.reason) == (28, "the page names no version; version 1.0 is taken")


@pytest.mark.parametrize("after", ["Reference: ", "Status: ", "(Level 2)", "Keywords:"])
def test_a_version_that_the_page_names_is_used(after):
    draft = read(with_line_after(SEED, after, "", "Version: 1.1", ""))
    assert draft.version == "1.1"
    assert draft.warnings == []
    assert len(draft.keywords) == 5


def test_two_versions_on_one_page_are_refused():
    text = with_line_after(SEED, "Status: ", "Version: 1.1", "Version: 1.2")
    assert [line for line, reason in refusal(text) if "second version" in reason] == [32]


def test_a_version_that_is_none_is_refused():
    assert refusal(with_line_after(SEED, "Status: ", "Version: latest")) == [
        (31, "“latest” is not a version; one looks like 1.1")
    ]


@pytest.mark.parametrize(
    "printed",
    [
        "assignment_turned_inApproved occupational standard",
        "inventory_2Approved occupational standard",
        "verifiedApproved occupational standard",
        "hourglass_empty Approved occupational standard",
        "Approved occupational standard",
        "\n\ninventory_2\nApproved occupational standard",
        "inventory_2\n\nApproved occupational standard",
    ],
)
def test_the_name_of_an_icon_is_no_part_of_the_status(printed):
    text = SEED.replace("inventory_2Occupational standard without apprenticeship", printed)
    assert read(text).status == "Approved occupational standard"


def test_several_products_are_read_in_order():
    text = with_line_after(
        SEED,
        "Approved for delivery",
        *("", "603/7203/X:", "", "Level 2 Certificate in Recruitment", "", "(Level 2)", "", "new_releasesApproved", ""),
        *("TL0042:", "Business support", "(Level 3)"),
    )
    products = read(text).products
    assert [(product.reference, product.title, product.level, product.status) for product in products] == [
        ("ST0321", "Recruitment resourcer", 2, "Approved for delivery"),
        ("603/7203/X", "Level 2 Certificate in Recruitment", 2, "Approved"),
        ("TL0042", "Business support", 3, ""),
    ]


def test_a_product_after_the_employers_is_a_product():
    employers = "Employers involved in creating the standard:\n\nSerocor Solutions"
    text = SEED.replace(employers, "@@", 1).replace("@@", f"{employers}, Reed\n\nST0322:\n\nOther\n\n(Level 3)\n\n", 1)
    assert [product.reference for product in read(text).products] == ["ST0321", "ST0322"]


def test_lists_of_employers_that_differ_are_noted():
    text = SEED.replace("Serocor Solutions, ", "", 1)
    assert warnings(text) == ["the lists of employers differ; the first is taken"]
    assert read(text).employers[0] == "Blue Arrow"


def test_a_comma_in_brackets_divides_no_employer():
    text = SEED.replace("Serocor Solutions, ", "Serocor (Solutions, Staffing), ")
    assert read(text).employers[0] == "Serocor (Solutions, Staffing)"
    unclosed = SEED.replace("Serocor Solutions, ", "Serocor (Solutions, ")
    assert read(unclosed).employers[:2] == ["Serocor (Solutions", "Blue Arrow"]


@pytest.mark.parametrize(
    ("cut", "name", "empty"),
    [
        (r"Average \(median\) salary.*\n", "median_salary_pounds", None),
        (r"SOC 2020 code.*\n", "soc_code", ""),
        (r"(?s)SOC 2020 sub unit.*(?=Technical Education)", "soc_groups", []),
        (r"(?s)Employers involved.*?(?=Summary|Keywords:)", "employers", []),
        (r"(?s)Keywords:.*?(?=Knowledge, skills)", "keywords", []),
        (r"Identifying, attracting.*\n", "overview", ""),
    ],
)
def test_parts_that_a_page_may_lack(cut, name, empty):
    draft = read(re.sub(cut, "", SEED))
    assert getattr(draft, name) == empty
    assert len(draft.ksbs) == 35
    assert len(draft.warnings) == 1


def test_a_page_without_its_legend_and_home_line_is_read():
    draft = read(SEED[SEED.index("Recruitment resourcer") :])
    assert (draft.title, draft.route) == ("Recruitment resourcer", "Business and administration")
    assert draft.occupation_reference == "OCC0321"


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text + "\n\n\n",
        lambda text: "\n\n" + text,
        lambda text: re.sub(r"\n+", "\n\n\n", text).replace("\nK", "\n\tK"),
        lambda text: re.sub(r"\n\n+", "\n", text),
        lambda text: re.sub(r"(?m)$", " \t\N{NO-BREAK SPACE}", text),
        lambda text: re.sub(r"(?m)^([KSB])(\d+): ", "\\1 \\2 :\N{NO-BREAK SPACE}", text),
        lambda text: re.sub(r"(?m)^([KSB]\d+): ", r"\1. ", text),
        lambda text: re.sub(r"(?m)^([KSB]\d+): ", r"\1) ", text),
        lambda text: re.sub(r"(?m)^([KSB])(\d): ", r"\g<1>0\2: ", text),
        lambda text: re.sub(r"\n\n(?=[KSB]1:)", "\n\nHeading\n\n", text).replace("Heading", "Skills"),
    ],
)
def test_how_a_copy_was_saved_makes_no_difference(change):
    changed, plain = read(change(SEED)), read(SEED)
    for name in ("title", "route", "status", "level", "soc_groups", "employers", "keywords", "summary", "overview"):
        assert getattr(changed, name) == getattr(plain, name)
    assert [(ksb.code, ksb.statement) for ksb in changed.ksbs] == [(ksb.code, ksb.statement) for ksb in plain.ksbs]


def test_a_no_break_space_within_a_statement_is_kept():
    draft = read(SEED.replace("K4: Recruitment sales", "K4: Recruitment\N{NO-BREAK SPACE}sales"))
    assert draft.ksbs[3].statement.startswith("Recruitment\N{NO-BREAK SPACE}sales")


def test_nothing_of_the_progression_map_becomes_a_ksb_or_a_keyword():
    draft = read(SEED + "\n\nK10: Not one\n\nS18: Nor this\n\nKeywords:\n\nNeither\n\nBusiness and administration\n")
    assert len(draft.ksbs) == 35
    assert len(draft.keywords) == 5


def test_two_pages_in_one_file_are_refused():
    second = len(SEED.splitlines()) + line_of(SEED, "Knowledge, skills")
    assert (second, "a second page begins in this file; one file holds one page") in refusal(f"{SEED}\n{SEED}")


def test_another_number_of_the_apprenticeship_is_noted():
    text = SEED.replace("ST0321:", "ST0999:")
    assert read(text).reference == "ST0999"
    assert warnings(text) == ["OCC0321 and ST0999 have different numbers; ST0999 is taken"]


def test_a_page_that_lists_no_apprenticeship_has_the_number_of_its_occupation():
    text = SEED.replace("ST0321:", "603/7203/X:")
    assert read(text).reference == "ST0321"
    assert warnings(text) == ["the page lists no apprenticeship; ST0321 is taken, as numbers are shared"]


def test_of_several_apprenticeships_the_one_with_the_number_of_the_occupation_is_meant():
    two = with_line_after(SEED, "Approved for delivery", "ST0400:", "Other", "(Level 3)")
    assert read(two).reference == "ST0321"
    assert refusal(two.replace("ST0321:", "ST0999:")) == [
        (28, "which standard this is cannot be known: OCC0321, but it lists ST0999, ST0400")
    ]


def test_a_salary_that_is_no_number_is_left_out_and_noted():
    text = SEED.replace("£22,843 per year", "not available")
    assert read(text).median_salary_pounds is None
    assert warnings(text) == ["“not available” is not understood as a salary and left out"]


def test_a_band_that_does_not_fit_the_level_is_noted():
    text = SEED.replace("Level 2 - Technical Occupation", "Level 4 - Technical Occupation")
    assert warnings(text) == ["level 4 is a Higher Technical level, but the page says “Technical Occupation”"]


def test_wrongly_decoded_characters_are_kept_and_noted():
    draft = read(SEED.replace("’", "â€™"))
    assert "â€™" in draft.ksbs[11].statement
    assert [(w.line, w.reason) for w in draft.warnings][1:] == [
        (line_of(SEED, "S3:"), "this line may hold wrongly decoded characters; they are kept as they are")
    ]


@needs_shared_data
def test_every_page_of_the_development_set_is_read_word_for_word():
    paths = sorted((SHARED / "derived-map-page-text").glob("ST*.txt"))
    assert len(paths) == 12
    for path in paths:
        content = path.read_bytes()
        draft = read(content)
        body = content.decode().split("Knowledge, skills and behaviours (KSBs)")[1].split("Occupational Progression")[0]
        published = re.findall(r"(?m)^([KSB]\d+): (.*?)\s*$", body)
        # ST0902 has some codes twice: “K33: K33: Environments …”.
        told = [(code, re.sub(rf"^{code}: ", "", text.strip())) for code, text in published]
        assert [(ksb.code, ksb.statement) for ksb in draft.ksbs] == told
        assert draft.reference == path.stem
        assert draft.employers
        assert draft.keywords
        assert draft.job_titles
        assert draft.summary


@needs_shared_data
def test_the_demo_standard_is_the_published_page():
    assert (SHARED / "map-page-text" / "ST0321.txt").read_bytes() == SEED_BYTES


def test_a_page_without_its_title_is_refused():
    text = SEED.replace("Recruitment resourcer\n\nRecruitment resourcer\n", "", 1)
    assert refusal(text) == [(1, "the page does not name the occupation's title before its level")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Reference: ", "the page names no reference; a line like “Reference: OCC0321” is missing"),
        ("Status: ", "the page names no status"),
        ("Level 2 - ", "the page names no level; a line like “Level 2 - …” is missing"),
    ],
)
def test_a_page_without_a_fact_that_every_page_has_is_refused(line, reason):
    assert reason in [said for _, said in refusal(without_line(SEED, line))]


@pytest.mark.parametrize("reference", ["OCC321", "XX0321", "OCC0321x", "0321"])
def test_an_unknown_kind_of_reference_is_refused(reference):
    assert refusal(SEED.replace("OCC0321", reference)) == [
        (28, f"“{reference}” is not a reference; one looks like OCC0321 or ST0321")
    ]


@pytest.mark.parametrize("level", ["0", "9", "22"])
def test_a_level_that_does_not_exist_is_refused(level):
    assert (24, f"there is no level {level}; levels are 1 to 8") in refusal(
        SEED.replace("Level 2 - ", f"Level {level} - ")
    )
