"""The assessor's queue and the review of one submission."""

from contextlib import suppress
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from apprenticeships.access import is_open, require_open, why_closed
from assessments import access, waiting, workflow
from assessments.checking.rules import Check
from assessments.feedback_time import Due
from assessments.models import Decision, Submission
from assessments.rounds import OwnVoice, Round, round_of, rounds_of
from core import moments
from core.errors import Incomplete, WorkflowError
from pages.addresses import addresses_of
from pages.judging.finished import closed_to, lately_finished, not_sent_rows
from pages.judging.forms import CorrectionForm, ReviewForm
from pages.judging.likeness import flag_rows, hide_address
from pages.judging.queueing import days_off, put_off_rows
from pages.judging.rows import judgements_of, learners_of, rows_of
from pages.judging.unfinished import (
    added_in,
    closed_page,
    handed_over,
    initial_of,
    revision_in,
    shown,
    ticks_in,
    written_in,
)
from pages.refusals import say_in
from pages.requests import Request
from pages.templatetags.when import when
from portfolios.workflow import show_texts

PER_PAGE = 50
#: How many KSBs whose wording changed the queue tells at most; the rest show once these are confirmed.
MOST_TO_CONFIRM = 100


@require_GET
def queue(request: Request) -> HttpResponse:
    """Waiting submissions, oldest first, or those that are due soon or late.

    Whoever oversees the provider can ask for those without an assessor.
    """
    if not access.sees_queue(request.actor):
        raise Http404
    is_assessor = access.works_queue(request.actor)
    of_nobody = not is_assessor and request.GET.get("assessor") == "None"
    due = request.GET.get("due", "")
    due = due if due in (Due.SOON, Due.LATE) else ""
    counts = waiting.counted_by_due(request.actor, is_assessor, of_nobody)
    order = request.GET.get("order", "")
    order = waiting.QueueOrder(order) if order in waiting.QueueOrder.values else waiting.QueueOrder.OLDEST
    found = waiting.queue(request.actor, is_assessor, of_nobody, due, order)
    counted = found.of_number(counts[Due(due)] if due else counts.total())
    page: Page[Any] = Paginator(cast(Any, counted), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "judging/queue.html",
        {
            "page": page,
            "rows": rows_of(list(page.object_list), is_assessor=is_assessor),
            "is_assessor": is_assessor,
            "has_comments": is_assessor or access.manages_comments(request.actor),
            "of_nobody": of_nobody,
            "due": due,
            "order": order,
            "orders": waiting.QueueOrder,
            "counts": {"all": counts.total(), "soon": counts[Due.SOON], "late": counts[Due.LATE]},
            "to_confirm": learners_of(waiting.to_confirm(request.actor)[:MOST_TO_CONFIRM]),
            **(not_sent_rows(request) if is_assessor else {}),
            "put_off": put_off_rows(request) if is_assessor else [],
        },
    )


def _earlier(request: Request, submission: Submission) -> list[Round]:
    rounds = rounds_of(request.actor, frozenset({submission.evidence_id}))
    return [one for one in rounds if one.submission.round < submission.round]


def _shown(request: Request, rounds: list[Round]) -> list[Round]:
    """Rounds whose files a page shows with the words in them."""
    show_texts(request.actor, [file for one in rounds for file in one.files])
    return rounds


@require_GET
def review(request: Request, submission_id: UUID) -> HttpResponse:
    """Evidence beside its claims; for its assessor with the form to judge them."""
    found = round_of(request.actor, submission_id)
    if found is None:
        return closed_page(request, submission_id)
    if found.submission.withdrawn_at:
        return redirect("pages:evidence", found.submission.evidence_id)
    return review_page(request, found)


@require_POST
def review_start(request: Request, submission_id: UUID) -> HttpResponse:
    """Begin the review."""
    if not Submission.objects.visible_to(request.actor).filter(pk=submission_id).exists():
        return closed_page(request, submission_id)
    workflow.start_review(submission_id, request.actor)
    return redirect("pages:review", submission_id)


@require_POST
def review_finish(request: Request, submission_id: UUID) -> HttpResponse:
    """Check the judgements and have them sent in ten minutes; show the next in the queue if asked to."""
    found = round_of(request.actor, submission_id)
    if found is None:
        return closed_page(request, submission_id)
    submission = found.submission
    words, ticks, voice = written_in(request.POST), ticks_in(request.POST), request.POST.get("voice_words")
    form = ReviewForm(request.POST, claims=found.claims, added=words)
    if not form.is_valid():
        return review_page(request, found, form, status=422)
    following = None
    try:
        if "next" in request.POST:
            following = workflow.finish_and_open_next(submission.pk, request.actor, words, ticks, voice)
        else:
            workflow.finish_review(submission.pk, request.actor, words, ticks, voice)
    except Incomplete as incomplete:
        say_in(form, incomplete)
        return review_page(request, found, form, status=422)
    except WorkflowError as refusal:
        form.add_error(None, str(refusal))
        return review_page(request, round_of(request.actor, submission_id) or found, form, status=refusal.status)
    if following:
        # The next one offers to undo this one, and need not ask again whether there is another after it.
        more = "&more=1" if _has_next(request) else ""
        return redirect(f"{addresses_of('review')(following)}?finished=1{more}")
    return redirect("pages:queue")


@require_POST
def review_put_off(request: Request, submission_id: UUID) -> HttpResponse:
    """Leave a submission out of the queue until a day. What is written of its review is kept."""
    found = round_of(request.actor, submission_id)
    if found is None:
        return closed_page(request, submission_id)
    until, words = None, written_in(request.POST)
    revision, ticks = revision_in(request.POST), ticks_in(request.POST)
    with suppress(ValueError):
        until = date.fromisoformat(request.POST.get("until", ""))
    try:
        workflow.put_off(submission_id, request.actor, until, revision=revision, claims=words, ticks=ticks)
    except WorkflowError as refusal:
        messages.error(request, str(refusal))
        form = ReviewForm(claims=found.claims, added=words, initial=initial_of(words))
        return review_page(request, found, form, status=refusal.status)
    messages.success(request, _("You will see it again on %(day)s.") % {"day": moments.day(cast(date, until))})
    return redirect("pages:queue")


@require_http_methods(["GET", "POST"])
def decision_correct(request: Request, decision_id: UUID) -> HttpResponse:
    """Ask what a decision should have been and why, and correct it."""
    decision = get_object_or_404(
        Decision.objects.visible_to(request.actor).select_related(
            "by", "claim__ksb", "claim__submission__snapshot", "claim__submission__evidence__apprenticeship__apprentice"
        ),
        pk=decision_id,
    )
    submission = decision.claim.submission
    require(access.can_decide(request.actor, submission), _("Only the assigned assessor can correct this."))
    require_open(submission.evidence.apprenticeship)
    form = CorrectionForm(request.POST if request.method == "POST" else None, of=decision)
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST":
        try:
            given = form.cleaned_data
            workflow.correct_decision(decision.pk, request.actor, given["outcome"], form.feedback(), given["reason"])
        except Incomplete as incomplete:
            form.add_error(incomplete.field if incomplete.field in form.fields else None, str(incomplete))
            status = 422
        except WorkflowError as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("The decision on %(code)s is corrected.") % {"code": decision.claim.ksb.code})
            return redirect("pages:review", submission.pk)
    return render(
        request,
        "judging/decision_correct.html",
        {
            "form": form,
            "decision": decision,
            "submission": submission,
            "apprenticeship": submission.evidence.apprenticeship,
            "title": submission.snapshot.content["title"],
        },
        status=status,
    )


def _checks(request: Request, shown_round: Round, form: ReviewForm | None) -> list[Check]:
    """The rules of evidence to tick, as they were sent, or as they were kept."""
    if form is None:
        return shown_round.own_checks
    ticks = ticks_in(request.POST)
    return [check._replace(is_ticked=check.rule in ticks) for check in shown_round.own_checks]


def _has_next(request: Request) -> bool:
    return waiting.waits_more_than_one(request.actor, access.works_queue(request.actor))


def _own_voice(request: Request, shown_round: Round, form: ReviewForm | None) -> OwnVoice | None:
    """What was recorded, with what it says in writing as it was sent, or as it was kept."""
    own = shown_round.own_voice
    return own._replace(words=request.POST.get("voice_words", own.words)) if own and form else own


def review_page(
    request: Request, shown_round: Round, form: ReviewForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a review; `form` is what was sent and could not be done."""
    submission = shown_round.submission
    apprenticeship = submission.evidence.apprenticeship
    finished = shown_round.finished
    is_own = apprenticeship.apprentice_id == request.actor.person_id
    is_to_be_sent = finished is not None and finished.by == request.actor.person_id
    judges = access.judges(request.actor, submission) and submission.is_waiting
    told = closed_to(request, shown_round) if judges else ""
    can_decide = judges and not is_to_be_sent and not told
    kept = written_in(request.POST) if form else shown_round.own_words
    filled = form or (ReviewForm(claims=shown_round.claims, added=kept, initial=initial_of(kept)) if kept else None)
    added = added_in(shown_round.own_words) | added_in(kept)
    checks = _checks(request, shown_round, form) if can_decide else []
    return render(
        request,
        "judging/review.html",
        {
            "round": _shown(request, [shown_round])[0],
            "submission": submission,
            "happened_on": submission.happened_on and moments.day(submission.happened_on),
            "apprenticeship": apprenticeship,
            "apprentice": apprenticeship.apprentice.name,
            "learner_address": addresses_of("coverage")(apprenticeship.pk),
            "round_words": _("round %(n)s") % {"n": submission.round},
            "submitted_at": when(submission.submitted_at),
            "content": submission.snapshot.content,
            "is_own": is_own,
            "form": form,
            "flags": flag_rows(request, submission) if shown_round.is_flagged and not is_own else [],
            "hide_address": hide_address(request, shown_round),
            "is_under_investigation": shown_round.is_under_investigation,
            "investigate_address": addresses_of("investigate")(submission.pk) if judges else "",
            "can_decide": can_decide,
            "can_correct": submission.finished_at is not None and access.judges(request.actor, submission),
            "judgements": judgements_of(shown_round, apprenticeship, filled, added) if can_decide else [],
            "own_voice": _own_voice(request, shown_round, form) if can_decide else None,
            "checks": checks,
            "checks_are_optional": not any(check.is_required for check in checks),
            "shows_checks": not is_own,
            "revision": request.POST.get("revision", "0") if form else shown_round.own_revision,
            "kept": [] if can_decide or (is_to_be_sent and not form) else shown(kept),
            "finished": shown(shown_round.own_words) if is_to_be_sent else [],
            "told": told,
            "not_sent_because": shown_round.own_not_sent_because if can_decide else "",
            **(
                lately_finished(request, submission.pk)
                if is_to_be_sent or (judges and "finished" in request.GET)
                else {}
            ),
            "handed_over": handed_over(request, submission) if can_decide and shown_round.has_notes else [],
            "earlier": _shown(request, _earlier(request, submission)) if submission.round > 1 else [],
            "comments_address": addresses_of("review-comments")(submission.pk),
            "add_address": addresses_of("review-add")(submission.pk),
            "put_off_address": addresses_of("review-put-off")(submission.pk),
            "days_off": days_off() if can_decide else [],
            "why_closed": why_closed(apprenticeship) if submission.is_waiting and not is_open(apprenticeship) else "",
            "has_next": can_decide and ("more" in request.GET if "finished" in request.GET else _has_next(request)),
        },
        status=status,
    )
