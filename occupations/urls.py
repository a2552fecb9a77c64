"""Addresses of the catalogue: /standards/ST0321/1.0/."""

from django.urls import path, register_converter

from occupations import views


class ReferenceConverter:
    """A standard's reference."""

    regex = "(?:ST|FA|AU)[0-9]{4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class VersionConverter(ReferenceConverter):
    """A version's number."""

    regex = r"[0-9]{1,3}\.[0-9]{1,3}"


register_converter(ReferenceConverter, "standard_reference")
register_converter(VersionConverter, "standard_version")

app_name = "occupations"

urlpatterns = [
    path("standards/", views.standards, name="standards"),
    path("standards/<standard_reference:reference>/<standard_version:version>/", views.standard, name="standard"),
]
