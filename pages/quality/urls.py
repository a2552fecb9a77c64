"""Addresses of internal quality assurance."""

from django.urls import path

from pages.quality import checking, home, plans

urlpatterns = [
    path("quality/", home.quality, name="quality"),
    path("quality/plans/", plans.sampling_plans, name="sampling-plans"),
    path("quality/plans/new/", plans.sampling_plan_new, name="sampling-plan-new"),
    path("quality/plans/<uuid:plan_id>/", plans.sampling_plan, name="sampling-plan"),
    path("quality/plans/<uuid:plan_id>/withdraw/", plans.sampling_plan_withdraw, name="sampling-plan-withdraw"),
    path("quality/plans/<uuid:plan_id>/add/<uuid:decision_id>/", plans.sample_add, name="sample-add"),
    path("quality/samples/<uuid:sample_id>/", checking.sample, name="sample"),
    path("quality/findings/<uuid:finding_id>/correct/", checking.finding_correct, name="finding-correct"),
    path("quality/findings/<uuid:finding_id>/note/", checking.finding_note, name="finding-note"),
    path("quality/reopenings/<uuid:reopening_id>/undo/", checking.reopening_undo, name="reopening-undo"),
]
