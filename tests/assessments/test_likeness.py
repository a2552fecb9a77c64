"""Evidence that is like another apprentice's is flagged to be looked at; an investigation holds back sign-offs."""

from itertools import combinations
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from apprenticeships.models import KsbProgress
from assessments import workflow as assessing
from assessments.likeness import looking, workflow
from assessments.likeness.texts import THRESHOLD, bands_of, runs_of, share
from assessments.models import Flag, FlagAnswer, Investigation, InvestigationEnd
from assessments.tasks import is_any_unlooked, look_for_likeness
from assessments.workflow import take_back
from audit.verification import verify
from core.errors import Incomplete, NotAllowed, OutOfTurn
from demo import bank
from tests.assessments.likeness import STORY, flagged, investigated, sent
from tests.queries import query_count
from tests.world import World, acting, claim_words, grant

pytestmark = pytest.mark.django_db


def signed_in(person) -> Client:  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(person)
    return client


def page(person, name: str, *keys: object) -> str:  # type: ignore[no-untyped-def]
    return signed_in(person).get(reverse(name, args=keys)).content.decode()


def content(text: str) -> dict:
    return {"narrative": text, "answers": []}


def changed(text: str, every: int) -> str:
    """The text with one word in so many replaced."""
    words = text.split()
    return " ".join(f"other{at}" if at % every == every // 2 else word for at, word in enumerate(words))


def test_the_threshold_lies_between_texts_of_different_hands_and_a_text_with_changed_words():
    told = [runs_of(content(piece.narrative)) for piece in bank.PIECES]
    assert max(share(one, other) for one, other in combinations(told, 2)) < 0.01
    edited = [runs_of(content(changed(piece.narrative, 20))) for piece in bank.PIECES]
    kept = [share(one, other) for one, other in zip(told, edited, strict=True)]
    assert min(kept) > THRESHOLD + 0.05


def test_texts_that_are_nearly_the_same_nearly_always_have_a_band_in_common():
    provider, found = uuid4(), []
    for number in range(60):
        text = " ".join(f"word{number}of{place}" for place in range(90))
        one, other = (bands_of(runs_of(content(it)), provider) for it in (text, changed(text, 30)))
        found.append(bool(set(one) & set(other)))
    assert sum(found) >= 57


def test_a_short_text_is_like_nothing():
    assert not runs_of(content("I wrote the advert and placed it on two job boards."))


def test_nearly_the_same_text_as_another_apprentices_is_flagged_and_so_is_theirs_while_it_waits(world: World):
    first = sent(world, changed(STORY, 30), of=world.second)
    second = sent(world)
    flags = {flag.submission_id: flag for flag in Flag.objects.unscoped().all()}
    assert set(flags) == {first.pk, second.pk}
    assert flags[second.pk].percent >= 100 * THRESHOLD
    assert looking.look_at(second.pk) == []
    assert not list(verify())


def test_the_same_file_as_another_apprentices_is_flagged_by_its_hash(world: World):
    sent(world, "Mine.", of=world.second, file="The same notes.")
    submission = sent(world, "Ours.", file="The same notes.")
    flag = Flag.objects.unscoped().get(submission=submission)
    assert (flag.kind, flag.file.name) == ("file", "notes.txt")


def test_ones_own_earlier_evidence_and_another_providers_raise_no_flag(world: World):
    sent(world, file="The same notes.")
    sent(world, of=world.elsewhere, file="The same notes.")
    sent(world, file="The same notes.")
    assert not Flag.objects.unscoped().exists()


def test_what_was_unsent_raises_no_flag(world: World):
    take_back(sent(world, of=world.second, file="The same notes.").pk, acting(world.second_apprentice))
    sent(world, file="The same notes.")
    assert not Flag.objects.unscoped().exists()


def test_a_job_looks_once_at_everything_that_waits(world: World):
    submission = world.submitted("K1")
    assert is_any_unlooked()
    look_for_likeness.func()
    assert not is_any_unlooked()
    assert submission.sketch


def test_the_assessor_is_told_in_a_sentence_that_names_nobody_and_the_apprentice_is_not_told(world: World):
    flag = flagged(world)
    shown = page(world.assessor, "pages:review", flag.submission_id)
    assert "nearly the same as another apprentice’s" in shown
    flag_page = page(world.assessor, "pages:flag", flag.pk)
    for html in (shown, flag_page):
        assert world.second_apprentice.name not in html
        assert str(flag.other_id) not in html
    assert str(flag.other_id) in page(world.iqa, "pages:flag", flag.pk)
    for name, key in (("pages:review", flag.submission_id), ("pages:evidence", flag.submission.evidence_id)):
        assert "another apprentice" not in page(world.apprentice, name, key)


def test_a_flag_costs_the_review_at_most_one_statement(world: World):
    client = signed_in(world.assessor)
    plain = query_count(client, reverse("pages:review", args=[world.submitted("K1").pk]))
    with_flag = query_count(client, reverse("pages:review", args=[flagged(world).submission_id]))
    assert with_flag <= plain + 1
    assert with_flag <= 12


def test_a_flag_is_dismissed_once_with_a_note_by_the_assessor_or_quality_assurance(world: World):
    flag = flagged(world)

    def answer(who: str, note: str = "They did it together.", token=None):  # type: ignore[no-untyped-def]
        by = acting(world.people[who])
        return workflow.answer_flag(flag.pk, by, answer_id=token or uuid4(), result="dismissed", note=note)

    for who in ("apprentice", "second_assessor", "admin", "viewer", "other_admin"):
        with pytest.raises(NotAllowed):
            answer(who)
    with pytest.raises(Incomplete):
        answer("assessor", " ")
    token = uuid4()
    for _time in range(2):
        answer("assessor", token=token)
    with pytest.raises(OutOfTurn, match="answered this"):
        answer("iqa")
    assert "Have a look" not in page(world.assessor, "pages:review", flag.submission_id)
    assert not Investigation.objects.unscoped().exists()


def test_a_flag_that_is_looked_into_puts_the_submission_under_investigation(world: World):
    flag = flagged(world)
    place = reverse("pages:flag", args=[flag.pk])
    client = signed_in(world.assessor)
    assert client.post(place, {"token": str(uuid4()), "result": "investigated", "note": ""}).status_code == 422
    sent_form = {"token": str(uuid4()), "result": "investigated", "note": "Word by word the same."}
    assert client.post(place, sent_form).status_code == 302
    assert FlagAnswer.objects.get().result == "investigated"
    listed = signed_in(world.iqa).get(reverse("pages:investigations")).content.decode()
    assert world.apprentice.name in listed


def test_while_it_is_under_investigation_nothing_it_claims_is_signed_off(world: World):
    submission = sent(world)
    made = investigated(world, submission)
    by = acting(world.assessor)
    assert "Sign K1 off as well" not in page(world.assessor, "pages:review", submission.pk)
    with pytest.raises(OutOfTurn, match="under investigation"):
        assessing.finish_review(submission.pk, by, {"K1": claim_words("met", signs_off=True)})
    world.judge(submission, {"K1": "met"})
    with pytest.raises(OutOfTurn, match="under investigation"):
        assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, by)
    assert KsbProgress.objects.get(apprenticeship=world.apprenticeship, ksb__code="K1").state == "met"
    workflow.close_investigation(made.pk, acting(world.iqa), outcome="cleared", words="All is well.")
    assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, by)
    assert not list(verify())


def test_the_apprentice_sees_that_it_is_looked_into_and_what_was_found_but_not_why(world: World):
    made = investigated(world)
    for name, key in (("pages:evidence", made.submission.evidence_id), ("pages:review", made.submission_id)):
        html = page(world.apprentice, name, key)
        assert "looking into this piece" in html
        assert "handbook" not in html
    assert signed_in(world.apprentice).get(reverse("pages:investigation", args=[made.pk])).status_code == 404
    closing = {"outcome": "unclear", "words": "Say next time which parts are the handbook’s."}
    place = reverse("pages:investigation-close", args=[made.pk])
    assert signed_in(world.iqa).post(place, closing | {"words": ""}).status_code == 422
    assert signed_in(world.iqa).post(place, closing).status_code == 302
    assert "which parts are the handbook’s" in page(world.apprentice, "pages:evidence", made.submission.evidence_id)


def test_an_investigation_is_closed_once_by_a_quality_assurer_who_did_not_begin_it(world: World):
    made = investigated(world)

    def close(who: str, outcome: str = "cleared"):  # type: ignore[no-untyped-def]
        return workflow.close_investigation(made.pk, acting(world.people[who]), outcome=outcome, words="All is well.")

    grant(world.assessor, world.provider, Role.IQA)
    for who in ("assessor", "admin", "apprentice", "viewer", "other_admin"):
        with pytest.raises(NotAllowed):
            close(who)
    for _time in range(2):
        close("iqa")
    with pytest.raises(OutOfTurn, match="closed this"):
        close("iqa", "upheld")
    with pytest.raises(IntegrityError), transaction.atomic():
        InvestigationEnd.objects.update(outcome="upheld")


def test_one_investigation_is_open_at_a_time(world: World):
    made = investigated(world)
    with pytest.raises(OutOfTurn, match="under investigation since"):
        investigated(world, made.submission)
    workflow.close_investigation(made.pk, acting(world.iqa), outcome="cleared", words="All is well.")
    assert investigated(world, made.submission).number == 2
