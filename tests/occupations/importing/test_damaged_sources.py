"""Sources that were cut, half saved or badly encoded on their way: told as such, with nothing lost or renumbered."""

import time
import tracemalloc
from contextlib import suppress
from io import BytesIO

import pytest

from occupations.importing import known_formats as formats
from occupations.importing.draft import Refused
from occupations.importing.identity import BY_COMMAND, Given
from occupations.importing.writing import write
from occupations.models import ImportDraft
from tests.factories.accounts import MembershipFactory
from tests.occupations import records
from tests.occupations.importing.formats.test_pages_and_tables import notes, read, refusal, texts
from tests.occupations.pages import SEED

pytestmark = pytest.mark.django_db

HEADING = "Knowledge, skills and behaviours (KSBs)"


# Spreadsheets --------------------------------------------------------------------------------------------------------


def test_one_odd_byte_in_a_table_with_a_byte_order_mark_does_not_cost_it_its_codes():
    table = "\ufeffcode,type,statement\nK2,Knowledge,Flours – all\nS3,Skill,Bake in a caf".encode() + b"\xe9\n"
    draft = read(table, "ST0123.csv")
    assert texts(draft) == {"K2": "Flours – all", "S3": "Bake in a café"}
    assert "line 3: the file is not all UTF-8; what is not is read as Windows-1252" in notes(draft)
    assert "no codes" not in notes(draft)


def test_codes_in_a_column_that_the_header_does_not_call_so_are_the_codes():
    draft = read("thing,type,statement\nK2,Knowledge,Flours\nS3,Skill,Bake\n", "ST0123.csv")
    assert texts(draft) == {"K2": "Flours", "S3": "Bake"}


def test_a_code_that_stands_in_the_table_is_not_replaced_by_a_place():
    rows = "".join(f"x,Skill,Bake {number}\n" for number in range(5))
    table = f"thing,type,statement\n{rows}S9,Skill,Ice\n"
    assert "line 7: “S9” seems to be the code of this row; call its column “code”" in refusal(table, "ST0123.csv")


# Pages of the map ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [HEADING, "Summary", "Technical Education Products"])
def test_a_page_that_ends_before_its_ksbs_is_told_to_be_cut_off(end):
    assert f"the heading “{HEADING}” is missing; the file seems cut off" in refusal(SEED[: SEED.index(end)])


@pytest.mark.parametrize("begin", [HEADING, "K1:", "S3:"])
def test_a_page_copied_from_its_ksbs_on_is_told_as_such_and_its_tail_is_no_part_of_the_last(begin):
    for _ in range(2):
        draft = read(SEED[SEED.index(begin) :], "ST0321.txt")
        assert draft.ksbs[-1].code == "B9"
        assert draft.ksbs[-1].statement.endswith("probing for further information when required")
        assert "this is a page of the occupational maps without its beginning" in notes(draft)
        assert "What follows “Occupational Progression” is left out" in notes(draft)


# Records -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["knowledges", "skills", "behaviours"])
def test_a_list_that_is_null_beside_others_is_a_missing_list(key):
    assert records.refusal(**{key: None}) == [f"the list “{key}” is missing; the record seems damaged"]


def test_json_in_utf_16_is_refused_by_its_encoding():
    assert "the file is JSON in UTF-16; save it as UTF-8" in refusal('{"referenceNumber": "ST0123"}'.encode("utf-16"))


# Blank lines ---------------------------------------------------------------------------------------------------------

BLANK = b"\n" * (10 * 1024 * 1024)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", BLANK),
        ("a.txt", b"x" + BLANK + b"K1: y"),
        ("a.csv", b"code,statement" + BLANK + b"K1,y"),
        ("a.html", b"<html><body>" + BLANK + b"<p>K1: y</p></body></html>"),
        ("a.json", b"[" + BLANK + b"]"),
    ],
)
def test_ten_megabytes_of_blank_lines_take_little_time_and_memory(name, content):
    begun = time.process_time()
    look(name, content)
    assert time.process_time() - begun < 2
    tracemalloc.start()
    try:
        look(name, content)
        assert tracemalloc.get_traced_memory()[1] < 60 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        f"K1: a\nKSB{' ' * 100_000}x\nK2{' ' * 100_000}y\n",
        f"K1: a\n{'1. ' * 100_000}\n{'[ ] ' * 100_000}\n{'K1, ' * 100_000}\n",
        "\n".join(f"K{number}: ({'a' * 80}{' ' * 2_000}) x" for number in range(1, 900)),
        "\n".join(f"- K{number}/S{number} {' ' * 500} do it" for number in range(1, 900)),
    ],
)
def test_odd_lists_take_little_time(text):
    begun = time.process_time()
    look("ST0123.txt", text.encode())
    assert time.process_time() - begun < 5


def look(name: str, content: bytes) -> None:
    with suppress(Refused):
        list(formats.read(BytesIO(content), name))


# What the person can do about it -------------------------------------------------------------------------------------


def test_a_refusal_on_the_page_speaks_of_its_fields_and_one_by_the_command_of_its_options(client):
    client.force_login(MembershipFactory(keeper=True).user)
    page = client.post("/standards/import/", {"text": "K1: Flours\nS1: Bake\n"}).content.decode()
    assert "Give its reference, like ST0321: in the field “Reference”" in page
    assert "--reference" not in page
    (refused,) = formats.read(BytesIO(b"K1: Flours\nS1: Bake\n"), "list.txt", given=Given(ways=BY_COMMAND))
    assert "with --reference" in str(refused)


def test_whoever_has_to_say_the_version_is_asked_where_the_field_is(client):
    client.force_login(MembershipFactory(keeper=True).user)
    write(records.read())
    answer = client.post("/standards/import/", {"text": "K1: Ovens\nS1: Sweep\n", "reference": "ST0123"})
    assert answer.status_code == 422
    assert "Give its version in the field “Version”" in answer.content.decode()
    assert not ImportDraft.objects.exists()
    answer = client.post(
        "/standards/import/", {"text": "K1: Ovens\nS1: Sweep\n", "reference": "ST0123", "version": "1.1"}
    )
    assert "version 1.1" in client.get(answer.url).content.decode()
