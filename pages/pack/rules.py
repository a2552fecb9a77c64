"""What the assessment plans of a provider's standards ask of a portfolio."""

from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core.errors import Incomplete, NotAllowed
from occupations.models import Assessment, StandardVersion
from pages.refusals import say_in
from pages.requests import Request
from portfolios.models import EvidenceKind
from reports.pack import access, workflow
from reports.pack.models import PlanRules


class PlanRulesForm(forms.Form):
    """What one plan asks, and how the assessment organisation wants the files named."""

    fewest = forms.IntegerField(label=gettext_lazy("Fewest pieces of evidence"), min_value=1, max_value=500)
    most = forms.IntegerField(
        label=gettext_lazy("Most pieces of evidence"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=gettext_lazy("Leave this empty if the plan has no limit."),
    )
    assessment = forms.ModelChoiceField(
        label=gettext_lazy("Which assessment method is the portfolio for?"),
        queryset=Assessment.objects.none(),
        required=False,
        empty_label=gettext_lazy("All of them: the portfolio shows every KSB"),
    )
    excluded_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Types of evidence that do not count"),
        choices=EvidenceKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Most plans do not accept reflective accounts."),
    )
    root_name = forms.CharField(
        label=gettext_lazy("Name of the main folder"),
        max_length=100,
        help_text=gettext_lazy("You can use {name}, {uln}, {standard}, {version} and {date}."),
    )
    piece_name = forms.CharField(
        label=gettext_lazy("Name of the folder for each piece"),
        max_length=100,
        help_text=gettext_lazy("You can use {number}, {title}, {kind}, {date} and {ksbs}."),
    )

    def __init__(self, data: QueryDict | None = None, *, rules: PlanRules) -> None:
        initial = {name: getattr(rules, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        methods: Any = self.fields["assessment"]
        methods.queryset = Assessment.objects.filter(version=rules.standard_version_id)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset(_("Pieces"), "fewest", "most", "assessment", "excluded_kinds"),
            Fieldset(_("Names of folders"), "root_name", "piece_name"),
            Submit("save", _("Save rules")),
        )


def _own_provider(request: Request) -> Organisation:
    provider = request.organisation
    if provider is None or not access.sets_rules(request.actor, provider):
        raise NotAllowed(_("Only an admin of the training provider can change this."))
    return provider


@require_GET
def plan_rules(request: Request) -> HttpResponse:
    """The versions that the provider's apprentices are on, and what was set for each."""
    provider = _own_provider(request)
    learning = Apprenticeship.objects.visible_to(request.actor).filter(provider=provider)
    versions = (
        StandardVersion.objects.visible_to(request.actor)
        .filter(pk__in=learning.values("standard_version"))
        .select_related("standard")
        .order_by("standard__reference", "version", "correction")
    )
    kept = {row.standard_version_id: row for row in PlanRules.objects.visible_to(request.actor)}
    rows = [{"version": version, "rules": kept.get(version.pk)} for version in versions]
    return render(request, "pack/plan_rules.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def plan_rules_edit(request: Request, version_id: UUID) -> HttpResponse:
    """Set what the plan of one version asks."""
    provider = _own_provider(request)
    learning = (
        Apprenticeship.objects.visible_to(request.actor)
        .filter(provider=provider, standard_version=version_id)
        .select_related("standard_version__standard")
        .first()
    )
    if learning is None:
        raise Http404
    kept = PlanRules.objects.visible_to(request.actor).filter(provider=provider, standard_version=version_id).first()
    rules = kept or PlanRules(provider=provider, standard_version=learning.standard_version)
    form = PlanRulesForm(request.POST or None, rules=rules)
    if form.is_valid():
        given = dict(form.cleaned_data)
        method = given.pop("assessment")
        try:
            workflow.set_rules(
                provider.pk, version_id, request.actor, assessment_id=method.pk if method else None, **given
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:plan-rules")
    context = {"form": form, "version": learning.standard_version}
    return render(request, "pack/plan_rules_edit.html", context, status=422 if form.errors else 200)
