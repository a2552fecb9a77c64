"""Which rules of evidence a provider's assessors tick in a review."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.checking.rules import LONGEST_WORDING, USUAL_WORDING, Asked, EvidenceRules, Rule
from assessments.checking.workflow import set_rules
from core.errors import Incomplete, NotAllowed
from pages.refusals import say_in
from pages.requests import Request
from pages.whole_forms import WholeForm

_USES = [
    ("off", _lazy("Not used")),
    ("on", _lazy("Shown, to tick or not")),
    ("required", _lazy("Has to be ticked to finish a review")),
]


class RulesForm(WholeForm):
    """For each rule of evidence, how it is used, and what it means to this provider."""

    def __init__(self, data: QueryDict | None = None, *, rules: EvidenceRules) -> None:
        super().__init__(data)
        kept = {one.rule: one for one in rules.rules}
        for rule in Rule:
            one = kept.get(rule)
            self.fields[f"use_{rule.value}"] = forms.ChoiceField(
                label=_("How it is used"),
                choices=_USES,
                initial="off" if one is None else "required" if one.is_required else "on",
            )
            self.fields[f"wording_{rule.value}"] = forms.CharField(
                label=_("What it means"),
                max_length=LONGEST_WORDING,
                required=False,
                initial=one.wording if one else str(USUAL_WORDING[rule]),
            )

    def pairs(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """The fields of each rule, under its name."""
        return [(str(rule.label), self[f"use_{rule.value}"], self[f"wording_{rule.value}"]) for rule in Rule]

    def asked(self) -> list[Asked]:
        """Those that are used."""
        given = self.cleaned_data
        return [
            Asked(rule.value, given[f"wording_{rule.value}"], given[f"use_{rule.value}"] == "required")
            for rule in Rule
            if given[f"use_{rule.value}"] != "off"
        ]


@require_http_methods(["GET", "POST"])
def evidence_rules(request: Request) -> HttpResponse:
    """Set the checklist."""
    provider = request.organisation
    if provider is None or not access.can_set_rules(request.actor, provider):
        raise NotAllowed(_("Only an admin of the training provider can change this."))
    form = RulesForm(request.POST or None, rules=EvidenceRules.of(provider))
    if form.is_valid():
        try:
            set_rules(provider.pk, request.actor, form.asked())
        except Incomplete as incomplete:
            say_in(form, incomplete, {rule: f"wording_{rule}" for rule in Rule.values})
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:evidence-rules")
    return render(request, "provider/evidence_rules.html", {"form": form}, status=422 if form.errors else 200)
