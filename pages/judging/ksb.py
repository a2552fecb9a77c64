"""One KSB of one apprenticeship: its state, the evidence for it, its history, its sign-off; and those of the past."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from accounts.seen_by import SeenBy
from apprenticeships.access import is_open, require_open
from apprenticeships.models import Apprenticeship, KsbProgress
from apprenticeships.querysets import SIGHT
from apprenticeships.seen import seen
from assessments import about_ksb, access, moves, workflow
from assessments.about_ksb import Claimed, SignedOff
from assessments.models import SignOff, Transition, WordingConfirmation
from assessments.moves.carrying import Carried, carried
from assessments.moves.moving import past_ksbs
from assessments.policies.missing import Missing, is_ready, missing_on_page
from assessments.policies.outcomes import outcomes_of
from assessments.policies.rules import rules_of
from assessments.policies.wording import outcome_words, rule_words
from assessments.rounds import superseded_on
from assessments.verifying import confirmations, statements
from assessments.verifying.behaviours import words_on
from core import moments
from core.errors import Incomplete
from core.moments import moment
from occupations.comparison import Piece, marked_words
from occupations.models import Ksb
from pages.judging.forms import WithdrawalForm
from pages.judging.ksb_rows import appeal_offer, asked_for, claim_rows, draft_rows, history_rows, missing, said_last
from pages.links.rows import asked_rows
from pages.people.views import asks_again
from pages.requests import Request
from portfolios import duties
from portfolios.access import can_add_evidence
from programme.planning.plan import due_by_ksb, items_of, standing_plan

_progress_seen = SeenBy(
    lambda actor, apprenticeship, code: (
        KsbProgress.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship, ksb__code=code)
        .select_related("ksb")
    ),
    SIGHT,
)


def _progress(request: Request, apprenticeship_id: UUID, code: str) -> KsbProgress:
    apprenticeship = _apprenticeship(request, apprenticeship_id)
    progress = get_object_or_404(
        KsbProgress.objects.visible_to(request.actor).select_related("ksb", "signed_off_by"),
        apprenticeship=apprenticeship,
        ksb__code=code,
    )
    progress.apprenticeship = apprenticeship
    return progress


@require_GET
def ksb(request: Request, apprenticeship_id: UUID, code: str) -> HttpResponse:
    """The statement, its state, every piece of evidence that claims it, and what happened to it."""
    apprenticeship = _apprenticeship(request, apprenticeship_id)
    progress = _progress_seen(request.actor, apprenticeship=apprenticeship.pk, code=code).first()
    if progress is None:
        # Perhaps one of another option, with a history of its own.
        other = get_object_or_404(Ksb, version=apprenticeship.standard_version_id, code=code)
        return _ksb_page(request, apprenticeship, other, None)
    progress.apprenticeship = apprenticeship
    return _ksb_page(request, apprenticeship, progress.ksb, progress)


@require_GET
def ksb_past(request: Request, apprenticeship_id: UUID, ksb_id: UUID) -> HttpResponse:
    """A KSB by its id, whatever text it is of: the page of the one it counts for, or what there is in the history."""
    apprenticeship = _apprenticeship(request, apprenticeship_id)
    found = get_object_or_404(Ksb.objects.select_related("version"), pk=ksb_id)
    now = carried(apprenticeship).now(found.pk)
    if progress := apprenticeship.progress.select_related("ksb").filter(ksb=now).first():
        return redirect("pages:ksb", apprenticeship_id, progress.ksb.code)
    return _ksb_page(request, apprenticeship, found, None)


@require_GET
def history(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The texts an apprentice was on, and the KSBs that do not count any more, with what was judged for them."""
    apprenticeship = _apprenticeship(request, apprenticeship_id)
    return render(
        request,
        "judging/transition/history.html",
        {
            "apprenticeship": apprenticeship,
            "past": past_ksbs(request.actor, apprenticeship),
            "moves": list(
                Transition.objects.visible_to(request.actor)
                .filter(apprenticeship=apprenticeship, undoes=None)
                .with_texts()
                .order_by("-number")
            ),
            "is_own": apprenticeship.apprentice_id == request.actor.person_id,
            "can_move": access.can_move(request.actor, apprenticeship),
        },
    )


def _apprenticeship(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    apprenticeship = seen(request.actor, apprenticeship_id, "apprentice", "standard_version")
    if apprenticeship is None:
        raise Http404
    return apprenticeship


def _due_on(apprenticeship: Apprenticeship, ksb: Ksb) -> str:
    """By when the standing training plan has it done."""
    due = due_by_ksb(items_of(standing_plan(apprenticeship.pk))).get(ksb.code)
    return moments.day(due) if due else ""


def _ksb_page(request: Request, apprenticeship: Apprenticeship, ksb: Ksb, progress: KsbProgress | None) -> HttpResponse:
    """The page of a KSB; without `progress`, of one that does not count, of which there must be something to show."""
    ways = carried(apprenticeship)
    sources = frozenset(ways.sources([ksb.pk]))
    claims = about_ksb.claims(request.actor, apprenticeship.pk, sources)
    sign_offs = about_ksb.sign_offs(request.actor, apprenticeship.pk, sources)
    drafts = about_ksb.drafts(request.actor, apprenticeship.pk, ksb.pk)
    if progress is None and not (claims or drafts or sign_offs):
        raise Http404
    live = next((made for made in sign_offs if not made.withdrawn_at), None)
    standing = live if live and not live.is_reopened else None
    was_reopened = any(made.was_reopened for made in sign_offs)
    reopenings = about_ksb.reopenings(request.actor, apprenticeship.pk, sources) if was_reopened else []
    last = said_last(claims)
    is_own = apprenticeship.apprentice_id == request.actor.person_id
    asked = confirmations.of_ksbs(request.actor, apprenticeship.pk, sources)
    by_employer = words_on(apprenticeship.pk, ways).get(ksb.pk) if ksb.type in statements.BEHAVIOURS else None
    lacks: Missing | None = None
    outcomes: list[str] = []
    if progress:
        rules = rules_of(apprenticeship)
        lacks = missing_on_page(
            rules, progress, claims, has_employer=by_employer is not None and by_employer.is_verified
        )
        standing_ones = outcomes_of(apprenticeship, rules)
        outcomes = [outcome_words(one, ksb.code) for one in standing_ones if ksb.code in one.codes]
    may_sign_off = access.can_sign_off(request.actor, apprenticeship) and is_open(apprenticeship)
    return render(
        request,
        "judging/ksb.html",
        {
            "apprenticeship": apprenticeship,
            "progress": progress,
            "ksb": ksb,
            "missing": missing(progress, lacks, is_own=is_own) if progress and lacks is not None else "",
            "outcomes": outcomes,
            "takes": rule_words(lacks.rule) if lacks is not None else "",
            "reads_policies": access.reads_policies(request.actor),
            "asked_for": asked_for(ksb.type) if is_own else "",
            "duties": duties.taking(ksb, apprenticeship),
            "due_on": _due_on(apprenticeship, ksb) if progress else "",
            "last": last,
            "claims": claim_rows(claims, ksb.pk, told=last["claim"] if last else None),
            "drafts": draft_rows(drafts),
            "history": history_rows(
                claims,
                superseded_on(claim.claim for claim in claims if claim.reason),
                sign_offs,
                reopenings,
                _confirmations(apprenticeship, sources) if ways.ways else [],
            ),
            "goes_on_from": list(Ksb.objects.filter(pk__in=sources - {ksb.pk}).select_related("version"))
            if len(sources) > 1
            else [],
            "changed": _changed_words(ways, ksb, standing, claims) if progress and progress.is_to_confirm else None,
            "sign_off": standing,
            "reopened": reopenings[0] if live and live.is_reopened and reopenings else None,
            "appeal": appeal_offer(claims, sign_offs) if is_own else None,
            "quality_assured": moments.day(at) if progress and (at := progress.quality_assured_at) else "",
            "asked": asked_rows(asked),
            "by_employer": by_employer,
            "can_sign_off": progress is not None and may_sign_off and lacks is not None and is_ready(progress, lacks),
            "can_confirm": may_sign_off,
            "can_withdraw": may_sign_off and standing is not None,
            "can_add": bool(progress) and can_add_evidence(request.actor, apprenticeship),
            "is_own": is_own,
        },
    )


@dataclass
class ChangedWords:
    """The words that a KSB was judged under, and what became of them."""

    before: Ksb
    pieces: list[Piece]


def _changed_words(ways: Carried, ksb: Ksb, standing: SignedOff | None, claims: list[Claimed]) -> ChangedWords:
    """Under which words the KSB was signed off, or else met the last time."""
    judged = [standing.ksb] if standing else []
    judged += [claim.ksb for claim in claims if claim.decided_at]
    before = Ksb.objects.select_related("version").get(pk=next(old for old in judged if ways.to_confirm(old)))
    return ChangedWords(before, marked_words(before.statement, ksb.statement))


def _confirmations(apprenticeship: Apprenticeship, sources: frozenset[UUID]) -> list[WordingConfirmation]:
    """When an assessor said that these hold under other words."""
    return list(
        WordingConfirmation.objects.filter(
            carry_over__transition__apprenticeship=apprenticeship, carry_over__before__in=sources
        ).select_related("by")
    )


@require_POST
def sign_off(request: Request, apprenticeship_id: UUID, code: str) -> HttpResponse:
    """Sign the KSB off."""
    progress = _progress(request, apprenticeship_id, code)
    made = workflow.sign_off(progress.apprenticeship_id, progress.ksb_id, request.actor)
    if made.is_repeat:
        messages.info(
            request,
            _("%(person)s signed %(code)s off on %(when)s.")
            % {"person": made.by, "code": code, "when": moment(made.at)},
        )
    else:
        messages.success(request, _("%(code)s is signed off.") % {"code": code})
    return redirect("pages:ksb", apprenticeship_id, code)


@require_POST
def wording_confirm(request: Request, apprenticeship_id: UUID, code: str) -> HttpResponse:
    """Confirm that what was judged under the earlier words still holds."""
    progress = _progress(request, apprenticeship_id, code)
    moves.confirm_wording(progress.apprenticeship_id, progress.ksb_id, request.actor)
    messages.success(request, _("Confirmed: %(code)s still counts with its new wording.") % {"code": code})
    return redirect("pages:ksb", apprenticeship_id, code)


@asks_again
@require_http_methods(["GET", "POST"])
def sign_off_withdraw(request: Request, sign_off_id: UUID) -> HttpResponse:
    """Ask why, and withdraw a sign-off."""
    standing = get_object_or_404(
        SignOff.objects.visible_to(request.actor).select_related(
            "ksb", "by", "apprenticeship__apprentice", "apprenticeship__provider"
        ),
        pk=sign_off_id,
    )
    require(
        access.can_sign_off(request.actor, standing.apprenticeship),
        _("Only the assigned assessor can withdraw a sign-off."),
    )
    require_open(standing.apprenticeship)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.withdraw_sign_off(standing.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            form.add_error("reason", str(incomplete))
        else:
            messages.success(request, _("The sign-off of %(code)s is withdrawn.") % {"code": standing.ksb.code})
            return redirect("pages:ksb-past", standing.apprenticeship_id, standing.ksb_id)
    return render(
        request,
        "judging/sign_off_withdraw.html",
        {"form": form, "sign_off": standing, "apprenticeship": standing.apprenticeship},
        status=422 if form.errors else 200,
    )
