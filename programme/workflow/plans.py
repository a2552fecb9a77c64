"""Drawing up a training plan, and offering it to be signed."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ksbs
from apprenticeships.workflow import locked_apprenticeship
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete
from programme import access
from programme.models import NOT_COUNTED, Kind, PlanDraft, SignedKind, SignedVersion
from programme.planning.plan import MOST_HOURS, MOST_ITEMS, Item, in_order, items_of, least_hours, mark_of
from programme.planning.statements import content_of
from programme.scanning.recognition import agreed_prior_learning, recognised_codes
from programme.states import PlanState
from programme.workflow.signatures import issue_version, newest_version

OFFER = Act(
    "offer_plan", access.can_plan_reviews, {PlanState.WAITING: [PlanState.REPLACED]}, creates=[PlanState.WAITING]
)


@transaction.atomic
def keep_plan_item(apprenticeship_id: UUID, by: Actor, item: Item) -> PlanDraft:
    """Add an item to the plan that is being drawn up, or put another in the place of that with its id.

    Nobody is asked to sign yet. The same again changes nothing.

    Raises:
        NotAllowed: `by` neither looks after the apprentice nor is an admin of the provider.
        OutOfTurn: the apprenticeship is past its gateway, over or withdrawn.
        Incomplete: with the field in which something is missing or wrong.
    """
    apprenticeship, draft = _drafted(apprenticeship_id, by)
    _require_right(item, apprenticeship)
    others = [one for one in _items(draft) if one.id != item.id]
    if len(others) >= MOST_ITEMS:
        raise Incomplete(_("A plan has %(count)s items at most.") % {"count": MOST_ITEMS}, field="title")
    return _write(draft, by, [*others, item])


@transaction.atomic
def drop_plan_item(apprenticeship_id: UUID, by: Actor, item_id: str) -> PlanDraft:
    """Take an item out of the plan that is being drawn up. Again, it changes nothing.

    Raises:
        NotAllowed, OutOfTurn: as for `keep_plan_item`.
    """
    _apprenticeship, draft = _drafted(apprenticeship_id, by)
    return _write(draft, by, [one for one in _items(draft) if one.id != item_id])


@transaction.atomic
def offer_plan(apprenticeship_id: UUID, by: Actor, *, reason: str = "", shown: str | None = None) -> SignedVersion:
    """Freeze the plan as it is drawn up, sign it for the provider, and ask the apprentice and the employer to sign it.

    The version before stands until all three have signed this one. The same items again return what was offered.

    Args:
        reason: why there is another version than the one before.
        shown: `mark_of` the items that stood on the screen, if there was one.

    Raises:
        NotAllowed, OutOfTurn: as for `keep_plan_item`.
        Incomplete: no items, others than were shown, one that teaches prior learning again, fewer hours than the rules
            ask for, or no reason for another version.
    """
    apprenticeship, draft = _drafted(apprenticeship_id, by)
    items = in_order(_items(draft))
    if not items:
        raise Incomplete(_("Add what is taught first."), field="reason")
    if shown is not None and shown != mark_of(items):
        raise Incomplete(
            _("Somebody changed the plan since you opened this page. Look at it again, then sign it."), field="shown"
        )
    least, planned = least_hours(apprenticeship), sum(item.hours for item in items)
    if planned < least:
        said = {"planned": planned, "least": least}
        message = _("The items come to %(planned)s hours. The rules for this start date ask for %(least)s at least.")
        raise Incomplete(message % said, field="reason")
    recognised = recognised_codes(agreed_prior_learning(apprenticeship))
    if again := _taught_again(items, recognised):
        raise Incomplete(again, field="reason")
    content = content_of(apprenticeship, [item.to_json() for item in items], recognised)
    before = newest_version(SignedKind.PLAN, apprenticeship.pk)
    if before and before.content == content:
        return before
    if before and not reason.strip():
        raise Incomplete(_("Say why the plan has changed. All three will read this."), field="reason")
    return issue_version(apprenticeship, SignedKind.PLAN, apprenticeship.pk, by, content, reason)


def _taught_again(items: Iterable[Item], recognised: Sequence[str]) -> str:
    """What is wrong where something is taught that was recognised as prior learning (funding rules, training plan)."""
    again = [(item.title, code) for item in items for code in item.ksbs if code in recognised]
    if not again:
        return ""
    said = {"title": again[0][0], "code": again[0][1]}
    return _("“%(title)s” serves %(code)s, which was recognised as prior learning: it is not taught again.") % said


def _drafted(apprenticeship_id: UUID, by: Actor) -> tuple[Apprenticeship, PlanDraft]:
    """The apprenticeship, locked, and what is being drawn up: it begins with what was offered last."""
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        OFFER.who(by, apprenticeship),
        _("Only the assessor, the trainer and admins draw up the training plan."),
    )
    require_open(apprenticeship)
    draft = PlanDraft.objects.unscoped().filter(apprenticeship=apprenticeship).first()
    if draft is None:
        offered = newest_version(SignedKind.PLAN, apprenticeship.pk)
        draft = PlanDraft(apprenticeship=apprenticeship, provider=apprenticeship.provider)
        draft.items = [item.to_json() for item in items_of(offered)]
    return apprenticeship, draft


def _items(draft: PlanDraft) -> list[Item]:
    return [Item.from_json(kept) for kept in draft.items]


def _write(draft: PlanDraft, by: Actor, items: list[Item]) -> PlanDraft:
    kept = [item.to_json() for item in in_order(items)]
    if kept != draft.items or draft._state.adding:
        draft.items, draft.saved_by_id, draft.saved_at = kept, by.person, clock.now()
        draft.save()
    return draft


def _require_right(item: Item, apprenticeship: Apprenticeship) -> None:
    if not item.title.strip():
        raise Incomplete(_("Say what is taught."), field="title")
    if item.kind not in Kind.values or item.kind in NOT_COUNTED:
        raise Incomplete(_("Choose a kind of training."), field="kind")
    if not item.deliverer.strip():
        raise Incomplete(_("Say who delivers it."), field="deliverer")
    if not 0 < item.hours <= MOST_HOURS:
        raise Incomplete(_("Enter whole hours from 1 to %(most)s.") % {"most": MOST_HOURS}, field="hours")
    if not apprenticeship.started_on <= item.due_on <= apprenticeship.planned_end_on:
        raise Incomplete(_("Choose a day between the start and the planned end."), field="due_on")
    known = set(applicable_ksbs(apprenticeship).values_list("code", flat=True))
    if wrong := [code for code in item.ksbs if code not in known]:
        raise Incomplete(_("%(code)s is not in this standard.") % {"code": wrong[0]}, field="ksbs")
    if again := _taught_again([item], recognised_codes(agreed_prior_learning(apprenticeship))):
        raise Incomplete(again, field="ksbs")
