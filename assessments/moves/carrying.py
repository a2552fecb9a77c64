"""What was judged for one statement, and which statement of the learner's text today it counts for.

Submissions, decisions and sign-offs point for ever at the KSB they were made for. Each transition says which KSB of the
later text goes on from which of the earlier one. Following these from the first move to the last, also backwards where
one was undone, leads from every KSB of the past to the one of today, or to none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from apprenticeships.models import Apprenticeship
from assessments.models import KsbCarryOver, Transition
from core.prepared import Prepared

NOTHING: frozenset[int] = frozenset()
_moves = Prepared(
    lambda apprenticeship: (
        Transition.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .order_by("number")
        .values_list("pk", "undoes", "before_version", "after_version")
    ),
    is_the_same_every_day=True,
)


@dataclass(frozen=True)
class Carried:
    """The ways of one apprenticeship's KSBs through its transitions. A KSB that never moved counts for itself."""

    ways: Mapping[UUID, UUID] = field(default_factory=dict)
    open_words: Mapping[UUID, frozenset[int]] = field(default_factory=dict)

    def now(self, ksb_id: UUID) -> UUID:
        """The KSB that what was judged for this one counts for today."""
        return self.ways.get(ksb_id, ksb_id)

    def sources(self, ksb_ids: Iterable[UUID]) -> set[UUID]:
        """The KSBs whose judgements count for these, themselves included."""
        wanted = set(ksb_ids)
        return wanted | {source for source, now in self.ways.items() if now in wanted}

    def to_confirm(self, ksb_id: UUID) -> frozenset[int]:
        """The carry-overs between this KSB and today's whose new words no assessor has confirmed."""
        return self.open_words.get(ksb_id, NOTHING)


def carried(apprenticeship: Apprenticeship) -> Carried:
    """How this apprenticeship's KSBs went on: one query where nobody was ever moved, one more where they were."""
    moves = list(_moves(apprenticeship=apprenticeship.pk))
    if not moves:
        return Carried()
    pairs: dict[UUID, list[tuple[int, UUID, UUID, bool]]] = {}
    for pk, transition, before, after, kind, confirmation in KsbCarryOver.objects.filter(
        transition__apprenticeship=apprenticeship
    ).values_list("pk", "transition", "before", "after", "kind", "confirmation"):
        is_open = kind == KsbCarryOver.Kind.REWORDED and confirmation is None
        pairs.setdefault(transition, []).append((pk, before, after, is_open))
    ways: dict[UUID, UUID] = {}
    open_words: dict[UUID, frozenset[int]] = {}
    versions: dict[UUID, UUID] = {}
    for pk, undoes, before_version, after_version in moves:
        steps: dict[UUID, tuple[UUID, frozenset[int]]] = {}
        for carry_over, before, after, is_open in pairs.get(undoes or pk, []):
            start, end = (after, before) if undoes else (before, after)
            steps[start] = (end, frozenset({carry_over}) if is_open else NOTHING)
            versions[start], versions[end] = before_version, after_version
        for source in ways.keys() | steps.keys():
            if step := steps.get(ways.get(source, source)):
                ways[source] = step[0]
                # Over the same words there and back again, nothing is left to confirm.
                open_words[source] = open_words.get(source, NOTHING) ^ step[1]
    for source in list(ways):
        # A statement of today's text is itself, whatever way led away from it before.
        if versions[source] == apprenticeship.standard_version_id:
            del ways[source]
            open_words.pop(source, None)
    return Carried(ways, open_words)
