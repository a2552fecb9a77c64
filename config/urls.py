"""All addresses. Each app names its own; sign-in is django-allauth's under /account/."""

from django.conf import settings
from django.urls import include, path

from config import health
from pages.cohort.views import home
from pages.people.views import ChangeEmail, password_reset_done

urlpatterns = [
    path("", home, name="home"),
    path("", include("pages.urls")),
    path("account/email/", ChangeEmail.as_view(), name="account_email"),
    path("account/password/reset/done/", password_reset_done, name="account_reset_password_done"),
    path("account/", include("allauth.urls")),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]
if settings.DEMO:
    urlpatterns += [path("demo/", include("demo.urls"))]

handler400 = "pages.error_pages.bad_request"
handler403 = "pages.error_pages.forbidden"
handler404 = "pages.error_pages.not_found"
handler429 = "pages.error_pages.too_many_requests"
handler500 = "pages.error_pages.server_error"
