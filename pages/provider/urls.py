"""Addresses of what a training provider sets and looks after."""

from django.urls import path

from pages.provider import competence, contacts, jobs, pace_rule, policy, rules, sign_off_rules

urlpatterns = [
    path("jobs/", jobs.failed, name="failed-jobs"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry, name="job-retry"),
    path("employer-contacts/", contacts.employer_contacts, name="employer-contacts"),
    path(
        "employer-contacts/<uuid:contact_id>/remove/", contacts.employer_contact_remove, name="employer-contact-remove"
    ),
    path("on-track/", pace_rule.pace_rule, name="pace-rule"),
    path("competences/", competence.competences, name="competences"),
    path("competences/<uuid:competence_id>/undo/", competence.competence_undo, name="competence-undo"),
    path("sign-off-rules/", sign_off_rules.sign_off_rules, name="sign-off-rules"),
    path("sign-off-rules/change/", sign_off_rules.sign_off_rule_change, name="sign-off-rule-change"),
    path("sign-off-rules/outcomes/<slug:slug>/", sign_off_rules.sign_off_outcomes, name="sign-off-outcomes"),
    path("sign-off-rules/history/", sign_off_rules.sign_off_rules_history, name="sign-off-rules-history"),
    path("sign-off-rules/<uuid:policy_id>/undo/", sign_off_rules.sign_off_rule_undo, name="sign-off-rule-undo"),
    path("evidence-rules/", rules.evidence_rules, name="evidence-rules"),
    path("portfolio-policy/", policy.policy, name="policy"),
    path("portfolio-policy/prompts/<slug:kind>/", policy.prompts, name="prompts"),
    path("portfolio-policy/prompts/<slug:kind>/reset/", policy.prompts_reset, name="prompts-reset"),
]
