"""The statement that there were fewer off-the-job hours than planned, and who has signed it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from apprenticeships.models import Apprenticeship
from apprenticeships.seen import seen
from core.errors import Incomplete
from pages.programme.planning.plan import may_draw_up
from pages.programme.signatures import signing_part
from pages.refusals import say_in
from pages.requests import Request
from programme import workflow
from programme.learning_hours.durations import in_words
from programme.models import SignedKind, SignedVersion
from programme.planning.fewer_hours import figures_said, hours_end_of, in_words_of, mark_of


class FewerHoursForm(forms.Form):
    """Why there were fewer hours."""

    why = forms.CharField(
        label=_("Why were there fewer hours than planned?"),
        help_text=_("The employer reads this and signs it."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why there were fewer hours. The employer reads this.")},
    )


@require_http_methods(["GET", "POST"])
def fewer_hours(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """What was stated and who has signed it; and stating it, for whoever looks after the apprentice."""
    apprenticeship = _learner(request, apprenticeship_id)
    if request.method == "GET":
        return _page(request, apprenticeship)
    form = FewerHoursForm(request.POST)
    if form.is_valid():
        try:
            workflow.state_fewer_hours(
                apprenticeship.pk,
                request.actor,
                why=form.cleaned_data["why"],
                shown=request.POST.get("shown", ""),
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _t("Signed for the training provider. The employer is asked to sign."))
            return redirect("pages:fewer-hours", apprenticeship.pk)
    return _page(request, apprenticeship, form)


def _learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    found = seen(request.actor, apprenticeship_id, "apprentice", "provider", "employer", "standard_version__standard")
    if found is None:
        raise Http404
    return found


def page_of_version(request: Request, version: SignedVersion, sent: forms.Form) -> HttpResponse:
    """The page of the statement, with the form that was refused."""
    return _page(request, _learner(request, version.about), sent)


def _page(request: Request, apprenticeship: Apprenticeship, sent: forms.Form | None = None) -> HttpResponse:
    end = hours_end_of(apprenticeship)
    rows = SignedVersion.objects.visible_to(request.actor).of(SignedKind.FEWER_HOURS).filter(about=apprenticeship.pk)
    version = rows.order_by("number").last()
    part = None
    if version:
        version.apprenticeship = apprenticeship
        part = signing_part(request.actor, version, is_newest=True, sent=sent)
    may_state = bool(end.lacking) and not end.is_settled and may_draw_up(request, apprenticeship)
    context = {
        "apprenticeship": apprenticeship,
        "is_own": apprenticeship.apprentice_id == request.actor.person_id,
        "lacking": in_words(end.lacking) if end.lacking else "",
        "is_settled": end.is_settled,
        "figures": in_words_of(figures_said(end.figures)) if may_state else [],
        "shown": mark_of(end.figures),
        "document": document_of_statement(version.shared) if version else None,
        "part": part,
        "form": (sent if isinstance(sent, FewerHoursForm) else FewerHoursForm()) if may_state else None,
        "sent": sent,
    }
    return render(request, "programme/fewer_hours.html", context, status=422 if sent is not None else 200)


def document_of_statement(shared: Mapping[str, Any]) -> dict[str, Any]:
    """What the statement says, for reading."""
    return {"figures": in_words_of(shared), "why": shared["why"]}
