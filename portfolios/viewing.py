"""Files as they are looked at: with the pictures that were made of each, and the beginning of its text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from core.prepared import Prepared
from portfolios.models import EvidenceFile, Rendition
from portfolios.models.files import media_kind


class Picture(NamedTuple):
    """A picture that was made of a file."""

    kind: str
    pk: UUID
    number: int
    width: int
    height: int


@dataclass
class ShownFile:
    """What a page shows of a file, by the names that EvidenceFile has for it."""

    pk: UUID
    name: str
    content_type: str
    size_bytes: int
    processing: str
    scan: str
    may_tell_of_place: bool
    withheld: str
    removed_details: list[Any]
    page_count: int | None
    width: int | None
    transcript: str
    excerpt: str | None
    pictures: list[Picture] = field(default_factory=list)
    #: Whether a page may show its transcript and its text to whoever asks: `portfolios.workflow.show_texts` says so.
    shows_texts: bool = False

    @property
    def media_kind(self) -> str:
        return media_kind(self.content_type, self.processing, self.width)


#: What `ShownFile` is made of, of files that were read `for_viewing`.
SHOWN = (
    "pk",
    "name",
    "content_type",
    "size_bytes",
    "processing",
    "scan",
    "may_tell_of_place",
    "withheld",
    "removed_details",
    "page_count",
    "width",
    "transcript",
    "excerpt",
)
#: What the form lists of each.
_LISTED = (
    "name",
    "content_type",
    "size_bytes",
    "sha256",
    "added_at",
    "processing",
    "scan",
    "removed_details",
    "withheld",
)
Shown = TypeVar("Shown", ShownFile, EvidenceFile)

_pictures = Prepared(
    lambda files: (
        Rendition.objects.unscoped()
        .filter(file__in=files)
        .order_by("file", "kind", "number")
        .values_list("file", *Picture._fields)
    ),
    is_the_same_every_day=True,
)
_current = Prepared(
    lambda evidence: (
        EvidenceFile.objects.unscoped()
        .filter(evidence=evidence)
        .current()
        .for_viewing()
        .order_by("added_at", "pk")
        .values_list(*SHOWN)
    ),
    is_the_same_every_day=True,
)
_working = Prepared(
    lambda evidence: (
        EvidenceFile.objects.unscoped()
        .filter(evidence=evidence)
        .current()
        .only(*_LISTED, "page_count", "width")
        .order_by("added_at", "pk")
    ),
    is_the_same_every_day=True,
)


def with_pictures(files: Sequence[Shown]) -> Sequence[Shown]:
    """The files, which were read `for_viewing` through `visible_to`, with their `pictures`."""
    found: dict[UUID, list[Picture]] = {}
    for file, *picture in _pictures(files=frozenset(file.pk for file in files)) if files else ():
        found.setdefault(file, []).append(Picture(*picture))
    for file in files:
        file.pictures = found.get(file.pk, [])
    return files


def working_files(evidence: UUID) -> list[EvidenceFile]:
    """The files of a working copy as the form lists them, by their names. It was read through `visible_to`."""
    return list(_working(evidence=evidence))


def current_files(evidence: UUID, known: Iterable[ShownFile] = ()) -> list[ShownFile]:
    """The files of a working copy, in the order in which they came. It was read through `visible_to`.

    Args:
        known: files whose pictures were read already; those of others are.
    """
    files = [ShownFile(*row) for row in _current(evidence=evidence)]
    pictures = {file.pk: file.pictures for file in known}
    for file in files:
        file.pictures = pictures.get(file.pk, [])
    with_pictures([file for file in files if file.pk not in pictures])
    return files
