"""Whoever changes what ties a judgement to a person, a KSB and a file is found, whatever else they make good."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F, QuerySet

from accounts.models import Membership
from accounts.workflow import accept, invite
from apprenticeships.models import Apprenticeship, Assignment
from assessments.models import SignOff, SignOffGround, Snapshot, Submission, SubmittedClaim, SubmittedFile
from assessments.workflow import submit
from audit.verification import verify
from core import clock
from portfolios import workflow as collecting
from portfolios.models import Evidence
from tests.factories.files import make_png
from tests.world import OWN_WORK, World, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(world: World) -> World:
    """K1 is signed off, K2 was met; a piece with a file waits; the second assessor was invited as IQA, too."""
    world.signed_off("K1")
    world.judged({"K2": "met"}, title="Another")
    piece = world.draft("S1", title="With a file")
    collecting.add_file(piece.pk, acting(world.apprentice), make_png())
    submit(piece.pk, acting(world.apprentice), OWN_WORK)
    invitation = invite(world.provider, world.second_assessor.email, "Second", "iqa", acting(world.admin))
    accept(invitation.link.rstrip("/").rsplit("/", 1)[-1], by=acting(world.second_assessor))
    assert not list(verify())
    return world


def granted() -> QuerySet[Membership]:
    return Membership.objects.filter(role="iqa", started_on=clock.today())


day = timedelta(days=1)
CHANGES = {
    "a claim moved to another KSB": lambda w: SubmittedClaim.objects.filter(ksb=w.ksb("K2")).update(ksb=w.ksb("S2")),
    "a claim moved to another apprentice": lambda w: SubmittedClaim.objects.filter(ksb=w.ksb("K2")).update(
        apprenticeship=w.second
    ),
    "a claim with other words": lambda w: SubmittedClaim.objects.update(justification="Better."),
    "a claim put into another submission": lambda w: SubmittedClaim.objects.filter(ksb=w.ksb("K2")).update(
        submission=Submission.objects.get(claims__ksb=w.ksb("S1"))
    ),
    "a claim that waits, removed": lambda w: SubmittedClaim.objects.filter(ksb=w.ksb("S1")).delete(),
    "a claim put in": lambda w: SubmittedClaim.objects.create(
        submission=Submission.objects.first(), apprenticeship=w.apprenticeship, provider=w.provider, ksb=w.ksb("B1")
    ),
    "a file removed": lambda w: SubmittedFile.objects.all().delete(),
    "a file put in": lambda w: SubmittedFile.objects.create(
        submission=Submission.objects.filter(files=None).first(), file=SubmittedFile.objects.get().file
    ),
    "a file put into another submission": lambda w: SubmittedFile.objects.update(
        submission=Submission.objects.filter(files=None).first()
    ),
    "a snapshot's content": lambda w: Snapshot.objects.update(content={"title": "Better", "claims": [], "files": []}),
    "a snapshot's hash": lambda w: Snapshot.objects.update(sha256="0" * 64),
    "who submitted": lambda w: Submission.objects.update(submitted_by=w.second_apprentice),
    "when it was submitted": lambda w: Submission.objects.update(submitted_at=F("submitted_at") - day),
    "the round": lambda w: Submission.objects.update(round=7),
    "who reviewed": lambda w: Submission.objects.update(review_started_by=w.admin),
    "when the review began": lambda w: Submission.objects.exclude(finished_at=None).update(
        review_started_at=F("finished_at") - day
    ),
    "when the review ended": lambda w: Submission.objects.exclude(finished_at=None).update(
        finished_at=F("finished_at") - day
    ),
    "that it was taken back": lambda w: Submission.objects.filter(finished_at=None).update(withdrawn_at=clock.now()),
    "whose evidence it is": lambda w: Evidence.objects.update(apprenticeship=w.second),
    "a ground removed": lambda w: SignOffGround.objects.all().delete(),
    "a ground put in": lambda w: SignOffGround.objects.create(
        sign_off=SignOff.objects.get(),
        decision=SubmittedClaim.objects.get(ksb=w.ksb("K2")).decision,
    ),
    "another ground": lambda w: SignOffGround.objects.update(
        decision=SubmittedClaim.objects.get(ksb=w.ksb("K2")).decision
    ),
    "the hash of the grounds": lambda w: SignOff.objects.update(grounds_sha256="0" * 64),
    "the apprentice": lambda w: Apprenticeship.objects.filter(pk=w.second.pk).update(apprentice=w.stranger),
    "the provider": lambda w: Apprenticeship.objects.filter(pk=w.second.pk).update(provider=w.other_provider),
    "the employer": lambda w: Apprenticeship.objects.filter(pk=w.second.pk).update(employer=w.employer),
    "the status": lambda w: Apprenticeship.objects.filter(pk=w.second.pk).update(status="withdrawn"),
    "the start": lambda w: Apprenticeship.objects.update(started_on=F("started_on") - day),
    "the planned end": lambda w: Apprenticeship.objects.update(planned_end_on=F("planned_end_on") + day),
    "who looks after somebody": lambda w: Assignment.objects.filter(person=w.assessor).update(person=w.stranger),
    "whom somebody looks after": lambda w: Assignment.objects.filter(person=w.mentor).update(apprenticeship=w.second),
    "since when": lambda w: Assignment.objects.update(started_on=F("started_on") - day),
    "until when": lambda w: Assignment.objects.filter(person=w.assessor).update(ended_on=clock.today()),
    "as what": lambda w: Assignment.objects.filter(person=w.second_assessor).update(role="mentor"),
    "an assignment removed": lambda w: Assignment.objects.filter(person=w.assessor).delete(),
    "an assignment put in": lambda w: Assignment.objects.create(
        apprenticeship=w.second, person=w.mentor, role="mentor"
    ),
    "a membership of somebody else": lambda w: granted().update(user=w.stranger),
    "a membership elsewhere": lambda w: granted().update(organisation=w.other_provider),
    "a membership in another role": lambda w: granted().update(role="provider_admin"),
    "a membership since earlier": lambda w: granted().update(started_on=clock.today() - day),
    "a membership until a day": lambda w: granted().update(ended_on=clock.today() + day),
    "a membership removed": lambda w: granted().delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_ties_a_judgement_to_people_ksbs_and_files_cannot_be_changed_unseen(judged, unguarded, change):
    with unguarded():
        assert change(judged)
    call_command("rebuild_coverage", stdout=StringIO())
    assert list(verify())
