"""Reading one pack: which rows were read for it, and whose names are in it."""

from typing import Any
from uuid import UUID

from apprenticeships.models import Apprenticeship
from apprenticeships.progress import applicable_ksbs
from assessments.moves.carrying import Carried, carried

Data = dict[str, Any]


class Reader:
    """Reads one pack, and notes which rows it read and who did what."""

    def __init__(self, apprenticeship: Apprenticeship) -> None:
        self.apprenticeship = apprenticeship
        self.subjects: set[tuple[str, str]] = set()
        self.people: dict[str, str] = {}
        self.ways: Carried = carried(apprenticeship)
        self.codes = dict(applicable_ksbs(apprenticeship).values_list("pk", "code"))

    def note(self, kind: str, pk: object) -> None:
        self.subjects.add((kind, str(pk)))

    def who(self, person: Any) -> str:
        """A person's name, noted for the entries that have their id."""
        self.people[str(person.pk)] = person.name
        return str(person.name)

    def today(self, ksb: UUID) -> str:
        """The code by which today's version has a KSB; empty where it has none."""
        return self.codes.get(self.ways.now(ksb), "")
