"""Spoken feedback: recorded or added beside a review, and heard."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from assessments import access
from assessments.models import Submission, VoiceDraft, VoiceNote
from assessments.rounds import OwnVoice
from assessments.voice import workflow
from core.errors import Incomplete, WorkflowError
from files.file_types import FileRefused
from files.http import serving
from files.http.upload_handlers import messages as refused_uploads
from files.http.upload_handlers import takes_files
from pages.judging.unfinished import closed_page
from pages.requests import Request


@takes_files
@require_http_methods(["GET", "HEAD", "POST"])
def voice(request: Request, submission_id: UUID) -> HttpResponse | serving.FileResponse:
    """Hear what was said, or keep what is said: a recording, what it says in writing, or that it is removed.

    A script asks for the part of the page alone, with `part`.
    """
    if request.method == "POST":
        return _keep(request, submission_id)
    if "part" in request.GET:
        return _part(request, submission_id)
    notes = VoiceNote.objects.visible_to(request.actor).select_related("provider")
    recording: VoiceNote | VoiceDraft | None = notes.filter(submission=submission_id).first()
    recording = recording or _own(request, submission_id)
    if recording is None:
        raise Http404
    return serving.file_response(request, workflow.open_voice(request.actor, recording))


def _own(request: Request, submission_id: UUID) -> VoiceDraft | None:
    return VoiceDraft.objects.visible_to(request.actor).filter(submission=submission_id).first()


def _keep(request: Request, submission_id: UUID) -> HttpResponse:
    submission = Submission.objects.visible_to(request.actor).filter(pk=submission_id)
    found = submission.select_related("evidence__apprenticeship").first()
    if found is None:
        return closed_page(request, submission_id)
    is_part, said, status = "part" in request.POST, "", 200
    require(access.can_decide(request.actor, found), _("Only the assigned assessor can review this."))
    file = request.FILES.get("voice")
    try:
        if refused := refused_uploads(request):
            raise Incomplete(refused[0], field="voice")
        if file:
            workflow.record_voice(submission_id, request.actor, file)
        elif "remove" in request.POST:
            workflow.remove_voice(submission_id, request.actor)
        elif "words" in request.POST:
            workflow.write_words(submission_id, request.actor, request.POST["words"])
        else:
            raise Incomplete(_("Choose a recording."), field="voice")
    except (WorkflowError, FileRefused) as refusal:
        said, status = str(refusal), refusal.status
    if is_part:
        return _part(request, submission_id, said, status)
    if said:
        messages.error(request, said)
    return redirect("pages:review", submission_id)


def _part(request: Request, submission_id: UUID, said: str = "", status: int = 200) -> HttpResponse:
    draft = _own(request, submission_id)
    if draft is None and not said and request.method != "POST":
        raise Http404
    own = OwnVoice(draft.words, draft.state, draft.refused_because) if draft else None
    context = {"submission_id": submission_id, "own": own, "said": said}
    return render(request, "judging/_voice_part.html", context, status=status)
