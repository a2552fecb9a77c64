"""Rules of a learner's dashboard: its numbers are those of the rows, and it costs the same for one who did much."""

from collections import Counter
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apprenticeships.models import KsbProgress
from assessments.models import Decision, Submission
from audit.models import Entry
from core import clock
from occupations.models import Assessment, Duty
from reports.learners import learner as figures
from tests.queries import query_count
from tests.world import acting

pytestmark = pytest.mark.django_db


def address(world):
    return reverse("pages:progress", args=[world.apprenticeship.pk])


def of(world, who="apprentice"):
    actor = acting(world.people[who])
    found = figures.found(actor, apprenticeship=world.apprenticeship.pk).first()
    return figures.figures(actor, found)


def worked(world):
    world.signed_off("K1")
    world.judged({"K2": "met", "S1": "not_yet"})
    world.submitted("S2")
    world.draft("B1")


def test_each_layer_holds_the_ones_before_it(world):
    worked(world)
    assert [(one.name, one.count, one.percent) for one in of(world).layers] == [
        ("signed_off", 1, 20),
        ("met", 2, 40),
        ("submitted", 4, 80),
        ("claimed", 5, 100),
    ]


def test_the_bar_has_every_ksb_once_and_the_expected_point(world):
    worked(world)
    (stack,) = of(world).whole.stacks
    states = Counter(
        KsbProgress.objects.unscoped().filter(apprenticeship=world.apprenticeship).values_list("state", flat=True)
    )
    assert dict(zip(figures.STATES, stack.values, strict=True)) == {state: states[state] for state in figures.STATES}
    assert stack.mark == 50


def test_knowledge_skills_and_behaviours_add_up_to_all(world):
    worked(world)
    (by_type,) = [part for part in of(world).parts if part.name == "by-type"]
    assert {stack.label: stack.total for stack in by_type.stacks} == {"Knowledge": 2, "Skills": 2, "Behaviours": 1}
    assert [sum(values) for values in zip(*(stack.values for stack in by_type.stacks), strict=True)] == list(
        of(world).whole.stacks[0].values
    )


def test_a_duty_counts_the_ksbs_that_it_takes(world):
    worked(world)
    duty = Duty.objects.create(version=world.version, number=1, text="Write adverts")
    duty.ksbs.set([world.ksb("K1"), world.ksb("S1")])
    (by_duty,) = [part for part in of(world).parts if part.name == "by-duty"]
    assert [(stack.label, stack.total, stack.values[0]) for stack in by_duty.stacks] == [("1. Write adverts", 2, 1)]


@pytest.mark.parametrize("kind", ["outcome", "method"])
def test_an_outcome_or_method_counts_its_ksbs(world, kind):
    worked(world)
    part = Assessment.objects.create(version=world.version, position=1, kind=kind, code="A1", title="Finding people")
    part.ksbs.set([world.ksb("K1"), world.ksb("K2")])
    (shown,) = [part for part in of(world).parts if part.name == f"by-{kind}"]
    assert [(stack.label, stack.total, stack.values[0]) for stack in shown.stacks] == [("A1 Finding people", 2, 1)]


def test_the_months_count_what_the_rows_say(world):
    with clock.at(clock.now() - timedelta(days=28)):
        world.judged({"K2": "not_yet"})
    worked(world)
    table = of(world).timeline.table()
    months = [row[0] for row in table.rows]

    def counted(moments):
        found = Counter(f"{timezone.localtime(at):%b %Y}" for at in moments)
        return [found[month] for month in months]

    mine = {"apprenticeship": world.apprenticeship}
    sent = Submission.objects.unscoped().filter(**mine, withdrawn_at=None)
    decided = Decision.objects.unscoped().filter(claim__apprenticeship=world.apprenticeship, superseded_by=None)
    signed = KsbProgress.objects.unscoped().filter(**mine, signed_off_at__isnull=False)
    assert [row[1] for row in table.rows] == counted(sent.values_list("submitted_at", flat=True))
    assert [row[2] for row in table.rows] == counted(decided.values_list("at", flat=True))
    assert [row[3] for row in table.rows] == counted(signed.values_list("signed_off_at", flat=True))


def test_a_break_is_drawn_across_its_months(world):
    world.on_break(effective_on=clock.today() - timedelta(days=20))
    assert len(of(world).timeline.periods) == 1
    assert "today" in of(world).timeline.table().rows[-1][-1]


def test_what_came_back_is_the_first_thing_to_do(client, world):
    worked(world)
    client.force_login(world.apprentice)
    titles = [step.title for step in client.get(address(world)).context["steps"]]
    assert titles[0].startswith("Rework")
    assert titles[1].startswith("Send")
    assert "1 KSB waits for sign-off" in titles


def test_gaps_that_most_duties_take_come_first(client, world):
    for number, codes in enumerate((["S2"], ["S2", "K1"]), 1):
        duty = Duty.objects.create(version=world.version, number=number, text="Write adverts")
        duty.ksbs.set([world.ksb(code) for code in codes])
    client.force_login(world.apprentice)
    titles = [step.title for step in client.get(address(world)).context["steps"]]
    assert titles == ["Find evidence for S2", "Find evidence for K1", "Find evidence for K2"]


def test_somebody_else_is_not_shown_what_the_apprentice_drafts(client, world):
    world.draft("K1", title="My secret draft")
    client.force_login(world.assessor)
    assert b"My secret draft" not in client.get(address(world)).content


def test_every_picture_has_its_file(client, world):
    worked(world)
    client.force_login(world.mentor)
    for picture in client.get(address(world)).context["figures"].pictures:
        answer = client.get(address(world), {"csv": picture.name})
        assert answer["Content-Type"].startswith("text/csv")
    assert client.get(address(world), {"csv": "nothing"}).status_code == 404


def test_the_page_costs_no_more_for_somebody_who_did_much(client, world):
    client.force_login(world.apprentice)
    few = query_count(client, address(world))
    worked(world)
    for number in range(6):
        world.judged({"K2": "met"}, title=f"Piece {number}")
    with CaptureQueriesContext(connection) as queries:
        client.get(address(world))
    assert len(queries) == few <= 12, [query["sql"] for query in queries]


def test_a_learner_without_an_option_has_no_numbers(client, world):
    KsbProgress.objects.unscoped().filter(apprenticeship=world.apprenticeship).delete()
    type(world.apprenticeship).objects.unscoped().filter(pk=world.apprenticeship.pk).update(ksb_count=0)
    client.force_login(world.apprentice)
    page = client.get(address(world))
    assert [one.percent for one in page.context["figures"].layers] == [None] * 4
    assert page.context["figures"].whole.is_empty


def test_the_learners_page_leads_to_the_dashboard(client, world):
    client.force_login(world.apprentice)
    assert address(world) in client.get(reverse("pages:coverage", args=[world.apprenticeship.pk])).content.decode()


def test_the_report_is_a_tagged_pdf_and_is_recorded(client, world):
    pytest.importorskip("weasyprint")
    worked(world)
    client.force_login(world.apprentice)
    answer = client.post(reverse("pages:progress-pdf", args=[world.apprenticeship.pk]))
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot
    assert Entry.objects.filter(action="progress.exported").count() == 1
