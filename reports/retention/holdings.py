"""What is held of a learner, table by table: which rows, and what an erasure takes out of them.

Of rows that are kept, all texts go, but for codes and keys that say nothing of anybody. What was never judged goes
altogether. A test holds this list against every model that there is.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import (
    Apprenticeship,
    AssignmentChange,
    Change,
    ConflictEnding,
    ConflictOfInterest,
    EnrolmentCorrection,
    PlanEnding,
    PlannedChange,
)
from assessments.models import (
    Appeal,
    AppealAnswer,
    BehaviourAnswer,
    Decision,
    EmployerAnswer,
    ExternalRecord,
    ExternalUndoing,
    Finding,
    FindingNote,
    FlagAnswer,
    Investigation,
    InvestigationEnd,
    OutcomeResult,
    QueuePlace,
    Reopening,
    ReviewDraft,
    Sample,
    SecondMark,
    SignOff,
    SignOffWithdrawal,
    Sketch,
    Snapshot,
    Submission,
    SubmittedClaim,
    Verification,
    VoiceDraft,
    VoiceNote,
)
from notifications.models import Notice
from portfolios.models import (
    Capture,
    Claim,
    Evidence,
    EvidenceFile,
    EvidenceVersion,
    FileText,
    Marker,
    Quarantine,
    Rendition,
    Upload,
)
from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan
from programme.models import (
    AssessmentResult,
    Attainment,
    Attendance,
    GatewayEnd,
    GatewayLock,
    OffTheJobEntry,
    PartyRefusal,
    PartySignature,
    PlanDraft,
    ProgressReview,
    ReviewNotes,
    ReviewRhythm,
    ScanDraft,
    SignedVersion,
    SkillsScan,
)
from reports.exports.models import Export
from reports.portfolio.models import PortfolioArrival
from reports.retention.models import Erasure, LegalHold
from signing.models import Disavowal, Link, Signature


class Part(TextChoices):
    """What can be erased by itself."""

    WORKING = "working", _("What nobody reviewed: drafts, notes under way, notices and downloads")
    SUPPORT = "support", _("Learning support, and documents about it")
    RECORD = "record", _("The rest: who they are, evidence, decisions, hours, reviews and documents")


@dataclass(frozen=True)
class Holding:
    """The rows of one model that are about a learner.

    Attributes:
        path: from a row to its apprenticeship.
        only: which of these, if not all.
        stays: texts that are kept: codes, keys of objects of which the bytes are gone, kinds of files.
        is_removed: the rows go altogether; otherwise they stay without their texts.
    """

    part: Part
    model: Any
    path: str = "apprenticeship"
    only: Q | None = None
    stays: tuple[str, ...] = ()
    is_removed: bool = False

    def rows(self, apprenticeship: Apprenticeship) -> QuerySet[Any]:
        """Those of one learner, in order."""
        found: QuerySet[Any] = self.model._base_manager.filter(**{self.path: apprenticeship.pk})
        if self.only is not None:
            found = found.filter(self.only)
        return found.order_by("pk")


_PIECE, _FILE, _SUBMISSION = "evidence__apprenticeship", "file__evidence__apprenticeship", "submission__apprenticeship"
_DRAFT = Q(first_submitted_at=None)


def _removed(model: Any, path: str) -> Holding:
    return Holding(Part.WORKING, model, path, is_removed=True)


def _kept(model: Any, path: str = "apprenticeship", *stays: str) -> Holding:
    return Holding(Part.RECORD, model, path, None, stays)


_OF_A_FILE = ("stored", "cleaned", "content_type")
#: In the order in which they are erased: what points at other rows comes before them.
HOLDINGS = (
    _removed(Notice, "apprenticeship"),
    _removed(PortfolioArrival, "record__apprenticeship"),
    _removed(Capture, _PIECE),
    _removed(EvidenceVersion, _PIECE),
    _removed(Upload, _PIECE),
    _removed(Marker, _FILE),
    _removed(FileText, _FILE),
    _removed(Rendition, _FILE),
    _removed(QueuePlace, _SUBMISSION),
    _removed(ReviewDraft, _SUBMISSION),
    _removed(VoiceDraft, _SUBMISSION),
    _removed(Sketch, _SUBMISSION),
    _removed(PlanDraft, "apprenticeship"),
    _removed(ReviewNotes, "review__apprenticeship"),
    _removed(ScanDraft, "apprenticeship"),
    Holding(Part.WORKING, EvidenceFile, _PIECE, _DRAFT, _OF_A_FILE),
    Holding(Part.WORKING, Claim, _PIECE, Q(evidence__first_submitted_at=None)),
    Holding(Part.WORKING, Evidence, "apprenticeship", _DRAFT),
    Holding(Part.SUPPORT, SupportNote),
    Holding(Part.SUPPORT, SupportPlan),
    Holding(Part.SUPPORT, LearnerDocument, "apprenticeship", Q(is_support=True), _OF_A_FILE),
    _kept(EvidenceFile, _PIECE, *_OF_A_FILE),
    _kept(Claim, _PIECE),
    _kept(Evidence),
    _kept(Quarantine, _PIECE),
    _kept(Snapshot, _SUBMISSION),
    _kept(SubmittedClaim),
    _kept(Submission),
    _kept(Decision, "claim__apprenticeship"),
    _kept(SignOff),
    _kept(SignOffWithdrawal, "sign_off__apprenticeship"),
    _kept(Appeal),
    _kept(AppealAnswer, "appeal__apprenticeship"),
    _kept(VoiceNote, "apprenticeship", *_OF_A_FILE),
    _kept(FlagAnswer, "flag__apprenticeship"),
    _kept(Investigation),
    _kept(InvestigationEnd, "investigation__apprenticeship"),
    _kept(ExternalUndoing, "external__apprenticeship"),
    _kept(ExternalRecord),
    _kept(FindingNote, "finding__sample__apprenticeship"),
    _kept(Finding, "sample__apprenticeship"),
    _kept(Sample),
    _kept(SecondMark, "result__apprenticeship"),
    _kept(OutcomeResult),
    _kept(Reopening),
    _kept(Disavowal, "signature__apprenticeship"),
    _kept(Signature),
    _kept(Link),
    _kept(Verification),
    _kept(BehaviourAnswer, "answer__apprenticeship"),
    _kept(EmployerAnswer),
    _kept(SkillsScan, "apprenticeship", "ratings"),
    _kept(OffTheJobEntry),
    _kept(Attendance),
    _kept(Attainment),
    _kept(AssessmentResult),
    _kept(GatewayEnd),
    _kept(GatewayLock),
    _kept(PartyRefusal),
    _kept(PartySignature),
    _kept(SignedVersion),
    _kept(ReviewRhythm),
    _kept(ProgressReview),
    _kept(LearnerDocument, "apprenticeship", *_OF_A_FILE),
    _kept(AssignmentChange),
    _kept(PlanEnding, "plan__apprenticeship"),
    _kept(PlannedChange),
    _kept(Change),
    _kept(EnrolmentCorrection),
    _kept(ConflictEnding, "conflict__apprenticeship"),
    _kept(ConflictOfInterest),
    _kept(Export, "apprenticeship", "stored", "content_type", "key_id"),
    _kept(LegalHold),
    _kept(Erasure, "apprenticeship", "parts", "report"),
    _kept(Apprenticeship, "pk"),
)
