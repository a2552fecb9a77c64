"""The rule for who is on track that applies at a provider."""

from uuid import UUID

from apprenticeships.models import PaceRule
from apprenticeships.pace import DEFAULT_LIMITS, Limits
from core.prepared import Prepared

_applying = Prepared(
    lambda provider: (
        PaceRule.objects.unscoped().filter(provider=provider, replaced_at=None).values_list(*Limits._fields)
    ),
    is_the_same_every_day=True,
)


def limits_of(provider: UUID) -> Limits:
    """What the provider has set, or the defaults. One query."""
    found = _applying(provider=provider).first()
    return Limits(*found) if found else DEFAULT_LIMITS
