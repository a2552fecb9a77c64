"""Asking for a pack, having it, and doing away with it. What makes it is `making`."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.models import Apprenticeship
from apprenticeships.uln import is_uln
from apprenticeships.workflow import locked_apprenticeship
from audit import chain as audit
from audit.models import Entry
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from files import storing
from files.storing import Copy
from jobs.queue import MEDIA, enqueue
from reports.audit_actions import PACK_ASKED, PACK_DELETED, PACK_DOWNLOADED
from reports.pack import keys
from reports.pack.jobs import make
from reports.pack.locks import locked_pack, require_right
from reports.pack.models import ChosenPiece, Pack, PackState

#: For how long a pack is kept.
PACKS_LIVE = timedelta(days=7)
#: How long one entry stands for what the same person fetches of the same pack: a download may come in many parts.
ONE_DOWNLOAD_LASTS = timedelta(hours=1)


@transaction.atomic
def ask_for_pack(apprenticeship_id: UUID, by: Actor, *, uln: str = "") -> Pack:
    """Have a pack made by a job. While one is being made for the same person, that one is returned.

    Args:
        uln: the apprentice's number, if it is to stand in the name of the main folder.

    Raises:
        NotAllowed: `by` is neither the assessor nor an admin of the provider.
        OutOfTurn: no key to sign it with is set.
        Incomplete: no piece is chosen, or `uln` is no ULN.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require_right(by, apprenticeship, Pack.Kind.PACK)
    if uln and not is_uln(uln):
        raise Incomplete(_("Check this number. A ULN has ten digits, and these do not make one."), field="uln")
    if not ChosenPiece.objects.unscoped().filter(apprenticeship=apprenticeship).standing().exists():
        raise Incomplete(_("Choose at least one piece of evidence first."))
    if keys.signing_key() is None:
        raise OutOfTurn(_("Packs cannot be made yet. Whoever runs this site has to set a key that signs them."))
    return _asked(apprenticeship, by, Pack.Kind.PACK, uln)


@transaction.atomic
def ask_for_portfolio(apprenticeship_id: UUID, by: Actor) -> Pack:
    """Have one's whole portfolio made as open data, by the same job. While one is being made, that one is returned.

    Raises:
        NotAllowed: `by` is not its apprentice.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require_right(by, apprenticeship, Pack.Kind.PORTFOLIO)
    return _asked(apprenticeship, by, Pack.Kind.PORTFOLIO)


def _asked(apprenticeship: Apprenticeship, by: Actor, kind: str, uln: str = "") -> Pack:
    mine = Pack.objects.unscoped().filter(apprenticeship=apprenticeship, asked_by=by.person_id, kind=kind)
    if under_way := mine.standing().filter(made_at=None).first():
        return under_way
    now = clock.now()
    pack = Pack.objects.create(
        apprenticeship=apprenticeship,
        provider_id=apprenticeship.provider_id,
        asked_by_id=by.person,
        asked_at=now,
        kind=kind,
        uln=uln,
        expires_at=now + PACKS_LIVE,
    )
    audit.record(PACK_ASKED, by, pack, organisation=apprenticeship.provider, apprenticeship=apprenticeship.pk)
    enqueue(make, str(pack.pk), organisation=apprenticeship.provider, subject=pack.pk, queue=MEDIA)
    return pack


@transaction.atomic
def download_pack(pack_id: UUID, by: Actor) -> Copy:
    """The bytes of a pack, for whoever asked for it and nobody else. Each download is recorded.

    Raises:
        NotAllowed: it is somebody else's, or `by` no longer looks after the apprentice.
        OutOfTurn: it is not ready, it was deleted, or it holds a file that staff hid since.
    """
    pack = locked_pack(pack_id)
    require(pack.asked_by_id == by.person_id, _("Only the person who asked for this pack can download it."))
    require_right(by, pack.apprenticeship, pack.kind)
    if pack.state != PackState.READY or pack.expires_at <= clock.now():
        raise OutOfTurn(_("This pack is no longer here. Packs are deleted after 7 days. You can make another one."))
    if Pack.objects.unscoped().holding_hidden().filter(pk=pack.pk).exists():
        raise OutOfTurn(
            _("A file in this pack was hidden after it was made. Make another pack: it will leave that out.")
        )
    recent = Entry.objects.of_subject(pack).filter(
        action=PACK_DOWNLOADED.name, actor_person=by.person_id, at__gt=clock.now() - ONE_DOWNLOAD_LASTS
    )
    if not recent.exists():
        audit.record(PACK_DOWNLOADED, by, pack, organisation=pack.apprenticeship.provider, sha256=pack.sha256)
    assert pack.size_bytes is not None, "a constraint"
    return Copy(str(pack.stored.name), pack.name, "application/zip", pack.size_bytes, pack.sha256)


@transaction.atomic
def delete_pack(pack_id: UUID, by: Actor) -> Pack:
    """Delete a pack that is ready, before its time or, by the system, at its end. Doing so again changes nothing.

    Raises:
        NotAllowed: it is somebody else's.
        OutOfTurn: it is not made yet.
    """
    pack = locked_pack(pack_id)
    require(
        by.is_system or pack.asked_by_id == by.person_id, _("Only the person who asked for this pack can delete it.")
    )
    if pack.deleted_at:
        return pack
    if pack.state != PackState.READY:
        raise OutOfTurn(_("This pack is not ready, so there is nothing to delete."))
    pack.deleted_at = clock.now()
    pack.save(update_fields=["deleted_at"])
    audit.record(PACK_DELETED, by, pack, organisation=pack.apprenticeship.provider)
    key = str(pack.stored.name)
    # Cut off in between, it is an object that no pack names, which the sweep removes.
    transaction.on_commit(lambda: storing.remove(key))
    return pack
