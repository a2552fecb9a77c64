"""Addresses of judgement: what was submitted, the queue, reviews and sign-offs."""

from django.urls import path

from assessments.views import elsewhere, evidence, ksb, review

app_name = "assessments"

urlpatterns = [
    path("evidence/<uuid:evidence_id>/", evidence.evidence, name="evidence"),
    path("evidence/<uuid:evidence_id>/submit/", evidence.evidence_submit, name="evidence-submit"),
    path("evidence/<uuid:evidence_id>/take-back/", evidence.evidence_take_back, name="evidence-take-back"),
    path("queue/", review.queue, name="queue"),
    path("submissions/<uuid:submission_id>/", review.review, name="review"),
    path("submissions/<uuid:submission_id>/start/", review.review_start, name="review-start"),
    path("submissions/<uuid:submission_id>/finish/", review.review_finish, name="review-finish"),
    path("apprenticeships/<uuid:apprenticeship_id>/ksbs/<slug:code>/", ksb.ksb, name="ksb"),
    path("apprenticeships/<uuid:apprenticeship_id>/ksbs/<slug:code>/sign-off/", ksb.sign_off, name="sign-off"),
    path("apprenticeships/<uuid:apprenticeship_id>/elsewhere/", elsewhere.elsewhere, name="elsewhere"),
    path("sign-offs/<uuid:sign_off_id>/withdraw/", ksb.sign_off_withdraw, name="sign-off-withdraw"),
]
