"""Who looks after the catalogue: keepers see one another, invite others, end the role, and read what was done."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import workflow
from accounts.access import is_catalogue_keeper
from accounts.models import Invitation, Membership, Role
from audit.actions import Audience
from core.errors import Incomplete
from jobs.models import Mail
from pages.catalogue.forms import InviteKeeperForm
from pages.cohort.forms import RecordFilter
from pages.cohort.rows import rows_of_record
from pages.people.views import asks_again
from pages.refusals import say_in
from pages.requests import Request
from reports.record import lines as record_rows

PER_PAGE = 50


@asks_again
@require_http_methods(["GET", "HEAD", "POST"])
def keepers(request: Request) -> HttpResponse:
    """Who keeps the catalogue and who was invited to, with a form to invite another person."""
    _require_keeper(request)
    form = InviteKeeperForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.invite(None, role=Role.CATALOGUE_KEEPER, by=request.actor, **form.cleaned_data)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            sent = _("We are emailing an invitation to %(email)s. The list below will show when it has been sent.")
            messages.success(request, sent % {"email": form.cleaned_data["email"]})
            return redirect("pages:keepers")
    invitations = (
        Invitation.objects.visible_to(request.actor)
        .unanswered()
        .filter(role=Role.CATALOGUE_KEEPER)
        .select_related("invited_by")
        .order_by("-invited_at", "pk")
    )
    mails = Mail.objects.about(invitation.pk for invitation in invitations)
    context = {
        "form": form,
        "keepers": Membership.objects.live().keeping().select_related("user").order_by("user__name", "pk"),
        "invitations": [(invitation, mails.get(invitation.pk)) for invitation in invitations],
    }
    return render(request, "catalogue/keepers.html", context, status=422 if form.errors else 200)


@asks_again
@require_POST
def keeper_end(request: Request, membership_id: UUID) -> HttpResponse:
    """End somebody's role, or one's own."""
    _require_keeper(request)
    membership = get_object_or_404(Membership.objects.keeping(), pk=membership_id)
    workflow.end_membership(membership.pk, by=request.actor)
    messages.success(request, _("They are no longer a catalogue keeper."))
    return redirect("pages:standards" if membership.user_id == request.actor.person_id else "pages:keepers")


@require_GET
def catalogue_record(request: Request) -> HttpResponse:
    """What was done to the catalogue, and who was made a keeper, newest first."""
    _require_keeper(request)
    form = RecordFilter(request.GET, audience=Audience.KEEPERS)
    page = Paginator(record_rows.of_catalogue(form.asked), PER_PAGE).get_page(request.GET.get("page"))
    lines = record_rows.lines(page.object_list, request.actor)
    context = {"form": form, "page": page, "lines": lines, "rows": rows_of_record(lines)}
    return render(request, "catalogue/record.html", context)


def _require_keeper(request: Request) -> None:
    """Nobody else finds these pages."""
    if not is_catalogue_keeper(request.actor):
        raise Http404
