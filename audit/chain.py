"""Adding to the record. Each entry carries the hash of the one before it in its chain, so that a change, a gap or a
removal shows.

Every organisation has a chain, and so has the installation; what belongs to no organisation goes there, and the
opening of each other chain. A chain is locked from its first entry in a transaction until that ends, so providers never
wait for one another. Where several are needed they are locked in the order of their ids; the installation's is first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import prefetch_related_objects

from audit.actions import ACTIONS, Action, Undeclared
from audit.audit_actions import CHAIN_OPENED
from audit.models import INSTALLATION, AccountEvent, Chain, Entry
from core import clock
from core.actor import SYSTEM, Actor
from core.canonical import canonical, digest
from core.prepared import Prepared
from core.writing import insert, update

FORMAT_VERSION = 1
BATCH_SIZE = 2_000
_chains = Prepared(
    lambda these: Chain.objects.select_for_update(no_key=True).filter(pk__in=these).order_by("pk"),
    is_the_same_every_day=True,
)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to be recorded: the arguments of `record`, and when it happened (now, if that is not said)."""

    action: Action
    by: Actor
    subject: models.Model
    organisation: models.Model | None = None
    data: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None

    @property
    def chain_id(self) -> UUID:
        return self.organisation.pk if self.organisation else INSTALLATION


def entry_hash(entry: Entry) -> str:
    """The hash of an entry: of every field but the hash itself, and the row's own number."""
    return digest(
        {
            "format_version": entry.format_version,
            "chain": entry.chain_id,
            "sequence": entry.sequence,
            **entry.facts(),
            "previous_hash": entry.previous_hash,
        }
    )


def record(
    action: Action,
    by: Actor,
    subject: models.Model,
    *,
    organisation: models.Model | None = None,
    **data: Any,
) -> Entry:
    """Add what just happened to a chain, inside the transaction of the change itself.

    Args:
        action: what was done, as a part declares it in its `audit_actions`.
        by: on whose behalf it was done.
        subject: the row it was done to. If it has a `fingerprint()`, that is kept too, so `verify_audit` can hold the
            row against it later.
        organisation: whose record this belongs to; without one, it is the installation's.
        data: ids, codes, counts and states; never names or narratives, so an erasure leaves the chain whole.

    Raises:
        TransactionManagementError: called outside a transaction: there would be a change without its entry.
        Undeclared: the action is not in the registry, or `subject` is no row of the kind it is declared for.
    """
    happening = Happening(action, by, subject, organisation, data)
    chain = _locked([happening.chain_id])[happening.chain_id]
    entry = _next_entry(chain, happening)
    insert([entry])
    update([chain], ["sequence", "hash"])
    return entry


def record_many(happenings: Iterable[Happening]) -> int:
    """Add many things to their chains, in the order given, and return how many: for imports in bulk.

    A batch at a time is held in memory. The chains stay locked until the transaction around this ends; those of a later
    batch are locked when it comes, so things of several chains come in the order of the chains' ids. Same rules and
    errors as `record`.
    """
    _require_transaction()
    count = 0
    coming = iter(happenings)
    while batch := list(islice(coming, BATCH_SIZE)):
        chains = _locked({happening.chain_id for happening in batch})
        _read_for_fingerprints(happening.subject for happening in batch)
        insert([_next_entry(chains[happening.chain_id], happening) for happening in batch])
        update(list(chains.values()), ["sequence", "hash"])
        count += len(batch)
    return count


def note(action: Action, by: Actor, subject: models.Model, **data: Any) -> AccountEvent:
    """Write down something about how somebody signs in, in the transaction of the change: nobody waits for a chain.

    `audit.sealing` puts it into the installation's chain later. Same arguments and errors as `record`.
    """
    _require_transaction()
    return AccountEvent.objects.create(**_facts_of(Happening(action, by, subject, data=data)))


def note_many(happenings: Iterable[Happening]) -> None:
    """Write down many things about accounts, as `note` does: for imports in bulk."""
    _require_transaction()
    insert([AccountEvent(**_facts_of(happening)) for happening in happenings])


def locked_installation() -> Chain:
    """The installation's chain, which nobody else can add to until this transaction ends."""
    return _locked([INSTALLATION])[INSTALLATION]


def lock(organisation: models.Model) -> None:
    """Let nobody add to an organisation's chain until this transaction ends: they come before it, or after it."""
    _locked([organisation.pk])


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry belongs in the transaction of its change")


def _locked(chain_ids: Iterable[UUID]) -> dict[UUID, Chain]:
    """These chains, which nobody else can add to until this transaction ends. One that is not there is opened."""
    _require_transaction()
    wanted = set(chain_ids)
    if len(wanted) > 1 and Chain.objects.filter(pk__in=wanted).count() < len(wanted):
        wanted.add(INSTALLATION)
    locked = {chain.pk: chain for chain in _chains(these=frozenset(wanted))} if wanted else {}
    for chain_id in sorted(wanted - locked.keys()):
        _open(chain_id, locked)
    return locked


def _open(chain_id: UUID, locked: dict[UUID, Chain]) -> None:
    """Begin a chain; the installation's has an entry for it. Of two people at once, one does and the other waits."""
    if chain_id != INSTALLATION and INSTALLATION not in locked:
        locked |= _locked([INSTALLATION])
    _, is_new = Chain.objects.get_or_create(pk=chain_id)
    locked[chain_id] = Chain.objects.select_for_update(no_key=True).get(pk=chain_id)
    if is_new and chain_id != INSTALLATION:
        installation = locked[INSTALLATION]
        insert([_next_entry(installation, Happening(CHAIN_OPENED, SYSTEM, locked[chain_id]))])
        update([installation], ["sequence", "hash"])


def _next_entry(chain: Chain, happening: Happening) -> Entry:
    """The entry that comes next in `chain`, not saved yet; the chain moves on to it, not saved either."""
    entry = Entry(
        **_facts_of(happening),
        chain=chain,
        sequence=chain.sequence + 1,
        format_version=FORMAT_VERSION,
        previous_hash=chain.hash,
    )
    entry.hash = entry_hash(entry)
    chain.sequence, chain.hash = entry.sequence, entry.hash
    return entry


def _facts_of(happening: Happening) -> dict[str, Any]:
    action, subject_type = happening.action, happening.subject._meta.label_lower
    if ACTIONS.get(action.name) is not action or action.subject != subject_type:
        raise Undeclared(f"{action} is not declared for a row of {subject_type}")
    fingerprint = getattr(happening.subject, "fingerprint", None) if action.seals else None
    return {
        "at": happening.at or clock.now(),
        **_actor_columns(happening.by),
        "action": action.name,
        "subject_type": subject_type,
        "subject": str(happening.subject.pk),
        "data": canonical(happening.data),
        "fingerprint": fingerprint() if fingerprint else "",
    }


def _actor_columns(by: Actor) -> dict[str, UUID | None]:
    """Who acted, in the columns of an entry: in none of them, it was the system."""
    return {"actor_person": by.person_id, "actor_link": by.link_id, "actor_organisation": by.organisation_id}


def _read_for_fingerprints(subjects: Iterable[models.Model]) -> None:
    """Read what the fingerprints of these rows are made of, a few queries for each kind of row.

    That is `sealed_with` of a model, where it is less than what the rest of its verification reads.
    """
    kinds: dict[type[models.Model], list[models.Model]] = {}
    for subject in subjects:
        if hasattr(subject, "verified_with"):
            kinds.setdefault(type(subject), []).append(subject)
    for kind, rows in kinds.items():
        wanted: tuple[str, ...] = getattr(kind, "sealed_with", getattr(kind, "verified_with", ()))
        prefetch_related_objects(rows, *wanted)
