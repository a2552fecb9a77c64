"""The words for reading links and what was signed by them."""

from typing import TYPE_CHECKING, Self

from apprenticeships.querysets import OfApprenticeshipQuerySet
from core.actor import Actor

if TYPE_CHECKING:
    from signing.models import Disavowal, Link, Signature


class LinkQuerySet(OfApprenticeshipQuerySet["Link"]):
    def visible_to(self, actor: Actor) -> Self:
        """Links about apprenticeships that `actor` sees; for the holder of a link, that one."""
        if actor.link_id:
            return self.unscoped().filter(pk=actor.link_id)
        return super().visible_to(actor)

    def unanswered(self) -> Self:
        """Neither signed, declined, withdrawn nor passed on; it may have expired."""
        return self.filter(signed_at=None, declined_at=None, revoked_at=None, passed_on_at=None)


class SignatureQuerySet(OfApprenticeshipQuerySet["Signature"]):
    pass


class DisavowalQuerySet(OfApprenticeshipQuerySet["Disavowal"]):
    path = "signature__apprenticeship"
