"""In which state something judged is, worked out from its rows."""

from typing import Self

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from assessments.likeness.models import Investigation
from assessments.models import (
    AppealAnswer,
    Finding,
    Reopening,
    ReviewDraft,
    Sample,
    SignOff,
    StandardisationNote,
    Submission,
    Transition,
)


class SubmissionState(TextChoices):
    """How far one round of a piece of evidence has come."""

    WAITING = "waiting", _("Waiting")
    UNDER_REVIEW = "under_review", _("Under review")
    TO_BE_SENT = "to_be_sent", _("Finished, to be sent")
    SENT = "sent", _("Sent")
    TAKEN_BACK = "taken_back", _("Unsent")

    @classmethod
    def of(cls, submission: Submission, draft: ReviewDraft | None = None) -> Self:
        """The state, given the review that somebody has finished or writes, where there is one."""
        if submission.withdrawn_at:
            return cls.TAKEN_BACK
        if submission.finished_at:
            return cls.SENT
        if draft and draft.send_at:
            return cls.TO_BE_SENT
        return cls.UNDER_REVIEW if submission.review_started_at else cls.WAITING


class SignOffState(TextChoices):
    """Whether a sign-off counts."""

    STANDS = "stands", _("Stands")
    REOPENED = "reopened", _("Reopened by quality assurance")
    WITHDRAWN = "withdrawn", _("Withdrawn")

    @classmethod
    def of(cls, made: SignOff) -> Self:
        """The state; it asks the database."""
        if hasattr(made, "withdrawal"):
            return cls.WITHDRAWN
        is_reopened = Reopening.objects.unscoped().standing().filter(sign_off=made).exists()
        return cls.REOPENED if is_reopened else cls.STANDS


class AppealState(TextChoices):
    """How far an appeal has come."""

    OPEN = "open", _("Open")
    UPHELD = AppealAnswer.Result.UPHELD.value, AppealAnswer.Result.UPHELD.label
    TURNED_DOWN = AppealAnswer.Result.TURNED_DOWN.value, AppealAnswer.Result.TURNED_DOWN.label
    TAKEN_BACK = AppealAnswer.Result.TAKEN_BACK.value, AppealAnswer.Result.TAKEN_BACK.label

    @classmethod
    def of(cls, answer: AppealAnswer | None) -> Self:
        """The state, given the newest answer."""
        return cls(answer.result) if answer else cls.OPEN


class InvestigationState(TextChoices):
    """Whether a submission is still being looked into."""

    OPEN = "open", _("Under investigation")
    CLOSED = "closed", _("Closed")

    @classmethod
    def of(cls, investigation: Investigation) -> Self:
        """The state; it asks the database."""
        return cls.CLOSED if hasattr(investigation, "end") else cls.OPEN


class AgreedActionState(TextChoices):
    """What has become of an action that was agreed at a standardisation."""

    OPEN = "open", _("Open")
    DONE = StandardisationNote.Kind.DONE.value, StandardisationNote.Kind.DONE.label
    GIVEN_UP = StandardisationNote.Kind.GIVEN_UP.value, StandardisationNote.Kind.GIVEN_UP.label

    @classmethod
    def of(cls, note: StandardisationNote | None) -> Self:
        """The state, given the newest note."""
        return cls.OPEN if note is None or note.kind == StandardisationNote.Kind.OPENED else cls(note.kind)


class MoveState(TextChoices):
    """Whether a move to another version stands."""

    STANDS = "stands", _("Stands")
    UNDONE = "undone", _("Undone")

    @classmethod
    def of(cls, move: Transition) -> Self:
        """The state; it asks the database."""
        return cls.UNDONE if hasattr(move, "undone_by") else cls.STANDS


class SampleState(TextChoices):
    """How far the check of a sampled decision has come."""

    DRAWN = "drawn", _("To be checked")
    AGREED = "agreed", _("Agreed")
    ACTION_OPEN = "action_open", _("Action open")
    ACTION_CLOSED = "action_closed", _("Action closed")
    GIVEN_UP = "given_up", _("Its plan was withdrawn")

    @classmethod
    def of(cls, sample: Sample) -> Self:
        """The state; it asks the database."""
        finding = Finding.objects.unscoped().standing().filter(sample=sample).first()
        if finding is None:
            return cls.GIVEN_UP if hasattr(sample.plan, "withdrawal") else cls.DRAWN
        return cls.after(finding)

    @classmethod
    def after(cls, finding: Finding) -> Self:
        """The state that follows from a finding that stands."""
        if finding.result != Finding.Result.ACTION:
            return cls.AGREED
        is_open = Finding.objects.unscoped().open_actions().filter(pk=finding.pk).exists()
        return cls.ACTION_OPEN if is_open else cls.ACTION_CLOSED
