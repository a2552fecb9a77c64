"""Addresses of reports."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("cohort/", views.cohort, name="cohort"),
    path("cohort.csv", views.cohort_csv, name="cohort-csv"),
    path("record/", views.record, name="record"),
]
