"""Addresses of reports."""

from django.urls import path

from pages.cohort import views

urlpatterns = [
    path("cohort/", views.cohort, name="cohort"),
    path("cohort.csv", views.cohort_csv, name="cohort-csv"),
    path("record/", views.record, name="record"),
]
