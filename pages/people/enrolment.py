"""Enrolling an apprentice, and saying who looks after them: for admins of the training provider."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import workflow as people
from accounts.models import Organisation
from apprenticeships import access
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship
from apprenticeships.progress import awaits_option
from core.errors import Incomplete
from pages.people.enrolment_forms import AssignForm, EnrolForm, InviteMentorForm
from pages.refusals import say_in
from pages.requests import Request


@require_http_methods(["GET", "POST"])
def enrol(request: Request) -> HttpResponse:
    """Put a person on a standard, and invite them to sign in."""
    provider = request.organisation
    if provider is None or not access.can_enrol(request.actor, provider):
        raise Http404
    form = EnrolForm(request.POST or None, provider=provider)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                employer = given["employer"] or people.add_organisation(
                    Organisation.Kind.EMPLOYER, given["new_employer"], request.actor
                )
                apprentice = people.find_or_create_person(given["email"], given["name"])
                apprenticeship = enrolling.enrol(
                    apprenticeship_id=given["token"],
                    provider=provider,
                    standard_version=given["standard_version"],
                    apprentice=apprentice,
                    employer=employer,
                    started_on=given["started_on"],
                    planned_end_on=given["planned_end_on"],
                    by=request.actor,
                )
                if given["assessor"]:
                    enrolling.assign(apprenticeship.pk, request.actor, assessor=given["assessor"])
                people.invite_to_sign_in(apprentice, provider, request.actor)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(
                request, _("%(name)s is enrolled. We are sending an invitation by mail.") % {"name": given["name"]}
            )
            # Which options there are depends on the standard, so they are asked for on the next page.
            asks = "pages:option" if awaits_option(apprenticeship) else "pages:coverage"
            return redirect(asks, apprenticeship.pk)
    return render(request, "people/enrol.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def assign(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Choose the assessor and the mentor of an apprenticeship, or invite a mentor at its employer."""
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id
    )
    if not access.administers(request.actor, apprenticeship.provider):
        raise Http404
    is_invitation = "invite-email" in request.POST
    form = AssignForm(None if is_invitation else request.POST or None, apprenticeship=apprenticeship)
    invitation = InviteMentorForm(request.POST if is_invitation else None)
    sent = form if not is_invitation else invitation
    if request.method == "POST" and sent.is_valid():
        try:
            if is_invitation:
                enrolling.invite_mentor(apprenticeship.pk, by=request.actor, **invitation.cleaned_data)
            else:
                enrolling.assign(apprenticeship.pk, request.actor, **form.cleaned_data)
        except Incomplete as incomplete:
            say_in(sent, incomplete)
        else:
            messages.success(request, _("We are sending an invitation.") if is_invitation else _("Saved."))
            return redirect("pages:assign" if is_invitation else "pages:coverage", apprenticeship.pk)
    return render(
        request,
        "people/assign.html",
        {"form": form, "invitation": invitation, "sent": sent, "apprenticeship": apprenticeship},
        status=422 if sent.errors else 200,
    )
