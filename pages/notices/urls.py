"""Addresses of notices."""

from django.urls import path

from pages.notices import stopping, views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.notices_read, name="notices-read"),
    path("notices/emails/", views.emails, name="notices-emails"),
    path("notices/<uuid:notice_id>/open/", views.notice_open, name="notice-open"),
    path("notices/stop/<str:token>/", stopping.stop, name="notices-stop"),
]
