"""Addresses of what was recorded at another provider."""

from django.urls import path

from pages.external import portfolios, sign_offs

urlpatterns = [
    path("apprenticeships/<uuid:apprenticeship_id>/external/", sign_offs.external, name="external"),
    path("portfolio-import/", portfolios.portfolio_import, name="portfolio-import"),
    path("external/<uuid:external_id>/take-out/", sign_offs.external_take_out, name="external-take-out"),
]
