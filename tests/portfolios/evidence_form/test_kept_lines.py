"""A line that was written about a KSB and unticked comes back when the KSB is ticked again, and is nobody else's."""

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from assessments.moves import undo_move
from assessments.workflow import submit
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceVersion
from portfolios.workflow import answer_suggestion, bring_back_version, merge_capture, revise_evidence, set_claim
from tests.assessments.transitions import move, with_two_texts
from tests.world import OWN_WORK, acting

LINE = "I asked her what she had to lift."


@pytest.fixture
def piece(world):
    made = world.draft("K1", "S1")
    set_claim(
        made.pk,
        acting(world.apprentice),
        ksb_id=world.ksb("S1").pk,
        is_claimed=True,
        justification=LINE,
        read="It shows S1.",
    )
    return Evidence.objects.unscoped().get(pk=made.pk)


@pytest.fixture
def apprentice(client, world):
    client.force_login(world.apprentice)
    return client


def lines_of(piece):
    return {
        claim.ksb.code: claim.justification for claim in piece.claims.select_related("ksb").order_by("ksb__position")
    }


def form_of(piece, **changes):
    """What a page without a script sends: the line about each KSB, and the ticks that stand."""
    piece.refresh_from_db()
    codes = ("K1", "K2", "S1", "S2", "B1")
    return {
        "revision": piece.revision,
        "title": piece.title,
        "narrative": piece.narrative,
        "happened_on": piece.happened_on.isoformat(),
        "shown": " ".join(f"claim_{code}" for code in codes),
        "save": "1",
    } | changes


def test_a_line_comes_back_after_a_save_and_a_reload_without_a_script(apprentice, piece):
    address = reverse("pages:evidence-edit", args=[piece.pk])
    apprentice.post(address, form_of(piece, claim_K1="on", why_K1="It shows K1.", why_S1=LINE))
    assert lines_of(piece) == {"K1": "It shows K1."}
    page = apprentice.get(address).content.decode()
    assert f'name="why_S1" id="id_why_S1" maxlength="2000" value="{LINE}"' in page
    apprentice.post(address, form_of(piece, claim_K1="on", why_K1="It shows K1.", claim_S1="on", why_S1=LINE))
    assert lines_of(piece) == {"K1": "It shows K1.", "S1": LINE}
    piece.refresh_from_db()
    assert piece.unticked_lines == {}


def test_a_line_that_was_emptied_stays_empty(apprentice, piece):
    address = reverse("pages:evidence-edit", args=[piece.pk])
    apprentice.post(address, form_of(piece, claim_K1="on", why_S1=""))
    piece.refresh_from_db()
    assert piece.unticked_lines == {}


def test_a_page_that_saves_itself_keeps_the_line(apprentice, world, piece):
    address = reverse("pages:autosave", args=[world.apprenticeship.pk, piece.pk])
    assert (
        apprentice.post(address, form_of(piece, claim_K1="on", why_K1="It shows K1.", why_S1=LINE)).status_code == 200
    )
    piece.refresh_from_db()
    assert piece.kept_lines == {world.ksb("S1").pk: LINE}
    stale = apprentice.post(address, form_of(piece, revision=1, title="Another")).json()
    assert stale["kept"]["lines"] == {"S1": LINE}


@pytest.mark.parametrize("way", ["grid", "suggestion"])
def test_a_tick_elsewhere_brings_the_line_back(world, piece, way):
    actor, ksb = acting(world.apprentice), world.ksb("S1").pk
    set_claim(piece.pk, actor, ksb_id=ksb, is_claimed=False)
    assert lines_of(piece) == {"K1": "It shows K1."}
    if way == "grid":
        set_claim(piece.pk, actor, ksb_id=ksb, is_claimed=True)
    else:
        answer_suggestion(piece.pk, actor, ksb_id=ksb, answer="accepted", rank=1, score=1.0, claims_it=True)
    assert lines_of(piece)["S1"] == LINE


def test_a_tick_in_the_grid_says_which_line_came_back(apprentice, world, piece):
    set_claim(piece.pk, acting(world.apprentice), ksb_id=world.ksb("S1").pk, is_claimed=False)
    told = apprentice.post(reverse("pages:claim", args=[piece.pk, "S1"]), {"claimed": "1", "read": ""}).json()
    assert told["why"] == LINE


def test_what_is_not_ticked_is_in_no_snapshot_version_or_page_of_an_assessor(client, world, piece):
    actor = acting(world.apprentice)
    set_claim(piece.pk, actor, ksb_id=world.ksb("S1").pk, is_claimed=False)
    piece.refresh_from_db()
    revise_evidence(
        piece.pk,
        actor,
        revision=piece.revision,
        content=EvidenceContent.of(piece),
        lines={world.ksb("S2").pk: "Secret."},
    )
    submission = submit(piece.pk, actor, OWN_WORK)
    piece.refresh_from_db()
    assert piece.kept_lines == {world.ksb("S1").pk: LINE, world.ksb("S2").pk: "Secret."}
    newest = EvidenceVersion.objects.unscoped().filter(evidence=piece).order_by("-revision").first()
    for kept in (submission.snapshot.content, newest.content):
        assert LINE not in json.dumps(kept)
        assert "Secret." not in json.dumps(kept)
    client.force_login(world.assessor)
    for address in (reverse("pages:evidence", args=[piece.pk]), reverse("pages:review", args=[submission.pk])):
        page = client.get(address).content.decode()
        assert LINE not in page
        assert "Secret." not in page


def test_a_claim_that_was_met_is_not_a_line_to_keep(world):
    submission = world.judged({"K1": "met", "S1": "not_yet"})
    piece = Evidence.objects.unscoped().get(pk=submission.evidence_id)
    content = EvidenceContent.written(title=piece.title, narrative=piece.narrative, happened_on=piece.happened_on)
    saved = revise_evidence(piece.pk, acting(world.apprentice), revision=piece.revision, content=content)
    assert saved.kept_lines == {world.ksb("S1").pk: "It shows S1."}


def test_an_earlier_version_comes_back_word_by_word_and_once(world, piece):
    actor = acting(world.apprentice)
    set_claim(piece.pk, actor, ksb_id=world.ksb("S1").pk, is_claimed=True, justification="", read=LINE)
    submit(piece.pk, actor, OWN_WORK)
    piece.refresh_from_db()
    revision = piece.revision
    world.judge(piece.submissions.get(), {"K1": "not_yet", "S1": "not_yet"})
    for is_claimed, why in ((True, LINE), (False, None)):
        set_claim(piece.pk, actor, ksb_id=world.ksb("S1").pk, is_claimed=is_claimed, justification=why)
    first = bring_back_version(piece.pk, revision, actor).revision
    assert lines_of(piece)["S1"] == ""
    assert bring_back_version(piece.pk, revision, actor).revision == first


def test_a_device_gives_and_takes_lines(apprentice, world, piece):
    actor = acting(world.apprentice)
    set_claim(piece.pk, actor, ksb_id=world.ksb("S1").pk, is_claimed=False)
    (kept,) = apprentice.get("/offline/data.json").json()["apprenticeships"][0]["drafts"]
    assert kept["lines"] == [{"ksb": str(world.ksb("S1").pk), "code": "S1", "why": LINE}]
    sent = {
        "evidence": str(piece.pk),
        "capture": str(uuid4()),
        "base": {name: kept[name] for name in ("title", "narrative", "happened_on", "kind", "claims")},
        **{name: kept[name] for name in ("title", "narrative", "happened_on", "kind", "claims")},
        "lines": [*kept["lines"], {"ksb": str(world.ksb("S2").pk), "code": "S2", "why": "Typed on the train."}],
    }
    address = reverse("pages:captures", args=[world.apprenticeship.pk])
    assert apprentice.post(address, json.dumps(sent), content_type="application/json").status_code == 200
    piece.refresh_from_db()
    assert piece.kept_lines == {world.ksb("S1").pk: LINE, world.ksb("S2").pk: "Typed on the train."}
    assert "S2" not in lines_of(piece)


def test_a_device_that_ticks_a_ksb_without_a_line_gets_the_kept_one(world, piece):
    actor = acting(world.apprentice)
    set_claim(piece.pk, actor, ksb_id=world.ksb("S1").pk, is_claimed=False)
    piece.refresh_from_db()
    base = EvidenceContent.of(piece)
    words = EvidenceContent.written(
        title=piece.title,
        narrative=piece.narrative,
        happened_on=piece.happened_on,
        kind=piece.kind,
        claims={**base.reasons, world.ksb("S1").pk: ""},
    )
    merge_capture(world.apprenticeship.pk, actor, evidence_id=piece.pk, capture_id=uuid4(), words=words, base=base)
    assert lines_of(piece)["S1"] == LINE


def test_a_line_about_a_ksb_of_another_standard_is_left_out(world, piece):
    merge_capture(
        world.apprenticeship.pk,
        acting(world.apprentice),
        evidence_id=piece.pk,
        capture_id=uuid4(),
        words=EvidenceContent.of(piece),
        lines={uuid4(): "Of nothing here."},
    )
    piece.refresh_from_db()
    assert piece.kept_lines == {}


def test_a_line_follows_its_ksb_to_another_version_and_back(world, piece):
    way = with_two_texts(world)
    set_claim(piece.pk, acting(world.apprentice), ksb_id=world.ksb("S1").pk, is_claimed=False)
    moved = move(world, way)
    piece.refresh_from_db()
    assert piece.kept_lines == {way.after.ksbs.get(code="S2").pk: LINE}
    undo_move(moved.pk, acting(world.admin))
    piece.refresh_from_db()
    assert piece.kept_lines == {world.ksb("S1").pk: LINE}
