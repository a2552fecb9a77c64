"""An apprentice's training plan: what was offered and signed, what changed, and drawing up the next version."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require, runs_provider
from apprenticeships.access import is_open
from apprenticeships.models import Apprenticeship
from apprenticeships.seen import seen
from core import moments
from core.errors import Incomplete
from pages.programme.planning.forms import OfferPlanForm, PlanItemForm
from pages.programme.planning.rows import difference_rows, document_of_plan, drawn_plan_state, item_rows
from pages.programme.signatures import signing_part
from pages.refusals import say_in
from pages.requests import Request
from programme import access, workflow
from programme.models import OffTheJobEntry, Party, PlanDraft, SignedKind, SignedVersion
from programme.planning.plan import Item, differences, items_of, least_hours, mark_of
from programme.scanning.distance import distances, scans_of
from programme.scanning.ratings import KNOWN_FROM, asked_of
from programme.scanning.recognition import agreed_prior_learning, recognised_codes


def _learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    found = seen(request.actor, apprenticeship_id, "apprentice", "provider", "employer", "standard_version__standard")
    if found is None:
        raise Http404
    return found


def _versions(request: Request, apprenticeship: Apprenticeship) -> list[SignedVersion]:
    rows = SignedVersion.objects.visible_to(request.actor).of(SignedKind.PLAN).filter(about=apprenticeship.pk)
    return list(rows.with_signatures().select_related("by").order_by("number"))


def may_draw_up(request: Request, apprenticeship: Apprenticeship) -> bool:
    """Whether the page offers to draw up the plan. The act asks for itself."""
    if apprenticeship.apprentice_id == request.actor.person_id or not is_open(apprenticeship):
        return False
    runs = runs_provider(request.actor) and request.actor.organisation_id == apprenticeship.provider_id
    return runs or access.holds_reviews(request.actor, apprenticeship)


@require_GET
def training_plan(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The plan that was offered last, or with “version” an earlier one: its items, changes and signatures."""
    return _page(request, _learner(request, apprenticeship_id))


def page_of_version(request: Request, version: SignedVersion, sent: forms.Form) -> HttpResponse:
    """The page of the plan, with the form that was refused."""
    return _page(request, _learner(request, version.about), sent)


def _page(request: Request, apprenticeship: Apprenticeship, sent: forms.Form | None = None) -> HttpResponse:
    versions = _versions(request, apprenticeship)
    newest = versions[-1] if versions else None
    number = request.GET.get("version", "")
    shown = next((one for one in versions if str(one.number) == number), newest)
    standing = next((one for one in reversed(versions) if vars(one)["is_complete"]), None)
    part, changed = None, []
    if shown:
        shown.apprenticeship = apprenticeship
        part = signing_part(request.actor, shown, is_newest=shown is newest, sent=sent)
        before = next((one for one in versions if one.number == shown.number - 1), None)
        changed = differences(items_of(before), items_of(shown)) if before else []
    is_own = apprenticeship.apprentice_id == request.actor.person_id
    context: dict[str, Any] = {
        "apprenticeship": apprenticeship,
        "is_own": is_own,
        "shown": shown,
        "newest": newest,
        "standing": standing,
        "state": drawn_plan_state(shown, stands=shown is standing, is_newest=shown is newest) if shown else "",
        "document": document_of_plan(shown.shared) | {"items": item_rows(items_of(shown), _done(request, shown))}
        if shown
        else None,
        "can_log": bool(shown)
        and shown is standing
        and is_open(apprenticeship)
        and (is_own or access.holds_reviews(request.actor, apprenticeship)),
        "changed": difference_rows(changed),
        "versions": [{"number": one.number, "at": moments.day(one.at.date()), "reason": one.reason} for one in versions]
        if len(versions) > 1
        else [],
        "part": part,
        "may_draw_up": may_draw_up(request, apprenticeship),
        "sent": sent,
    }
    return render(request, "programme/plan.html", context, status=422 if sent is not None else 200)


def _done(request: Request, version: SignedVersion) -> dict[str, int]:
    """The minutes that were entered for each item and count, confirmed or not."""
    rows = OffTheJobEntry.objects.visible_to(request.actor).filter(
        apprenticeship=version.about, plan_item__isnull=False
    )
    sums = rows.counting().order_by().values("plan_item").annotate(minutes=Sum("minutes"))
    return {str(row["plan_item"]): row["minutes"] for row in sums}


@require_http_methods(["GET", "POST"])
def plan_draft(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The next version as it is being drawn up; with “item”, the form holds that item."""
    apprenticeship = _learner(request, apprenticeship_id)
    require(
        access.can_plan_reviews(request.actor, apprenticeship),
        _("Only the assessor, the trainer and admins draw up the training plan."),
    )
    if request.method == "GET":
        return _draft_page(request, apprenticeship)
    form = PlanItemForm(request.POST, apprenticeship=apprenticeship)
    if form.is_valid():
        try:
            workflow.keep_plan_item(apprenticeship.pk, request.actor, form.said())
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved. Nobody is asked to sign until you send the plan."))
            return redirect("pages:plan-draft", apprenticeship.pk)
    return _draft_page(request, apprenticeship, form=form)


def _draft_page(
    request: Request,
    apprenticeship: Apprenticeship,
    *,
    form: PlanItemForm | None = None,
    offer: OfferPlanForm | None = None,
) -> HttpResponse:
    versions = _versions(request, apprenticeship)
    offered = items_of(versions[-1] if versions else None)
    draft = PlanDraft.objects.visible_to(request.actor).filter(apprenticeship=apprenticeship).first()
    items = [Item.from_json(kept) for kept in draft.items] if draft else offered
    wanted = next((item for item in items if item.id == request.GET.get("item")), None)
    changed = differences(offered, items)
    context = {
        "apprenticeship": apprenticeship,
        "items": item_rows(items),
        "hours": sum(item.hours for item in items),
        "least": least_hours(apprenticeship),
        "agreed": apprenticeship.planned_hours,
        "recognised": ", ".join(recognised_codes(agreed_prior_learning(apprenticeship))),
        "to_learn": ", ".join(_not_known(apprenticeship)),
        "form": form or PlanItemForm(apprenticeship=apprenticeship, item=wanted),
        "is_edited": bool(wanted) or form is not None,
        "offer": offer or OfferPlanForm(is_first=not versions),
        "changed": difference_rows(changed) if versions else [],
        "may_offer": bool(items) and bool(changed),
        "shown": mark_of(items),
    }
    is_wrong = bool((form and form.errors) or (offer and offer.errors))
    return render(request, "programme/plan_draft.html", context, status=422 if is_wrong else 200)


def _not_known(apprenticeship: Apprenticeship) -> list[str]:
    """What the apprentice could not do on their own at the start, by their own rating: what a plan is for first."""
    found = distances(asked_of(apprenticeship), scans_of(apprenticeship.pk), apprenticeship.standard_version_id)
    own = [one for one in found if one.party == Party.APPRENTICE]
    return [step.code for one in own for step in one.steps if step.start is not None and step.start < KNOWN_FROM]


@require_POST
def plan_item_drop(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Take an item out of what is being drawn up."""
    apprenticeship = _learner(request, apprenticeship_id)
    workflow.drop_plan_item(apprenticeship.pk, request.actor, request.POST.get("item", ""))
    return redirect("pages:plan-draft", apprenticeship.pk)


@require_POST
def plan_offer(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Send it to be signed."""
    apprenticeship = _learner(request, apprenticeship_id)
    form = OfferPlanForm(request.POST, is_first=not _versions(request, apprenticeship))
    if form.is_valid():
        try:
            workflow.offer_plan(
                apprenticeship.pk,
                request.actor,
                reason=form.cleaned_data["reason"],
                shown=request.POST.get("shown", ""),
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Signed and sent. The apprentice and the employer are asked to sign."))
            return redirect("pages:training-plan", apprenticeship.pk)
    return _draft_page(request, apprenticeship, offer=form)
