"""The same person on the same standard at the same provider twice: told and asked, never made in silence."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import User
from apprenticeships import workflow
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import AlreadyEnrolled
from core import clock
from tests.apprenticeships.test_enrolling import NEW, enrol, links, token_of
from tests.mail import delivered
from tests.world import acting, later_version, make_version

pytestmark = pytest.mark.django_db


def form(world, **given):
    return {
        "token": str(uuid4()),
        "name": "Sam Typed",
        "email": "sam@example.test",
        "standard_version": str(world.version.pk),
        "started_on": clock.today().isoformat(),
        "planned_end_on": (clock.today() + timedelta(days=400)).isoformat(),
        "employer": str(world.employer.pk),
    } | given


def of_sam():
    return Apprenticeship.objects.unscoped().filter(apprentice__name__in=["Sam Typed", "Sam Again"])


def test_a_second_enrolment_is_told_and_asked_about(client, world):
    first = enrol(world)
    client.force_login(world.admin)
    asked = client.post(reverse("pages:enrol"), form(world, email=" SAM@Example.test "))
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "This person is already enrolled on this standard" in page
    assert reverse("pages:coverage", args=[first.pk]) in page
    assert "on programme, has not accepted yet" in page
    assert list(of_sam()) == [first]
    assert len(delivered()) == 1


def test_a_second_enrolment_that_is_confirmed_is_made_once(client, world):
    first = enrol(world)
    client.force_login(world.admin)
    confirmed = form(world, beside=[str(first.pk)])
    for _ in range(2):
        assert client.post(reverse("pages:enrol"), confirmed).status_code == 302
    assert of_sam().count() == 2


def test_confirming_one_enrolment_confirms_no_other(client, world):
    first = enrol(world)
    enrol(world, "other@example.test", name="Sam Again")
    client.force_login(world.admin)
    asked = client.post(reverse("pages:enrol"), form(world, email="other@example.test", beside=[str(first.pk)]))
    assert asked.status_code == 422
    assert of_sam().count() == 2


@pytest.mark.parametrize("beside", ["", "1", "None", "11111111-1111-4111-8111-111111111111"])
def test_a_made_up_confirmation_confirms_nothing(client, world, beside):
    enrol(world)
    client.force_login(world.admin)
    assert client.post(reverse("pages:enrol"), form(world, beside=[beside])).status_code == 422
    assert of_sam().count() == 1


def test_the_same_account_is_found_after_its_address_changed(world):
    enrol(world)
    person = workflow.accept_and_take_up(token_of(links()[0]), NEW)
    User.objects.filter(pk=person.pk).update(email="sam.married@example.test")
    for email in ("sam@example.test", "sam.married@example.test"):
        with pytest.raises(AlreadyEnrolled):
            enrol(world, email)


def test_another_version_of_the_same_standard_is_the_same_standard(world):
    enrol(world)
    with pytest.raises(AlreadyEnrolled):
        enrol(world, standard_version=later_version(world.version, {"K1": "Other words"}))


def test_somebody_enrolled_by_account_is_found_without_an_address(world):
    with pytest.raises(AlreadyEnrolled) as refused:
        workflow.enrol(
            apprenticeship_id=uuid4(),
            provider=world.provider,
            standard_version=world.version,
            apprentice=world.apprentice,
            employer=None,
            started_on=clock.today(),
            planned_end_on=clock.today() + timedelta(days=400),
            by=acting(world.admin),
        )
    assert refused.value.others == [world.apprenticeship]


def test_another_standard_and_another_provider_are_nobodys_business(world):
    enrol(world)
    enrol(world, standard_version=make_version("ST9002"))
    enrol(world, by="other_admin", provider=world.other_provider)
    assert of_sam().count() == 3


def test_an_invitation_that_was_withdrawn_says_nothing_of_who_has_the_address(world):
    made = enrol(world, "wrong@example.test")
    workflow.invite_again(made.pk, "right@example.test", acting(world.admin))
    enrol(world, "wrong@example.test", name="Sam Again")
    assert of_sam().count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_enrol_the_same_person_at_once_enrol_them_once(world):
    answers = []

    def press():
        try:
            answers.append(enrol(world))
        except Exception as fault:  # noqa: BLE001  (any fault but the one is a failure)
            answers.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert of_sam().count() == 1
    assert sum(isinstance(answer, AlreadyEnrolled) for answer in answers) == 4
