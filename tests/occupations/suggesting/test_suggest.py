"""What a person gets to see as suggestions: the right KSBs first, with words of their own text; little for little."""

import math
from pathlib import Path
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occupations.importing.draft import KsbDraft
from occupations.suggesting import DutyWithCodes, EvidenceText, Sureness, suggest, worth_showing
from occupations.suggesting.features import Asked, Words, hints
from occupations.suggesting.measuring import mean, results, scored
from occupations.suggesting.numbers import SHIPPED, shipped
from occupations.suggesting.reading import drafts_in, made_up_cases, shelf_of, tagged_cases
from occupations.suggesting.texts import LIKELY, STRONG
from tests.occupations.pages import SEED, SHARED, needs_shared_data, read

KSBS = read(SEED).ksbs or []
ADVERT = EvidenceText(
    title="My first advert",
    narrative="I wrote the job advert for a warehouse, placed it on two job boards and updated it when few people "
    "clicked. After that applications came in.",
)


def ksbs(*statements: str, kind: str = "S") -> list[KsbDraft]:
    return [KsbDraft(kind, number, text, line=1) for number, text in enumerate(statements, start=1)]


def codes(parts: EvidenceText, of=KSBS) -> list[str]:
    return [one.ksb.code for one in suggest(parts, of)]


def test_an_advert_shows_that_one_writes_adverts():
    shown = worth_showing(suggest(ADVERT, KSBS))
    assert shown[0].ksb.code == "S2"
    assert shown[0].sureness is not Sureness.FAINT


def test_a_suggestion_says_which_words_of_the_text_speak_for_it():
    first = suggest(ADVERT, KSBS)[0]
    assert "advert" in first.words
    text = f"{ADVERT.title} {ADVERT.narrative}"
    assert all(word in text for one in suggest(ADVERT, KSBS) for word in one.words)


def test_words_of_the_file_are_no_reason():
    text = EvidenceText(
        title="Evidence 4, page 2",
        narrative="Mapping table, row 3: in this section I wrote the job advert. See the screenshot in the appendix.",
    )
    reasons = {word.lower() for one in suggest(text, KSBS) for word in one.words}
    assert "advert" in reasons
    assert not reasons & {"evidence", "page", "mapping", "table", "row", "section", "screenshot", "appendix"}


def test_a_word_of_the_file_is_a_reason_where_the_statement_says_it_too():
    (found,) = suggest(EvidenceText("Spreadsheet", "I made a spreadsheet"), ksbs("Build a spreadsheet"))
    assert {word.lower() for word in found.words} >= {"spreadsheet"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "I checked passports and share codes before the first day, as the law and our policy on compliance ask.",
            "S11",
        ),
        ("I gave the candidate honest feedback after the interview and asked for hers.", "S13"),
        ("I typed the candidate's details into the recruitment database and corrected old records.", "S14"),
        ("I looked up market rates of pay in our sector and where labour is short.", "K5"),
        ("I shortlisted three suitable people against the vacancy and presented them.", "S4"),
        ("I met my weekly target of interviews arranged and candidates sourced.", "S17"),
    ],
)
def test_what_is_told_in_everyday_words_is_found(text: str, code: str):
    assert code in codes(EvidenceText(narrative=text))[:3]


@pytest.mark.parametrize("part", ["title", "narrative", "file_text", "transcript"])
def test_each_part_of_the_evidence_counts(part: str):
    assert codes(EvidenceText(**{part: "I placed the advert"}))[0] == "S2"


@pytest.mark.parametrize("text", ["", " \n", "…!?", "42", "the of and"])
def test_a_text_without_words_suggests_nothing_to_show(text: str):
    assert worth_showing(suggest(EvidenceText(title=text, narrative=text), KSBS)) == []


@pytest.mark.parametrize(
    "text",
    [
        "We watched the football on Saturday, my side lost and I went home by bus with my aunt.",
        "My cat was ill, so I took her to the vet and we waited two hours.",
        "I went on holiday to Spain with my friends, we swam in the sea every day.",
    ],
)
def test_a_text_about_something_else_suggests_nothing_to_show(text: str):
    assert worth_showing(suggest(EvidenceText("Weekend", text), KSBS)) == []


def test_no_more_is_shown_than_asked_for():
    text = EvidenceText("All", "I " + " ".join(ksb.statement for ksb in KSBS))
    assert len(worth_showing(suggest(text, KSBS), most=3)) == 3


def test_the_same_text_gets_the_same_answer():
    assert suggest(ADVERT, KSBS) == suggest(ADVERT, KSBS)


def test_a_long_file_does_not_drown_what_the_narrative_says():
    chatter = "Minutes of the parish council about the bridge, the flood and the geese on the green. " * 250
    assert "S2" in codes(EvidenceText(ADVERT.title, ADVERT.narrative, file_text=chatter))[:3]


def test_statements_of_the_same_words_stay_in_their_order():
    twice = ksbs("Write adverts", "Greet visitors", "Write adverts")
    assert codes(EvidenceText("Advert", "I wrote an advert"), twice) == ["S1", "S3", "S2"]


def test_statements_that_stand_together_or_at_the_same_place_speak_for_each_other():
    some = [*ksbs(*["Write adverts"] * 9), *ksbs(*["Know adverts"] * 9, kind="K")]
    narrow, wide, at_the_place, about_there = Asked(Words(shipped()), [["advert"]], some).beside
    s4, s5, s9, k1, k5 = 3, 4, 8, 9, 13
    for in_the_list in (narrow, wide):
        assert in_the_list[s5, s4] > in_the_list[s5, s9] > in_the_list[s5, k5] == 0
    for across in (at_the_place, about_there):
        assert across[s5, k5] > across[s5, k1] > across[s5, s4] == 0


@pytest.mark.parametrize("kind", ["K", "S", "B", "TK", "TS", "ESB"])
def test_a_standard_of_one_kind_is_enough(kind: str):
    some = ksbs("Write adverts", "Greet visitors at the door", kind=kind)
    assert codes(EvidenceText(narrative="Writes adverts for the firm"), some)[0] == f"{kind}1"
    assert codes(EvidenceText("Advert", "I wrote an advert"), some[:1]) == [f"{kind}1"]


def test_a_statement_without_words_is_no_trouble():
    assert set(codes(ADVERT, ksbs("", "…", "Quality"))) == {"S1", "S2", "S3"}
    assert codes(ADVERT, []) == []


def test_a_code_in_the_text_is_a_hint_and_three_are_more():
    some = ksbs(*"abcd")
    assert hints("I put it into the S3 bucket and S9", some).keys() == {"S3"}
    one, three = hints("S3", some), hints("For S1, S2 and S3", some)
    assert 0 < one["S3"] < three["S3"]
    assert codes(ADVERT)[0] == codes(EvidenceText(ADVERT.title, ADVERT.narrative + " See K8."))[0]


def test_the_duties_of_the_standard_speak_for_a_text_like_one_of_them():
    some = ksbs("Count the stock", "Greet visitors", "Lift safely")
    duties = [DutyWithCodes("Receive guests at the front desk", ("S2",)), DutyWithCodes("Shift pallets", ("S3",))]
    text = EvidenceText(narrative="Receive guests at the back door")
    assert [one.ksb.code for one in suggest(text, some, duties)][0] == "S2"
    assert suggest(text, some, [DutyWithCodes("Unknown codes", ("K99",))])


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=40, deadline=None)
def test_any_text_gets_an_answer_in_order(title: str, narrative: str):
    found = suggest(EvidenceText(title, narrative), KSBS[:8])
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 and not math.isnan(score) for score in scores)
    assert len(found) in (0, 8)


def test_the_numbers_are_small():
    assert SHIPPED.stat().st_size < 20_000_000


@needs_shared_data
def test_scores_of_everyday_texts_keep_what_they_promise():
    wanted = ("ST0113", "ST0166", "ST0259", "ST0303", "ST0454", "ST0530")
    files = [path for name in wanted for path in sorted((SHARED / "ifate-api-json").glob(f"{name}_*.json"))]
    drafts = [draft for path in files for draft in drafts_in(path, print)]
    cases = list(tagged_cases(Path(__file__).with_name("everyday_evidence.json"), shelf_of(drafts), print))
    assert len(cases) == 29
    shares = list(scored(cases, suggest))

    def promised_and_right(least: float, most: float) -> tuple[float, float]:
        band = [(score, is_right) for score, is_right in shares if least <= score < most]
        return fmean(score for score, _ in band), fmean(is_right for _, is_right in band)

    for least, most in ((0, LIKELY), (LIKELY, STRONG)):
        promised, right = promised_and_right(least, most)
        assert abs(promised - right) <= 0.1
    # Only a dozen are strong, so all that can be held is that they do not promise too much.
    promised, right = promised_and_right(STRONG, 1.01)
    assert right >= promised - 0.1
    overall = mean([one for measures in results(cases, suggest).values() for one in measures])
    assert overall.recall_at_5 > 0.49


@needs_shared_data
def test_made_up_evidence_finds_most_of_its_ksbs_on_several_standards():
    wanted = ("ST0005", "ST0070", "ST0321", "ST0589", "ST0622", "ST0795", "ST0825")
    files = [path for name in wanted for path in sorted((SHARED / "ifate-api-json").glob(f"{name}_*.json"))]
    drafts = [draft for path in files for draft in drafts_in(path, print)]
    cases = list(made_up_cases(drafts))
    assert len(cases) == 35
    found = results(cases, suggest)
    overall = mean([one for measures in found.values() for one in measures])
    assert overall.average_precision > 0.45
    assert overall.recall_at_10 > 0.55
    assert overall.reciprocal_rank > 0.65
