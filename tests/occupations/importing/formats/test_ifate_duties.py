"""Duties and options in records of the public API: which KSBs a duty maps, and which KSBs an option has."""

import pytest

from occupations.importing.draft import StandardDraft
from tests.occupations.pages import needs_shared_data
from tests.occupations.records import duty, read, real, warnings


def options(draft: StandardDraft) -> dict[str, tuple[str, ...]]:
    return {ksb.code: ksb.options for ksb in draft.ksbs}


# Duties ---------------------------------------------------------------------------------------------------------------


def test_a_duty_that_maps_to_a_guid_that_no_ksb_has_loses_that_link():
    draft = read(duties=[duty(1, "Bake for everybody", "k1", "k9", "s8", "s1")])
    assert draft.duties[0].ksb_codes == ("K1", "S1")
    assert "duty 1 names 2 KSBs that are not in the record; such a link is dropped" in warnings(draft)


def test_guids_are_the_same_whatever_their_capitals():
    draft = read(duties=[duty(1, "Bake") | {"mappedKnowledge": ["K1", " k2 "]}])
    assert draft.duties[0].ksb_codes == ("K1", "K2")


def test_mapped_lists_may_be_null_or_missing():
    bare = {"dutyID": "d1", "dutyDetail": "Bake", "isThisACoreDuty": 1, "mappedKnowledge": None}
    draft = read(duties=[bare, duty(2, "Serve what was baked", "k1")])
    assert [told.ksb_codes for told in draft.duties] == [(), ("K1",)]
    assert "these duties name no KSB: 1" in warnings(draft)


def test_ksbs_that_no_duty_maps_are_listed():
    assert warnings(read(duties=[duty(1, "Bake", "k1", "k2", "k3", "s1")])) == ["no duty names S2, B1"]


@pytest.mark.parametrize("filler", [".", " - ", "", "Duty 2", "DUTY 2:", "duty 2."])
def test_filler_for_a_duty_is_skipped_and_the_numbers_after_it_stay(filler):
    draft = read(duties=[duty(1, "Bake", "k1"), duty(2, filler, "k2"), duty(3, "Serve", "k3", "s1", "s2", "b1")])
    assert [told.number for told in draft.duties] == [1, 3]
    assert any("duty 2 says only" in reason for reason in warnings(draft))


def test_a_code_named_twice_by_one_duty_is_one_link():
    assert read(duties=[duty(1, "Bake", "k1", "k1")]).duties[0].ksb_codes == ("K1",)


def test_a_record_without_a_list_of_duties_is_read_and_said():
    draft = read(duties=...)
    assert (draft.duties, warnings(draft)) == ([], ["the record has no list of duties"])


# Options --------------------------------------------------------------------------------------------------------------

TWO = [{"optionId": "o1", "title": "Bread"}, {"optionId": "o2", "title": "Cakes"}]


def test_an_option_has_the_ksbs_of_core_duties_and_of_its_own():
    draft = read(
        coreAndOptions=True,
        options=TWO,
        duties=[
            duty(1, "Bake", "k1", "s1"),
            duty(2, "Bake bread", "k1", "k2", "s2", core=0, options=["o1"]),
            duty(3, "Bake cakes", "k3", "s2", "b1", core=0, options=["O2"]),
        ],
    )
    assert [option.title for option in draft.options] == ["Bread", "Cakes"]
    assert options(draft) == {"K1": (), "K2": ("Bread",), "K3": ("Cakes",), "S1": (), "S2": (), "B1": ("Cakes",)}
    assert [told.options for told in draft.duties] == [(), ("Bread",), ("Cakes",)]


def test_a_ksb_of_some_options_of_many_is_of_those():
    three = [*TWO, {"optionId": "o3", "title": "Pies"}]
    draft = read(
        coreAndOptions=True,
        options=three,
        duties=[duty(1, "Bake", "k1", "k2", "s1", "s2", "b1"), duty(2, "x y", "k3", core=0, options=["o3", "o1"])],
    )
    assert options(draft)["K3"] == ("Bread", "Pies")


def test_a_ksb_that_neither_core_nor_option_names_is_core_and_listed():
    draft = read(coreAndOptions=True, options=TWO, duties=[duty(1, "Bake bread", "k2", core=0, options=["o1"])])
    assert options(draft)["K1"] == ()
    assert "neither the core nor an option names K1, K3, S1, S2, B1; taken as core" in warnings(draft)


def test_a_duty_that_is_neither_core_nor_of_an_option_is_core_and_said():
    draft = read(coreAndOptions=True, options=TWO, duties=[duty(1, "Bake", "k1", core=0, options=None)])
    assert (draft.duties[0].options, options(draft)["K1"]) == ((), ())
    assert "duty 1 is neither core nor of an option; it is taken as core" in warnings(draft)


def test_an_option_that_leads_nowhere_is_dropped_and_said():
    draft = read(coreAndOptions=True, options=TWO, duties=[duty(1, "Bake", "k1", core=0, options=["o1", "o9"])])
    assert draft.duties[0].options == ("Bread",)
    assert "duty 1 names an option that is not in the record; such a link is dropped" in warnings(draft)


def test_filler_duties_still_say_of_which_option_a_ksb_is():
    draft = read(coreAndOptions=True, options=TWO, duties=[duty(1, ".", "k1", core=0, options=["o1"])])
    assert (draft.duties, options(draft)["K1"]) == ([], ("Bread",))


def titles_mapped(*rows: tuple[str, str]) -> list[dict]:
    """The table that splits KSBs by title: ("Core", "k1 s1") and so on."""
    return [
        {
            "coreOrOptionTitle": title,
            "mappedKnowledge": [id_ for id_ in ids.split() if id_[0] == "k"],
            "mappedSkills": [id_ for id_ in ids.split() if id_[0] == "s"],
            "mappedBehaviour": [id_ for id_ in ids.split() if id_[0] == "b"] or None,
        }
        for title, ids in rows
    ]


def test_without_duties_a_table_of_titles_gives_the_split():
    draft = read(
        coreAndOptions=True,
        optionsUnstructuredTemplate=["Bread", "Cakes\N{NO-BREAK SPACE}and pies"],
        optionsUnstructuredKsbMapping=titles_mapped(
            ("Core", "k1 s1 b1"), ("Bread", "k2 s1"), ("cakes and  pies", "k3 s2 k9")
        ),
        duties=[],
    )
    assert [option.title for option in draft.options] == ["Bread", "Cakes and pies"]
    assert options(draft) == {
        "K1": (),
        "K2": ("Bread",),
        "K3": ("Cakes and pies",),
        "S1": (),
        "S2": ("Cakes and pies",),
        "B1": (),
    }
    assert warnings(draft) == ["“cakes and pies” names a KSB that is not in the record; such a link is dropped"]


def test_an_option_called_core_something_is_an_option():
    draft = read(
        coreAndOptions=True,
        optionsUnstructuredTemplate=["Core HR", "Reward"],
        optionsUnstructuredKsbMapping=titles_mapped(("Core", "k1"), ("Core HR", "k2")),
        duties=[],
    )
    assert options(draft)["K2"] == ("Core HR",)


def test_titles_of_options_only_make_all_ksbs_core_and_that_is_said():
    empty = titles_mapped(("Core", ""), ("Bread", ""), ("Cakes", ""))
    for mapping in ([], empty):
        draft = read(
            coreAndOptions=True,
            optionsUnstructuredTemplate=["Bread", "Cakes"],
            optionsUnstructuredKsbMapping=mapping,
            duties=[],
        )
        assert set(options(draft).values()) == {()}
        assert [option.title for option in draft.options] == ["Bread", "Cakes"]
        assert warnings(draft) == ["nothing says which KSBs belong to which option; all are taken as core"]


def test_a_standard_with_options_that_names_none_is_read_and_said():
    assert "the record has options, but does not name them" in warnings(read(coreAndOptions=True))


def test_an_option_that_stands_twice_is_one():
    twice = [*TWO, {"optionId": "o3", "title": "bread"}]
    draft = read(coreAndOptions=True, options=twice, duties=[duty(1, "Bake", "k1", core=0, options=["o3"])])
    assert [option.title for option in draft.options] == ["Bread", "Cakes"]
    assert draft.duties[0].options == ("Bread",)


@needs_shared_data
def test_a_real_standard_with_options_is_split_by_its_duties():
    draft = real("ST0898_v1.1.json")
    of = options(draft)
    assert of["K18"] == ("Clean water network operative",)
    assert of["K19"] == ("Waste water network operative",)
    assert of["K1"] == of["B1"] == ()
