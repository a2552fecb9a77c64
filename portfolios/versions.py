"""What a working copy said each time it was saved, so that words can be looked at and brought back.

Saves that follow each other closely leave one row. What was submitted, what somebody saved over another text, and what
stood there before much of it went, keep a row of their own.
"""

from datetime import timedelta

from core import clock
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceVersion

#: So long after a row was begun, a save begins the next.
ONE_ROW_FOR = timedelta(minutes=10)
#: A save that takes away more characters than this begins a row: the longer text stays to be brought back.
MUCH_CHARACTERS = 200


def keep(evidence: Evidence, *, begins: bool = False) -> bool:
    """Keep what the copy says under its revision. Returns whether that took a row of its own.

    Args:
        begins: whether it must be one: the words before it are to stay as they are.
    """
    now = clock.now()
    content = EvidenceContent.of(evidence)
    newest = EvidenceVersion.objects.unscoped().filter(evidence=evidence).order_by("-revision").first()
    if newest and newest.revision == evidence.revision:
        newest.content = content.to_json()
        newest.save(update_fields=["content"])
        return False
    if newest and not begins and _goes_on(newest, content):
        newest.content, newest.revision, newest.saved_at = content.to_json(), evidence.revision, now
        newest.save(update_fields=["content", "revision", "saved_at"])
        return False
    EvidenceVersion.objects.create(
        evidence=evidence, revision=evidence.revision, content=content.to_json(), begun_at=now, saved_at=now
    )
    return True


def keep_as_submitted(evidence: Evidence) -> None:
    """Keep what is submitted now; no later save touches that row."""
    keep(evidence)
    EvidenceVersion.objects.unscoped().filter(evidence=evidence, revision=evidence.revision).update(
        is_submitted=True, saved_at=clock.now()
    )


def _goes_on(newest: EvidenceVersion, content: EvidenceContent) -> bool:
    """Whether a save belongs to the same spell of writing as the newest row."""
    if newest.is_submitted or newest.begun_at <= clock.now() - ONE_ROW_FOR:
        return False
    kept = EvidenceContent.from_json(newest.content)
    return kept.character_count - content.character_count <= MUCH_CHARACTERS
