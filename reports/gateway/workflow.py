"""The gateway from the open list to the result: declared by three, locked, returned, and what the assessment found.

    not declared ──open_declarations──▶ waiting for declarations ──declare──▶ locked ──▶ result
         ▲                                       │                              │
         └───────────── release_declarations ────┴──────── return_gateway ──────┘

Each round is a `SignedVersion`. A lock is the change “gateway passed” of the apprenticeship: while it stands, nothing
that was declared can be changed. Undone on the page of changes, it is returned, too.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import can_change
from apprenticeships.models import Apprenticeship, Change, ChangeKind, PlannedChange
from apprenticeships.rules import rules_for
from apprenticeships.workflow import locked_apprenticeship, pass_gateway, undo_change
from apprenticeships.workflow.making import What, make
from apprenticeships.workflow.planning import let_give_way
from assessments.models import ExternalRecord
from assessments.workflow.verification import open_link
from audit import chain as audit
from core import clock, moments
from core.actor import ANYBODY, Actor
from core.acts import Act
from core.canonical import canonical
from core.errors import Incomplete, OutOfTurn, TokenTaken
from programme import access
from programme.audit_actions import (
    ASSESSMENT_RESULT_CORRECTED,
    ASSESSMENT_RESULT_RECORDED,
    GATEWAY_LOCKED,
    GATEWAY_RELEASED,
    GATEWAY_RETURNED,
)
from programme.models import (
    AssessmentResult,
    GatewayEnd,
    GatewayLock,
    Grade,
    PartySignature,
    SignedKind,
    SignedVersion,
)
from programme.signed import can_sign
from programme.states import GatewayState
from programme.workflow.signatures import issue_version, newest_version, sign_as_employer, sign_as_party
from reports.gateway.checklist import Checklist, checklist_of
from signing import access as links
from signing import workflow as signing
from signing.models import Signature

#: The form of what is declared. It grows when what is written changes its meaning.
FORMAT = 1
#: Lines whose figure grows from day to day while they are done.
_GROWING = ("duration",)

OPEN = Act("open_declarations", access.can_declare, {}, creates=[GatewayState.DECLARING])
_DECLARED = {GatewayState.DECLARING: [GatewayState.DECLARING, GatewayState.LOCKED]}
DECLARE = Act("declare", can_sign, _DECLARED)
DECLARE_BY_LINK = Act("declare_by_link", links.holds, _DECLARED)
RELEASE = Act("release_declarations", access.can_release, {GatewayState.DECLARING: [GatewayState.RELEASED]})
RETURN = Act("return_gateway", access.can_settle_gateway, {GatewayState.LOCKED: [GatewayState.RETURNED]})


@transaction.atomic
def open_declarations(apprenticeship_id: UUID, by: Actor) -> SignedVersion:
    """Freeze the list, declare for the provider that it is right, and ask the apprentice and the employer to declare.

    While a round is open, that one is returned, unless its figures are not those of today: then all declare again.

    Raises:
        NotAllowed: `by` is neither the assigned assessor nor an admin of the provider.
        OutOfTurn: something on the list is not done, nobody employs the apprentice, or they are not on programme.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(OPEN.who(by, apprenticeship), _("Only the assessor and admins declare for the training provider."))
    before = newest_version(SignedKind.GATEWAY, apprenticeship.pk)
    is_open_round = before is not None and not _why_over(before)
    if before and is_open_round and (_is_locked(before) or not changed_since(before, checklist_of(apprenticeship))):
        return before
    if not rules_for(apprenticeship).has_gateway:
        raise OutOfTurn(_("There is no gateway in this programme."))
    if apprenticeship.status != Apprenticeship.Status.ON_PROGRAMME or apprenticeship.undone_at:
        raise OutOfTurn(_not_now(apprenticeship))
    if apprenticeship.employer is None:
        raise OutOfTurn(_("Record who the employer is first: they have to declare, too."))
    found = checklist_of(apprenticeship)
    _require_met(found)
    reason = _why_over(before) or _("The figures have changed since.") if before else ""
    return issue_version(
        apprenticeship, SignedKind.GATEWAY, apprenticeship.pk, by, _content(apprenticeship, found), reason
    )


@transaction.atomic
def declare(version_id: UUID, by: Actor, *, party: str, shown: str) -> PartySignature:
    """Declare as the apprentice or as their mentor; the last of the three locks. Arguments as for `sign_version`.

    Raises:
        NotAllowed: as for `sign_version`.
        OutOfTurn: as for `sign_version`; or something on the list is no longer done, or a figure is another one.
    """
    version = _locked(version_id)
    _require_same_figures(version)
    made = sign_as_party(version, by, party=party, shown=shown)
    _lock_if_complete(version, by)
    return made


@transaction.atomic
def declare_by_link(
    token: str, *, shown: str, name: str, role: str, comment: str = "", signed_in: Actor = ANYBODY
) -> Signature:
    """Declare for the employer what a link shows; arguments and errors are those of `sign_version_by_link`.

    Raises:
        OutOfTurn: also where something on the list is no longer done, or a figure is another one.
    """
    link = open_link(token)
    if link is not None:
        _require_same_figures(_locked(link.about))
    made = sign_as_employer(token, shown=shown, name=name, role=role, comment=comment, signed_in=signed_in)
    _lock_if_complete(_locked(made.link.about), Actor(link_id=made.link_id))
    return made


@transaction.atomic
def release_declarations(version_id: UUID, by: Actor, reason: str) -> GatewayEnd:
    """Take a round back before all three have declared, because somebody contests it. Again, it changes nothing.

    Raises:
        NotAllowed: `by` is none of the three parties.
        OutOfTurn: it is locked: it can be returned.
        Incomplete: no reason.
    """
    version = _locked(version_id)
    require(
        RELEASE.who(by, version.apprenticeship),
        _("Only the apprentice, their mentor, the assessor and admins can withdraw declarations."),
    )
    if made := GatewayEnd.objects.unscoped().filter(version=version).first():
        return made
    if not RELEASE.starts_from(GatewayState.of(version)):
        raise OutOfTurn(_("All three have declared. An admin of the training provider can return it."))
    return _end(version, by, GatewayEnd.Kind.RELEASED, reason)


@transaction.atomic
def return_gateway(version_id: UUID, by: Actor, *, kind: str, reason: str) -> GatewayEnd:
    """Open again what was locked, because the provider or the assessment organisation found something.

    The apprentice is on programme again. Again, it changes nothing.

    Args:
        kind: by whom it is returned: “provider” or “organisation”.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        OutOfTurn: it is not locked; or a result stands, which is undone first.
        Incomplete: no reason.
    """
    version = _locked(version_id)
    _require_settling(by, version.apprenticeship)
    if made := GatewayEnd.objects.unscoped().filter(version=version).first():
        return made
    if not RETURN.starts_from(GatewayState.of(version)):
        raise OutOfTurn(_("This is not locked yet. Until it is, the declarations can be withdrawn."))
    if kind not in (GatewayEnd.Kind.PROVIDER, GatewayEnd.Kind.ORGANISATION):
        raise Incomplete(_("Choose who returned it."), field="kind")
    made = _end(version, by, kind, reason)
    undo_change(version.gateway_lock.change_id, by, made.reason)
    return made


@dataclass(frozen=True)
class ResultWords:
    """What is recorded of one attempt at the assessment."""

    grade: str
    decided_on: date
    has_resit: bool = False
    certificate: str = ""

    @property
    def ends_as(self) -> ChangeKind | None:
        """What it makes of the apprenticeship; nothing where there is a resit."""
        if self.grade != Grade.FAIL:
            return ChangeKind.ACHIEVED
        return None if self.has_resit else ChangeKind.NOT_ACHIEVED

    @classmethod
    def of(cls, row: AssessmentResult) -> "ResultWords":
        return cls(row.grade, row.decided_on, row.has_resit, row.certificate)


def was_taken_over() -> Exists:
    """Of an apprenticeship, whether something is here that came in from another provider."""
    return Exists(ExternalRecord.objects.unscoped().filter(apprenticeship=OuterRef("pk"), undoing=None))


@transaction.atomic
def pass_gateway_elsewhere(
    apprenticeship_id: UUID, by: Actor, *, act: UUID, effective_on: date, reason: str
) -> Change | PlannedChange:
    """Record that the gateway was passed at another provider, before the apprentice was taken over.

    Raises:
        NotAllowed, OutOfTurn, Incomplete, TokenTaken: as for `apprenticeships.workflow.pass_gateway`.
        OutOfTurn: nothing came in from another provider: then all three declare here.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(can_change(by, apprenticeship), _("Only an admin of the training provider can do this."))
    if not Apprenticeship.objects.unscoped().filter(was_taken_over(), pk=apprenticeship.pk).exists():
        raise OutOfTurn(
            _(
                "Nothing of this apprentice was imported from another provider, so the gateway is passed once all "
                "three have declared on the gateway page. If you took them over, import their sign-offs first."
            )
        )
    return pass_gateway(apprenticeship_id, by, act=act, effective_on=effective_on, reason=reason)


@transaction.atomic
def record_assessment_result(
    apprenticeship_id: UUID, by: Actor, *, result_id: UUID, words: ResultWords
) -> AssessmentResult:
    """Record how an attempt at the assessment ended. A pass, or a fail with no resit, ends the apprenticeship.

    Args:
        result_id: the form's one-use token: a second call with it returns what the first made.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        OutOfTurn: the apprentice is not past the gateway.
        Incomplete: for the field that is wrong.
        TokenTaken: the id is of something else.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    _require_settling(by, apprenticeship)
    rows = AssessmentResult.objects.unscoped().filter(apprenticeship=apprenticeship)
    if made := AssessmentResult.objects.unscoped().filter(pk=result_id).first():
        if made.apprenticeship_id != apprenticeship.pk or made.supersedes_id:
            raise TokenTaken
        return made
    if apprenticeship.status != Apprenticeship.Status.PAST_GATEWAY:
        raise OutOfTurn(_not_now(apprenticeship))
    _require_words(apprenticeship, words)
    row = AssessmentResult(
        pk=result_id,
        attempt=rows.filter(supersedes=None).count() + 1,
        change=_ended(apprenticeship, by, words, result_id),
    )
    return _write(apprenticeship, by, row, words)


@transaction.atomic
def correct_assessment_result(
    result_id: UUID, by: Actor, *, correction_id: UUID, words: ResultWords, reason: str
) -> AssessmentResult:
    """Put another result in the place of the newest, saying why; the status of the apprenticeship follows.

    Raises:
        NotAllowed: `by` is no admin of the provider.
        OutOfTurn: it was corrected since, or there was another attempt after it.
        Incomplete: no reason, nothing is different, or as for `record_assessment_result`.
        TokenTaken: the id is of something else.
    """
    whose = AssessmentResult.objects.unscoped().values_list("apprenticeship", flat=True).get(pk=result_id)
    apprenticeship = locked_apprenticeship(whose)
    _require_settling(by, apprenticeship)
    before = AssessmentResult.objects.unscoped().select_related("change").get(pk=result_id)
    if made := AssessmentResult.objects.unscoped().filter(pk=correction_id).first():
        if made.supersedes_id != before.pk:
            raise TokenTaken
        return made
    rows = AssessmentResult.objects.unscoped().filter(apprenticeship=apprenticeship)
    if rows.filter(supersedes=before).exists() or rows.filter(attempt__gt=before.attempt).exists():
        raise OutOfTurn(_("There is a newer result. Correct that one."))
    if not reason.strip():
        raise Incomplete(_("Say why it is corrected."), field="reason")
    if ResultWords.of(before) == words:
        raise Incomplete(_("Nothing is different. Change what was wrong."), field="grade")
    change = before.change if before.change and not hasattr(before.change, "undone_by") else None
    was = ResultWords.of(before)
    if change is None or (was.ends_as, was.decided_on) != (words.ends_as, words.decided_on):
        if change:
            undo_change(change.pk, by, reason.strip())
            apprenticeship = locked_apprenticeship(whose)
        if apprenticeship.status != Apprenticeship.Status.PAST_GATEWAY:
            raise OutOfTurn(_not_now(apprenticeship))
        _require_words(apprenticeship, words)
        change = _ended(apprenticeship, by, words, correction_id)
    else:
        _require_words(apprenticeship, words, is_over=True)
    row = AssessmentResult(
        pk=correction_id, attempt=before.attempt, supersedes=before, reason=reason.strip(), change=change
    )
    return _write(apprenticeship, by, row, words)


def _locked(version_id: UUID) -> SignedVersion:
    rows = SignedVersion.objects.unscoped().filter(kind=SignedKind.GATEWAY)
    apprenticeship = locked_apprenticeship(rows.values_list("apprenticeship", flat=True).get(pk=version_id))
    version = rows.select_related("gateway_end").get(pk=version_id)
    version.apprenticeship = apprenticeship
    return version


def _why_over(version: SignedVersion) -> str:
    """Why a round counts no longer; nothing while it is open or locked."""
    if hasattr(version, "gateway_end"):
        return version.gateway_end.reason
    lock = GatewayLock.objects.unscoped().select_related("change__undone_by").filter(version=version).first()
    undone = getattr(lock.change, "undone_by", None) if lock else None
    return undone.reason if undone else ""


def _not_now(apprenticeship: Apprenticeship) -> str:
    return _("%(name)s is now “%(status)s”, so this cannot be recorded.") % {
        "name": apprenticeship.apprentice,
        "status": apprenticeship.get_status_display(),
    }


def _require_met(found: Checklist) -> None:
    if not found.is_met:
        raise OutOfTurn(
            _("Not everything is done yet: %(what)s.") % {"what": "; ".join(line.name for line in found.blocking)}
        )


def _require_settling(by: Actor, apprenticeship: Apprenticeship) -> None:
    require(access.can_settle_gateway(by, apprenticeship), _("Only an admin of the training provider can do this."))


def _content(apprenticeship: Apprenticeship, found: Checklist) -> dict[str, Any]:
    version = apprenticeship.standard_version
    shared = {
        "format": FORMAT,
        "apprentice": apprenticeship.apprentice.name,
        "provider": apprenticeship.provider.name,
        "employer": apprenticeship.employer.name if apprenticeship.employer else "",
        "standard": version.standard.reference,
        "title": version.title,
        "version": version.version,
        "model": found.model.value,
        "on": clock.today(),
        "lines": [
            {"key": line.key, "name": line.name, "state": line.state.value, "figure": line.figure, "why": line.why}
            for line in found.shared
        ],
    }
    content: dict[str, Any] = canonical({"shared": shared})
    return content


def changed_since(version: SignedVersion, found: Checklist) -> list[str]:
    """What on the list is no longer what was declared: the name of each line, and its figure then and now.

    What comes by itself as time passes is left out: the days on programme.
    """
    was = {line["key"]: line for line in version.shared["lines"]}
    now = {line.key: line for line in found.shared}
    changed = []
    for key in dict.fromkeys([*was, *now]):
        before, after = was.get(key), now.get(key)
        if before and after:
            is_same = (before["state"], before["figure"]) == (after.state.value, after.figure)
            if is_same or key in _GROWING:
                continue
        said = {
            "name": after.name if after else before["name"] if before else "",
            "was": (before or {}).get("figure") or "–",
            "now": (after.figure if after else "") or "–",
        }
        changed.append(_("%(name)s (%(was)s then, %(now)s now)") % said)
    return changed


def _require_same_figures(version: SignedVersion) -> None:
    """Refuse a declaration of figures that are no longer right. What is no longer done is said when it is locked."""
    if _is_locked(version) or _why_over(version):
        return
    found = checklist_of(version.apprenticeship)
    if found.is_met and (changed := changed_since(version, found)):
        raise OutOfTurn(
            _(
                "These figures have changed since the training provider declared, so nothing was declared: %(what)s. "
                "The assessor or an admin starts the declarations again, with the figures of today."
            )
            % {"what": "; ".join(changed)}
        )


def _is_locked(version: SignedVersion) -> bool:
    return GatewayLock.objects.unscoped().filter(version=version).exists()


def _lock_if_complete(version: SignedVersion, by: Actor) -> None:
    """Lock once all three signatures stand. The last to declare is told if something is no longer done."""
    if _is_locked(version):
        return
    signed = PartySignature.objects.unscoped().standing().filter(version=version)
    if set(signed.values_list("party", flat=True)) < {party.value for party in version.parties}:
        return
    apprenticeship = version.apprenticeship
    found = checklist_of(apprenticeship)
    if not found.is_met:
        raise OutOfTurn(
            _("Something is no longer done, so nothing was declared: %(what)s. The declarations have to begin again.")
            % {"what": "; ".join(line.name for line in found.blocking)}
        )
    # On the word of whoever declared for the provider: the last to declare may be the apprentice or hold a link.
    provider = Actor(version.by_id, version.provider_id)
    reason = _("The apprentice, the employer and the training provider have declared.")
    change = _make(apprenticeship, provider, What(ChangeKind.GATEWAY_PASSED, clock.today(), reason), uuid4())
    lock = GatewayLock.objects.create(
        version=version,
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        change=change,
        sha256=version.sha256,
        at=clock.now(),
    )
    audit.record(GATEWAY_LOCKED, by, lock, organisation=apprenticeship.provider, version=version.pk)


def _make(apprenticeship: Apprenticeship, by: Actor, what: What, act: UUID) -> Change:
    change = make(apprenticeship, by, what, act)
    let_give_way(apprenticeship, by, change)
    return change


def _end(version: SignedVersion, by: Actor, kind: str, reason: str) -> GatewayEnd:
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")
    apprenticeship = version.apprenticeship
    made = GatewayEnd.objects.create(
        version=version,
        apprenticeship=apprenticeship,
        provider=apprenticeship.provider,
        kind=kind,
        reason=reason.strip(),
        by_id=by.person,
        at=clock.now(),
    )
    action = GATEWAY_RELEASED if kind == GatewayEnd.Kind.RELEASED else GATEWAY_RETURNED
    audit.record(action, by, made, organisation=apprenticeship.provider, version=version.pk, kind=str(kind))
    signing.withdraw_about(version.pk, by)
    return made


def _require_words(apprenticeship: Apprenticeship, words: ResultWords, *, is_over: bool = False) -> None:
    if words.grade not in Grade.values:
        raise Incomplete(_("Choose the grade."), field="grade")
    if words.has_resit and words.grade != Grade.FAIL:
        raise Incomplete(_("There can only be a resit after a fail."), field="has_resit")
    if words.certificate and words.grade == Grade.FAIL:
        raise Incomplete(_("There is no certificate after a fail."), field="certificate")
    if words.decided_on > clock.today():
        raise Incomplete(_("This day is still to come. Enter today or an earlier day."), field="decided_on")
    passed = Change.objects.unscoped().standing().filter(apprenticeship=apprenticeship, kind=ChangeKind.GATEWAY_PASSED)
    last = passed.in_order().last()
    if last and words.decided_on < last.effective_on and not is_over:
        raise Incomplete(
            _("The gateway was passed on %(day)s. Enter that day or a later one.")
            % {"day": moments.day(last.effective_on)},
            field="decided_on",
        )


def _ended(apprenticeship: Apprenticeship, by: Actor, words: ResultWords, act: UUID) -> Change | None:
    if words.ends_as is None:
        return None
    reason = _("Result of the assessment: %(grade)s") % {"grade": Grade(words.grade).label}
    return _make(apprenticeship, by, What(words.ends_as, words.decided_on, reason), act)


def _write(apprenticeship: Apprenticeship, by: Actor, row: AssessmentResult, words: ResultWords) -> AssessmentResult:
    row.apprenticeship, row.provider = apprenticeship, apprenticeship.provider
    row.grade, row.decided_on = words.grade, words.decided_on
    row.has_resit, row.certificate = words.has_resit, words.certificate.strip()
    row.by_id, row.at = by.person, clock.now()
    row.save(force_insert=True)
    action = ASSESSMENT_RESULT_CORRECTED if row.supersedes_id else ASSESSMENT_RESULT_RECORDED
    audit.record(action, by, row, organisation=apprenticeship.provider, grade=row.grade, attempt=row.attempt)
    return row
