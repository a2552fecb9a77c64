"""Highlights of a piece, for the claims they speak for."""

from typing import Any

from django import template

from portfolios.markers import Place, places

register = template.Library()


@register.filter
def places_for(content: dict[str, Any], code: str) -> list[Place]:
    """The places that a snapshot's content, or a working copy as such, marks for the KSB with this code."""
    return places(content.get("markers") or [], content.get("files") or [], code)


@register.filter
def places_in(content: dict[str, Any], file_id: Any) -> list[Place]:
    """The places marked in one file."""
    found = places(content.get("markers") or [], content.get("files") or [])
    return [place for place in found if place.file_id == str(file_id)]
