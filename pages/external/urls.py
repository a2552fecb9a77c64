"""Addresses of what was recorded at another provider."""

from django.urls import path

from pages.external import portfolios, sign_offs

urlpatterns = [
    path("apprenticeships/<uuid:apprenticeship_id>/external/", sign_offs.external, name="external"),
    path("portfolio-import/", portfolios.portfolio_import, name="portfolio-import"),
    path("portfolio-import/<uuid:arrival_id>/", portfolios.portfolio_arrival, name="portfolio-arrival"),
    path(
        "portfolio-import/<uuid:arrival_id>/progress/",
        portfolios.portfolio_arrival_progress,
        name="portfolio-arrival-progress",
    ),
    path("portfolio-import/<uuid:arrival_id>/drop/", portfolios.portfolio_arrival_drop, name="portfolio-arrival-drop"),
    path("external/<uuid:external_id>/take-out/", sign_offs.external_take_out, name="external-take-out"),
]
