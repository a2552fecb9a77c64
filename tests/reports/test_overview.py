"""Rules of the overview and the heat map: every number is that of the rows, whatever happened to the learners."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, KsbProgress, PaceRule
from apprenticeships.pace import Limits
from assessments.models import SignOff, Submission
from core import clock
from core.errors import Incomplete, NotAllowed
from reports.cohorts import heat_map, overview, watching
from reports.tables.suppression import shown
from tests.queries import query_count
from tests.reports.test_cohort import more_learners, names_on
from tests.world import acting

pytestmark = pytest.mark.django_db
OVERVIEW, HEAT_MAP, RULE = "/cohort/overview/", "/cohort/heat-map/", "/on-track/"


def learners_of(world):
    return Apprenticeship.objects.unscoped().filter(provider=world.provider, undone_at=None)


@pytest.fixture
def admin(client, world):
    client.force_login(world.admin)
    return client


def test_a_provider_sets_from_where_somebody_is_behind(admin, world):
    assert [row.rag for row in learners_of(world).with_pace()] == ["red", "red"]
    given = {**Limits(on_track_within=50, at_risk_within=60)._asdict(), "reason": "We front-load theory."}
    assert admin.post(RULE, given).status_code == 302
    assert [row.rag for row in learners_of(world).with_pace()] == ["green", "green"]
    assert Apprenticeship.objects.unscoped().with_pace().get(pk=world.elsewhere.pk).rag == "red", "another provider’s"
    page = admin.get("/cohort/").content.decode()
    assert "up to 50 below" in page


def test_each_version_of_the_rule_stays_with_its_reason(admin, world):
    by = acting(world.admin)
    first = enrolling.set_pace_rule(world.provider.pk, by, Limits(at_risk_within=20), "First.")
    assert enrolling.set_pace_rule(world.provider.pk, by, Limits(at_risk_within=20), "Again.") == first
    enrolling.set_pace_rule(world.provider.pk, by, Limits(), "Back.")
    assert [(one.number, one.reason) for one in PaceRule.objects.unscoped().newest_first()] == [
        (2, "Back."),
        (1, "First."),
    ]
    assert PaceRule.objects.unscoped().filter(replaced_at=None).count() == 1
    page = admin.get(RULE).content.decode()
    assert page.index("Back.") < page.index("First.")


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"at_risk_within": 5}, "at_risk_within"),
        ({"on_track_within": -1}, "on_track_within"),
        ({"withdrawals_watched_from": 30}, "withdrawals_at_risk_above"),
        ({"ahead_above": 101}, "ahead_above"),
    ],
)
def test_limits_that_do_not_follow_each_other_are_refused_at_their_field(admin, world, limits, field):
    with pytest.raises(Incomplete) as refused:
        enrolling.set_pace_rule(world.provider.pk, acting(world.admin), Limits(**limits), "Why not.")
    assert refused.value.field == field
    answer = admin.post(RULE, {**Limits(**limits)._asdict(), "reason": "Why not."})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_only_admins_set_the_rule(world):
    with pytest.raises(NotAllowed):
        enrolling.set_pace_rule(world.provider.pk, acting(world.iqa), Limits(), "As agreed.")


@pytest.mark.parametrize("by", list(overview.DIMENSIONS))
def test_groups_count_what_the_rows_say(world, by):
    more_learners(world, 4)
    more_learners(world, 2, started_on=clock.today() - timedelta(days=30))
    world.signed_off("K1")
    world.on_break(apprenticeship_id=world.second.pk)
    groups = overview.groups(acting(world.admin), by)
    rows = list(learners_of(world).with_pace())
    assert sum(group.learners for group in groups) == len(rows)
    paces = Counter(row.rag for row in rows)
    summed = [sum(numbers) for numbers in zip(*(group.paces for group in groups), strict=True)]
    assert summed == [paces[name] for name in ("ahead", "green", "amber", "red")]
    counted = [row for row in rows if row.gap_points is not None]
    assert sum((group.actual or 0) * group.counted for group in groups) == pytest.approx(
        sum(row.actual_percent for row in counted)
    )
    assert sum((group.expected or 0) * group.counted for group in groups) == pytest.approx(
        sum(row.expected_percent for row in counted)
    )


@pytest.mark.parametrize("by", list(overview.DIMENSIONS))
def test_each_group_leads_to_its_learners(admin, world, by):
    more_learners(world, 3)
    for group in admin.get(OVERVIEW, {"by": by}).context["groups"]:
        assert len(names_on(admin.get(group["address"]))) == group["learners"]
        for cell in group["cells"]:
            assert len(names_on(admin.get(cell["address"]))) == cell["count"]


def test_the_trend_counts_what_the_rows_say(world):
    with clock.at(clock.now() - timedelta(days=28)):
        world.judged({"K2": "not_yet"})
    world.signed_off("K1")
    world.submitted("S1")
    table = overview.trend(overview.activity(acting(world.admin))).table()

    def months(moments):
        return Counter(f"{timezone.localtime(at):%b %Y}" for at in moments if at)

    sent = months(Submission.objects.unscoped().filter(withdrawn_at=None).values_list("submitted_at", flat=True))
    answered = months(Submission.objects.unscoped().values_list("finished_at", flat=True))
    signed = months(SignOff.objects.unscoped().values_list("at", flat=True))
    assert [row[1:] for row in table.rows] == [[sent[m], answered[m], signed[m]] for m, *_ in table.rows]
    assert sum(row[1] for row in table.rows) == 3


def test_feedback_is_counted_by_how_long_it_took(world):
    submission = world.submitted("K1")
    with clock.at(clock.now() - timedelta(days=20)):
        early = world.submitted("K2", title="Another")
    world.judge(submission, {"K1": "met"})
    world.judge(early, {"K2": "met"})
    bars = overview.feedback(overview.activity(acting(world.admin))).bars
    assert [(bar.label, bar.value) for bar in bars if bar.value] == [("up to 3", 1), ("15–21", 1)]


def test_who_is_furthest_behind_is_looked_at_first_and_it_says_why(admin, world):
    more_learners(world, 6, planned_end_on=clock.today() + timedelta(days=3000))
    Apprenticeship.objects.filter(pk=world.second.pk).update(planned_end_on=clock.today() - timedelta(days=3))
    worries = overview.worries(acting(world.admin))
    assert worries[0].name == "Second Apprentice"
    assert any("planned end was" in why for why in worries[0].why)
    assert any("expected by now" in why for why in worries[0].why)
    assert len(worries) <= overview.WORRIES
    assert b"Second Apprentice" in admin.get(OVERVIEW).content


def test_nobody_on_a_break_is_a_worry_or_quiet(world):
    world.on_break(apprenticeship_id=world.second.pk, effective_on=clock.today() - timedelta(days=100))
    assert "Second Apprentice" not in [one.name for one in overview.worries(acting(world.admin))]
    assert not learners_of(world).filter(watching.condition(watching.QUIET), pk=world.second.pk).exists()


@pytest.mark.parametrize("watch", list(watching.WATCHES))
def test_what_to_look_out_for_leads_to_its_learners(admin, world, watch):
    more_learners(world, 2)
    Apprenticeship.objects.filter(pk=world.second.pk).update(
        planned_end_on=clock.today() - timedelta(days=1), signed_off_count=5
    )
    counts = {name: count for name, _label, count in admin.get("/cohort/").context["board"].watches}
    assert len(names_on(admin.get("/cohort/", {"watch": watch}))) == counts[watch]
    assert counts["past_end"] == counts["ready"] == 1


def test_withdrawals_and_long_breaks_are_shares_of_who_was_there_long_enough(world):
    more_learners(world, 2, started_on=clock.today() - timedelta(days=10))
    world.withdrawn(apprenticeship_id=world.second.pk)
    withdrawn, breaks = overview.shares(acting(world.admin), Limits())
    assert (withdrawn.count, withdrawn.of, withdrawn.rag) == (1, 2, "red")
    assert (breaks.count, breaks.of, breaks.rag) == (0, 3, "green")


def test_the_heat_map_counts_what_the_rows_say(world):
    more_learners(world, 3, started_on=clock.today() - timedelta(days=95))
    world.signed_off("K1")
    world.judged({"K2": "not_yet"})
    world.withdrawn(apprenticeship_id=world.second.pk)
    heat = heat_map.heat(acting(world.admin), world.version.pk, "signed_off", str)
    table = heat.picture.table()
    rows = KsbProgress.objects.unscoped().filter(
        apprenticeship__provider=world.provider, apprenticeship__status="on_programme"
    )
    for code, *shares in table.rows:
        for heading, share in zip(table.headings[1:], shares, strict=True):
            of = [
                row.state
                for row in rows.filter(ksb__code=code).select_related("apprenticeship")
                if f"{row.apprenticeship.started_on:%b %Y}" == heading.rsplit(" ", 1)[0]
            ]
            assert f"({len(of)})" in heading
            assert share == of.count("signed_off") * 100 / len(of)
    assert heat.weakest[-1][1] == "K1"


def test_a_ksb_of_the_heat_map_leads_to_who_lacks_it(admin, world):
    world.signed_off("K1")
    weakest = admin.get(HEAT_MAP).context["weakest"]
    by_code = {one["code"]: one["address"] for one in weakest}
    assert names_on(admin.get(by_code["K1"])) == ["Second Apprentice"]
    assert len(names_on(admin.get(by_code["S1"]))) == 2


def test_what_leaves_the_provider_has_no_names_and_no_small_groups(admin, world):
    more_learners(world, 5)
    page = admin.get(OVERVIEW, {"shared": "1", "by": "employer"})
    assert b"Second Apprentice" not in page.content
    assert (page.context["groups"], page.context["left_out"]) == ([], 2), "6 would give the 1 without an employer away"
    assert admin.get(HEAT_MAP, {"shared": "1"}).context["heat"].columns[0].endswith("(5)")


@pytest.mark.parametrize(
    ("sizes", "kept"), [([9, 8, 3], [9]), ([9, 3, 2], [9]), ([9, 8], [9, 8]), ([3], []), ([7, 5, 4], [7])]
)
def test_a_small_group_cannot_be_worked_out_from_the_total(sizes, kept):
    groups, left_out = shown(sizes, lambda size: size)
    assert (groups, left_out) == (kept, len(sizes) - len(kept))


@pytest.mark.parametrize("address", [OVERVIEW, f"{OVERVIEW}?by=start", HEAT_MAP])
def test_the_statements_do_not_grow_with_the_learners(admin, world, address):
    few = query_count(admin, address)
    more_learners(world, 12)
    world.signed_off("K1")
    world.judged({"K2": "not_yet"})
    with CaptureQueriesContext(connection) as queries:
        admin.get(address)
    assert len(queries) == few <= 12, "\n".join(query["sql"][:200] for query in queries)


def test_another_provider_is_in_none_of_it(world):
    enrolling.withdraw(
        apprenticeship_id=world.elsewhere.pk,
        by=acting(world.other_admin),
        act=uuid4(),
        effective_on=clock.today(),
        reason="They left.",
    )
    assert overview.shares(acting(world.admin), Limits())[0].count == 0
    assert sum(group.learners for group in overview.groups(acting(world.admin), "standard")) == 2
