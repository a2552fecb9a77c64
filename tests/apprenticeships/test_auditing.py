"""External auditors: what they see, until when, and the trace that they leave."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from accounts.workflow import end_membership, revoke
from apprenticeships import workflow
from apprenticeships.models import Apprenticeship, AuditScope
from audit.models import Entry
from core import clock, moments
from core.errors import Incomplete, NotAllowed, OutOfTurn
from portfolios import workflow as collecting
from tests.access.browsers import signed_in_browser
from tests.access.rules import let_in
from tests.world import World, acting, make_version, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def seen_by(auditor) -> set:
    return {one.pk for one in Apprenticeship.objects.visible_to(acting(auditor))}


def test_an_auditor_sees_the_learners_they_were_named_or_those_of_a_standard_and_of_a_period(world):
    started = world.apprenticeship.started_on
    day = timedelta(days=1)
    assert seen_by(let_in(world, "named", world.apprenticeship)) == {world.apprenticeship.pk}
    standard = {"standards": [world.version.standard]}
    assert seen_by(let_in(world, "whole", **standard)) == {world.apprenticeship.pk, world.second.pk}
    within = let_in(world, "within", **standard, starts_from=started, starts_until=started)
    assert seen_by(within) == {world.apprenticeship.pk, world.second.pk}
    assert seen_by(let_in(world, "later", **standard, starts_from=started + day)) == set()
    assert seen_by(let_in(world, "other", standards=[make_version("ST9002").standard])) == set()


def test_an_auditor_is_told_until_when_they_see_what_and_nobody_else_is(world, client):
    auditor = let_in(world, "auditor", world.apprenticeship)
    ends = moments.day(Membership.objects.get(user=auditor, role=Role.AUDITOR).ended_on)
    client.force_login(auditor)
    page = client.get(reverse("pages:cohort")).content.decode()
    assert f"You can see this until {ends}, and change nothing." in page
    assert "What you open is recorded." in page
    client.force_login(world.assessor)
    assert "You can see this until" not in client.get(reverse("pages:cohort")).content.decode()


def test_access_ends_by_itself_and_a_new_invitation_does_not_bring_the_old_scope_back(world):
    auditor = let_in(world, "auditor", world.apprenticeship)
    with clock.at(clock.now() + timedelta(days=365)):
        assert seen_by(auditor) == set()
    held = Membership.objects.get(user=auditor, role=Role.AUDITOR)
    end_membership(held.pk, acting(world.admin), "The visit is over.")
    assert seen_by(auditor) == set()
    given = {"name": auditor.name, "email": auditor.email, "ends_on": clock.today() + timedelta(days=9)}
    again = workflow.invite_auditor(world.provider, acting(world.admin), learners=[world.second], **given)
    from accounts.workflow import accept_invitation

    accept_invitation(again.link.rstrip("/").rpartition("/")[2], by=acting(auditor))
    assert seen_by(auditor) == {world.second.pk}


def test_only_an_admin_invites_an_auditor_to_something_of_their_own_provider_until_a_day(world):
    given = {"name": "Ann Auditor", "email": "ann@example.test", "ends_on": clock.today() + timedelta(days=9)}
    for person in (world.iqa, world.assessor, world.other_admin):
        with pytest.raises(NotAllowed):
            workflow.invite_auditor(world.provider, acting(person), learners=[world.apprenticeship], **given)
    for wrong in (
        {},
        {"learners": [world.elsewhere]},
        {"learners": [world.second], "ends_on": clock.today()},
        {"standards": [world.version.standard], "starts_from": clock.today(), "starts_until": world.second.started_on},
    ):
        with pytest.raises(Incomplete):
            workflow.invite_auditor(world.provider, acting(world.admin), **given | wrong)
    made = workflow.invite_auditor(world.provider, acting(world.admin), learners=[world.second], **given)
    assert workflow.invite_auditor(world.provider, acting(world.admin), learners=[world.second], **given) == made
    assert AuditScope.objects.unscoped().count() == 1
    with pytest.raises(OutOfTurn):
        workflow.invite_auditor(world.provider, acting(world.admin), learners=[world.apprenticeship], **given)
    revoke(made.pk, acting(world.admin))


def test_what_an_auditor_opens_is_recorded_once_within_an_hour_and_shown_to_quality_assurance(world):
    auditor = world.people["auditor"] = let_in(world, "auditor", world.apprenticeship)
    submission = world.submitted("K1", title="Advert for a driver")
    browser = signed_in_browser(world, "auditor")
    for _twice in range(2):
        for address, pk in (
            ("coverage", world.apprenticeship.pk),
            ("progress", world.apprenticeship.pk),
            ("evidence", submission.evidence_id),
            ("review", submission.pk),
        ):
            assert browser.get(reverse(f"pages:{address}", args=[pk])).status_code == 200
    assert browser.get(reverse("pages:coverage", args=[world.second.pk])).status_code == 404
    opened = Entry.objects.filter(actor_person=auditor.pk, action__endswith=".opened").values_list("action", "subject")
    assert sorted(opened) == [
        ("apprenticeship.opened", str(world.apprenticeship.pk)),
        ("evidence.opened", str(submission.evidence_id)),
    ]
    with clock.at(clock.now() + timedelta(hours=2)):
        collecting.note_opening(acting(auditor), world.apprenticeship)
    assert opened.all().count() == 3
    quality = signed_in_browser(world, "iqa")
    invitation = AuditScope.objects.unscoped().get().invitation_id
    assert auditor.name in quality.get(reverse("pages:auditors")).content.decode()
    page = quality.get(reverse("pages:auditor", args=[invitation])).content.decode()
    assert "Advert for a driver" in page
    assert world.apprentice.name in page


def test_the_form_names_learners_by_their_numbers_and_says_which_it_does_not_know(world):
    admin = signed_in_browser(world, "admin")
    Apprenticeship.objects.unscoped().filter(pk=world.second.pk).update(learner_reference="REF2")
    told = {
        "name": "Ann Auditor",
        "email": "ann@example.test",
        "ends_on": (clock.today() + timedelta(days=9)).isoformat(),
        "learners": "REF2\r\n1234567890",
    }
    refused = admin.post(reverse("pages:auditor-invite"), told)
    assert refused.status_code == 422
    assert "1234567890" in refused.content.decode()
    assert admin.post(reverse("pages:auditor-invite"), told | {"learners": "REF2"}).status_code == 302
    assert AuditScope.objects.unscoped().get().apprenticeship == world.second
