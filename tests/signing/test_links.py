"""A link: whom it may go to, what ends it, and that it is used once."""

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from apprenticeships.models import Assignment
from assessments import workflow as assessing
from assessments.models import Verification
from assessments.verifying.confirmations import of_piece
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.actor import Actor
from core.errors import Incomplete, NotAllowed, OutOfTurn, TokenTaken
from portfolios.models import EvidenceFile
from signing import workflow as signing
from signing.models import Disavowal, Link, LinkState, Signature, state_of
from signing.workflow import LinkClosed, TextChanged
from tests.mail import delivered
from tests.notifications.worker import digest, mailed
from tests.signing.people import (
    SAID,
    WITNESS,
    ask_employer,
    ask_witness,
    contact_at,
    link_of,
    sign,
    token_for,
)
from tests.world import OWN_WORK, World, acting, make_world

pytestmark = pytest.mark.django_db


# Whom one may ask -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "written",
    [
        "apprentice@example.test",
        "Apprentice@Example.test",
        "app.ren.tice@example.test",
        "apprentice+manager@example.test",
        # Seen: a name in quotation marks is the same mailbox, and was not refused.
        '"apprentice"@example.test',
        '"appren\\tice"@example.test',
        '"Appren.tice+boss"@example.test',
    ],
)
def test_nobody_asks_themselves_however_they_write_their_address(world: World, written: str):
    with pytest.raises(Incomplete, match="somebody else"):
        ask_witness(world, email=written.lower())
    assert not Link.objects.exists()


@pytest.mark.parametrize("who", ["assessor", "second_assessor"])
def test_an_assessor_of_the_apprentice_is_asked_nothing(world: World, who: str):
    person = world.people[who]
    if who == "second_assessor":
        Assignment.objects.create(
            apprenticeship=world.apprenticeship, person=person, role="assessor", is_cover=True, started_on=clock.today()
        )
    with pytest.raises(Incomplete):
        ask_witness(world, email=person.email)


def test_another_address_of_the_same_person_is_theirs_too(world: World):
    EmailAddress.objects.create(user=world.apprentice, email="private@example.test", verified=True, primary=False)
    with pytest.raises(Incomplete):
        ask_witness(world, email="pri.vate+x@example.test")


def test_who_was_asked_before_they_became_the_assessor_cannot_answer(world: World):
    token = token_for(ask_witness(world, email=world.second_assessor.email))
    signing.start(token)
    Assignment.objects.create(
        apprenticeship=world.apprenticeship,
        person=world.second_assessor,
        role="assessor",
        is_cover=True,
        started_on=clock.today(),
    )
    with pytest.raises(NotAllowed):
        sign(token)
    with pytest.raises(NotAllowed):
        signing.decline(token, reason="No.")


@pytest.mark.parametrize(
    "who", ["second_apprentice", "second_assessor", "mentor", "iqa", "viewer", "admin", "other_admin"]
)
def test_only_the_apprentice_and_the_assessor_ask_a_witness(world: World, who: str):
    with pytest.raises(NotAllowed):
        ask_witness(world, by=world.people[who])


@pytest.mark.parametrize("who", ["apprentice", "second_assessor", "mentor", "iqa", "viewer", "other_admin"])
def test_only_the_assessor_and_an_admin_ask_the_employer(world: World, who: str):
    contact = contact_at(world)
    with pytest.raises(NotAllowed):
        ask_employer(world, contact, by=world.people[who])


def test_behaviours_go_to_a_recorded_contact_only(world: World):
    elsewhere = contact_at(world)
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(removed_at=clock.now())
    with pytest.raises(Incomplete, match="recorded as a contact"):
        ask_employer(world, elsewhere)


def test_a_contact_who_is_the_apprentice_is_not_asked(world: World):
    with pytest.raises(Incomplete, match="somebody else"):
        ask_employer(world, contact_at(world, email="appren.tice+boss@example.test"))


def test_one_token_of_a_form_asks_once(world: World):
    submission = world.submitted("K1")
    made = ask_witness(world, submission)
    again = assessing.ask_testimony(
        submission.pk,
        acting(world.apprentice),
        verification_id=made.pk,
        kind="witness",
        name="Wanda",
        email="another@example.test",
    )
    assert again == made
    assert Link.objects.count() == 1
    with pytest.raises(TokenTaken):
        assessing.ask_testimony(
            world.submitted("K2", title="Another").pk,
            acting(world.apprentice),
            verification_id=made.pk,
            kind="witness",
            name="Wanda",
            email=WITNESS,
        )


def test_who_is_asked_already_is_not_asked_twice(world: World):
    submission = world.submitted("K1")
    ask_witness(world, submission)
    with pytest.raises(Incomplete, match="asked already"):
        ask_witness(world, submission)


def test_the_site_is_no_way_to_mail_many_strangers(world: World):
    submission = world.submitted("K1")
    for number in range(20):
        ask_witness(world, submission, email=f"stranger{number}@example.test")
    with pytest.raises(OutOfTurn):
        ask_witness(world, submission)


# The mail -------------------------------------------------------------------------------------------------------------
def test_the_mail_has_the_link_and_nothing_of_the_work(world: World):
    ask_witness(world)
    (message,) = delivered()
    assert message.to == [WITNESS]
    assert "/sign/" in message.body
    assert "Apprentice" in message.body
    for secret in ("Advert for a driver", "two job boards", "Statement of K1"):
        assert secret not in message.body + message.subject


def test_only_a_hash_of_the_token_is_kept(world: World):
    token = token_for(ask_witness(world))
    assert token not in str(list(Link.objects.values()))


# What ends it ---------------------------------------------------------------------------------------------------------
def test_a_link_is_used_once(world: World):
    token = token_for(ask_witness(world))
    first = sign(token)
    again = assessing.confirm(token, shown=first.sha256, **SAID)
    assert again == first
    with pytest.raises(LinkClosed):
        assessing.confirm(token, shown=first.sha256, name="Somebody Else", role="Manager")
    with pytest.raises(LinkClosed):
        signing.decline(token, reason="Second thoughts.")
    with pytest.raises(LinkClosed):
        assessing.pass_on(token, name="Nina", email="nina@example.test")
    assert Signature.objects.count() == 1


def test_nobody_signs_before_they_start(world: World):
    verification = ask_witness(world)
    with pytest.raises(OutOfTurn, match="Start"):
        assessing.confirm(token_for(verification), shown=link_of(verification).sha256, **SAID)


def test_a_link_expires(world: World):
    verification = ask_witness(world)
    token = token_for(verification)
    with clock.at(clock.now() + timedelta(days=15)):
        assert signing.link_of(token) is None
        with pytest.raises(LinkClosed):
            sign(token)
        assert state_of(link_of(verification)) == LinkState.EXPIRED


def test_a_withdrawn_link_does_not_work_and_is_withdrawn_once(world: World):
    verification = ask_witness(world)
    token = token_for(verification)
    signing.revoke(link_of(verification).pk, acting(world.assessor))
    signing.revoke(link_of(verification).pk, acting(world.admin))
    with pytest.raises(LinkClosed):
        signing.start(token)
    assert Entry.objects.filter(action="link.withdrawn").count() == 1


def test_a_link_that_is_sent_again_replaces_the_old_one_and_keeps_what_was_typed(world: World):
    verification = ask_witness(world)
    old = token_for(verification)
    signing.start(old)
    signing.keep_for_later(old, name="Wanda", comment="I was")
    with clock.at(clock.now() + timedelta(days=20)):
        signing.resend(link_of(verification).pk, acting(world.apprentice))
        new = token_for(verification)
        assert new != old
        with pytest.raises(LinkClosed):
            signing.start(old)
        assert signing.link_of(new).kept["comment"] == "I was"
        assert sign(new)


def test_nobody_is_asked_or_emailed_again_about_an_apprentice_who_left(world: World):
    contact, asked = contact_at(world), link_of(ask_witness(world))
    world.withdrawn()
    before = len(delivered())
    with pytest.raises(OutOfTurn):
        ask_employer(world, contact, by=world.admin)
    with pytest.raises(OutOfTurn):
        signing.resend(asked.pk, acting(world.admin))
    assert len(delivered()) == before


def test_pressing_send_again_twice_sends_one_mail(world: World):
    verification = ask_witness(world)
    with clock.at(clock.now() + timedelta(hours=1)):
        for _ in range(2):
            signing.resend(link_of(verification).pk, acting(world.apprentice))
    assert Entry.objects.filter(action="link.resent").count() == 1


@pytest.mark.parametrize("who", ["second_apprentice", "second_assessor", "former_assessor", "mentor", "iqa", "viewer"])
def test_who_does_not_look_after_it_neither_sends_nor_withdraws_it(world: World, who: str):
    link = link_of(ask_witness(world))
    for act in (signing.resend, signing.revoke):
        with pytest.raises(NotAllowed):
            act(link.pk, acting(world.people[who]))


def test_the_apprentice_does_not_withdraw_what_the_assessor_asked(world: World):
    link = link_of(ask_witness(world, by=world.assessor))
    with pytest.raises(NotAllowed):
        signing.revoke(link.pk, acting(world.apprentice))


def test_declining_takes_a_reason_and_tells_who_asked(world: World):
    verification = ask_witness(world)
    token = token_for(verification)
    with pytest.raises(Incomplete):
        signing.decline(token, reason="  ")
    signing.decline(token, reason="I was on leave.")
    signing.decline(token, reason="I was on leave.")
    told = mailed(world.apprentice)
    assert len(told) == 1
    assert "declined" in told[0].body
    assert "on leave" not in told[0].body
    (row,) = of_piece(acting(world.apprentice), verification.submission.evidence_id)
    assert (row.state, row.decline_reason) == (LinkState.DECLINED, "I was on leave.")


# What is signed -------------------------------------------------------------------------------------------------------
def test_what_is_signed_is_the_snapshot_that_was_shown(world: World):
    verification = ask_witness(world)
    link = link_of(verification)
    signature = sign(token_for(verification))
    assert signature.sha256 == link.sha256
    assert signature.statement == link.content["statement"]
    assert "Apprentice" in signature.statement
    assert link.content["snapshot_sha256"] == verification.submission.snapshot.sha256
    assert link.content["claims"][0]["statement"] == "Statement of K1"


@pytest.mark.parametrize("said", [{"name": " "}, {"role": ""}, {"name": "Apprentice"}, {"name": "APPRENTICE"}])
def test_a_signature_takes_a_name_of_ones_own_and_a_role(world: World, said: dict):
    with pytest.raises(Incomplete):
        sign(token_for(ask_witness(world)), **said)


def test_who_signs_while_the_apprentice_is_signed_in_there_is_refused(world: World):
    token = token_for(ask_witness(world))
    link = signing.start(token)
    with pytest.raises(NotAllowed):
        assessing.confirm(token, shown=link.sha256, signed_in=acting(world.apprentice), **SAID)


def test_an_edit_in_between_is_told_before_signing(world: World):
    submission = world.judged({"K1": "not_yet"})
    verification = ask_witness(world, submission)
    token = token_for(verification)
    link = signing.start(token)
    evidence = submission.evidence
    type(evidence).objects.filter(pk=evidence.pk).update(narrative="I did it all by myself.")
    with pytest.raises(TextChanged):
        assessing.confirm(token, shown=link.edition(has_changed=False), **SAID)
    made = assessing.confirm(token, shown=link.edition(has_changed=True), **SAID)
    assert made.was_told_of_change
    assert made.sha256 == link.sha256


def test_a_piece_that_was_unsent_is_told_before_signing(world: World):
    submission = world.submitted("K1")
    token = token_for(ask_witness(world, submission))
    link = signing.start(token)
    assessing.take_back(submission.pk, acting(world.apprentice))
    with pytest.raises(TextChanged):
        assessing.confirm(token, shown=link.edition(has_changed=False), **SAID)


def test_evidence_for_a_behaviour_that_comes_in_between_is_told_before_the_employer_signs(world: World):
    token = token_for(ask_employer(world))
    link = signing.start(token)
    world.submitted("B1")
    with pytest.raises(TextChanged):
        assessing.confirm(token, shown=link.edition(has_changed=False), **SAID)


def test_a_contact_who_is_removed_can_no_longer_confirm(world: World):
    from apprenticeships.workflow import remove_contact

    contact = contact_at(world)
    token = token_for(ask_employer(world, contact))
    signing.start(token)
    remove_contact(contact.pk, acting(world.admin))
    with pytest.raises(LinkClosed):
        sign(token)


def test_nothing_waits_for_a_signature(world: World):
    submission = world.submitted("B1")
    ask_witness(world, submission)
    ask_employer(world)
    world.judge(submission, {"B1": "met"})
    assert assessing.sign_off(world.apprenticeship.pk, world.ksb("B1").pk, acting(world.assessor))


# Passing it on --------------------------------------------------------------------------------------------------------
def test_a_link_is_passed_on_by_name_and_who_asked_is_told(world: World):
    verification = ask_witness(world)
    token = token_for(verification)
    signing.start(token)
    following = assessing.pass_on(token, name="Nina Newcomer", email="nina@example.test")
    assert assessing_again(token) == following
    with pytest.raises(LinkClosed):
        sign(token)
    assert "Nina Newcomer" in mailed(world.apprentice)[0].body
    made = sign(token_for(verification), name="Nina Newcomer", role="Team leader")
    (row,) = of_piece(acting(world.assessor), verification.submission.evidence_id)
    assert (row.stands, row.signed_name) == (True, made.name)


def assessing_again(token: str) -> Link:
    return assessing.pass_on(token, name="Nina Newcomer", email="nina@example.test")


@pytest.mark.parametrize("to", ["apprentice+me@example.test", "assessor@example.test", WITNESS])
def test_a_link_is_not_passed_on_to_the_apprentice_the_assessor_or_oneself(world: World, to: str):
    token = token_for(ask_witness(world))
    with pytest.raises(Incomplete):
        assessing.pass_on(token, name="Nina Newcomer", email=to)


def test_a_link_is_passed_on_three_times_at_most(world: World):
    verification = ask_witness(world)
    for number in range(3):
        assessing.pass_on(token_for(verification), name=f"Person {number}", email=f"person{number}@example.test")
    with pytest.raises(OutOfTurn):
        assessing.pass_on(token_for(verification), name="One More", email="onemore@example.test")


def test_an_employers_link_is_passed_on_to_another_recorded_contact_only(world: World):
    verification = ask_employer(world)
    other = contact_at(world, email="colin@example.test", name="Colin Colleague")
    token = token_for(verification)
    with pytest.raises(Incomplete):
        assessing.pass_on(token, name="Nina", email="nina@example.test")
    assert assessing.pass_on(token, contact_id=other.pk).email == other.email


# Receipts -------------------------------------------------------------------------------------------------------------
def test_the_signer_gets_a_receipt_and_who_asked_is_told(world: World):
    made = sign(token_for(ask_witness(world)))
    receipt = next(one for one in delivered() if one.to == [WITNESS] and made.reference in one.body)
    assert made.statement in receipt.body
    assert "GMT" in receipt.body or "BST" in receipt.body
    assert "two job boards" not in receipt.body
    assert "Wanda Witness confirmed what you asked about." in digest(world.apprentice)[0].body


def test_this_was_not_me_makes_it_count_for_nothing(world: World):
    from signing import receipts

    verification = ask_witness(world)
    made = sign(token_for(verification))
    for _ in range(2):
        signing.disown(receipts.token_of(made))
    assert Disavowal.objects.count() == 1
    for who in (world.admin, world.iqa, world.apprentice):
        (row,) = of_piece(acting(who), verification.submission.evidence_id)
        assert (row.state, row.stands) == (LinkState.DISOWNED, False)
    with pytest.raises(LinkClosed):
        signing.disown("made.up")


# What its holder reaches ----------------------------------------------------------------------------------------------
def test_the_holder_of_a_link_reaches_that_link_and_nobodys_rows(world: World):
    verification = ask_witness(world)
    other = link_of(ask_witness(world, world.submitted("K2", title="Another"), email="x@example.test"))
    holder = Actor(link_id=link_of(verification).pk)
    assert list(Link.objects.visible_to(holder)) == [link_of(verification)]
    assert other not in Link.objects.visible_to(holder)
    for model in (Signature, Verification, EvidenceFile):
        assert not model.objects.visible_to(holder).exists()


# Two at once ----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_who_sign_by_one_link_at_once_make_one_signature():
    world = make_world()
    token = token_for(ask_witness(world))
    link = signing.start(token)
    results: list[object] = []
    barrier = threading.Barrier(2)

    def press(name: str) -> None:
        barrier.wait()
        try:
            results.append(assessing.confirm(token, shown=link.sha256, name=name, role="Manager"))
        except OutOfTurn as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(name,)) for name in ("Wanda Witness", "Walter Witness")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Signature.objects.count() == 1
    assert sorted(type(one).__name__ for one in results) == ["LinkClosed", "Signature"]


@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_signing_at_once_leave_one_of_the_two():
    world = make_world()
    verification = ask_witness(world)
    token = token_for(verification)
    link = signing.start(token)
    barrier = threading.Barrier(2)

    def run(act) -> None:
        barrier.wait()
        try:
            act()
        except OutOfTurn:
            pass
        finally:
            connection.close()

    acts = [
        lambda: assessing.confirm(token, shown=link.sha256, **SAID),
        lambda: signing.revoke(link.pk, acting(world.assessor)),
    ]
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    link.refresh_from_db()
    assert bool(link.signed_at) is not bool(link.revoked_at)
    assert Signature.objects.exists() is bool(link.signed_at)
    assert not list(verify())


def test_a_round_after_the_one_that_was_signed_is_told(world: World):
    submission = world.judged({"K1": "not_yet"})
    token = token_for(ask_witness(world, submission))
    link = signing.start(token)
    assessing.submit(submission.evidence_id, acting(world.apprentice), OWN_WORK)
    with pytest.raises(TextChanged):
        assessing.confirm(token, shown=link.edition(has_changed=False), **SAID)
