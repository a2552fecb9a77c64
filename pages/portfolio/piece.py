"""A piece of evidence with its rounds and decisions; submitting it and taking it back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.seen_by import SeenBy
from apprenticeships.access import is_open, why_closed
from apprenticeships.querysets import SIGHT
from assessments import access, workflow
from assessments.feedback_time import Due, expected
from assessments.models import Submission
from assessments.rounds import rounds_of, spoken_of
from assessments.verifying import confirmations
from assessments.workflow.submission import missing_for_submission
from core import moments
from core.errors import Incomplete
from pages.addresses import addresses_of
from pages.judging.finished import sent_in_words
from pages.judging.forms import ConfirmationForm, DeclarationForm
from pages.judging.likeness import hide_address
from pages.judging.unfinished import own_draft
from pages.links.rows import asked_rows
from pages.refusals import field_of
from pages.requests import Request
from pages.templatetags.rounds import working_claims
from pages.templatetags.states import drawn_state
from portfolios.access import can_add_evidence, can_change_evidence
from portfolios.coverage import shown_claims
from portfolios.markers import marks_of
from portfolios.models import Evidence, EvidenceFile, Marker
from portfolios.viewing import ShownFile, current_files
from portfolios.workflow import show_texts

_STATES = dict(Evidence.State.choices)
_pieces = SeenBy(
    lambda actor, piece: (
        Evidence.objects.visible_to(actor)
        .filter(pk=piece)
        .select_related("apprenticeship__apprentice", "observed_by")
        .only(
            "title",
            "kind",
            "narrative",
            "answers",
            "happened_on",
            "is_showcase",
            "state",
            "discarded_at",
            "handed_over_at",
            "observed_by__name",
            "apprenticeship__provider",
            "apprenticeship__status",
            "apprenticeship__undone_at",
            "apprenticeship__standard_version",
            "apprenticeship__option",
            "apprenticeship__apprentice__name",
        )
    ),
    SIGHT,
    is_the_same_every_day=True,
)
#: The places that a working copy marks: its apprentice's own.
_markers = SeenBy(
    lambda actor, piece: (
        Marker.objects.visible_to(actor)
        .filter(file__evidence=piece)
        .select_related("ksb")
        .only("file", "note", "starts_ms", "ends_ms", "page", "left", "top", "width", "height", "ksb__code")
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def _hours_address(piece: Evidence) -> str:
    """Where off-the-job hours are entered that a piece belongs to."""
    return f"{addresses_of('hours')(piece.apprenticeship_id)}?evidence={piece.pk}"


@require_GET
def evidence(request: Request, evidence_id: UUID) -> HttpResponse:
    """What was done, what it claims, and what was decided in each round."""
    piece = _pieces(request.actor, piece=evidence_id).first()
    if piece is None:
        raise Http404
    rounds = rounds_of(request.actor, frozenset({piece.pk}))
    is_own = piece.apprenticeship.apprentice_id == request.actor.person_id
    can_change = can_change_evidence(request.actor, piece)
    can_send = is_own and can_add_evidence(request.actor, piece.apprenticeship)
    # The working copy is the apprentice's own, and of whoever recorded it; everybody else reads what was submitted.
    shows_working_copy = (is_own or piece.observed_by_id == request.actor.person_id) and piece.is_editable
    submitted = [file for one in rounds for file in one.files]
    files = current_files(piece.pk, submitted) if shows_working_copy else []
    show_texts(request.actor, [*submitted, *files])
    claims, left_out = shown_claims(piece) if shows_working_copy else ([], [])
    marks = _marks(request, piece, files) if shows_working_copy else {}
    newest = rounds[0].submission if rounds else None
    if newest:
        newest.evidence = piece
    can_review = bool(newest and newest.is_waiting and access.judges(request.actor, newest))
    own = own_draft(request, newest.pk) if newest and can_review else None
    return render(
        request,
        "portfolio/piece.html",
        {
            "evidence": piece,
            "apprenticeship": piece.apprenticeship,
            "rounds": rounds,
            "newest": newest,
            "hide_address": hide_address(request, rounds[0]) if newest else "",
            "judged": spoken_of(rounds[0].claims) if newest and newest.finished_at else [],
            "is_own": is_own,
            "shows_working_copy": shows_working_copy,
            "claims": working_claims(claims, marks, rounds),
            "left_out": left_out,
            "files": files,
            "without_preview": [file for file in files if _has_no_preview(file)],
            "marks": marks,
            "state": drawn_state(piece.state, str(_STATES[piece.state])),
            "learner_address": addresses_of("coverage")(piece.apprenticeship_id),
            "edit_address": addresses_of("observation" if piece.observed_by_id else "evidence-edit")(piece.pk),
            "submit_address": addresses_of("evidence-submit")(piece.pk),
            "showcase_address": addresses_of("evidence-showcase")(piece.pk),
            "versions_address": addresses_of("evidence-versions")(piece.pk),
            "can_change": can_change,
            "hours_address": _hours_address(piece) if is_own and can_change else "",
            "can_send": can_send,
            "is_to_confirm": can_send and bool(piece.handed_over_at),
            "is_being_recorded": bool(piece.observed_by_id and not piece.handed_over_at),
            "why_closed": "" if can_send or not is_own else why_closed(piece.apprenticeship),
            "can_take_back": bool(can_send and newest and newest.is_waiting and not newest.review_started_at),
            "asked": asked_rows(confirmations.of_piece(request.actor, piece.pk)) if newest else [],
            "ask_address": addresses_of("ask-testimony")(newest.pk)
            if newest and not newest.withdrawn_at and access.asks_testimony(request.actor, piece.apprenticeship)
            else "",
            "can_review": can_review,
            "expected": _expected(newest) if newest and newest.is_waiting and is_open(piece.apprenticeship) else "",
            "sent_in_words": sent_in_words(own.send_at) if own and own.send_at else "",
        },
    )


@require_http_methods(["GET", "POST"])
def evidence_submit(request: Request, evidence_id: UUID) -> HttpResponse:
    """Check what will be submitted, and submit it."""
    piece = get_object_or_404(
        Evidence.objects.visible_to(request.actor).select_related(
            "apprenticeship__apprentice", "apprenticeship__standard_version__standard"
        ),
        pk=evidence_id,
        apprenticeship__apprentice=request.actor.person_id,
    )
    form = (ConfirmationForm if piece.observed_by_id else DeclarationForm)(request.POST or None)
    if request.method == "POST":
        # A second press finds it submitted, whatever the form says.
        if not form.is_valid() and piece.state != Evidence.State.SUBMITTED:
            return _check_page(request, piece, form, status=422)
        if form.errors:
            return redirect("pages:evidence", piece.pk)
        try:
            comment = form.cleaned_data.get("comment", "")
            sent = workflow.confirm_observation(piece.pk, request.actor, form.declaration(), comment)
        except Incomplete:
            return _check_page(request, piece, form, status=422)
        words = [_("Sent to your assessor."), _expected(sent) if sent.is_waiting else ""]
        messages.success(request, " ".join(words).strip())
        return redirect("pages:evidence", piece.pk)
    is_unfinished = bool(piece.observed_by_id and not piece.handed_over_at)
    if not can_add_evidence(request.actor, piece.apprenticeship) or not piece.is_editable or is_unfinished:
        return redirect("pages:evidence", piece.pk)
    return _check_page(request, piece, form)


def _expected(waiting: Submission) -> str:
    """By when feedback can be expected, for everybody who sees the piece."""
    due = expected(waiting.submitted_at)
    if due.due == Due.LATE:
        return _("Feedback was due by %(day)s, and is late.") % {"day": moments.day(due.on)}
    return _("Feedback is due by %(day)s.") % {"day": moments.day(due.on)}


def _has_no_preview(file: ShownFile) -> bool:
    return file.processing == EvidenceFile.Processing.FAILED and file.scan != EvidenceFile.Scan.INFECTED


def _marks(request: Request, piece: Evidence, files: Sequence[ShownFile]) -> dict[str, Any]:
    return marks_of(_markers(request.actor, piece=piece.pk) if files else [], files)


def _place_of(missing: Incomplete) -> str:
    """Where on the form of the piece it is given."""
    return "ksbs-heading" if missing.field == "claims" else f"id_{field_of(missing, {'justification': 'why'})}"


def _check_page(request: Request, piece: Evidence, form: DeclarationForm, status: int = 200) -> HttpResponse:
    files = show_texts(request.actor, current_files(piece.pk))
    claims, left_out = shown_claims(piece)
    marks = _marks(request, piece, files)
    return render(
        request,
        "portfolio/piece_submit.html",
        {
            "evidence": piece,
            "form": form,
            "apprenticeship": piece.apprenticeship,
            "missing": [(_place_of(one), str(one)) for one in missing_for_submission(piece)],
            "claims": working_claims(claims, marks),
            "left_out": left_out,
            "files": files,
            "marks": marks,
            "can_mark": piece.observed_by_id is None,
        },
        status=status,
    )


@require_POST
def evidence_take_back(request: Request, evidence_id: UUID) -> HttpResponse:
    """Take the waiting submission back."""
    own = Submission.objects.visible_to(request.actor).filter(
        evidence__apprenticeship__apprentice=request.actor.person_id
    )
    submission = own.filter(evidence=evidence_id).order_by("submitted_at").last()
    if submission is None:
        raise Http404
    workflow.take_back(submission.pk, request.actor)
    messages.success(request, _("Unsent. You can change it and send it again."))
    return redirect("pages:evidence-edit", evidence_id)
