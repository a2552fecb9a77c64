"""The declaration of own work that each submission carries."""

import pytest
from django.urls import reverse

from assessments import workflow
from assessments.declaration import Declaration
from assessments.models import Snapshot
from core.errors import Incomplete
from tests.world import OWN_WORK_FORM, acting


@pytest.mark.parametrize(
    ("declaration", "field"),
    [
        (Declaration(is_own_work=False), "is_own_work"),
        (Declaration(is_own_work=True, uses_ai=True), "ai_tool"),
        (Declaration(is_own_work=True, uses_ai=True, ai_tool="A chat"), "ai_purpose"),
    ],
)
def test_nothing_is_submitted_without_a_whole_declaration(world, declaration, field):
    piece = world.draft("K1")
    with pytest.raises(Incomplete) as refusal:
        workflow.submit(piece.pk, acting(world.apprentice), declaration)
    assert refusal.value.field == field


def test_the_snapshot_keeps_declaration_kind_and_answers_and_the_assessor_reads_them(client, world):
    piece = world.draft("K1")
    piece.kind, piece.answers = "project", [{"prompt": "What came of it", "text": "**Ten** people."}]
    piece.save()
    client.force_login(world.apprentice)
    url = reverse("pages:evidence-submit", args=[piece.pk])
    assert client.post(url, {"uses_ai": "no"}).status_code == 422
    client.post(url, OWN_WORK_FORM | {"uses_ai": "yes", "ai_tool": "A chat", "ai_purpose": "Spelling"})
    content = Snapshot.objects.get().content
    assert (content["kind"], content["declaration"]["ai_use"]) == ("project", {"tool": "A chat", "purpose": "Spelling"})
    client.force_login(world.assessor)
    page = client.get(reverse("pages:review", args=[piece.submissions.get().pk])).content.decode()
    for words in ("A chat", "Spelling", "<strong>Ten</strong> people.", "Project"):
        assert words in page
