"""Conflicts of interest that a provider's internal quality assurers should look at. The list forbids nothing."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from accounts.models import Invitation, Membership, Organisation, Role
from apprenticeships.models import Assignment

#: More than this is a matter for the provider as a whole, and no longer a list.
MOST = 50
_JUDGING_ROLES = (Role.ASSESSOR, Role.IQA)


@dataclass(frozen=True)
class Conflicts:
    """What to look at, as it is today.

    `mutual` are assignments of an assessor whose apprentice is an assessor of theirs, one for each two people.
    `self_invited` are judging roles of somebody who invited themself to them.
    """

    mutual: list[Assignment]
    self_invited: list[Membership]

    def __bool__(self) -> bool:
        return bool(self.mutual or self.self_invited)


def conflicts_at(provider: Organisation) -> Conflicts:
    """The conflicts at a training provider. Two queries."""
    assessing = Assignment.objects.live().filter(role=Assignment.Role.ASSESSOR, apprenticeship__provider=provider)
    other_way = assessing.filter(
        person=OuterRef("apprenticeship__apprentice"), apprenticeship__apprentice=OuterRef("person")
    )
    mutual = (
        assessing.filter(Exists(other_way), person__lt=F("apprenticeship__apprentice"))
        .select_related("person", "apprenticeship__apprentice")
        .order_by("person__name", "pk")
    )
    own_invitation = Invitation.objects.filter(
        organisation=provider, role=OuterRef("role"), invited_by=OuterRef("user"), accepted_by=OuterRef("user")
    )
    self_invited = (
        Membership.objects.live()
        .filter(Exists(own_invitation), organisation=provider, role__in=_JUDGING_ROLES)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return Conflicts(list(mutual[:MOST]), list(self_invited[:MOST]))
