"""Addresses of reports."""

from django.urls import path

from pages.cohort import heat_map, overview, views

urlpatterns = [
    path("cohort/", views.cohort, name="cohort"),
    path("cohort/overview/", overview.overview, name="overview"),
    path("cohort/heat-map/", heat_map.heat_map, name="heat-map"),
    path("cohort.csv", views.cohort_csv, name="cohort-csv"),
    path("record/", views.record, name="record"),
]
