"""The versions of one piece of evidence, oldest first, and what changed from each to the next.

Everybody who sees the piece sees its rounds as they were submitted; its apprentice also what they saved in between.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.models import Submission
from occupations.comparison import Piece, marked_items, marked_words
from portfolios.models import EvidenceKind, EvidenceVersion


@dataclass(frozen=True)
class Changed:
    """One part of a piece that says something else than before, with the words marked."""

    label: str
    pieces: list[Piece]


@dataclass
class Version:
    """What a piece said at one moment, and what had changed since the version before."""

    label: str
    at: datetime
    content: dict[str, Any]
    round: int | None = None
    revision: int | None = None
    changes: list[Changed] = field(default_factory=list)


def versions_of(saved: Iterable[EvidenceVersion], rounds: Iterable[Submission]) -> list[Version]:
    """Both kinds in the order of time, each held against the one before it. What was submitted as it was last saved is
    one version, and so is what was saved twice.

    Args:
        saved: what the apprentice saved; none for anybody else.
        rounds: what was submitted, with its snapshot loaded.
    """
    found = [Version(_("Saved"), one.saved_at, one.content, revision=one.revision) for one in saved]
    found += [
        Version(
            _("Submitted as round %(round)s") % {"round": one.round},
            one.submitted_at,
            one.snapshot.content,
            round=one.round,
        )
        for one in rounds
    ]
    found.sort(key=lambda version: version.at)
    shown: list[Version] = []
    for version in found:
        before = shown[-1] if shown else None
        version.changes = changes_between(before.content if before else {}, version.content)
        if before and not version.changes and not (before.round and version.round):
            shown[-1] = _as_one(before, version)
        else:
            shown.append(version)
    return shown


def _as_one(before: Version, version: Version) -> Version:
    """Two that say the same: what was submitted stands for both, with the later revision."""
    one = version if version.round else before
    one.changes = before.changes
    one.revision = version.revision or before.revision
    return one


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[Changed]:
    """What `after` says otherwise, part by part. Contents are those of snapshots and of saved versions alike."""
    changes = [
        Changed(label, marked_words(_text(before, name), _text(after, name)))
        for name, label in (
            ("title", _("Title")),
            ("kind", _("Kind")),
            ("happened_on", _("When it happened")),
            ("narrative", _("What I did")),
        )
        if _text(before, name) != _text(after, name)
    ]
    changes += _differing(_answers(before), _answers(after))
    changes += _differing(_claims(before), _claims(after))
    if (old := _files(before)) != (new := _files(after)):
        changes.append(Changed(_("Files"), marked_items(old, new)))
    return changes


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name) or ""
    if name == "kind" and value:
        return str(EvidenceKind(value).label) if value in EvidenceKind.values else value
    return date_format(date.fromisoformat(value)) if name == "happened_on" and value else value


def _answers(content: dict[str, Any]) -> dict[str, str]:
    return {answer["prompt"]: answer["text"] for answer in content.get("answers") or [] if answer["text"]}


def _claims(content: dict[str, Any]) -> dict[str, str]:
    return {claim["code"]: claim["justification"] or "–" for claim in content.get("claims") or []}


def _files(content: dict[str, Any]) -> list[str]:
    return [file["name"] for file in content.get("files") or []]


def _differing(before: dict[str, str], after: dict[str, str]) -> list[Changed]:
    """The named texts that differ, in the order of the later ones, then those that are gone."""
    names = [*after, *(name for name in before if name not in after)]
    return [
        Changed(name, marked_words(before.get(name, ""), after.get(name, "")))
        for name in names
        if before.get(name) != after.get(name)
    ]
