"""Progress reviews and skills scans as PDFs: who has them, and what is in them."""

from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from audit.models import Entry
from pages.programme.papers import paper_of_scans
from programme.models import Party
from tests.pdfs import words_in
from tests.programme import reviewing, scanning
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def fetched(client, world: World, who: str, review: object, version: str = "1"):
    client.force_login(world.people[who])
    return client.post(reverse("pages:progress-review-pdf", args=[review]), {"version": version})


def test_a_review_is_a_tagged_pdf_of_what_was_sent_and_who_signed(client, world: World):
    pytest.importorskip("weasyprint")
    scanning.hand_in(world)
    version = reviewing.issue(world)
    reviewing.sign(world, version, Party.APPRENTICE)
    client.force_login(world.apprentice)
    where = reverse("pages:progress-review-pdf", args=[version.about])
    assert where in client.get(reverse("pages:progress-review", args=[version.about])).content.decode()
    answer = fetched(client, world, "apprentice", version.about)
    assert answer["Content-Type"] == "application/pdf"
    assert version.shared["held_on"] in answer["Content-Disposition"]
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.StructTreeRoot
        assert str(pdf.Root.Lang) == "en-GB"
        assert "pdfuaid:part" in str(pdf.open_metadata())
    said = words_in(answer.content)
    for expected in (
        "Very reliable.",
        "Shadow an interview",
        "Extra reading time",
        "Distance travelled",
        "Not signed yet",
        version.sha256[:16],
    ):
        assert expected in said
    entry = Entry.objects.get(action="progress_review.exported")
    assert entry.actor_person == world.apprentice.pk


def test_the_employers_pdf_holds_nothing_of_support_and_safeguarding(client, world: World):
    pytest.importorskip("weasyprint")
    version = reviewing.issue(world)
    for who in ("mentor", "viewer"):
        said = words_in(fetched(client, world, who, version.about).content)
        assert "Very reliable." in said
        for word in ("Extra reading time", "See the record of 3 March", "The employer does not see this part."):
            assert word not in said


def test_there_is_no_pdf_for_strangers_or_of_what_was_not_sent(client, world: World):
    version = reviewing.issue(world)
    for who in ("stranger", "second_apprentice", "former_assessor", "other_admin"):
        assert fetched(client, world, who, version.about).status_code == 404
    assert fetched(client, world, "assessor", version.about, "2").status_code == 404
    later = reviewing.plan(world)
    assert fetched(client, world, "assessor", later.pk).status_code == 404
    assert not Entry.objects.filter(action="progress_review.exported").exists()


def test_an_earlier_version_can_be_had_after_a_correction(client, world: World):
    pytest.importorskip("weasyprint")
    version = reviewing.signed_by_all(world)
    reviewing.issue(
        world, reviewing.review_of(version), reason="A wrong word.", section_employer="Nearly always reliable."
    )
    assert "Very reliable." in words_in(fetched(client, world, "admin", version.about).content)
    newer = words_in(fetched(client, world, "admin", version.about, "2").content)
    assert "Nearly always reliable." in newer
    assert "A wrong word." in newer


def test_scans_on_paper_show_every_rating_and_only_to_those_who_see_the_learner(world: World):
    assert paper_of_scans(acting(world.admin), world.apprenticeship.pk) is None
    scanning.hand_in(world, K1="alone")
    scanning.hand_in(world, "with_help", by=world.mentor)
    paper = paper_of_scans(acting(world.admin), world.apprenticeship.pk)
    assert paper is not None
    assert paper.page.count('scope="row"') >= 2 * len(scanning.ratings(world))
    assert "as the employer sees it" in paper.page
    assert paper_of_scans(acting(world.people["other_admin"]), world.apprenticeship.pk) is None
