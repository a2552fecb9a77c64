"""Addresses of the gateway."""

from django.urls import path

from pages.gateway import gateway, gateways

urlpatterns = [
    path("gateway/", gateways.gateways, name="gateways"),
    path("apprenticeships/<uuid:apprenticeship_id>/gateway/", gateway.gateway, name="gateway"),
    path("apprenticeships/<uuid:apprenticeship_id>/gateway/open/", gateway.gateway_open, name="gateway-open"),
    path("apprenticeships/<uuid:apprenticeship_id>/result/", gateway.assessment_result, name="assessment-result"),
    path("declarations/<uuid:version_id>/release/", gateway.gateway_release, name="gateway-release"),
    path("declarations/<uuid:version_id>/return/", gateway.gateway_return, name="gateway-return"),
    path("results/<uuid:result_id>/correct/", gateway.assessment_result_correct, name="assessment-result-correct"),
]
