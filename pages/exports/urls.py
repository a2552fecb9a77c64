"""Addresses of files that are made in the background."""

from django.urls import path

from pages.exports import own_data, provider, views

urlpatterns = [
    path("account/data/", own_data.own_data, name="own-data"),
    path("everything/", provider.provider_export, name="provider-export"),
    path("downloads/", views.exports, name="exports"),
    path("downloads/<uuid:export_id>/", views.export_download, name="export-download"),
    path("downloads/<uuid:export_id>/progress/", views.export_progress, name="export-progress"),
    path("downloads/<uuid:export_id>/delete/", views.export_delete, name="export-delete"),
]
