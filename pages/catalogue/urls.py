"""Addresses of the catalogue: /standards/ST0321/1.0/."""

from django.urls import path, register_converter

from pages.catalogue import catalogue, duty_lens, keepers, progression, revisions, uploads


class ReferenceConverter:
    """What addresses call a standard: its reference, and of a private one the UKPRN of its provider."""

    regex = "(?:ST|FA|AU)[0-9]{4}(?:-[0-9]{8})?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class VersionConverter(ReferenceConverter):
    """A version's number."""

    regex = r"[0-9]{1,3}\.[0-9]{1,3}"


register_converter(ReferenceConverter, "standard_reference")
register_converter(VersionConverter, "standard_version")

urlpatterns = [
    path("standards/", catalogue.standards, name="standards"),
    path("standards/import/", uploads.import_new, name="import"),
    path("standards/import/<uuid:draft_id>/", uploads.import_preview, name="import-preview"),
    path("standards/import/<uuid:draft_id>/confirm/", uploads.import_confirm, name="import-confirm"),
    path("standards/import/<uuid:draft_id>/discard/", uploads.import_discard, name="import-discard"),
    path("standards/keepers/", keepers.keepers, name="keepers"),
    path("standards/keepers/<uuid:membership_id>/end/", keepers.keeper_end, name="keeper-end"),
    path("standards/record/", keepers.catalogue_record, name="catalogue-record"),
    path("standards/revisions/", revisions.revisions, name="revisions"),
    path("standards/revisions/<uuid:revision_id>/", revisions.revision, name="revision"),
    path("standards/revisions/<uuid:revision_id>/adopt/", revisions.revision_adopt, name="revision-adopt"),
    path("standards/<standard_reference:reference>/compare/", catalogue.compare_versions, name="compare"),
    path("standards/<standard_reference:reference>/favourite/", catalogue.favourite, name="favourite"),
    path("standards/<standard_reference:reference>/progression/", progression.progression_of, name="progression"),
    path(
        "standards/<standard_reference:reference>/progression/<standard_reference:to>/",
        progression.carries_over,
        name="carries-over",
    ),
    path("standards/<standard_reference:reference>/<standard_version:version>/", catalogue.standard, name="standard"),
    path(
        "standards/<standard_reference:reference>/<standard_version:version>/duties/",
        duty_lens.duties_for,
        name="duty-lens",
    ),
    path(
        "standards/<standard_reference:reference>/<standard_version:version>/duties/<int:number>/",
        catalogue.duty,
        name="duty",
    ),
]
