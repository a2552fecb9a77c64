"""The gateway: the list, three declarations, the lock, returning it and the result."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Membership
from apprenticeships.models import Apprenticeship, Change
from apprenticeships.workflow import undo_change
from core import clock
from core.errors import Incomplete, NotAllowed, OutOfTurn
from notifications import outbox
from notifications.models import Notice
from programme.models import (
    AssessmentResult,
    GatewayEnd,
    GatewayLock,
    PartySignature,
    ProgressReview,
    SignedKind,
    SignedVersion,
)
from programme.states import GatewayState
from programme.workflow import sign_version, sign_version_by_link
from reports.gateway import workflow
from reports.gateway.workflow import ResultWords
from reports.pack.workflow import choose_pieces
from signing import workflow as signing
from signing.receipts import token_of as receipt_of
from tests.programme import reviewing
from tests.programme.declaring import ask, checklist, declare, locked, opened, ready, result, state
from tests.programme.reviewing import token_of
from tests.states import off_the_table, states
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def status(world: World) -> str:
    return str(Apprenticeship.objects.unscoped().values_list("status", flat=True).get(pk=world.apprenticeship.pk))


def test_the_list_says_what_blocks_and_who_can_unblock_it(world: World):
    lines = {line.key: line for line in checklist(world).lines}
    assert not checklist(world).is_met
    ksbs = lines["ksbs"]
    assert ksbs.state.value == "not_done"
    assert ksbs.figure.startswith("0 of ")
    assert "no evidence yet (apprentice)" in ksbs.why
    assert lines["reviews"].state.value == "not_done"
    assert world.assessor.name in lines["reviews"].who
    assert lines["behaviours"].state.value == lines["outcomes"].state.value == "not_needed"
    with pytest.raises(OutOfTurn, match="Not everything is done yet"):
        opened(world)
    ready(world)
    assert [line.name for line in checklist(world).blocking] == []


def test_an_open_appeal_or_investigation_blocks_and_others_are_not_told_which(world: World):
    from assessments.likeness.workflow import investigate

    ready(world)
    waiting = world.submitted("K1", title="Whose is this?")
    investigate(waiting.pk, acting(world.iqa), investigation_id=uuid4(), reason="It reads like another one.")
    assert state(world, "investigations") == state(world, "quality") == "not_done"
    shared = checklist(world).shared
    assert "investigations" not in {line.key for line in shared}
    assert "nvestigation" not in str(shared)


def test_all_three_declare_and_the_last_locks(world: World):
    ready(world)
    version = opened(world)
    assert opened(world, by=world.admin) == version
    declare(world, version, "apprentice")
    assert declare(world, version, "apprentice").party == "apprentice"
    assert status(world) == "on_programme"
    declare(world, version, "employer")
    declare(world, version, "employer")
    assert status(world) == "past_gateway"
    lock = GatewayLock.objects.unscoped().get()
    assert lock.sha256 == version.sha256
    assert {one.wording for one in PartySignature.objects.unscoped().filter(version=version)} == {1}
    assert Change.objects.unscoped().standing().filter(kind="gateway_passed").count() == 1
    with pytest.raises(NotAllowed, match="Past gateway"):
        world.draft("K1")
    outbox.read_all()
    told = set(Notice.objects.unscoped().filter(news="gateway_locked").values_list("person__name", flat=True))
    assert told == {world.apprentice.name, world.assessor.name}


def test_nobody_declares_for_another_party_or_for_two(world: World):
    ready(world)
    for who in ("apprentice", "second_assessor", "iqa", "viewer", "mentor", "other_admin", "stranger"):
        with pytest.raises(NotAllowed):
            opened(world, by=world.people[who])
    version = opened(world)
    for who, party in (("apprentice", "employer"), ("mentor", "apprentice"), ("admin", "apprentice")):
        with pytest.raises(NotAllowed):
            declare(world, version, party, by=world.people[who])
    with pytest.raises(OutOfTurn, match="page of the gateway"):
        sign_version(version.pk, acting(world.apprentice), party="apprentice", shown=version.sha256)
    for email in (world.apprentice.email, world.assessor.email.replace("@", "+work@")):
        with pytest.raises(Incomplete):
            ask(world, version, email=email)


def test_the_employer_declares_by_a_link_and_it_locks(world: World, client):
    ready(world)
    version = opened(world)
    declare(world, version, "apprentice")
    link = ask(world, version)
    token = token_of(link)
    client.post(reverse("pages:link-start", args=[token]))
    page = client.get(reverse("pages:link", args=[token])).content.decode()
    assert "works at the level of this occupation" in page
    assert "The off-the-job hours are done" in page
    with pytest.raises(OutOfTurn, match="page of the gateway"):
        sign_version_by_link(token, shown=link.sha256, name="Carla Contact", role="Manager")
    said = {"shown": link.sha256, "name": "Carla Contact", "role": "Manager", "comment": ""}
    answered = client.post(reverse("pages:link-sign", args=[token]), said)
    assert answered.status_code == 302, answered.content.decode()
    assert status(world) == "past_gateway"
    signing.disown(receipt_of(PartySignature.objects.unscoped().get(party="employer").link_signature))
    client.force_login(world.admin)
    page = client.get(reverse("pages:gateway", args=[world.apprenticeship.pk])).content.decode()
    assert "was not theirs" in page


def test_what_is_declared_stays_as_it_is_until_it_is_released(world: World):
    ready(world)
    version = opened(world)
    piece = world.apprenticeship.chosen_pieces.unscoped().get().evidence_id
    with pytest.raises(OutOfTurn, match="part of a declaration"):
        choose_pieces(world.apprenticeship.pk, acting(world.apprentice), {piece: False})
    Apprenticeship.objects.filter(pk=world.apprenticeship.pk).update(off_the_job_minutes=0)
    declare(world, version, "apprentice")
    with pytest.raises(OutOfTurn, match="no longer done"):
        declare(world, version, "employer")
    assert status(world) == "on_programme"
    with pytest.raises(Incomplete):
        workflow.release_declarations(version.pk, acting(world.mentor), " ")
    with pytest.raises(NotAllowed):
        workflow.release_declarations(version.pk, acting(world.iqa), "Mine.")
    ends = [workflow.release_declarations(version.pk, acting(world.mentor), "Hours.") for _time in range(2)]
    assert ends[0] == ends[1]
    with pytest.raises(OutOfTurn, match="withdrawn"):
        declare(world, version, "employer")
    assert choose_pieces(world.apprenticeship.pk, acting(world.apprentice), {piece: False}) == 1


def test_a_figure_that_changed_is_declared_again_by_all_before_it_locks(client, world: World):
    ready(world)
    version = opened(world)
    declare(world, version, "apprentice")
    whose = Apprenticeship.objects.unscoped().filter(pk=world.apprenticeship.pk)
    whose.update(off_the_job_minutes=60 * 700)
    with pytest.raises(OutOfTurn, match="600 of 600 hours then, 700 of 600 hours now"):
        declare(world, version, "employer")
    client.force_login(world.assessor)
    again = {"before": str(version.pk)}
    client.post(reverse("pages:gateway-open", args=[world.apprenticeship.pk]), again)
    second = opened(world)
    again = {"before": str(second.pk)}
    page = client.post(reverse("pages:gateway-open", args=[world.apprenticeship.pk]), again, follow=True)
    assert "still those that were declared" in page.content.decode()
    assert (second.number, second.shared["lines"] != version.shared["lines"]) == (2, True)
    assert opened(world) == second
    with pytest.raises(OutOfTurn):
        declare(world, version, "employer")
    assert whose.get().status == "on_programme", "who declared the earlier figures declares again"
    declare(world, second, "employer")
    declare(world, second, "apprentice")
    assert whose.get().status == "past_gateway"


def test_a_review_stays_as_it_is_once_the_gateway_is_locked(client, world: World):
    ready(world)
    review = ProgressReview.objects.unscoped().get()
    locked(world)
    with pytest.raises(OutOfTurn, match="past the gateway"):
        reviewing.issue(world, review, reason="A word was wrong.", section_provider="Other words.")
    client.force_login(world.assessor)
    page = client.get(reverse("pages:progress-review", args=[review.pk])).content.decode()
    assert "can no longer be changed" in page
    assert "Correct it" not in page
    version = SignedVersion.objects.unscoped().of("gateway").get()
    workflow.return_gateway(version.pk, acting(world.admin), kind="provider", reason="A word was wrong.")
    assert reviewing.issue(world, review, reason="A word was wrong.", section_provider="Other words.").number == 2


def test_returned_it_can_be_declared_again_and_says_why(world: World):
    ready(world)
    version = locked(world)
    with pytest.raises(NotAllowed):
        workflow.return_gateway(version.pk, acting(world.assessor), kind="provider", reason="Mine.")
    for _time in range(2):
        workflow.return_gateway(version.pk, acting(world.admin), kind="organisation", reason="A page is missing.")
    assert status(world) == "on_programme"
    assert GatewayEnd.objects.unscoped().count() == 1
    again = locked(world)
    assert (again.number, again.reason) == (2, "A page is missing.")
    assert status(world) == "past_gateway"


def test_undoing_the_change_on_its_page_returns_it_too(world: World):
    ready(world)
    locked(world)
    undo_change(Change.objects.unscoped().get(kind="gateway_passed").pk, acting(world.admin), "Too early.")
    assert opened(world).number == 2


def test_nobody_declares_in_a_round_that_was_returned_by_undoing_its_change(world: World):
    ready(world)
    version = opened(world)
    declare(world, version, "apprentice")
    token = token_of(ask(world, version))
    started = signing.start(token)
    said = {"shown": started.edition(has_changed=False), "name": "Carla Contact", "role": "Manager"}
    signing.disown(receipt_of(workflow.declare_by_link(token, **said)))
    undo_change(Change.objects.unscoped().get(kind="gateway_passed").pk, acting(world.admin), "Not them.")
    with pytest.raises(OutOfTurn, match="returned"):
        declare(world, version, "employer")
    assert not SignedVersion.objects.unscoped().waiting().filter(pk=version.pk).exists()


def test_a_fail_with_a_resit_goes_on_and_a_pass_ends_it(world: World):
    ready(world)
    version = locked(world)
    token = uuid4()
    with pytest.raises(Incomplete):
        result(world, decided_on=clock.today() + timedelta(days=1))
    with pytest.raises(Incomplete):
        result(world, "pass", has_resit=True)
    first = result(world, "fail", has_resit=True, pk=token)
    assert result(world, "fail", has_resit=True, pk=token) == first
    assert status(world) == "past_gateway"
    second = result(world, "merit", certificate="C 12")
    assert (second.attempt, status(world)) == (2, "achieved")
    with pytest.raises(OutOfTurn):
        workflow.return_gateway(version.pk, acting(world.admin), kind="provider", reason="Too late.")
    with pytest.raises(OutOfTurn):
        result(world)


def test_a_result_is_corrected_by_another_and_the_status_follows(world: World):
    ready(world)
    locked(world)
    made, by = result(world, "pass"), acting(world.admin)
    wrong = {"words": ResultWords("fail", made.decided_on)}
    with pytest.raises(Incomplete):
        workflow.correct_assessment_result(made.pk, by, correction_id=uuid4(), reason=" ", **wrong)
    token = uuid4()
    for _time in range(2):
        told = {"correction_id": token, "reason": "Mistyped.", **wrong}
        fixed = workflow.correct_assessment_result(made.pk, by, **told)
    assert status(world) == "not_achieved"
    assert AssessmentResult.objects.unscoped().count() == 2
    back = {"words": ResultWords("pass", made.decided_on, certificate="C 1"), "reason": "It was a pass."}
    passed = workflow.correct_assessment_result(fixed.pk, by, correction_id=uuid4(), **back)
    assert status(world) == "achieved"
    better = {"words": ResultWords("merit", made.decided_on, certificate="C 1"), "reason": "The grade."}
    workflow.correct_assessment_result(passed.pk, by, correction_id=uuid4(), **better)
    assert status(world) == "achieved"
    with pytest.raises(OutOfTurn, match="newer result"):
        workflow.correct_assessment_result(made.pk, by, correction_id=uuid4(), **better)


def test_the_page_leads_from_the_list_to_the_result(client, world: World, django_assert_max_num_queries):
    ready(world)
    page = reverse("pages:gateway", args=[world.apprenticeship.pk])
    client.force_login(world.assessor)
    client.get(page)
    with django_assert_max_num_queries(20):
        shown = client.get(page).content.decode()
    assert "Everything is done." in shown
    assert "No investigation is open" in shown
    shown = client.post(reverse("pages:gateway-open", args=[world.apprenticeship.pk]), follow=True).content.decode()
    version = workflow.newest_version(SignedKind.GATEWAY, world.apprenticeship.pk)
    assert version is not None
    client.force_login(world.apprentice)
    with django_assert_max_num_queries(20):
        shown = client.get(page).content.decode()
    assert "Everything I have put forward is my own work, and I am ready to be assessed." in shown
    assert "No investigation is open" not in shown
    sign = reverse("pages:version-sign", args=[version.pk])
    client.post(sign, {"party": "apprentice", "shown": version.sha256})
    client.force_login(world.mentor)
    client.post(sign, {"party": "employer", "shown": version.sha256})
    client.force_login(world.admin)
    listed = client.get(reverse("pages:gateways")).content.decode()
    assert world.apprentice.name in listed
    assert "Past the gateway" in listed
    new = reverse("pages:assessment-result", args=[world.apprenticeship.pk])
    assert client.post(new, {"token": str(uuid4()), "grade": "", "decided_on": "soon"}).status_code == 422
    said = {"token": str(uuid4()), "grade": "merit", "decided_on": clock.today().isoformat(), "certificate": "C1"}
    assert "Merit" in client.post(new, said, follow=True).content.decode()


def test_a_member_whose_role_ended_declares_no_more(world: World):
    ready(world)
    version = opened(world)
    Membership.objects.filter(user=world.mentor).update(ended_on=clock.today() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        declare(world, version, "employer")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_who_declare_last_at_once_lock_it_once(world: World):
    ready(world)
    version, faults = opened(world), []

    def press(party: str) -> None:
        try:
            declare(world, version, party)
        except Exception as fault:  # noqa: BLE001  (any fault fails the test)
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[party]) for party in ("apprentice", "employer") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert GatewayLock.objects.unscoped().count() == 1
    assert PartySignature.objects.unscoped().filter(version=version).count() == 3
    assert status(world) == "past_gateway"


def test_rounds_of_declarations_keep_to_the_table_of_states(world: World):
    ready(world)
    for acts in (("release_declarations",), ("declare", "declare", "return_gateway")):
        for name in ("open_declarations", *acts):
            before = states()
            match name:
                case "open_declarations":
                    version = opened(world)
                case "declare":
                    declare(world, version, "employer" if version.signatures.unscoped().count() > 1 else "apprentice")
                case "release_declarations":
                    workflow.release_declarations(version.pk, acting(world.mentor), "Hours.")
                case "return_gateway":
                    workflow.return_gateway(version.pk, acting(world.admin), kind="provider", reason="A page.")
            seen = [state for key, state in states().items() if key == (GatewayState, version.pk)]
            assert off_the_table(before, states(), name) == []
        assert seen == [GatewayState.RELEASED if acts[0] == "release_declarations" else GatewayState.RETURNED]
