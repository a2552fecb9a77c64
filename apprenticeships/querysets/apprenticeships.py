"""The words for reading apprenticeships and what belongs to them. Each `visible_to` is the only rule of its kind."""

from collections.abc import Hashable
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from accounts.access import roles_of
from accounts.models import Invitation, Membership, Role, User
from accounts.querysets import PeriodQuerySet
from apprenticeships import pace
from apprenticeships.querysets.competence import level_today
from apprenticeships.querysets.conflicts import stands_against
from apprenticeships.reach import NOBODY, PROVIDER_WIDE_ROLES, Reach
from core import scope
from core.actor import Actor
from core.prepared import Given, Prepared
from core.scope import Row, ScopedQuerySet
from occupations.models import Ksb, Standard

if TYPE_CHECKING:
    from apprenticeships.models.apprenticeships import Apprenticeship, Assignment


class AssignmentQuerySet(PeriodQuerySet["Assignment"]):
    def leading(self) -> Self:
        """Those of whoever is *the* assessor or mentor, not of those who cover."""
        return self.filter(is_cover=False)

    def from_day(self, day: date) -> Self:
        """Those that hold on this day or begin later."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def against_conflicts(self) -> Self:
        """Those as an assessor of whoever has a conflict of interest with the apprentice today."""
        return self.filter(stands_against("person", "apprenticeship"), role="assessor")

    def of_assessor(self, actor: Actor) -> Self:
        """Live assignments of `actor` as an assessor, where they still are one at that provider, with their `level`.

        Without those of standards that they are not to judge, and of apprentices with whom they have a conflict.
        """
        providers = Membership.objects.acting(actor).filter(role=Role.ASSESSOR).values("organisation")
        held = self.live().filter(
            role="assessor",
            person=actor.person_id,
            apprenticeship__provider__in=providers,
            apprenticeship__undone_at=None,
        )
        return held.annotate(level=level_today()).exclude(level="none")


def standards_learned(actor: Actor) -> QuerySet[Any, Any]:
    """The ids of the standards of the apprenticeships that `actor` sees: they may be private to the provider."""
    from apprenticeships.models.apprenticeships import Apprenticeship

    return Apprenticeship.objects.visible_to(actor).values("standard_version__standard")


class ApprenticeshipQuerySet(ScopedQuerySet["Apprenticeship"]):
    def visible_to(self, actor: Actor) -> Self:
        """Own apprenticeships, those of one's provider, and those one is assigned to."""
        if not actor.person_id:
            return self.unscoped().none()
        if actor.organisation_id is None:
            return self.of_apprentice(actor)
        return self.unscoped().filter(reach_of(actor).condition()).enrolled()

    def of_apprentice(self, actor: Actor) -> Self:
        """The apprenticeships in which `actor` is the apprentice."""
        return self.unscoped().filter(apprentice=actor.person_id).enrolled()

    def enrolled(self) -> Self:
        """Without those whose enrolment was undone."""
        return self.filter(undone_at=None)

    def undone_at_provider(self, actor: Actor) -> Self:
        """Those whose enrolment was undone, of the provider that `actor` administers; nobody else sees them."""
        providers = Membership.objects.acting(actor).filter(role=Role.PROVIDER_ADMIN).values("organisation")
        return self.unscoped().filter(provider__in=providers, undone_at__isnull=False, erased_at=None)

    def undone_of_apprentice(self, actor: Actor) -> Self:
        """Those of `actor` as the apprentice whose enrolment was undone: for saying so, and no more."""
        return self.unscoped().filter(apprentice=actor.person_id, undone_at__isnull=False, erased_at=None)

    def of_person(self, standard: Standard, *, person: User | None = None, email: str = "") -> Self:
        """Those on any version of a standard, of a person or of whoever was enrolled by this address."""
        same = Q(apprentice=person) if person else Q(pk__in=())
        for address in {email.strip().lower(), (person and person.email) or ""} - {""}:
            invited = Invitation.objects.filter(email=address, revoked_at=None, person__isnull=False)
            same |= Q(apprentice__email=address) | Q(apprentice__in=invited.values("person"))
        return self.enrolled().filter(same, standard_version__standard=standard)

    def with_pace(self) -> Self:
        """With `expected_percent`, `actual_percent`, `gap_points` and `rag`, as apprenticeships.pace defines them.

        And with the limits that its provider has set: `pace.PACE_LIMITS`.
        """
        with_rule = self.annotate(pace_rule=pace.provider_rule())
        limits = {name: pace.limit(name) for name in pace.PACE_LIMITS}
        return with_rule.annotate(
            expected_percent=pace.expected_percent(), actual_percent=pace.ACTUAL_PERCENT, **limits
        ).annotate(gap_points=pace.GAP_POINTS, rag=pace.RAG)

    def with_missing_options(self) -> Self:
        """With `awaits_option`: whether progress cannot be computed yet, as no option was chosen."""
        divided = Ksb.objects.filter(version=OuterRef("standard_version")).divided_by_options()
        # Asked only of the few rows that have nothing to count.
        return self.annotate(
            awaits_option=Case(When(option=None, ksb_count=0, then=Exists(divided)), default=Value(False))
        )

    def with_people(self) -> Self:
        """With the apprentice, provider, employer, standard and option loaded."""
        return self.select_related("apprentice", "provider", "employer", "standard_version__standard", "option")


class OfApprenticeshipQuerySet(ScopedQuerySet[Row]):
    """Rows that belong to an apprenticeship, at the end of `path`. What has that column has its provider beside it."""

    path = "apprenticeship"

    def _seen_by(self, actor: Actor, of_others: Q | None = None) -> Self:
        """One's own rows, and those of others that are reached and for which `of_others` holds."""
        if not actor.person_id:
            return self.unscoped().none()
        if actor.organisation_id is None:
            own = {f"{self.path}__apprentice": actor.person_id, f"{self.path}__undone_at": None}
            return self.unscoped().filter(**own)
        return self.unscoped().filter(reach_of(actor).condition(self.path, of_others))

    def visible_to(self, actor: Actor) -> Self:
        """Rows of apprenticeships that `actor` sees."""
        return self._seen_by(actor)


class OfChangesQuerySet(OfApprenticeshipQuerySet[Row]):
    """Changes that are undone by rows of their own."""

    def standing(self) -> Self:
        """Changes that are in force: not undone, and not the undoing of one."""
        return self.filter(undoes=None, undone_by__undoes=None)

    def in_order(self) -> Self:
        """As they were recorded, one after the other."""
        return self.order_by("number")

    def newest_first(self) -> Self:
        return self.order_by("-number")


class OfProviderQuerySet(ScopedQuerySet[Row]):
    """Rows that a training provider keeps for itself."""

    def visible_to(self, actor: Actor) -> Self:
        """Those of the providers that `actor` is an admin of."""
        if not actor.person_id:
            return self.unscoped().none()
        providers = Membership.objects.acting(actor).filter(role=Role.PROVIDER_ADMIN).values("organisation")
        return self.unscoped().filter(provider__in=providers)


def reach_of(actor: Actor) -> Reach:
    """What `actor` sees today in the organisation they act for. Where they act for none, nothing is worked out.

    They see their own rows then, which are found by person: see `visible_to`.
    """
    if actor.organisation_id is None:
        return NOBODY
    here = actor.organisation_id
    return scope.kept(_key(actor), lambda: _worked_out(actor, here))


def _key(actor: Actor) -> Hashable:
    return ("reach", actor)


_NAMES = tuple(field.name for field in fields(Reach))


class _Sight:
    """A reach for readings that are prepared: see `accounts.seen_by`."""

    def ids(self, actor: Actor) -> Given:
        reach = reach_of(actor)
        found = {name: getattr(reach, name) for name in _NAMES}
        return {name: value for name, value in found.items() if value}

    def key(self, actor: Actor) -> Hashable:
        return _key(actor)

    def of(self, ids: Given) -> Reach:
        return Reach(**ids)  # type: ignore[arg-type]


SIGHT = _Sight()


@Prepared
def _assignments(person: UUID, here: UUID) -> QuerySet[Any, Any]:
    from apprenticeships.models.apprenticeships import Assignment

    of_provider = (Assignment.Role.ASSESSOR, Assignment.Role.TRAINER)
    is_here = Q(role__in=of_provider, apprenticeship__provider=here) | Q(
        role=Assignment.Role.MENTOR, apprenticeship__employer=here
    )
    return (
        Assignment.objects.live()
        .filter(is_here, person=person, apprenticeship__undone_at=None)
        .annotate(level=Case(When(role=Assignment.Role.ASSESSOR, then=level_today()), default=Value("")))
        .values_list("role", "apprenticeship", "level")
    )


def _own_of(person: UUID) -> QuerySet[Any, Any]:
    from apprenticeships.models.apprenticeships import Apprenticeship

    return Apprenticeship.objects.unscoped().filter(apprentice=person).enrolled().values_list("pk")


_own = Prepared(_own_of, is_the_same_every_day=True)


def _audited_by(person: UUID, here: UUID) -> QuerySet[Any, Any]:
    """The ids of the apprenticeships that somebody may see as an external auditor: by their newest invitation alone."""
    from apprenticeships.models.apprenticeships import Apprenticeship
    from apprenticeships.models.auditing import AuditScope

    newest = Invitation.objects.filter(accepted_by=person, organisation=here, role=Role.AUDITOR, revoked_at=None)
    names_it = Q(apprenticeship=OuterRef("pk")) | Q(
        Q(starts_from=None) | Q(starts_from__lte=OuterRef("started_on")),
        Q(starts_until=None) | Q(starts_until__gte=OuterRef("started_on")),
        standard=OuterRef("standard_version__standard"),
    )
    in_scope = AuditScope.objects.unscoped().filter(
        names_it,
        invitation=Subquery(newest.order_by("-accepted_at").values("pk")[:1]),
        provider=F("invitation__organisation"),
    )
    return (
        Apprenticeship.objects.unscoped()
        .filter(Exists(in_scope), provider=here)
        .exclude(apprentice=person)
        .enrolled()
        .values_list("pk")
    )


_audited = Prepared(_audited_by, is_the_same_every_day=True)


def _worked_out(actor: Actor, here: UUID) -> Reach:
    from apprenticeships.models.apprenticeships import Assignment

    roles = roles_of(actor)
    live: dict[str, set[UUID]] = {role: set() for role in Assignment.Role}
    if roles & set(Assignment.Role.values):
        for role, apprenticeship, level in _assignments(person=actor.person, here=here):
            if role in roles:
                # An assessor who is not to judge this learner sees them, as a trainer does.
                live[Assignment.Role.TRAINER if level == "none" else role].add(apprenticeship)
    audited = _audited(person=actor.person, here=here) if Role.AUDITOR in roles else ()
    return Reach(
        frozenset(pk for (pk,) in _own(person=actor.person)),
        here if roles & PROVIDER_WIDE_ROLES else None,
        frozenset(live[Assignment.Role.ASSESSOR]),
        frozenset(live[Assignment.Role.MENTOR]),
        frozenset(live[Assignment.Role.TRAINER]),
        frozenset(pk for (pk,) in audited),
    )
