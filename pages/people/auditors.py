"""External auditors: who may see which learners until when, letting one in, and what each of them opened."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import runs_provider
from accounts.models import Invitation
from apprenticeships.access import watches_auditors
from apprenticeships.models import Apprenticeship, AuditScope
from apprenticeships.querysets import auditors_at
from apprenticeships.workflow import invite_auditor
from core import clock, moments
from core.errors import Incomplete, OutOfTurn
from core.fields import DayField, EmailAddressField, NameField
from occupations.models import Standard
from pages.cohort.rows import rows_of_record
from pages.people.views import asks_again
from pages.refusals import say_in
from pages.requests import Request, organisation_of
from reports.record import lines as record

PER_PAGE = 50
MOST_LEARNERS = 200


class AuditorForm(forms.Form):
    """Whom to let in, until when, and which learners they see."""

    name = NameField()
    email = EmailAddressField(help_text=gettext_lazy("We will email the invitation to this address."))
    ends_on = DayField(
        label=gettext_lazy("Access ends on"),
        help_text=gettext_lazy("From this day they can no longer see anything."),
        error_messages={"required": gettext_lazy("Enter the day their access ends.")},
    )
    standards = forms.MultipleChoiceField(
        label=gettext_lazy("Everybody on these standards"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose standards from the list.")},
    )
    starts_from = DayField(label=gettext_lazy("Only if they started on or after"), required=False)
    starts_until = DayField(label=gettext_lazy("Only if they started on or before"), required=False)
    learners = forms.CharField(
        label=gettext_lazy("Individual learners"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Their unique learner numbers or your references for them, one on each line."),
    )

    def __init__(self, data: QueryDict | None, *, request: Request) -> None:
        super().__init__(data)
        self.seen = Apprenticeship.objects.visible_to(request.actor).filter(provider=organisation_of(request))
        self.offered = {
            str(one.pk): one
            for one in Standard.objects.visible_to(request.actor)
            .filter(pk__in=self.seen.values("standard_version__standard"))
            .order_by("title", "reference")
        }
        cast(forms.MultipleChoiceField, self.fields["standards"]).choices = [
            (pk, f"{one.title} ({one.reference})") for pk, one in self.offered.items()
        ]
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "name",
            "email",
            "ends_on",
            Fieldset(_("What they see"), "standards", "starts_from", "starts_until", "learners"),
            Submit("invite", _("Invite the auditor")),
        )

    def clean_ends_on(self) -> Any:
        ends_on = self.cleaned_data["ends_on"]
        if ends_on <= clock.today():
            raise forms.ValidationError(_("Choose a day in the future."))
        return ends_on

    def clean_standards(self) -> list[Standard]:
        return [self.offered[pk] for pk in self.cleaned_data["standards"]]

    def clean_learners(self) -> list[Apprenticeship]:
        wanted = [line.strip() for line in self.cleaned_data["learners"].splitlines() if line.strip()]
        if len(wanted) > MOST_LEARNERS:
            raise forms.ValidationError(
                _("Enter %(most)d learners at most. For more, choose their standard.") % {"most": MOST_LEARNERS}
            )
        found = [*self.seen.filter(uln__in=wanted), *self.seen.filter(learner_reference__in=wanted)]
        known = {one.uln for one in found} | {one.learner_reference for one in found}
        if missing := [line for line in wanted if line not in known]:
            raise forms.ValidationError(
                _("No learner here has this number or reference: %(what)s.") % {"what": ", ".join(missing[:5])}
            )
        return list({one.pk: one for one in found}.values())


def _watch(request: Request) -> None:
    if not watches_auditors(request.actor):
        raise Http404


@require_safe
def auditors(request: Request) -> HttpResponse:
    """Who was let in, to see what, until when; the newest first."""
    _watch(request)
    page: Page[Any] = Paginator(auditors_at(request.actor), PER_PAGE).get_page(request.GET.get("page"))
    scopes = _scopes(request, page.object_list)
    lines = [_line(one, scopes.get(one.pk, [])) for one in page.object_list]
    context = {"page": page, "lines": lines, "can_invite": runs_provider(request.actor)}
    return render(request, "people/auditors.html", context)


def _scopes(request: Request, invitations: Iterable[Invitation]) -> dict[UUID, list[str]]:
    """What each of them may see, in words."""
    rows = (
        AuditScope.objects.visible_to(request.actor)
        .filter(invitation__in=[one.pk for one in invitations])
        .select_related("standard", "apprenticeship__apprentice")
        .order_by("standard__title", "apprenticeship__apprentice__name", "pk")
    )
    found: dict[UUID, list[str]] = {}
    for one in rows:
        found.setdefault(one.invitation_id, []).append(_words(one))
    return found


def _words(scope: AuditScope) -> str:
    if scope.apprenticeship:
        return str(scope.apprenticeship.apprentice)
    assert scope.standard, "a constraint"
    name = f"{scope.standard.title} ({scope.standard.reference})"
    start, end = (moments.day(on) if on else "" for on in (scope.starts_from, scope.starts_until))
    days = {"name": name, "start": start, "end": end}
    if scope.starts_from and scope.starts_until:
        return _("%(name)s, started from %(start)s to %(end)s") % days
    if scope.starts_from:
        return _("%(name)s, started on %(start)s or later") % days
    if scope.starts_until:
        return _("%(name)s, started on %(end)s or earlier") % days
    return name


def _line(invitation: Invitation, scope: list[str]) -> dict[str, Any]:
    # The query adds it.
    ended_on = cast(date, vars(invitation)["access_ended_on"] or invitation.role_ends_on)
    is_over = ended_on <= clock.today()
    if invitation.revoked_at:
        state = _("Invitation withdrawn")
    elif is_over:
        state = _("Access ended on %(day)s") % {"day": moments.day(ended_on)}
    elif invitation.accepted_at:
        state = _("Has access until %(day)s") % {"day": moments.day(ended_on)}
    else:
        state = _("Invited. Access will end on %(day)s") % {"day": moments.day(ended_on)}
    return {"invitation": invitation, "state": state, "scope": scope}


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def auditor_invite(request: Request) -> HttpResponse:
    """Let somebody from outside see some learners until a day."""
    if not runs_provider(request.actor):
        raise Http404
    form = AuditorForm(request.POST if request.method == "POST" else None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            invite_auditor(organisation_of(request), request.actor, **form.cleaned_data)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        except OutOfTurn as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(
                request, _("We are emailing an invitation to %(email)s.") % {"email": form.cleaned_data["email"]}
            )
            return redirect("pages:auditors")
    return render(request, "people/auditor_invite.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def auditor(request: Request, invitation_id: UUID) -> HttpResponse:
    """What one of them opened, the newest first: each thing once within an hour."""
    _watch(request)
    found = get_object_or_404(auditors_at(request.actor), pk=invitation_id)
    entries = record.of_person(organisation_of(request), found.accepted_by_id, since=found.accepted_at)
    page: Page[Any] = Paginator(cast(Any, entries), PER_PAGE).get_page(request.GET.get("page"))
    line = _line(found, _scopes(request, [found]).get(found.pk, []))
    context = {
        "page": page,
        "rows": rows_of_record(record.lines(page.object_list, request.actor)),
        "line": line,
        "count": ngettext("%(n)d entry", "%(n)d entries", page.paginator.count) % {"n": page.paginator.count},
    }
    return render(request, "people/auditor.html", context)
