"""Asking for everything of a provider."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import administers, require
from accounts.models import Organisation
from core.actor import Actor
from core.errors import NotAllowed
from reports.exports.models import Export
from reports.exports.workflow import ask_for_export
from reports.provider.parts import portions


@transaction.atomic
def ask_for_provider_export(by: Actor) -> list[Export]:
    """Have everything of the provider that `by` acts for made as files; several where it is very much.

    While files that the same person asked for are being made, these are returned.

    Raises:
        NotAllowed: `by` is no admin of a training provider.
    """
    refused = _("Only admins of the training provider can have this.")
    if by.organisation_id is None:
        raise NotAllowed(refused)
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=by.organisation_id)
    require(administers(by, provider), refused)
    mine = Export.objects.unscoped().filter(kind=Export.Kind.PROVIDER, provider=provider, asked_by=by.person_id)
    if under_way := list(mine.standing().filter(made_at=None).order_by("asked_at", "pk")):
        return under_way
    made = []
    for portion in portions(by):
        part = _("Part %(part)d of %(parts)d") % {"part": portion.number, "parts": portion.of}
        told = {"portion": vars(portion), "chosen": [part] if portion.of > 1 else []}
        made.append(ask_for_export(Export.Kind.PROVIDER, by, provider_id=provider.pk, asked_for=told))
    return made
