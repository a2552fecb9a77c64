"""What a training provider sets for portfolios: limits, and the prompts of each kind of evidence."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Organisation
from core.errors import Incomplete, NotAllowed
from pages.provider.policy_forms import PolicyForm, PromptsForm
from pages.refusals import say_in
from pages.requests import Request
from portfolios import access, workflow
from portfolios.models import EvidenceKind, PromptSet, policy_of
from portfolios.prompts import USUAL_PROMPTS, from_json


def _own_provider(request: Request) -> Organisation:
    """The provider that the person acts for as an admin; refuses everybody else."""
    provider = request.organisation
    if provider is None or not access.can_set_policy(request.actor, provider):
        raise NotAllowed(_("Only an admin of the training provider can change this."))
    return provider


@require_http_methods(["GET", "POST"])
def policy(request: Request) -> HttpResponse:
    """The limits, and which kinds of evidence have prompts of the provider's own."""
    provider = _own_provider(request)
    form = PolicyForm(request.POST or None, policy=policy_of(provider))
    if form.is_valid():
        try:
            workflow.set_policy(provider.pk, request.actor, **form.limits())
        except Incomplete as incomplete:
            say_in(form, incomplete, {"apprentice_quota_bytes": "apprentice_quota_gb"})
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:policy")
    own = {one.kind: one for one in PromptSet.objects.visible_to(request.actor).filter(provider=provider)}
    kinds = [
        {
            "kind": kind,
            "label": label,
            "is_own": kind in own,
            "prompts": from_json(own[kind].prompts) if kind in own else USUAL_PROMPTS[kind],
        }
        for kind, label in EvidenceKind.choices
    ]
    return render(request, "provider/policy.html", {"form": form, "kinds": kinds}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def prompts(request: Request, kind: str) -> HttpResponse:
    """Change the prompts of one kind."""
    provider = _own_provider(request)
    if kind not in EvidenceKind.values:
        raise Http404
    own = PromptSet.objects.visible_to(request.actor).filter(provider=provider, kind=kind).first()
    shown = from_json(own.prompts) if own else USUAL_PROMPTS[kind]
    form = PromptsForm(request.POST or None, prompts=shown)
    if form.is_valid():
        try:
            workflow.set_prompts(provider.pk, request.actor, kind, form.prompts())
        except Incomplete as incomplete:
            say_in(form, incomplete, {"prompts": "prompt_1"})
        else:
            messages.success(request, _("Saved. Apprentices will now see the new prompts."))
            return redirect("pages:policy")
    context = {"form": form, "kind": kind, "label": EvidenceKind(kind).label, "is_own": own is not None}
    return render(request, "provider/prompts.html", context, status=422 if form.errors else 200)


@require_POST
def prompts_reset(request: Request, kind: str) -> HttpResponse:
    """Go back to the standard prompts for one kind."""
    provider = _own_provider(request)
    if kind not in EvidenceKind.values:
        raise Http404
    workflow.reset_prompts(provider.pk, request.actor, kind)
    messages.success(request, _("Apprentices will now see the standard prompts."))
    return redirect("pages:policy")
