"""One hash for a whole list, and short proofs that something is in it: a Merkle tree.

The root of a list changes with any of its items, their number and their order. A proof holds about log2(n) hashes and
tells nothing of the other items. Leaves and inner nodes are hashed with different first bytes, so that neither can pass
for the other, and a list that is no power of two is split after its largest power of two (as RFC 6962, section 2.1).
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence

_LEAF, _NODE = b"\x00", b"\x01"


def root(items: Iterable[bytes]) -> bytes:
    """The root of a list, read once; that of an empty list is the hash of nothing."""
    # Roots of full subtrees from left to right, each with its size: at most one of each size.
    peaks: list[tuple[int, bytes]] = []
    for item in items:
        size, node = 1, _leaf(item)
        while peaks and peaks[-1][0] == size:
            node = _node(peaks.pop()[1], node)
            size *= 2
        peaks.append((size, node))
    if not peaks:
        return hashlib.sha256().digest()
    node = peaks.pop()[1]
    while peaks:
        node = _node(peaks.pop()[1], node)
    return node


def proofs(items: Iterable[bytes], size: int, indexes: Collection[int]) -> tuple[bytes, dict[int, list[bytes]]]:
    """The root of a list of `size` items, read once, and the proof of each item at `indexes`.

    Memory grows with the proofs and not with the list.

    Raises:
        ValueError: the list has another length, or no item at one of the indexes.
    """
    if any(not 0 <= index < size for index in indexes):
        raise ValueError("there is no such item")
    paths = {index: list(_beside(index, size)) for index in indexes}
    wanted = {place for path in paths.values() for place in path}
    kept: dict[tuple[int, int], bytes] = {}
    # Of each level, the left one of a pair until the right one is there.
    waiting: dict[int, bytes] = {}

    def reached(level: int, index: int, node: bytes) -> None:
        while True:
            if (level, index) in wanted:
                kept[level, index] = node
            if index % 2 == 0:
                waiting[level] = node
                return
            node = _node(waiting.pop(level), node)
            level, index = level + 1, index // 2

    count = 0
    for item in items:
        reached(0, count, _leaf(item))
        count += 1
    if count != size:
        raise ValueError(f"the list has {count} items, not {size}")
    level, across = 0, size
    while across > 1:
        # The last of an odd level goes up as it is.
        if across % 2:
            reached(level + 1, across // 2, waiting.pop(level))
        level, across = level + 1, (across + 1) // 2
    top = waiting.pop(level) if size else hashlib.sha256().digest()
    return top, {index: [kept[place] for place in path] for index, path in paths.items()}


def _beside(index: int, size: int) -> Iterator[tuple[int, int]]:
    """Where the nodes of the proof of an item are: the level, from the leaves up, and the place in it."""
    level, across = 0, size
    while across > 1:
        if index ^ 1 < across:
            yield level, index ^ 1
        level, index, across = level + 1, index // 2, (across + 1) // 2


def proves(path: Sequence[bytes], item: bytes, index: int, size: int, expected_root: bytes) -> bool:
    """Whether `path` proves that `item` is at `index` of the list of `size` items with this root."""
    if not 0 <= index < size:
        return False
    node, last, rest = _leaf(item), size - 1, list(path)
    while last > 0:
        if index % 2 or index < last:
            if not rest:
                return False
            beside = rest.pop(0)
            node = _node(beside, node) if index % 2 else _node(node, beside)
        index //= 2
        last //= 2
    return not rest and node == expected_root


def _leaf(item: bytes) -> bytes:
    return hashlib.sha256(_LEAF + item).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
