"""Addresses of judgement: what was submitted, the queue, reviews and sign-offs."""

from django.urls import path

from assessments.views import elsewhere, evidence, ksb, portfolio, review, transition

app_name = "assessments"

urlpatterns = [
    path("evidence/<uuid:evidence_id>/", evidence.evidence, name="evidence"),
    path("evidence/<uuid:evidence_id>/submit/", evidence.evidence_submit, name="evidence-submit"),
    path("evidence/<uuid:evidence_id>/take-back/", evidence.evidence_take_back, name="evidence-take-back"),
    path("evidence/<uuid:evidence_id>/versions/", portfolio.evidence_versions, name="evidence-versions"),
    path("apprenticeships/<uuid:apprenticeship_id>/evidence/print/", portfolio.portfolio_print, name="portfolio-print"),
    path("queue/", review.queue, name="queue"),
    path("submissions/<uuid:submission_id>/", review.review, name="review"),
    path("submissions/<uuid:submission_id>/start/", review.review_start, name="review-start"),
    path("submissions/<uuid:submission_id>/finish/", review.review_finish, name="review-finish"),
    path("apprenticeships/<uuid:apprenticeship_id>/ksbs/<slug:code>/", ksb.ksb, name="ksb"),
    path("apprenticeships/<uuid:apprenticeship_id>/ksbs/<slug:code>/sign-off/", ksb.sign_off, name="sign-off"),
    path("apprenticeships/<uuid:apprenticeship_id>/elsewhere/", elsewhere.elsewhere, name="elsewhere"),
    path(
        "apprenticeships/<uuid:apprenticeship_id>/ksbs/<slug:code>/confirm-wording/",
        ksb.wording_confirm,
        name="wording-confirm",
    ),
    path("apprenticeships/<uuid:apprenticeship_id>/history/", ksb.history, name="history"),
    path("apprenticeships/<uuid:apprenticeship_id>/history/<uuid:ksb_id>/", ksb.ksb_past, name="ksb-past"),
    path("apprenticeships/<uuid:apprenticeship_id>/option/", transition.option, name="option"),
    path("standards/<slug:reference>/transition/", transition.transition, name="transition"),
    path("transitions/<uuid:act>/", transition.transition_act, name="transition-act"),
    path("transitions/<uuid:act>/undo/", transition.transition_undo, name="transition-undo"),
    path("sign-offs/<uuid:sign_off_id>/withdraw/", ksb.sign_off_withdraw, name="sign-off-withdraw"),
]
