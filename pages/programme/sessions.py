"""Training sessions and their registers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import runs_provider
from accounts.seen_by import SeenBy
from apprenticeships.access import OPEN_STATUSES
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT, reach_of
from core import clock, moments
from core.errors import Incomplete
from core.readable import readable
from pages.addresses import addresses_of
from pages.programme.hour_forms import NAMES, SessionForm, WhyForm
from pages.refusals import say_in
from pages.requests import Request, organisation_of
from pages.table_files import dated, table_file
from programme import access, workflow
from programme.learning_hours.durations import in_words
from programme.models import Attendance, TrainingSession
from programme.workflow import LearnersRefused
from reports.tables.files import TableFile

PER_PAGE = 50
_COLUMNS = ("pk", "title", "happened_on", "minutes", "trainer__name")
#: Of a register, what stands: a correction is in place of what it replaces.
_register = SeenBy(
    lambda actor, session: (
        Attendance.objects.visible_to(actor)
        .filter(session=session, replaced_by__replaces=None)
        .order_by("apprenticeship__apprentice__name", "at")
        .values_list("apprenticeship", "apprenticeship__apprentice__name", "is_present", "reason", "by__name")
    ),
    SIGHT,
)


def _require(request: Request) -> None:
    if not access.sees_registers(request.actor):
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: Request) -> HttpResponseBase:
    """The training sessions of the provider, newest first. A POST gives them as a file."""
    _require(request)
    found = TrainingSession.objects.visible_to(request.actor).newest_first().values_list(*_COLUMNS)
    if request.method == "POST":
        return table_file(_table(list(found)), request.POST.get("file", ""))
    page: Page[Any] = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    address = addresses_of("session")
    lines = [
        {
            "address": address(pk),
            "title": readable(title),
            "day": moments.short_day(on),
            "time": in_words(minutes),
            "trainer": trainer,
        }
        for pk, title, on, minutes, trainer in page.object_list
    ]
    context = {"lines": lines, "page": page, "can_add": access.keeps_registers(request.actor)}
    return render(request, "programme/sessions.html", context)


def _table(found: list[Any]) -> TableFile:
    """The sessions, to be written."""
    title = _("Training sessions")
    return TableFile(
        name=dated("sessions"),
        title=title,
        about=[_("%(title)s, as of %(at)s.") % {"title": title, "at": moments.moment(clock.now())}],
        headings=[_("Day"), _("About"), _("Minutes"), _("Trainer")],
        rows=[[on, title, minutes, trainer] for _pk, title, on, minutes, trainer in found],
    )


@require_http_methods(["GET", "POST"])
def session_new(request: Request) -> HttpResponse:
    """Register a session: what it was, and who of one's learners was there."""
    if not access.keeps_registers(request.actor):
        raise Http404
    reach = reach_of(request.actor)
    own = Apprenticeship.objects.visible_to(request.actor).filter(
        pk__in=reach.assessing | reach.watching, status__in=OPEN_STATUSES
    )
    learners = list(own.order_by("apprentice__name", "pk").values_list("pk", "apprentice__name"))
    form = SessionForm(request.POST if request.method == "POST" else None, learners=learners)
    reasons: dict[UUID, str] = {}
    if request.method == "POST" and form.is_valid():
        present, absent = form.attendance()
        try:
            made = workflow.register_session(
                organisation_of(request).pk,
                request.actor,
                session_id=form.cleaned_data["token"],
                words=form.words(),
                present=present,
                absent=absent,
            )
        except LearnersRefused as refused:
            form.add_error("present", str(refused))
            reasons = refused.reasons
        except Incomplete as incomplete:
            say_in(form, incomplete, NAMES)
        else:
            messages.success(request, _("Registered: %(count)s learners were there.") % {"count": len(present)})
            return redirect("pages:session", made.pk)
    names = dict(learners)
    context = {
        "form": form,
        "has_learners": bool(learners),
        "reasons": [{"name": names[pk], "why": why} for pk, why in reasons.items()],
    }
    return render(request, "programme/session_new.html", context, status=422 if form.errors else 200)


def _session(request: Request, session_id: UUID) -> TrainingSession:
    return get_object_or_404(TrainingSession.objects.visible_to(request.actor).select_related("trainer"), pk=session_id)


@require_GET
def session(request: Request, session_id: UUID) -> HttpResponse:
    """A session with its register: of those whom one may see."""
    shown = _session(request, session_id)
    hours, correct = addresses_of("hours"), reverse("pages:session", args=[shown.pk])
    rows = [
        {
            "address": hours(learner),
            "name": name,
            "is_present": is_present,
            "reason": readable(reason),
            "by": by,
            "correct": f"{correct}{learner}/",
        }
        for learner, name, is_present, reason, by in _register(request.actor, session=shown.pk)
    ]
    context = {
        "session": shown,
        "day": moments.day(shown.happened_on),
        "start": moments.minute(timezone.localtime(shown.starts_at)) if shown.starts_at else "",
        "time": in_words(shown.minutes),
        "rows": rows,
        "present": sum(row["is_present"] for row in rows),
        "corrects": shown.trainer_id == request.actor.person_id or runs_provider(request.actor),
    }
    return render(request, "programme/session.html", context)


@require_http_methods(["GET", "POST"])
def attendance(request: Request, session_id: UUID, apprenticeship_id: UUID) -> HttpResponse:
    """Say that somebody was there after all, or was not, and why."""
    shown = _session(request, session_id)
    whose = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).select_related("apprentice", "provider"), pk=apprenticeship_id
    )
    if whose.provider_id != shown.provider_id or not access.can_correct_register(request.actor, shown, whose):
        raise Http404
    rows = Attendance.objects.visible_to(request.actor).filter(session=shown, apprenticeship=whose)
    last = rows.filter(replaced_by__replaces=None).first()
    was_present = bool(last and last.is_present)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        is_present = request.POST.get("is_present") == "yes"
        try:
            workflow.correct_attendance(
                shown.pk, whose.pk, request.actor, is_present=is_present, reason=form.cleaned_data["reason"]
            )
        except LearnersRefused as refused:
            form.add_error(None, refused.reasons[whose.pk])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("The register is corrected."))
            return redirect("pages:session", shown.pk)
    context = {"session": shown, "apprenticeship": whose, "was_present": was_present, "form": form}
    return render(request, "programme/attendance.html", context, status=422 if form.errors else 200)
