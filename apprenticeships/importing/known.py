"""Who is enrolled at a provider already, read once for a whole file: by ULN, by reference and by address."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from accounts.models import Invitation, Membership, Organisation, Role, User
from apprenticeships import uln
from apprenticeships.employers import employers_of
from apprenticeships.models import Apprenticeship, Assignment, Change
from core.folding import folded


class Known:
    """The provider's apprenticeships, employers and assessors, in a fixed number of queries."""

    def __init__(self, provider: Organisation) -> None:
        self.provider = provider
        self.apprenticeships: dict[UUID, Apprenticeship] = {}
        self.by_uln: dict[str, list[Apprenticeship]] = defaultdict(list)
        self.by_reference: dict[str, list[Apprenticeship]] = defaultdict(list)
        self.by_bare_reference: dict[str, set[str]] = defaultdict(set)
        self.by_address: dict[str, list[Apprenticeship]] = defaultdict(list)
        #: Where the invitation of somebody went, who has no account yet.
        self.invited: dict[UUID, str] = {}
        invited = Invitation.objects.filter(organisation=provider, person__isnull=False, revoked_at=None)
        for person, email in invited.order_by("invited_at").values_list("person", "email"):
            self.invited[person] = email
        enrolled = Apprenticeship.objects.unscoped().filter(provider=provider).enrolled()
        for one in enrolled.select_related("apprentice", "employer", "standard_version__standard", "option"):
            self.apprenticeships[one.pk] = one
            if one.uln and one.uln != uln.NOT_KNOWN:
                self.by_uln[one.uln].append(one)
            if one.learner_reference:
                self.by_reference[one.learner_reference].append(one)
                self.by_bare_reference[one.learner_reference.lstrip("0")].add(one.learner_reference)
            if address := self.address_of(one):
                self.by_address[address].append(one)
        self.employers = {folded(one.name): one for one in employers_of(provider)}
        live = Membership.objects.live().filter(organisation=provider, role=Role.ASSESSOR, user__is_active=True)
        self.assessors: dict[str, User] = {
            one.user.email: one.user for one in live.select_related("user") if one.user.email
        }
        leading = Assignment.objects.live().leading().filter(role=Assignment.Role.ASSESSOR)
        self.assessing = dict(leading.filter(apprenticeship__provider=provider).values_list("apprenticeship", "person"))
        self._changes: dict[UUID, list[Change]] | None = None

    def address_of(self, apprenticeship: Apprenticeship) -> str:
        """Where its apprentice is reached: the account's address, or that of the invitation."""
        return apprenticeship.apprentice.email or self.invited.get(apprenticeship.apprentice_id, "")

    def steps_of(self, apprenticeship: Apprenticeship) -> list[Change]:
        """The changes of its status that stand, in their order."""
        return [one for one in self._changes_of(apprenticeship) if one.before_status != one.after_status]

    def first_end_of(self, apprenticeship: Apprenticeship) -> date:
        """The planned end with which it was enrolled."""
        changes = self._changes_of(apprenticeship)
        return changes[0].before_planned_end_on if changes else apprenticeship.planned_end_on

    def _changes_of(self, apprenticeship: Apprenticeship) -> list[Change]:
        if self._changes is None:
            self._changes = defaultdict(list)
            standing = Change.objects.unscoped().filter(provider=self.provider).standing()
            for change in standing.order_by("apprenticeship", "number"):
                self._changes[change.apprenticeship_id].append(change)
        return self._changes.get(apprenticeship.pk, [])

    def with_reference(self, reference: str, number: str, name: str) -> str:
        """The reference of somebody here that this is without the zeros that a spreadsheet took off; or itself.

        Only where it is the same person for certain: by the ULN, or where there is none, by the name.
        """
        if reference in self.by_reference or not reference.isdigit():
            return reference
        same = [
            full
            for full in self.by_bare_reference.get(reference.lstrip("0"), ())
            if len(full) > len(reference) and any(_is_same(one, number, name) for one in self.by_reference[full])
        ]
        return same[0] if len(same) == 1 else reference


def _is_same(one: Apprenticeship, number: str, name: str) -> bool:
    if number and one.uln:
        return number == one.uln
    return folded(one.apprentice.name) == folded(name)


def distinct(found: Iterable[Apprenticeship]) -> list[Apprenticeship]:
    """Each once, in the order of their starts."""
    return sorted({one.pk: one for one in found}.values(), key=lambda one: (one.started_on, str(one.pk)))
