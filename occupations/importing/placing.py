"""Which version that is held a source speaks of: by its number, or where it names none, by what its statements say."""

from collections import Counter

from occupations import content
from occupations.importing.draft import Asked, Problem, Refused, StandardDraft
from occupations.importing.identity import is_about_version
from occupations.importing.version_rows import is_in_use
from occupations.models import StandardVersion

#: This share of a source's statements must be in a version for the source to be taken for that version.
LEAST_SHARE = 0.5


def version_meant(
    draft: StandardDraft, said: content.Content, versions: list[StandardVersion]
) -> StandardVersion | None:
    """The version of a standard that a draft is about, as last corrected; None where it is a new one.

    Args:
        versions: all that are held of the standard.

    Raises:
        Refused: the source names no version, and which one it is cannot be told.
    """
    newest = _as_last_corrected(versions)
    if draft.is_version_named:
        return newest.get(draft.version) or _renumbered(newest, said)
    meant = _best(draft, said, sorted(newest.values(), key=lambda version: version.number_parts, reverse=True))
    number = meant.version if meant else draft.version
    notes = [note for note in draft.warnings if is_about_version(note)]
    if not any(f"version {number} is taken" in note.reason for note in notes):
        reason = f"the source names no version; version {number} is taken"
        draft.warnings = [note for note in draft.warnings if note not in notes]
        draft.warnings.append(Problem(draft.source_name, draft.lines.get("reference", 1), reason))
    return meant


def _best(draft: StandardDraft, said: content.Content, in_order: list[StandardVersion]) -> StandardVersion | None:
    """The version that a source without one is about: where its statements are, or it is already, or the newest."""
    if not in_order:
        return None
    if not said.get("ksbs"):
        return _where_it_is(in_order, said) or in_order[0]
    return _with_statements(draft, said, in_order)


def _as_last_corrected(versions: list[StandardVersion]) -> dict[str, StandardVersion]:
    return {held.version: held for held in sorted(versions, key=lambda version: version.correction)}


def _renumbered(newest: dict[str, StandardVersion], said: content.Content) -> StandardVersion | None:
    """The version whose number was only assumed, if it has these statements or none, and nobody is on it."""
    for version in newest.values():
        if version.is_number_assumed:
            before, after = version.content()["ksbs"], said.get("ksbs") or []
            is_same = not before or (bool(after) and not content.differing({"ksbs": before}, {"ksbs": after}))
            if is_same and not is_in_use(version):
                return version
    return None


def _where_it_is(in_order: list[StandardVersion], said: content.Content) -> StandardVersion | None:
    """The newest version that says all of this already; else, of duties and assessments, the newest with statements."""
    has_links = bool(said.get("duties") or said.get("assessments"))
    held = [(version, version.content()) for version in in_order]
    for version, before in held:
        told = content.without_loose_ends(said, within=before)
        is_there = content.digest_of(content.merged(before, told)) == content.digest_of(before)
        if is_there and (before["ksbs"] or not has_links):
            return version
    return next((version for version, before in held if has_links and before["ksbs"]), None)


def _with_statements(draft: StandardDraft, said: content.Content, in_order: list[StandardVersion]) -> StandardVersion:
    """The newest of those with most of these statements under the same codes."""
    wanted = _texts(said["ksbs"])
    shares = {}
    for version in in_order:
        ksbs = version.content()["ksbs"]
        if not ksbs and version.is_number_assumed:
            return version
        shares[version] = sum((Counter(wanted) & Counter(_texts(ksbs))).values()) / len(wanted)
    best = max(in_order, key=lambda version: shares[version])
    if shares[best] >= LEAST_SHARE:
        return best
    numbers = ", ".join(version.version for version in reversed(in_order))
    reason = f"the source names no version, and its statements do not match any version here ({numbers})"
    way = f" {draft.way_to_say_version}" if draft.way_to_say_version else ""
    raise Refused(Asked(draft.source_name, draft.lines.get("ksbs") or 1, f"{reason}. Give its version{way}"))


def _texts(ksbs: list[dict[str, object]]) -> list[tuple[object, object, str]]:
    return [(ksb["type"], ksb["number"], content.normalised(str(ksb["statement"]))) for ksb in ksbs]
