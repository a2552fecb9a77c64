"""Recording what somebody holds, studies and passes in English, maths and the qualifications of their standard."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.rules import rules_for
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from programme import access
from programme.attainments import asked_of, kinds_for, qualifications_of
from programme.audit_actions import ATTAINMENT_RECORDED, ATTAINMENT_UNDONE
from programme.models.attainments import (
    WITH_AGREEMENT,
    WITH_CERTIFICATE,
    WITH_LEVEL,
    Attainment,
    AttainmentKind,
    Subject,
)
from programme.states import AttainmentState

RECORD = Act("record_attainment", access.can_record_attainments, {}, creates=[AttainmentState.STANDS])
UNDO = Act("undo_attainment", access.can_record_attainments, {AttainmentState.STANDS: [AttainmentState.UNDONE]})


@dataclass(frozen=True)
class Event:
    """What is recorded; of the fields below `reason`, those that its kind asks for."""

    subject: str
    kind: str
    effective_on: date
    reason: str
    title: str = ""
    level: str = ""
    certificate: str = ""
    exemption: str = ""
    agreed_with: str = ""


@transaction.atomic
def record_attainment(apprenticeship_id: UUID, by: Actor, *, attainment_id: UUID, event: Event) -> Attainment:
    """Record what somebody holds, is exempt from, agreed to, studies or passed.

    Args:
        attainment_id: the form's one-use token: a second call with it returns what the first made.

    Raises:
        NotAllowed: `by` is neither their assessor or trainer nor an admin of the provider.
        OutOfTurn: the apprenticeship is past its gateway, over or withdrawn.
        Incomplete: for the field that is wrong; or the rules of the start know no such thing.
        TokenTaken: the id is of something else.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    _require_right(RECORD.who(by, apprenticeship))
    if made := Attainment.objects.unscoped().filter(pk=attainment_id).first():
        if made.apprenticeship_id != apprenticeship.pk or made.undoes_id:
            raise TokenTaken
        return made
    require_open(apprenticeship)
    _require_possible(apprenticeship, event)
    return _write(
        apprenticeship,
        by,
        Attainment(
            pk=attainment_id,
            subject=event.subject,
            title=event.title,
            kind=event.kind,
            level=event.level if event.kind in WITH_LEVEL and event.subject != Subject.QUALIFICATION else "",
            certificate=event.certificate if event.kind in WITH_CERTIFICATE else "",
            exemption=event.exemption if event.kind == AttainmentKind.EXEMPT else "",
            agreed_with=event.agreed_with.strip() if event.kind in WITH_AGREEMENT else "",
            effective_on=event.effective_on,
            reason=event.reason.strip(),
        ),
    )


@transaction.atomic
def undo_attainment(attainment_id: UUID, by: Actor, reason: str) -> Attainment:
    """Undo one, saying why: what was before it counts again. Undoing twice undoes once.

    Raises:
        NotAllowed, OutOfTurn: as for `record_attainment`; or something later in the same subject is to be undone first.
        Incomplete: no reason.
    """
    whose = Attainment.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=attainment_id)
    apprenticeship = locked_apprenticeship(whose)
    _require_right(UNDO.who(by, apprenticeship))
    one = Attainment.objects.unscoped().get(pk=attainment_id)
    if undone := Attainment.objects.unscoped().filter(undoes=one).first():
        return undone
    if one.undoes_id:
        raise OutOfTurn(_("This entry undid another one. Record the other one again instead."))
    require_open(apprenticeship)
    later = Attainment.objects.unscoped().standing().filter(apprenticeship=apprenticeship, number__gt=one.number)
    if later.filter(subject=one.subject, title=one.title).exists():
        raise OutOfTurn(_("Something was recorded after it. Undo that first."))
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")
    same = ("subject", "title", "kind", "level", "certificate", "exemption", "agreed_with", "effective_on")
    values = {name: getattr(one, name) for name in same}
    return _write(apprenticeship, by, Attainment(**values, undoes=one, reason=reason.strip()))


def _write(apprenticeship: Apprenticeship, by: Actor, row: Attainment) -> Attainment:
    row.apprenticeship, row.provider = apprenticeship, apprenticeship.provider
    row.number = Attainment.objects.unscoped().filter(apprenticeship=apprenticeship).count() + 1
    row.by_id, row.at = by.person, clock.now()
    row.save(force_insert=True)
    action = ATTAINMENT_UNDONE if row.undoes_id else ATTAINMENT_RECORDED
    audit.record(action, by, row, organisation=apprenticeship.provider, of=row.subject, kind=row.kind)
    return row


def _require_right(is_allowed: bool) -> None:
    require(is_allowed, _("Only the assessor, the trainer and admins record this."))


def _require_possible(apprenticeship: Apprenticeship, event: Event) -> None:
    if event.subject == Subject.QUALIFICATION:
        if event.title not in qualifications_of(apprenticeship):
            raise Incomplete(_("Choose one of the qualifications of this standard."), field="title")
    elif event.subject not in Subject.values or event.title:
        raise Incomplete(_("Choose English, maths or a qualification."), field="subject")
    if event.kind not in kinds_for(event.subject, asked_of(apprenticeship, rules_for(apprenticeship))):
        raise Incomplete(_("The rules for this start date and age do not allow that."), field="kind")
    kind = AttainmentKind(event.kind)
    if kind in WITH_LEVEL and not event.level and event.subject != Subject.QUALIFICATION:
        raise Incomplete(_("Choose the level."), field="level")
    if kind in WITH_CERTIFICATE and not event.certificate and event.subject != Subject.QUALIFICATION:
        raise Incomplete(_("Choose the kind of certificate."), field="certificate")
    if kind == AttainmentKind.EXEMPT and not event.exemption:
        raise Incomplete(_("Choose the kind of exemption."), field="exemption")
    if kind in WITH_AGREEMENT and not event.agreed_with.strip():
        raise Incomplete(_("Enter who agreed for the employer."), field="agreed_with")
    if not event.reason.strip():
        raise Incomplete(_("Say how you know, for example from a certificate you saw."), field="reason")
    if event.effective_on > clock.today():
        raise Incomplete(_("This day is still to come. Enter today or an earlier day."), field="effective_on")
