"""The steps of an import: checking a file against who is enrolled, and writing it batch by batch.

After each batch the import says how far it is, in the transaction of the batch. Whoever goes on with it, after a closed
page or a killed worker, plans again: what was written by then is found to be here, and only the rest is left.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships import access
from apprenticeships.audit_actions import LEARNERS_IMPORTED
from apprenticeships.importing.columns import label_of
from apprenticeships.importing.planned import Planned
from apprenticeships.importing.planning import plan
from apprenticeships.importing.reading import Reading
from apprenticeships.importing.writing import BATCH_ROWS, Writer
from apprenticeships.models import ChangeKind, LearnerImport
from audit import chain as audit
from core import clock, scope
from core.actor import Actor
from core.moments import day

#: How long a file waits to be confirmed.
KEPT_FOR = timedelta(hours=2)
#: So much of each list is shown; the numbers are of all.
SHOWN = 300
_State = LearnerImport.State


def actor_of(found: LearnerImport) -> Actor:
    """On whose behalf it is written: whoever uploaded it, for the provider."""
    return Actor(found.uploaded_by_id, found.provider_id)


def check(import_id: UUID) -> None:
    """Plan the file and keep what was found, for the page. Checked before, it is checked again."""
    found = _read(import_id)
    if found.state not in (_State.CHECKING, _State.WAITING):
        return
    said = told(_plan(found), found)
    with transaction.atomic():
        found = _locked(import_id)
        if found.state in (_State.CHECKING, _State.WAITING):
            found.found, found.state = said, _State.WAITING
            found.save(update_fields=["found", "state"])


def _plan(found: LearnerImport) -> list[Planned]:
    # Within a scope, what is asked for each row (such as the rules of a start) is read once.
    with scope.enforced():
        return plan(Reading.from_kept(found.kept()), found.provider)


def go_on(import_id: UUID) -> LearnerImport:
    """Write what is left of a confirmed import. All is checked first: with one row refused, nothing is written.

    Two who go on at once do not write anything twice: whoever comes second stops.
    """
    found = _read(import_id)
    if found.state != _State.WRITING:
        return found
    by = actor_of(found)
    planned = _plan(found)
    kinds = Counter(one.kind for one in planned)
    if found.written_count == 0 and kinds["refused"]:
        return _refuse(import_id, planned)
    coming = [one for one in planned if one.kind in ("new", "changed")]
    at = found.written_count
    found = _announce(import_id, at, at + len(coming))
    writer = Writer(found.pk, found.file_name, found.provider, by, sends_invitations=found.sends_invitations)
    for begin in range(0, len(coming), BATCH_ROWS):
        batch = coming[begin : begin + BATCH_ROWS]
        if not _write(import_id, at + begin, batch, writer):
            return _read(import_id)
    return _finish(import_id, planned, by)


def _read(import_id: UUID) -> LearnerImport:
    return LearnerImport.objects.unscoped().select_related("provider").get(pk=import_id)


def _locked(import_id: UUID) -> LearnerImport:
    found = LearnerImport.objects.unscoped().select_for_update(no_key=True, of=("self",)).select_related("provider")
    return found.get(pk=import_id)


@transaction.atomic
def _refuse(import_id: UUID, planned: list[Planned]) -> LearnerImport:
    """Back to be looked at: something changed since it was checked, and a row cannot be written as it is."""
    found = _locked(import_id)
    if found.state == _State.WRITING and found.written_count == 0:
        found.state, found.confirmed_at, found.found = _State.WAITING, None, told(planned, found)
        found.save(update_fields=["state", "confirmed_at", "found"])
    return found


@transaction.atomic
def _announce(import_id: UUID, at: int, in_all: int) -> LearnerImport:
    found = _locked(import_id)
    if found.state == _State.WRITING and found.written_count == at:
        found.to_write_count = in_all
        found.save(update_fields=["to_write_count"])
    return found


@transaction.atomic
def _write(import_id: UUID, at: int, batch: list[Planned], writer: Writer) -> bool:
    """Write a batch and note that it is written. Returns False if somebody else has come further meanwhile."""
    found = _locked(import_id)
    if found.state != _State.WRITING or found.written_count != at:
        return False
    # Two who enrol somebody there at once find one another's enrolment.
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=found.provider_id)
    require(access.can_enrol(writer.by, provider), _("Only an admin of the training provider can enrol apprentices."))
    refused = writer.write(batch)
    result = {"new": 0, "changed": 0, "refused": [], **found.result}
    lost = {id(one) for one, _refusal in refused}
    for one in batch:
        if id(one) not in lost:
            result["new" if one.existing is None else "changed"] += 1
    result["refused"] += [
        {"row": one.row.number, "name": one.newcomer.name, "field": "", "reason": str(refusal)}
        for one, refusal in refused
    ]
    found.result, found.written_count = result, at + len(batch)
    found.save(update_fields=["result", "written_count"])
    return True


@transaction.atomic
def _finish(import_id: UUID, planned: list[Planned], by: Actor) -> LearnerImport:
    """Record it, and let go of everything that was read."""
    found = _locked(import_id)
    if found.state != _State.WRITING:
        return found
    kinds = Counter(one.kind for one in planned)
    result = {"new": 0, "changed": 0, "refused": [], **found.result}
    result["skipped"] = kinds["skipped"]
    written = result["new"] + result["changed"] + len(result["refused"])
    result["unchanged"] = found.row_count - written - kinds["skipped"]
    found.state, found.finished_at, found.result, found.expires_at = _State.DONE, clock.now(), result, None
    found.rows, found.found = b"", {}
    found.save(update_fields=["state", "finished_at", "result", "expires_at", "rows", "found"])
    audit.record(
        LEARNERS_IMPORTED,
        by,
        found,
        organisation=found.provider,
        sha256=found.sha256,
        enrolled=result["new"],
        changed=result["changed"],
        skipped=result["skipped"],
    )
    return found


def told(planned: list[Planned], found: LearnerImport) -> dict[str, Any]:
    """What would come of a file, as the page shows it: the numbers of all, and the first of each list."""
    kinds = Counter(one.kind for one in planned)
    return {
        "counts": {kind: kinds[kind] for kind in ("new", "changed", "unchanged", "skipped", "refused")},
        "notes": found.kept()["notes"],
        "refused": [_with_problems(one) for one in planned if one.kind == "refused"][:SHOWN],
        "new": [_as_new(one) for one in planned if one.kind == "new"][:SHOWN],
        "changed": [_as_changed(one) for one in planned if one.kind == "changed"][:SHOWN],
        "skipped": [_who(one) | {"reason": one.row.skipped} for one in planned if one.kind == "skipped"][:SHOWN],
        "row_notes": [
            _who(one) | {"notes": one.notes} for one in planned if one.notes and one.kind not in ("refused", "skipped")
        ][:SHOWN],
        "invited": sum(1 for one in planned if one.kind == "new" and one.newcomer.email),
    }


def _who(one: Planned) -> dict[str, Any]:
    return {"row": one.row.number, "name": one.newcomer.name, "reference": one.row.get("learner_reference")}


def _with_problems(one: Planned) -> dict[str, Any]:
    return _who(one) | {
        "problems": [{"field": label_of(problem.field), "reason": problem.reason} for problem in one.problems]
    }


def _as_new(one: Planned) -> dict[str, Any]:
    newcomer = one.newcomer
    version = newcomer.version
    return _who(one) | {
        "standard": f"{version.standard.reference} {version.version}" if version else "",
        "started_on": day(newcomer.started_on) if newcomer.started_on else "",
        "planned_end_on": day(newcomer.planned_end_on) if newcomer.planned_end_on else "",
        "employer": one.employer,
        "steps": _steps(one),
    }


def _as_changed(one: Planned) -> dict[str, Any]:
    return _who(one) | {
        "differences": [
            {"field": label_of(found.field), "before": found.before, "after": found.after} for found in one.differences
        ],
        "steps": _steps(one),
    }


def _steps(one: Planned) -> list[dict[str, str]]:
    return [{"what": str(ChangeKind(step.kind).label), "on": day(date.fromisoformat(step.on))} for step in one.steps]
