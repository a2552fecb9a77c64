"""What is submitted, judged and signed off, and how that carries over to another text of the standard.

A judgement and what it rests on never change: a mistake is answered with a new row.
"""

from assessments.checking.rules import EvidenceRules
from assessments.commenting.comments import Comment
from assessments.likeness.models import Flag, FlagAnswer, Investigation, InvestigationEnd, Sketch, SketchBand
from assessments.models.appeals import Appeal, AppealAnswer
from assessments.models.deciding import Countersignature, Decision
from assessments.models.external import ExternalRecord, ExternalUndoing
from assessments.models.findings import Finding, FindingNote, Reopening
from assessments.models.moving import KsbCarryOver, Transition, WordingConfirmation
from assessments.models.sampling import (
    Factor,
    Method,
    PlanLine,
    PlanWithdrawal,
    PoolDecision,
    Risk,
    RiskReason,
    Sample,
    SamplingPlan,
    Why,
)
from assessments.models.signing_off import SignOff, SignOffGround, SignOffWithdrawal
from assessments.models.standardising import (
    Standardisation,
    StandardisationAction,
    StandardisationJudgement,
    StandardisationNote,
    StandardisationPerson,
)
from assessments.models.submitting import Snapshot, Submission, SubmittedClaim, SubmittedFile
from assessments.policies.models import SignOffPolicy
from assessments.queueing import QueuePlace
from assessments.results.models import OutcomeResult, ResultGround, ResultRelease, SecondMark
from assessments.unfinished import ReviewDraft
from assessments.verifying.answers import BehaviourAnswer, EmployerAnswer
from assessments.verifying.verifications import Verification, VerificationKsb
from assessments.voice.models import VoiceDraft, VoiceNote

__all__ = [
    "Comment",
    "Appeal",
    "BehaviourAnswer",
    "EmployerAnswer",
    "AppealAnswer",
    "Countersignature",
    "Decision",
    "ExternalRecord",
    "ExternalUndoing",
    "Factor",
    "Finding",
    "FindingNote",
    "EvidenceRules",
    "Flag",
    "FlagAnswer",
    "Investigation",
    "InvestigationEnd",
    "KsbCarryOver",
    "Method",
    "OutcomeResult",
    "PlanLine",
    "PlanWithdrawal",
    "PoolDecision",
    "QueuePlace",
    "Reopening",
    "ResultGround",
    "ResultRelease",
    "ReviewDraft",
    "Risk",
    "RiskReason",
    "Sample",
    "SamplingPlan",
    "SecondMark",
    "SignOff",
    "SignOffGround",
    "SignOffPolicy",
    "SignOffWithdrawal",
    "Sketch",
    "SketchBand",
    "Snapshot",
    "Standardisation",
    "StandardisationAction",
    "StandardisationJudgement",
    "StandardisationNote",
    "StandardisationPerson",
    "Submission",
    "SubmittedClaim",
    "SubmittedFile",
    "Transition",
    "Verification",
    "VerificationKsb",
    "VoiceDraft",
    "VoiceNote",
    "Why",
    "WordingConfirmation",
]
