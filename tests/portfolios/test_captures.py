"""What a device sends after days without a network: taken in once, merged, and never lost."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import moves
from assessments import workflow as assessing
from core import clock
from core.errors import NotAllowed
from occupations.models import Option
from portfolios import workflow
from portfolios.content import EvidenceContent, claimed
from portfolios.merging import merged
from portfolios.models import Capture, Evidence
from tests.factories.files import make_png
from tests.queries import query_count
from tests.world import OWN_WORK, World, acting, make_world

Outcome = Capture.Outcome


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def words(
    world: World, *codes: str, title: str = "Advert", narrative: str = "I wrote it on the bus."
) -> EvidenceContent:
    claims = {world.ksb(code).pk: f"It shows {code}." for code in codes}
    return EvidenceContent(title, narrative, clock.today() - timedelta(days=1), claimed(claims))


def send(world: World, said: EvidenceContent, evidence_id: UUID | None = None, **more: object) -> Capture:
    more.setdefault("capture_id", uuid4())
    return workflow.merge_capture(
        world.apprenticeship.pk, acting(world.apprentice), evidence_id=evidence_id or uuid4(), words=said, **more
    )


def revise(world: World, piece: Evidence, said: EvidenceContent) -> Evidence:
    """Save other words on the site, away from the device."""
    piece.refresh_from_db()
    return workflow.revise_evidence(
        piece.pk,
        acting(world.apprentice),
        revision=piece.revision,
        content=said,
    )


def codes_of(piece: Evidence) -> set[str]:
    return set(piece.claims.values_list("ksb__code", flat=True))


# merge_capture --------------------------------------------------------------------------------------------------------
def test_a_captured_piece_becomes_a_draft_under_the_id_that_the_device_gave_it(world: World):
    token = uuid4()
    capture = send(world, words(world, "K1", "S2"), token)
    assert capture.outcome == Outcome.CREATED
    piece = Evidence.objects.get()
    assert (piece.pk, piece.title, piece.state) == (token, "Advert", "draft")
    assert codes_of(piece) == {"K1", "S2"}


def test_the_same_capture_again_changes_nothing_even_after_an_edit_elsewhere(world: World):
    token, said, capture_id = uuid4(), words(world, "K1"), uuid4()
    first = send(world, said, token, capture_id=capture_id)
    revise(world, first.evidence, replace(said, narrative="Said anew at the desk."))
    assert send(world, said, token, capture_id=capture_id).pk == first.pk
    assert Evidence.objects.get().narrative == "Said anew at the desk."


def test_an_edit_on_the_device_alone_replaces_the_words(world: World):
    said = words(world, "K1")
    first = send(world, said)
    send(world, replace(said, narrative="Better words."), first.evidence_id, follows=[first.pk])
    assert Evidence.objects.get().narrative == "Better words."


def test_edits_on_both_sides_are_both_kept_with_the_claims_of_both(world: World):
    said = words(world, "K1")
    first = send(world, said)
    desk = replace(words(world, "K1", "B1"), narrative="Written anew at the desk.")
    revise(world, first.evidence, desk)
    mine = replace(words(world, "K1", "S1"), narrative="On the bus I counted forty answers.")
    second = send(world, mine, first.evidence_id, follows=[uuid4(), first.pk])
    assert second.outcome == Outcome.JOINED
    piece = Evidence.objects.get()
    assert piece.narrative.startswith("Written anew at the desk.")
    assert "Also written on your device" in piece.narrative
    assert "On the bus I counted forty answers." in piece.narrative
    assert codes_of(piece) == {"K1", "B1", "S1"}


def test_a_title_and_a_day_that_both_sides_changed_lose_neither(world: World):
    said = words(world, "K1")
    first = send(world, said)
    revise(world, first.evidence, replace(said, title="Desk title", happened_on=clock.today()))
    mine = replace(said, title="Bus title", happened_on=clock.today() - timedelta(days=9))
    send(world, mine, first.evidence_id, follows=[first.pk])
    piece = Evidence.objects.get()
    assert (piece.title, piece.happened_on) == ("Desk title", clock.today())
    assert "Bus title" in piece.narrative
    assert f"{mine.happened_on.day} {mine.happened_on:%B}" in piece.narrative


def test_a_claim_that_one_side_took_off_is_gone_unless_the_other_wrote_on_it(world: World):
    said = words(world, "K1", "K2")
    first = send(world, said)
    revise(world, first.evidence, words(world))
    k2 = world.ksb("K2").pk
    mine = replace(said, claims=said.claims | claimed({k2: "Seen on the second photo."}))
    send(world, mine, first.evidence_id, follows=[first.pk])
    assert dict(Evidence.objects.get().claims.values_list("ksb__code", "justification")) == {
        "K2": "Seen on the second photo."
    }


def test_files_stay_whatever_the_device_says(world: World):
    said = words(world, "K1")
    first = send(world, said)
    workflow.add_file(first.evidence_id, acting(world.apprentice), make_png())
    send(world, replace(said, narrative="Better words."), first.evidence_id, follows=[first.pk])
    assert first.evidence.files.current().count() == 1


def test_a_draft_that_was_opened_on_the_device_is_merged_by_what_it_said_then(world: World):
    piece = world.draft("K1")
    base = EvidenceContent.of(piece)
    revise(world, piece, replace(base, title="Desk title"))
    capture = send(world, replace(base, narrative="New on the bus."), piece.pk, base=base)
    piece.refresh_from_db()
    assert (piece.title, piece.narrative) == ("Desk title", "New on the bus.")
    assert capture.outcome == Outcome.JOINED


@pytest.mark.parametrize("state", ["submitted", "accepted", "deleted"])
def test_words_for_a_piece_that_is_closed_by_now_become_a_new_draft_that_says_so(world: World, state: str):
    piece = world.draft("K1")
    base = EvidenceContent.of(piece)
    if state == "deleted":
        workflow.discard_evidence(piece.pk, acting(world.apprentice))
    else:
        submission = assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)
        if state == "accepted":
            world.judge(submission, {"K1": "met"})
    capture = send(world, replace(base, narrative="New on the bus."), piece.pk, base=base)
    assert capture.outcome == Outcome.NEW_DRAFT
    assert capture.evidence_id != piece.pk
    assert capture.evidence.narrative.startswith("Written on your device for “Advert for a driver”")
    assert state in capture.evidence.narrative
    assert capture.evidence.narrative.endswith("New on the bus.")
    piece.refresh_from_db()
    assert piece.narrative == base.narrative
    # The next edit on the device finds the new draft.
    later = send(world, replace(base, narrative="And more."), piece.pk, base=base, follows=[capture.pk])
    assert later.evidence_id == capture.evidence_id
    assert Evidence.objects.count() == 2


def test_nothing_new_for_a_submitted_piece_makes_no_draft_unless_files_follow(world: World):
    piece = world.draft("K1")
    base = EvidenceContent.of(piece)
    assessing.submit(piece.pk, acting(world.apprentice), OWN_WORK)
    assert send(world, base, piece.pk, base=base).outcome == Outcome.SAVED
    assert send(world, base, piece.pk, base=base, has_files=True).outcome == Outcome.NEW_DRAFT


def test_a_met_claim_stays_met(world: World):
    submission = world.judged({"K1": "met", "S1": "not_yet"})
    piece = submission.evidence
    base = words(world, "S1")
    send(world, replace(base, claims={}, narrative="Without any."), piece.pk, base=base)
    assert piece.claims.get(ksb__code="K1").is_met


def test_two_texts_too_long_for_one_field_become_two_drafts(world: World):
    first = send(world, words(world, "K1", narrative="a" * 12_000))
    revise(world, first.evidence, words(world, "K1", narrative="b" * 12_000))
    second = send(world, words(world, narrative="c" * 12_000), first.evidence_id, follows=[first.pk])
    assert second.outcome == Outcome.NEW_DRAFT
    assert "no space for more" in second.evidence.narrative
    assert second.evidence.narrative.endswith("c" * 12_000)


@pytest.mark.parametrize("happened_on", [date(1999, 1, 1), date(2999, 1, 1)])
def test_a_day_that_cannot_be_is_said_in_the_text_and_in_the_receipt(world: World, happened_on: date):
    capture = send(world, replace(words(world, "K1"), happened_on=happened_on))
    assert capture.evidence.happened_on is None
    assert str(happened_on.year) in capture.evidence.narrative
    assert str(happened_on.year) in capture.remarks[0]


def with_options(world: World) -> dict[str, Option]:
    """K2 belongs to one option of the standard, S2 to another; the apprentice is on the first."""
    made = {}
    for place, (title, code) in enumerate({"Front desk": "K2", "Back office": "S2"}.items(), start=1):
        made[title] = Option.objects.create(version=world.version, position=place, title=title)
        world.ksb(code).options.add(made[title])
    moves.choose_option(world.apprenticeship.pk, made["Front desk"].pk, acting(world.admin))
    return made


def test_a_ksb_of_an_option_that_the_apprentice_left_leaves_its_line_in_the_text(world: World):
    options = with_options(world)
    written = words(world, "K1", "K2")
    moves.choose_option(world.apprenticeship.pk, options["Back office"].pk, acting(world.admin))

    made = send(world, written)

    assert [claim.ksb.code for claim in made.evidence.claims.all()] == ["K1"]
    assert "It shows K2." in made.evidence.narrative
    assert "1 of its KSBs no longer apply to you." in made.remarks


def test_a_piece_with_a_claim_of_an_option_that_was_left_still_takes_what_a_device_sends(world: World):
    options = with_options(world)
    piece = world.draft("K1", "K2")
    before = EvidenceContent.of(piece)
    moves.choose_option(world.apprenticeship.pk, options["Back office"].pk, acting(world.admin))

    said = replace(before, title="Written on the bus")
    made = send(world, said, piece.pk, base=before)

    assert made.evidence_id == piece.pk
    assert made.evidence.title == "Written on the bus"
    assert {claim.ksb.code for claim in made.evidence.claims.all()} == {"K1", "K2"}


def test_a_ksb_that_the_standard_no_longer_has_leaves_its_line_in_the_text(world: World):
    said = words(world, "K1")
    capture = send(world, replace(said, claims=said.claims | claimed({uuid4(): "I greeted everybody."})))
    assert codes_of(capture.evidence) == {"K1"}
    assert "I greeted everybody." in capture.evidence.narrative
    assert capture.remarks


def test_nobody_sends_into_another_persons_portfolio_or_piece(world: World):
    with pytest.raises(NotAllowed):
        workflow.merge_capture(
            world.apprenticeship.pk, acting(world.assessor), evidence_id=uuid4(), capture_id=uuid4(), words=words(world)
        )
    theirs = world.draft(apprenticeship=world.second)
    with pytest.raises(NotAllowed):
        send(world, words(world), theirs.pk)


def test_a_closed_portfolio_takes_nothing_in(world: World):
    world.past_gateway()
    with pytest.raises(NotAllowed):
        send(world, words(world))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_capture_sent_twice_at_once_is_there_once():
    world = make_world()
    token, capture_id, said = uuid4(), uuid4(), words(world, "K1")
    faults = []

    def act() -> None:
        try:
            send(world, said, token, capture_id=capture_id)
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)
        finally:
            connection.close()

    threads = [Thread(target=act) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert (Capture.objects.count(), Evidence.objects.get().revision) == (1, 1)


# merging --------------------------------------------------------------------------------------------------------------
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
KSBS = [UUID(int=number) for number in range(3)]
some_words = st.builds(
    EvidenceContent,
    texts,
    texts,
    st.none() | st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    st.dictionaries(st.sampled_from(KSBS), texts.map(str.strip)).map(claimed),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(base=some_words, mine=some_words, theirs=some_words)
def test_merging_loses_no_text_that_a_side_wrote_and_is_done_once(
    base: EvidenceContent, mine: EvidenceContent, theirs: EvidenceContent
):
    both = merged(base, mine, theirs, heading="From the device:")
    everything = "\n".join([both.title, both.narrative, *both.reasons.values()])
    for before, said in ((base, mine), (base, theirs)):
        if said.title != before.title:
            assert said.title in everything
        if said.narrative != before.narrative and mine.narrative != base.narrative != theirs.narrative:
            assert said.narrative.strip() in everything
        for ksb, why in said.reasons.items():
            if why != before.reasons.get(ksb):
                assert why in everything
    assert merged(base, mine, both, heading="From the device:") == both


def test_what_only_one_side_changed_is_taken_without_a_heading():
    base, mine = EvidenceContent("A", "One."), EvidenceContent("A", "Two.")
    assert merged(base, mine, base, heading="H") == mine
    assert merged(base, base, mine, heading="H") == mine


def test_a_text_made_anew_takes_its_old_place_in_one_that_grew_around_it():
    base = EvidenceContent("A", "I wrote the advert on Monday.")
    theirs = replace(base, narrative="I wrote the advert on Monday.\n\nThen I sent it.")
    mine = replace(base, narrative="I wrote two adverts, on Monday and Tuesday.")
    both = merged(base, mine, theirs, heading="H")
    assert both.narrative == "I wrote two adverts, on Monday and Tuesday.\n\nThen I sent it."


def test_the_kind_that_was_chosen_on_the_device_is_kept_unless_another_was_chosen_elsewhere(world: World):
    said = replace(words(world, "K1"), kind="work_product")
    first = send(world, said)
    assert Evidence.objects.get().kind == "work_product"
    second = send(world, replace(said, kind="project"), first.evidence_id, follows=[first.pk])
    assert Evidence.objects.get().kind == "project"
    revise(world, first.evidence, replace(said, kind="certificate"))
    send(world, replace(said, kind="observation"), first.evidence_id, follows=[first.pk, second.pk])
    assert Evidence.objects.get().kind == "certificate"


# The door -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def post(world: World, client: Client) -> Callable:
    client.force_login(world.apprentice)

    def send_json(body: object, raw: bytes | None = None):  # noqa: ANN202
        return client.post(
            reverse("pages:captures", args=[world.apprenticeship.pk]),
            raw if raw is not None else json.dumps(body),
            content_type="application/json",
        )

    return send_json


def sent(world: World, **changes: object) -> dict:
    body = {"evidence": str(uuid4()), "capture": str(uuid4()), "title": "Advert", "narrative": "I wrote it."}
    body |= {"happened_on": str(clock.today()), "claims": [{"ksb": str(world.ksb("K1").pk), "why": "It shows K1."}]}
    return body | {"follows": [], "base": None, "has_files": True, "written_at": "2026-01-02T03:04:05.678Z"} | changes


def test_a_device_that_says_no_kind_leaves_the_one_that_is_kept(world: World, post: Callable):
    draft = world.draft("K1")
    kind = draft.kind
    assert post(sent(world, evidence=str(draft.pk), title="Advert, again")).status_code == 200
    draft.refresh_from_db()
    assert draft.kind == kind
    new = sent(world, kind="project")
    post(new)
    assert Evidence.objects.get(pk=new["evidence"]).kind == "project"
    assert post(sent(world, kind="no such kind")).status_code == 422


def test_the_answer_says_where_the_piece_is_and_where_its_files_go(world: World, post: Callable):
    body = sent(world)
    answer = post(body)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["evidence"], told["outcome"], told["said"]) == (body["evidence"], "created", "Saved as a new draft.")
    assert told["uploads_url"].endswith(f"/evidence/{body['evidence']}/uploads/")
    assert post(body).json() == told


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "x" * 201}, "title"),
        ({"narrative": "x" * 20_001}, "narrative"),
        ({"narrative": "a\0b"}, "narrative"),
        ({"happened_on": "the 40th"}, "happened_on"),
        ({"evidence": "none"}, "evidence"),
        ({"capture": None}, "capture"),
        ({"claims": [{"ksb": "K1"}]}, "claims"),
        ({"claims": ["K1"]}, "claims"),
        ({"claims": [{"ksb": str(uuid4()), "why": "x" * 2_001}]}, "claims"),
        ({"claims": [{"ksb": str(uuid4())}] * 201}, "claims"),
    ],
)
def test_what_cannot_be_is_said_by_the_field(world: World, post: Callable, changes: dict, field: str):
    answer = post(sent(world, **changes))
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert answer.json()["message"]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_what_is_no_capture_is_refused(world: World, post: Callable, raw: bytes):
    assert post(None, raw).status_code == 422


def test_half_a_character_does_not_break_the_text(world: World, post: Callable):
    assert post(None, json.dumps(sent(world, narrative="a\ud83d b")).encode()).status_code == 200
    assert "b" in Evidence.objects.get().narrative


FIELDS = ["evidence", "capture", "title", "narrative", "happened_on", "claims", "follows", "base", "has_files"]
FIELDS += ["written_at"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=4))
def test_no_body_breaks_the_door(world: World, post: Callable, changes: dict):
    assert post(sent(world, **changes)).status_code in (200, 422)


# What a device keeps --------------------------------------------------------------------------------------------------
def test_the_snapshot_holds_ones_own_progress_statements_and_drafts_and_nobody_elses(world: World, client: Client):
    world.draft("K1", title="My own draft")
    world.draft("K1", title="Somebody else’s", apprenticeship=world.second)
    client.force_login(world.apprentice)
    told = client.get(reverse("pages:offline-data")).json()
    (own,) = told["apprenticeships"]
    assert {ksb["code"]: ksb["state"] for ksb in own["ksbs"]}["K1"] == "in_progress"
    assert own["ksbs"][0]["statement"] == "Statement of K1"
    assert [draft["title"] for draft in own["drafts"]] == ["My own draft"]


def test_staff_take_no_learners_away(world: World, client: Client):
    client.force_login(world.assessor)
    assert client.get(reverse("pages:offline-data")).json()["apprenticeships"] == []


def test_an_unchanged_snapshot_is_not_sent_again(world: World, client: Client):
    client.force_login(world.apprentice)
    address = reverse("pages:offline-data")
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    world.draft("K1")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_the_queries_of_a_snapshot_do_not_grow(world: World, client: Client):
    client.force_login(world.apprentice)
    address = reverse("pages:offline-data")
    world.draft("K1")
    few = query_count(client, address)
    for _ in range(8):
        world.draft("K1", "S1", "B1")
    assert query_count(client, address) == few


def test_the_offline_page_and_its_worker_say_nothing_about_anybody(world: World, client: Client):
    stranger = [client.get(reverse(f"pages:{name}")).content for name in ("offline", "service-worker")]
    client.force_login(world.apprentice)
    assert [client.get(reverse(f"pages:{name}")).content for name in ("offline", "service-worker")] == stranger


def test_the_worker_may_answer_for_the_whole_site_and_is_asked_for_anew(client: Client, db: None):
    answer = client.get("/sw.js")
    assert (answer["Cache-Control"], answer["Service-Worker-Allowed"]) == ("no-cache", "/")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer["Content-Security-Policy"]


def test_the_manifest_names_icons_that_are_there(client: Client, db: None):
    told = client.get("/manifest.webmanifest").json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}


@pytest.mark.parametrize(("device", "header"), [("clear", '"cache", "storage"'), ("", '"cache"')])
def test_signing_out_clears_the_browser_where_the_page_said_it_may(
    world: World, client: Client, device: str, header: str | None
):
    client.force_login(world.apprentice)
    answer = client.post(reverse("account_logout"), {"device": device})
    assert answer.get("Clear-Site-Data") == header
