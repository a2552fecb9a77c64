"""Where an occupation leads and where people come to it from: as published, and as computed from the statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core.actor import Actor
from occupations.matching import catalogue
from occupations.matching.catalogue import Alike
from occupations.matching.likeness import Carried, Statement, carried
from occupations.models import Ksb, ProgressionLink, SearchEntry, Standard, StandardVersion
from occupations.statuses import StatusKind, kind_of

#: Two occupations of one route are linked from this similarity on, of two routes from the other; and only if so many
#: statements carry over. docs/progression.md says why.
LEAST_SIMILARITY, LEAST_ACROSS_ROUTES, LEAST_CARRIED = 0.08, 0.12, 2
#: At most this many computed links are shown each way, the most similar.
MOST_LINKS = 6
#: A step of more levels is no next step.
MOST_LEVELS = 3

_FIELDS = (
    "title",
    "version",
    "correction",
    "status",
    "route",
    "level",
    "green",
    "standard__reference",
    "standard__slug",
    "standard__owner",
)


@dataclass(frozen=True)
class Link:
    """One way from or to the occupation in focus. `similarity` is from 0 to 1, or None where too little is alike."""

    version: StandardVersion
    is_onward: bool
    is_published: bool = False
    similarity: float | None = None
    #: How many statements of the occupation that the link leads to are carried over, of how many.
    carried_count: int = 0
    statement_count: int = 0

    @property
    def slug(self) -> str:
        return self.version.standard.slug

    @property
    def kind(self) -> str:
        """How it is known: published or computed."""
        return "published" if self.is_published else "computed"

    @property
    def percent(self) -> int | None:
        return None if self.similarity is None else round(self.similarity * 100)


@dataclass(frozen=True)
class Progression:
    """An occupation and the ways from and to it: published ones first, then computed ones, the most similar first."""

    focus: StandardVersion
    onward: list[Link]
    back: list[Link]
    #: Whether it says enough of what one knows and can do to be compared.
    is_comparable: bool

    @property
    def links(self) -> list[Link]:
        return [*self.back, *self.onward]

    @property
    def has_published(self) -> bool:
        return any(link.is_published for link in self.links)

    @property
    def has_computed(self) -> bool:
        return any(not link.is_published for link in self.links)


def progression(focus: StandardVersion, actor: Actor) -> Progression:
    """The ways from and to an occupation, by the newest text of it. The number of queries does not grow with them.

    Published ways lead only to standards that `actor` sees, computed ones only to those of the catalogue.
    """
    statements = [Statement.of(ksb) for ksb in ksbs_of(focus)]
    published = _published(focus.standard, actor)
    also = [version_id for version_id, _ in published]
    alike = {found.version_id: found for found in catalogue.held().alike(statements, LEAST_SIMILARITY, also)}
    versions = StandardVersion.objects.unscoped().select_related("standard").only(*_FIELDS).in_bulk([*alike, *also])
    links = [
        _link(versions[version_id], alike.get(version_id), is_onward, is_published=True)
        for version_id, is_onward in published
    ]
    for version_id, found in alike.items():
        other = versions[version_id]
        if version_id not in also and _is_next(focus, other):
            link = _link(other, found, is_onward=(other.level or 0) >= (focus.level or 0))
            if link.carried_count >= LEAST_CARRIED and found.similarity >= _least(focus, other):
                links.append(link)
    return Progression(
        focus=focus,
        onward=_best(link for link in links if link.is_onward),
        back=_best(link for link in links if not link.is_onward),
        is_comparable=len(statements) >= catalogue.LEAST_STATEMENTS,
    )


def carried_over(before: StandardVersion, after: StandardVersion) -> Carried:
    """Which K and S statements of one occupation carry over to another."""
    return carried(ksbs_of(before), ksbs_of(after), catalogue.held().rarity)


def ksbs_of(version: StandardVersion) -> list[Ksb]:
    """The statements of a version that are compared."""
    return list(Ksb.objects.filter(version=version, type__in=catalogue.TYPES).in_order())


def newest_of(standard: Standard) -> StandardVersion | None:
    """The text that speaks for a standard: the newest, as last corrected."""
    entry = SearchEntry.objects.unscoped().filter(standard=standard).select_related("version").first()
    found = entry.version if entry else standard.versions.newest()
    if found:
        found.standard = standard
    return found


def _published(standard: Standard, actor: Actor) -> list[tuple[UUID, bool]]:
    """The other end of each link that a source gives, by its newest version, and whether it is onward."""
    seen = SearchEntry.objects.visible_to(actor).values("version")
    found: list[tuple[UUID, bool]] = []
    for here, there, is_onward in (("start", "end", True), ("end", "start", False)):
        newest = f"{there}__search_entry__version"
        links = ProgressionLink.objects.filter(**{here: standard, f"{newest}__in": seen}).order_by("pk")
        found += [(version_id, is_onward) for version_id in links.values_list(newest, flat=True)]
    return found


def _is_next(focus: StandardVersion, other: StandardVersion) -> bool:
    """Whether one could plausibly go from the one to the other: not too far, and not to what is closed."""
    if other.standard_id == focus.standard_id or kind_of(other.status) == StatusKind.CLOSED:
        return False
    return focus.level is not None and other.level is not None and abs(other.level - focus.level) <= MOST_LEVELS


def _least(focus: StandardVersion, other: StandardVersion) -> float:
    """How similar these two must be."""
    return LEAST_SIMILARITY if focus.route and focus.route == other.route else LEAST_ACROSS_ROUTES


def _link(other: StandardVersion, found: Alike | None, is_onward: bool, is_published: bool = False) -> Link:
    if found is None:
        return Link(other, is_onward, is_published)
    counts = (
        (found.their_answered_count, found.their_count) if is_onward else (found.our_answered_count, found.our_count)
    )
    return Link(other, is_onward, is_published, found.similarity, *counts)


def _best(links: Iterable[Link]) -> list[Link]:
    """All that are published, and the most similar of the computed ones."""
    ordered = sorted(
        links, key=lambda link: (not link.is_published, -(link.similarity or 0), link.version.title.casefold())
    )
    published = [link for link in ordered if link.is_published]
    return published + ordered[len(published) :][:MOST_LINKS]
