"""Recording spoken feedback, writing down what it says, removing it, and hearing it. Sending it is part of a review."""

from functools import partial
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from apprenticeships.access import require_open
from assessments import access, closed
from assessments.audit_actions import VOICE_NOTE_OPENED
from assessments.models import ReviewDraft, Submission
from assessments.voice.jobs import prepare_voice
from assessments.voice.models import VoiceDraft, VoiceNote, may_be_named, voice_key
from assessments.voice.sending import forget, keep_words
from assessments.workflow.review import refuse_finished_by_colleague, start_review
from assessments.workflow.submission import locked_submission
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from files import file_types, storing
from files.file_names import clean_name
from files.storing import Copy
from jobs.queue import enqueue
from portfolios.access import leaves_a_trace

#: About an hour of speech.
MOST_BYTES = 50 * 1024**2
#: What browsers record sound as; whether there is a picture in it is looked at by the job.
_SOUND = ("audio/", "video/webm", "video/mp4")


def record_voice(submission_id: UUID, by: Actor, upload: "UploadedFile[bytes]") -> VoiceDraft:
    """Keep a recording with one's unfinished review, in place of the one before. The first begins the review.

    Raises:
        NotAllowed, OutOfTurn: as for `keep_review`.
        FileRefused: it is empty or not of a type that is taken.
        Incomplete: it is no recording of sound, or too long.
    """
    name = clean_name(upload.name or "")
    file_type = file_types.detect(upload, name)
    if not file_type.content_type.startswith(_SOUND):
        raise Incomplete(_("Add a recording of your voice: an MP3, M4A, WAV or Ogg file."), field="voice")
    if (upload.size or 0) > MOST_BYTES:
        raise Incomplete(_("Record less than an hour: %(n)d MB at most.") % {"n": MOST_BYTES // 1024**2}, field="voice")
    with storing.stored(upload, voice_key(), is_named=may_be_named) as stored, transaction.atomic():
        submission = _own(submission_id, by)
        if submission.review_started_at is None:
            start_review(submission_id, by)
        before = VoiceDraft.objects.unscoped().filter(submission=submission, by=by.person).first()
        facts = {
            "stored": stored.key,
            "content_type": file_type.content_type,
            "size_bytes": stored.size_bytes,
            "sha256": stored.sha256,
            "duration_ms": None,
            "state": VoiceDraft.State.WAITING,
            "refused_because": "",
            "recorded_at": clock.now(),
        }
        if before:
            transaction.on_commit(partial(storing.remove, before.stored))
        made = before or VoiceDraft(submission=submission, by_id=by.person)
        for column, value in facts.items():
            setattr(made, column, value)
        made.save()
        enqueue(prepare_voice, str(made.pk), organisation=submission.evidence.apprenticeship.provider, subject=made.pk)
    return made


@transaction.atomic
def write_words(submission_id: UUID, by: Actor, words: str) -> VoiceDraft | None:
    """Keep what a recording says, in writing. Where there is none, nothing happens.

    Raises:
        NotAllowed, OutOfTurn: as for `keep_review`.
        Incomplete: too many words.
    """
    submission = _own(submission_id, by)
    draft = VoiceDraft.objects.unscoped().filter(submission=submission, by=by.person).first()
    if draft and draft.words != words.strip():
        keep_words(draft, words)
    return draft


@transaction.atomic
def remove_voice(submission_id: UUID, by: Actor) -> None:
    """Remove one's recording before the review is finished. Where there is none, nothing happens.

    Raises:
        NotAllowed, OutOfTurn: as for `keep_review`.
    """
    submission = _own(submission_id, by)
    forget(submission, by.person_id)


def open_voice(by: Actor, recording: VoiceDraft | VoiceNote) -> Copy:
    """The bytes of spoken feedback that `by` sees. An opening by somebody from outside is recorded.

    Args:
        recording: found through `visible_to`; a note with its provider.
    """
    if isinstance(recording, VoiceNote) and leaves_a_trace(by):
        with transaction.atomic():
            audit.record(VOICE_NOTE_OPENED, by, recording, organisation=recording.provider)
    return voice_copy(recording.stored, recording.content_type, recording.size_bytes, recording.sha256)


def voice_copy(key: str, content_type: str, size_bytes: int, sha256: str) -> Copy:
    """Spoken feedback as it is given: browsers call sound that they record in WebM or MP4 a film."""
    sound = content_type.replace("video/", "audio/")
    kind = sound.rpartition("/")[2]
    ending = {"mpeg": "mp3", "mp4": "m4a"}.get(kind, kind)
    return Copy(key, f"feedback.{ending}", sound, size_bytes, sha256)


def _own(submission_id: UUID, by: Actor) -> Submission:
    """The submission, locked, for its assessor to write the review of."""
    submission, evidence = locked_submission(submission_id)
    require(access.can_decide(by, submission), _("Only the assigned assessor can review this."))
    if submission.withdrawn_at:
        raise OutOfTurn(closed.taken_back(submission))
    if submission.finished_at:
        raise OutOfTurn(closed.finished(submission))
    refuse_finished_by_colleague(submission, by)
    require_open(evidence.apprenticeship)
    if ReviewDraft.objects.unscoped().finished().filter(submission=submission, by=by.person).exists():
        raise OutOfTurn(_("You have already finished this review. Undo that to change it."))
    return submission
