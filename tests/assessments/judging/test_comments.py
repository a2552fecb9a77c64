"""Comments to write feedback with: they fill themselves, are found while typing, and are private until shared."""

import pytest
from django.urls import reverse

from assessments import workflow
from assessments.commenting.comments import Comment, without_name
from assessments.commenting.workflow import add_comment, change_comment, remove_comment, share_comment
from assessments.feedback import Feedback
from assessments.models import Decision
from assessments.unfinished import ClaimWords
from audit.models import Entry
from core.errors import NotAllowed
from tests.world import acting


def send(world, said, who=None):
    submission = world.submitted(*said)
    workflow.finish_review(submission.pk, acting(who or world.assessor), said)
    assert Comment.objects.unscoped().filter(uses__gt=0).count() == send.before
    workflow.send_review(submission.pk, acting(who or world.assessor))


@pytest.fixture(autouse=True)
def none_before():
    send.before = 0


def kept():
    return dict(Comment.objects.unscoped().values_list("text", "uses"))


def found(client, world, who):
    client.force_login(who)
    submission = world.submitted("S2", apprenticeship=world.second if who == world.second_assessor else None)
    return client.get(reverse("pages:review-comments", args=[submission.pk])).json()["comments"]


def test_each_part_becomes_a_comment_once_it_is_sent_and_is_counted(world):
    both = Feedback(missing="Name the board.", meets="Clear.", next_step="")
    send(world, {"K1": ClaimWords("not_yet", both), "S1": ClaimWords("not_yet", Feedback(missing="Name the board. "))})
    assert kept() == {"Name the board.": 2, "Clear.": 1}
    assert set(Comment.objects.unscoped().values_list("owner", flat=True)) == {world.assessor.pk}


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Well done, Will. You will do it.", "Will Carpenter", None),
        ("Well done, Nina. Go on.", "Nina Newcomer", "Well done, [name]. Go on."),
        ("Nina Newcomer did it.", "Nina Newcomer", "[name] did it."),
        ("well done, nina", "Nina Newcomer", None),
        ("Mr Newcomer said so.", "Nina Newcomer", None),
        ("You will do it.", "Nina Newcomer", "You will do it."),
        ("Anina said so.", "Nina Newcomer", "Anina said so."),
    ],
)
def test_no_apprentice_is_named_in_what_is_kept(text, name, expected):
    assert without_name(text, name) == expected


def test_a_comment_is_offered_with_the_name_of_the_apprentice_whose_review_it_is(client, world):
    first = world.apprentice.name.split()[0]
    send(world, {"K1": ClaimWords("met", Feedback(meets=f"Well done, {first}."))})
    assert kept() == {"Well done, [name].": 1}
    assert found(client, world, world.assessor) == [f"Well done, {first}."]


def test_nobody_else_sees_or_touches_ones_own_comments(client, world):
    own = add_comment(acting(world.assessor), "Mine alone.", for_all=False)
    for who in (world.second_assessor, world.iqa, world.admin, world.other_admin):
        client.force_login(who)
        assert "Mine alone." not in client.get(reverse("pages:comments")).content.decode()
        assert client.get(reverse("pages:comment", args=[own.pk])).status_code == 404
        with pytest.raises((Comment.DoesNotExist, NotAllowed)):
            change_comment(own.pk, acting(who), "Not yours.")
        with pytest.raises((Comment.DoesNotExist, NotAllowed)):
            share_comment(own.pk, acting(who))


def test_sharing_is_an_act_on_the_record_after_which_everybody_here_finds_it(client, world):
    own = add_comment(acting(world.assessor), "Name the board.", for_all=False)
    share_comment(own.pk, acting(world.assessor))
    share_comment(own.pk, acting(world.assessor))
    assert Entry.objects.filter(action="comment.shared").count() == 1
    client.force_login(world.second_assessor)
    assert "Name the board." in client.get(reverse("pages:comments")).content.decode()
    client.force_login(world.other_assessor)
    assert "Name the board." not in client.get(reverse("pages:comments")).content.decode()
    assert found(client, world, world.assessor) == ["Name the board."]


def test_what_is_the_providers_is_counted_there_and_not_copied(world):
    add_comment(acting(world.iqa), "Name the board.", for_all=True)
    send(world, {"K1": ClaimWords("not_yet", Feedback(missing="Name the board."))})
    assert kept() == {"Name the board.": 1}


def test_the_providers_comments_are_changed_and_removed_by_who_looks_after_them(world):
    shared = add_comment(acting(world.admin), "Name the bord.", for_all=True)
    for act in (lambda who: change_comment(shared.pk, who, "No."), lambda who: remove_comment(shared.pk, who)):
        with pytest.raises(NotAllowed):
            act(acting(world.assessor))
    with pytest.raises(NotAllowed):
        add_comment(acting(world.assessor), "For all.", for_all=True)
    change_comment(shared.pk, acting(world.iqa), "Name the board.")
    assert kept() == {"Name the board.": 0}
    remove_comment(shared.pk, acting(world.admin))
    assert kept() == {}


def test_a_comment_in_the_words_of_another_takes_over_its_uses(world):
    send(world, {"K1": ClaimWords("not_yet", Feedback(missing="Name the board."))})
    other = add_comment(acting(world.assessor), "Name the bord.", for_all=False)
    change_comment(other.pk, acting(world.assessor), "Name the board.")
    assert kept() == {"Name the board.": 1}


def test_comments_are_added_found_and_removed_on_the_page_and_decisions_stay(client, world):
    send(world, {"K1": ClaimWords("not_yet", Feedback(missing="Name the board."))})
    client.force_login(world.assessor)
    address = reverse("pages:comments")
    assert client.post(address, {"text": " "}).status_code == 422
    client.post(address, {"text": "Say who decided.\r\nAnd when."})
    page = client.get(address, {"words": "WHO when"}).content.decode()
    assert "Say who decided." in page
    assert "Name the board." not in page
    for pk in Comment.objects.unscoped().values_list("pk", flat=True):
        assert client.post(reverse("pages:comment-remove", args=[pk])).status_code == 302
    assert kept() == {}
    assert Decision.objects.get().feedback.missing == "Name the board."
