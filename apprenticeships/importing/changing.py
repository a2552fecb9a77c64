"""How a row differs from the apprenticeship that is here, and which changes that takes."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from apprenticeships import uln
from apprenticeships.importing.known import Known
from apprenticeships.importing.planned import Difference, Planned
from apprenticeships.importing.reading import Step
from apprenticeships.models import Apprenticeship, ChangeKind, possible_in
from apprenticeships.models.changes import STEPS
from core import clock
from core.folding import folded
from core.moments import day

_PLANNED_END, _HOURS, _EMPLOYER = ChangeKind.PLANNED_END, ChangeKind.HOURS, ChangeKind.EMPLOYER


def differences(planned: Planned, known: Known) -> Iterator[Difference]:
    """Everything that the file says otherwise than it is here. What a file leaves out stays as it is.

    What cannot be changed from here is a problem of the row, which says where it can.
    """
    here, newcomer = planned.existing, planned.newcomer
    if here is None:
        return
    yield from _identifiers(here, planned)
    yield from _person(here, planned, known)
    version = newcomer.version
    if version and planned.row.get("version") and version.pk != here.standard_version_id:
        planned.refuse(
            "version",
            _("They are on version %(here)s. Move them to version %(file)s on their page, not by a file.")
            % {"here": here.standard_version.version, "file": version.version},
        )
    if planned.option and here.option_id and planned.option.pk != here.option_id:
        planned.refuse(
            "option",
            _("Their option is “%(option)s”. Change it on their page, not by a file.") % {"option": here.option},
        )
    is_moved = newcomer.planned_end_on and _end_here(planned, here, known) != newcomer.planned_end_on
    if is_moved and newcomer.planned_end_on and _may(planned, here, "planned_end_date", _PLANNED_END):
        yield Difference("planned_end_date", day(here.planned_end_on), day(newcomer.planned_end_on), "planned_end")
    employer = here.employer.name if here.employer else ""
    is_other = planned.employer and folded(employer) != folded(planned.employer)
    if is_other and _may(planned, here, "employer", _EMPLOYER):
        yield Difference("employer", employer, planned.employer, "employer")
    yield from _hours(here, planned)
    if planned.assessor and known.assessing.get(here.pk) != planned.assessor.pk:
        yield Difference("assessor", "", planned.assessor.name, "assessor")


def _end_here(planned: Planned, here: Apprenticeship, known: Known) -> date | None:
    """The planned end to compare with. An ILR keeps that of the first aim, whatever was agreed since."""
    said = planned.newcomer.planned_end_on
    if planned.row.is_whole_story and (planned.row.steps or known.first_end_of(here) == said):
        return said
    return here.planned_end_on


def _identifiers(here: Apprenticeship, planned: Planned) -> Iterator[Difference]:
    facts = planned.newcomer.facts
    if facts.uln and facts.uln != here.uln and not (facts.uln == uln.NOT_KNOWN and here.uln):
        yield Difference("uln", here.uln, facts.uln, "identifiers")
    if facts.learner_reference and facts.learner_reference != here.learner_reference:
        yield Difference("learner_reference", here.learner_reference, facts.learner_reference, "identifiers")
    if facts.date_of_birth and facts.date_of_birth != here.date_of_birth:
        before = day(here.date_of_birth) if here.date_of_birth else ""
        yield Difference("date_of_birth", before, day(facts.date_of_birth), "identifiers")


def _person(here: Apprenticeship, planned: Planned, known: Known) -> Iterator[Difference]:
    """Name and address, which are the learner's own once they have an account."""
    newcomer, address = planned.newcomer, known.address_of(here)
    if not here.awaits_acceptance:
        if newcomer.name and folded(newcomer.name) != folded(here.apprentice.name):
            planned.notes.append(
                _("Their account has the name %(name)s, which only they can change.") % {"name": here.apprentice.name}
            )
        if newcomer.email and newcomer.email != address:
            planned.notes.append(_("They sign in with another address, which only they can change."))
        return
    if newcomer.name and newcomer.name != here.apprentice.name:
        yield Difference("first_name", here.apprentice.name, newcomer.name, "name")
    if newcomer.email and newcomer.email != address:
        yield Difference("email", address, newcomer.email, "address")


def _hours(here: Apprenticeship, planned: Planned) -> Iterator[Difference]:
    facts, row = planned.newcomer.facts, planned.row
    found = []
    for column, name, before, after in (
        ("planned_hours", "planned_hours", here.planned_hours, facts.planned_hours),
        ("prior_learning_hours", "prior_learning_hours", here.prior_learning_hours, facts.prior_learning_hours),
        ("weekly_hours", "weekly_minutes", here.weekly_minutes, facts.weekly_minutes),
    ):
        if row.get(column) and after is not None and before != after:
            found.append(Difference(column, _shown(name, before), _shown(name, after), "hours"))
    if found and _may(planned, here, found[0].field, _HOURS):
        yield from found


def _shown(name: str, number: int | None) -> str:
    if number is None:
        return ""
    return f"{number / 60:g}" if name == "weekly_minutes" else str(number)


def _may(planned: Planned, here: Apprenticeship, column: str, kind: ChangeKind) -> bool:
    """Whether this can change now; if not, the row says why."""
    if kind in possible_in(here.status):
        return True
    planned.refuse(
        column,
        _("They are now “%(status)s”, so this cannot change. Leave it as it is here, or undo that first.")
        % {"status": here.get_status_display()},
    )
    return False


def steps_to_make(planned: Planned, known: Known) -> None:
    """Which changes of status the file tells of that are not recorded here, held against what can follow what."""
    steps = planned.row.steps
    here = planned.existing
    recorded = known.steps_of(here) if here else []
    if here is None and steps and steps[0].kind == ChangeKind.BREAK_ENDED:
        # The break itself is in an earlier year's file.
        steps = steps[1:]
    elif recorded and steps and steps[0].kind == ChangeKind.BREAK_ENDED:
        # Its break is recorded here, and perhaps the return.
        recorded = recorded[next((n for n, one in enumerate(recorded) if one.kind == ChangeKind.BREAK_ENDED), 1) :]
    if here and planned.row.is_whole_story and len(recorded) > len(steps):
        # Only an ILR tells the whole story: what it does not have did not happen, by its word.
        planned.refuse(
            "",
            _("“%(status)s” here since %(day)s is not in the file. Undo it here, or correct the file.")
            % {"status": here.get_status_display(), "day": day(recorded[-1].effective_on)},
        )
        return
    for step, change in zip(steps, recorded, strict=False):
        if step.kind != change.kind:
            planned.refuse(
                "",
                _("“%(here)s” is recorded here from %(day)s, and the file says “%(file)s”. Correct one of them.")
                % {
                    "here": change.get_kind_display(),
                    "day": day(change.effective_on),
                    "file": ChangeKind(step.kind).label,
                },
            )
            return
        if step.on != change.effective_on.isoformat():
            planned.notes.append(
                _("“%(what)s” is recorded here from %(here)s, which stays; the file has %(file)s.")
                % {"what": change.get_kind_display(), "here": day(change.effective_on), "file": step.on}
            )
    planned.steps = _possible(planned, steps[len(recorded) :])


def _possible(planned: Planned, steps: list[Step]) -> list[Step]:
    """The steps, if each can follow the one before."""
    here = planned.existing
    status = str(here.status) if here else str(Apprenticeship.Status.ON_PROGRAMME)
    last = here.started_on if here else planned.newcomer.started_on
    for step in steps:
        kind = ChangeKind(step.kind)
        try:
            on = date.fromisoformat(step.on)
        except ValueError:
            planned.refuse("", _("“%(text)s” is not a date.") % {"text": step.on[:40]})
            return []
        if on > clock.today():
            planned.refuse(
                "", _("“%(what)s” is on %(day)s, which is still to come.") % {"what": kind.label, "day": day(on)}
            )
        elif last and on < last:
            planned.refuse(
                "",
                _("“%(what)s” is on %(day)s, before %(last)s, when the programme started or last changed.")
                % {"what": kind.label, "day": day(on), "last": day(last)},
            )
        if kind not in possible_in(status):
            planned.refuse(
                "",
                _("“%(what)s” cannot follow “%(status)s”.")
                % {"what": kind.label, "status": Apprenticeship.Status(status).label},
            )
            return []
        status, last = STEPS[kind][1] or status, on
    return list(steps)
