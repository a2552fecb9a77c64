"""Keys for the data feed: which there are, making one, which is shown once, and stopping one."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import runs_provider
from accounts.models import Organisation
from apprenticeships.employers import employers_of
from apprenticeships.querysets import standards_learned
from core import clock, moments
from core.errors import Incomplete
from core.fields import DayField
from occupations.models import Standard
from pages.people.views import asks_again
from pages.refusals import say_in
from pages.requests import Request, organisation_of
from pages.tokens import FormWithToken
from reports.feeds import workflow
from reports.feeds.access import still_stands_for
from reports.feeds.models import FeedKey, FeedKeyState
from reports.feeds.tables import TABLES

#: What the form suggests.
USUAL_DAYS = 182


class KeyForm(FormWithToken):
    """What a key opens, and for how long."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        help_text=gettext_lazy("Such as “Monthly report in Power BI”. Make one key for each program."),
        error_messages={"required": gettext_lazy("Say what the key is for.")},
    )
    tables = forms.MultipleChoiceField(
        label=gettext_lazy("Tables"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one table."),
            "invalid_choice": gettext_lazy("Choose tables from the list."),
        },
    )
    with_names = forms.BooleanField(
        label=gettext_lazy("Include names, references and ULNs"),
        required=False,
        help_text=gettext_lazy("Without them, learners and assessors have no names in the data."),
    )
    standard = forms.ModelChoiceField(
        label=gettext_lazy("Only learners on this standard"),
        queryset=Standard.objects.none(),
        required=False,
        empty_label=gettext_lazy("All standards"),
    )
    employer = forms.ModelChoiceField(
        label=gettext_lazy("Only learners of this employer"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("All employers"),
    )
    last_day = DayField(
        label=gettext_lazy("Works until"),
        help_text=gettext_lazy("The last day on which it works, a year from now at most."),
    )

    def __init__(self, data: QueryDict | None, *, request: Request) -> None:
        super().__init__(data)
        self.initial["last_day"] = clock.today() + timedelta(days=USUAL_DAYS)
        cast(forms.MultipleChoiceField, self.fields["tables"]).choices = [
            (table.name, format_html("{}<br><small>{}</small>", table.label, table.says)) for table in TABLES.values()
        ]
        standards = Standard.objects.visible_to(request.actor).filter(pk__in=standards_learned(request.actor))
        cast("forms.ModelChoiceField[Any]", self.fields["standard"]).queryset = standards.order_by("title", "reference")
        cast("forms.ModelChoiceField[Any]", self.fields["employer"]).queryset = employers_of(organisation_of(request))
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "token",
            "name",
            "tables",
            "with_names",
            Fieldset(_("Which learners"), "standard", "employer"),
            "last_day",
            Submit("make", _("Make the key")),
        )


def _require_admin(request: Request) -> None:
    if not runs_provider(request.actor):
        raise Http404


@require_safe
def feed_keys(request: Request) -> HttpResponse:
    """Every key of the provider: what it opens, until when, when it was last used."""
    _require_admin(request)
    found = FeedKey.objects.visible_to(request.actor).filter(provider=organisation_of(request))
    lines = [
        _line(key) for key in found.select_related("made_by", "provider", "standard", "employer").newest_first()[:100]
    ]
    context = {"lines": lines, "address": request.build_absolute_uri(reverse("pages:feed")), "tables": _tables()}
    return render(request, "feeds/keys.html", context)


def _line(key: FeedKey) -> dict[str, Any]:
    works = key.state == FeedKeyState.WORKS
    if works and not still_stands_for(key):
        state, works = _("Stopped: whoever made it is no longer an admin"), False
    elif works:
        state = _("Works until %(day)s") % {"day": moments.day(key.last_day)}
    elif key.stopped_at:
        state = _("Stopped on %(day)s") % {"day": moments.day(key.stopped_at.date())}
    else:
        state = _("Ended on %(day)s") % {"day": moments.day(key.last_day)}
    whom = [str(one) for one in (key.standard, key.employer) if one]
    return {"key": key, "state": state, "works": works, "opens": _opens(key), "whom": whom}


def _opens(key: FeedKey) -> list[str]:
    return [str(TABLES[name].label) for name in key.tables if name in TABLES]


def _tables() -> list[dict[str, Any]]:
    """What each table holds, for whoever builds a report."""
    return [
        {
            "name": table.name,
            "says": table.says,
            "columns": [
                {"name": name, "says": column.says, "is_personal": column.is_personal}
                for name, column in table.columns.items()
            ],
        }
        for table in TABLES.values()
    ]


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def feed_key_new(request: Request) -> HttpResponse:
    """Make a key. The answer shows it, once: a page that could be opened again would have to keep it."""
    _require_admin(request)
    form = KeyForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            key, secret = workflow.make_feed_key(
                organisation_of(request).pk, request.actor, key_id=given.pop("token"), **given
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            address = request.build_absolute_uri(reverse("pages:feed"))
            return render(
                request,
                "feeds/key_made.html",
                {"key": key, "secret": secret, "address": address, "opens": _opens(key)},
                status=201,
            )
    return render(request, "feeds/key_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def feed_key_stop(request: Request, key_id: UUID) -> HttpResponse:
    """Let a key open nothing from now on."""
    _require_admin(request)
    key = get_object_or_404(FeedKey.objects.visible_to(request.actor), pk=key_id)
    workflow.stop_feed_key(key.pk, request.actor)
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("pages:feed-keys")
