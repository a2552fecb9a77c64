"""People, the organisations they belong to, and what they are there."""

import secrets
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.querysets import InvitationQuerySet, MembershipQuerySet
from core import clock
from core.canonical import digest


def external_suffix(provider: str) -> str:
    """What follows the name of somebody who acted for another provider, wherever the name is shown."""
    return f" at {provider} (external)"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who signs in with `email`; without a password they can only come in by a mailed link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. What they may see and do follows from memberships, assignments and their own apprenticeships.

    Somebody who was enrolled and has not accepted yet has the name that was typed, no address, and no way to sign in.
    So has whoever judged something at another provider that was brought in here: their name says so for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # Unique where there is one, so it is not empty text where there is none.
    email = models.EmailField(_("email address"), max_length=254, unique=True, null=True)  # noqa: DJ001
    # Longer than anybody may type: somebody from elsewhere has their provider in it.
    name = models.CharField(_("full name"), max_length=400)
    external_provider = models.CharField(
        max_length=200, blank=True, help_text="Where they acted, of somebody known only from what was brought in."
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)
    # Here, so that the frame of every page has it without asking: `notifications.reading` keeps it up to date.
    unread_notices = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()
    always_recorded = True

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email_address"),
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="email_addresses_are_kept_in_lower_case"),
            models.CheckConstraint(
                condition=Q(external_provider="") | Q(email=None, is_active=False),
                name="who_acted_elsewhere_has_no_account",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or ""

    @property
    def own_name(self) -> str:
        """The name without the provider that somebody from elsewhere acted for."""
        return self.name.removesuffix(external_suffix(self.external_provider)) if self.external_provider else self.name

    def fingerprint(self) -> str:
        """Of who they are, not of how they sign in."""
        return digest(
            {
                "email": self.email,
                "name": self.name,
                "external_provider": self.external_provider,
                "is_active": self.is_active,
                "joined_at": self.joined_at,
            }
        )


class Organisation(models.Model):
    """A training provider, an employer or an assessment organisation."""

    class Kind(models.TextChoices):
        PROVIDER = "provider", _("training provider")
        EMPLOYER = "employer", _("employer")
        ASSESSMENT = "assessment", _("assessment organisation")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    name = models.CharField(max_length=200)
    ukprn = models.PositiveIntegerField("UKPRN", null=True, blank=True, unique=True)
    ended_on = models.DateField(null=True, blank=True)

    always_recorded = True

    class Meta:
        constraints = [
            # ILR 2025-26 schema: eight digits, not beginning with 0.
            models.CheckConstraint(
                condition=Q(ukprn=None) | Q(ukprn__range=(10_000_000, 99_999_999)), name="a_ukprn_has_eight_digits"
            ),
            models.CheckConstraint(
                condition=~Q(kind="provider") | Q(ukprn__isnull=False), name="a_training_provider_has_a_ukprn"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def fingerprint(self) -> str:
        return digest({"kind": str(self.kind), "name": self.name, "ukprn": self.ukprn, "ended_on": self.ended_on})


class Role(models.TextChoices):
    """What a member is in an organisation, or in the installation itself. Apprentices have apprenticeships instead."""

    PROVIDER_ADMIN = "provider_admin", _("provider admin")
    ASSESSOR = "assessor", _("assessor")
    IQA = "iqa", _("internal quality assurer")
    TRAINER = "trainer", _("trainer")
    MANAGER = "manager", _("manager")
    MENTOR = "mentor", _("employer mentor")
    VIEWER = "viewer", _("viewer")
    AUDITOR = "auditor", _("external auditor")
    CATALOGUE_KEEPER = "catalogue_keeper", _("catalogue keeper")


#: The roles that each kind of organisation can have.
ROLES_OF_KIND = {
    Organisation.Kind.PROVIDER: [
        Role.PROVIDER_ADMIN,
        Role.ASSESSOR,
        Role.TRAINER,
        Role.IQA,
        Role.MANAGER,
        Role.VIEWER,
        Role.AUDITOR,
    ],
    Organisation.Kind.EMPLOYER: [Role.MENTOR],
    Organisation.Kind.ASSESSMENT: [],
}


#: The people of a training provider, and who sees all that is its: not an auditor, who sees what is in their scope.
STAFF_ROLES = frozenset({*ROLES_OF_KIND[Organisation.Kind.PROVIDER]} - {Role.AUDITOR})


#: What is of the installation itself, and so of no organisation.
_OF_NO_ORGANISATION = Q(role=Role.CATALOGUE_KEEPER, organisation=None)
_OF_AN_ORGANISATION = ~Q(role=Role.CATALOGUE_KEEPER) & Q(organisation__isnull=False)


class Membership(models.Model):
    """One person in one role in one organisation, from a day until a day. A catalogue keeper belongs to none."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    started_on = models.DateField(default=clock.today)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.TextField(blank=True, max_length=2_000, help_text="Why somebody ended it.")

    objects = MembershipQuerySet.as_manager()
    always_recorded = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ended_on=None),
                name="one_open_membership_per_person_organisation_and_role",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ended_on=None, organisation=None),
                name="one_open_membership_per_person_and_role_of_the_installation",
            ),
            models.CheckConstraint(
                condition=_OF_NO_ORGANISATION | _OF_AN_ORGANISATION,
                name="a_membership_is_of_an_organisation_or_keeps_the_catalogue",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="a_membership_ends_after_it_starts"
            ),
            # They are from outside, let in for a while. What an auditor sees is narrowed down as well.
            models.CheckConstraint(
                condition=~Q(role__in=["viewer", "auditor"]) | Q(ended_on__isnull=False),
                name="a_viewer_and_an_auditor_have_an_end_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} at {self.organisation_id or 'the installation'}"

    def fingerprint(self) -> str:
        return digest(
            {
                "person": self.user_id,
                "organisation": self.organisation_id,
                "role": str(self.role),
                "started_on": self.started_on,
                "ended_on": self.ended_on,
                "end_reason": self.end_reason,
            }
        )


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Invitation(models.Model):
    """A mailed link, single-use and expiring, with which a person takes up a role or their apprenticeship."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    token_sha256 = models.CharField(max_length=64, unique=True)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=201)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    role = models.CharField(max_length=16, choices=Role.choices, blank=True, help_text="Empty for an apprentice.")
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Who was enrolled, of an apprentice."
    )
    role_ends_on = models.DateField(null=True, blank=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invitations_sent")
    invited_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="invitations_accepted")
    revoked_at = models.DateTimeField(null=True, blank=True)

    #: The link itself, in the moment it was made; never stored.
    link: str = ""

    objects = InvitationQuerySet.as_manager()
    always_recorded = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="an_invitation_is_accepted_or_revoked_not_both"
            ),
            models.CheckConstraint(
                condition=_OF_NO_ORGANISATION | _OF_AN_ORGANISATION,
                name="an_invitation_is_to_an_organisation_or_to_keep_the_catalogue",
            ),
            models.CheckConstraint(
                condition=Q(role="", person__isnull=False) | (~Q(role="") & Q(person=None)),
                name="an_invitation_is_to_a_role_or_for_somebody_who_was_enrolled",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation to {self.organisation_id or 'the installation'}"

    def fingerprint(self) -> str:
        """Of whom it names and as what, on whose word, which link it is, and what became of it."""
        return digest(
            {
                "link": [self.token_sha256, self.expires_at],
                "invited": [self.email, self.name, self.person_id],
                "to": [self.organisation_id, str(self.role), self.role_ends_on],
                "by": [self.invited_by_id, self.invited_at],
                "accepted": [self.accepted_by_id, self.accepted_at],
                "revoked_at": self.revoked_at,
            }
        )

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether the link still works."""
        return not self.accepted_at and not self.revoked_at and (at or clock.now()) < self.expires_at
