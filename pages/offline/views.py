"""The site without a network: what a device installs and keeps, and where it sends what was captured offline."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apprenticeships.models import Apprenticeship
from core.errors import WorkflowError
from pages.middleware import personal, public
from pages.offline import captures as capture_reading
from pages.offline.app import manifest as app_manifest
from pages.offline.app import offline_app
from pages.offline.data import snapshot_of, tag_of
from pages.portfolio.evidence_form.saving import own_apprenticeship
from pages.requests import Request
from portfolios import workflow
from portfolios.models import Capture


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that answers for the site on the device when the network does not."""
    app = offline_app()
    etag = f'"{app.version}"'
    response = HttpResponse(
        app.service_worker,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "ETag": etag, "Service-Worker-Allowed": "/"},
    )
    return get_conditional_response(request, etag=etag, response=response) or response


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    return JsonResponse(app_manifest(), content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that a device keeps. It is the same for everybody: what it shows comes from the device itself."""
    return HttpResponse(offline_app().page)


@personal
@require_safe
def offline_session(request: Request) -> HttpResponse:
    """Who is signed in here, and the token for what they send: asked before anything is."""
    return JsonResponse({"person": request.actor.person_id, "token": get_token(request)})


@personal
@require_safe
def offline_data(request: Request) -> HttpResponse:
    """The person's own progress, for the device to keep. Unchanged since the `If-None-Match` it came with: 304."""
    snapshot = snapshot_of(request.actor, request.user.name)
    etag = tag_of(snapshot)
    response = JsonResponse(snapshot, headers={"ETag": etag, "Cache-Control": "private, no-store"})
    return get_conditional_response(request, etag=etag, response=response) or response


@require_POST
def captures(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Take in a piece that was captured without a network. The same capture again gets the same answer."""
    apprenticeship = own_apprenticeship(request, apprenticeship_id)
    if request.content_type not in ("application/json", ""):
        return JsonResponse({"message": _("A capture is sent as JSON.")}, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        sent = capture_reading.read(request.body)
        capture = workflow.merge_capture(
            apprenticeship.pk,
            request.actor,
            evidence_id=sent.evidence_id,
            capture_id=sent.capture_id,
            words=sent.words,
            lines=sent.lines,
            base=sent.base,
            follows=sent.follows,
            has_files=sent.has_files,
            written_at=sent.written_at,
        )
    except capture_reading.Unreadable as unreadable:
        return JsonResponse({"message": str(unreadable), "errors": unreadable.errors}, status=422)
    except WorkflowError as refusal:
        return JsonResponse({"message": str(refusal)}, status=refusal.status)
    return JsonResponse(_receipt(capture, apprenticeship))


def _receipt(capture: Capture, apprenticeship: Apprenticeship) -> dict[str, Any]:
    return {
        "evidence": capture.evidence_id,
        "outcome": capture.outcome,
        "said": capture.get_outcome_display(),
        "remarks": capture.remarks,
        "received_at": capture.received_at,
        "url": reverse("pages:evidence", args=[capture.evidence_id]),
        "uploads_url": reverse("pages:uploads", args=[apprenticeship.pk, capture.evidence_id]),
    }
