"""A file by its name, and a file shown in place, as far as browsers can show it and our pictures of it go.

Pages show many files, so what differs from one to another is worked out here and the template only prints it.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pages.addresses import addresses_of
from pages.templatetags.icons import drawn
from portfolios.markers import places
from portfolios.models import EvidenceFile
from portfolios.processing.copies import why_closed
from portfolios.viewing import Picture, ShownFile

register = template.Library()

#: Pictures that every browser draws. Of others only what was made of them is shown.
_DRAWN = {"image/jpeg", "image/png", "image/webp", "image/gif"}
#: By the kind of a file, or by what exactly it is; the last is for any other.
_ICONS = {
    "image": "image",
    "audio": "mic",
    "video": "video",
    "text": "file-text",
    "application/pdf": "file-text",
    "": "file",
}
_PROCESSING, _SCAN = dict(EvidenceFile.Processing.choices), dict(EvidenceFile.Scan.choices)


@lru_cache(maxsize=5_000)
def _size(size_bytes: int) -> str:
    return filesizeformat(size_bytes)


@register.simple_tag
def file_label(file: EvidenceFile | ShownFile, is_explained: object = False) -> SafeString:
    """A file's kind, name and size, the way to it, and what became of it.

    Args:
        is_explained: whether it is said beside it why it cannot be opened yet.
    """
    icon = drawn(_ICONS.get(file.media_kind) or _ICONS.get(file.content_type) or _ICONS[""], 18)
    if is_explained:
        name = format_html('<span class="file-name">{}</span>', file.name)
        rest = format_html(' <span class="file-size">{}</span>', _size(file.size_bytes))
    elif file.scan == EvidenceFile.Scan.INFECTED:
        name = format_html('<span class="file-name">{}</span>', file.name)
        warning = _("The virus check found something in this file. Nobody can open it.")
        rest = format_html(' <span class="file-warning">{} {}</span>', drawn("shield-alert", 16), warning)
    else:
        name = format_html('<a class="file-name" href="{}">{}</a>', addresses_of("file")(file.pk), file.name)
        rest = format_html(' <span class="file-size">{}</span>{}', _facts(file), _removed(file))
    return format_html(
        '<span class="file"><span class="file-icon">{}</span> <span class="file-words">{}{}</span></span>',
        icon,
        name,
        rest,
    )


def _facts(file: EvidenceFile | ShownFile) -> str:
    """Its size and pages, and how far it is prepared and checked."""
    facts = [_size(file.size_bytes)]
    if file.page_count:
        facts.append(ngettext("%(n)d page", "%(n)d pages", file.page_count) % {"n": file.page_count})
    if file.processing != EvidenceFile.Processing.DONE:
        facts.append(str(_PROCESSING[file.processing]))
    if file.scan != EvidenceFile.Scan.WAITING or file.processing != EvidenceFile.Processing.WAITING:
        facts.append(str(_SCAN[file.scan]))
    return " · ".join(facts)


def _removed(file: EvidenceFile | ShownFile) -> str:
    """What was taken out of the copy that others get."""
    if not file.removed_details:
        return ""
    told = _("Taken out of what others get: %(names)s") % {"names": ", ".join(map(str, file.removed_details))}
    return format_html(' <span class="file-size">{}</span>', told)


@register.inclusion_tag("components/file_viewer.html")
def file_viewer(
    file: EvidenceFile | ShownFile,
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
    kind, closed = file.media_kind, why_closed(file, is_own=is_own)
    made: dict[str, list[Picture]] = {}
    for picture in file.pictures:
        made.setdefault(picture.kind, []).append(picture)
    marked = []
    if marks and marks.get("markers"):
        key = str(file.pk)
        marked = [place for place in places(marks["markers"], marks.get("files") or []) if place.file_id == key]
    shown: dict[str, Any] = {
        "key": file.pk,
        "name": file.name,
        "kind": kind,
        "label": file_label(file, closed),
        "why_closed": closed,
        "is_infected": file.scan == EvidenceFile.Scan.INFECTED,
        "places": () if is_edited else marked,
        "transcript": "" if is_edited else file.transcript,
    }
    if not closed:
        shown |= _in_place(file, kind, made, marked)
        if is_alone and not shown.keys() & {"pictures", "sound", "film", "text"}:
            is_waiting = file.processing == EvidenceFile.Processing.WAITING
            shown["nothing"] = (
                _("Its preview is being made. Come back in a minute.")
                if is_waiting
                else _("This file is for opening elsewhere.")
            )
        if not is_alone:
            shown["page_address"] = addresses_of("file-page")(file.pk)
            shown["page_words"] = _("Open and mark places") if can_mark and kind != "text" else _("Open large")
    pages = len(made.get("page", []))
    if pages and file.page_count and file.page_count > pages:
        numbers = {"shown": pages, "all": file.page_count}
        shown["page_facts"] = _("The first %(shown)s of %(all)s pages are shown here.") % numbers
    return shown


def _in_place(
    file: EvidenceFile | ShownFile, kind: str, made: dict[str, list[Picture]], marked: list[Any]
) -> dict[str, Any]:
    """What of it is shown: pictures with their regions, a player, or text."""
    address, picture_address = addresses_of("file")(file.pk), addresses_of("rendition")
    regions = [place for place in marked if place.data["left"] is not None]
    if kind == "image":
        if picture := next(iter(made.get("picture", [])), None):
            drawn_picture = {"address": picture_address(picture.pk), "width": picture.width, "height": picture.height}
        elif file.content_type in _DRAWN:
            drawn_picture = {"address": address}
        else:
            drawn_picture = {}
        if drawn_picture:
            words = _("Picture: %(name)s") % {"name": file.name}
            return {"pictures": [drawn_picture | {"words": words, "regions": regions}], "words": file.name}
    if kind == "audio":
        return {"sound": address}
    if kind == "video":
        poster = next(iter(made.get("poster", [])), None)
        return {"film": address, "poster": picture_address(poster.pk) if poster else ""}
    pages = made.get("page", [])
    if not pages:
        return {"text": file.excerpt, "words": _("Text of %(name)s") % {"name": file.name}} if file.excerpt else {}
    return {
        "words": _("Pages of %(name)s") % {"name": file.name},
        "are_pages": True,
        "pictures": [
            {
                "number": page.number,
                "address": picture_address(page.pk),
                "width": page.width,
                "height": page.height,
                "words": _("Page %(n)s of %(all)s") % {"n": page.number, "all": len(pages)},
                "regions": [place for place in regions if place.data["page"] == page.number],
            }
            for page in pages
        ],
    }
