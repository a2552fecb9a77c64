"""Portfolios that were looked through and wait, for some hours, to be imported: each provider has its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Q

from core import clock
from files import orphans, storing
from notifications.models import KEPT_DAYS
from reports.portfolio.models import PortfolioArrival

FOLDER = "arrivals"
#: For so long somebody can look at what a portfolio would bring.
ARRIVALS_LIVE = timedelta(hours=12)


def _key(provider: UUID, sha256: str) -> str:
    return f"{FOLDER}/{provider.hex}/{sha256}"


def keep(provider: UUID, file: "File[bytes]") -> str:
    """Keep a file for the provider, and return its hash. The same file is kept once."""
    kept = storing.store(file, f"{FOLDER}/{provider.hex}/{uuid4().hex}")
    key = _key(provider, kept.sha256)
    if not default_storage.exists(key):
        with storing.opened(kept.key) as content:
            again: File[bytes] = File(content, kept.sha256)
            again.size = kept.size_bytes
            storing.store(again, key)
    storing.remove(kept.key)
    return kept.sha256


@contextmanager
def at_hand(provider: UUID, sha256: str, folder: Path) -> Iterator[Path]:
    """The file on this machine.

    Raises:
        FileNotFoundError: it was never kept for this provider, or is gone.
    """
    key = _key(provider, sha256)
    if not default_storage.exists(key):
        raise FileNotFoundError(key)
    with storing.at_hand(key, folder) as path:
        yield path


def drop(provider: UUID, sha256: str) -> None:
    """Remove a file that is no longer needed."""
    storing.remove(_key(provider, sha256))


def drop_unless_needed(provider: UUID, sha256: str) -> None:
    """Remove a file, unless somebody uploaded the same and has not imported it."""
    if not _is_needed(_key(provider, sha256)):
        drop(provider, sha256)


def _is_needed(key: str) -> bool:
    _folder, provider, sha256 = key.split("/")
    return PortfolioArrival.objects.unscoped().under_way().filter(provider=UUID(provider), sha256=sha256).exists()


def sweep() -> int:
    """Remove what nobody imported in time, and what is long over. Returns how many portfolios that were."""
    rows, now = PortfolioArrival.objects.unscoped(), clock.now()
    late = rows.under_way().filter(asked_at=None, at__lt=now - ARRIVALS_LIVE)
    over = rows.filter(Q(record__isnull=False) | Q(failed_at__isnull=False), at__lt=now - timedelta(days=KEPT_DAYS))
    removed = late.delete()[0] + over.delete()[0]
    return removed + orphans.sweep(FOLDER, is_named=_is_needed)
