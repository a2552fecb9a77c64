"""Addresses of the jobs that failed."""

from django.urls import path

from jobs import views

app_name = "jobs"

urlpatterns = [
    path("jobs/", views.failed, name="failed"),
    path("jobs/<uuid:job_id>/retry/", views.retry, name="retry"),
]
