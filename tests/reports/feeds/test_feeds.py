"""The data feed: what a program gets with a key, what it is refused, and what is kept of that."""

import base64
import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import quote
from uuid import uuid4

import defusedxml.ElementTree
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from apprenticeships.models import Apprenticeship, KsbProgress
from assessments.models import Submission
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import Incomplete, NotAllowed
from pages.feeds import odata
from reports.cohorts.cohort import COLUMNS, overseen_by
from reports.feeds.metadata import TYPES
from reports.feeds.models import FeedKey
from reports.feeds.tables import TABLES
from reports.feeds.workflow import stop_feed_key
from tests.access.feeds import made_key
from tests.programme import learning, reviewing
from tests.reports.conftest import just_signed_in
from tests.reports.test_cohort import more_learners
from tests.world import World, acting

pytestmark = pytest.mark.django_db
ODATA = "{http://docs.oasis-open.org/odata/ns/edm}"


def asked(secret: str, path: str = "", scheme: str = "Bearer") -> Any:
    given = base64.b64encode(f"anybody:{secret}".encode()).decode() if scheme == "Basic" else secret
    return Client().get(f"/feed/{path}", headers={"Authorization": f"{scheme} {given}"})


def rows(secret: str, path: str) -> list[dict[str, Any]]:
    answer = asked(secret, path)
    assert answer.status_code == 200, answer.content
    return answer.json()["value"]


def filtered(secret: str, condition: str, table: str = "Learners") -> list[dict[str, Any]]:
    return rows(secret, f"{table}?$filter={quote(condition)}")


def refused(secret: str, path: str, status: int = 400) -> str:
    answer = asked(secret, path)
    assert answer.status_code == status, answer.content
    return answer.json()["error"]["message"]


@pytest.fixture
def secret(world: World) -> str:
    return made_key(world)[1]


def test_a_program_finds_the_tables_of_its_key_and_what_they_hold(world: World):
    _key, secret = made_key(world, tables=["Learners", "Hours"], with_names=False)
    for scheme in ("Bearer", "Basic"):
        answer = asked(secret, scheme=scheme)
        assert answer["OData-Version"] == "4.0"
        assert [one["name"] for one in answer.json()["value"]] == ["Learners", "Hours"]
    described = defusedxml.ElementTree.fromstring(asked(secret, "$metadata").content)
    learners = next(one for one in described.iter(f"{ODATA}EntityType") if one.get("Name") == "LearnersRow")
    types = {one.get("Name"): one.get("Type") for one in learners.iter(f"{ODATA}Property")}
    assert types["LearnerId"] == "Edm.Guid"
    assert (types["Start"], types["KsbsMet"], types["GapPoints"]) == ("Edm.Date", "Edm.Int32", "Edm.Double")
    assert not types.keys() & {"Apprentice", "Assessor", "Uln", "LearnerReference"}
    (first, *_others) = rows(secret, "Learners")
    assert first.keys() == types.keys()
    assert "does not open" in refused(secret, "Reviews", 403)
    assert "no table" in refused(secret, "Sessions", 404)


def test_learners_in_the_feed_have_the_figures_of_their_report(world: World, secret: str):
    world.signed_off("K1")
    world.withdrawn(apprenticeship_id=world.second.pk)
    found = {row["LearnerId"]: row for row in rows(secret, "Learners")}
    reported = {
        str(row["pk"]): row for row in overseen_by(acting(world.admin)).values("pk", *(c.field for c in COLUMNS))
    }
    assert found.keys() == reported.keys()
    for name, column in TABLES["Learners"].columns.items():
        if column in COLUMNS:
            for pk, row in reported.items():
                value = column.value(row[column.field])
                assert found[pk][name] == (value.isoformat() if hasattr(value, "isoformat") else value)
    assert found[str(world.apprenticeship.pk)]["KsbsSignedOff"] == 1
    assert found[str(world.second.pk)]["Status"] == "Withdrawn"


def test_every_table_has_the_rows_of_the_provider_and_nobody_elses(world: World, secret: str):
    world.judged({"K1": "met", "S1": "not_yet"})
    learning.log(world)
    reviewing.signed_by_all(world)
    world.on_break(apprenticeship_id=world.second.pk)
    ours = {str(world.apprenticeship.pk), str(world.second.pk)}
    for name in TABLES:
        found = rows(secret, name)
        assert found, name
        assert {row["LearnerId"] for row in found} <= ours, name
    assert len(rows(secret, "Ksbs")) == KsbProgress.objects.unscoped().filter(provider=world.provider).count()
    assert {row["Outcome"] for row in rows(secret, "Decisions")} == {"Met", "Not yet"}
    assert rows(secret, "Changes")[-1]["StatusAfter"] == "Break in learning"
    (answered,) = Submission.objects.filter(provider=world.provider, finished_at__isnull=False)
    (feedback,) = [row for row in rows(secret, "Feedback") if row["AnsweredOn"]]
    took = (answered.finished_at - answered.submitted_at).total_seconds() / 86_400
    assert feedback["Days"] == pytest.approx(took, abs=0.05)


def test_a_key_of_a_standard_or_an_employer_gives_their_learners_alone(world: World):
    more_learners(world, 2)
    Apprenticeship.objects.unscoped().filter(pk=world.second.pk).update(employer=None)
    for given in ({"employer": world.employer}, {"standard": world.version.standard}):
        _key, secret = made_key(world, **given)
        found = {row["LearnerId"] for row in rows(secret, "Learners")}
        assert (str(world.second.pk) in found) == ("standard" in given)
        assert {row["LearnerId"] for row in rows(secret, "Ksbs")} == found
    elsewhere = world.elsewhere.employer or world.other_provider
    for wrong in ({"employer": elsewhere}, {"tables": []}, {"tables": ["People"]}, {"name": " "}):
        with pytest.raises(Incomplete):
            made_key(world, **wrong)


def test_rows_come_in_pages_each_once_and_in_the_order_asked_for(world: World, secret: str):
    more_learners(world, 5)
    everybody = Apprenticeship.objects.unscoped().filter(provider=world.provider)
    for path, column in (
        ("Learners?$count=true", "LearnerId"),
        ("Learners?$orderby=Start desc,Apprentice&$count=true", "LearnerId"),
        ("Ksbs?$select=Code&$count=true", None),
    ):
        found, address, pages = [], path, 0
        with patch("reports.feeds.asking.PAGE_SIZE", 3):
            while address:
                answer = asked(secret, address).json()
                found += answer["value"]
                address, pages = answer.get("@odata.nextLink", "").partition("/feed/")[2], pages + 1
        assert len(found) == answer["@odata.count"]
        assert pages == -(-len(found) // 3)
        if column:
            assert sorted(row[column] for row in found) == sorted(str(one.pk) for one in everybody)
    names = [row["Apprentice"] for row in rows(secret, "Learners?$orderby=Apprentice&$skip=1&$top=3")]
    assert names == sorted(everybody.values_list("apprentice__name", flat=True))[1:4]
    with patch("reports.feeds.asking.PAGE_SIZE", 2):
        first = asked(secret, "Learners?$top=3&$select=Apprentice").json()
        last = asked(secret, first["@odata.nextLink"].partition("/feed/")[2]).json()
    assert (len(first["value"]), len(last["value"]), "@odata.nextLink" in last) == (2, 1, False)
    assert asked(secret, "Learners/$count").content == str(everybody.count()).encode()
    assert rows(secret, "Learners?$top=0") == []


def test_rows_are_filtered_as_the_address_says(world: World, secret: str):
    world.signed_off("K1")
    world.withdrawn(apprenticeship_id=world.second.pk)
    first, second = str(world.apprenticeship.pk), str(world.second.pk)
    started, today = world.apprenticeship.started_on, clock.today()
    for condition, expected in (
        ("Status eq 'Withdrawn'", {second}),
        ("Status ne 'Withdrawn'", {first}),
        ("Status in ('Withdrawn', 'On programme')", {first, second}),
        ("startswith(Status, 'With')", {second}),
        ("KsbsSignedOff ge 1 and Status eq 'On programme'", {first}),
        ("KsbsSignedOff gt 0 or Status eq 'Withdrawn'", {first, second}),
        ("not (KsbsSignedOff gt 0)", {second}),
        ("0 lt KsbsSignedOff", {first}),
        (f"LearnerId eq {first}", {first}),
        (f"Start eq {started}", {first, second}),
        (f"Start lt {started}", set()),
        (f"Start le {started}T00:00:00Z", {first, second}),
        (f"LastActivity eq {today}", {first}),
        (f"LastActivity ne {today}", {second}),
        (f"LastActivity gt {today}", set()),
        (f"LastActivity le {today} and LastActivity ge {today}", {first}),
        ("GapPoints eq null", {second}),
        ("GapPoints ne null", {first}),
        ("not (GapPoints lt 1000)", {second}),
        ("contains(Apprentice, 'Second') eq true", {second}),
        ("contains(Apprentice, 'Second') eq false", {first}),
        ("Apprentice eq 'O''Brien'", set()),
        ("ActualPercent gt 0.5", {first}),
    ):
        found = filtered(secret, condition)
        assert {row["LearnerId"] for row in found} == expected, condition
        counted = asked(secret, f"Learners/$count?$filter={quote(condition)}")
        assert counted.content == str(len(expected)).encode(), condition
    assert {row["Kind"] for row in filtered(secret, "Kind eq 'Withdrawal'", "Changes")} == {"Withdrawal"}
    assert len(filtered(secret, "State eq 'Signed off' and Code eq 'K1'", "Ksbs")) == 1


def test_no_count_equals_a_fraction_and_those_on_either_side_are_told_apart(world: World, secret: str):
    """Seen: `KsbCount eq 5.5` found those who have 5 KSBs, and `gt -0.5` left out those who have none."""
    assert world.apprenticeship.ksb_count == 5
    for condition, is_found in (
        ("KsbCount eq 5.5", False),
        ("KsbCount ne 5.5", True),
        ("KsbCount in (5.5, 6)", False),
        ("KsbCount eq 5.0", True),
        ("KsbCount gt 4.5", True),
        ("KsbCount ge 5.5", False),
        ("KsbCount lt 5.5", True),
        ("KsbCount le 4.5", False),
        ("5.5 gt KsbCount", True),
        ("KsbsSignedOff gt -0.5", True),
        ("KsbsSignedOff lt -0.5", False),
        ("not (KsbCount eq 5.5)", True),
    ):
        found = {row["LearnerId"] for row in filtered(secret, condition)}
        assert (str(world.apprenticeship.pk) in found) == is_found, condition


@pytest.mark.parametrize(
    "path",
    [
        "Learners?$expand=Ksbs",
        "Learners?$apply=aggregate(KsbCount)",
        "Learners?$search=Ali",
        "Learners?$format=atom",
        "Learners?$select=Password",
        "Learners?$orderby=Password",
        "Learners?$orderby=Start sideways",
        "Learners?$top=-1",
        "Learners?$top=many",
        "Learners?$top=99999999999",
        "Learners?$skip=1.5",
        "Learners?$count=maybe",
        "Learners?$skiptoken=1",
        "Learners?$skiptoken=a,b",
        "Learners?$orderby=Start&$skiptoken=-4",
        "Learners?$filter=apprentice__password eq 'x'",
        "Learners?$filter=Apprentice eq",
        "Learners?$filter=Apprentice eq 'x",
        "Learners?$filter=Apprentice eq 3",
        "Learners?$filter=Apprentice eq 'x' 'y'",
        "Learners?$filter=KsbCount eq 'x'",
        "Learners?$filter=KsbCount add 1 eq 2",
        "Learners?$filter=KsbCount eq 9999999999999999999",
        "Learners?$filter=KsbCount has 1",
        "Learners?$filter=Status gt 'On programme'",
        "Learners?$filter=Start eq 2026-02-30",
        "Learners?$filter=Start eq 9999-12-31T99",
        "Learners?$filter=LastActivity gt 9999-12-31",
        "Learners?$filter=LearnerId eq 'x'",
        "Learners?$filter=KsbCount gt null",
        "Learners?$filter=tolower(Apprentice) eq 'x'",
        "Learners?$filter=contains(KsbCount, '1')",
        "Learners?$filter=contains(Apprentice, '%00')",
        "Learners?$filter=(KsbCount eq 1",
        "Learners?$filter=" + "(" * 60 + "KsbCount eq 1" + ")" * 60,
        "Learners?$filter=" + " or ".join(["KsbCount eq 1"] * 201),
        "Learners?$filter=" + "a" * 9_000,
    ],
)
def test_what_the_feed_does_not_know_is_refused_with_the_reason(secret: str, path: str):
    assert len(refused(secret, path)) > 20


def test_without_a_key_that_works_there_is_nothing(world: World, secret: str):
    for given in ("", "craftmark_wrong", "x" * 5_000):
        for scheme in ("Bearer", "Basic", "Digest"):
            answer = asked(given, "Learners", scheme)
            assert (answer.status_code, "Basic" in answer["WWW-Authenticate"]) == (401, True)
    for odd in ("Basic !", "Basic é", "Basic \xff", "Bearer é", "Basic AA==\x0b", "Basic"):
        # Seen: a letter beyond ASCII in what should be base64 was a fault, for anybody.
        assert Client().get("/feed/", headers={"Authorization": odd}).status_code == 401
    answer = Client().post("/feed/Learners", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    signed_in = just_signed_in(Client(), world.admin)
    assert signed_in.get("/feed/Learners").status_code == 401
    key = FeedKey.objects.unscoped().get()
    with clock.at(clock.now() + timedelta(days=1)):
        assert "ended" in refused(secret, "Learners", 401)
    with pytest.raises(NotAllowed):
        stop_feed_key(key.pk, acting(world.other_admin))
    for _again in range(2):
        stop_feed_key(key.pk, acting(world.admin))
    assert "stopped" in refused(secret, "Learners", 401)
    assert Entry.objects.filter(action="feed_key.stopped").count() == 1
    other, its_secret = made_key(world)
    Membership.objects.filter(user=world.admin).update(ended_on=clock.today())
    assert "no longer an admin" in refused(its_secret, "Learners", 401)


def test_a_use_is_in_the_record_once_a_day_whatever_is_read(world: World):
    _key, secret = made_key(world, last_day=clock.today() + timedelta(days=2))
    now = clock.now().replace(hour=9)
    for days, minutes in ((0, 0), (0, 0), (0, 5), (1, 0), (1, 3)):
        with clock.at(now + timedelta(days=days, minutes=minutes)):
            assert rows(secret, "Learners")
    assert FeedKey.objects.unscoped().get().last_used_at == now + timedelta(days=1, minutes=3)
    assert Entry.objects.filter(action="feed.read").count() == 2
    assert not list(verify())


def test_a_key_is_limited_and_so_are_wrong_ones(secret: str):
    cache.clear()
    with patch.dict(odata.LIMITS, {"feed": "2/m/key", "feed_refused": "2/m/ip"}):
        for _each in range(2):
            assert asked(secret, "Learners").status_code == 200
            assert asked("craftmark_wrong").status_code == 401
        for given in (secret, "craftmark_wrong"):
            answer = asked(given)
            assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    cache.clear()


def test_a_page_of_a_table_costs_the_same_however_many_learners_there_are(world: World, secret: str):
    asked(secret, "Learners")

    def queries(table: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert asked(secret, table).status_code == 200
        # How the limits are counted is the cache's own matter.
        return sum('"cache"' not in one["sql"] for one in captured)

    before = [queries(table) for table in TABLES]
    more_learners(world, 6)
    assert [queries(table) for table in TABLES] == before
    assert max(before) <= 12


def test_an_admin_makes_a_key_that_is_shown_once_and_stops_it(world: World):
    client = just_signed_in(Client(), world.admin)
    assert "Make the key" in client.get("/data-feed/new/").content.decode()
    token = str(uuid4())
    form = {"token": token, "name": "Board report", "tables": ["Learners"], "last_day": clock.today().isoformat()}
    wrong = client.post("/data-feed/new/", form | {"tables": [], "last_day": "2040-01-01"})
    assert wrong.status_code == 422
    answer = client.post("/data-feed/new/", form)
    secret = answer.context["secret"]
    assert (answer.status_code, secret in answer.content.decode()) == (201, True)
    key = FeedKey.objects.unscoped().get()
    assert secret not in json.dumps(list(FeedKey.objects.unscoped().values()), default=str)
    assert client.post("/data-feed/new/", form).status_code == 422
    page = client.get("/data-feed/").content.decode()
    assert secret not in page
    assert "Board report" in page
    assert "Not used yet" in page
    assert rows(secret, "Learners?$select=LearnerId")
    assert "Last used" in client.get("/data-feed/").content.decode()
    client.post(f"/data-feed/{key.pk}/stop/")
    assert asked(secret).status_code == 401
    assert "Stopped on" in client.get("/data-feed/").content.decode()


def test_the_documentation_says_what_each_column_means():
    page = (settings.BASE_DIR / "docs" / "feeds.md").read_text()
    for table in TABLES.values():
        assert f"### {table.name}\n\n{table.says}\n" in page
        for name, column in table.columns.items():
            says = f"{column.says}{' Only in keys with names.' if column.is_personal else ''}"
            assert f"| {name} | {TYPES[column.kind].removeprefix('Edm.')} | {says} |" in page, name
