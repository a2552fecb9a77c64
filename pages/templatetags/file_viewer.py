"""A file by its name, and a file shown in place, as far as browsers can show it and our pictures of it go.

Pages show many files, so what differs from one to another is worked out here and the template only prints it.
"""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pages.addresses import addresses_of
from pages.templatetags.icons import drawn
from portfolios.markers import Place, places
from portfolios.models import EvidenceFile
from portfolios.processing.copies import why_closed, why_withheld
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
_DOT = " · "
_PROCESSING = {key: str(label) for key, label in EvidenceFile.Processing.choices}
_NOT_SCANNED = str(EvidenceFile.Scan.NOT_SCANNED.label)

_FILE = '<span class="file"><span class="file-icon">{{}}</span> <span class="file-words">{}</span></span>'
_EXPLAINED = _FILE.format('<span class="file-name">{}</span> <span class="file-size">{}</span>')
_INFECTED = _FILE.format('<span class="file-name">{}</span> <span class="file-warning">{} {}</span>')
_HIDDEN = _INFECTED
_OPEN = _FILE.format('<a class="file-name" href="{}">{}</a> <span class="file-size">{}</span>{}')

#: A file in place; what stands for the first pair of braces is the way to the file's own page.
_FIGURE = (
    '<figure class="viewer" id="file-{{}}" data-viewer="{{}}">{{}}'
    '<figcaption>{{}}<p class="viewer-facts">{{}}{}</p>{{}}</figcaption></figure>'
)
_WITH_WAY = _FIGURE.format(' <a href="{}">{}<span class="visually-hidden">: {}</span></a>')
_WITHOUT_WAY = _FIGURE.format("")


@lru_cache(maxsize=5_000)
def _size(size_bytes: int) -> str:
    return filesizeformat(size_bytes)


@register.simple_tag
def file_label(
    file: EvidenceFile | ShownFile, is_explained: object = False, *, is_to_download: bool = False
) -> SafeString:
    """A file's kind, name and size, the way to it, and what became of it.

    Args:
        is_explained: whether it is said beside it why it cannot be opened yet.
        is_to_download: whether whoever reads this has to open the file itself, because nothing of it is shown: only
            then they need to know that nobody looked for viruses.
    """
    icon = drawn(_ICONS.get(file.media_kind) or _ICONS.get(file.content_type) or _ICONS[""], 18)
    if is_explained:
        return format_html(_EXPLAINED, icon, file.name, _size(file.size_bytes))
    if file.withheld:
        return format_html(
            _HIDDEN, icon, file.name, drawn("shield-alert", 16), why_withheld(file.withheld, is_own=True)
        )
    if file.scan == EvidenceFile.Scan.INFECTED:
        warning = _("This file failed the virus check, so nobody can open it.")
        return format_html(_INFECTED, icon, file.name, drawn("shield-alert", 16), warning)
    return _open_label(icon, file.pk, file.name, _facts(file, is_to_download), _removed(file))


@lru_cache(maxsize=5_000)
def _open_label(icon: SafeString, key: UUID, name: str, facts: str, removed: str) -> SafeString:
    """Kept, because a page shows the same file in each round that has it."""
    return format_html(_OPEN, icon, addresses_of("file")(key), name, facts, removed)


def _facts(file: EvidenceFile | ShownFile, is_to_download: bool) -> str:
    """Its size and pages, how far it is prepared, and that it was not checked where that helps."""
    facts = [_size(file.size_bytes)]
    if file.page_count:
        facts.append(ngettext("%(n)d page", "%(n)d pages", file.page_count) % {"n": file.page_count})
    if file.processing != EvidenceFile.Processing.DONE:
        facts.append(_PROCESSING[file.processing])
    if is_to_download and file.scan == EvidenceFile.Scan.NOT_SCANNED:
        facts.append(_NOT_SCANNED)
    return _DOT.join(facts)


def _removed(file: EvidenceFile | ShownFile) -> str:
    """What was taken out of the copy that others get."""
    if not file.removed_details:
        return ""
    told = _("Removed from the copy that others see: %(names)s") % {"names": ", ".join(map(str, file.removed_details))}
    return format_html(' <span class="file-size">{}</span>', told)


@register.simple_tag
def file_viewer(
    file: EvidenceFile | ShownFile,
    marks: dict[str, Any] | None = None,
    is_own: bool = False,
    can_mark: bool = False,
    is_alone: bool = False,
    is_edited: bool = False,
) -> SafeString:
    """A file in place: pictures, a player or text, with the places in it that count and what happened to it.

    Args:
        file: from `portfolios.viewing`.
        marks: a snapshot's content, or the same for a working copy: `markers` and `files`.
        is_own: whether the asker is its apprentice, who alone gets it before it is prepared.
        can_mark: whether places can be marked in it now, on its own page.
        is_alone: whether this is the file's own page, which needs no way to itself.
        is_edited: whether its places and what is said in it stand beside it, to be changed.
    """
    closed = why_closed(file, is_own=is_own)
    is_to_download = False
    key = str(file.pk)
    marked = []
    if marks and marks.get("markers"):
        marked = [place for place in places(marks["markers"], marks.get("files") or []) if place.file_id == key]
    if closed:
        css_class = "notice notice-warning" if file.scan == EvidenceFile.Scan.INFECTED else "notice"
        shown: str = format_html('<p class="{}">{}</p>', css_class, closed)
    else:
        shown = _in_place(file, marked, is_alone)
        is_to_download = not shown and not is_own
        if is_alone:
            shown = shown or _nothing(file)
    below = ""
    transcript = file.transcript if file.shows_texts else ""
    if not is_edited and (marked or transcript):
        below = render_to_string("components/file_notes.html", {"places": marked, "transcript": transcript})
    label = file_label(file, closed, is_to_download=is_to_download)
    given = (key, file.media_kind, shown, label, _missing_pages(file))
    if closed or is_alone:
        return format_html(_WITHOUT_WAY, *given, below)
    way_words = _("Open and highlight") if can_mark and file.media_kind != "text" else _("Open")
    return format_html(_WITH_WAY, *given, addresses_of("file-page")(file.pk), way_words, file.name, below)


def _in_place(file: EvidenceFile | ShownFile, marked: list[Place], is_alone: bool) -> SafeString | str:
    """What of it is shown: pictures with the regions in them, a player, or text.

    A photo may lie on its side, so it can be turned wherever it is shown; pages on the file's own page.
    """
    kind = file.media_kind
    if kind == "text" and not file.pictures:
        return _text(file)
    address, picture_address = addresses_of("file")(file.pk), addresses_of("rendition")
    made: dict[str, list[Picture]] = {}
    for picture in file.pictures:
        made.setdefault(picture.kind, []).append(picture)
    regions = [place for place in marked if place.data["left"] is not None]
    if kind == "image" and ("picture" in made or file.content_type in _DRAWN):
        one: dict[str, Any] = {"address": address, "words": _("Picture: %(name)s") % {"name": file.name}}
        if picture := next(iter(made.get("picture", [])), None):
            one |= {"address": picture_address(picture.pk), "width": picture.width, "height": picture.height}
        return _pictures(file.pk, file.name, [one | {"regions": regions}], can_turn=True)
    if kind == "audio":
        return format_html('<audio controls preload="metadata" src="{}" aria-label="{}"></audio>', address, file.name)
    if kind == "video":
        poster = next(iter(made.get("poster", [])), None)
        return format_html(
            '<video controls preload="metadata" playsinline src="{0}"{1} aria-label="{2}"></video>'
            '<p class="notice" data-undrawn hidden>{3} <a href="{0}" download="{2}">{4}</a></p>',
            address,
            format_html(' poster="{}"', picture_address(poster.pk)) if poster else "",
            file.name,
            _("This browser cannot play this video. You can download it and open it in another program."),
            _("Download the video"),
        )
    if pages := made.get("page", []):
        shown = [
            {
                "number": page.number,
                "address": picture_address(page.pk),
                "width": page.width,
                "height": page.height,
                "words": _("Page %(n)s of %(all)s") % {"n": page.number, "all": len(pages)},
                "regions": [place for place in regions if place.data["page"] == page.number],
            }
            for page in pages
        ]
        return _pictures(
            file.pk, _("Pages of %(name)s") % {"name": file.name}, shown, can_turn=is_alone, are_pages=True
        )
    return _text(file)


def _text(file: EvidenceFile | ShownFile) -> SafeString | str:
    """The beginning of its text, if there is any and `portfolios.workflow.show_texts` was asked."""
    if not file.excerpt or not file.shows_texts:
        return ""
    words = _("Text of %(name)s") % {"name": file.name}
    # A line break at the beginning is not part of the text.
    return format_html(
        '<pre class="viewer-text" tabindex="0" role="group" aria-label="{}">\n{}</pre>', words, file.excerpt
    )


def _pictures(
    key: UUID, words: str, pictures: list[dict[str, Any]], *, can_turn: bool, are_pages: bool = False
) -> SafeString:
    context = {"key": key, "words": words, "pictures": pictures, "can_turn": can_turn, "are_pages": are_pages}
    return render_to_string("components/file_pictures.html", context)


def _nothing(file: EvidenceFile | ShownFile) -> SafeString:
    """Why nothing is shown on the file's own page."""
    is_waiting = file.processing == EvidenceFile.Processing.WAITING
    return format_html(
        '<p class="muted">{}</p>',
        _("The preview is on its way. Check again in a minute.")
        if is_waiting
        else _("There is no preview for this file. Download it to open it."),
    )


def _missing_pages(file: EvidenceFile | ShownFile) -> str:
    """That there are more pages than are shown."""
    pages = sum(picture.kind == "page" for picture in file.pictures)
    if not pages or not file.page_count or file.page_count <= pages:
        return ""
    return _("This shows the first %(shown)s of %(all)s pages.") % {"shown": pages, "all": file.page_count}
