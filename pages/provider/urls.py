"""Addresses of what a training provider sets and looks after."""

from django.urls import path

from pages.provider import jobs, policy

urlpatterns = [
    path("jobs/", jobs.failed, name="failed-jobs"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry, name="job-retry"),
    path("portfolio-policy/", policy.policy, name="policy"),
    path("portfolio-policy/prompts/<slug:kind>/", policy.prompts, name="prompts"),
    path("portfolio-policy/prompts/<slug:kind>/reset/", policy.prompts_reset, name="prompts-reset"),
]
