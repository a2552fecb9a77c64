"""Addresses of the programme."""

from django.urls import path

from pages.programme import (
    attainments,
    hour_imports,
    hours,
    review,
    review_template,
    review_writing,
    reviews,
    sessions,
    signing,
)
from pages.programme.planning import fewer_hours, plan
from pages.programme.scanning import prior, scan

urlpatterns = [
    path("reviews/", reviews.reviews, name="progress-reviews"),
    path("reviews/form/", review_template.review_template, name="progress-review-form"),
    path("apprenticeships/<uuid:apprenticeship_id>/reviews/", reviews.learner_reviews, name="learner-reviews"),
    path("apprenticeships/<uuid:apprenticeship_id>/reviews/plan/", reviews.review_plan, name="progress-review-plan"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/reviews/rhythm/", reviews.review_rhythm, name="progress-review-rhythm"
    ),
    path("progress-reviews/<uuid:review_id>/", review.progress_review, name="progress-review"),
    path("progress-reviews/<uuid:review_id>/review.pdf", review.review_pdf, name="progress-review-pdf"),
    path("progress-reviews/<uuid:review_id>/write/", review_writing.review_write, name="progress-review-write"),
    path("progress-reviews/<uuid:review_id>/notes/", review_writing.review_notes, name="progress-review-notes"),
    path("progress-reviews/<uuid:review_id>/held/", review_writing.review_hold, name="progress-review-hold"),
    path("progress-reviews/<uuid:review_id>/move/", review.review_move, name="progress-review-move"),
    path("progress-reviews/<uuid:review_id>/cancel/", review.review_cancel, name="progress-review-cancel"),
    path("apprenticeships/<uuid:apprenticeship_id>/plan/", plan.training_plan, name="training-plan"),
    path("apprenticeships/<uuid:apprenticeship_id>/plan/draft/", plan.plan_draft, name="plan-draft"),
    path("apprenticeships/<uuid:apprenticeship_id>/plan/drop/", plan.plan_item_drop, name="plan-item-drop"),
    path("apprenticeships/<uuid:apprenticeship_id>/plan/offer/", plan.plan_offer, name="plan-offer"),
    path("apprenticeships/<uuid:apprenticeship_id>/hours/fewer/", fewer_hours.fewer_hours, name="fewer-hours"),
    path("apprenticeships/<uuid:apprenticeship_id>/skills-scan/", scan.skills_scan, name="skills-scan"),
    path("apprenticeships/<uuid:apprenticeship_id>/skills-scan/rate/", scan.skills_scan_rate, name="skills-scan-rate"),
    path("apprenticeships/<uuid:apprenticeship_id>/skills-scan/keep/", scan.skills_scan_keep, name="skills-scan-keep"),
    path("apprenticeships/<uuid:apprenticeship_id>/skills-scan/ask/", scan.skills_scan_ask, name="skills-scan-ask"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/skills-scan/resend/",
        scan.skills_scan_resend,
        name="skills-scan-resend",
    ),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/skills-scan/withdraw/",
        scan.skills_scan_withdraw,
        name="skills-scan-withdraw",
    ),
    path("apprenticeships/<uuid:apprenticeship_id>/prior-learning/", prior.prior_learning, name="prior-learning"),
    path("skills-scans/<uuid:scan_id>/", scan.skills_scan_one, name="skills-scan-one"),
    path("to-sign/<uuid:version_id>/", signing.signed_version, name="signed-version"),
    path("to-sign/<uuid:version_id>/sign/", signing.version_sign, name="version-sign"),
    path("to-sign/<uuid:version_id>/decline/", signing.version_decline, name="version-decline"),
    path("to-sign/<uuid:version_id>/ask/", signing.version_ask, name="version-ask"),
    path("to-sign/<uuid:version_id>/link/", signing.version_link, name="version-link"),
    path("hours/", hours.own_hours, name="own-hours"),
    path("apprenticeships/<uuid:apprenticeship_id>/hours/", hours.hours, name="hours"),
    path("apprenticeships/<uuid:apprenticeship_id>/hours/confirm/", hours.hours_confirm, name="hours-confirm"),
    path("apprenticeships/<uuid:apprenticeship_id>/hours/import/", hour_imports.hours_import, name="hours-import"),
    path("apprenticeships/<uuid:apprenticeship_id>/hours/csv/", hours.hours_csv, name="hours-csv"),
    path("hours/<uuid:entry_id>/", hours.hours_entry, name="hours-entry"),
    path("hours/<uuid:entry_id>/remove/", hours.hours_remove, name="hours-remove"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/new/", sessions.session_new, name="session-new"),
    path("sessions/<uuid:session_id>/", sessions.session, name="session"),
    path("sessions/<uuid:session_id>/<uuid:apprenticeship_id>/", sessions.attendance, name="attendance"),
    path("apprenticeships/<uuid:apprenticeship_id>/attainments/", attainments.attainments, name="attainments"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/attainments/<slug:subject>/<slug:kind>/",
        attainments.attainment_new,
        name="attainment-new",
    ),
    path("attainments/<uuid:attainment_id>/undo/", attainments.attainment_undo, name="attainment-undo"),
]
