"""All addresses. Each app names its own; sign-in is django-allauth's under /account/."""

from django.urls import include, path

urlpatterns = [
    path("account/", include("allauth.urls")),
]
