"""Everything that is held about the person who looks, as a file for them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pages.exports.views import own_exports
from pages.middleware import personal
from pages.people.views import asks_again
from pages.requests import Request
from reports.exports.models import Export
from reports.person import workflow

#: Older ones are in the record.
MOST_EXPORTS = 10


@personal
@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
def own_data(request: Request) -> HttpResponse:
    """Say what is in the file, have it made, and show how far it has come."""
    if request.method == "POST":
        workflow.ask_for_own_data(request.actor)
        messages.success(request, _("Your file is being made. You can leave this page and come back."))
        return redirect("pages:own-data")
    mine = own_exports(request).filter(kind=Export.Kind.PERSON).newest_first()[:MOST_EXPORTS]
    return render(request, "exports/own_data.html", {"exports": mine})
