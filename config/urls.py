"""All addresses. Each app names its own; sign-in is django-allauth's under /account/."""

from django.conf import settings
from django.urls import include, path

from config import health
from reports.views import home

urlpatterns = [
    path("", home, name="home"),
    path("account/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("jobs.urls")),
    path("", include("occupations.urls")),
    path("", include("portfolios.urls")),
    path("", include("assessments.urls")),
    path("", include("reports.urls")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]

handler400 = "accounts.error_pages.bad_request"
handler403 = "accounts.error_pages.forbidden"
handler404 = "accounts.error_pages.not_found"
handler429 = "accounts.error_pages.too_many_requests"
handler500 = "accounts.error_pages.server_error"
