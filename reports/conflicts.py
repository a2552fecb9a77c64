"""Conflicts of interest and disputed confirmations, for a provider's internal quality assurers. It forbids nothing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import Invitation, Membership, Organisation, Role
from apprenticeships.models import Assignment, AssignmentChange, Change
from core import clock
from core.prepared import Prepared
from signing.models import Disavowal

#: More than this is a matter for the provider as a whole, and no longer a list.
MOST = 50
#: What was undone longer ago than this is in the record alone.
LATELY = timedelta(days=90)
_JUDGING_ROLES = (Role.ASSESSOR, Role.IQA)


@dataclass(frozen=True)
class Conflicts:
    """What to look at, as it is today.

    `mutual` are the names of two people who assess each other. `self_invited` are the name and the judging role of
    somebody who invited themself to it. `self_undone` are the name of somebody who lately undid their own change of who
    looks after an apprentice, the apprentice's name and the id of the apprenticeship. `changes_self_undone` are the
    same of any other change of an apprenticeship. `disputed` are the names of somebody who lately said that a
    confirmation was not theirs and of the apprentice, and the id of what they had been asked. `assigned` are the name
    of an assessor, that of an apprentice with whom they have a conflict of interest, and the id of the apprenticeship.
    """

    mutual: list[tuple[str, str]]
    self_invited: list[tuple[str, str]]
    self_undone: list[tuple[str, str, UUID]]
    changes_self_undone: list[tuple[str, str, UUID]]
    disputed: list[tuple[str, str, UUID]]
    assigned: list[tuple[str, str, UUID]]

    def __bool__(self) -> bool:
        return any(vars(self).values())


def _mutual(provider: UUID) -> QuerySet[Assignment]:
    assessing = Assignment.objects.live().filter(role=Assignment.Role.ASSESSOR, apprenticeship__provider=provider)
    other_way = assessing.filter(
        person=OuterRef("apprenticeship__apprentice"), apprenticeship__apprentice=OuterRef("person")
    )
    # Who assesses somebody has been an assessor there. From them the few apprenticeships are found that come into
    # question; from the assignments, those of all providers would be read.
    assessors = Membership.objects.filter(organisation=provider, role=Role.ASSESSOR).values("user")
    return assessing.filter(
        Exists(other_way), person__lt=F("apprenticeship__apprentice"), apprenticeship__apprentice__in=assessors
    )


def _self_invited(provider: UUID) -> QuerySet[Membership]:
    own_invitation = Invitation.objects.filter(
        organisation=provider, role=OuterRef("role"), invited_by=OuterRef("user"), accepted_by=OuterRef("user")
    )
    return Membership.objects.live().filter(
        Exists(own_invitation), organisation=provider, role__in=[str(role) for role in _JUDGING_ROLES]
    )


def _self_undone(of: type[AssignmentChange] | type[Change], provider: UUID) -> QuerySet[Any, Any]:
    since = clock.today() - LATELY
    return (
        of.objects.unscoped()
        .filter(provider=provider, undoes__isnull=False, undoes__by=F("by"), effective_on__gte=since)
        .order_by("-at", "pk")
        .values_list("by__name", "apprenticeship__apprentice__name", "apprenticeship")
    )


def _disputed(provider: UUID) -> QuerySet[Any, Any]:
    since = clock.today() - LATELY
    return (
        Disavowal.objects.unscoped()
        .filter(signature__link__provider=provider, at__date__gte=since)
        .order_by("-at", "pk")
        .values_list(
            "signature__link__name", "signature__link__apprenticeship__apprentice__name", "signature__link__about"
        )
    )


def _assigned(provider: UUID) -> QuerySet[Any, Any]:
    return (
        Assignment.objects.live()
        .against_conflicts()
        .filter(apprenticeship__provider=provider, apprenticeship__undone_at=None)
        .order_by("person__name", "pk")
        .values_list("person__name", "apprenticeship__apprentice__name", "apprenticeship")
    )


_mutual_names = Prepared(
    lambda provider: (
        _mutual(provider).order_by("person__name", "pk").values_list("person__name", "apprenticeship__apprentice__name")
    )
)
_self_invited_names = Prepared(
    lambda provider: _self_invited(provider).order_by("user__name", "pk").values_list("user__name", "role")
)

_self_undone_assignments = Prepared(lambda provider: _self_undone(AssignmentChange, provider))
_self_undone_changes = Prepared(lambda provider: _self_undone(Change, provider))
_disputed_names = Prepared(_disputed)
_assigned_names = Prepared(_assigned)


def conflicts_at(provider: Organisation) -> Conflicts:
    """The conflicts at a training provider. Six queries."""
    self_invited = _self_invited_names(provider=provider.pk)[:MOST]
    return Conflicts(
        [(one, other) for one, other in _mutual_names(provider=provider.pk)[:MOST]],
        [(name, str(Role(role).label)) for name, role in self_invited],
        list(_self_undone_assignments(provider=provider.pk)[:MOST]),
        list(_self_undone_changes(provider=provider.pk)[:MOST]),
        list(_disputed_names(provider=provider.pk)[:MOST]),
        list(_assigned_names(provider=provider.pk)[:MOST]),
    )
