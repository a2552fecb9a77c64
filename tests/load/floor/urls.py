"""Addresses of the floors."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.load.floor import pages

urlpatterns = [
    path("floor/learner/<uuid:key>/", pages.learner),
    path("floor/ksb/<uuid:key>/<slug:code>/", pages.ksb),
    path("floor/evidence-list/<uuid:key>/", pages.evidence_list),
    path("floor/evidence-form/<uuid:key>/", pages.evidence_form),
    path("floor/piece/<uuid:key>/", pages.piece),
    path("floor/review/<uuid:key>/", pages.review),
    path("floor/queue/", pages.queue),
    path("floor/cohort/", pages.cohort),
    path("floor/standard/<slug:reference>/<str:version>/", pages.standard),
    path("floor/standards/", pages.standards),
    path("floor/record/", pages.record),
]


def failed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The site's own error pages need the site's addresses."""
    return HttpResponse(status=404 if exception else 500)


handler404 = handler500 = f"{__name__}.failed"
