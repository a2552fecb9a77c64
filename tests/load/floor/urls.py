"""Addresses of the floors."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.load.floor import dashboards, judging, overviews, portfolio, programme

urlpatterns = [
    path("floor/learner/<uuid:key>/", portfolio.learner),
    path("floor/ksb/<uuid:key>/<slug:code>/", portfolio.ksb),
    path("floor/evidence-list/<uuid:key>/", portfolio.evidence_list),
    path("floor/evidence-form/<uuid:key>/", portfolio.evidence_form),
    path("floor/piece/<uuid:key>/", judging.piece),
    path("floor/review/<uuid:key>/", judging.review),
    path("floor/queue/", judging.queue),
    path("floor/quality/", judging.quality),
    path("floor/waiting/", overviews.waiting),
    path("floor/notices/", overviews.notices),
    path("floor/cohort/", overviews.cohort),
    path("floor/standard/<slug:reference>/<str:version>/", overviews.standard),
    path("floor/standards/", overviews.standards),
    path("floor/record/", overviews.record),
    path("floor/progress/<uuid:key>/", dashboards.progress),
    path("floor/overview/", dashboards.overview),
    path("floor/heat-map/", dashboards.heat_map),
    path("floor/caseload/", dashboards.caseload),
    path("floor/my-people/", dashboards.my_people),
    path("floor/hours/<uuid:key>/", programme.hours),
    path("floor/sessions/", programme.sessions),
    path("floor/session/<uuid:key>/", programme.session),
    path("floor/reviews/", programme.reviews),
    path("floor/learner-reviews/<uuid:key>/", programme.learner_reviews),
    path("floor/progress-review/<uuid:key>/", programme.review),
    path("floor/review-write/<uuid:key>/", programme.review_write),
    path("floor/learners-import/<uuid:key>/", programme.learners_import),
    path("floor/observation/<uuid:key>/", programme.observation),
]


def failed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The site's own error pages need the site's addresses."""
    return HttpResponse(status=404 if exception else 500)


handler404 = handler500 = f"{__name__}.failed"
