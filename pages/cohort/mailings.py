"""Having a saved view mailed to colleagues, as a link, every week or month, and stopping that."""

from typing import Any, cast
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Organisation, User
from core.errors import Incomplete
from pages.refusals import say_in
from pages.requests import Request
from reports.saving import mailing
from reports.saving.access import uses_views
from reports.saving.models import ReportMailing, SavedView


class MailingForm(forms.Form):
    """When a view is mailed, and to whom."""

    when = forms.ChoiceField(label=gettext_lazy("When"), help_text=gettext_lazy("At 7 in the morning."))
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who gets it"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "The email is a link without any data. Each person signs in and sees their own learners."
        ),
        error_messages={"required": gettext_lazy("Choose at least one person.")},
    )

    def __init__(self, data: QueryDict | None, *, organisation: Organisation, **given: Any) -> None:
        super().__init__(data, **given)
        weekly = [(f"weekly-{day + 1}", _("Every %(day)s") % {"day": name}) for day, name in WEEKDAYS.items()]
        monthly = [(f"monthly-{day}", _("Day %(day)s of every month") % {"day": day}) for day in range(1, 29)]
        cast(forms.ChoiceField, self.fields["when"]).choices = [*weekly, *monthly]
        people = cast("forms.ModelMultipleChoiceField[Any]", self.fields["people"])
        people.queryset = mailing.members_who_may(organisation)
        self.helper = FormHelper()
        self.helper.layout = Layout("when", "people", Submit("save", _("Save")))

    @property
    def chosen(self) -> tuple[str, int]:
        """The rhythm and the day."""
        rhythm, _sep, day = self.cleaned_data["when"].partition("-")
        return rhythm, int(day)


def _view(request: Request, view_id: UUID) -> SavedView:
    if not uses_views(request.actor):
        raise Http404
    return get_object_or_404(SavedView.objects.visible_to(request.actor).select_related("organisation"), pk=view_id)


@require_http_methods(["GET", "POST"])
def saved_view_mail(request: Request, view_id: UUID) -> HttpResponse:
    """Have a view mailed, or change when and to whom."""
    view = _view(request, view_id)
    running = ReportMailing.objects.visible_to(request.actor).running().filter(view=view).first()
    initial: dict[str, Any] = {"when": "weekly-1", "people": [request.user.pk]}
    if running:
        initial = {"when": f"{running.rhythm}-{running.day}", "people": [one.pk for one in running.people.all()]}
    form = MailingForm(request.POST or None, organisation=view.organisation, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = mailing.set_mailing(
                view.pk, request.actor, *form.chosen, people=[one.pk for one in form.cleaned_data["people"]]
            )
        except Incomplete as incomplete:
            say_in(form, incomplete, {"day": "when"})
        else:
            when = mailing.when_words(made.rhythm, made.day)
            messages.success(request, _("“%(name)s” will be emailed %(when)s.") % {"name": view.name, "when": when})
            return redirect("pages:saved-views")
    context = {"form": form, "view": view}
    return render(request, "cohort/saved_view_mail.html", context, status=422 if form.errors else 200)


@require_POST
def saved_view_mail_end(request: Request, view_id: UUID) -> HttpResponse:
    """Stop mailing a view."""
    view = mailing.end_mailing(_view(request, view_id).pk, request.actor)
    messages.success(request, _("“%(name)s” is no longer emailed.") % {"name": view.name})
    return redirect("pages:saved-views")
