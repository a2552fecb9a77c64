"""Addresses of judging: the queue, reviews, sign-offs and moves to another version."""

from django.urls import path

from pages.judging import (
    adding,
    countersigning,
    elsewhere,
    finished,
    ksb,
    queueing,
    review,
    transition,
    unfinished,
)

urlpatterns = [
    path("queue/", review.queue, name="queue"),
    path("queue/send/", finished.reviews_send, name="reviews-send"),
    path("submissions/<uuid:submission_id>/", review.review, name="review"),
    path("countersign/", countersigning.countersignings, name="countersignings"),
    path("submissions/<uuid:submission_id>/countersign/", countersigning.countersign, name="countersign"),
    path("submissions/<uuid:submission_id>/start/", review.review_start, name="review-start"),
    path("submissions/<uuid:submission_id>/words/", unfinished.review_words, name="review-words"),
    path("submissions/<uuid:submission_id>/finish/", review.review_finish, name="review-finish"),
    path("submissions/<uuid:submission_id>/put-off/", review.review_put_off, name="review-put-off"),
    path("submissions/<uuid:submission_id>/add/", adding.review_add, name="review-add"),
    path("submissions/<uuid:submission_id>/drop/<slug:code>/", adding.review_drop, name="review-drop"),
    path("submissions/<uuid:submission_id>/take-up/", queueing.review_take_up, name="review-take-up"),
    path("submissions/<uuid:submission_id>/undo/", finished.review_undo, name="review-undo"),
    path("submissions/<uuid:submission_id>/send/", finished.review_send, name="review-send"),
    path("submissions/<uuid:submission_id>/discard/", finished.review_discard, name="review-discard"),
    path("decisions/<uuid:decision_id>/correct/", review.decision_correct, name="decision-correct"),
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
