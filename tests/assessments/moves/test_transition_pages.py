"""The pages for moving learners and choosing options, as a browser meets them."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Role
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import enrol
from assessments.models import Transition, WordingConfirmation
from assessments.moves import choose_option
from occupations.models import Option
from tests.assessments.transitions import move, states, with_two_texts
from tests.queries import query_count
from tests.world import acting, feedback_form, person

PAGE = reverse("pages:transition", args=["ST9001"])


@pytest.fixture
def admin(client, world):
    client.force_login(world.admin)
    return client


def sent(world, *learners, **more):
    return {"token": str(uuid4()), "learners": [str(learner.pk) for learner in learners]} | more


def text_of(answer):
    return " ".join(answer.content.decode().split())


def with_options(version, **codes):
    made = []
    for place, (title, code) in enumerate(codes.items(), start=1):
        made.append(Option.objects.create(version=version, position=place, title=title))
        version.ksbs.get(code=code).options.add(made[-1])
    return made


def test_the_preview_says_of_each_learner_what_carries_over(admin, world):
    world.signed_off("K2")
    world.judged({"S1": "met", "S2": "not_yet"})
    with_two_texts(world)
    answer = admin.get(PAGE)
    preview = next(row for row, *_ in answer.context["rows"] if row.apprenticeship == world.apprenticeship)
    assert (preview.carried_count, preview.signed_off_count, preview.added_count) == (4, 1, 1)
    assert (preview.to_confirm, preview.renumbered, preview.kept) == (["K2"], [("S1", "S2")], ["S2"])
    assert "Other Apprentice" not in text_of(answer)


def test_the_preview_is_what_comes_true(admin, world):
    world.signed_off("K2")
    world.judged({"S1": "met", "S2": "not_yet"})
    with_two_texts(world)
    answer = admin.post(PAGE, sent(world, world.apprenticeship, world.second))
    page = text_of(admin.get(answer.url))
    assert "2 learners moved to version 1.1." in page
    found = Apprenticeship.objects.unscoped().get(pk=world.apprenticeship.pk)
    assert (found.ksb_count, found.signed_off_count, found.met_count) == (5, 1, 1)


def test_a_double_click_moves_once_and_answers_the_same(admin, world):
    with_two_texts(world)
    form = sent(world, world.apprenticeship)
    assert admin.post(PAGE, form).url == admin.post(f"{PAGE}?from=1.0&to=1.1", form).url
    assert Transition.objects.count() == 1


def test_only_who_is_ticked_moves(admin, world):
    way = with_two_texts(world)
    admin.post(PAGE, sent(world, world.second))
    on = dict(Apprenticeship.objects.unscoped().values_list("pk", "standard_version"))
    assert (on[world.second.pk], on[world.apprenticeship.pk]) == (way.after.pk, way.before.pk)


@pytest.mark.parametrize("ticked", ["nobody", "a stranger", "of another provider"])
def test_a_list_that_cannot_be_is_refused_by_the_field(admin, world, ticked):
    with_two_texts(world)
    learners = {"nobody": [], "a stranger": ["no-id"], "of another provider": [str(world.elsewhere.pk)]}[ticked]
    answer = admin.post(PAGE, {"token": str(uuid4()), "learners": learners})
    assert answer.status_code == 422
    assert not Transition.objects.exists()


@pytest.mark.parametrize(
    "query", ["?from=9.9", "?to=nothing", "?learner=x", "?learner=00000000-0000-4000-8000-000000000000"]
)
def test_a_text_or_learner_that_is_not_there_is_not_found(admin, world, query):
    with_two_texts(world)
    assert admin.get(PAGE + query).status_code == 404


def test_with_one_text_alone_the_page_says_so(admin, world):
    assert "There is no other version to move to" in text_of(admin.get(PAGE))


def test_an_option_that_is_gone_is_asked_for_by_the_learner(admin, world):
    way = with_two_texts(world)
    old, _other = with_options(way.before, Desk="K2", Office="S2")
    yard, _other = with_options(way.after, Yard="K2", Warehouse="B1")
    choose_option(world.apprenticeship.pk, old.pk, acting(world.admin))
    form = sent(world, world.apprenticeship)
    answer = admin.post(PAGE, form)
    assert answer.status_code == 422
    assert "Choose an option for Apprentice" in text_of(answer)
    choice = {f"option_{world.apprenticeship.pk}": str(yard.pk)}
    looked = admin.post(PAGE, form | choice | {"look": "1"})
    assert looked.status_code == 200
    assert not Transition.objects.exists()
    assert admin.post(PAGE, form | choice).status_code == 302
    assert "K2" in states(world.apprenticeship)


def test_undoing_from_the_page_puts_them_back(admin, world):
    world.signed_off("S2")
    made = move(world, with_two_texts(world))
    page = reverse("pages:transition-act", args=[made.act])
    assert "None yet" in text_of(admin.get(page))
    answer = admin.post(reverse("pages:transition-undo", args=[made.act]), {"moves": [str(made.pk)]})
    assert "Move undone for 1 learner." in text_of(admin.get(answer.url))
    assert states(world.apprenticeship)["S2"] == "signed_off"


def test_the_preview_asks_no_more_for_more_learners(admin, world):
    with_two_texts(world)
    few = query_count(admin, PAGE)
    for number in range(8):
        enrol(
            apprenticeship_id=uuid4(),
            provider=world.provider,
            standard_version=world.version,
            apprentice=person(f"more_{number}"),
            employer=None,
            started_on=world.apprenticeship.started_on,
            planned_end_on=world.apprenticeship.planned_end_on,
            by=acting(world.admin),
        )
    assert query_count(admin, PAGE) == few


def test_the_page_of_a_move_asks_no_more_for_more_learners(admin, world):
    way, act = with_two_texts(world), uuid4()
    move(world, way, act=act)
    few = query_count(admin, reverse("pages:transition-act", args=[act]))
    move(world, way, world.second, act=act)
    assert query_count(admin, reverse("pages:transition-act", args=[act])) == few


def test_the_assessor_finds_the_words_and_confirms_them(client, world):
    world.signed_off("K2")
    move(world, with_two_texts(world))
    client.force_login(world.assessor)
    ksb = reverse("pages:ksb", args=[world.apprenticeship.pk, "K2"])
    for address in (
        reverse("pages:queue"),
        reverse("pages:coverage", args=[world.apprenticeship.pk]),
    ):
        page = text_of(client.get(address))
        assert "wording" in page.lower()
        assert ksb in page
    page = text_of(client.get(ksb))
    assert "on line" in page
    assert "This was K2 of version 1.0" in page
    client.post(reverse("pages:wording-confirm", args=[world.apprenticeship.pk, "K2"]))
    assert WordingConfirmation.objects.count() == 1
    page = text_of(client.get(ksb))
    assert "The wording has changed" not in page
    assert "Assessor confirmed it with the new wording" in page


def test_a_removed_ksb_keeps_its_page_with_all_that_was_judged(client, world):
    world.signed_off("S2")
    move(world, with_two_texts(world))
    client.force_login(world.apprentice)
    past = reverse("pages:ksb-past", args=[world.apprenticeship.pk, world.ksb("S2").pk])
    history = text_of(client.get(reverse("pages:history", args=[world.apprenticeship.pk])))
    assert past in history
    page = text_of(client.get(past))
    for words in ("No longer counted", "Assessor signed it off.", "Advert for a driver"):
        assert words in page


def test_a_ksb_that_went_on_leads_to_the_one_of_today(client, world):
    world.judged({"S1": "met"})
    move(world, with_two_texts(world))
    client.force_login(world.apprentice)
    old = reverse("pages:ksb-past", args=[world.apprenticeship.pk, world.ksb("S1").pk])
    assert client.get(old).url == reverse("pages:ksb", args=[world.apprenticeship.pk, "S2"])


def test_the_review_says_what_an_earlier_claim_counts_for(client, world):
    waiting = world.submitted("S1", "S2")
    move(world, with_two_texts(world))
    client.force_login(world.assessor)
    client.post(reverse("pages:review-start", args=[waiting.pk]))
    page = text_of(client.get(reverse("pages:review", args=[waiting.pk])))
    assert "It counts towards S2 in the current version." in page
    assert "This KSB no longer counts." in page
    answer = client.post(
        reverse("pages:review-finish", args=[waiting.pk]),
        {
            "outcome_S1": "met",
            **feedback_form("S1", ""),
            "sign_off_S1": "on",
            "outcome_S2": "met",
            **feedback_form("S2", ""),
        },
    )
    assert answer.status_code == 302
    client.post(reverse("pages:review-send", args=[waiting.pk]))
    assert states(world.apprenticeship)["S2"] == "signed_off"


def test_a_draft_shows_the_claim_that_is_not_submitted(client, world):
    piece = world.draft("K1", "S2")
    move(world, with_two_texts(world))
    client.force_login(world.apprentice)
    for name in ("pages:evidence-edit", "pages:evidence-submit", "pages:evidence"):
        assert "We will keep them here" in text_of(client.get(reverse(name, args=[piece.pk])))


def test_every_page_says_choose_an_option_first(client, world):
    with_options(world.version, Desk="K2", Office="S2")
    made = enrol(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=world.version,
        apprentice=world.stranger,
        employer=None,
        started_on=world.apprenticeship.started_on,
        planned_end_on=world.apprenticeship.planned_end_on,
        by=acting(world.admin),
    )
    own = [("pages:coverage", world.stranger), ("pages:evidence-new", world.stranger)]
    for name, who in [*own, ("pages:coverage", world.admin)]:
        client.force_login(who)
        assert "Choose an option first" in text_of(client.get(reverse(name, args=[made.pk])))
    client.force_login(world.admin)
    assert "Choose an option first" in text_of(client.get(reverse("pages:cohort")))


def test_enrolling_on_a_standard_with_options_asks_for_one(admin, world):
    desk, _office = with_options(world.version, Desk="K2", Office="S2")
    answer = admin.post(
        reverse("pages:enrol"),
        {
            "token": str(uuid4()),
            "name": "Nina Newcomer",
            "email": "nina@example.test",
            "standard_version": str(world.version.pk),
            "started_on": "2026-09-01",
            "planned_end_on": "2027-12-01",
            "new_employer": "Somewhere (made up)",
        },
    )
    made = Apprenticeship.objects.unscoped().get(apprentice__name="Nina Newcomer")
    assert answer.url == reverse("pages:option", args=[made.pk])
    assert "4 KSBs" in text_of(admin.get(answer.url))
    admin.post(answer.url, {"option": str(desk.pk)})
    assert list(states(made)) == ["K1", "K2", "S1", "B1"]


def test_the_page_of_options_says_what_a_change_does(admin, world):
    desk, office = with_options(world.version, Desk="K2", Office="S2")
    choose_option(world.apprenticeship.pk, desk.pk, acting(world.admin))
    world.judged({"K2": "met"})
    page = reverse("pages:option", args=[world.apprenticeship.pk])
    assert "new: S2 · moved to the history: K2" in text_of(admin.get(page))
    assert admin.post(page, {"option": "nothing"}).status_code == 422
    admin.post(page, {"option": str(office.pk)})
    past = reverse("pages:history", args=[world.apprenticeship.pk])
    assert "K2" in text_of(admin.get(past))
    assert admin.get(reverse("pages:ksb", args=[world.apprenticeship.pk, "K2"])).status_code == 200


def test_a_viewer_finds_no_button_to_undo(client, world):
    made = move(world, with_two_texts(world))
    client.force_login(world.viewer)
    assert Role.VIEWER in {membership.role for membership in world.viewer.memberships.all()}
    page = text_of(client.get(reverse("pages:history", args=[world.apprenticeship.pk])))
    assert str(made.act) not in page
