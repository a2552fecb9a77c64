"""Correcting an enrolment, undoing it and restoring it: for admins of the training provider."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import runs_provider
from accounts.models import Invitation
from apprenticeships.access import administers
from apprenticeships.models import Apprenticeship, EnrolmentCorrection
from apprenticeships.progress import awaits_option
from apprenticeships.workflow import AlreadyEnrolled
from assessments import workflow
from assessments.workflow.enrolment import drafts_of, was_submitted
from core import moments
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from pages.people.assignments import MOST_CHANGES, ChangeLine
from pages.people.correction_forms import FIELDS, PERSONAL, CorrectForm, RestoreForm, UndoEnrolmentForm
from pages.refusals import say_in
from pages.requests import Request

PER_PAGE = 50


def _administered(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    found = get_object_or_404(Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id)
    if not administers(request.actor, found.provider):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def enrolment(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Put right what was typed when somebody was enrolled, while nothing was submitted."""
    apprenticeship = _administered(request, apprenticeship_id)
    drafts = drafts_of(apprenticeship)
    form = CorrectForm(
        request.POST if request.method == "POST" else None,
        apprenticeship=apprenticeship,
        email=_sent_to(apprenticeship),
        has_drafts=drafts > 0,
    )
    others: list[Apprenticeship] = []
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        before = apprenticeship.standard_version_id
        try:
            apprenticeship = workflow.correct_enrolment(apprenticeship.pk, request.actor, **form.given())
        except AlreadyEnrolled as refusal:
            form.ask(refusal)
            others, status = refusal.others, refusal.status
        except Incomplete as incomplete:
            say_in(form, incomplete)
            status = incomplete.status
        except OutOfTurn as refused:
            form.add_error(None, str(refused))
            status = refused.status
        else:
            messages.success(request, _("The enrolment is corrected."))
            asks = apprenticeship.standard_version_id != before and awaits_option(apprenticeship)
            return redirect("pages:option" if asks else "pages:coverage", apprenticeship.pk)
    context = {
        "form": form,
        "others": others,
        "apprenticeship": apprenticeship,
        "drafts": drafts,
        "was_submitted": was_submitted(apprenticeship),
        "corrections": corrections_of(request.actor, apprenticeship, names_people=True),
    }
    return render(request, "people/enrolment.html", context, status=status)


def _sent_to(apprenticeship: Apprenticeship) -> str:
    """Where the newest invitation went that nobody has answered."""
    sent = Invitation.objects.unanswered().filter(person=apprenticeship.apprentice_id)
    return sent.order_by("-invited_at", "pk").values_list("email", flat=True).first() or ""


def corrections_of(actor: Actor, apprenticeship: Apprenticeship, *, names_people: bool) -> list[ChangeLine]:
    """The corrections of an enrolment in words, newest first.

    Args:
        names_people: whether names and addresses are told. Where they are not, it is told that they were corrected.
    """
    made = EnrolmentCorrection.objects.visible_to(actor).filter(apprenticeship=apprenticeship)
    return [
        ChangeLine(
            one.pk,
            _what(one, names_people),
            one.reason,
            _("%(name)s, %(when)s") % {"name": one.by, "when": moments.moment(one.at)},
            can_undo=False,
            undone="",
            at=one.at,
        )
        for one in made.select_related("by").order_by("-number")[:MOST_CHANGES]
    ]


def _what(one: EnrolmentCorrection, names_people: bool) -> str:
    if one.kind != EnrolmentCorrection.Kind.CORRECTED:
        words = {
            EnrolmentCorrection.Kind.UNDONE: _("Enrolment undone"),
            EnrolmentCorrection.Kind.RESTORED: _("Enrolment restored"),
        }
        return words[EnrolmentCorrection.Kind(one.kind)]
    told = [
        _("%(field)s: %(before)s is now %(after)s")
        % {"field": label, "before": one.before.get(field) or "–", "after": one.after[field]}
        if names_people or field not in PERSONAL
        else str(label)
        for field, label in FIELDS.items()
        if field in one.after
    ]
    return _("Enrolment corrected. %(fields)s.") % {"fields": "; ".join(told)}


@require_http_methods(["GET", "POST"])
def enrolment_undo(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Say what becomes of it, ask why, and undo an enrolment."""
    if Apprenticeship.objects.undone_at_provider(request.actor).filter(pk=apprenticeship_id).exists():
        # Pressed twice, or undone by a colleague a moment ago.
        messages.info(request, _("This enrolment was undone."))
        return redirect("pages:enrolments-undone")
    apprenticeship = _administered(request, apprenticeship_id)
    drafts = drafts_of(apprenticeship)
    form = UndoEnrolmentForm(request.POST if request.method == "POST" else None, drafts=drafts)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            workflow.undo_enrolment(apprenticeship.pk, request.actor, **form.cleaned_data)
        except Incomplete as incomplete:
            say_in(form, incomplete)
            status = incomplete.status
        except OutOfTurn as refused:
            form.add_error(None, str(refused))
            status = refused.status
        else:
            messages.success(request, _("The enrolment is undone."))
            return redirect("pages:enrolments-undone")
    context = {
        "form": form,
        "apprenticeship": apprenticeship,
        "drafts": drafts,
        "was_submitted": was_submitted(apprenticeship),
    }
    return render(request, "people/enrolment_undo.html", context, status=status)


@require_GET
def undone(request: Request) -> HttpResponse:
    """The enrolments that were undone."""
    if not runs_provider(request.actor):
        raise Http404
    rows = Apprenticeship.objects.undone_at_provider(request.actor).with_people().order_by("-undone_at", "pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/enrolments_undone.html", {"page": page})


@require_http_methods(["GET", "POST"])
def restore(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Ask why an undone enrolment is restored, and restore it."""
    found = Apprenticeship.objects.undone_at_provider(request.actor).with_people().filter(pk=apprenticeship_id).first()
    if found is None:
        standing = _administered(request, apprenticeship_id)
        messages.info(request, _("This enrolment has not been undone."))
        return redirect("pages:coverage", standing.pk)
    apprenticeship = found
    form = RestoreForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            workflow.restore_enrolment(apprenticeship.pk, request.actor, **form.cleaned_data)
        except OutOfTurn as refused:
            form.add_error(None, str(refused))
            status = refused.status
        else:
            messages.success(request, _("The enrolment is restored."))
            return redirect("pages:coverage", apprenticeship.pk)
    context = {
        "form": form,
        "apprenticeship": apprenticeship,
        "corrections": corrections_of(request.actor, apprenticeship, names_people=True),
    }
    return render(request, "people/enrolment_restore.html", context, status=status)
