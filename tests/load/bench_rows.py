"""The made-up rows that the pages of `make bench` show."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from accounts.audit_actions import INVITATION_SENT, ORGANISATION_ADDED
from apprenticeships.audit_actions import APPRENTICESHIP_ENROLLED
from assessments.audit_actions import CLAIM_DECIDED, KSB_SIGNED_OFF, SUBMISSION_JUDGED, SUBMISSION_MADE
from portfolios.audit_actions import EVIDENCE_CREATED, EVIDENCE_FILE_ADDED
from tests.load.bench_pages import Site
from tests.load.bench_programme import make_programme
from tests.load.serving import PASSWORD


def make(folder: Path) -> Site:
    """Make the rows in an empty, migrated database: 24 learners with four pieces each, 50 with twenty."""
    from django.core.management import call_command

    from accounts.models import User
    from apprenticeships.models import Apprenticeship, Assignment
    from demo.load import load

    for name, records in (("ST0321.txt", None), ("bench.json", _standards())):
        source = Path("demo/data") / name
        if records is not None:
            source = folder / name
            source.write_text(json.dumps(records))
        call_command("import_standards", str(source), stdout=io.StringIO(), stderr=io.StringIO())
    load(24, pieces_each=4)
    load(50, again=True)
    learners = list(Apprenticeship.objects.order_by("apprentice__name").select_related("apprentice"))
    assessors = {user.email: user for user in User.objects.filter(email__startswith="load-assessor-")}
    Assignment.objects.filter(apprenticeship__in=learners[11:24]).update(person=assessors["load-assessor-3@load.test"])
    site = Site(
        learner=str(learners[24].pk),
        learner_email=learners[24].apprentice.email,
        small_learner=str(learners[0].pk),
        small_learner_email=learners[0].apprentice.email,
        assessor_email="load-assessor-2@load.test",
        small_assessor_email="load-assessor-1@load.test",
    )
    for learner in (learners[24], learners[0]):
        learner.apprentice.set_password(PASSWORD)
        learner.apprentice.save()
        _confirm(learner.apprentice)
    _choose(site, learners[24], learners[0])
    _note_many_kinds(learners[24])
    _tell(assessors["load-assessor-2@load.test"], 30)
    _tell(assessors["load-assessor-1@load.test"], 2)
    _sample(learners[24].provider)
    make_programme(site, learners, assessors)
    return site


def _confirm(person: Any) -> None:
    from accounts.workflow import confirm_address

    confirm_address(person)


def _choose(site: Site, learner: Any, small: Any) -> None:
    """Pick what the pages show, and give it files: three where there are many rows, one where there are few."""
    from django.db.models import Count

    from apprenticeships.models import KsbProgress
    from assessments import workflow
    from assessments.models import Submission
    from portfolios.models import Evidence
    from tests.world import acting

    by_claims = (
        KsbProgress.objects.filter(apprenticeship=learner, ksb__submitted_claims__apprenticeship=learner)
        .annotate(claims=Count("ksb__submitted_claims"))
        .order_by("claims", "ksb__position")
        .values_list("ksb__code", flat=True)
    )
    site.ksbs = {"many": by_claims.last()}
    # Of the same type: an employer answers for behaviours alone, which takes a statement.
    site.ksbs["few"] = by_claims.filter(ksb__code__startswith=site.ksbs["many"][0]).first()
    for size, owner, files in (("many", learner, 3), ("few", small, 1)):
        pieces = Evidence.objects.filter(apprenticeship=owner).annotate(claimed=Count("claims")).order_by("claimed")
        draft = pieces.filter(state="draft").last()
        # One that came back for more work, where there is one: it shows the round and the working copy.
        judged = pieces.filter(state__in=("accepted", "referred")).order_by("state", "claimed", "pk").last()
        waiting = Submission.objects.filter(evidence__apprenticeship=learner, finished_at=None)
        waiting = waiting.annotate(claimed=Count("claims")).order_by("claimed", "pk")
        review = waiting.last() if size == "many" else waiting.first()
        assessor = review.evidence.apprenticeship.assignments.get().person
        assessor.acting_for = learner.provider
        workflow.start_review(review.pk, acting(assessor))
        _add_files(draft, files)
        _add_files(judged, files, judged.submissions.get())
        _add_files(review.evidence, files, review)
        site.drafts[size], site.pieces[size], site.reviews[size] = str(draft.pk), str(judged.pk), str(review.pk)


def _add_files(evidence: Any, count: int, submission: Any = None) -> None:
    """Text files that were prepared: their rows, without bytes, for no page opens those."""
    from assessments.models import SubmittedFile
    from portfolios.models import EvidenceFile, FileText

    for number in range(count):
        file = EvidenceFile.objects.create(
            evidence=evidence,
            stored=f"bench/{evidence.pk}/{number}",
            name=f"Notes of the day {number + 1}.txt",
            content_type="text/plain",
            size_bytes=1_234,
            sha256="0" * 64,
            added_by=evidence.apprenticeship.apprentice,
            first_submitted_at=evidence.first_submitted_at,
            processing=EvidenceFile.Processing.DONE,
            scan=EvidenceFile.Scan.NOT_SCANNED,
        )
        FileText.objects.create(file=file, words="What I noted on the day, line by line.\n" * 20)
        if submission:
            SubmittedFile.objects.create(submission=submission, file=file)


def _note_many_kinds(learner: Any) -> None:
    """End the record with entries about every kind of thing that a provider's record speaks of every day."""
    from django.db import transaction

    from accounts.models import Invitation
    from assessments.models import Decision, SignOff, Submission
    from audit import chain as audit
    from core import clock
    from portfolios.models import EvidenceFile
    from tests.world import acting

    admin = learner.provider.memberships.get(role="provider_admin").user
    invitation = Invitation.objects.create(
        token_sha256="0" * 64,
        email="invited@load.test",
        name="Somebody Invited",
        role="assessor",
        organisation=learner.provider,
        invited_by=admin,
        expires_at=clock.now() + timedelta(days=7),
    )
    subjects = {
        APPRENTICESHIP_ENROLLED: learner,
        INVITATION_SENT: invitation,
        EVIDENCE_CREATED: learner.evidence.first(),
        EVIDENCE_FILE_ADDED: EvidenceFile.objects.filter(evidence__apprenticeship=learner).first(),
        SUBMISSION_JUDGED: Submission.objects.filter(evidence__apprenticeship=learner).first(),
        SUBMISSION_MADE: Submission.objects.filter(evidence__apprenticeship=learner).first(),
        CLAIM_DECIDED: Decision.objects.filter(claim__apprenticeship=learner).first(),
        KSB_SIGNED_OFF: SignOff.objects.filter(apprenticeship=learner).first(),
        ORGANISATION_ADDED: learner.provider,
    }
    with transaction.atomic():
        for _ in range(6):
            for action, subject in subjects.items():
                audit.record(action, acting(admin), subject, organisation=learner.provider)


def _tell(assessor: Any, count: int) -> None:
    """This many notices of evidence to review, of which every third is unread."""
    from assessments.models import Submission
    from core import clock
    from notifications.kinds import News
    from notifications.models import Notice

    waiting = Submission.objects.filter(apprenticeship__assignments__person=assessor, finished_at=None)
    Notice.objects.bulk_create(
        Notice(
            person=assessor,
            apprenticeship=sent.apprenticeship,
            provider_id=sent.apprenticeship.provider_id,
            news=News.SUBMITTED,
            subject=sent.pk,
            about=sent.pk,
            cause=f"bench {number}",
            at=clock.now() - timedelta(hours=number),
            read_at=clock.now() if number % 3 else None,
        )
        for number, sent in enumerate(waiting.select_related("apprenticeship").order_by("pk")[:count])
    )


def _sample(provider: Any) -> None:
    """A plan of somebody who assures the quality of the provider, by which more than a page of decisions are drawn."""
    from uuid import UUID

    from accounts.models import Membership, User
    from assessments import workflow
    from core import clock
    from tests.world import acting

    assurer = User.objects.create(email="load-iqa@load.test", name="Load Assurer")
    assurer.set_password(PASSWORD)
    assurer.save()
    _confirm(assurer)
    today = clock.today()
    Membership.objects.create(user=assurer, organisation=provider, role="iqa", started_on=today)
    assurer.acting_for = provider
    workflow.plan_sample(
        provider.pk,
        acting(assurer),
        plan_id=UUID(int=1),
        seed="bench",
        from_on=today - timedelta(days=360),
        until_on=today,
        rates=workflow.Rates(50, 50, 50, 50),
    )


def _standards() -> list[dict[str, Any]]:
    """Forty made-up standards: more than a page of them, one with as much as most have, and one of level 7 alone."""

    def statements(kind: str, count: int) -> list[dict[str, str]]:
        return [
            {f"{kind}Id": f"{kind}-{n}", "detail": f"Something that people of this occupation show, the {n}th of these"}
            for n in range(1, count + 1)
        ]

    def standard(number: int, ksbs: int, duties: int, level: int) -> dict[str, Any]:
        knowledge, skills = statements("knowledge", ksbs // 3), statements("skill", ksbs // 2)
        behaviours = statements("behaviour", ksbs - ksbs // 3 - ksbs // 2)
        ids = [s["knowledgeId"] for s in knowledge] + [s["skillId"] for s in skills]
        return {
            "templateType": "Structured Apprenticeship Standard",
            "larsCode": 0,
            "referenceNumber": f"ST{number}",
            "title": f"Made-up occupation {number}",
            "status": "Approved for delivery",
            "versionNumber": "1.0",
            "version": "1.0",
            "level": level,
            "typicalDuration": 15,
            "maxFunding": 5000,
            "route": "Business and administration",
            "overviewOfRole": "Do what this occupation does, day after day, for people who need it.",
            "keywords": ["Made up"],
            "typicalJobTitles": ["Made-up worker"],
            "knowledges": knowledge,
            "skills": skills,
            "behaviours": behaviours,
            "duties": [
                {
                    "dutyID": f"duty-{n}",
                    "dutyDetail": f"Duty {n} Do the part of the work that comes as number {n}",
                    "mappedKnowledge": [i for i in ids[n % 3 :: 3] if i.startswith("knowledge")],
                    "mappedSkills": [i for i in ids[n % 3 :: 3] if i.startswith("skill")],
                    "mappedBehaviour": [behaviours[0]["behaviourId"]],
                }
                for n in range(1, duties + 1)
            ],
        }

    return [
        standard(9899, 35, 12, 3),
        standard(9898, 9, 3, 7),
        *(standard(9800 + number, 9, 3, 3) for number in range(38)),
    ]
