"""English, maths and qualifications: what the rules ask of whom, who records what, and undoing it."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from core.errors import Incomplete, NotAllowed, OutOfTurn, TokenTaken
from programme import workflow
from programme.attainments import needs_of
from programme.models import Attainment
from tests.programme.attaining import both, event, record, started, with_qualification
from tests.world import World, acting

pytestmark = pytest.mark.django_db
YOUNG, ADULT = date(2008, 3, 1), date(1999, 3, 1)
OLD_RULES, ADULTS_CHOOSE, ADULTS_MAY_LEAVE = date(2024, 9, 2), date(2025, 9, 1), date(2026, 9, 1)


def done(world: World) -> dict[str, bool]:
    learner = Apprenticeship.objects.unscoped().select_related("standard_version__standard")
    found = learner.get(pk=world.apprenticeship.pk)
    standing = Attainment.objects.unscoped().filter(apprenticeship=found).standing().in_order()
    return {need.of: need.is_done for need in needs_of(found, standing)}


@pytest.mark.parametrize(
    ("start", "born", "kind", "given", "is_done"),
    [
        (OLD_RULES, ADULT, "held", {}, True),
        (OLD_RULES, ADULT, "held", {"level": "1"}, False),
        (OLD_RULES, ADULT, "not_passed", {}, False),
        (ADULTS_CHOOSE, YOUNG, "enrolled", {}, False),
        (ADULTS_CHOOSE, YOUNG, "passed", {}, True),
        (ADULTS_CHOOSE, YOUNG, "exempt", {}, True),
        (ADULTS_CHOOSE, None, "passed", {"level": "entry"}, False),
        (ADULTS_CHOOSE, ADULT, "not_studied", {}, True),
        (ADULTS_CHOOSE, ADULT, "agreed", {}, False),
        (ADULTS_CHOOSE, ADULT, "not_passed", {}, True),
        (ADULTS_CHOOSE, ADULT, "held", {"level": "1"}, False),
        (ADULTS_MAY_LEAVE, ADULT, "left", {}, True),
    ],
)
def test_what_is_asked_follows_from_the_start_and_the_age(world: World, start, born, kind, given, is_done):
    started(world, start, born)
    assert done(world) == {"english": False, "maths": False}
    both(world, kind, **given)
    assert done(world) == {"english": is_done, "maths": is_done}


@pytest.mark.parametrize(
    ("start", "born", "kind"),
    [(ADULTS_CHOOSE, YOUNG, "not_studied"), (OLD_RULES, ADULT, "not_studied"), (ADULTS_CHOOSE, ADULT, "left")],
)
def test_nobody_opts_out_whom_the_rules_do_not_let(world: World, start, born, kind):
    started(world, start, born)
    with pytest.raises(Incomplete) as refused:
        record(world, "english", kind)
    assert refused.value.field == "kind"


def test_each_kind_says_what_it_rests_on(world: World):
    started(world, ADULTS_CHOOSE, ADULT)
    for kind, missing in (
        ("held", "level"),
        ("held", "certificate"),
        ("exempt", "exemption"),
        ("not_studied", "agreed_with"),
        ("held", "reason"),
    ):
        with pytest.raises(Incomplete) as refused:
            record(world, "maths", kind, **{missing: ""})
        assert refused.value.field == missing
    with pytest.raises(Incomplete, match="still to come"):
        record(world, "maths", "held", effective_on=date(2999, 1, 1))


def test_a_qualification_of_the_standard_is_recorded_and_no_other(world: World):
    started(world, OLD_RULES, ADULT)
    title = with_qualification(world)
    assert done(world)[title] is False
    record(world, "qualification", "passed", title=title)
    assert done(world)[title] is True
    with pytest.raises(Incomplete):
        record(world, "qualification", "passed", title="A swimming badge")


def test_recorded_twice_it_is_one_and_undone_twice_it_is_undone_once_the_newest_first(world: World):
    token = uuid4()
    first = record(world, "english", "enrolled", pk=token)
    assert record(world, "english", "enrolled", pk=token) == first
    second = record(world, "english", "passed")
    with pytest.raises(OutOfTurn, match="recorded after it"):
        workflow.undo_attainment(first.pk, acting(world.assessor), "A mistake.")
    with pytest.raises(Incomplete):
        workflow.undo_attainment(second.pk, acting(world.assessor), " ")
    undone = [workflow.undo_attainment(second.pk, acting(world.admin), "Somebody else’s.") for _time in range(2)]
    assert undone[0] == undone[1]
    assert done(world)["english"] is False
    assert Attainment.objects.unscoped().count() == 3
    with pytest.raises(TokenTaken):
        workflow.record_attainment(
            world.second.pk, acting(world.admin), attainment_id=token, event=event("english", "held")
        )


def test_nobody_records_but_who_looks_after_them_and_admins_until_the_gateway(world: World):
    others = ["apprentice", "second_assessor", "iqa", "viewer", "mentor", "other_admin", "stranger"]
    for who in others:
        with pytest.raises(NotAllowed):
            record(world, "english", "held", by=world.people[who])
    made = record(world, "english", "held", by=world.admin)
    world.past_gateway()
    for refused in (
        lambda: record(world, "maths", "held"),
        lambda: workflow.undo_attainment(made.pk, acting(world.admin), "A mistake."),
    ):
        with pytest.raises(OutOfTurn):
            refused()


def test_an_assessor_records_and_undoes_on_the_page_and_the_employer_reads_no_reason(client, world: World):
    page = reverse("pages:attainments", args=[world.apprenticeship.pk])
    client.force_login(world.assessor)
    new = reverse("pages:attainment-new", args=[world.apprenticeship.pk, "english", "held"])
    assert new in client.get(page).content.decode()
    said = {"token": str(uuid4()), "effective_on": "3 May 2024", "certificate": "gcse", "reason": "The paper itself."}
    refused = client.post(new, said)
    assert refused.status_code == 422
    assert "The paper itself." in refused.content.decode()
    shown = client.post(new, said | {"level": "2"}, follow=True).content.decode()
    assert "Held already: Level 2 or higher, GCSE" in shown
    assert "The paper itself." in shown
    client.force_login(world.mentor)
    theirs = client.get(page).content.decode()
    assert "Held already" in theirs
    assert "The paper itself." not in theirs
    client.force_login(world.assessor)
    undo = reverse("pages:attainment-undo", args=[Attainment.objects.unscoped().get().pk])
    assert undo in shown
    assert "undid this" in client.post(undo, {"reason": "Another person’s."}, follow=True).content.decode()
    assert client.post(undo.replace("undo", "undo"), {"reason": "Again."}).status_code == 302
    for wrong in ("english/flown", "qualification-1/held", "latin/held"):
        assert client.get(f"{page}{wrong}/").status_code == 404
