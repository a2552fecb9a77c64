"""Rules of Merkle roots and proofs, and of checkpoints over a chain."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from audit import chain as audit
from audit import merkle
from audit.checkpoints import checkpoint
from audit.models import INSTALLATION, Entry
from core.actor import SYSTEM
from tests.audit.actions import NUMBER_TOLD

ITEMS = st.lists(st.binary(max_size=8), min_size=1, max_size=40)


def proof(items, index):
    """What proves one item of a list."""
    return merkle.proofs(items, len(items), [index])[1][index]


def split_root(items):
    """The root as RFC 6962 defines it: the list is split after the largest power of two below its length."""
    if len(items) == 1:
        return sha256(b"\0" + items[0]).digest()
    split = 1
    while split * 2 < len(items):
        split *= 2
    return sha256(b"\1" + split_root(items[:split]) + split_root(items[split:])).digest()


@given(ITEMS)
def test_the_root_is_that_of_the_standard(items):
    assert merkle.root(items) == split_root(items)


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert merkle.root([]) == sha256().digest()


@given(ITEMS, st.data())
def test_each_item_is_proved_by_its_own_proof(items, data):
    index = data.draw(st.integers(0, len(items) - 1))
    path = proof(items, index)
    assert merkle.proves(path, items[index], index, len(items), merkle.root(items))


@given(ITEMS, st.data())
def test_a_proof_proves_nothing_else(items, data):
    index = data.draw(st.integers(0, len(items) - 1))
    path, root, size = proof(items, index), merkle.root(items), len(items)
    assert not merkle.proves(path, items[index] + b"x", index, size, root)
    assert not merkle.proves([*path, b"x"], items[index], index, size, root)
    assert not merkle.proves(path, items[index], size, size, root)
    if path:
        assert not merkle.proves(path[:-1], items[index], index, size, root)
        assert not merkle.proves([b"x" * 32, *path[1:]], items[index], index, size, root)


def test_an_inner_node_does_not_pass_for_an_item():
    items = [b"a", b"b", b"c", b"d"]
    node = sha256(b"\0a").digest() + sha256(b"\0b").digest()
    assert merkle.root([node, b"c"]) != merkle.root([b"a", b"b", b"c"])
    assert merkle.root(items) != merkle.root(items[:3])


@given(ITEMS)
def test_many_proofs_are_made_in_one_reading_with_the_root(items):
    root, paths = merkle.proofs(iter(items), len(items), range(len(items)))
    assert root == split_root(items)
    assert all(merkle.proves(path, items[index], index, len(items), root) for index, path in paths.items())


def test_there_is_no_proof_of_what_is_not_there():
    for index, size in ((1, 1), (-1, 1), (0, 2)):
        with pytest.raises(ValueError, match=r"no such item|has 1 items"):
            merkle.proofs([b"a"], size, [index])
    assert merkle.proofs([], 0, [])[0] == merkle.root([])


@pytest.mark.django_db
def test_a_checkpoint_proves_its_entries_and_no_later_one():
    audit.record_many(audit.Happening(NUMBER_TOLD, SYSTEM, User(name="Somebody")) for _ in range(11))
    made = checkpoint(INSTALLATION, 10, range(1, 11))
    *earlier, last = Entry.objects.filter(chain=INSTALLATION).order_by("sequence")

    def proves(entry: Entry, path: list[str]) -> bool:
        steps, root = [bytes.fromhex(step) for step in path], bytes.fromhex(made.root)
        return merkle.proves(steps, bytes.fromhex(entry.hash), entry.sequence - 1, made.size, root)

    assert all(proves(entry, made.proofs[entry.sequence]) for entry in earlier)
    assert not proves(last, made.proofs[10])
    for size, sequences in ((12, []), (10, [11])):
        with pytest.raises(ValueError, match=r"11 items|no such item"):
            checkpoint(INSTALLATION, size, sequences)
