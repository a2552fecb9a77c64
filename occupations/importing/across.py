"""What no single record shows: whether the versions of the standards that just came in fit together, and with others.

These are the checks that the Department for Education's own import makes. Nothing is refused for them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from accounts.models import Organisation
from occupations.importing.draft import Problem
from occupations.models import StandardVersion


def odd_across(versions: Iterable[StandardVersion], owner: Organisation | None = None) -> list[Problem]:
    """What is odd about `versions`, which just came in, beside all that is held. Two queries, however many.

    `owner` is the provider whose private standards they are: then its own and the catalogue's are held to be there.
    """
    source_of = {version.pk: version.source_name for version in versions}
    if not source_of:
        return []
    known = StandardVersion.objects.usable_by(owner) if owner else StandardVersion.objects.of_owner(None)
    held = list(
        known.select_related("standard").only(
            "version", "correction", "status", "lars_codes", "earliest_start_on", "latest_start_on", "source_name",
            "standard__reference",
        ).prefetch_related("options")
    )  # fmt: skip
    touched = {version.standard_id for version in held if version.pk in source_of}
    of_standard: dict[object, dict[tuple[int, int], StandardVersion]] = defaultdict(dict)
    for version in sorted(held, key=lambda one: one.correction):
        of_standard[version.standard_id][version.number_parts] = version
    problems = []
    for standard in touched:
        row = [of_standard[standard][parts] for parts in sorted(of_standard[standard])]
        source = next(source_of[version.pk] for version in row if version.pk in source_of)
        problems += [Problem(source, None, reason) for reason in _in_one_standard(row, source_of)]
    return [*problems, *_shared_lars_codes(held, source_of)]


def _in_one_standard(row: list[StandardVersion], source_of: dict[UUID, str]) -> Iterator[str]:
    """What is odd about the versions of one standard, in order, each as last corrected."""
    reference = row[0].standard.reference
    for before, after in pairwise(row):
        (major, minor), (next_major, next_minor) = before.number_parts, after.number_parts
        if (next_major, next_minor) not in ((major, minor + 1), (major + 1, 0)):
            yield f"{reference} has no version between {before.version} and {after.version}; is one missing?"
        if before.latest_start_on and after.earliest_start_on:
            expected = before.latest_start_on + timedelta(days=1)
            if after.earliest_start_on != expected:
                what = "overlap" if after.earliest_start_on < expected else "leave a gap"
                yield f"the start dates for {reference} {before.version} and {after.version} {what}"
        if gone := _titles(before) - _titles(after) if _titles(after) else set():
            shown = ", ".join(sorted(gone)[:6])
            yield f"{reference} {after.version} no longer has these options from {before.version}: {shown}"
    approved = [version for version in row if version.status.lower() == "approved for delivery"]
    if len(approved) > 1 and len({source_of.get(version.pk, version.source_name) for version in approved}) > 1:
        shown = ", ".join(version.version for version in approved)
        yield f"more than one version of {reference} is approved for delivery: {shown}"


def _titles(version: StandardVersion) -> set[str]:
    return {option.title for option in version.options.all()}


def _shared_lars_codes(held: list[StandardVersion], source_of: dict[UUID, str]) -> Iterator[Problem]:
    """LARS codes that two standards have."""
    users: dict[int, dict[str, StandardVersion]] = defaultdict(dict)
    for version in held:
        for code in version.lars_codes:
            if version.standard.reference not in users[code] or version.pk in source_of:
                users[code][version.standard.reference] = version
    for code, by_reference in users.items():
        new = [version for version in by_reference.values() if version.pk in source_of]
        if len(by_reference) > 1 and new and len({version.source_name for version in by_reference.values()}) > 1:
            shown = " and ".join(sorted(by_reference))
            yield Problem(new[0].source_name, None, f"LARS code {code} is given to {shown}")
