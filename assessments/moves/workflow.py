"""Moving a learner to another text of their standard, and back; their option; and confirming words that changed.

Nothing that was judged is touched: see assessments.carrying for how it counts for the later text. Only the working
copies of evidence, which nobody judges, follow the learner.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import is_open, require_open
from apprenticeships.audit_actions import APPRENTICESHIP_TEXT_CHANGED
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from assessments import access, coverage
from assessments.audit_actions import (
    APPRENTICESHIP_MOVE_UNDONE,
    APPRENTICESHIP_MOVED,
    APPRENTICESHIP_OPTION_CHOSEN,
    KSB_WORDING_CONFIRMED,
)
from assessments.models import KsbCarryOver, Transition, WordingConfirmation
from assessments.moves.carrying import carried
from assessments.states import MoveState
from audit import chain as audit
from audit.actions import Action
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn
from occupations.crossing import Crossing
from occupations.models import Ksb, Option, Standard, StandardVersion
from portfolios.models import Claim, Evidence, Marker

MOVE = Act("move", access.can_move, {}, creates=[MoveState.STANDS])
UNDO = Act("undo_move", access.can_move, {MoveState.STANDS: [MoveState.UNDONE]})


@transaction.atomic
def choose_option(apprenticeship_id: UUID, option_id: UUID, by: Actor) -> Apprenticeship:
    """Say which option of their standard an apprentice takes, or change it. Choosing the same again changes nothing.

    KSBs of the option before that have a history keep it, out of the count; those of the new one begin as what was
    judged for them says, which is mostly not started.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: the apprenticeship is past its gateway.
        Incomplete: the option is not one of the apprentice's text.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    _require_may_move(MOVE.who(by, apprenticeship), apprenticeship)
    option = Option.objects.filter(pk=option_id, version=apprenticeship.standard_version_id).first()
    if option is None:
        raise Incomplete(_("Choose one of the options of the standard."), field="option")
    if apprenticeship.option_id == option.pk:
        return apprenticeship
    until_now = apprenticeship.option_id
    apprenticeship.option = option
    apprenticeship.save(update_fields=["option"])
    coverage.refit(apprenticeship)
    audit.record(
        APPRENTICESHIP_OPTION_CHOSEN,
        by,
        apprenticeship,
        organisation=apprenticeship.provider,
        option=option.pk,
        until_now=until_now,
    )
    return apprenticeship


@transaction.atomic
def move(apprenticeship_id: UUID, by: Actor, crossing: Crossing, *, act: UUID, option: Option | None) -> Transition:
    """Move a learner from one text of their standard to another.

    Args:
        crossing: from which text to which.
        act: the form's one-use token, the same for all who are moved by it: a second call with it changes nothing.
        option: the one they take in the later text.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: the learner is not on the earlier text any more, or past their gateway; or a text has changed since.
        Incomplete: the learner had an option, and none of the later text was given; or it is not one of that text.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    _require_may_move(MOVE.who(by, apprenticeship), apprenticeship)
    if made := Transition.objects.unscoped().filter(apprenticeship=apprenticeship, act=act).first():
        return made
    before, after = crossing.before, crossing.after
    if apprenticeship.standard_version_id != before.pk:
        raise OutOfTurn(
            _("%(name)s is now on %(text)s.")
            % {"name": apprenticeship.apprentice, "text": apprenticeship.standard_version}
        )
    _refuse_a_text_that_changed(crossing)
    if option is not None and option.version_id != after.pk:
        raise Incomplete(_("Choose one of the options of the standard."), field="option")
    needs_option = apprenticeship.option_id and Ksb.objects.filter(version=after).divided_by_options().exists()
    if needs_option and option is None:
        raise Incomplete(
            _("Choose an option for %(name)s. Their current option is not in this version.")
            % {"name": apprenticeship.apprentice},
            field="option",
        )
    pairs = {pair.before: pair.after for pair in crossing.pairs}
    ways = [KsbCarryOver(before_id=pair.before, after_id=pair.after, kind=pair.kind.value) for pair in crossing.pairs]
    made = _write(
        apprenticeship,
        by,
        act=act,
        after_version=after,
        after_option=option,
        carried_sha256=KsbCarryOver.digest_of(ways),
    )
    for way in ways:
        way.transition = made
    KsbCarryOver.objects.bulk_create(ways)
    _follow(apprenticeship, made, pairs)
    _record(APPRENTICESHIP_MOVED, by, apprenticeship, made)
    return made


@transaction.atomic
def undo_move(transition_id: UUID, by: Actor) -> Transition:
    """Put a learner back on the text they were moved from. Undoing twice undoes once.

    With nothing done since, everything is exactly as before. What was done since stays: for statements that both texts
    have it counts, for the others it is kept in the history.

    Raises:
        NotAllowed: `by` does not administer the provider.
        OutOfTurn: the learner was moved on since, or is past the gateway.
    """
    moved = Transition.objects.unscoped().get(pk=transition_id)
    apprenticeship = locked_apprenticeship(moved.apprenticeship_id)
    _require_may_move(UNDO.who(by, apprenticeship), apprenticeship)
    if undone := Transition.objects.unscoped().filter(undoes=moved).first():
        return undone
    standing = Transition.objects.unscoped().filter(apprenticeship=apprenticeship).standing().order_by("number").last()
    if standing is None or standing.pk != moved.pk:
        raise OutOfTurn(
            _("%(name)s has been moved again since then. Undo the latest move first.")
            % {"name": apprenticeship.apprentice}
        )
    undone = _write(
        apprenticeship,
        by,
        act=moved.pk,  # a move is undone once, so its id is the token
        undoes=moved,
        after_version=moved.before_version,
        after_option=_option_before(apprenticeship, moved),
        carried_sha256=moved.carried_sha256,
    )
    _follow(apprenticeship, undone, dict(moved.carry_overs.values_list("after", "before")))
    _record(APPRENTICESHIP_MOVE_UNDONE, by, apprenticeship, undone)
    return undone


@transaction.atomic
def confirm_wording(apprenticeship_id: UUID, ksb_id: UUID, by: Actor) -> list[WordingConfirmation]:
    """Say that what was judged under the earlier words of a KSB holds under the words of today. Twice is once.

    Raises:
        NotAllowed: `by` is not the assigned assessor.
        OutOfTurn: the apprenticeship is closed.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(access.can_sign_off(by, apprenticeship), _("Only the assigned assessor can confirm this."))
    require_open(apprenticeship)
    ways = carried(apprenticeship)
    to_confirm = sorted({pk for source in ways.sources([ksb_id]) for pk in ways.to_confirm(source)})
    made = [WordingConfirmation.objects.create(carry_over_id=pk, by_id=by.person, at=clock.now()) for pk in to_confirm]
    if made:
        coverage.refresh(apprenticeship, [ksb_id])
    for confirmation in made:
        audit.record(
            KSB_WORDING_CONFIRMED,
            by,
            confirmation,
            organisation=apprenticeship.provider,
            apprenticeship=apprenticeship.pk,
            ksb=ksb_id,
        )
    return made


def _require_may_move(is_allowed: bool, apprenticeship: Apprenticeship) -> None:
    require(is_allowed, _("Only an admin of the training provider can do this."))
    if not is_open(apprenticeship):
        raise OutOfTurn(
            _("%(name)s is %(status)s, so they stay on the version they are assessed against.")
            % {"name": apprenticeship.apprentice, "status": apprenticeship.get_status_display().lower()}
        )


def _refuse_a_text_that_changed(crossing: Crossing) -> None:
    """A text that nobody is on may be completed by an import; from here on until the end it cannot."""
    Standard.objects.unscoped().select_for_update(no_key=True).get(pk=crossing.after.standard_id)
    texts = StandardVersion.objects.unscoped().filter(standard=crossing.before.standard_id)
    held = set(texts.values_list("pk", "content_sha256"))
    if not {(text.pk, text.content_sha256) for text in (crossing.before, crossing.after)} <= held:
        raise OutOfTurn(_("The standard has changed since you opened this page. Check it again."))


def _write(apprenticeship: Apprenticeship, by: Actor, **fields: Any) -> Transition:
    earlier = Transition.objects.unscoped().filter(apprenticeship=apprenticeship).count()
    return Transition.objects.create(
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        number=earlier + 1,
        before_version_id=apprenticeship.standard_version_id,
        before_option_id=apprenticeship.option_id,
        by_id=by.person,
        at=clock.now(),
        **fields,
    )


def _option_before(apprenticeship: Apprenticeship, moved: Transition) -> Option | None:
    """The option that the learner goes back to: what it was, unless another was chosen since that was there before."""
    if apprenticeship.option_id == moved.after_option_id or apprenticeship.option is None:
        return moved.before_option
    same = Option.objects.filter(version=moved.before_version_id, title__iexact=apprenticeship.option.title)
    return same.first() or moved.before_option


def _follow(apprenticeship: Apprenticeship, transition: Transition, pairs: Mapping[UUID, UUID]) -> None:
    """Let the learner, the claims and marked places of their working copies and their progress follow a transition."""
    apprenticeship.standard_version = transition.after_version
    apprenticeship.option = transition.after_option
    apprenticeship.save(update_fields=["standard_version", "option"])
    carry_working_copies(apprenticeship, pairs)


def carry_working_copies(apprenticeship: Apprenticeship, pairs: Mapping[UUID, UUID]) -> None:
    """Let what working copies claim and mark follow a learner who is on another text now, and their progress with it.

    Args:
        pairs: which statement of the text so far goes on as which of the text of today. Claims on others stay as they
            are, and do not count.
    """
    claims = Claim.objects.unscoped().filter(evidence__apprenticeship=apprenticeship)
    # A piece that claims the later statement already, from a time before, keeps both claims apart.
    taken = set(claims.filter(ksb__in=pairs.values()).values_list("evidence", "ksb"))
    moving = [
        (pk, pairs[ksb])
        for pk, evidence, ksb in claims.filter(ksb__in=pairs).values_list("pk", "evidence", "ksb")
        if (evidence, pairs[ksb]) not in taken
    ]
    if moving:
        Claim.objects.unscoped().filter(pk__in=[pk for pk, _ksb in moving]).update(
            ksb_id=Case(*(When(pk=pk, then=Value(ksb)) for pk, ksb in moving))
        )
    for piece in Evidence.objects.unscoped().filter(apprenticeship=apprenticeship).exclude(unticked_lines={}):
        piece.keep_lines({pairs.get(ksb, ksb): line for ksb, line in piece.kept_lines.items()})
        piece.save(update_fields=["unticked_lines"])
    marked = Marker.objects.unscoped().filter(file__evidence__apprenticeship=apprenticeship, ksb__in=pairs)
    if places := list(marked.values_list("pk", "ksb")):
        Marker.objects.unscoped().filter(pk__in=[pk for pk, _ksb in places]).update(
            ksb_id=Case(*(When(pk=pk, then=Value(pairs[ksb])) for pk, ksb in places))
        )
    coverage.refit(apprenticeship)


def _record(action: Action, by: Actor, apprenticeship: Apprenticeship, transition: Transition) -> None:
    """Record the move, and how it left the apprenticeship."""
    provider = apprenticeship.provider
    audit.record(
        action,
        by,
        transition,
        organisation=provider,
        apprenticeship=apprenticeship.pk,
        before=transition.before_version_id,
        after=transition.after_version_id,
        option=transition.after_option_id,
    )
    audit.record(APPRENTICESHIP_TEXT_CHANGED, by, apprenticeship, organisation=provider, transition=transition.pk)
