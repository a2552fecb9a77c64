"""Addresses of what a training provider sets and looks after."""

from django.urls import path

from pages.provider import contacts, jobs, policy

urlpatterns = [
    path("jobs/", jobs.failed, name="failed-jobs"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry, name="job-retry"),
    path("employer-contacts/", contacts.employer_contacts, name="employer-contacts"),
    path(
        "employer-contacts/<uuid:contact_id>/remove/", contacts.employer_contact_remove, name="employer-contact-remove"
    ),
    path("portfolio-policy/", policy.policy, name="policy"),
    path("portfolio-policy/prompts/<slug:kind>/", policy.prompts, name="prompts"),
    path("portfolio-policy/prompts/<slug:kind>/reset/", policy.prompts_reset, name="prompts-reset"),
]
