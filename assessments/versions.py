"""The versions of one piece of evidence, oldest first, and what changed from each to the next.

Everybody who sees the piece sees its rounds as they were submitted; its apprentice also what they saved in between.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Submission
from portfolios.content import Change, EvidenceContent
from portfolios.models import EvidenceVersion


@dataclass
class Version:
    """What a piece said at one moment, and what had changed since the version before."""

    label: str
    at: datetime
    content: dict[str, Any]
    round: int | None = None
    revision: int | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def said(self) -> EvidenceContent:
        """The content as one value."""
        return EvidenceContent.from_json(self.content)


def versions_of(saved: Iterable[EvidenceVersion], rounds: Iterable[Submission]) -> list[Version]:
    """Both kinds in the order of time, each compared with the one before it. What was submitted as it was last saved is
    one version, and so is what was saved twice.

    Args:
        saved: what the apprentice saved; none for anybody else.
        rounds: what was submitted, with its snapshot loaded.
    """
    found = [Version(_("Saved"), one.saved_at, one.content, revision=one.revision) for one in saved]
    found += [
        Version(
            _("Sent (version %(round)s)") % {"round": one.round},
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
        version.changes = version.said.difference(before.said if before else EvidenceContent(kind=""))
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
