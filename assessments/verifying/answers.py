"""What an employer said of an apprentice's behaviours, each for itself: a record of its own."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import OfApprenticeshipQuerySet
from core import clock
from core.canonical import digest
from occupations.models import Ksb
from signing.models import Signature


class EmployerAnswerQuerySet(OfApprenticeshipQuerySet["EmployerAnswer"]):
    def standing(self) -> "EmployerAnswerQuerySet":
        """Those that count: nobody has said since that it was not them."""
        return self.filter(Q(link_signature=None) | Q(link_signature__disavowal=None))


class EmployerAnswer(models.Model):
    """What somebody at the employer answered at one moment: by a link, or as the mentor in the app.

    What they were shown is the content of the link or, in the app, what is kept here with its hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    apprenticeship = models.ForeignKey(Apprenticeship, on_delete=models.PROTECT, related_name="employer_answers")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    link_signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, null=True, related_name="employer_answer"
    )
    name = models.CharField(max_length=150, help_text="As it was when they answered.")
    role = models.CharField(max_length=150, blank=True)
    comment = models.TextField(blank=True, max_length=2_000)
    content = models.JSONField(default=dict, blank=True, help_text="What was shown in the app; of a link, it has it.")
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of what was shown.")
    statement = models.TextField()
    wording = models.PositiveSmallIntegerField(help_text="Which version of the statement’s wording.")
    at = models.DateTimeField(default=clock.now)

    objects = EmployerAnswerQuerySet.as_manager()
    append_only = True
    same_as_parent = {"provider": "apprenticeship"}
    verified_with = ("behaviours", "link_signature")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, link_signature=None) | Q(by=None, link_signature__isnull=False),
                name="an_employer_answers_in_the_app_or_by_a_link",
            ),
        ]

    def __str__(self) -> str:
        return f"employer’s answer {self.pk}"

    def says(self) -> dict[str, tuple[bool, str]]:
        """What was answered, by the ids of the KSBs."""
        return {str(one.ksb_id): (one.is_verified, one.words) for one in self.behaviours.all()}

    def fingerprint(self) -> str:
        return digest(
            {
                "of": [self.apprenticeship_id, self.provider_id],
                "by": [self.by_id, self.link_signature_id, self.name, self.role],
                "answers": [[ksb, *said] for ksb, said in sorted(self.says().items())],
                "comment": self.comment,
                "shown": [self.content, self.sha256],
                "signed": [self.statement, self.wording],
                "at": self.at,
            }
        )

    def contradiction(self) -> str | None:
        """Where its hash is not that of what was shown; None if it is."""
        shown = self.link_signature.sha256 if self.link_signature else digest(self.content)
        return None if self.sha256 == shown else "its hash is not that of what was shown"


class BehaviourAnswer(models.Model):
    """What an employer said of one behaviour: verified, or not yet and why."""

    answer = models.ForeignKey(EmployerAnswer, on_delete=models.PROTECT, related_name="behaviours")
    ksb = models.ForeignKey(Ksb, on_delete=models.PROTECT, related_name="+")
    is_verified = models.BooleanField()
    words = models.TextField(blank=True, max_length=1_000)

    append_only = True

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "ksb"], name="one_answer_per_behaviour"),
            models.CheckConstraint(
                condition=Q(is_verified=True) | ~Q(words=""), name="a_behaviour_that_is_not_verified_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ksb_id} in {self.answer_id}"
