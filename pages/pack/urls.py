"""Addresses of the pack for the assessment organisation."""

from django.urls import path

from pages.pack import choosing, rules

urlpatterns = [
    path("apprenticeships/<uuid:apprenticeship_id>/pack/", choosing.pack, name="pack"),
    path("apprenticeships/<uuid:apprenticeship_id>/pack/pieces/", choosing.pieces_choose, name="pack-pieces"),
    path("plan-rules/", rules.plan_rules, name="plan-rules"),
    path("plan-rules/<uuid:version_id>/", rules.plan_rules_edit, name="plan-rules-edit"),
]
