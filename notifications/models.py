"""Notices, the mails that carry them, what people chose, and how far the record has been read."""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from audit.models import Chain
from core import clock
from notifications.kinds import OF_OWN_THINGS, How, Kind, News
from notifications.querysets import ChoiceQuerySet, NoticeQuerySet

#: For how many days a notice is kept.
KEPT_DAYS = 90
#: What is older than this when it is read, after a long outage, say, is shown in the app and mailed to nobody.
MAILED_WITHIN = timedelta(days=7)


class Letter(models.Model):
    """One mail, with all that came together for one person. Its text is written when it is sent, and kept nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(
        null=True, help_text="When it was sent, or found to have nothing left that its reader may be told."
    )
    told = models.PositiveSmallIntegerField(null=True, help_text="Of how many notices: of none, it was not sent.")

    def __str__(self) -> str:
        return f"letter {self.pk}"


class Notice(models.Model):
    """Something that happened, or is due, as one person is told of it. It follows from the record, and holds ids.

    One about a thing of their own, such as a file that they asked for, may be about no apprenticeship.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.CASCADE, null=True, related_name="+")
    provider = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    news = models.CharField(max_length=32, choices=News.choices)
    subject = models.UUIDField(help_text="The row that it is about: a submission, a decision, a sign-off or a link.")
    about = models.UUIDField(help_text="What the page that it leads to is of.")
    codes = models.JSONField(default=list, help_text="The codes of the KSBs that it names.")
    cause = models.CharField(max_length=120, help_text="What it follows from: nobody is told twice of one cause.")
    at = models.DateTimeField(help_text="When it happened.")
    made_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=16, choices=How.choices, default=How.NEVER)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, null=True, related_name="notices")

    objects = NoticeQuerySet.as_manager()
    same_as_parent = {"provider": "apprenticeship"}
    never_changes = ("person", "apprenticeship", "provider", "news", "cause")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "cause"], name="nobody_is_told_twice_of_one_cause"),
            models.CheckConstraint(
                condition=Q(apprenticeship__isnull=False, provider__isnull=False)
                | Q(apprenticeship=None, news__in=OF_OWN_THINGS),
                name="only_a_notice_of_ones_own_things_is_about_no_apprenticeship",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "at"], name="notices_of_a_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="unread_notices_of_a_person"),
            models.Index(fields=["how", "made_at"], condition=Q(letter=None) & ~Q(how="never"), name="notices_to_mail"),
            models.Index(fields=["subject"], name="notices_about_a_row"),
            models.Index(fields=["at"], name="notices_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.news} for {self.person_id}"

    @property
    def kind(self) -> Kind:
        return News(self.news).kind


class Choice(models.Model):
    """How somebody wants one kind of notice mailed. Without one, it is as usual."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    how = models.CharField(max_length=16, choices=How.choices)

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_choice_per_person_and_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.how} for {self.person_id}"


class ReadTo(models.Model):
    """How far one chain of the record has been read for notices: up to this entry, and not beyond."""

    chain = models.OneToOneField(Chain, on_delete=models.PROTECT, primary_key=True, related_name="read_to")
    sequence = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.chain_id} read to {self.sequence}"
