"""Bringing in KSBs that were signed off in another system, and taking such a list out again as a whole."""

import hashlib
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import workflow as people
from accounts.access import require
from accounts.models import User
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from assessments import access, coverage, external
from assessments.audit_actions import SIGN_OFF_BROUGHT_IN, SIGN_OFFS_BROUGHT_IN, SIGN_OFFS_TAKEN_OUT
from assessments.models import ExternalRecord, ExternalUndoing, SignOff, SignOffWithdrawal
from assessments.moves.carrying import carried
from assessments.states import SignOffState
from assessments.workflow.sign_off import withdraw_quietly
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.canonical import digest
from core.errors import Incomplete, OutOfTurn
from core.moments import moment
from core.names import has_hidden, tidy

BRING_IN = Act("bring_in_sign_offs", access.can_bring_in, {}, creates=[SignOffState.STANDS])
TAKE_OUT = Act(
    "take_out_sign_offs",
    access.can_take_out,
    {state: [SignOffState.WITHDRAWN] for state in (SignOffState.STANDS, SignOffState.REOPENED)},
)


@transaction.atomic
def bring_in_sign_offs(apprenticeship_id: UUID, by: Actor, *, text: str, source: str, file_name: str) -> ExternalRecord:
    """Bring in every sign-off of a list: all of them, or none. The same list again changes nothing.

    Args:
        text: the CSV, as `assessments.external.read` takes it.
        source: the provider or system that it comes from, as it is shown with each sign-off.

    Raises:
        NotAllowed: `by` is no admin of the provider, or it is about themself.
        OutOfTurn: the apprenticeship is closed.
        Incomplete: a line is wrong, or `source` is missing.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(BRING_IN.who(by, apprenticeship), _("Only an admin of the training provider can do this."))
    source = tidy(source)
    if not source or len(source) > 200 or has_hidden(source):
        raise Incomplete(_("Say which provider or system signed these KSBs off."), field="source")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    same = ExternalRecord.objects.unscoped().filter(apprenticeship=apprenticeship, sha256=sha256, undoing=None)
    if earlier := same.first():
        return earlier
    require_open(apprenticeship)
    listed = external.read(text, apprenticeship)
    if listed.faults:
        first = listed.faults[0]
        words = {"number": first.number, "why": first.why}
        raise Incomplete(_("Line %(number)s: %(why)s") % words, field="file")
    made = ExternalRecord.objects.create(
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        kind=ExternalRecord.Kind.SIGN_OFFS,
        source=source,
        file_name=file_name[:255],
        sha256=sha256,
        counts={"sign_offs": len(listed.lines)},
        by_id=by.person,
    )
    audit.record(
        SIGN_OFFS_BROUGHT_IN,
        by,
        made,
        organisation=apprenticeship.provider,
        apprenticeship=apprenticeship.pk,
        sha256=sha256,
        sign_offs=len(listed.lines),
    )
    judges: dict[str, User] = {}
    for line in listed.lines:
        if line.by not in judges:
            judges[line.by] = people.add_external_person(line.by, source)
        _sign_off(made, apprenticeship, line, judges[line.by], by)
    coverage.refresh(apprenticeship, [line.ksb for line in listed.lines])
    return made


def _sign_off(
    record: ExternalRecord, apprenticeship: Apprenticeship, line: external.Line, judge: User, by: Actor
) -> None:
    ways = carried(apprenticeship)
    sources = ways.sources([line.ksb])
    ended = SignOffWithdrawal.objects.filter(
        sign_off__apprenticeship=apprenticeship, sign_off__ksb__in=sources, followed_by=None
    ).order_by("-at", "-pk")
    standing = SignOff.objects.unscoped().filter(apprenticeship=apprenticeship, ksb__in=sources).live().exists()
    if standing:
        raise Incomplete(
            _("Line %(number)s: internal quality assurance reopened %(code)s, so it is signed off here.")
            % {"number": line.number, "code": line.code},
            field="file",
        )
    made = SignOff.objects.create(
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        ksb_id=line.ksb,
        follows=ended.first(),
        by=judge,
        at=timezone.make_aware(datetime.combine(line.on, time(12))),
        grounds_sha256=digest([]),
        external=record,
        external_note=line.note,
    )
    audit.record(
        SIGN_OFF_BROUGHT_IN,
        by,
        made,
        organisation=apprenticeship.provider,
        apprenticeship=apprenticeship.pk,
        ksb=line.ksb,
        external=record.pk,
    )


@transaction.atomic
def take_out_sign_offs(external_id: UUID, by: Actor, reason: str) -> ExternalUndoing:
    """Take a list of sign-offs out again: each of them that stands is withdrawn, for one reason. All of it, or nothing.

    Raises:
        NotAllowed: `by` is neither an admin nor an internal quality assurer of the provider, has a conflict of
            interest with the apprentice, or it is about themself.
        OutOfTurn: it was taken out already, by whom and when; it is a portfolio; or the apprenticeship is closed.
        Incomplete: no reason.
    """
    record = ExternalRecord.objects.unscoped().get(pk=external_id)
    apprenticeship = locked_apprenticeship(record.apprenticeship_id)
    require(TAKE_OUT.who(by, apprenticeship), _("Only an admin or an internal quality assurer can do this."))
    reason = reason.strip()
    if not reason:
        raise Incomplete(_("Say why you are taking these sign-offs out."), field="reason")
    if earlier := ExternalUndoing.objects.select_related("by").filter(external=record).first():
        if (earlier.by_id, earlier.reason) == (by.person_id, reason):
            return earlier
        raise OutOfTurn(
            _("%(person)s took these out on %(when)s.") % {"person": earlier.by, "when": moment(earlier.at)}
        )
    if record.kind != ExternalRecord.Kind.SIGN_OFFS:
        raise OutOfTurn(_("A portfolio cannot be taken out again."))
    require_open(apprenticeship)
    undoing = ExternalUndoing.objects.create(external=record, reason=reason, by_id=by.person, at=clock.now())
    standing = list(record.sign_offs.live().select_related("ksb", "provider"))
    for row in standing:
        withdraw_quietly(row, by, reason)
    coverage.refresh(apprenticeship, [row.ksb_id for row in standing])
    audit.record(
        SIGN_OFFS_TAKEN_OUT,
        by,
        undoing,
        organisation=apprenticeship.provider,
        apprenticeship=apprenticeship.pk,
        external=record.pk,
        sign_offs=len(standing),
    )
    return undoing
