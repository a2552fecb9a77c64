"""What is typed into the evidence form: kinds, prompts, saving by itself, versions, Markdown."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Entry
from core import clock
from core.errors import Incomplete, NotAllowed
from core.markdown import rendered
from portfolios import workflow
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceVersion, PromptSet, policy_of
from portfolios.prompts import Prompt
from tests.portfolios.prompts import prompts
from tests.world import acting


@pytest.fixture
def apprentice(client, world):
    client.force_login(world.apprentice)
    return client


def autosave_url(world, piece_id):
    return reverse("pages:autosave", args=[world.apprenticeship.pk, piece_id])


def typed(**changes):
    return {
        "title": "Advert",
        "narrative": "I wrote it.",
        "kind": "project",
        "prompt_1": "What came of it",
        "answer_1": "Ten people applied.",
        "claim_K1": "on",
        "why_K1": "It shows K1.",
    } | changes


def test_the_first_save_makes_the_piece_and_the_next_goes_on_from_it(apprentice, world):
    url = autosave_url(world, uuid4())
    first = apprentice.post(url, typed()).json()
    assert apprentice.post(url, typed()).json()["revision"] == first["revision"]
    second = apprentice.post(url, typed(revision=first["revision"], narrative="Better.")).json()
    piece = Evidence.objects.get()
    assert (piece.narrative, piece.kind, piece.revision) == ("Better.", "project", second["revision"])
    assert piece.answers == [{"prompt": "What came of it", "text": "Ten people applied."}]


def test_words_go_on_from_a_draft_that_only_has_files_so_far(world):
    token = uuid4()
    workflow.create_evidence(
        world.apprenticeship.pk, acting(world.apprentice), evidence_id=token, content=EvidenceContent()
    )
    words = EvidenceContent(narrative="Now I write.")
    piece = workflow.create_evidence(
        world.apprenticeship.pk, acting(world.apprentice), evidence_id=token, content=words
    )
    assert (piece.revision, piece.narrative) == (2, "Now I write.")


def test_a_stale_save_by_itself_tells_what_is_kept(apprentice, world):
    piece = world.draft("K1")
    url = autosave_url(world, piece.pk)
    apprentice.post(url, typed(revision=1, narrative="From my phone."))
    answer = apprentice.post(url, typed(revision=1, narrative="From my laptop."))
    assert answer.status_code == 409
    assert answer.json()["kept"]["narrative"] == "From my phone."


def test_what_cannot_be_kept_costs_nothing_else(apprentice, world):
    answer = apprentice.post(autosave_url(world, uuid4()), typed(happened_on="2199-01-01", answer_1="x" * 5_001))
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"happened_on", "answer_1"}
    assert Evidence.objects.get().narrative == "I wrote it."


def test_saves_that_follow_each_other_are_one_version_and_one_entry(apprentice, world):
    url = autosave_url(world, uuid4())
    revision = apprentice.post(url, typed()).json()["revision"]
    for words in ("I wrote it. I", "I wrote it. I sent it."):
        revision = apprentice.post(url, typed(revision=revision, narrative=words)).json()["revision"]
    assert EvidenceVersion.objects.get().content["narrative"] == "I wrote it. I sent it."
    assert not Entry.objects.filter(action="evidence.revised").exists()
    with clock.at(clock.now() + timedelta(minutes=11)):
        apprentice.post(url, typed(revision=revision, narrative="Next day."))
    assert EvidenceVersion.objects.count() == 2


def test_a_long_text_that_goes_stays_as_a_version(apprentice, world):
    url = autosave_url(world, uuid4())
    revision = apprentice.post(url, typed(narrative="word " * 100)).json()["revision"]
    apprentice.post(url, typed(revision=revision, narrative=""))
    assert EvidenceVersion.objects.count() == 2


def test_what_was_submitted_stays_a_version_of_its_own(world):
    from assessments.workflow import take_back

    submission = world.submitted("K1")
    piece = take_back(submission.pk, acting(world.apprentice)).evidence
    words = EvidenceContent(title="T", narrative="Other.", happened_on=clock.today())
    workflow.revise_evidence(piece.pk, acting(world.apprentice), revision=1, content=words)
    assert [v.is_submitted for v in EvidenceVersion.objects.order_by("revision")] == [True, False]


def test_an_answer_to_a_prompt_that_is_gone_stays_in_sight(apprentice, world):
    url = autosave_url(world, uuid4())
    edit = apprentice.post(url, typed(prompt_1="A prompt of last year", answer_1="Still true.")).json()["edit_url"]
    page = apprentice.get(edit).content.decode()
    assert "A prompt of last year" in page
    assert "Still true." in page


def test_another_kind_asks_other_things_and_keeps_what_was_answered(apprentice, world):
    url = reverse("pages:evidence-prompts", args=[world.apprenticeship.pk])
    page = apprentice.post(url, typed(kind="certificate")).content.decode()
    assert "What it covers" in page
    assert "Ten people applied." in page


def test_the_preview_and_the_assessor_see_markdown(client, world):
    client.force_login(world.apprentice)
    assert "<strong>bold</strong>" in client.post(reverse("pages:preview"), {"text": "**bold**"}).content.decode()


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](http://example.org/x.png)",
        "<img src=x onerror=y>",
    ],
)
def test_markdown_lets_nothing_dangerous_through(hostile):
    html = rendered(hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_can_be_shown(text):
    assert "<script" not in rendered(text)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60), kind=st.text(max_size=12), day=st.text(max_size=12))
def test_no_words_however_odd_are_a_server_error(apprentice, world, words, kind, day):
    sent = typed(narrative=words, kind=kind, happened_on=day, prompt_1=words, answer_1=words)
    try:
        str(sent).encode()
    except UnicodeEncodeError:
        return
    assert apprentice.post(autosave_url(world, uuid4()), sent).status_code in {200, 422}


def test_a_provider_sets_prompts_and_goes_back_to_the_usual_ones(client, world):
    client.force_login(world.admin)
    client.post(reverse("pages:prompts", args=["project"]), prompts("Why it mattered", hints=("To whom.",)))
    client.force_login(world.apprentice)
    url = reverse("pages:evidence-prompts", args=[world.apprenticeship.pk])
    assert "Why it mattered" in client.post(url, {"kind": "project"}).content.decode()
    client.force_login(world.admin)
    client.post(reverse("pages:prompts-reset", args=["project"]))
    assert not PromptSet.objects.exists()


def test_only_admins_of_the_provider_set_its_rules(world):
    for who in ("assessor", "other_admin", "apprentice"):
        with pytest.raises(NotAllowed):
            workflow.set_prompts(world.provider.pk, acting(world.people[who]), "project", [Prompt("Why")])
    with pytest.raises(Incomplete):
        workflow.set_prompts(world.provider.pk, acting(world.admin), "project", [Prompt("Why"), Prompt("why")])


def test_the_limits_are_set_once_and_recorded(client, world):
    client.force_login(world.admin)
    sent = {"claims_per_piece": "4", "apprentice_quota_gb": "10", "provider_quota_gb": "100"}
    for _ in range(2):
        assert client.post(reverse("pages:policy"), sent).status_code == 302
    assert policy_of(world.provider).claims_per_piece == 4
    assert Entry.objects.filter(action="portfolio_policy.set").count() == 1
    assert client.post(reverse("pages:policy"), sent | {"apprentice_quota_gb": "200"}).status_code == 422
