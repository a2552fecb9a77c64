"""Addresses about keeping and erasing records."""

from django.urls import path

from pages.retention import views

urlpatterns = [
    path("people/records/", views.retention, name="retention"),
    path("apprenticeships/<uuid:apprenticeship_id>/records/", views.erasure, name="erasure"),
    path("apprenticeships/<uuid:apprenticeship_id>/records/hold/", views.hold, name="legal-hold"),
    path("apprenticeships/<uuid:apprenticeship_id>/records/answer/", views.erasure_answer, name="erasure-answer"),
]
