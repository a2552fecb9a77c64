"""Enrolling an apprentice, and saying who looks after them: for admins of the training provider."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apprenticeships import access
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Assignment, AssignmentChange
from apprenticeships.progress import awaits_option
from core import clock
from core.errors import Incomplete, OutOfTurn
from pages.people.assignments import UNDO_WORDS, changes_of, line_of
from pages.people.enrolment_forms import AssignForm, AssignmentReasonForm, EnrolForm, InviteAgainForm, InviteMentorForm
from pages.refusals import say_in
from pages.requests import Request

_GIVEN = ("name", "email", "standard_version", "started_on", "planned_end_on", "assessor", "beside")


@require_http_methods(["GET", "POST"])
def enrol(request: Request) -> HttpResponse:
    """Put a person on a standard, and invite them to sign in."""
    provider = request.organisation
    if provider is None or not access.can_enrol(request.actor, provider):
        raise Http404
    form = EnrolForm(request.POST if request.method == "POST" else None, provider=provider)
    others: list[Apprenticeship] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            apprenticeship = enrolling.enrol_and_invite(
                apprenticeship_id=given["token"],
                provider=provider,
                employer=given["employer"] or given["new_employer"],
                by=request.actor,
                facts=form.facts(),
                **{name: given[name] for name in _GIVEN},
            )
        except enrolling.AlreadyEnrolled as refusal:
            form.ask(refusal)
            others = refusal.others
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(
                request, _("You have enrolled %(name)s. We are emailing them an invitation.") % {"name": given["name"]}
            )
            # Which options there are depends on the standard, so they are asked for on the next page.
            asks = "pages:option" if awaits_option(apprenticeship) else "pages:coverage"
            return redirect(asks, apprenticeship.pk)
    return render(request, "people/enrol.html", {"form": form, "others": others}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def assign(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Choose who looks after an apprenticeship, invite a mentor, or invite the apprentice again."""
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id
    )
    if not access.administers(request.actor, apprenticeship.provider):
        raise Http404
    mentor = InviteMentorForm(request.POST if "invite-email" in request.POST else None)
    again = InviteAgainForm(request.POST if "again-email" in request.POST else None)
    is_invitation = mentor.is_bound or again.is_bound
    is_form = request.method == "POST" and not is_invitation
    form = AssignForm(request.POST if is_form else None, apprenticeship=apprenticeship)
    sent = next((one for one in (mentor, again) if one.is_bound), form)
    if request.method == "POST" and sent.is_valid():
        try:
            if mentor.is_bound:
                enrolling.invite_mentor(apprenticeship.pk, by=request.actor, **mentor.cleaned_data)
            elif again.is_bound:
                enrolling.invite_again(apprenticeship.pk, again.cleaned_data["email"], request.actor)
            else:
                enrolling.assign(apprenticeship.pk, request.actor, **form.cleaned_data)
        except Incomplete as incomplete:
            say_in(sent, incomplete)
        else:
            messages.success(request, _("We are emailing the invitation.") if is_invitation else _("Saved."))
            return redirect("pages:assign", apprenticeship.pk)
    return _assign_page(request, apprenticeship, {"form": form, "mentor": mentor, "again": again, "sent": sent})


def _assign_page(request: Request, apprenticeship: Apprenticeship, forms: dict[str, Any]) -> HttpResponse:
    """The page with its forms; `sent` is the one that says what is wrong."""
    held = _held(apprenticeship)
    return render(
        request,
        "people/assign.html",
        {
            "apprenticeship": apprenticeship,
            **held,
            "has_assessor": any(one.role == Assignment.Role.ASSESSOR for one in held["leading"]),
            "changes": changes_of(request.actor, apprenticeship),
            **forms,
        },
        status=422 if forms["sent"].errors else 200,
    )


def _held(apprenticeship: Apprenticeship) -> dict[str, list[Assignment]]:
    """Who looks after it today, and who will from a later day."""
    today = clock.today()
    held = (
        Assignment.objects.from_day(today)
        .filter(apprenticeship=apprenticeship)
        .select_related("person")
        .order_by("role", "started_on", "person__name", "pk")
    )
    found: dict[str, list[Assignment]] = {"leading": [], "planned": [], "covers": []}
    for one in held:
        found["covers" if one.is_cover else "leading" if one.started_on <= today else "planned"].append(one)
    return found


@require_POST
def cover_end(request: Request, apprenticeship_id: UUID, person_id: UUID) -> HttpResponse:
    """End somebody's covering for the assessor."""
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id
    )
    if not access.administers(request.actor, apprenticeship.provider):
        raise Http404
    ending = AssignmentReasonForm(request.POST, auto_id="cover_%s")
    if ending.is_valid():
        enrolling.end_cover(apprenticeship.pk, person_id, request.actor, ending.cleaned_data["reason"])
        messages.success(request, _("Saved."))
        return redirect("pages:assign", apprenticeship.pk)
    forms = {
        "form": AssignForm(apprenticeship=apprenticeship),
        "mentor": InviteMentorForm(),
        "again": InviteAgainForm(),
        "sent": ending,
        "ending": ending,
        "ending_of": person_id,
    }
    return _assign_page(request, apprenticeship, forms)


@require_http_methods(["GET", "POST"])
def assignment_undo(request: Request, change_id: UUID) -> HttpResponse:
    """Ask why a change of who looks after an apprentice is undone, and undo it."""
    change = get_object_or_404(AssignmentChange.objects.visible_to(request.actor).with_people(), pk=change_id)
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people(), pk=change.apprenticeship_id
    )
    if not access.administers(request.actor, apprenticeship.provider):
        raise Http404
    form = AssignmentReasonForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST":
        try:
            enrolling.undo_assignment(change.pk, request.actor, form.cleaned_data["reason"])
        except OutOfTurn as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("The change is undone."))
            return redirect("pages:assign", apprenticeship.pk)
    context = {
        "form": form,
        "line": line_of(change),
        "apprenticeship": apprenticeship,
        "back": reverse("pages:assign", args=[apprenticeship.pk]),
        **UNDO_WORDS,
        "hint": _(
            "From today it is as it was before. What was reviewed in the meantime stays. If you undo a change that you "
            "made yourself, your quality assurers see that you did."
        ),
    }
    return render(request, "people/change_undo.html", context, status=status)
