"""Records of the public API: what each field becomes, and every quirk that was counted in real ones."""

import json
from datetime import date

import pytest

from occupations.importing.draft import Refused, StandardDraft
from occupations.importing.formats import ifate_json
from occupations.importing.known_formats import HEAD_BYTES, format_of
from tests.occupations.pages import SEED, needs_shared_data
from tests.occupations.pages import read as read_page
from tests.occupations.records import API, read, readings, real, record, refusal, statements, warnings


def codes(draft: StandardDraft) -> list[str]:
    return [ksb.code for ksb in draft.ksbs]


def texts(draft: StandardDraft) -> dict[str, str]:
    return {ksb.code: ksb.statement for ksb in draft.ksbs}


# What it is -----------------------------------------------------------------------------------------------------------


def test_a_record_is_told_by_what_is_in_it_and_not_by_its_name():
    for content in (record(), [record(), record()], {"total": 1, "standards": [record()]}):
        head = json.dumps(content).encode()[:HEAD_BYTES]
        assert format_of(head, "notes.txt").name == "ifate-json"
        assert format_of(b"\xef\xbb\xbf\n " + head, "notes.txt").name == "ifate-json"
    assert not ifate_json.recognises(b'{"name": "package"}', "api.json")
    assert not ifate_json.recognises(b'"referenceNumber" in prose', "api.json")


def test_everything_that_is_published_is_in_the_draft():
    draft = read()
    assert (draft.reference, draft.version, draft.is_version_named, draft.title) == ("ST0123", "1.0", True, "Baker")
    assert (draft.template, draft.lars_codes, draft.status) == (
        "Structured Apprenticeship Standard",
        [57],
        "Approved for delivery",
    )
    assert (draft.route, draft.level, draft.overview) == ("Catering and hospitality", 2, "Baking bread and cakes.")
    assert (draft.typical_duration_months, draft.maximum_funding_pounds) == (12, 5000)
    assert draft.employers == ["Crust", "Loaf and Sons (London, Leeds)", "Crumb Ltd"]
    assert (draft.keywords, draft.job_titles) == (["bread", "oven"], ["Baker", "Night baker"])
    assert (draft.is_career_starter, draft.has_core_and_options) == (True, False)
    assert (draft.quality_assured_by, draft.english_and_maths) == ("Ofqual", "Level 1 English.")
    assert (draft.page_url, draft.assessment_plan_url) == (
        "https://www.example.org/baker-v1-0",
        "https://www.example.org/plan.pdf",
    )
    assert codes(draft) == ["K1", "K2", "K3", "S1", "S2", "B1"]
    assert [(duty.number, duty.text, duty.ksb_codes) for duty in draft.duties] == [
        (1, "Bake for everybody", ("K1", "K2", "S1", "B1")),
        (2, "Serve what was baked", ("K3", "S2")),
    ]
    assert [ksb.source_id for ksb in draft.ksbs] == ["k1", "k2", "k3", "s1", "s2", "b1"]
    assert (draft.prose, draft.leads_to, draft.products, warnings(draft)) == ("", None, None, [])


def test_one_record_a_list_and_a_byte_order_mark_are_all_read():
    one, two = record(), record(referenceNumber="ST0124")
    assert [draft.reference for draft in readings([one, two])] == ["ST0123", "ST0124"]
    assert [draft.reference for draft in readings({"standards": [one, two]})] == ["ST0123", "ST0124"]
    assert [draft.reference for draft in readings(b"\xef\xbb\xbf" + json.dumps(one).encode())] == ["ST0123"]


def test_qualifications_and_recognition_are_kept_with_their_notes():
    draft = read(
        qualifications=[
            {"qualificationId": "q", "title": " Diploma in baking ", "level": "3", "anyAdditionalInformation": None}
        ],
        professionalRecognition=[
            {"bodyName": "Guild", "level": "Fellow", "isPartial": "partial", "partialFreeText": "Half"}
        ],
    )
    assert draft.qualifications == [{"title": "Diploma in baking", "level": "3", "note": ""}]
    assert draft.professional_recognition == [{"body": "Guild", "level": "Fellow", "note": "partial\nHalf"}]


def test_the_line_of_each_ksb_and_duty_is_that_of_its_text():
    draft = read()
    lines = json.dumps(record(), indent=4).splitlines()
    for ksb in draft.ksbs:
        assert ksb.statement in lines[ksb.line - 1]
    for told in draft.duties:
        assert told.text in lines[told.line - 1]
    assert '"title"' in lines[draft.lines["title"] - 1]


# Codes ----------------------------------------------------------------------------------------------------------------


def test_a_code_is_the_place_in_the_list_and_that_is_said():
    draft = read(knowledges=statements("K", "Zeal", "Apples", "Milk"))
    assert texts(draft) == texts(draft) | {"K1": "Zeal", "K2": "Apples", "K3": "Milk"}
    assert draft.warnings[0].reason == (
        "the source has no codes; the places in its lists are taken for them: K1 to K3, S1 to S2, B1"
    )


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("K2: Health & Safety", "Health & Safety"),
        ("K2 Health & Safety", "Health & Safety"),
        ("K2:Health & Safety", "Health & Safety"),
        ("K2. Health & Safety", "Health & Safety"),
        ("K2) Health & Safety", "Health & Safety"),
        ("K2 – Health & Safety", "Health & Safety"),
        ("K2B brochures", "K2B brochures"),
        ("K2.5 is a number", "K2.5 is a number"),
        ("K2/K3 both", "K2/K3 both"),
        ("The K2: a mountain", "The K2: a mountain"),
    ],
)
def test_a_code_in_the_text_is_stripped_if_it_equals_the_place(printed, kept):
    draft = read(knowledges=statements("K", "Flour", printed, "Yeast"))
    assert (texts(draft)["K2"], draft.ksbs[1].source_code) == (kept, "")
    assert not any("begins with the code" in reason for reason in warnings(draft))


def test_a_code_in_the_text_that_disagrees_with_the_place_is_kept_as_source_code():
    draft = read(knowledges=statements("K", "K1: Safety", "K1: Frames and lenses", "K2: More frames and lenses"))
    assert [(ksb.code, ksb.source_code, ksb.statement) for ksb in draft.ksbs[:3]] == [
        ("K1", "", "Safety"),
        ("K2", "K1", "K1: Frames and lenses"),
        ("K3", "K2", "K2: More frames and lenses"),
    ]
    assert "the text of K2 begins with the code K1; its place counts" in warnings(draft)


def test_a_statement_without_text_is_left_out_and_the_codes_after_it_stay():
    draft = read(knowledges=statements("K", "Flour and water", " \r\n", "How yeast works"))
    assert codes(draft)[:2] == ["K1", "K3"]
    assert "K2 has no text and is left out; the codes after it stay as they are" in warnings(draft)


def test_the_same_statement_twice_under_one_type_is_kept_twice():
    draft = read(knowledges=statements("K", "How yeast works", "Flour and water", "how yeast  works"))
    assert codes(draft)[:3] == ["K1", "K2", "K3"]
    assert "K3 has the same words as K1; both are kept" in warnings(draft)


def test_skills_identical_to_the_knowledge_are_kept():
    draft = read(skills=statements("S", *(item["detail"] for item in record()["knowledges"])))
    assert texts(draft)["S3"] == texts(draft)["K3"]
    assert warnings(draft) == ["no duty names S3"]


def test_no_behaviours_are_allowed_and_said():
    assert codes(read(behaviours=[]))[-1] == "S2"
    assert "there are no behaviours; some standards have none, so it is taken as it is" in warnings(read(behaviours=[]))


def test_very_many_ksbs_and_very_long_ones_are_read():
    draft = read(
        knowledges=statements("K", *(f"Knowledge of the matter {n}" for n in range(1, 146))),
        skills=statements("S", "very " * 2000 + "long", *(f"Skill in the matter {n}" for n in range(2, 133))),
    )
    assert (len(draft.ksbs), draft.ksbs[144].code, draft.ksbs[276].code) == (278, "K145", "S132")


def test_a_very_short_statement_is_kept_and_warned_of():
    draft = read(skills=statements("S", "Quality", "Knead dough by hand"))
    assert texts(draft)["S1"] == "Quality"
    assert "the text of S1 is very short: “Quality”" in warnings(draft)


# Texts ----------------------------------------------------------------------------------------------------------------


def test_space_before_and_after_the_text_is_trimmed():
    assert texts(read(behaviours=statements("B", "\r\n Rise early and gladly \N{NO-BREAK SPACE}")))["B1"] == (
        "Rise early and gladly"
    )


def test_no_break_and_double_spaces_and_tabs_inside_a_text_are_kept():
    text = "Rise\N{NO-BREAK SPACE}early  and\tgladly"
    assert texts(read(behaviours=statements("B", text)))["B1"] == text


def test_curly_quotes_and_dashes_are_kept():
    text = "Rise “early” – and the baker’s way"
    assert texts(read(behaviours=statements("B", text)))["B1"] == text


def test_line_breaks_and_bullets_in_a_statement_are_kept():
    draft = read(skills=statements("S", "Bake:\r\n• bread\r\n• cakes", "Knead dough by hand"))
    assert texts(draft)["S1"] == "Bake:\n• bread\n• cakes"


def test_an_html_entity_in_the_text_is_unescaped_once():
    draft = read(skills=statements("S", "Health &amp; safety at work", "The sign &amp;amp; what it means"))
    assert (texts(draft)["S1"], texts(draft)["S2"]) == ("Health & safety at work", "The sign &amp; what it means")


def test_misdecoded_utf_8_is_repaired_and_said():
    draft = read(skills=statements("S", "the organisationâ€™s ways", "the client™s ways of working"))
    assert (texts(draft)["S1"], texts(draft)["S2"]) == ("the organisation’s ways", "the client™s ways of working")
    assert "“â€™” was wrongly decoded and is read as “’”" in warnings(draft)
    assert any("may hold wrongly decoded characters; they are kept" in reason for reason in warnings(draft))


def test_characters_that_no_database_keeps_are_taken_out():
    (draft,) = readings(json.dumps(record(title="Ba\0ker\ud800")).encode())
    assert draft.title == "Baker"


def test_escaped_html_is_unescaped_and_stripped_with_line_ends():
    assert read().summary == "Bakes the town's bread.\n\nEarly."
    assert (
        read(occupationalSummary="&lt;ul&gt;&lt;li&gt;a &amp;amp; b&lt;/li&gt;&lt;/ul&gt;x").summary == "- a & b\n\nx"
    )


def test_a_title_with_a_trailing_space_is_trimmed():
    assert read(title="Fisher ").title == "Fisher"


def test_the_status_is_kept_as_published():
    assert read(status="Retired").status == "Retired"
    odd = read(status="Resting")
    assert (odd.status, warnings(odd)) == ("Resting", ["“Resting” is not one of the statuses known; it is kept"])


# Dates and numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2017-12-20T00:00:00", date(2017, 12, 20)),
        ("2014-11-12T00:00:00 +00:00", date(2014, 11, 12)),
        ("2024-08-01T00:00:00+01:00", date(2024, 8, 1)),
        ("2024-08-01T00:00:00.000Z", date(2024, 8, 1)),
        ("2024-08-01", date(2024, 8, 1)),
        ("01/08/2024", date(2024, 8, 1)),
        ("3 April 2019", date(2019, 4, 3)),
        ("0001-01-01T00:00:00", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_comes_in_its_forms(written, day):
    draft = read(approvedForDelivery=written)
    assert (draft.approved_on, warnings(draft)) == (day, [])


@pytest.mark.parametrize("written", ["soon", "2024-13-01T00:00:00", "31/02/2024", 20240801, ["2024"]])
def test_what_is_no_date_is_left_out_and_said(written):
    draft = read(latestStartDate=written)
    assert (draft.latest_start_on, warnings(draft)) == (None, ["“latestStartDate” is not a date and is left out"])


def test_a_version_0_0_with_an_empty_version_number_is_read_and_said():
    draft = read(version="0.0", versionNumber="", status="Withdrawn")
    assert (draft.version, draft.status) == ("0.0", "Withdrawn")
    assert warnings(draft) == ["“versionNumber” is empty; “version” says 0.0, which is taken"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"versionNumber": "1.1"}, "the record gives two versions, 1.1 and 1.0"),
        ({"versionNumber": "one", "version": ""}, "“one” is not a version; one looks like 1.1"),
        ({"versionNumber": ..., "version": ...}, "“” is not a version; one looks like 1.1"),
        ({"referenceNumber": "XY0123"}, "“XY0123” is not a reference; one looks like ST0321"),
        ({"referenceNumber": None}, "“” is not a reference; one looks like ST0321"),
        ({"title": " "}, "the record has no title"),
        ({"skills": ...}, "the list “skills” is missing; the record seems damaged"),
        ({"skills": "none"}, "“skills” is not a list; the record seems damaged"),
        ({"skills": [{"skillId": "s1"}]}, "S1 has no text (“detail”); the record seems damaged"),
        ({"skills": ["Knead"]}, "S1 has no text (“detail”); the record seems damaged"),
        ({"duties": {"1": "Bake"}}, "“duties” is not a list; the record seems damaged"),
        ({"duties": [{"dutyID": "d1"}]}, "duty 1 has no text (“dutyDetail”); the record seems damaged"),
    ],
)
def test_a_record_that_is_not_whole_is_refused(changes, reason):
    assert refusal(**changes) == [reason]


def test_a_fact_of_another_kind_is_left_out_and_said():
    draft = read(level="two", maxFunding=-5, keywords="bread", coreAndOptions="perhaps", standardPageUrl="example")
    assert (draft.level, draft.maximum_funding_pounds, draft.keywords) == (None, None, None)
    assert (draft.has_core_and_options, draft.page_url) == (None, None)
    assert sorted(reason.split("”")[0] for reason in warnings(draft)) == sorted(
        ["“level", "“maxFunding", "“keywords", "“coreAndOptions", "“standardPageUrl"]
    )


def test_a_level_that_there_is_not_is_left_out():
    assert (read(level=9).level, warnings(read(level=0))) == (None, ["there is no level 0; it is left out"])


def test_a_lars_code_of_nought_is_none():
    assert (read(larsCode=0).lars_codes, read(larsCode="218").lars_codes) == ([], [218])


# Without KSBs, and the newer kinds ------------------------------------------------------------------------------------


def test_a_standard_whose_ksbs_are_not_listed_comes_in_with_its_prose():
    draft = read(knowledges=[], skills=[], behaviours=None, duties=[])
    assert (draft.ksbs, draft.prose) == ([], "The body of the old template.")
    assert warnings(draft) == ["KSBs are not listed by the source"]


def test_a_foundation_apprenticeship_has_ksbs_of_its_own_kinds_and_leads_to_occupations():
    draft = read(
        referenceNumber="FA0001",
        knowledges=...,
        skills=...,
        behaviours=...,
        duties=...,
        technicalKnowledges=statements("TK", "TK1: Flours and their uses", "How yeast works"),
        technicalSkills=statements("TS", "Knead dough by hand"),
        employabilitySkillsAndBehaviours=statements("ESB", "Rise early and gladly"),
        relatedOccupations=[{"name": "Baker", "reference": "OCC0123"}, {"name": "?", "reference": None}],
        foundationApprenticeshipUrl="https://www.example.org/fa0001",
        standardPageUrl=None,
    )
    assert texts(draft) == {
        "TK1": "Flours and their uses",
        "TK2": "How yeast works",
        "TS1": "Knead dough by hand",
        "ESB1": "Rise early and gladly",
    }
    assert (draft.leads_to, draft.page_url, warnings(draft)) == (["ST0123"], "https://www.example.org/fa0001", [])


def test_an_apprenticeship_unit_has_a_class_code_in_place_of_a_lars_code():
    draft = read(
        referenceNumber="AU0001",
        larsCode=...,
        learningAimClassCode="ZSC00003",
        knowledges=...,
        skills=...,
        behaviours=...,
        duties=...,
        overviewOfRole=...,
        whoIsItFor="Bakers of some years.",
        technicalKnowledges=statements("TK", "Flours and their uses"),
        technicalSkills=statements("TS", "Knead dough by hand"),
    )
    (product,) = draft.products
    assert (product.reference, product.kind, product.title) == ("ZSC00003", "Apprenticeship unit", "Baker")
    assert (draft.lars_codes, draft.overview, codes(draft)) == ([], "Bakers of some years.", ["TK1", "TS1"])


def test_a_record_of_the_newer_api_with_empty_lists_beside_its_own_is_read():
    draft = read(technicalKnowledges=[], technicalSkills=None, publishDate="2026-06-01", coronationEmblem=True)
    assert codes(draft) == ["K1", "K2", "K3", "S1", "S2", "B1"]


# Lists ----------------------------------------------------------------------------------------------------------------


def test_a_broken_record_of_a_list_is_refused_by_its_line_and_the_others_come_in():
    text = json.dumps([record(), record(referenceNumber="ST0124"), record(referenceNumber="ST0125")], indent=4)
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines, start=1) if "ST0124" in line)
    lines[place - 1] = lines[place - 1].replace(":", "")
    first, refused, last = readings("\n".join(lines).encode())
    assert (first.reference, last.reference) == ("ST0123", "ST0125")
    (problem,) = refused.problems
    assert (problem.file, problem.line) == ("api.json", place)


def test_a_record_that_cannot_be_taken_is_refused_and_the_others_come_in():
    first, refused, last = readings([record(), record(referenceNumber="?"), record(referenceNumber="ST0125")])
    assert (first.reference, last.reference) == ("ST0123", "ST0125")
    assert isinstance(refused, Refused)


def test_one_lars_code_for_two_references_is_said():
    _, second = readings([record(), record(referenceNumber="ST0124")])
    assert "LARS code 57 was given to ST0123 already in this file" in warnings(second)


def test_two_approved_versions_of_one_reference_are_said():
    _, second = readings([record(), record(versionNumber="1.1", version="1.1")])
    assert "ST0123 is approved for delivery as version 1.0 too" in warnings(second)


def test_a_retired_version_listed_beside_the_next_one_is_read_as_it_is():
    old, new = readings([record(status="Retired"), record(versionNumber="1.1", version="1.1")])
    assert (old.version, old.status, new.version) == ("1.0", "Retired", "1.1")
    assert texts(old) == texts(new)


# Real records ---------------------------------------------------------------------------------------------------------


@needs_shared_data
def test_every_real_record_is_recognised_and_read():
    for path in sorted(API.glob("*.json")):
        content = path.read_bytes()
        assert format_of(content[:HEAD_BYTES], path.name).name == "ifate-json"
        draft = real(path.name)
        assert path.stem.startswith(f"{draft.reference}_v{draft.version}")


@needs_shared_data
def test_the_codes_of_the_seed_page_are_the_places_of_its_record():
    page, api = texts(read_page(SEED)), texts(real("ST0321_v1.0.json"))
    assert page.keys() == api.keys()
    same = [code for code in page if " ".join(page[code].split())[:40] == " ".join(api[code].split())[:40]]
    assert len(same) >= 33


@needs_shared_data
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ST0530_v1.0.json", "begins with the code"),
        ("ST0146_v1.0.json", "begins with the code"),
        ("ST0532_v1.0.json", "begins with the code"),
        ("ST0559_v1.0.json", "was wrongly decoded"),
        ("ST0059_v1.0.json", "has the same words as"),
        ("ST0203_v1.0.json", "has the same words as"),
        ("ST0582_v1.0.json", "there are no behaviours"),
        ("ST0414_v1.3.json", "not in the record"),
        ("ST0863_v1.0.json", "not in the record"),
        ("ST0506_v1.0.json", "duty 1 says only “.”"),
        ("ST0003_v1.0.json", "nothing says which KSBs belong to which option"),
        ("ST0213_v1.0.json", "KSBs are not listed by the source"),
        ("ST0870_v0.0.json", "“versionNumber” is empty"),
    ],
)
def test_the_quirks_of_real_records_are_said(name, said):
    assert any(said in reason for reason in warnings(real(name)))


@pytest.mark.parametrize(
    ("published", "employers"),
    [
        ("Crust Ltd\r\nLoaf & Sons\r\nCrumb Ltd ", ["Crust Ltd", "Loaf & Sons", "Crumb Ltd"]),
        ("Crust Ltd, Loaf & Sons\r\nCrumb Ltd, Bun plc", ["Crust Ltd", "Loaf & Sons", "Crumb Ltd", "Bun plc"]),
        ("Crust Ltd,\r\nLoaf & Sons,\r\nCrumb Ltd", ["Crust Ltd", "Loaf & Sons", "Crumb Ltd"]),
    ],
)
def test_employers_on_lines_of_their_own_are_not_one_employer(published, employers):
    assert read(involvedEmployers=published).employers == employers
