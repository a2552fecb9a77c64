"""Dividing a provider's whole export into files that a computer can hold: each has some of the learners."""

from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from apprenticeships.models import Apprenticeship
from assessments.models import VoiceNote
from core.actor import Actor
from programme.learner_file.models import LearnerDocument

#: A part holds no more than this of files that people brought, unless one learner alone has more.
PART_BYTES = 10 * 1024**3
#: A part has no more files than this beside its tables: the list of what is in a ZIP is held in memory.
PART_FILES = 50_000


@dataclass(frozen=True)
class Portion:
    """The learners of one part: those whose id is above one and up to another. The last part has no end.

    Attributes:
        number: counted from 1.
    """

    number: int
    of: int
    above: str = ""
    up_to: str = ""

    @classmethod
    def asked_for(cls, asked: dict[str, Any]) -> Self:
        return cls(**asked["portion"])

    def learners(self, by: Actor) -> QuerySet[Apprenticeship]:
        """Those of the provider that `by` acts for, in the order of their ids."""
        found = Apprenticeship.objects.visible_to(by).filter(provider=by.organisation_id, erased_at=None)
        if self.above:
            found = found.filter(pk__gt=UUID(self.above))
        if self.up_to:
            found = found.filter(pk__lte=UUID(self.up_to))
        return found.order_by("pk")


def portions(by: Actor) -> list[Portion]:
    """As few parts as hold everything that there is today."""
    extra: dict[UUID, tuple[int, int]] = {}
    for model in (LearnerDocument, VoiceNote):
        sizes = model.objects.visible_to(by).filter(provider=by.organisation_id).order_by()
        for pk, size, count in sizes.values_list("apprenticeship").annotate(Sum("size_bytes"), Count("pk")):
            before = extra.get(pk, (0, 0))
            extra[pk] = (before[0] + size, before[1] + count)
    ends: list[str] = []
    size_bytes = file_count = 0
    last = None
    for pk, stored_bytes in Portion(1, 1).learners(by).values_list("pk", "stored_bytes"):
        more_bytes, more_files = extra.get(pk, (0, 0))
        size_bytes, file_count = size_bytes + stored_bytes + more_bytes, file_count + 1 + more_files
        if last and (size_bytes > PART_BYTES or file_count > PART_FILES):
            ends.append(str(last))
            size_bytes, file_count = stored_bytes + more_bytes, 1 + more_files
        last = pk
    starts = ["", *ends]
    return [
        Portion(number, len(starts), above, up_to)
        for number, (above, up_to) in enumerate(zip(starts, [*ends, ""], strict=True), 1)
    ]
