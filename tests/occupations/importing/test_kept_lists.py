"""Lists of KSBs as people keep them: nothing vanishes, is swallowed or gets another number without its being said."""

import json
import random
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.actor import SYSTEM
from occupations.importing import known_formats as formats
from occupations.importing.draft import Refused
from occupations.importing.files import import_files
from occupations.importing.identity import Given
from occupations.importing.preview import Source, preview
from occupations.importing.writing import write
from tests.factories.accounts import MembershipFactory
from tests.occupations.importing.formats.test_pages_and_tables import notes, read, refusal, texts
from tests.occupations.pages import SHARED, needs_shared_data
from tests.occupations.records import read as from_record
from tests.occupations.records import record

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["ST0123.md", "ST0123.txt"])
def name(request) -> str:
    """A list is read the same from a file of Markdown and as text that was pasted."""
    return request.param


def test_sub_points_of_a_ksb_do_not_make_it_vanish(name):
    draft = read("- **K1-1**: One\n- **K1-2**: More\n- **K10-2**: Ten\n- **S8**: Two\n", name)
    assert texts(draft) == {"K1": "K1-1 One\nK1-2 More", "K10": "K10-2 Ten", "S8": "Two"}
    assert "line 1: “K1-1” is a sub-code; it is taken as part of K1" in notes(draft)
    assert "line 3: “K10-2” is a sub-code; it is taken as part of K10" in notes(draft)
    assert "line 4: S1 to S7 are missing before S8" in notes(draft)


def test_a_sub_point_stands_with_the_ksb_that_it_is_of_and_the_next_code_is_read_on(name):
    draft = read("K1.1 First\nK1.2 Second\nK2 Whole\nS1 Do\n", name)
    assert texts(draft) == {"K1": "K1.1 First\nK1.2 Second", "K2": "Whole", "S1": "Do"}


@pytest.mark.parametrize(
    "text", ["Skills:\n- S3: do a\n- S4/S5: do b\n- S17: do c\n", "S3,do a\nS4/S5,do b\nS17,do c\n"]
)
def test_codes_that_are_printed_are_never_replaced_by_places(name, text):
    draft = read(text, name)
    assert texts(draft) == {"S3": "do a", "S4": "do b", "S5": "do b", "S17": "do c"}
    assert "“S4/S5” is S4 and S5; each of them gets this statement" in notes(draft)
    assert "S6 to S16 are missing before S17" in notes(draft)
    assert "places" not in notes(draft)


def test_a_code_that_is_a_heading_has_its_statement_on_the_next_line(name):
    draft = read("### K1.1\nFirst\n### K1.2\nSecond\n### S4/S5\nDo both\n### K2\nKnow\n", name)
    assert texts(draft) == {"K1": "K1.1 First\nK1.2 Second", "K2": "Know", "S4": "Do both", "S5": "Do both"}
    assert "left out" not in notes(draft)


def test_the_same_list_a_second_time_under_a_heading_is_taken_once(name):
    draft = read("K1: One thing\nS1: Do\nKnowledge and skills:\nK1: One thing\nS1: Do\n", name)
    assert texts(draft) == {"K1": "One thing", "S1": "Do"}


@pytest.mark.parametrize("shown", ["S4/S5", "S4 & 5", "S4, S5", "S4 and S5", "S4–S5"])
def test_one_statement_for_several_codes_is_that_of_each(name, shown):
    assert texts(read(f"{shown}: do b\n", name)) == {"S4": "do b", "S5": "do b"}


def test_several_codes_in_a_cell_are_each_a_ksb():
    draft = read("code,statement\nK1,Flours\nS4/S5,Bake bread\n", "ST0123.csv")
    assert texts(draft) == {"K1": "Flours", "S4": "Bake bread", "S5": "Bake bread"}
    table = read("# ST0123\n| Code | Statement |\n|---|---|\n| K1 | Flours |\n| S4/S5 | Bake |\n", "a.md")
    assert texts(table) == {"K1": "Flours", "S4": "Bake", "S5": "Bake"}


def test_one_code_with_two_statements_is_refused_where_one_of_them_is_shared(name):
    assert "S4 stands here a second time, with other words" in refusal("S4: do a\nS4/S5: do b\n", name)


def test_what_calls_itself_a_ksb_is_not_swallowed_by_the_statement_before(name):
    draft = read("K1: One thing\nks2: another thing\nand its end\nKSB: K04 – Ways of working\n", name)
    assert texts(draft) == {"K1": "One thing", "K4": "Ways of working"}
    assert "line 2: “ks2” is not the code of a KSB; one looks like K2 or S2. The line is left out" in notes(draft)
    assert "line 3: this line goes on from line 2 and is left out" in notes(draft)


@pytest.mark.parametrize(
    "text",
    [
        "K1|Flours and more\nS1|Bake it\n",
        "K1 | Flours and more\nS1 | Bake it\n",
        'K1,"Flours and more"\nS1,Bake it\n',
        "K1;Flours and more\nS1;Bake it\n",
        "k1: Flours and more\ns1: Bake it\n",
        "K 1: Flours and more\nS 01: Bake it\n",
        "- [ ] K1: Flours and more\n- [x] S1: Bake it\n",
        "[ ] K1: Flours and more\n[x] S1: Bake it\n",
        "1. K1: Flours and more\n2. S1: Bake it\n",
        "[K1](https://www.example.org/k1): Flours and more\n[S1: Bake it](https://www.example.org/s1)\n",
        "**K1** Flours and more\n**S1** Bake it\n",
        "K1-Flours and more\nS1-Bake it\n",
        "✅ K1: Flours and more\n❌ S1: Bake it\n",
        "|K1|Flours and more|\n|S1|Bake it|\n",
        "Knowledge 1: Flours and more\nSkill 1: Bake it\n",
        "knowledge\nk1 Flours and more\nskills\ns1 Bake it\n",
    ],
)
def test_a_list_without_a_header_is_read_however_its_codes_are_set_off(name, text):
    assert texts(read(text, name)) == {"K1": "Flours and more", "S1": "Bake it"}


def test_a_table_without_a_header_keeps_the_commas_of_its_statements():
    assert texts(read("K1,Flours, ovens, and more\nS1,Bake\n", "ST0123.csv"))["K1"] == "Flours, ovens, and more"


def test_the_same_code_twice_with_the_same_words_is_taken_once_and_said(name):
    draft = read("K1: One thing\nS1: Two\nK1: one  thing\n", name)
    assert texts(draft) == {"K1": "One thing", "S1": "Two"}
    assert "line 3: K1 stands here a second time with the same words" in notes(draft)
    assert "K1 stands here a second time" in refusal("K1: One\nS1: Two\nK1: Other\n", name)


def test_options_that_stand_only_before_the_statements_are_options(name):
    draft = read("K1: (Bread) How dough rises\nK2: (Bread) Crusts\nK3: Core: Flours\nS1: [Cakes] Ice a cake\n", name)
    assert [option.title for option in draft.options] == ["Bread", "Cakes"]
    assert [(ksb.code, ksb.statement, ksb.options) for ksb in draft.ksbs] == [
        ("K1", "How dough rises", ("Bread",)),
        ("K2", "Crusts", ("Bread",)),
        ("K3", "Flours", ()),
        ("S1", "Ice a cake", ("Cakes",)),
    ]
    assert "“Bread” before K1, K2 is taken as the option that they are for" in notes(draft)


@pytest.mark.parametrize("prefix", ["Option 1: Bread: ", "Bread option – ", "Pathway: Bread: ", "Bread pathway only: "])
def test_an_option_that_calls_itself_one_is_one(name, prefix):
    draft = read(f"K1: {prefix}How dough rises\nS1: All options: Bake\n", name)
    assert [(ksb.statement, ksb.options) for ksb in draft.ksbs] == [("How dough rises", ("Bread",)), ("Bake", ())]


def test_words_in_brackets_that_may_be_an_option_stay_and_that_is_said(name):
    draft = read("K1: (Rye) How dough rises\nB1: Kind: is polite\nS1: Bake\n", name)
    assert texts(draft) == {"K1": "(Rye) How dough rises", "B1": "Kind: is polite", "S1": "Bake"}
    assert "“Rye” before K1 may be an option" in notes(draft)
    assert not draft.options


def test_options_before_the_statements_of_a_table_are_options():
    draft = read("code,statement\nK1,(Bread) Dough\nK2,(Bread) Crusts\nS1,Bake\n", "ST0123.csv")
    assert [ksb.options for ksb in draft.ksbs] == [("Bread",), ("Bread",), ()]


def test_every_line_that_is_left_out_is_named(name):
    draft = read("My tracker\nNot sure about these\nK1: One thing\nS1: Two\n", name)
    assert "line 1: this line is left out: “My tracker”" in notes(draft)
    assert "line 2: this line is left out: “Not sure about these”" in notes(draft)


def test_an_item_without_a_code_between_others_is_named(name):
    draft = read("Knowledge\n- K1: One\n- Two\n- K5: Five\n", name)
    assert texts(draft) == {"K1": "One\n- Two", "K5": "Five"}
    assert "line 3: this line has no code and is kept as part of K1" in notes(draft)


def test_a_list_under_headings_keeps_its_codes_with_all_that_is_odd_about_them(name):
    text = (
        "Skills:\n- S3: do a\n- S4/S5: do b\n- S17: do c\nKnowledge\n- K1-1: One\n- ks2: odd\n"
        "- K4: (Bread) Crusts\n- K5: (Bread) Dough\n"
    )
    draft = read(text, name)
    assert list(texts(draft)) == ["K1", "K4", "K5", "S3", "S4", "S5", "S17"]
    assert "places" not in notes(draft)


def test_a_list_of_which_only_a_few_items_have_a_code_is_refused(name):
    text = "Knowledge\n- One thing\n- Two things\n- K7: Three\n- Four\nSkills\n- S1: Bake\n"
    assert "a code stands before 1 of these 4 items only" in refusal(text, name)


def test_a_statement_that_begins_with_a_word_like_a_code_is_no_part_of_a_ksb(name):
    draft = read("K1: Markets\nB2B sales and their rules\nS1: Sell\n", name)
    assert texts(draft) == {"K1": "Markets\nB2B sales and their rules", "S1": "Sell"}


def test_numbers_before_statements_without_codes_are_their_places_and_no_words_of_theirs():
    draft = read("Knowledge\n1. Flours and more\n2. How yeast works\nSkills\n1. Knead the dough\n", "ST0123.txt")
    assert texts(draft) == {"K1": "Flours and more", "K2": "How yeast works", "S1": "Knead the dough"}


LINES = (
    "- S{n}: {w}", "S{n}: {w}", "K{n} {w}", "- **K{n}-{m}**: {w}", "S{n}/S{m}: {w}", "{w}", "- {w}", "  - {w}",
    "Skills:", "## Knowledge", "Behaviours", "", "ks{n}: {w}", "KSB: K0{m} – {w}", "K{n}|{w}", "k{n}: {w}",
    "* S{n} - {w}", "### K{n}", "### S{m}.1", "| K{n} | {w} |", "K{n}\t{w}", "Duty {m} {w} K1 S{m}", "{m}. {w}",
    "(Bread) {w}", "K{n}: (Bread) {w}", "K{n}, K{m} {w}", "> {w}", "---", "Duties", "S{n}\n{w}",
)  # fmt: skip


def test_no_words_of_a_list_vanish_unsaid_whatever_stands_beside_them(name):
    chance = random.Random(name)  # noqa: S311
    taken = 0
    for _ in range(400):
        words = [f"word{number} of some things" for number in range(chance.randint(2, 9))]
        lines = [
            (chance.choice(LINES).format(w=word, n=chance.choice([1, 2, 3, 8, 17]), m=chance.randint(1, 4)), word)
            for word in words
        ]
        text = "\n".join(line for line, _ in lines)
        try:
            (draft,) = formats.read(BytesIO(text.encode()), name)
        except Refused:
            continue
        if isinstance(draft, Refused):
            continue
        taken += 1
        told = [ksb.statement for ksb in draft.ksbs or []] + [duty.text for duty in draft.duties or []]
        told = "\n".join([*told, *(note.reason for note in draft.warnings)])
        assert [word for line, word in lines if word in line and word.split()[0] not in told] == [], text
    assert taken > 200


# What the person is shown --------------------------------------------------------------------------------------------


def test_the_preview_shows_what_each_line_was_read_as(client):
    client.force_login(MembershipFactory(keeper=True).user)
    text = b"K1: One thing\nand its end\nS4/S5: do b\nks9: odd\n"
    answer = client.post("/standards/import/", {"files": [SimpleUploadedFile("ST0123.txt", text)]})
    page = client.get(answer.url).content.decode()
    assert "What was read from each line" in page
    assert "1–2" in page
    assert "“ks9” is not the code of a KSB" in page
    (coming,) = preview([Source("ST0123.txt", text)], SYSTEM).coming
    read_as = [(line.first, line.last, line.code, line.text) for line in coming.lines_read if line.code]
    assert read_as == [
        (1, 2, "K1", "One thing\nand its end"),
        (3, 3, "S4", "do b"),
        (3, 3, "S5", "do b"),
    ]


def test_a_reference_and_version_that_are_given_are_believed_and_shown():
    text = "KSBs, see also ST0999\nK1: One thing\nS1: Two\n"
    draft = read(text, "list.txt", Given("ST0123", "1.2"))
    assert (draft.reference, draft.version, draft.is_version_named) == ("ST0123", "1.2", True)
    assert "you gave ST0123; ST0999 is only mentioned in the text" in notes(draft)
    assert "you gave 1.2" in notes(draft)
    assert "taken" not in notes(read("K1: One thing\nS1: Two\n", "list.txt", Given("ST0123", "1.2")))


def test_a_new_version_that_only_changes_capitals_quotation_marks_or_spaces_says_that_no_ksb_changed(client):
    client.force_login(MembershipFactory(keeper=True).user)
    write(from_record())
    later = record(versionNumber="1.1", version="1.1")
    later["knowledges"][0]["detail"] = "Flours  And their uses"
    files = [SimpleUploadedFile("later.json", json.dumps(later).encode())]
    page = client.get(client.post("/standards/import/", {"files": files}).url).content.decode()
    assert "No KSBs changed" in page
    assert "reworded" not in page


@needs_shared_data
def test_two_published_versions_that_say_the_same_in_other_capitals_and_quotation_marks_change_no_ksb(client):
    cases = SHARED.parent / "field-cases"
    client.force_login(MembershipFactory(keeper=True).user)
    import_files([cases / "ST9001-1.2.json"])
    files = [SimpleUploadedFile("later.json", (cases / "ST9001-1.3.json").read_bytes())]
    page = client.get(client.post("/standards/import/", {"files": files}).url).content.decode()
    assert "No KSBs changed" in page
    assert "reworded" not in page
