"""Prior learning: what was known at the start, what it takes off hours and price, and who has signed for it."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from apprenticeships.facts import MOST_HOURS, MOST_POUNDS
from apprenticeships.models import Apprenticeship
from core.errors import Incomplete
from pages.programme.scanning.scan import learner_seen, looks_after_plan
from pages.programme.signatures import signing_part
from pages.refusals import say_in
from pages.requests import Request
from programme import workflow
from programme.models import Party, SignedKind, SignedVersion
from programme.scanning.distance import Distance, distances, known_at_start, scans_seen_by
from programme.scanning.ratings import LEVELS, asked_of
from programme.scanning.recognition import (
    Effect,
    effect_of,
    in_words,
    mark_of,
    taken_off_in_doubt,
    whole_price,
)

#: What the problems of `apprenticeships.facts` are called here.
_FIELDS = {
    "planned_hours": "hours",
    "prior_learning_hours": "hours",
    "prior_learning_pounds": "pounds",
    "price_pounds": "price",
}


class PriorLearningForm(forms.Form):
    """What is recognised, and what it takes off."""

    codes = forms.MultipleChoiceField(
        label=_("What did they know already?"),
        help_text=_("Only what was rated “on my own” or better at the start. What you tick is not taught again."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("This was not rated as known at the start.")},
    )
    hours = forms.IntegerField(
        label=_("Off-the-job hours taken off"),
        min_value=0,
        max_value=MOST_HOURS,
        error_messages={"required": _("Enter the hours, or 0.")},
    )
    price = forms.IntegerField(
        label=_("Price of training and assessment without prior learning, in pounds"),
        required=False,
        min_value=1,
        max_value=MOST_POUNDS,
    )
    pounds = forms.IntegerField(
        label=_("Taken off the price, in pounds"),
        min_value=0,
        max_value=MOST_POUNDS,
        error_messages={"required": _("Enter the pounds, or 0.")},
    )
    why = forms.CharField(
        label=_("What shows it?"),
        help_text=_("A job, a course or a certificate. If nothing is recognised, say why. All three read this."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what shows it, or why nothing was recognised. An audit asks for it.")},
    )

    def __init__(self, data: Any = None, *, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["codes"]).choices = list(choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("pounds") and cleaned.get("price") is None and "price" not in self.errors:
            self.add_error("price", _t("Enter the price that this is taken off."))
        return cleaned


@require_http_methods(["GET", "POST"])
def prior_learning(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """What was recognised and who has signed it; and, for the provider, working it out and sending it.

    The effect is shown first (without “sign”). Only what was shown is sent.
    """
    apprenticeship = learner_seen(request, apprenticeship_id)
    if request.method == "GET":
        return _page(request, apprenticeship)
    require(
        looks_after_plan(request, apprenticeship),
        _t("Only the assessor, the trainer and admins recognise prior learning."),
    )
    form = PriorLearningForm(request.POST, choices=_choices(request, apprenticeship))
    if not form.is_valid():
        return _page(request, apprenticeship, form)
    given = form.cleaned_data
    effect = effect_of(apprenticeship, given["hours"], given["pounds"], given["price"])
    for problem in effect.faults:
        name = _FIELDS.get(problem.field, problem.field)
        form.add_error(name if name in form.fields else None, problem.message)
    if form.errors or "sign" not in request.POST:
        return _page(request, apprenticeship, form, effect=None if form.errors else effect)
    try:
        workflow.propose_prior_learning(apprenticeship.pk, request.actor, **given, shown=request.POST.get("shown", ""))
    except Incomplete as incomplete:
        say_in(form, incomplete)
        return _page(request, apprenticeship, form, effect=effect)
    messages.success(request, _t("Signed and sent. The apprentice and the employer are asked to sign."))
    return redirect("pages:prior-learning", apprenticeship.pk)


def page_of_version(request: Request, version: SignedVersion, sent: forms.Form) -> HttpResponse:
    """The page of the statement, with the form that was refused."""
    return _page(request, learner_seen(request, version.about), sent)


def document_of_prior_learning(shared: Mapping[str, Any]) -> dict[str, Any]:
    """What a statement on prior learning says, for reading."""
    return {
        "codes": ", ".join(shared["codes"]),
        "sentences": in_words(Effect.from_json(shared["effect"])),
        "why": shared["why"],
    }


def _distances(request: Request, apprenticeship: Apprenticeship) -> list[Distance]:
    scans = scans_seen_by(request.actor, apprenticeship.pk)
    return distances(asked_of(apprenticeship), scans, apprenticeship.standard_version_id)


def _choices(request: Request, apprenticeship: Apprenticeship) -> list[tuple[str, str]]:
    """What was known at the start, with who said so."""
    found = _distances(request, apprenticeship)
    known = known_at_start(found)
    starts = {one.party: {step.code: step.start for step in one.steps} for one in found}
    names = {Party.APPRENTICE: _t("apprentice"), Party.EMPLOYER: _t("employer")}
    chosen = []
    for code in known:
        said = [
            f"{names[party]}: {str(LEVELS[place].label).lower()}"
            for party in names
            if (place := starts.get(party.value, {}).get(code)) is not None
        ]
        chosen.append((code, f"{code} ({'; '.join(said)})"))
    return chosen


def _page(
    request: Request, apprenticeship: Apprenticeship, sent: forms.Form | None = None, *, effect: Effect | None = None
) -> HttpResponse:
    rows = SignedVersion.objects.visible_to(request.actor).of(SignedKind.PRIOR_LEARNING).filter(about=apprenticeship.pk)
    version = rows.order_by("number").last()
    part = None
    if version:
        version.apprenticeship = apprenticeship
        part = signing_part(request.actor, version, is_newest=True, sent=sent)
    may = looks_after_plan(request, apprenticeship)
    form = sent if isinstance(sent, PriorLearningForm) else None
    if may and form is None:
        kept = version.shared if version else {}
        first = {
            "codes": kept.get("codes", []),
            "hours": apprenticeship.prior_learning_hours,
            "price": whole_price(apprenticeship),
            "pounds": apprenticeship.prior_learning_pounds,
        }
        form = PriorLearningForm(choices=_choices(request, apprenticeship), initial=first)
    shown = mark_of(_in_order(apprenticeship, form), effect) if form and effect else ""
    context = {
        "apprenticeship": apprenticeship,
        "is_own": apprenticeship.apprentice_id == request.actor.person_id,
        "document": document_of_prior_learning(version.shared) if version else None,
        "version": version,
        "is_in_doubt": version is not None and taken_off_in_doubt(apprenticeship),
        "part": part,
        "form": form if may else None,
        "sent": sent,
        "effect": in_words(effect) if effect else [],
        "warnings": [one.message for one in effect.problems if one.is_warning] if effect else [],
        "shown": shown,
    }
    is_wrong = sent is not None and bool(sent.errors)
    return render(request, "programme/prior_learning.html", context, status=422 if is_wrong else 200)


def _in_order(apprenticeship: Apprenticeship, form: PriorLearningForm) -> list[str]:
    codes = form.cleaned_data.get("codes", [])
    return [one.code for one in asked_of(apprenticeship) if one.code in codes]
