"""The rules of evidence: which of them a provider asks its assessors to tick, and what was ticked for a submission."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from apprenticeships.querysets import OfProviderQuerySet
from core.canonical import digest

#: How long a provider's own wording may be, in characters.
LONGEST_WORDING = 200


class Rule(models.TextChoices):
    """A rule of evidence, with the name that assessors know it by."""

    VALID = "valid", _("Valid")
    AUTHENTIC = "authentic", _("Authentic")
    CURRENT = "current", _("Current")
    SUFFICIENT = "sufficient", _("Sufficient")
    RELIABLE = "reliable", _("Reliable")


#: What each means, where a provider has no wording of its own.
USUAL_WORDING = {
    Rule.VALID: _("It shows what the KSBs ask for."),
    Rule.AUTHENTIC: _("It is the apprentice’s own work."),
    Rule.CURRENT: _("It is recent enough to show what they can do now."),
    Rule.SUFFICIENT: _("There is enough of it to decide."),
    Rule.RELIABLE: _("Another assessor would decide the same."),
}


class Asked(NamedTuple):
    """A rule that a provider asks for, in its own words, and whether a review cannot be finished without it."""

    rule: str
    wording: str
    is_required: bool


class Check(NamedTuple):
    """A rule as it was asked for a submission, and whether the assessor ticked it."""

    rule: str
    wording: str
    is_required: bool
    is_ticked: bool

    @property
    def label(self) -> str:
        return str(Rule(self.rule).label)


class EvidenceRules(models.Model):
    """The rules of evidence that one provider asks for. Without a row it asks for none."""

    provider = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, primary_key=True, related_name="evidence_rules"
    )
    asked = models.JSONField(default=list, help_text="rule, wording and is_required of each that is used, in order.")

    objects = OfProviderQuerySet.as_manager()
    always_recorded = True

    class Meta:
        verbose_name_plural = "evidence rules"

    def __str__(self) -> str:
        return f"evidence rules of {self.provider_id}"

    def fingerprint(self) -> str:
        return digest({"provider": self.provider_id, "asked": self.asked})

    @classmethod
    def of(cls, provider: Organisation) -> Self:
        """What a provider set, or that it asks for none."""
        return cls.objects.unscoped().filter(provider=provider).first() or cls(provider=provider)

    @property
    def rules(self) -> list[Asked]:
        return asked_from_json(self.asked)


def asked_from_json(rows: Iterable[dict[str, Any]] | None) -> list[Asked]:
    """What `EvidenceRules.asked` holds."""
    return [Asked(**row) for row in rows or ()]


def ticked(rules: Iterable[Asked], ticks: Collection[str]) -> list[Check]:
    """What is asked for, and whether it is among the ticks."""
    return [Check(*asked, asked.rule in ticks) for asked in rules]


def checks_from_json(rows: Iterable[dict[str, Any]] | None) -> list[Check]:
    """What a draft or a submission holds of them."""
    return [Check(**row) for row in rows or ()]


def as_json(rows: Iterable[Asked] | Iterable[Check]) -> list[dict[str, Any]]:
    """How they are kept."""
    return [row._asdict() for row in rows]
