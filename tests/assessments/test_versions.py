"""The versions of a piece, and a portfolio on paper."""

import pytest
from django.urls import reverse

from core import clock
from core.errors import OutOfTurn
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceVersion
from tests.queries import query_count
from tests.world import OWN_WORK, acting, make_version


def revise(world, piece, *, begins_version=False, **changes):
    words = {
        "title": piece.title,
        "narrative": piece.narrative,
        "happened_on": clock.today(),
        "claims": {world.ksb("K1").pk: "It shows K1."},
    } | changes
    revision = Evidence.objects.get(pk=piece.pk).revision
    return collecting.revise_evidence(
        piece.pk,
        acting(world.apprentice),
        revision=revision,
        content=EvidenceContent.written(**words),
        begins_version=begins_version,
    )


@pytest.fixture
def two_rounds(world):
    """A piece of two rounds: the second has other words and another claim."""
    from assessments.workflow import submit

    piece = world.judged({"K1": "not_yet"}, title="Advert").evidence
    revise(
        world,
        piece,
        narrative="I wrote the advert and measured the answers.",
        claims={world.ksb("K1").pk: "I measured.", world.ksb("S1").pk: "I wrote."},
    )
    submit(piece.pk, acting(world.apprentice), OWN_WORK)
    return piece


def versions_page(client, piece):
    return client.get(reverse("pages:evidence-versions", args=[piece.pk]))


def test_each_round_shows_what_changed_since_the_one_before(client, world, two_rounds):
    client.force_login(world.assessor)
    page = versions_page(client, two_rounds)
    rounds = {one.round: one for one in page.context["versions"] if one.round}
    changes = {
        change.label: {piece.text for piece in change.pieces if piece.kind == "added"} for change in rounds[2].changes
    }
    assert "measured the answers." in changes["What I did"]
    assert "I measured." in changes["K1"]
    assert changes["S1"] == {"I wrote."}
    assert "measured" in page.content.decode()


def test_what_was_saved_in_between_is_for_its_apprentice_alone(client, world):
    piece = world.submitted("K1").evidence
    EvidenceVersion.objects.update_or_create(
        evidence=piece,
        revision=7,
        defaults={"content": EvidenceContent(title="Halfway words").to_json(), "saved_at": clock.now()},
    )
    client.force_login(world.apprentice)
    assert "Halfway" in versions_page(client, piece).content.decode()
    client.force_login(world.assessor)
    assert "Halfway" not in versions_page(client, piece).content.decode()


def test_the_portfolio_on_paper_has_the_newest_round_of_each_piece_and_every_ksb(client, world, two_rounds):
    world.judged({"K2": "met"}, title="Second piece")
    world.draft("K2", title="Private draft")
    client.force_login(world.apprentice)
    page = client.get(reverse("pages:portfolio-print", args=[world.apprenticeship.pk])).content.decode()
    assert "measured the answers" in page
    assert "Second piece" in page
    assert "Private draft" not in page
    for code in ("K1", "K2", "S1", "S2", "B1"):
        assert f"{code}: " in page


def test_the_portfolio_on_paper_is_narrowed_as_the_list_is(client, world):
    world.submitted("K1", title="About K1")
    world.submitted("S1", title="About S1")
    client.force_login(world.apprentice)
    url = reverse("pages:portfolio-print", args=[world.apprenticeship.pk])
    page = client.get(url, {"ksb": "S1"}).content.decode()
    assert "About S1" in page
    assert "About K1" not in page


def test_queries_on_paper_do_not_grow_with_pieces(client, world):
    client.force_login(world.apprentice)
    url = reverse("pages:portfolio-print", args=[world.apprenticeship.pk])
    world.submitted("K1")
    few = query_count(client, url)
    for _ in range(4):
        world.submitted("K1", "S1")
    assert query_count(client, url) == few


def bring_back(client, piece, revision):
    return client.post(reverse("pages:version-bring-back", args=[piece.pk, revision]))


@pytest.fixture
def rewritten(world):
    """A draft that said something else before, which its apprentice replaced on purpose."""
    piece = world.draft("K1", "S1", title="Advert")
    revise(world, piece, narrative="Short.", kind="project", begins_version=True)
    return piece


def test_earlier_words_are_used_again_and_those_of_now_stay_a_version(client, world, rewritten):
    client.force_login(world.apprentice)
    assert "Use these words again" in versions_page(client, rewritten).content.decode()
    for _press in range(2):
        bring_back(client, rewritten, 1)
    piece = Evidence.objects.get(pk=rewritten.pk)
    assert piece.narrative == "I wrote the advert and placed it on two job boards."
    assert (piece.kind, piece.revision) == ("other", 3)
    assert set(piece.claims.values_list("ksb__code", flat=True)) == {"K1", "S1"}
    kept = {one.revision: one.content["narrative"] for one in EvidenceVersion.objects.filter(evidence=piece)}
    assert kept == {1: piece.narrative, 2: "Short.", 3: piece.narrative}


def test_words_that_nothing_kept_yet_stay_a_version_when_others_are_brought_back(client, world, rewritten):
    Evidence.objects.filter(pk=rewritten.pk).update(narrative="Words without a version.", revision=7)
    collecting.bring_back_version(rewritten.pk, 1, acting(world.apprentice))
    assert (
        EvidenceVersion.objects.get(evidence=rewritten, revision=7).content["narrative"] == "Words without a version."
    )


def test_a_claim_that_was_met_and_a_statement_that_is_gone_do_not_come_and_go_with_old_words(world):
    piece = world.judged({"K1": "met", "S1": "not_yet"}).evidence
    gone = make_version("ST9002").ksbs.first()
    old = EvidenceContent.written(title="Old", narrative="Old words.", claims={gone.pk: "Gone."})
    EvidenceVersion.objects.create(evidence=piece, revision=90, content=old.to_json())
    collecting.bring_back_version(piece.pk, 90, acting(world.apprentice))
    assert list(piece.claims.values_list("ksb__code", "is_met")) == [("K1", True)]


def test_words_of_a_piece_that_waits_are_not_replaced(client, world, rewritten):
    from assessments.workflow import submit

    revise(world, rewritten, narrative="Longer words.", claims={world.ksb("K1").pk: "It shows K1."})
    submit(rewritten.pk, acting(world.apprentice), OWN_WORK)
    client.force_login(world.apprentice)
    assert "Use these words again" not in versions_page(client, rewritten).content.decode()
    with pytest.raises(OutOfTurn):
        collecting.bring_back_version(rewritten.pk, 1, acting(world.apprentice))


@pytest.mark.parametrize("revision", [5, 10**30])
def test_a_version_that_is_not_there_is_said_to_be_gone(client, world, rewritten, revision):
    client.force_login(world.apprentice)
    assert bring_back(client, rewritten, revision).status_code == 409


def test_what_was_submitted_as_it_was_saved_is_shown_once(client, world):
    piece = world.submitted("K1").evidence
    client.force_login(world.apprentice)
    assert [one.label for one in versions_page(client, piece).context["versions"]] == ["Sent (version 1)"]
