"""What a dry run says to an admin: what would go, in their words and in the order of a learner's time here."""

from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apprenticeships import models as learning
from assessments import models as judging
from notifications.models import Notice
from portfolios import models as collecting
from programme import models as teaching
from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan
from reports.exports.models import Export
from reports.portfolio.models import PortfolioArrival
from reports.retention.models import LegalHold
from signing.models import Disavowal, Link, Signature


class Group(NamedTuple):
    """Things that belong together for whoever reads the list.

    Attributes:
        rows: what each is called, and how many there are.
    """

    heading: str | Promise
    rows: list[tuple[str | Promise, int]]


#: What each table is called, under a heading.
WORDS: tuple[tuple[str | Promise, dict[Any, str | Promise]], ...] = (
    (
        _("Who they are and their apprenticeship"),
        {
            learning.Apprenticeship: _("Enrolment with ULN and date of birth"),
            learning.EnrolmentCorrection: _("Corrections of the enrolment"),
            learning.AssignmentChange: _("Changes of assessor, trainer or mentor"),
            learning.Change: _("Breaks and other changes"),
            learning.PlannedChange: _("Changes that were planned"),
            learning.PlanEnding: _("Planned changes that took place or were cancelled"),
            learning.ConflictOfInterest: _("Conflicts of interest with them"),
            learning.ConflictEnding: _("Ends of conflicts of interest"),
        },
    ),
    (
        _("Evidence"),
        {
            collecting.Evidence: _("Pieces of evidence"),
            collecting.EvidenceFile: _("Names and details of files"),
            collecting.Claim: _("Reasons why a piece shows a KSB"),
            collecting.EvidenceVersion: _("Earlier versions of pieces"),
            collecting.Marker: _("Highlighted places in files"),
            collecting.FileText: _("Texts read from files"),
            collecting.Rendition: _("Previews of files"),
            collecting.Quarantine: _("Notes on hidden files"),
            judging.Submission: _("Notes of times a piece was sent"),
            judging.Snapshot: _("Copies of pieces as they were sent"),
            judging.SubmittedClaim: _("Reasons why a piece shows a KSB, as they were sent"),
        },
    ),
    (
        _("Assessment"),
        {
            judging.Decision: _("Feedback with decisions"),
            judging.VoiceNote: _("Spoken feedback"),
            judging.SignOff: _("Notes on sign-offs"),
            judging.SignOffWithdrawal: _("Reasons why a sign-off was withdrawn"),
            judging.Appeal: _("Appeals"),
            judging.AppealAnswer: _("Answers to appeals"),
            judging.OutcomeResult: _("Results of outcomes"),
            judging.SecondMark: _("Second marks of results"),
            judging.ExternalRecord: _("What another provider decided"),
            judging.ExternalUndoing: _("Reasons why that was undone"),
        },
    ),
    (
        _("What employers and witnesses said"),
        {
            Link: _("Requests to confirm something"),
            judging.Verification: _("What was asked of them"),
            Signature: _("What was confirmed, and who confirmed it"),
            Disavowal: _("Answers “This was not me”"),
            judging.EmployerAnswer: _("The employer’s answers about behaviours"),
            judging.BehaviourAnswer: _("Comments on single behaviours"),
        },
    ),
    (
        _("Quality assurance"),
        {
            judging.Sample: _("Reasons why a decision was sampled"),
            judging.Finding: _("Findings"),
            judging.FindingNote: _("Notes on findings"),
            judging.Reopening: _("Reasons why a KSB was reopened"),
            judging.FlagAnswer: _("Notes on evidence that is like another’s"),
            judging.Investigation: _("Investigations"),
            judging.InvestigationEnd: _("Ends of investigations"),
        },
    ),
    (
        _("Training, reviews and gateway"),
        {
            teaching.OffTheJobEntry: _("Entries of off-the-job hours"),
            teaching.Attendance: _("Training sessions"),
            teaching.SkillsScan: _("Skills scans"),
            teaching.ProgressReview: _("Progress reviews"),
            teaching.ReviewRhythm: _("Reasons for more time between reviews"),
            teaching.SignedVersion: _("Training plans, reviews and statements that were signed"),
            teaching.PartySignature: _("Signatures on them"),
            teaching.PartyRefusal: _("Reasons why somebody did not sign"),
            teaching.Attainment: _("English, maths and qualifications"),
            teaching.GatewayLock: _("Gateways that were passed"),
            teaching.GatewayEnd: _("Gateways that were withdrawn or returned"),
            teaching.AssessmentResult: _("Results"),
        },
    ),
    (
        _("Documents and learning support"),
        {
            LearnerDocument: _("Documents in their file"),
            SupportPlan: _("Learning support plans"),
            SupportNote: _("Notes on learning support"),
        },
    ),
    (
        _("Drafts, notices and downloads"),
        {
            Notice: _("Notices about them"),
            collecting.Capture: _("What their devices sent"),
            collecting.Upload: _("Uploads that were begun"),
            PortfolioArrival: _("Portfolios from another provider, to be imported"),
            judging.QueuePlace: _("Places in an assessor’s queue"),
            judging.ReviewDraft: _("Reviews of evidence that were not sent"),
            judging.VoiceDraft: _("Spoken feedback that was not sent"),
            judging.Sketch: _("Comparisons with others’ evidence"),
            teaching.PlanDraft: _("Training plans under way"),
            teaching.ReviewNotes: _("Notes for progress reviews"),
            teaching.ScanDraft: _("Skills scans under way"),
            Export: _("Files to download"),
            LegalHold: _("Reasons for legal holds"),
        },
    ),
)


def grouped(counts: dict[str, int]) -> list[Group]:
    """What would go, under headings, without what there is none of.

    Args:
        counts: how many rows, by the label of their model.
    """
    found = []
    for heading, words in WORDS:
        rows = [
            (said, counts[model._meta.label_lower])
            for model, said in words.items()
            if model._meta.label_lower in counts
        ]
        if rows:
            found.append(Group(heading, rows))
    return found
