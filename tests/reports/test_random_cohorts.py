"""Every number of the reports is that of the rows: random cohorts with withdrawals, breaks, moves and missing options.

What the reports work out in the database is worked out again here, in Python, from the rows alone.
"""

import csv
from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import User
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Change, KsbProgress, KsbState
from apprenticeships.pace import COUNTED_STATUSES, Limits
from assessments import workflow as assessing
from assessments.models import Submission
from core import clock
from occupations.models import Option
from reports import caseload
from reports.cohorts import cohort, cohort_file, heat_map, overview, watching
from reports.cohorts.cohort_filter import narrowed
from reports.feeds.asking import Asked
from reports.feeds.tables import TABLES
from reports.tables.columns import Kind
from tests.access.feeds import made_key
from tests.assessments.transitions import move, with_two_texts
from tests.conftest import EXAMPLES
from tests.reports.test_spreadsheet import cells_of
from tests.world import World, acting, make_version, make_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DAYS = (Kind.DAY, Kind.DAY_OF_MOMENT)

#: What may happen to a learner, one after the other.
ACTS = ("sign off", "not yet", "send", "break", "return", "withdraw", "new end", "move", "nothing")
learners = st.lists(
    st.tuples(
        st.integers(1, 500),  # days since the start
        st.integers(1, 400),  # days from today to the planned end, or since it
        st.booleans(),  # whether that is to come
        st.lists(st.sampled_from(ACTS), max_size=5),
    ),
    min_size=1,
    max_size=4,
)
limits = st.builds(
    lambda ahead, near, far: Limits(ahead_above=ahead, on_track_within=near, at_risk_within=near + far),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(1, 50),
)


def enrolled(world: World, version: Any, since: int, end: int, is_to_come: bool) -> Apprenticeship:
    started = clock.today() - since * DAY
    planned = max(clock.today() + (end if is_to_come else -end) * DAY, started + DAY)
    made = enrolling.enrol(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=version,
        apprentice=User.objects.create_user(f"{uuid4().hex}@example.test", name="Learner"),
        employer=world.employer,
        started_on=started,
        planned_end_on=started + 500 * DAY,
        by=acting(world.admin),
    )
    # Whatever the rules of a start ask for: some are past their end, and some have little time.
    Apprenticeship.objects.unscoped().filter(pk=made.pk).update(planned_end_on=planned)
    made.refresh_from_db()
    enrolling.assign(made.pk, acting(world.admin), assessor=world.assessor)
    return made


def happens(world: World, way: Any, learner: Apprenticeship, what: str, number: int) -> None:
    """Let something happen, if it can; what is refused changes nothing."""
    codes = ["K1", "K2", "S1", "S2"]
    code = codes[number % len(codes)]
    told = {"apprenticeship_id": learner.pk, "by": acting(world.admin), "act": uuid4(), "reason": "As agreed."}
    on = clock.today() - (number % 3) * DAY
    match what:
        case "sign off":
            world.judged({code: "met"}, apprenticeship=learner, title=f"Piece {number}")
            assessing.sign_off(learner.pk, learner_ksb(learner, code), acting(world.assessor))
        case "not yet":
            world.judged({code: "not_yet"}, apprenticeship=learner, title=f"Piece {number}")
        case "send":
            world.submitted(code, apprenticeship=learner, title=f"Piece {number}")
        case "break":
            enrolling.start_break(**told, effective_on=on)
        case "return":
            enrolling.end_break(**told, effective_on=clock.today())
        case "withdraw":
            enrolling.withdraw(**told, effective_on=on)
        case "new end":
            enrolling.change_planned_end(
                **told, effective_on=clock.today(), planned_end_on=clock.today() + (30 + number) * DAY
            )
        case "move":
            move(world, way, learner)


def learner_ksb(learner: Apprenticeship, code: str) -> Any:
    return KsbProgress.objects.unscoped().get(apprenticeship=learner, ksb__code=code).ksb_id


def plain(learner: Apprenticeship, given: Limits) -> dict[str, Any]:
    """The figures of a learner, from their rows alone."""
    today = clock.today()
    paused, stopped = 0, None
    changes = Change.objects.unscoped().filter(apprenticeship=learner, undoes=None, undone_by=None).order_by("number")
    for change in changes:
        if change.before_status == change.after_status:
            continue
        if change.after_status not in COUNTED_STATUSES:
            stopped = stopped or change.effective_on
        elif stopped:
            paused, stopped = paused + (change.effective_on - stopped).days, None
    elapsed = ((stopped or today) - learner.started_on).days - paused
    planned = max((learner.planned_end_on - learner.started_on).days - paused, 1)
    expected = min(max(elapsed / planned * 100, 0), 100)
    states = list(KsbProgress.objects.unscoped().filter(apprenticeship=learner).values_list("state", flat=True))
    actual = states.count("signed_off") * 100 / len(states) if states else None
    gap = actual - expected if actual is not None and learner.status in COUNTED_STATUSES else None
    return {"expected": expected, "actual": actual, "gap": gap, "rag": pace_of(learner, gap, given), "states": states}


def pace_of(learner: Apprenticeship, gap: float | None, given: Limits) -> str:
    if learner.status not in COUNTED_STATUSES:
        return learner.status
    if gap is None:
        return "no_ksbs"
    if gap > given.ahead_above:
        return "ahead"
    return "green" if gap >= -given.on_track_within else "amber" if gap >= -given.at_risk_within else "red"


def quiet(learner: Apprenticeship) -> bool:
    since = clock.today() - watching.QUIET_DAYS * DAY
    at = learner.last_activity_at
    return learner.status in COUNTED_STATUSES and (at.date() < since if at else learner.started_on < since)


@settings(
    max_examples=200 if EXAMPLES == "soak" else 6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(learners, limits, st.booleans())
def test_the_reports_say_what_a_plain_count_of_the_rows_says(drawn, given_limits, lacks_option):
    with transaction.atomic():
        world = make_world()
        way = with_two_texts(world)
        divided = make_version("ST9009", knowledge=1, skills=1, behaviours=0)
        option = Option.objects.create(version=divided, position=1, title="Front desk")
        for ksb in divided.ksbs.all():
            ksb.options.add(option)
        made = [(enrolled(world, world.version, *when), acts) for *when, acts in drawn]
        if lacks_option:
            made.append((enrolled(world, divided, 30, 30, True), []))
        for number, (learner, acts) in enumerate(made):
            for place, what in enumerate(acts):
                try:
                    with transaction.atomic():
                        happens(world, way, learner, what, number + place)
                except Exception:  # noqa: BLE001, S112  (what is refused changed nothing; what was done is counted)
                    continue
        enrolling.set_pace_rule(world.provider.pk, acting(world.admin), given_limits, "As agreed.")
        compared(world, given_limits)
        transaction.set_rollback(True)


def compared(world: World, given_limits: Limits) -> None:
    actor = acting(world.admin)
    rows = list(Apprenticeship.objects.unscoped().filter(provider=world.provider, undone_at=None))
    figures = {row.pk: plain(row, given_limits) for row in rows}
    for row in Apprenticeship.objects.visible_to(actor).with_pace():
        wanted = figures[row.pk]
        assert row.expected_percent == pytest.approx(wanted["expected"])
        assert (row.actual_percent, row.gap_points) == (
            pytest.approx(wanted["actual"]),
            pytest.approx(wanted["gap"]) if wanted["gap"] is not None else None,
        )
        assert row.rag == wanted["rag"]
    board = cohort.board(cohort.counted_of_everybody(actor))
    paces = Counter(one["rag"] for one in figures.values())
    assert board.learners == len(rows)
    assert {name: count for name, _label, count in [*board.paces, *board.not_counted] if count} == dict(paces)
    counts = {name: count for name, _label, count in board.watches}
    learning = [row for row in rows if row.status in COUNTED_STATUSES]
    assert counts["quiet"] == sum(quiet(row) for row in rows)
    assert counts["past_end"] == sum(row.planned_end_on < clock.today() for row in learning)
    full = [row for row in learning if set(figures[row.pk]["states"]) == {"signed_off"}]
    assert counts["ready"] == len(full)
    for by in overview.DIMENSIONS:
        groups = overview.groups(actor, by)
        assert sum(group.learners for group in groups) == len(rows)
        assert sum(group.counted for group in groups) == sum(one["gap"] is not None for one in figures.values())
        assert sum((group.actual or 0) * group.counted for group in groups) == pytest.approx(
            sum(one["actual"] for one in figures.values() if one["gap"] is not None)
        )
    in_files(world, rows, figures)
    of_groups(world, rows, figures)
    ratio = caseload.needing_attention(actor)
    assert ratio.count == sum(
        figures[row.pk]["rag"] in ("amber", "red")
        or quiet(row)
        or (row.status in COUNTED_STATUSES and row.planned_end_on < clock.today())
        for row in rows
    )
    shares = overview.shares(actor, given_limits)
    been = [row for row in rows if ((row.stopped_on or clock.today()) - row.started_on).days >= 42]
    assert (shares[0].of, shares[0].count) == (len(been), sum(row.status == "withdrawn" for row in been))
    trend = overview.trend(overview.activity(actor)).table()
    sent = Submission.objects.unscoped().filter(provider=world.provider, withdrawn_at=None).count()
    assert sum(line[1] for line in trend.rows) == sent
    for version, _name, learners_count in heat_map.versions(actor):
        of_version = [row for row in learning if row.standard_version_id == version]
        assert learners_count == len(of_version)
        heat = heat_map.heat(actor, version, "signed_off", str)
        for code, *values in heat.picture.table().rows:
            for heading, value in zip(heat.picture.columns, values, strict=True):
                states = KsbProgress.objects.unscoped().filter(
                    apprenticeship__in=[row for row in of_version if started(row.started_on) == heading[:8]],
                    ksb__code=code,
                )
                done = states.filter(state="signed_off").count()
                assert value == (pytest.approx(done * 100 / states.count()) if states.exists() else None)


def in_files(world: World, rows: list[Apprenticeship], figures: dict[Any, dict[str, Any]]) -> None:
    """The learners as CSV, as a spreadsheet and in the data feed, each beside the figures of the rows."""
    actor = acting(world.admin)
    written = list(
        csv.reader("".join(cohort_file.lines(cohort.overseen_by(actor), str)).removeprefix("\ufeff").splitlines())
    )
    sheet = cells_of(cohort_file.spreadsheet(cohort.overseen_by(actor), str, []).read())
    table, key = TABLES["Learners"], made_key(world)[0]
    feed = {row["LearnerId"]: row for row in Asked.of(table, key, {}).page(table, key, actor).rows}
    assert len(written) == len(sheet) == len(feed) + 1 == len(rows) + 1
    place = {column.name: number for number, column in enumerate(cohort.COLUMNS)}
    for line, cells in zip(written[1:], sheet[1:], strict=True):
        assert [cell[1] for cell, column in zip(cells, cohort.COLUMNS, strict=False) if column.kind not in DAYS] == [
            value for value, column in zip(line, cohort.COLUMNS, strict=False) if column.kind not in DAYS
        ]
        (row,) = [row for row in rows if str(row.pk) in line[-1]]
        wanted, fed = figures[row.pk], feed[row.pk]
        assert (line[place["status"]], line[place["rag"]]) == (
            row.get_status_display(),
            str(cohort.PACES[wanted["rag"]]),
        )
        assert (fed["Status"], fed["OnTrack"]) == (line[place["status"]], line[place["rag"]])
        for name, fed_name in (("actual", "ActualPercent"), ("expected", "ExpectedPercent"), ("gap", "GapPoints")):
            number = float(line[place[name]]) if line[place[name]] else None
            assert number == fed[fed_name]
            assert number == (None if wanted[name] is None else pytest.approx(wanted[name], abs=0.051))
        for state in KsbState.counted():
            assert int(line[place[state.value]]) == wanted["states"].count(state.value)
        assert int(line[place["ksbs"]]) == fed["KsbCount"] == len(wanted["states"])


def of_groups(world: World, rows: list[Apprenticeship], figures: dict[Any, dict[str, Any]]) -> None:
    """Each group by standard and by start month, and each filter of the learners, beside the learners in it."""
    actor = acting(world.admin)
    for by, key_of in (
        ("standard", lambda row: str(row.standard_version_id)),
        ("start", lambda row: f"{row.started_on:%Y-%m}"),
    ):
        for group in overview.groups(actor, by):
            members = [row for row in rows if key_of(row) == group.key]
            counted = [figures[row.pk] for row in members if figures[row.pk]["gap"] is not None]
            assert (group.learners, group.counted) == (len(members), len(counted))
            paces = Counter(one["rag"] for one in counted)
            assert group.paces == tuple(paces[name] for name in ("ahead", "green", "amber", "red"))
            if counted:
                assert group.gap == pytest.approx(sum(one["gap"] for one in counted) / len(counted))
            found = narrowed(cohort.overseen_by(actor), {by: group.key})
            assert {row.pk for row in found} == {row.pk for row in members}
    for pace in {one["rag"] for one in figures.values()}:
        found = narrowed(cohort.overseen_by(actor), {"rag": pace})
        assert {row.pk for row in found} == {pk for pk, one in figures.items() if one["rag"] == pace}
    submissions = Submission.objects.unscoped().filter(provider=world.provider, withdrawn_at=None)
    took = [one.finished_at - one.submitted_at for one in submissions if one.finished_at]
    shown = overview.feedback(overview.activity(actor)).table().rows
    assert sum(row[1] for row in shown) == len(took)


def started(on: date) -> str:
    return f"{on:%b %Y}"
