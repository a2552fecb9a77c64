"""A file shown in place, as far as browsers can show it and our pictures of it go."""

from typing import Any

from django import template

from portfolios.markers import places
from portfolios.models import EvidenceFile
from portfolios.processing.copies import why_closed
from portfolios.viewing import Picture

register = template.Library()

#: Pictures that every browser draws. Of others only what was made of them is shown.
_DRAWN = {"image/jpeg", "image/png", "image/webp", "image/gif"}


@register.inclusion_tag("components/file_viewer.html")
def file_viewer(
    file: EvidenceFile,
    marks: dict[str, Any] | None = None,
    is_own: bool = False,
    can_mark: bool = False,
    is_alone: bool = False,
    is_edited: bool = False,
) -> dict[str, Any]:
    """A file as it can be looked at, with the places in it that count.

    Args:
        file: from `portfolios.viewing`.
        marks: a snapshot's content, or the same for a working copy: `markers` and `files`.
        is_own: whether the asker is its apprentice, who alone gets it before it is prepared.
        can_mark: whether places can be marked in it now, on its own page.
        is_alone: whether this is the file's own page, which needs no way to itself.
        is_edited: whether its places and what is said in it stand beside it, to be changed.
    """
    made: dict[str, list[Picture]] = {}
    for picture in file.pictures:
        made.setdefault(picture.kind, []).append(picture)
    marks = marks or {}
    marked = [
        place for place in places(marks.get("markers") or [], marks.get("files") or []) if place.file_id == str(file.pk)
    ]
    regions = [place for place in marked if place.data["left"] is not None]
    pages = [(page, [place for place in regions if place.data["page"] == page.number]) for page in made.get("page", [])]
    return {
        "file": file,
        "is_own": is_own,
        "can_mark": can_mark,
        "is_alone": is_alone,
        "is_edited": is_edited,
        "why_closed": why_closed(file, is_own=is_own),
        "picture": next(iter(made.get("picture", [])), None),
        "poster": next(iter(made.get("poster", [])), None),
        "pages": pages,
        "draws_original": file.content_type in _DRAWN,
        "places": marked,
        "regions": regions,
    }
