"""The words for reading what parties are asked to sign."""

from typing import TYPE_CHECKING, Self

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from apprenticeships.querysets import OfApprenticeshipQuerySet
from signing.models import Link

if TYPE_CHECKING:
    from programme.models.signatures import PartyRefusal, PartySignature, SignedKind, SignedVersion


class SignedVersionQuerySet(OfApprenticeshipQuerySet["SignedVersion"]):
    def of(self, kind: "SignedKind") -> Self:
        return self.filter(kind=kind)

    def newest(self) -> Self:
        """Of each thing, the version that counts; of declarations that were released or returned, none does."""
        later = self.model.objects.unscoped().filter(
            about=OuterRef("about"), kind=OuterRef("kind"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later), gateway_end=None, gateway_lock__change__undone_by__undoes=None)

    def with_signatures(self) -> Self:
        """With `signed_provider`, `signed_apprentice`, `signed_employer`, `is_complete` and `is_declined`."""
        from programme.models.signatures import PARTIES, Party, PartyRefusal, PartySignature

        signed = PartySignature.objects.unscoped().standing().filter(version=OuterRef("pk"))
        rows = self.annotate(**{f"signed_{party.value}": Exists(signed.filter(party=party)) for party in Party})
        theirs = (
            PartySignature.objects.unscoped().standing().filter(version=OuterRef("version"), party=OuterRef("party"))
        )
        refused = PartyRefusal.objects.unscoped().filter(~Exists(theirs), version=OuterRef("pk"))
        declined = Link.objects.unscoped().filter(about=OuterRef("pk"), declined_at__isnull=False)
        whole = [
            When(Q(kind=kind, **{f"signed_{party.value}": True for party in parties}), then=Value(True))
            for kind, parties in PARTIES.items()
        ]
        return rows.annotate(
            is_complete=Case(*whole, default=Value(False), output_field=BooleanField()),
            is_declined=Case(
                When(Exists(refused), then=Value(True)),
                When(Exists(declined) & Q(signed_employer=False), then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
        )

    def signed_by_all(self) -> Self:
        """Those that everybody has signed who is to."""
        return self.with_signatures().filter(is_complete=True)

    def waiting(self) -> Self:
        """The newest versions that not everybody has signed who is to."""
        return self.newest().with_signatures().filter(is_complete=False)


class PartySignatureQuerySet(OfApprenticeshipQuerySet["PartySignature"]):
    def standing(self) -> Self:
        """Those that count: nobody has said since that it was not them."""
        return self.filter(Q(link_signature=None) | Q(link_signature__disavowal=None))


class PartyRefusalQuerySet(OfApprenticeshipQuerySet["PartyRefusal"]):
    pass
