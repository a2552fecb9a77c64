"""Spoken feedback as part of a review: whether it can be sent, and sending it, for `finish_review` and `judge`."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.audit_actions import VOICE_NOTE_SENT
from assessments.models import Submission
from assessments.voice.models import MOST_WORDS, VoiceDraft, VoiceNote
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from core.prepared import Prepared
from files import storing

_own = Prepared(
    lambda submission, person: VoiceDraft.objects.unscoped().filter(submission=submission, by=person),
    is_the_same_every_day=True,
)


def require_voice(submission: Submission, by: Actor, words: str | None = None) -> None:
    """Refuse to finish a review whose recording cannot be sent yet.

    Args:
        words: what it says in writing, as it was sent with the review; as kept, if not given.

    Raises:
        Incomplete: it says nothing in writing, or cannot be used; `field` is `voice`.
        OutOfTurn: it is not ready yet.
    """
    draft: VoiceDraft | None = _own(submission=submission.pk, person=by.person).first()
    if draft is None:
        return
    if words is not None and draft.words != words.strip():
        keep_words(draft, words)
    if draft.state == VoiceDraft.State.REFUSED:
        raise Incomplete(_("Remove your voice note. %(reason)s") % {"reason": draft.refused_because}, field="voice")
    if not draft.words:
        raise Incomplete(
            _("Write in a sentence or two what your voice note says, for anybody who cannot hear it."), field="voice"
        )
    if draft.state == VoiceDraft.State.WAITING:
        raise OutOfTurn(_("Your voice note is still being checked. Try again in a few seconds."))


def send_voice(submission: Submission, by: Actor) -> VoiceNote | None:
    """Make what `by` recorded part of the review that is sent, and forget what others did: `judge` alone calls this."""
    draft: VoiceDraft | None = _own(submission=submission.pk, person=by.person).first()
    note = None
    if draft and draft.state == VoiceDraft.State.READY and draft.words:
        note = VoiceNote.objects.create(
            submission=submission,
            apprenticeship_id=submission.apprenticeship_id,
            provider_id=submission.provider_id,
            by_id=by.person,
            stored=draft.stored,
            content_type=draft.content_type,
            size_bytes=draft.size_bytes,
            sha256=draft.sha256,
            duration_ms=draft.duration_ms,
            words=draft.words,
            at=clock.now(),
        )
        draft.delete()
        audit.record(VOICE_NOTE_SENT, by, note, organisation=submission.evidence.apprenticeship.provider)
    forget(submission)
    return note


def forget(submission: Submission, person: UUID | None = None) -> None:
    """Remove the recordings on a submission that are not sent, of one person or of all."""
    drafts = VoiceDraft.objects.unscoped().filter(submission=submission)
    if person:
        drafts = drafts.filter(by=person)
    keys = list(drafts.values_list("stored", flat=True))
    if keys:
        drafts.delete()
    # Cut off in between, they are objects that no row names, which the sweep removes.
    for key in keys:
        transaction.on_commit(partial(storing.remove, key))


def keep_words(draft: VoiceDraft, words: str) -> None:
    """Keep what a recording says, in writing.

    Raises:
        Incomplete: too many words.
    """
    # Nobody types a NUL, and PostgreSQL takes none.
    words = words.replace("\0", "").strip()
    if len(words) > MOST_WORDS:
        raise Incomplete(_("Use %(n)d characters or fewer.") % {"n": MOST_WORDS}, field="voice")
    draft.words = words
    draft.save(update_fields=["words"])
