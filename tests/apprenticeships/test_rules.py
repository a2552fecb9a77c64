"""The rules of a programme, by the day on which somebody starts: shipped, asked for in one way, added by a file."""

import json
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from apprenticeships import workflow
from apprenticeships.facts import Facts, price_effect, problems_of, required_hours
from apprenticeships.models import Programme, ProgrammeRules, PublishedHours
from apprenticeships.rule_files import VALUES, shipped
from apprenticeships.rules import published_hours, rules_for, rules_of_programme, rules_of_start
from apprenticeships.starting import require_planned_end
from apprenticeships.workflow import Hours
from audit.models import Entry
from core import clock
from core.errors import Incomplete
from tests.world import acting

pytestmark = pytest.mark.django_db

APPRENTICESHIP = Programme.APPRENTICESHIP


@pytest.mark.parametrize(
    ("started_on", "months", "weeks", "floor", "days"),
    [
        (date(2022, 7, 31), 3, None, None, 365),
        (date(2022, 8, 1), None, 12, 278, 365),
        (date(2025, 7, 31), None, 12, 278, 365),
        (date(2025, 8, 1), 3, None, 187, 242),
        (date(2026, 8, 1), 3, None, 187, 242),
    ],
)
def test_the_rules_are_those_of_the_day_of_the_start(started_on, months, weeks, floor, days):
    rules = rules_of_start(APPRENTICESHIP, started_on)
    assert (rules.review_months, rules.review_weeks) == (months, weeks)
    assert (rules.minimum_hours, rules.minimum_days) == (floor, days)


def test_adults_choose_english_and_maths_from_11_february_2025():
    before = rules_of_start(APPRENTICESHIP, date(2025, 2, 10))
    assert before.english_and_maths == "required"
    assert rules_of_start(APPRENTICESHIP, date(2025, 2, 11)).english_and_maths == "adults_choose"


def test_a_unit_has_no_reviews_and_no_gateway():
    rules = rules_of_start(Programme.UNIT, date(2026, 5, 1))
    assert not rules.has_reviews
    assert not rules.has_gateway
    assert (rules.minimum_hours, rules.maximum_hours, rules.minimum_age) == (30, 140, 19)


def test_every_value_that_is_shipped_names_its_source():
    for rules in shipped():
        for name in VALUES:
            if getattr(rules, name) not in (None, False) and name not in ("minimum_months", "has_gateway"):
                assert rules.sources[name], (rules, name)


def test_an_apprentice_keeps_the_rules_of_their_start(world):
    world.apprenticeship.started_on = date(2024, 9, 1)
    assert rules_for(world.apprenticeship).funding_year == "2024-25"


# Adding a year ----------------------------------------------------------------------------------------------------

NEW = {
    "programme": "apprenticeship",
    "starts_from": "2027-08-01",
    "funding_year": "2027-28",
    "minimum_hours": 200,
    "sources": {"minimum_hours": "Funding rules 2027-28"},
}


def add(tmp_path, *rows, **options):
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(rows))
    out = StringIO()
    call_command("programme_rules", add=file, stdout=out, **options)
    return out.getvalue()


def test_a_year_is_added_by_a_file_and_the_same_file_again_changes_nothing(tmp_path):
    assert "1 added" in add(tmp_path, NEW)
    assert "0 added" in add(tmp_path, NEW)
    rules = rules_of_start(APPRENTICESHIP, date(2028, 1, 1))
    assert (rules.funding_year, rules.minimum_hours, rules.minimum_days) == ("2027-28", 200, 242)
    assert rules_of_start(APPRENTICESHIP, date(2027, 7, 31)).minimum_hours == 187
    assert Entry.objects.filter(action="programme_rules.added").count() == 1


def test_other_rules_for_the_same_day_need_a_reason_and_replace_nothing_in_secret(tmp_path):
    add(tmp_path, NEW)
    changed = NEW | {"minimum_hours": 210}
    with pytest.raises(CommandError, match="Say why"):
        add(tmp_path, changed)
    add(tmp_path, changed, reason="The figure was corrected in August.")
    assert rules_of_start(APPRENTICESHIP, date(2028, 1, 1)).minimum_hours == 210
    assert ProgrammeRules.objects.filter(starts_from=date(2027, 8, 1)).count() == 2
    assert len(rules_of_programme(APPRENTICESHIP)) == 8


def test_a_dry_run_adds_nothing(tmp_path):
    assert "would be added" in add(tmp_path, NEW, dry_run=True)
    assert not ProgrammeRules.objects.filter(funding_year="2027-28").exists()


def test_everything_that_is_wrong_in_a_file_is_said_and_nothing_is_added(tmp_path):
    wrong = {"programme": "diploma", "starts_from": "soon", "minimum_age": 17, "colour": "red", "sources": {}}
    with pytest.raises(CommandError) as refused:
        add(tmp_path, NEW, wrong, NEW | {"starts_from": "2028-08-01", "review_weeks": 10, "sources": NEW["sources"]})
    said = str(refused.value)
    for what in ("“colour” is not known", "“programme” must be one of", "“starts_from” must be a day"):
        assert what in said
    assert "“minimum_age” needs a source" in said
    assert "Rules 3: “review_weeks” needs a source" in said
    assert not ProgrammeRules.objects.filter(funding_year="2027-28").exists()


def published(tmp_path, *lines):
    file = tmp_path / "hours.csv"
    file.write_text("\n".join(["reference,version,hours,starts_from,starts_until,source", *lines]))
    out = StringIO()
    call_command("programme_rules", published=file, stdout=out)
    return out.getvalue()


def test_published_hours_are_by_version_and_for_some_by_start(tmp_path, world):
    line = "ST9001,1.0,400,2025-08-01,,The list of June 2025"
    assert "2 added" in published(tmp_path, line, "ST9001,1.0,350,2025-08-02,2025-12-31,The list of October 2025")
    assert "0 added" in published(tmp_path, line)
    assert published_hours(world.version, date(2025, 7, 31)) is None
    assert published_hours(world.version, date(2025, 8, 1)) == 400
    assert published_hours(world.version, date(2025, 12, 31)) == 350
    assert published_hours(world.version, date(2026, 1, 1)) == 400


def test_lines_that_are_wrong_are_all_named(tmp_path):
    with pytest.raises(CommandError) as refused:
        published(tmp_path, "ST9001,one,0,2025-08-01,,List", "XX1,1.0,400,1/8/25,2025-01-01,")
    said = str(refused.value)
    assert "Line 2: “version”" in said
    assert "Line 2: “hours”" in said
    assert "Line 3: “reference”" in said
    assert "Line 3: “source”" in said
    assert not PublishedHours.objects.exists()


# Held against the facts -------------------------------------------------------------------------------------------


def test_prior_learning_lowers_the_published_hours_but_never_under_the_floor():
    rules = rules_of_start(APPRENTICESHIP, date(2025, 9, 1))
    assert required_hours(rules, 400, 0) == 400
    assert required_hours(rules, 400, 100) == 300
    assert required_hours(rules, 400, 300) == 187
    assert required_hours(rules, None, 50) == 187
    assert required_hours(rules_of_start(APPRENTICESHIP, date(2024, 9, 1)), 400, 0) == 278


def test_prior_learning_lowers_the_price_by_half_its_share_of_the_hours():
    # 100 of 500 hours are 20 per cent, so at least 10 per cent of £5,000.
    facts = Facts(planned_hours=400, prior_learning_hours=100, price_pounds=4600, prior_learning_pounds=400)
    assert price_effect(facts) == 500


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        (Facts(), set()),
        (Facts(uln="9276308687", planned_hours=100), {"uln", "planned_hours"}),
        (Facts(planned_hours=299, prior_learning_hours=100), {"planned_hours"}),
        (Facts(planned_hours=300, prior_learning_hours=100), set()),
        (Facts(date_of_birth=date(2010, 9, 2)), {"date_of_birth"}),
        (Facts(date_of_birth=date(2009, 9, 1)), set()),
        (Facts(uln="9999999999", is_employer_funded=True), {"uln"}),
        (Facts(uln="9999999999"), set()),
        (Facts(learner_reference="a/b"), {"learner_reference"}),
        (Facts(weekly_minutes=3601), {"weekly_minutes"}),
    ],
)
def test_facts_that_break_a_rule_are_all_named(facts, fields):
    rules = rules_of_start(APPRENTICESHIP, date(2025, 9, 1))
    found = problems_of(facts, rules, date(2025, 9, 1), 400)
    assert {one.field for one in found if not one.is_warning} == fields


def test_nobody_of_25_starts_a_foundation_apprenticeship():
    rules = rules_of_start(Programme.FOUNDATION, date(2025, 9, 1))
    for born_on, is_refused in ((date(2000, 9, 1), True), (date(2000, 9, 2), False)):
        found = problems_of(Facts(date_of_birth=born_on), rules, date(2025, 9, 1), None)
        assert any(not one.is_warning for one in found) == is_refused


def test_a_unit_lasts_16_weeks_at_most(world):
    world.version.standard.reference = "AU0001"
    start = date(2026, 5, 1)
    require_planned_end(world.version, start, start + timedelta(days=112))
    with pytest.raises(Incomplete, match="at most 16 weeks"):
        require_planned_end(world.version, start, start + timedelta(days=113))


def test_hours_change_with_a_reason_and_are_put_back(world):
    def hours(**given):
        told = {"act": uuid4(), "effective_on": clock.today(), "reason": "As agreed.", **given}
        return workflow.change_hours(world.apprenticeship.pk, acting(world.admin), **told)

    first = hours(hours=Hours(300, 20, 2250))
    world.apprenticeship.refresh_from_db()
    assert (world.apprenticeship.planned_hours, world.apprenticeship.weekly_minutes) == (300, 2250)
    for wrong in (Hours(186, 0, 2250), Hours(300, 20, 2250), Hours(300, 20, 3700)):
        with pytest.raises(Incomplete):
            hours(hours=wrong)
    workflow.undo_change(first.pk, acting(world.admin), "Typed for the wrong person.")
    world.apprenticeship.refresh_from_db()
    assert (world.apprenticeship.planned_hours, world.apprenticeship.weekly_minutes) == (None, None)


def test_the_agreed_hours_are_changed_on_the_page_of_changes(client, world):
    client.force_login(world.admin)
    address = reverse("pages:change", args=[world.apprenticeship.pk, "hours"])
    form = {
        "token": str(uuid4()),
        "effective_on": clock.today().isoformat(),
        "planned_hours": "250",
        "prior_learning_hours": "0",
        "weekly_hours": "37.5",
        "reason": "The training plan was agreed.",
    }
    assert client.post(address, form | {"planned_hours": "100"}).status_code == 422
    assert client.post(address, form).status_code == 302
    world.apprenticeship.refresh_from_db()
    assert (world.apprenticeship.planned_hours, world.apprenticeship.weekly_minutes) == (250, 2250)
    page = client.get(reverse("pages:changes", args=[world.apprenticeship.pk])).content.decode()
    assert "Off-the-job hours: 250 instead of none" in page
