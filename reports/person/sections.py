"""What a person's own export says, section by section: which rows, and which of their fields.

Each section reads under the rights of the person as themself, for no organisation: what is about other
people, or only a provider's, is in none of them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, User
from apprenticeships.models import (
    Apprenticeship,
    AssignmentChange,
    Change,
    Competence,
    ConflictOfInterest,
    EmployerContact,
    EnrolmentCorrection,
    PlannedChange,
)
from assessments.models import Appeal, AppealAnswer, Comment, OutcomeResult, Reopening, VoiceNote
from core.actor import Actor
from notifications.models import Choice
from occupations.models import Favourite
from portfolios.models import Capture, SuggestionAnswer, Upload
from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan
from programme.models import (
    AssessmentResult,
    Attainment,
    Attendance,
    GatewayEnd,
    HoursConfirmation,
    OffTheJobEntry,
    PartyRefusal,
    PartySignature,
    ProgressReview,
    ReviewRhythm,
    ScanDraft,
    SignedVersion,
    SkillsScan,
)
from reports.saving.models import SavedView
from signing.models import Link, Signature

#: Rows are read in batches of this many, so that memory does not grow with them.
BATCH = 500


@dataclass(frozen=True)
class Section:
    """One table about a person.

    Attributes:
        name: of its files.
        rows: of a person, by who they are.
        fields: what is told of each row, in order; a name may lead on to another row, such as `session__title`.
    """

    name: str
    title: str | Promise
    rows: Callable[[User], QuerySet[Any]]
    fields: tuple[str, ...]

    def told(self, person: User) -> Iterator[dict[str, Any]]:
        """Each row as plain data, in the words of the screens, oldest first."""
        rows = self.rows(person)
        links = {link for name in self.fields if (link := _link(rows.model, name))}
        for row in rows.select_related(*links).order_by("pk").iterator(chunk_size=BATCH):
            yield {name: _value(row, name) for name in self.fields}

    def labels(self) -> dict[str, str]:
        """What each field is called on the page."""
        model = self.rows(User()).model
        return {name: _label(model, name) for name in self.fields}


def _link(model: type[models.Model], name: str) -> str:
    """The other rows that are read with each, as `select_related` takes them."""
    *path, last = name.split("__")
    for part in path:
        model = model._meta.get_field(part).related_model  # type: ignore[assignment]
    leads_on = model._meta.get_field(last).is_relation and not last.endswith("_id")
    return "__".join([*path, last] if leads_on else path)


def _label(model: type[models.Model], name: str) -> str:
    *path, last = name.split("__")
    for part in path:
        model = model._meta.get_field(part).related_model  # type: ignore[assignment]
    words = str(model._meta.get_field(last).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]


def _value(row: Any, name: str) -> Any:
    *path, last = name.split("__")
    for part in path:
        row = getattr(row, part)
        if row is None:
            return None
    if display := getattr(row, f"get_{last}_display", None):
        return str(display())
    return plain(getattr(row, last))


def plain(value: Any) -> Any:
    """A value as JSON takes it: other rows by what they are called."""
    match value:
        case None | bool() | int() | str() | datetime() | date() | list() | dict():
            return value
    return str(value)


def _own(model: Any) -> Callable[[User], QuerySet[Any]]:
    """The rows of a model that a person sees of their own apprenticeships."""
    return lambda person: model.objects.visible_to(Actor(person.pk))


def _by(model: Any, **given: str) -> Callable[[User], QuerySet[Any]]:
    """The rows of a model that name a person in one of these fields."""
    return lambda person: model._default_manager.filter(**dict.fromkeys(given, person.pk))


def _unscoped(model: Any, *fields: str) -> Callable[[User], QuerySet[Any]]:
    def rows(person: User) -> QuerySet[Any]:
        asked = Q()
        for field in fields:
            asked |= Q(**{field: person.pk})
        found: QuerySet[Any] = model.objects.unscoped().filter(asked)
        return found

    return rows


def _invitations(person: User) -> QuerySet[Any]:
    return Invitation.objects.filter(Q(person=person) | Q(accepted_by=person) | Q(email=person.email or ""))


def _undone(person: User) -> QuerySet[Any]:
    return Apprenticeship.objects.undone_of_apprentice(Actor(person.pk))


def _by_address(model: Any, path: str = "email") -> Callable[[User], QuerySet[Any]]:
    """What somebody entered or was sent by a person's address."""

    def rows(person: User) -> QuerySet[Any]:
        every = model.objects.unscoped()
        found: QuerySet[Any] = every.filter(**{f"{path}__iexact": person.email}) if person.email else every.none()
        return found

    return rows


_APPRENTICESHIP = (
    "id",
    "provider",
    "employer",
    "standard_version__standard__reference",
    "standard_version",
    "option",
    "status",
    "started_on",
    "planned_end_on",
    "stopped_on",
    "break_days",
    "uln",
    "learner_reference",
    "date_of_birth",
    "planned_hours",
    "prior_learning_hours",
    "weekly_minutes",
    "price_pounds",
    "prior_learning_pounds",
    "enrolled_at",
    "undone_at",
    "last_activity_at",
)

#: In the order of the page.
SECTIONS = (
    Section(
        "account",
        _("Your account"),
        lambda person: User.objects.filter(pk=person.pk),
        ("id", "name", "email", "external_provider", "is_active", "joined_at", "last_login"),
    ),
    Section("addresses", _("Your email addresses"), _by(EmailAddress, user=""), ("email", "verified", "primary")),
    Section("second-steps", _("How you sign in"), _by(Authenticator, user=""), ("type", "created_at", "last_used_at")),
    Section(
        "sessions",
        _("Where you are signed in"),
        _by(UserSession, user=""),
        ("created_at", "last_seen_at", "ip", "user_agent"),
    ),
    Section(
        "roles",
        _("Your roles"),
        _by(Membership, user=""),
        ("organisation", "role", "started_on", "ended_on", "end_reason"),
    ),
    Section(
        "invitations",
        _("Invitations to you"),
        _invitations,
        (
            "name",
            "email",
            "organisation",
            "role",
            "invited_by",
            "invited_at",
            "expires_at",
            "accepted_at",
            "revoked_at",
        ),
    ),
    Section("emails", _("Emails that you chose"), _unscoped(Choice, "person"), ("kind", "how")),
    Section("favourites", _("Standards that you marked"), _by(Favourite, user=""), ("standard",)),
    Section("apprenticeships", _("Your apprenticeships"), _own(Apprenticeship), _APPRENTICESHIP),
    Section("undone-enrolments", _("Enrolments that were undone"), _undone, _APPRENTICESHIP),
    Section(
        "who-looks-after-you",
        _("Who looks after you"),
        _own(AssignmentChange),
        ("apprenticeship_id", "role", "is_cover", "before", "after", "effective_on", "by", "at"),
    ),
    Section(
        "changes",
        _("Breaks and changes"),
        _own(Change),
        (
            "apprenticeship_id",
            "kind",
            "effective_on",
            "expected_back_on",
            "reason",
            "before_status",
            "after_status",
            "before_planned_end_on",
            "after_planned_end_on",
            "before_employer",
            "after_employer",
            "by",
            "at",
        ),
    ),
    Section(
        "planned-changes",
        _("Planned changes"),
        _own(PlannedChange),
        ("apprenticeship_id", "kind", "effective_on", "planned_end_on", "employer", "reason", "by", "at"),
    ),
    Section(
        "corrections",
        _("Corrections of your enrolment"),
        _own(EnrolmentCorrection),
        ("apprenticeship_id", "kind", "before", "after", "reason", "by", "at"),
    ),
    Section(
        "hours",
        _("Off-the-job hours"),
        _own(OffTheJobEntry),
        (
            "id",
            "apprenticeship_id",
            "replaces_id",
            "is_removal",
            "reason",
            "happened_on",
            "starts_at",
            "minutes",
            "kind",
            "counts",
            "note",
            "deliverer",
            "delivered_by",
            "session__title",
            "by",
            "at",
        ),
    ),
    Section("hours-confirmed", _("Hours that were confirmed"), _own(HoursConfirmation), ("entry_id", "by", "at")),
    Section(
        "skills-scans",
        _("Skills scans"),
        _own(SkillsScan),
        ("apprenticeship_id", "party", "number", "standard_version", "ratings", "comment", "name", "by", "at"),
    ),
    Section(
        "unfinished-scans",
        _("Skills scans that you have not finished"),
        _unscoped(ScanDraft, "person"),
        ("apprenticeship_id", "words", "saved_at"),
    ),
    Section(
        "attendance",
        _("Training sessions"),
        _own(Attendance),
        ("apprenticeship_id", "session__title", "session__happened_on", "is_present", "reason", "by", "at"),
    ),
    Section(
        "english-and-maths",
        _("English, maths and qualifications"),
        _own(Attainment),
        (
            "apprenticeship_id",
            "subject",
            "title",
            "kind",
            "level",
            "certificate",
            "exemption",
            "agreed_with",
            "effective_on",
            "reason",
            "by",
            "at",
        ),
    ),
    Section(
        "reviews",
        _("Progress reviews"),
        _own(ProgressReview),
        ("id", "apprenticeship_id", "due_on", "planned_on", "held_on", "issued_at", "cancelled_at", "cancel_reason"),
    ),
    Section(
        "review-rhythm",
        _("How often your progress is reviewed"),
        _own(ReviewRhythm),
        ("apprenticeship_id", "months", "reason", "agreed_with", "by", "at"),
    ),
    Section(
        "documents-to-sign",
        _("Reviews, training plans and statements to sign"),
        _own(SignedVersion),
        ("id", "apprenticeship_id", "kind", "about", "number", "content", "sha256", "reason", "by", "at"),
    ),
    Section(
        "signatures",
        _("Who signed them"),
        _own(PartySignature),
        ("version_id", "party", "name", "statement", "by", "sha256", "at"),
    ),
    Section(
        "refusals",
        _("Who declined to sign them"),
        _own(PartyRefusal),
        ("version_id", "party", "reason", "by", "at"),
    ),
    Section(
        "declarations-ended",
        _("Declarations that were withdrawn or returned"),
        _own(GatewayEnd),
        ("version_id", "kind", "reason", "by", "at"),
    ),
    Section(
        "results",
        _("Results"),
        _own(AssessmentResult),
        ("apprenticeship_id", "attempt", "grade", "decided_on", "has_resit", "certificate", "reason", "by", "at"),
    ),
    Section(
        "outcome-results",
        _("Results of outcomes"),
        _own(OutcomeResult),
        (
            "id",
            "apprenticeship_id",
            "outcome",
            "attempt",
            "assessed_on",
            "grade",
            "feedback",
            "rests_on",
            "supersedes_id",
            "reason",
            "marker",
            "at",
        ),
    ),
    Section(
        "learning-support",
        _("Learning support"),
        _own(SupportPlan),
        ("id", "apprenticeship_id", "need", "adjustments", "agreed_with", "starts_on", "ends_on", "by", "at"),
    ),
    Section(
        "learning-support-notes",
        _("What was done about learning support"),
        _own(SupportNote),
        ("plan_id", "month", "said", "by", "at"),
    ),
    Section(
        "documents",
        _("Documents in your file"),
        _own(LearnerDocument),
        (
            "id",
            "apprenticeship_id",
            "kind",
            "title",
            "dated_on",
            "name",
            "size_bytes",
            "sha256",
            "added_by",
            "added_at",
        ),
    ),
    Section(
        "spoken-feedback",
        _("Spoken feedback"),
        _own(VoiceNote),
        ("submission_id", "words", "duration_ms", "sha256", "by", "at"),
    ),
    Section(
        "appeals",
        _("Appeals"),
        lambda person: Appeal.objects.unscoped().filter(apprenticeship__in=_own(Apprenticeship)(person)),
        ("id", "decision_id", "grounds", "answer_by", "by", "at"),
    ),
    Section(
        "appeal-answers",
        _("Answers to your appeals"),
        lambda person: AppealAnswer.objects.filter(appeal__apprenticeship__in=_own(Apprenticeship)(person)),
        ("appeal_id", "result", "reason", "by", "at"),
    ),
    Section(
        "reopenings",
        _("KSBs that were reopened"),
        lambda person: Reopening.objects.unscoped().filter(apprenticeship__in=_own(Apprenticeship)(person)),
        ("apprenticeship_id", "sign_off_id", "at"),
    ),
    Section(
        "offline", _("What your devices sent"), _own(Capture), ("evidence_id", "content", "outcome", "received_at")
    ),
    Section(
        "suggestions",
        _("Suggestions that you answered"),
        _own(SuggestionAnswer),
        ("evidence_id", "ksb__code", "answer", "at"),
    ),
    Section("uploads", _("Uploads"), _own(Upload), ("evidence_id", "name", "size_bytes", "sha256", "refusal")),
    Section(
        "asked-of-you",
        _("What you were asked to confirm"),
        _by_address(Link),
        ("id", "name", "email", "purpose", "asked_at", "expires_at", "signed_at", "declined_at", "decline_reason"),
    ),
    Section(
        "confirmed-by-you",
        _("What you confirmed by a link"),
        _by_address(Signature, "link__email"),
        ("link_id", "name", "role", "statement", "comment", "at"),
    ),
    Section(
        "signed-by-you",
        _("What you signed for others"),
        _unscoped(PartySignature, "by"),
        ("version_id", "party", "name", "statement", "at"),
    ),
    Section(
        "employer-contact",
        _("Where you are named as an employer’s contact"),
        _by_address(EmployerContact),
        ("provider", "employer", "name", "email", "added_at", "removed_at"),
    ),
    Section(
        "competence",
        _("Which standards you assess"),
        _unscoped(Competence, "person"),
        ("provider", "standard", "level", "starts_on", "ends_on", "reason", "by", "at"),
    ),
    Section(
        "conflicts",
        _("Conflicts of interest that you declared"),
        lambda person: ConflictOfInterest.objects.unscoped().filter(person=person, by=person),
        ("provider", "reason", "at"),
    ),
    Section(
        "comments", _("Comments that you keep for feedback"), _unscoped(Comment, "owner"), ("text", "uses", "used_at")
    ),
    Section("views", _("Views that you saved"), _by(SavedView, by=""), ("organisation", "name", "query")),
)
