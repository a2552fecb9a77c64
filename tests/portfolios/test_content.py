"""What a piece of evidence says, as one value."""

from dataclasses import replace

import pytest

from core import clock
from core.canonical import digest
from portfolios import workflow
from portfolios.content import EvidenceContent, UnknownFormat, claimed
from portfolios.models import EvidenceVersion
from tests.factories.files import make_png
from tests.world import acting


@pytest.fixture
def piece(world):
    """A draft with two claims, a file and a marked place in it."""
    piece = world.draft("K1", "S1")
    file = workflow.add_file(piece.pk, acting(world.apprentice), make_png())
    workflow.add_marker(
        file.pk,
        acting(world.apprentice),
        marker_id=file.pk,
        ksb_id=world.ksb("K1").pk,
        note="Here",
        left=0,
        top=0,
        width=500,
        height=500,
    )
    return piece


def test_content_comes_back_from_json_as_it_was(piece):
    said = EvidenceContent.of(piece)
    assert said.files[0].sha256
    assert said.markers[0].note == "Here"
    assert EvidenceContent.from_json(said.to_json()) == said


def test_content_in_an_unknown_form_is_refused(piece):
    with pytest.raises(UnknownFormat):
        EvidenceContent.from_json(EvidenceContent.of(piece).to_json() | {"format": 0})


def test_a_snapshot_and_the_version_of_its_words_say_the_same(world):
    submission = world.submitted("K1", "S1")
    version = EvidenceVersion.objects.get(evidence=submission.evidence, is_submitted=True)
    snapshot = submission.snapshot
    assert EvidenceContent.from_json(snapshot.content) == EvidenceContent.from_json(version.content)
    assert snapshot.sha256 == digest(snapshot.content)


def test_a_snapshot_names_the_ksb_of_each_claim_by_its_id(world):
    content = world.submitted("K1").snapshot.content
    assert [(one["ksb"], one["code"]) for one in content["claims"]] == [(str(world.ksb("K1").pk), "K1")]


def test_the_order_of_claims_and_the_words_of_a_statement_make_no_other_content(piece):
    said = EvidenceContent.of(piece)
    assert replace(said, claims=claimed(dict(reversed(said.reasons.items())))) == said


def test_the_difference_names_each_part_that_says_something_else(piece):
    said = EvidenceContent.of(piece)
    other = replace(said, title="Another title", happened_on=clock.today(), files=())
    assert [change.label for change in other.difference(said)] == ["Title", "When it happened", "Files"]
    assert said.difference(said) == []
