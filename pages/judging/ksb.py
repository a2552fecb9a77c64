"""One KSB of one apprenticeship: its state, the evidence for it, its history, its sign-off; and those of the past."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from assessments import access, moves, workflow
from assessments.models import SignOff, SubmittedClaim, Transition, WordingConfirmation
from assessments.moves.carrying import Carried, carried
from assessments.moves.moving import past_ksbs
from core.errors import Incomplete
from core.moments import moment
from occupations.comparison import Piece, marked_words
from occupations.models import Ksb
from pages.judging.forms import WithdrawalForm
from pages.people.views import asks_again
from pages.requests import Request
from portfolios.access import can_add_evidence
from portfolios.models import Claim


@dataclass
class Happening:
    """One line of a KSB's history."""

    at: datetime
    kind: str
    row: Any


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
    progress = (
        KsbProgress.objects.visible_to(request.actor)
        .select_related("ksb", "signed_off_by")
        .filter(apprenticeship=apprenticeship, ksb__code=code)
        .first()
    )
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
    return get_object_or_404(Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id)


def _ksb_page(request: Request, apprenticeship: Apprenticeship, ksb: Ksb, progress: KsbProgress | None) -> HttpResponse:
    """The page of a KSB; without `progress`, of one that does not count, of which there must be something to show."""
    ways = carried(apprenticeship)
    sources = ways.sources([ksb.pk])
    claims = list(
        SubmittedClaim.objects.visible_to(request.actor)
        .filter(apprenticeship=apprenticeship, ksb__in=sources, submission__withdrawn_at=None)
        .select_related("ksb__version", "submission__evidence", "submission__submitted_by", "decision__by")
        .order_by("-submission__submitted_at")
    )
    sign_offs = list(
        SignOff.objects.visible_to(request.actor)
        .filter(apprenticeship=apprenticeship, ksb__in=sources)
        .select_related("ksb__version", "by", "withdrawal__by")
        .order_by("-at")
    )
    drafts = list(
        Claim.objects.visible_to(request.actor)
        .filter(evidence__apprenticeship=apprenticeship, ksb=ksb)
        .drafted()
        .select_related("evidence")
    )
    if progress is None and not (claims or drafts or sign_offs):
        raise Http404
    standing = next((sign_off for sign_off in sign_offs if not hasattr(sign_off, "withdrawal")), None)
    may_sign_off = access.can_sign_off(request.actor, apprenticeship)
    return render(
        request,
        "judging/ksb.html",
        {
            "apprenticeship": apprenticeship,
            "progress": progress,
            "ksb": ksb,
            "claims": claims,
            "drafts": drafts,
            "history": _history(claims, sign_offs, _confirmations(apprenticeship, sources) if ways.ways else []),
            "goes_on_from": list(Ksb.objects.filter(pk__in=sources - {ksb.pk}).select_related("version"))
            if len(sources) > 1
            else [],
            "changed": _changed_words(ways, ksb, standing, claims) if progress and progress.is_to_confirm else None,
            "sign_off": standing,
            "can_sign_off": bool(progress) and may_sign_off and progress.state == KsbState.MET,
            "can_confirm": may_sign_off,
            "can_withdraw": may_sign_off and standing is not None,
            "can_add": bool(progress) and can_add_evidence(request.actor, apprenticeship),
            "is_own": apprenticeship.apprentice_id == request.actor.person_id,
        },
    )


@dataclass
class ChangedWords:
    """The words that a KSB was judged under, and what became of them."""

    before: Ksb
    pieces: list[Piece]


def _changed_words(ways: Carried, ksb: Ksb, standing: SignOff | None, claims: list[SubmittedClaim]) -> ChangedWords:
    """Under which words the KSB was signed off, or else met the last time."""
    judged = [standing.ksb] if standing else []
    judged += [claim.ksb for claim in claims if hasattr(claim, "decision")]
    before = next(old for old in judged if ways.to_confirm(old.pk))
    return ChangedWords(before, marked_words(before.statement, ksb.statement))


def _confirmations(apprenticeship: Apprenticeship, sources: set[UUID]) -> list[WordingConfirmation]:
    """When an assessor said that these hold under other words."""
    return list(
        WordingConfirmation.objects.filter(
            carry_over__transition__apprenticeship=apprenticeship, carry_over__before__in=sources
        ).select_related("by")
    )


def _history(
    claims: list[SubmittedClaim], sign_offs: list[SignOff], confirmations: list[WordingConfirmation]
) -> list[Happening]:
    """Submissions, decisions, sign-offs, withdrawals and confirmed words, newest first."""
    happenings = [Happening(claim.submission.submitted_at, "submitted", claim) for claim in claims]
    happenings += [
        Happening(claim.decision.at, claim.decision.outcome, claim) for claim in claims if hasattr(claim, "decision")
    ]
    happenings += [Happening(sign_off.at, "signed_off", sign_off) for sign_off in sign_offs]
    happenings += [
        Happening(sign_off.withdrawal.at, "withdrawn", sign_off.withdrawal)
        for sign_off in sign_offs
        if hasattr(sign_off, "withdrawal")
    ]
    happenings += [Happening(confirmation.at, "confirmed", confirmation) for confirmation in confirmations]
    return sorted(happenings, key=lambda happening: happening.at, reverse=True)


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
    messages.success(request, _("Confirmed: %(code)s holds under its new wording.") % {"code": code})
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
