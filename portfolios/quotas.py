"""How much an apprentice and a training provider may keep, and how much of it is taken.

What is announced counts as taken: room is reserved before the bytes come, and is free again when they never come.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from core import clock
from core.errors import Incomplete
from core.prepared import Prepared
from files.file_types import MAX_FILES
from portfolios.models import Evidence, EvidenceFile, PortfolioPolicy, Upload, policy_of


class QuotaReached(Incomplete):
    """There is no room for a file of this size. The message says how much there is."""

    status = 413

    def __init__(self, message: str) -> None:
        super().__init__(message, field="files")


@dataclass(frozen=True)
class Room:
    """What is taken of a quota."""

    taken_bytes: int
    quota_bytes: int

    @property
    def free_bytes(self) -> int:
        return max(self.quota_bytes - self.taken_bytes, 0)


@dataclass(frozen=True)
class Limits:
    """What the form tells of what a provider sets: the apprentice's room, and what a piece needs and may claim."""

    room: Room
    claims_per_piece: int
    wants_line_per_claim: bool


_kept = Prepared(
    lambda apprentice, provider: (
        Apprenticeship.objects.unscoped()
        .filter(apprentice=apprentice, provider=provider)
        .values_list(
            "stored_bytes",
            "provider__portfolio_policy__apprentice_quota_bytes",
            "provider__portfolio_policy__claims_per_piece",
            "provider__portfolio_policy__wants_line_per_claim",
        )
    ),
    is_the_same_every_day=True,
)
_coming = Prepared(
    lambda apprentice, provider: (
        Upload.objects.unscoped()
        .under_way()
        .filter(evidence__apprenticeship__apprentice=apprentice, evidence__apprenticeship__provider=provider)
        .values_list("size_bytes", "expires_at")
    ),
    is_the_same_every_day=True,
)


_coming_to_provider = Prepared(
    lambda provider: (
        Upload.objects.unscoped()
        .under_way()
        .filter(evidence__provider=provider)
        .values_list("size_bytes", "expires_at")
    ),
    is_the_same_every_day=True,
)
_kept_by_provider = Prepared(
    lambda provider: (
        Apprenticeship.objects.unscoped()
        .filter(provider=provider)
        .values("provider")
        .annotate(total=Sum("stored_bytes"))
        .values_list("total")
    ),
    is_the_same_every_day=True,
)
# Without the key, so that rows which merely name the provider need not wait.
_locked_provider = Prepared(
    lambda provider: Organisation.objects.select_for_update(no_key=True).filter(pk=provider),
    is_the_same_every_day=True,
)
_coming_to_piece = Prepared(
    lambda evidence: Upload.objects.unscoped().under_way().filter(evidence=evidence).values_list("expires_at"),
    is_the_same_every_day=True,
)
_files = Prepared(
    lambda evidence: EvidenceFile.objects.unscoped().filter(evidence=evidence).current().values_list("pk"),
    is_the_same_every_day=True,
)


def limits_of(apprenticeship: Apprenticeship) -> Limits:
    """What the form tells, and what `require_room` holds a file against once the provider is locked."""
    whose = {"apprentice": apprenticeship.apprentice_id, "provider": apprenticeship.provider_id}
    coming_bytes = _reserved(_coming(**whose))
    kept = list(_kept(**whose))
    _, quota_bytes, claims_per_piece, wants_line_per_claim = kept[0]
    if quota_bytes is None:  # the provider has set nothing
        usual = PortfolioPolicy()
        quota_bytes, claims_per_piece = usual.apprentice_quota_bytes, usual.claims_per_piece
    room = Room(coming_bytes + sum(row[0] for row in kept), quota_bytes)
    return Limits(room, claims_per_piece, bool(wants_line_per_claim))


def room_of_apprentice(apprenticeship: Apprenticeship) -> Room:
    """What the apprentice has taken of what this provider lets each apprentice keep."""
    return limits_of(apprenticeship).room


def room_of_provider(provider: Organisation) -> Room:
    """What all apprentices of the provider together have taken."""
    coming_bytes = _reserved(_coming_to_provider(provider=provider.pk))
    kept = _kept_by_provider(provider=provider.pk).first()
    return Room(coming_bytes + (kept[0] if kept else 0), policy_of(provider).provider_quota_bytes)


def require_room(apprenticeship: Apprenticeship, size_bytes: int) -> None:
    """Make sure that this many more bytes fit. The provider stays locked until the transaction ends.

    So of several that come at once, each counts what those before it reserved. It comes after evidence and before
    the audit's head in the order of locks.

    Raises:
        QuotaReached: they do not fit the apprentice's quota, or the provider's.
    """
    (provider,) = _locked_provider(provider=apprenticeship.provider_id)
    own = room_of_apprentice(apprenticeship)
    if size_bytes > own.free_bytes:
        raise QuotaReached(
            _(
                "There is not enough space for this file. You have %(free)s left of %(quota)s. Make "
                "the file smaller, or ask your training provider for more space."
            )
            % {"free": filesizeformat(own.free_bytes), "quota": filesizeformat(own.quota_bytes)}
        )
    if size_bytes > room_of_provider(provider).free_bytes:
        raise QuotaReached(
            _("Your training provider has run out of storage, so we cannot save this file. Please tell them.")
        )


def require_place(evidence: Evidence) -> None:
    """Make sure that the piece takes one more file, counting those that are on their way. The evidence is locked.

    Raises:
        Incomplete: it has as many as it may.
    """
    now = clock.now()
    coming = sum(expires_at > now for (expires_at,) in _coming_to_piece(evidence=evidence.pk))
    if file_count(evidence) + coming >= MAX_FILES:
        words = {"count": MAX_FILES, "coming": coming}
        raise Incomplete(
            _("A piece of evidence can have up to %(count)s files, and %(coming)s are still uploading.") % words
            if coming
            else _("A piece of evidence can have up to %(count)s files.") % words,
            field="files",
        )


def file_count(evidence: Evidence) -> int:
    """How many files the working copy has."""
    return _files(evidence=evidence.pk).count()


def _reserved(coming: Iterable[tuple[int, datetime]]) -> int:
    """The bytes of what is on its way and may still come.

    It is counted before what is kept: a file that arrives in between counts twice, never not at all.
    """
    now = clock.now()
    return sum(size for size, expires_at in coming if expires_at > now)
