"""Who sets how long records are kept, puts holds on, and erases."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import administers, runs_provider
from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core.actor import Actor
from reports.retention.models import Erasure, LegalHold

#: Whether pages offer it. Rules of change ask the others.
sees_retention = runs_provider


def with_erased(actor: Actor) -> QuerySet[Any]:
    """The apprenticeships that `actor` sees, and those of their provider that were erased."""
    seen = Apprenticeship.objects.visible_to(actor)
    erased = Erasure.objects.visible_to(actor).values("apprenticeship")
    return Apprenticeship.objects.unscoped().filter(Q(pk__in=seen.values("pk")) | Q(pk__in=erased))


def keeps_records(actor: Actor, provider: Organisation) -> bool:
    """Admins of the training provider."""
    return administers(actor, provider)


def can_agree(actor: Actor, erasure: Erasure) -> bool:
    """Another admin of the training provider than the one who asked."""
    return actor.person_id != erasure.asked_by_id and administers(actor, erasure.provider)


def can_end(actor: Actor, erasure: Erasure) -> bool:
    """Admins of the training provider, whoever asked among them."""
    return administers(actor, erasure.provider)


def can_lift(actor: Actor, hold: LegalHold) -> bool:
    """Admins of the training provider."""
    return administers(actor, hold.provider)
