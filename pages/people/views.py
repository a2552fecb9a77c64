"""Pages about people: oneself, the organisation one acts for, who belongs to it, and taking up an invitation."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import EmailAddress, Login
from allauth.account.views import EmailView
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access, sessions, workflow
from accounts.adapter import RESET_MAIL, proved_identity_recently
from accounts.audit_actions import ACTING_CHOSEN
from accounts.models import Invitation, Membership, Organisation, Role, User
from apprenticeships import workflow as enrolling
from assessments.leaving import what_waits
from assessments.workflow import end_role
from audit import chain as audit
from core import clock, moments
from core.errors import Incomplete, NotAllowed, OutOfTurn
from jobs.models import Mail
from pages.middleware import ACTING_KEY, is_local, personal, places_of, public
from pages.people.forms import ChoosePasswordForm, InviteForm, ProfileForm
from pages.people.leaving import HandOverForm, rows_of_leaving
from pages.refusals import say_in
from pages.requests import Request
from pages.table_files import dated, people_file
from reports.tables.files import TableFile

MEMBERS_PER_PAGE = 50

View = Callable[..., HttpResponse]


def asks_again(view: View) -> View:
    """Before a form is taken, asks for the password or a code again, unless one was given in the last ten minutes.

    What was typed is kept and sent afterwards.
    """

    @wraps(view)
    def checked(request: Request, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not proved_identity_recently(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return checked


# Oneself --------------------------------------------------------------------------------------------------------------
@personal
@require_safe
def in_use(request: Request) -> HttpResponse:
    """Nothing: a page that somebody reads for long asks for it, and any request keeps their session in use."""
    return HttpResponse(status=204)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    """What the site knows of the person, and the ways to change how they sign in."""
    form = ProfileForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        workflow.rename(request.user, form.cleaned_data["name"])
        messages.success(request, _("Your name has been saved."))
        return redirect("pages:profile")
    context = {
        "form": form,
        "memberships": Membership.objects.live().filter(user=request.user).select_related("organisation"),
        "factors": Authenticator.objects.filter(user=request.user)
        .exclude(type=Authenticator.Type.RECOVERY_CODES)
        .count(),
        "new_address": EmailAddress.objects.filter(user=request.user, verified=False).first(),
        "session_count": len(UserSession.objects.purge_and_list(request.user)),
    }
    return render(request, "people/profile.html", context, status=422 if form.errors else 200)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def acting(request: Request) -> HttpResponse:
    """For which of their organisations the person acts from now on, until they sign out."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    wanted = wanted if is_local(request, wanted) else ""
    if request.method == "POST":
        organisations = {str(place.organisation_id): place.organisation for place in _in_organisations(request)}
        if organisation := organisations.get(request.POST.get("organisation", "")):
            _act_for(request, organisation)
            return redirect(wanted or "home")
        messages.error(request, _("Choose one of your organisations."))
    places = sorted(
        _in_organisations(request), key=lambda place: (str(place.organisation).casefold(), place.organisation_id)
    )
    context = {"places": places, "next": wanted}
    return render(request, "people/acting.html", context, status=422 if request.method == "POST" else 200)


def _in_organisations(request: Request) -> list[Membership]:
    """The person's roles in organisations, without that of keeping the catalogue."""
    return [place for place in places_of(request) if place.organisation]


def _act_for(request: Request, organisation: Organisation) -> None:
    """Other rights from here on, so the session gets another key."""
    with transaction.atomic():
        sessions.renew_key(request)
        request.session[ACTING_KEY] = str(organisation.pk)
        audit.record(ACTING_CHOSEN, request.actor, request.user, organisation=organisation)


@public
@require_safe
def password_reset_done(request: HttpRequest) -> HttpResponse:
    """Whether the mail with the link has gone: told in the same words for a known and an unknown address."""
    about = request.session.get(RESET_MAIL)
    mail = Mail.objects.about([UUID(about)]).get(UUID(about)) if about else None
    return render(request, "account/password_reset_done.html", {"mail": mail, "was_asked": about is not None})


class ChangeEmail(EmailView):
    """allauth's page, with whether the mail to the new address has gone."""

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        person = cast(User, self.request.user).pk
        mails = Mail.objects.about([person])
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[no-untyped-call]
        return context | {"confirmation_mail": mails.get(person)}


# The people of one's provider -----------------------------------------------------------------------------------------
def _own_provider(request: Request) -> Organisation:
    """The provider whose people the person looks after; refuses whoever is not an admin."""
    provider = request.organisation
    if provider is None or not access.can_manage_people(request.actor, provider):
        raise NotAllowed(_("Only an admin of the training provider can see and invite people."))
    return provider


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: Request) -> HttpResponseBase:
    """Who belongs to the provider, who was invited, and whether the mail server took the invitation.

    A POST gives the members as a file.
    """
    provider = _own_provider(request)
    members = (
        Membership.objects.visible_to(request.actor)
        .live()
        .filter(organisation=provider)
        .select_related("user")
        .order_by("user__name", "user_id", "role")
    )
    if request.method == "POST":
        table = _members(list(members))
        return people_file(request, table, "members", len(list(table.rows)))
    invitations = (
        Invitation.objects.visible_to(request.actor)
        .unanswered()
        .filter(organisation__isnull=False)
        .select_related("organisation", "invited_by")
        .order_by("-invited_at", "pk")
    )
    shown = list(invitations[:MEMBERS_PER_PAGE])
    mails = Mail.objects.about(invitation.pk for invitation in shown)
    context = {
        "page": Paginator(members, MEMBERS_PER_PAGE).get_page(request.GET.get("page")),
        "ended": Membership.objects.visible_to(request.actor)
        .ended_lately()
        .filter(organisation=provider)
        .select_related("user")[:MEMBERS_PER_PAGE],
        "invitations": [(invitation, mails.get(invitation.pk)) for invitation in shown],
    }
    return render(request, "people/people.html", context)


def _members(found: list[Membership]) -> TableFile:
    """The members, to be written."""
    title = _("Members")
    return TableFile(
        name=dated("members"),
        title=title,
        about=[_("%(title)s, as of %(at)s.") % {"title": title, "at": moments.moment(clock.now())}],
        headings=[_("Name"), _("Email address"), _("Role"), _("Since"), _("Until")],
        rows=[
            [one.user.name, one.user.email or "", one.get_role_display(), one.started_on, one.ended_on] for one in found
        ],
    )


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request) -> HttpResponse:
    """Invite somebody into the provider. The answer is the same for an address that is known and one that is not."""
    provider = _own_provider(request)
    form = InviteForm(request.POST or None, organisation=provider)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.invite(provider, by=request.actor, **form.cleaned_data)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            sent = _("We are emailing an invitation to %(email)s. The list below will show when it has been sent.")
            messages.success(request, sent % {"email": form.cleaned_data["email"]})
            return redirect("pages:people")
    return render(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def invitation_resend(request: Request, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.actor), pk=invitation_id)
    workflow.resend(invitation.pk, by=request.actor)
    messages.success(request, _("We are emailing a new link. The old one no longer works."))
    return _to_invitations(invitation)


@require_POST
def invitation_revoke(request: Request, invitation_id: UUID) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.visible_to(request.actor), pk=invitation_id)
    workflow.revoke(invitation.pk, by=request.actor)
    messages.success(request, _("The invitation has been withdrawn and its link no longer works."))
    return _to_invitations(invitation)


def _to_invitations(invitation: Invitation) -> HttpResponse:
    return redirect("pages:people" if invitation.organisation_id else "pages:keepers")


@require_http_methods(["GET", "POST"])
def membership_end(request: Request, membership_id: UUID) -> HttpResponse:
    """Say who and what waits with somebody, ask who takes over, and end their role."""
    membership = get_object_or_404(
        Membership.objects.visible_to(request.actor).select_related("user", "organisation"), pk=membership_id
    )
    access.require(access.can_end_membership(request.actor, membership), _("You cannot end this role."))
    learners = what_waits(membership)
    form = HandOverForm(
        request.POST if request.method == "POST" else None,
        membership=membership,
        led=[one for one in learners if not one.is_cover],
    )
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            end_role(membership.pk, request.actor, form.hand_over(), form.cleaned_data["reason"])
        except Incomplete as incomplete:
            form.add_error(None, str(incomplete))
            status = incomplete.status
        except OutOfTurn as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("This role has ended and they no longer have access."))
            return redirect("home" if membership.user_id == request.actor.person_id else "pages:people")
    context = {
        "membership": membership,
        "form": form,
        "learners": rows_of_leaving(learners, form),
        "is_assessor": membership.role == Role.ASSESSOR,
    }
    return render(request, "people/membership_end.html", context, status=status)


# Taking up an invitation ----------------------------------------------------------------------------------------------
@public
@sensitive_post_parameters("password", "password_again")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What a mailed link opens. Opening it changes nothing; pressing the button accepts."""
    found = workflow.invitation_of(token)
    if found is None:
        return _closed_link(request, token)
    if request.user.is_authenticated:
        return _accept_as_oneself(cast(Request, request), token, found)
    if workflow.account_waiting_for(found):
        sign_in = reverse("account_login") + "?" + urlencode({"next": request.path})
        return render(request, "people/invitation_sign_in.html", {"invitation": found, "sign_in": sign_in})
    form = ChoosePasswordForm(request.POST or None, email=found.email, name=found.name)
    if request.method == "POST" and form.is_valid():
        try:
            person = enrolling.accept_and_take_up(token, password=form.cleaned_data["password"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        except OutOfTurn:
            return _closed_link(request, token)
        else:
            messages.success(request, _("You’re all set, and signed in."))
            # The link proved the address, and the password was typed just now.
            signed_in: HttpResponse = perform_password_login(
                request, {"email": found.email}, Login(user=person, email=found.email)
            )
            return signed_in
    context = {"invitation": found, "form": form}
    return render(request, "people/invitation_new.html", context, status=422 if form.errors else 200)


def _accept_as_oneself(request: Request, token: str, found: Invitation) -> HttpResponse:
    if not access.can_accept(request.actor, found):
        return render(request, "people/invitation_other.html", {"invitation": found, "next": request.path})
    if request.method == "POST":
        enrolling.accept_and_take_up(token, by=request.actor)
        messages.success(
            request, _("Welcome to %(organisation)s.") % {"organisation": found.organisation or "Craftmark"}
        )
        return redirect("home")
    return render(request, "people/invitation_accept.html", {"invitation": found})


def _welcome(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("You’re all set. Sign in with your new password."))
    return redirect("account_login")


def _closed_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same page for a link that was used, withdrawn, ran out or never was; the second of two clicks goes on."""
    used = Invitation.objects.filter(token_sha256=workflow.token_hash(token), accepted_at__isnull=False).first()
    if used and request.user.is_authenticated and used.accepted_by_id == request.user.pk:
        return redirect("home")
    if used and request.method == "POST" and not request.user.is_authenticated:
        return _welcome(request)
    return render(request, "people/invitation_closed.html", status=404)
