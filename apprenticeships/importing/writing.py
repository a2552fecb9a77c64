"""Writing what was planned, a batch at a time: new learners in bulk, changes by the functions that pages use."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import workflow as people
from accounts.audit_actions import PERSON_ADDED
from accounts.models import Organisation, User
from apprenticeships import uln
from apprenticeships.audit_actions import APPRENTICESHIP_ENROLLED
from apprenticeships.employers import employers_of
from apprenticeships.importing.planned import Planned
from apprenticeships.importing.reading import Step
from apprenticeships.models import Apprenticeship, ChangeKind, KsbProgress
from apprenticeships.workflow.assigning import assign
from apprenticeships.workflow.identifying import correct_identifiers, correct_person
from apprenticeships.workflow.locks import locked_apprenticeship
from apprenticeships.workflow.making import Hours, What, make
from audit import chain as audit
from audit.chain import Happening
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import OutOfTurn, WorkflowError
from core.folding import folded
from core.writing import insert
from occupations.models import Ksb

#: Short enough that nobody waits for a lock.
BATCH_ROWS = 25
_ENDS = (ChangeKind.WITHDRAWN, ChangeKind.ACHIEVED, ChangeKind.NOT_ACHIEVED)


class Writer:
    """Writes rows of one import. What one import makes has ids that follow from it, so nothing is made twice."""

    def __init__(
        self, import_id: UUID, file_name: str, provider: Organisation, by: Actor, *, sends_invitations: bool
    ) -> None:
        self.import_id, self.provider, self.by = import_id, provider, by
        self.sends_invitations = sends_invitations
        self.reason = _("Import of %(file)s") % {"file": file_name}
        self.employers = {folded(one.name): one for one in employers_of(provider)}
        self._made: set[UUID] = set()
        self._ksbs: dict[tuple[UUID, UUID | None], list[UUID]] = {}

    def write(self, batch: Sequence[Planned]) -> list[tuple[Planned, WorkflowError]]:
        """Write these rows, inside the transaction of the caller, who holds the provider's row.

        Returns:
            the rows that could not be written, because somebody changed the same learner since they were planned.
        """
        keys = {self._key(one): one for one in batch if one.existing is None}
        there = set(Apprenticeship.objects.unscoped().filter(pk__in=list(keys)).values_list("pk", flat=True))
        new = {key: one for key, one in keys.items() if key not in there}
        lost = self._enrolled_since(list(new.values()))
        refused: list[tuple[Planned, WorkflowError]] = [
            (one, OutOfTurn(_("Somebody else has enrolled this learner."))) for one in lost
        ]
        self._enrol({key: one for key, one in new.items() if one not in lost})
        self._made |= keys.keys()
        for one in batch:
            if one in lost or (one.existing is None and not (one.steps or one.assessor)):
                continue
            try:
                with transaction.atomic():
                    self._follow(one)
            except WorkflowError as refusal:
                refused.append((one, refusal))
        return refused

    def _enrolled_since(self, new: Sequence[Planned]) -> list[Planned]:
        """Those whom somebody enrolled on the same standard since this was planned, by ULN or reference."""
        numbers = {one.newcomer.facts.uln for one in new} - {"", uln.NOT_KNOWN}
        references = {one.newcomer.facts.learner_reference for one in new} - {""}
        here = Apprenticeship.objects.unscoped().filter(provider=self.provider).enrolled()
        found = here.filter(Q(uln__in=numbers) | Q(learner_reference__in=references)).values_list(
            "pk", "uln", "learner_reference", "standard_version__standard"
        )
        held = {(name, standard): pk for pk, *names, standard in found for name in names if name}
        lost = []
        for one in new:
            facts, version = one.newcomer.facts, one.newcomer.version
            names = {facts.uln, facts.learner_reference} - {"", uln.NOT_KNOWN}
            theirs = {held.get((name, version.standard_id)) for name in names} if version else set()
            if theirs - {None, *one.beside, *self._made}:
                lost.append(one)
        return lost

    def _key(self, planned: Planned) -> UUID:
        facts, newcomer = planned.newcomer.facts, planned.newcomer
        version = newcomer.version
        said = [facts.uln, facts.learner_reference, str(version and version.standard_id), str(newcomer.started_on)]
        return uuid5(self.import_id, "\n".join(said))

    def _enrol(self, new: dict[UUID, Planned]) -> None:
        """Enrol somebody new for each row, as `apprenticeships.workflow.enrol_and_invite` does for one."""
        apprentices, enrolled, progress = [], [], []
        for key, planned in new.items():
            newcomer = planned.newcomer
            version = newcomer.version
            if version is None or newcomer.started_on is None or newcomer.planned_end_on is None:
                continue  # a row without them has problems, and is not written
            apprentice = User(name=newcomer.name)
            apprentice.set_unusable_password()
            ksbs = self._applying(version.pk, planned.option.pk if planned.option else None)
            apprenticeship = Apprenticeship(
                pk=key,
                apprentice=apprentice,
                provider=self.provider,
                employer=self._employer(planned.employer) if planned.employer else None,
                standard_version=version,
                option=planned.option,
                started_on=newcomer.started_on,
                planned_end_on=newcomer.planned_end_on,
                ksb_count=len(ksbs),
                **newcomer.facts.columns(),
            )
            apprentices.append(apprentice)
            enrolled.append(apprenticeship)
            progress += _rows_of_progress(apprenticeship, ksbs)
        if not enrolled:
            return
        insert(apprentices)
        audit.note_many(Happening(PERSON_ADDED, SYSTEM, apprentice) for apprentice in apprentices)
        insert(enrolled)
        insert(progress)
        audit.record_many(
            Happening(APPRENTICESHIP_ENROLLED, self.by, one, self.provider, self._said(one, new[one.pk]))
            for one in enrolled
        )
        self._reach([(one.apprentice, new[one.pk]) for one in enrolled])

    def _reach(self, enrolled: Sequence[tuple[User, Planned]]) -> None:
        """Invite those with an address; of others, and where nobody is to be mailed yet, the address is noted."""
        invited: list[tuple[User, str]] = []
        noted: list[tuple[User, str]] = []
        for apprentice, planned in enrolled:
            if planned.newcomer.email:
                has_ended = bool(planned.steps) and planned.steps[-1].kind in _ENDS
                is_invited = self.sends_invitations and not has_ended
                (invited if is_invited else noted).append((apprentice, planned.newcomer.email))
        people.invite_many_to_sign_in(invited, self.provider, self.by)
        people.note_addresses(noted, self.provider, self.by)

    def _said(self, enrolled: Apprenticeship, planned: Planned) -> dict[str, object]:
        beside = {"beside": sorted(map(str, planned.beside))} if planned.beside else {}
        return {"standard_version": enrolled.standard_version_id, "learner_import": self.import_id, **beside}

    def _applying(self, version: UUID, option: UUID | None) -> list[UUID]:
        if (version, option) not in self._ksbs:
            applying = Ksb.objects.applying_to(version, option).in_order()
            self._ksbs[version, option] = list(applying.values_list("pk", flat=True))
        return self._ksbs[version, option]

    def _employer(self, name: str) -> Organisation:
        """The employer of this name, in whatever case, added once if there is none."""
        found = self.employers.get(folded(name))
        if found is None:
            found = people.add_organisation(Organisation.Kind.EMPLOYER, name, self.by)
            self.employers[folded(name)] = found
        return found

    def _follow(self, planned: Planned) -> None:
        """What happened to an apprenticeship, in its order; for one that was here, first what is said otherwise now."""
        key = planned.existing.pk if planned.existing else self._key(planned)
        if planned.existing:
            self._correct(planned)
        if planned.assessor:
            assign(key, self.by, assessor=planned.assessor, reason=self.reason)
        apprenticeship = locked_apprenticeship(key)
        for what in self._changes(planned, apprenticeship):
            make(apprenticeship, self.by, what, uuid5(self.import_id, f"{key}\n{what.kind}\n{what.effective_on}"))

    def _correct(self, planned: Planned) -> None:
        here, newcomer = planned.existing, planned.newcomer
        groups = {one.group for one in planned.differences}
        if here is None:
            return
        if "identifiers" in groups:
            changed = {
                "uln": newcomer.facts.uln,
                "learner_reference": newcomer.facts.learner_reference,
                "date_of_birth": newcomer.facts.date_of_birth,
            }
            columns = {one.field for one in planned.differences}
            correct_identifiers(
                here.pk, self.by, {name: value for name, value in changed.items() if name in columns}, self.reason
            )
        if groups & {"name", "address"}:
            correct_person(
                here.pk,
                self.by,
                name=newcomer.name if "name" in groups else "",
                email=newcomer.email if "address" in groups else "",
                reason=self.reason,
            )

    def _changes(self, planned: Planned, apprenticeship: Apprenticeship) -> list[What]:
        today, newcomer = clock.today(), planned.newcomer
        groups = {one.group for one in planned.differences}
        found = []
        if "planned_end" in groups:
            found.append(What(ChangeKind.PLANNED_END, today, self.reason, planned_end_on=newcomer.planned_end_on))
        if "employer" in groups:
            employer = self._employer(planned.employer)
            found.append(What(ChangeKind.EMPLOYER, today, self.reason, employer=employer))
        if "hours" in groups:
            columns = {one.field for one in planned.differences}
            facts = newcomer.facts
            hours = Hours(
                facts.planned_hours if "planned_hours" in columns else apprenticeship.planned_hours,
                facts.prior_learning_hours
                if "prior_learning_hours" in columns
                else apprenticeship.prior_learning_hours,
                facts.weekly_minutes if "weekly_hours" in columns else apprenticeship.weekly_minutes,
            )
            found.append(What(ChangeKind.HOURS, today, self.reason, hours=hours))
        return found + [self._step(one) for one in planned.steps]

    def _step(self, step: Step) -> What:
        reason = f"{self.reason} ({step.detail})" if step.detail else self.reason
        return What(
            ChangeKind(step.kind),
            date.fromisoformat(step.on),
            reason,
            planned_end_on=date.fromisoformat(step.planned_end_on) if step.planned_end_on else None,
        )


def _rows_of_progress(apprenticeship: Apprenticeship, ksbs: Sequence[UUID]) -> list[KsbProgress]:
    """A row for each KSB, like the first one: putting each together from its defaults takes longer than writing it."""
    rows: list[KsbProgress] = []
    first = KsbProgress(apprenticeship_id=apprenticeship.pk, provider_id=apprenticeship.provider_id)
    for ksb in ksbs:
        row = KsbProgress.__new__(KsbProgress)
        vars(row).update(vars(first), ksb_id=ksb)
        rows.append(row)
    return rows
