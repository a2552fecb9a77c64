"""Addresses of the installed app."""

from django.urls import path

from pages.offline import views

urlpatterns = [
    # The service worker stands at the top, so that it may answer for every page.
    path("sw.js", views.service_worker, name="service-worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("offline/", views.offline, name="offline"),
    path("offline/session.json", views.offline_session, name="offline-session"),
    path("offline/data.json", views.offline_data, name="offline-data"),
    path("apprenticeships/<uuid:apprenticeship_id>/captures/", views.captures, name="captures"),
]
