"""An id that a form or a device chose, and that is somebody else's already, is refused; whose it is is not told."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from apprenticeships.models import Apprenticeship
from core.errors import OutOfTurn, TokenTaken
from portfolios import workflow
from portfolios.content import EvidenceContent
from portfolios.models import Marker
from tests.factories.files import make_png
from tests.world import acting

REGION = {"left": "0", "top": "0", "width": "500", "height": "500"}


@pytest.fixture
def elsewhere(world):
    """A piece of another provider's apprentice, with a file and a marked place."""
    piece = workflow.create_evidence(
        world.elsewhere.pk, acting(world.other_apprentice), evidence_id=uuid4(), content=EvidenceContent(title="Theirs")
    )
    file = workflow.add_file(piece.pk, acting(world.other_apprentice), make_png())
    region = {name: int(value) for name, value in REGION.items()}
    return workflow.add_marker(
        file.pk, acting(world.other_apprentice), marker_id=uuid4(), ksb_id=world.ksb("K1").pk, note="", **region
    )


def enrolment(world, token: object) -> dict[str, str]:
    return {
        "token": str(token),
        "name": "Nina Newcomer",
        "email": "nina@example.test",
        "standard_version": str(world.version.pk),
        "started_on": "2026-09-01",
        "planned_end_on": "2027-12-01",
        "employer": str(world.employer.pk),
    }


def without_tokens(answer) -> str:
    """A page, apart from the tokens in it, which differ each time."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9]{64}", "", answer.content.decode())


def test_another_providers_apprenticeship_as_token_is_refused_like_a_token_that_is_none(client, world):
    client.force_login(world.admin)
    theirs, nothing = (
        client.post(reverse("pages:enrol"), enrolment(world, token)) for token in (world.elsewhere.pk, "nothing")
    )
    assert theirs.status_code == nothing.status_code == 422
    assert without_tokens(theirs) == without_tokens(nothing)
    assert "Nina Newcomer" in theirs.content.decode()
    assert not Apprenticeship.objects.filter(apprentice__email="nina@example.test").exists()


def test_a_form_that_was_refused_for_its_token_can_be_sent_again(client, world):
    client.force_login(world.admin)
    answer = client.post(reverse("pages:enrol"), enrolment(world, world.elsewhere.pk))
    again = answer.context["form"]["token"].value()
    assert client.post(reverse("pages:enrol"), enrolment(world, again)).status_code == 302


def test_somebody_elses_marker_as_token_is_refused_by_the_form(client, world, elsewhere):
    client.force_login(world.apprentice)
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    where = reverse("pages:marker-add", args=[file.pk])
    theirs, nothing = (
        client.post(where, REGION | {"token": str(token), "ksb": str(world.ksb("K1").pk)})
        for token in (elsewhere.pk, "nothing")
    )
    assert theirs.status_code == nothing.status_code == 422
    assert without_tokens(theirs) == without_tokens(nothing)
    assert Marker.objects.get().file_id == elsewhere.file_id


def test_the_workflow_refuses_a_taken_id_too(world, elsewhere):
    file = workflow.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    with pytest.raises(TokenTaken):
        workflow.add_marker(
            file.pk,
            acting(world.apprentice),
            marker_id=elsewhere.pk,
            ksb_id=world.ksb("K1").pk,
            left=0,
            top=0,
            width=5,
            height=5,
        )


def test_somebody_elses_evidence_as_token_is_refused(client, world, elsewhere):
    client.force_login(world.apprentice)
    theirs = elsewhere.file.evidence_id
    words = {"title": "Mine", "narrative": "I wrote it.", "happened_on": "", "save": "1", "token": str(theirs)}
    for address, args in (
        ("pages:evidence-new", [world.apprenticeship.pk]),
        ("pages:autosave", [world.apprenticeship.pk, theirs]),
    ):
        assert 400 <= client.post(reverse(address, args=args), words).status_code < 500
    elsewhere.file.evidence.refresh_from_db()
    assert elsewhere.file.evidence.title == "Theirs"


def test_somebody_elses_upload_as_id_is_refused(world, elsewhere):
    begun = {"name": "notes.txt", "size_bytes": 7}
    theirs = workflow.begin_upload(
        world.elsewhere.pk, elsewhere.file.evidence_id, acting(world.other_apprentice), upload_id=uuid4(), **begun
    )
    with pytest.raises(OutOfTurn):
        workflow.begin_upload(
            world.apprenticeship.pk, world.draft("K1").pk, acting(world.apprentice), upload_id=theirs.pk, **begun
        )
