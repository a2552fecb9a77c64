"""The employers that a training provider works with."""

from django.db.models import Q, QuerySet

from accounts import workflow as people
from accounts.models import Organisation
from apprenticeships.models import Apprenticeship, Change, PlannedChange
from core.actor import Actor
from core.folding import same_as


def employers_of(provider: Organisation) -> QuerySet[Organisation]:
    """Those that employ its apprentices, did, or are planned to. Whom other providers work with is not told."""
    changes = Change.objects.unscoped().filter(provider=provider)
    return Organisation.objects.filter(
        Q(pk__in=Apprenticeship.objects.unscoped().filter(provider=provider).values("employer"))
        | Q(pk__in=changes.values("before_employer"))
        | Q(pk__in=changes.values("after_employer"))
        | Q(pk__in=PlannedChange.objects.unscoped().filter(provider=provider).values("employer"))
    ).order_by("name")


def employer_called(name: str, provider: Organisation, by: Actor) -> Organisation:
    """The employer of this name that the provider works with, in whatever case it was typed; added if there is none."""
    known = employers_of(provider).filter(same_as("name", name)).first()
    return known or people.add_organisation(Organisation.Kind.EMPLOYER, name, by)
