"""Preparing a file: the copy that others get, what is shown of it in place, and its words."""

from pathlib import Path
from uuid import UUID

from django.core.files import File

from files import sandbox, storing
from portfolios.models import EvidenceFile, Rendition, Withheld, may_be_named
from portfolios.models.files import random_key
from portfolios.processing.copies import can_tell_of_place
from portfolios.processing.outcomes import Prepared, finish_preparation


def prepare(file_id: UUID, *, is_last_try: bool = False) -> None:
    """Prepare a file, unless it is gone or was prepared before.

    A file that does not open is none the worse for it: it has no preview, and what could tell of a place and was not
    cleaned stays with its owner. What is wrong with us (a full disk, a storage that is away) raises, for another try;
    after the last one the file has no preview either.
    """
    file = EvidenceFile.objects.unscoped().filter(pk=file_id, processing=EvidenceFile.Processing.WAITING).first()
    if file is None or file.withheld == Withheld.ERASED:
        return
    keys: list[str] = []
    is_kept = False
    try:
        with sandbox.workplace() as workplace, storing.at_hand(str(file.stored.name), workplace) as path:
            prepared = _prepared(file, path, workplace, keys)
        is_kept = finish_preparation(file.pk, prepared)
    except Exception:
        if is_last_try:
            may_tell = can_tell_of_place(file.content_type) and not file.cleaned
            finish_preparation(file.pk, Prepared(opens=False, may_tell_of_place=may_tell))
        raise
    finally:
        for key in keys if not is_kept else []:
            if not may_be_named(key):
                storing.remove(key)


def _prepared(file: EvidenceFile, path: Path, workplace: Path, keys: list[str]) -> Prepared:
    """What was made of a file. The objects that were kept for it are added to `keys`."""
    prepared = Prepared()

    def keep(made: Path, folder: str) -> storing.StoredFile:
        keys.append(random_key(folder))
        with made.open("rb") as content:
            return storing.store(File(content, keys[-1]), keys[-1])

    if can_tell_of_place(file.content_type) and not file.cleaned:
        try:
            cleaned = sandbox.clean(path, file.content_type, workplace)
        except sandbox.CannotOpen:
            prepared.opens, prepared.may_tell_of_place = False, True
            return prepared
        prepared.removed = cleaned.removed
        if cleaned.path is not None:
            prepared.cleaned = keep(cleaned.path, "cleaned")
    try:
        seen = sandbox.look(path, file.content_type, workplace)
    except sandbox.CannotOpen:
        prepared.opens = False
        return prepared
    for picture in seen.pictures:
        stored = keep(picture.path, "renditions")
        row = Rendition(kind=picture.kind, number=picture.number, content_type=picture.content_type)
        row.width, row.height, row.size_bytes = picture.width, picture.height, stored.size_bytes
        row.stored.name = stored.key
        prepared.renditions.append(row)
    prepared.words = seen.words
    prepared.facts = {
        name: getattr(seen, name) for name in ("duration_ms", "width", "height", "page_count") if getattr(seen, name)
    }
    return prepared
