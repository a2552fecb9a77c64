"""The coded statements of a page: whole, in a row, each once."""

import pytest

from tests.occupations.pages import SEED, line_of, read, refusal, warnings, with_line_after, without_line


def statement(text: str, code: str) -> str:
    return next(ksb.statement for ksb in read(text).ksbs if ksb.code == code)


def test_a_missing_code_is_refused_at_the_line_after_the_gap():
    text = without_line(SEED, "K3:")
    assert refusal(text) == [(line_of(text, "K4:"), "K3 is missing before K4")]


def test_several_missing_codes_are_named_together():
    text = without_line(without_line(without_line(SEED, "S4:"), "S5:"), "B1:")
    assert refusal(text) == [
        (line_of(text, "S6:"), "S4 to S5 are missing before S6"),
        (line_of(text, "B2:"), "B1 is missing before B2"),
    ]


def test_a_code_that_stands_twice_is_refused_with_both_lines():
    text = with_line_after(SEED, "S2:", "S2: Write adverts")
    first = line_of(SEED, "S2:")
    assert refusal(text) == [(first + 1, f"S2 stands here a second time; the first is on line {first}")]


def test_the_same_line_twice_is_refused():
    line = next(line for line in SEED.splitlines() if line.startswith("B5:"))
    assert "B5 stands here a second time" in refusal(with_line_after(SEED, "B5:", line))[0][1]


def test_codes_begin_at_1():
    reasons = [reason for _, reason in refusal(with_line_after(SEED, "Knowledge, skills", "K0: Nothing"))]
    assert reasons == ["K0 is not a code: numbers begin at 1"]


def test_a_code_without_words_is_refused():
    text = without_line(SEED, "K9:").replace("\n\nS1:", "\nK9:\n\nS1:")
    assert refusal(text) == [(line_of(text, "K9:"), "K9 has no text")]


def test_words_on_the_line_after_the_code_are_its_statement():
    assert statement(SEED.replace("K9: Employee", "K9:\nEmployee"), "K9").startswith("Employee rights")


def test_lines_after_a_statement_belong_to_it_as_published():
    text = SEED.replace("including: - quantitative and", "including:\n  • quantitative and").replace(
        " methods - research", " methods\n  • research"
    )
    assert statement(text, "K7").splitlines() == [
        "The principles and importance of using research, for resourcing, including:",
        "  • quantitative and qualitative research methods",
        "  • research validity and reliability - sources of research information",
    ]
    assert len(read(text).ksbs) == 35
    assert warnings(text) == []


def test_a_line_after_an_empty_one_belongs_to_the_statement_before_and_is_noted():
    text = with_line_after(SEED, "K9:", "", "Including the Equality Act 2010")
    assert statement(text, "K9").endswith("inclusion\n\nIncluding the Equality Act 2010")
    assert warnings(text) == ["this line has no code and is kept as part of K9: “Including the Equality Act 2010”"]


def test_a_sub_code_is_part_of_its_parent_and_noted():
    text = with_line_after(SEED, "K3:", "K3.1: Sales indicators", "K3.2: Quality indicators")
    assert statement(text, "K3").endswith("\nK3.1: Sales indicators\nK3.2: Quality indicators")
    assert len(warnings(text)) == 2
    assert "sub-code" in warnings(text)[0]


@pytest.mark.parametrize("wrong", ["K9 Employee", "K9 - Employee", "k9: Employee", "• K9: Employee"])
def test_a_code_that_is_almost_one_is_refused_instead_of_swallowed(wrong):
    text = SEED.replace("K9: Employee", wrong)
    assert refusal(text) == [
        (line_of(SEED, "K9:"), "this line seems to be K9, but it does not begin with “K9:”"),
    ]


def test_a_code_in_the_middle_of_a_line_is_text():
    text = SEED.replace("K4: Recruitment", "K4: See K99: and S1. Recruitment")
    assert statement(text, "K4").startswith("See K99: and S1. Recruitment")


def test_the_same_code_again_at_the_beginning_of_the_words_is_taken_away():
    text = SEED.replace("K4: Recruitment", "K4: K4: Recruitment")
    assert statement(text, "K4").startswith("Recruitment")
    assert warnings(text) == []


def test_another_code_at_the_beginning_of_the_words_is_kept_and_noted():
    text = SEED.replace("K4: Recruitment", "K4: K5: Recruitment")
    assert statement(text, "K4").startswith("K5: Recruitment")
    assert next(ksb for ksb in read(text).ksbs if ksb.code == "K4").source_code == "K5"
    assert warnings(text) == ["the text of K4 itself begins with a code, K5; it is kept as published"]


def test_codes_out_of_order_are_put_in_order_and_noted():
    lines = SEED.split("\n")
    first = line_of(SEED, "K1:") - 1
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    text = "\n".join(lines)
    assert [ksb.code for ksb in read(text).ksbs][:3] == ["K1", "K2", "K3"]
    assert warnings(text) == ["the K codes are not in order; they are put in order"]


def test_the_same_words_twice_are_kept_and_noted():
    text = SEED.replace("S7: Identify and progress leads as required", "S7: Escalate non-compliance where appropriate")
    assert warnings(text) == ["S16 has the same words as S7; both are kept"]


def test_codes_of_three_digits_are_read():
    more = [f"B{number}: Behaviour number {number}" for number in range(10, 101)]
    assert read(with_line_after(SEED, "B9:", *more)).ksbs[-1].code == "B100"


def test_a_foundation_apprenticeship_has_technical_and_employability_codes():
    text = SEED.replace("ST0321", "FA0321")
    for old, new in (("\nK", "\nTK"), ("\nS", "\nTS"), ("\nB", "\nESB")):
        for number in range(1, 18):
            text = text.replace(f"{old}{number}:", f"{new}{number}:")
    draft = read(text)
    assert draft.reference == "FA0321"
    assert [draft.ksbs[0].code, draft.ksbs[9].code, draft.ksbs[-1].code] == ["TK1", "TS1", "ESB9"]
    assert warnings(text) == []


def test_a_standard_without_behaviours_comes_in_and_is_noted():
    text = SEED
    for number in range(1, 10):
        text = without_line(text, f"B{number}:")
    assert len(read(text).ksbs) == 26
    assert warnings(text) == ["there are no behaviours; some standards have none, so it is taken as it is"]


@pytest.mark.parametrize(("kind", "count"), [("K", 9), ("S", 17)])
def test_a_page_without_knowledge_or_skills_is_refused(kind, count):
    text = SEED
    for number in range(1, count + 1):
        text = without_line(text, f"{kind}{number}:")
    assert [reason for _, reason in refusal(text)] == [
        f"there is no {kind} statement; the file seems cut off or damaged"
    ]


def test_a_page_without_any_ksb_is_refused():
    begin, end = SEED.index("K1:"), SEED.index("Occupational Progression")
    assert [reason for _, reason in refusal(SEED[:begin] + SEED[end:])] == [
        "no KSB follows the heading “Knowledge, skills and behaviours (KSBs)”"
    ]
