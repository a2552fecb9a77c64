"""One KSB of one apprenticeship: its state, the evidence for it, its history, and its sign-off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from accounts.errors import Incomplete
from accounts.requests import Request
from accounts.views import asks_again
from assessments import access, workflow
from assessments.forms import WithdrawalForm
from assessments.models import SignOff, SubmittedClaim
from audit.moments import moment
from portfolios.access import can_add_evidence
from portfolios.models import Apprenticeship, Claim, KsbProgress, KsbState


@dataclass
class Happening:
    """One line of a KSB's history."""

    at: datetime
    kind: str
    row: Any


def _progress(request: Request, apprenticeship_id: UUID, code: str) -> KsbProgress:
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.user).with_people(), pk=apprenticeship_id
    )
    progress = get_object_or_404(
        KsbProgress.objects.visible_to(request.user).select_related("ksb", "signed_off_by"),
        apprenticeship=apprenticeship,
        ksb__code=code,
    )
    progress.apprenticeship = apprenticeship
    return progress


@require_GET
def ksb(request: Request, apprenticeship_id: UUID, code: str) -> HttpResponse:
    """The statement, its state, every piece of evidence that claims it, and what happened to it."""
    progress = _progress(request, apprenticeship_id, code)
    apprenticeship = progress.apprenticeship
    claims = list(
        SubmittedClaim.objects.visible_to(request.user)
        .filter(apprenticeship=apprenticeship, ksb=progress.ksb, submission__withdrawn_at=None)
        .select_related("submission__evidence", "submission__submitted_by", "decision__by")
        .order_by("-submission__submitted_at")
    )
    sign_offs = list(
        SignOff.objects.visible_to(request.user)
        .filter(apprenticeship=apprenticeship, ksb=progress.ksb)
        .select_related("by", "withdrawal__by")
        .order_by("-at")
    )
    standing = next((sign_off for sign_off in sign_offs if not hasattr(sign_off, "withdrawal")), None)
    may_sign_off = access.can_sign_off(request.user, apprenticeship)
    return render(
        request,
        "assessments/ksb.html",
        {
            "apprenticeship": apprenticeship,
            "progress": progress,
            "ksb": progress.ksb,
            "claims": claims,
            "drafts": list(
                Claim.objects.visible_to(request.user)
                .filter(evidence__apprenticeship=apprenticeship, ksb=progress.ksb)
                .drafted()
                .select_related("evidence")
            ),
            "history": _history(claims, sign_offs),
            "sign_off": standing,
            "can_sign_off": may_sign_off and progress.state == KsbState.MET,
            "can_withdraw": may_sign_off and standing is not None,
            "can_add": can_add_evidence(request.user, apprenticeship),
            "is_own": apprenticeship.apprentice_id == request.user.pk,
        },
    )


def _history(claims: list[SubmittedClaim], sign_offs: list[SignOff]) -> list[Happening]:
    """Submissions, decisions, sign-offs and withdrawals, newest first."""
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
    return sorted(happenings, key=lambda happening: happening.at, reverse=True)


@require_POST
def sign_off(request: Request, apprenticeship_id: UUID, code: str) -> HttpResponse:
    """Sign the KSB off."""
    progress = _progress(request, apprenticeship_id, code)
    made = workflow.sign_off(progress.apprenticeship_id, progress.ksb_id, request.user)
    if made.is_repeat:
        messages.info(
            request,
            _("%(person)s signed %(code)s off on %(when)s.")
            % {"person": made.by, "code": code, "when": moment(made.at)},
        )
    else:
        messages.success(request, _("%(code)s is signed off.") % {"code": code})
    return redirect("assessments:ksb", apprenticeship_id, code)


@asks_again
@require_http_methods(["GET", "POST"])
def sign_off_withdraw(request: Request, sign_off_id: UUID) -> HttpResponse:
    """Ask why, and withdraw a sign-off."""
    standing = get_object_or_404(
        SignOff.objects.visible_to(request.user).select_related(
            "ksb", "by", "apprenticeship__apprentice", "apprenticeship__provider"
        ),
        pk=sign_off_id,
    )
    require(
        access.can_sign_off(request.user, standing.apprenticeship),
        _("Only the assigned assessor can withdraw a sign-off."),
    )
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.withdraw_sign_off(standing.pk, request.user, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            form.add_error("reason", str(incomplete))
        else:
            messages.success(request, _("The sign-off of %(code)s is withdrawn.") % {"code": standing.ksb.code})
            return redirect("assessments:ksb", standing.apprenticeship_id, standing.ksb.code)
    return render(
        request,
        "assessments/sign_off_withdraw.html",
        {"form": form, "sign_off": standing, "apprenticeship": standing.apprenticeship},
        status=422 if form.errors else 200,
    )
