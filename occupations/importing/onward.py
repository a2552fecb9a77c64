"""Keeps the ways from a standard to the next ones that its source publishes."""

from django.db import transaction

from audit import chain as audit
from core.actor import Actor
from occupations.audit_actions import STANDARD_LINKED_ONWARD
from occupations.models import ProgressionLink, Standard


@transaction.atomic
def link_onward(standard: Standard, references: list[str], source_name: str, by: Actor) -> None:
    """Keep the ways onward that a source publishes, to standards that are held. Again is the same as once.

    They lead to standards of the catalogue; those of a private one also to others of its provider.
    """
    reachable = Standard.objects.usable_by(standard.owner) if standard.owner else Standard.objects.of_owner(None)
    known = ProgressionLink.objects.filter(start=standard).values("end")
    ends = list(reachable.filter(reference__in=references).exclude(pk=standard.pk).exclude(pk__in=known))
    if not ends:
        return
    ProgressionLink.objects.bulk_create(
        (ProgressionLink(start=standard, end=end, source_name=source_name) for end in ends), ignore_conflicts=True
    )
    audit.record(
        STANDARD_LINKED_ONWARD,
        by,
        standard,
        organisation=standard.owner,
        reference=standard.reference,
        leads_to=sorted(end.slug for end in ends),
    )
