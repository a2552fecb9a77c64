"""Where the link in a mail leads that stops such mails. It needs no sign-in, and opening it changes nothing."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from notifications import stopping, workflow
from pages.links.answering import POLICY
from pages.middleware import public
from pages.requests import SiteRequest


@public
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: SiteRequest, token: str) -> HttpResponse:
    """Say which mails are to stop, and stop them once the button is pressed."""
    found = stopping.read(token)
    if found is None:
        response = render(request, "notices/stop_closed.html", status=HTTPStatus.NOT_FOUND)
    else:
        is_every = request.POST.get("which") == "all"
        if request.method == "POST":
            workflow.stop_emails(token, every=is_every)
        _person, kinds = found
        context = {"kinds": kinds, "is_done": request.method == "POST", "is_every": is_every}
        response = render(request, "notices/stop.html", context)
    response["Content-Security-Policy"] = POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response
