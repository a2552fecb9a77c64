"""Addresses of the pack for the assessment organisation."""

from django.urls import path

from pages.pack import choosing, packs, rules

urlpatterns = [
    path("apprenticeships/<uuid:apprenticeship_id>/pack/", choosing.pack, name="pack"),
    path("apprenticeships/<uuid:apprenticeship_id>/pack/pieces/", choosing.pieces_choose, name="pack-pieces"),
    path("apprenticeships/<uuid:apprenticeship_id>/pack/ask/", packs.pack_ask, name="pack-ask"),
    path("apprenticeships/<uuid:apprenticeship_id>/portfolio/", packs.portfolio, name="portfolio"),
    path("pack-keys/", packs.pack_keys, name="pack-keys"),
    path("plan-rules/", rules.plan_rules, name="plan-rules"),
    path("plan-rules/<uuid:version_id>/", rules.plan_rules_edit, name="plan-rules-edit"),
]
