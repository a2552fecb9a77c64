"""Walking each chain from its first entry to its last."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from audit.chain import FORMAT_VERSION, entry_hash
from audit.models import GENESIS_HASH, INSTALLATION, Chain, Entry
from audit.verification import faults, rows, seals
from audit.verification.faults import Anchor, Fault

_START = Anchor(0, GENESIS_HASH)
#: The first entry has place 1; one that was put in before it is found, too.
_BEFORE_ALL = -1


def heads() -> dict[UUID, Anchor]:
    """Where each chain ends now."""
    return {chain.pk: Anchor(chain.sequence, chain.hash) for chain in Chain.objects.order_by("pk")}


def verify(
    *, chain: UUID | None = None, files: bool = True, anchors: Mapping[UUID, Anchor] | None = None
) -> Iterator[Fault]:
    """Walk the record from its first entries and yield every fault, chain by chain, earliest first.

    People can keep working while it runs. Memory and the number of queries per batch do not grow with the record.

    Args:
        chain: only this one, by the id of its organisation; then rows that are in no entry at all are not looked for.
        files: read the stored bytes of files again, too.
        anchors: places known from elsewhere, by which a chain that was cut off or rewritten as a whole is found.
    """
    anchors = anchors or {}
    for chain_id in [chain] if chain is not None else sorted({INSTALLATION, *heads(), *anchors}):
        yield from _chain_faults(chain_id, anchors.get(chain_id), files=files)
        if chain_id == INSTALLATION:
            yield from seals.events_in_no_seal()
            yield from rows.faults_of_events(files=files)
    if chain is None:
        yield from rows.unrecorded()


def _chain_faults(chain: UUID, anchor: Anchor | None, *, files: bool) -> Iterator[Fault]:
    last, place = _START, _BEFORE_ALL
    while True:
        # Read before the entries: a head moves in the transaction of its entry, so if none is left it must be the last.
        head = _head(chain)
        entries, unreadable = _entries_after(chain, place)
        if unreadable:
            yield Fault(chain, unreadable.sequence, "", "", "cannot be read: a value in it is not one of ours")
            last, place = unreadable, unreadable.sequence
            continue
        if not entries:
            break
        found: list[Fault] = []
        whole: list[Entry] = []
        for entry in entries:
            found += [Fault.of(entry, why) for why in _misfits(entry, last, anchor)]
            if _is_whole(entry):
                whole.append(entry)
            last, place = Anchor(entry.sequence, entry.hash), entry.sequence
        found += rows.faults_of(whole, files=files)
        found += seals.faults_of(whole)
        yield from sorted(found, key=lambda fault: fault.sequence or 0)
    yield from _tail_faults(chain, last, head, anchor)


def _head(chain: UUID) -> Anchor:
    found = Chain.objects.filter(pk=chain).values_list("sequence", "hash").first()
    return Anchor(*found) if found else _START


def _entries_after(chain: UUID, sequence: int) -> tuple[list[Entry], Anchor | None]:
    """The next entries in order: a batch, or only the next if something in the batch cannot be read.

    Where that next one is it, there is no entry, but its place and hash.
    """
    entries = Entry.objects.filter(chain=chain, sequence__gt=sequence).order_by("sequence")
    try:
        return list(entries[: faults.BATCH_SIZE]), None
    except ValueError:
        pass
    try:
        return list(entries[:1]), None
    except ValueError:
        return [], Anchor(*entries.values_list("sequence", "hash")[0])


def _misfits(entry: Entry, last: Anchor, anchor: Anchor | None) -> Iterator[str]:
    """Why `entry` cannot come after `last`, if it cannot."""
    if entry.sequence != last.sequence + 1:
        yield f"does not follow entry {last.sequence}: what was between them is missing"
    elif entry.previous_hash != last.hash and _is_whole(entry):
        yield f"was not written after entry {last.sequence} as that is now"
    if entry.format_version != FORMAT_VERSION:
        yield f"has format {entry.format_version}, which is unknown"
    elif not _is_whole(entry):
        yield "was changed: its hash is not that of its content"
    if anchor and entry.sequence == anchor.sequence and entry.hash != anchor.hash:
        yield "is not the one that the anchor was written for: the record was rewritten"


def _is_whole(entry: Entry) -> bool:
    try:
        return isinstance(entry.data, dict) and entry.hash == entry_hash(entry)
    except (TypeError, ValueError):
        return False


def _tail_faults(chain: UUID, last: Anchor, head: Anchor, anchor: Anchor | None) -> Iterator[Fault]:
    next_place = last.sequence + 1
    if head.sequence > last.sequence:
        yield Fault(chain, next_place, "", "", f"is missing: the record continues to entry {head.sequence}")
    elif head != last:
        yield Fault(chain, last.sequence, "", "", "is the last entry, but the head of the record names another")
    if anchor and anchor.sequence > last.sequence:
        yield Fault(chain, next_place, "", "", f"is missing: the anchor was written at entry {anchor.sequence}")
