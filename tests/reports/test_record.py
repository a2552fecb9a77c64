"""Rules of the organisation's record."""

import pytest

from tests.queries import query_count

RECORD = "/record/"


@pytest.mark.parametrize("who", ["admin", "iqa", "viewer"])
def test_the_record_says_who_did_what(client, world, who):
    world.signed_off("K1")
    client.force_login(world.people[who])
    page = client.get(RECORD).content.decode()
    for words in ("signed a KSB off", "judged a claim: met", "submitted evidence"):
        assert words in page


@pytest.mark.parametrize("who", ["assessor", "mentor", "apprentice", "stranger"])
def test_others_have_no_record(client, world, who):
    client.force_login(world.people[who])
    assert client.get(RECORD).status_code == 404


def test_another_providers_record_is_its_own(client, world):
    world.signed_off("K1")
    client.force_login(world.other_admin)
    assert "signed a KSB off" not in [str(line.did) for line in client.get(RECORD).context["lines"]]


def test_only_the_admin_sees_the_head(client, world):
    for who, sees in (("admin", True), ("iqa", False)):
        client.force_login(world.people[who])
        assert ("newest entry’s hash" in client.get(RECORD).content.decode()) is sees


@pytest.mark.parametrize("query", ["action=ksb.signed_off", "on=2199-01-01", "on=never", "action=%00", "page=x"])
def test_odd_filters_do_no_harm(client, world, query):
    world.signed_off("K1")
    client.force_login(world.admin)
    assert client.get(f"{RECORD}?{query}").status_code == 200


def test_a_filter_narrows_to_one_action(client, world):
    world.signed_off("K1")
    client.force_login(world.admin)
    lines = client.get(f"{RECORD}?action=ksb.signed_off").context["lines"]
    assert [str(line.did) for line in lines] == ["signed a KSB off"]


def test_the_record_asks_the_same_number_of_queries_at_any_size(client, world):
    client.force_login(world.admin)
    counts = set()
    for code in ("K1", "K2"):
        world.signed_off(code)
        counts.add(query_count(client, RECORD))
    assert len(counts) == 1
