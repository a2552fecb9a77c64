"""What a working copy said each time it was saved, so that words can be looked at and brought back.

Saves that follow each other closely leave one row. What was submitted, what somebody saved over another text, and what
stood there before much of it went, keep a row of their own.
"""

from datetime import timedelta
from typing import Any

from core import clock
from core.canonical import canonical
from portfolios.models import Evidence, EvidenceFile, EvidenceVersion

#: So long after a row was begun, a save begins the next.
ONE_ROW_FOR = timedelta(minutes=10)
#: A save that takes away more characters than this begins a row: the longer text stays to be brought back.
MUCH_CHARACTERS = 200


def content_of(evidence: Evidence) -> dict[str, Any]:
    """What the working copy says now, in the form in which a version keeps it."""
    claims = evidence.claims.select_related("ksb").order_by("ksb__position")
    files = EvidenceFile.objects.unscoped().filter(evidence=evidence).current()
    return canonical(
        {
            "title": evidence.title,
            "kind": str(evidence.kind),
            "narrative": evidence.narrative,
            "answers": evidence.answers,
            "happened_on": evidence.happened_on,
            "claims": [
                {"ksb": claim.ksb_id, "code": claim.ksb.code, "justification": claim.justification} for claim in claims
            ],
            "files": [{"id": file.pk, "name": file.name} for file in files],
        }
    )


def keep(evidence: Evidence, *, begins: bool = False) -> bool:
    """Keep what the copy says under its revision. Answers whether that took a row of its own.

    Args:
        begins: whether it must be one: the words before it are to stay as they are.
    """
    now = clock.now()
    content = content_of(evidence)
    newest = EvidenceVersion.objects.unscoped().filter(evidence=evidence).order_by("-revision").first()
    if newest and newest.revision == evidence.revision:
        newest.content = newest.content | content
        newest.save(update_fields=["content"])
        return False
    if newest and not begins and _goes_on(newest, content):
        newest.content = content | {"since": newest.content["since"]}
        newest.revision, newest.saved_at = evidence.revision, now
        newest.save(update_fields=["content", "revision", "saved_at"])
        return False
    EvidenceVersion.objects.create(
        evidence=evidence,
        revision=evidence.revision,
        content=content | {"since": canonical(now)},
        saved_at=now,
    )
    return True


def keep_as_submitted(evidence: Evidence) -> None:
    """Keep what is submitted now; no later save touches that row."""
    keep(evidence)
    row = EvidenceVersion.objects.unscoped().get(evidence=evidence, revision=evidence.revision)
    row.content = row.content | {"is_submitted": True}
    row.saved_at = clock.now()
    row.save(update_fields=["content", "saved_at"])


def _goes_on(newest: EvidenceVersion, content: dict[str, Any]) -> bool:
    """Whether a save belongs to the same spell of writing as the newest row."""
    kept = newest.content
    if kept.get("is_submitted") or "since" not in kept:
        return False
    is_close = canonical(clock.now() - ONE_ROW_FOR) < kept["since"]
    return is_close and _length(kept) - _length(content) <= MUCH_CHARACTERS


def _length(content: dict[str, Any]) -> int:
    answers = sum(len(answer["text"]) for answer in content["answers"])
    return len(content["title"]) + len(content["narrative"]) + answers
