"""Files as they are looked at: with the pictures that were made of each, and the beginning of its text."""

from typing import NamedTuple
from uuid import UUID

from core.prepared import Prepared
from portfolios.models import EvidenceFile, Rendition


class Picture(NamedTuple):
    """A picture that was made of a file."""

    kind: str
    pk: UUID
    number: int
    width: int
    height: int


_pictures = Prepared(
    lambda files: (
        Rendition.objects.unscoped()
        .filter(file__in=files)
        .order_by("file", "kind", "number")
        .values_list("file", *Picture._fields)
    )
)

_current = Prepared(
    lambda evidence: (
        EvidenceFile.objects.unscoped().filter(evidence=evidence).current().for_viewing().order_by("added_at", "pk")
    )
)


_working = Prepared(
    lambda evidence: EvidenceFile.objects.unscoped().filter(evidence=evidence).current().order_by("added_at", "pk"),
    is_the_same_every_day=True,
)


def with_pictures(files: list[EvidenceFile]) -> list[EvidenceFile]:
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


def current_files(evidence: UUID) -> list[EvidenceFile]:
    """The files of a working copy, in the order in which they came. It was read through `visible_to`."""
    return with_pictures(list(_current(evidence=evidence)))
