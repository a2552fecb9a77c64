"""Everything of a training provider as files, for its admins."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require, runs_provider
from pages.exports.own_data import MOST_EXPORTS
from pages.exports.views import own_exports
from pages.people.views import asks_again
from pages.requests import Request, organisation_of
from reports.exports.models import Export
from reports.pack import keys
from reports.provider.workflow import ask_for_provider_export


@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def provider_export(request: Request) -> HttpResponse:
    """Say what is in the files, have them made, and show how far they have come."""
    require(runs_provider(request.actor), _("Only an admin of the training provider can see this."))
    if request.method == "POST":
        made = ask_for_provider_export(request.actor)
        if len(made) > 1:
            said = _("%(count)d files are being made. You can leave this page and come back.") % {"count": len(made)}
        else:
            said = _("The file is being made. You can leave this page and come back.")
        messages.success(request, said)
        return redirect("pages:provider-export")
    mine = own_exports(request).filter(kind=Export.Kind.PROVIDER).newest_first()[:MOST_EXPORTS]
    context = {"exports": mine, "provider": organisation_of(request), "is_signed": keys.signing_key() is not None}
    return render(request, "exports/provider_export.html", context)
