"""The rule for who is on track: as it is, as it was, and a form to change it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.access import sees_record
from accounts.models import Organisation
from apprenticeships import access, pace, workflow
from apprenticeships.models import PaceRule
from apprenticeships.pace import Limits
from apprenticeships.pace_rules import limits_of
from core.errors import Incomplete, NotAllowed
from pages.provider.rule_forms import UndoRuleForm
from pages.refusals import say_in
from pages.requests import Request, organisation_of

_POINTS = gettext_lazy("Percentage points")


class PaceRuleForm(UndoRuleForm):
    """From which gap on somebody is at risk or behind, and which shares are too many."""

    ahead_above = forms.IntegerField(
        label=gettext_lazy("Ahead: more than this above what is expected"),
        min_value=0,
        max_value=100,
        help_text=_POINTS,
    )
    on_track_within = forms.IntegerField(
        label=gettext_lazy("On track: up to this below"), min_value=0, max_value=99, help_text=_POINTS
    )
    at_risk_within = forms.IntegerField(
        label=gettext_lazy("At risk: up to this below. Anybody further below is behind"),
        min_value=1,
        max_value=100,
        help_text=_POINTS,
    )
    withdrawals_watched_from = forms.IntegerField(
        label=gettext_lazy("Withdrawals need improvement from this share"),
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Per cent. The accountability framework said 15 in 2024."),
    )
    withdrawals_at_risk_above = forms.IntegerField(
        label=gettext_lazy("Withdrawals are at risk above this share"),
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Per cent. The accountability framework said 20 in 2024."),
    )
    long_breaks_at_risk_from = forms.IntegerField(
        label=gettext_lazy("Breaks of over a year are at risk from this share"),
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Per cent. The accountability framework said 10 in 2024."),
    )
    field_order = [*Limits._fields, "reason"]

    def limits(self) -> Limits:
        return Limits(**{name: self.cleaned_data[name] for name in Limits._fields})


def _provider(request: Request) -> Organisation:
    if not sees_record(request.actor):
        raise NotAllowed(_("Only people who oversee the training provider can see this."))
    return organisation_of(request)


@require_http_methods(["GET", "POST"])
def pace_rule(request: Request) -> HttpResponse:
    """The rule with its history; admins change it."""
    provider = _provider(request)
    can_change = access.administers(request.actor, provider)
    if request.method == "POST" and not can_change:
        raise NotAllowed(_("Only an admin of the training provider can change this."))
    limits = limits_of(provider.pk)
    form = PaceRuleForm(request.POST or None, initial=limits._asdict())
    if request.method == "POST" and form.is_valid():
        try:
            workflow.set_pace_rule(provider.pk, request.actor, form.limits(), form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved. Every report now uses this rule."))
            return redirect("pages:pace-rule")
    history = PaceRule.objects.visible_to(request.actor).select_related("by").newest_first()
    context = {
        "form": form,
        "can_change": can_change,
        "words": pace.rule_words(limits),
        "limits": limits,
        "history": [
            {
                "at": one.at,
                "by": one.by.name,
                "reason": one.reason,
                "what": _line(one.limits),
                "is_now": one.replaced_at is None,
            }
            for one in history
        ],
    }
    return render(request, "provider/pace_rule.html", context, status=422 if form.errors else 200)


def _line(limits: Limits) -> str:
    return (
        _(
            "Ahead above %(ahead_above)s, on track to %(on_track_within)s below, at risk to %(at_risk_within)s below. "
            "Withdrawals: %(withdrawals_watched_from)s%% and %(withdrawals_at_risk_above)s%%. Long breaks: "
            "%(long_breaks_at_risk_from)s%%."
        )
        % limits._asdict()
    )
