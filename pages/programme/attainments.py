"""English, maths and the qualifications of a standard: how far an apprentice has come, and recording what happened."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import require, runs_provider
from apprenticeships.access import is_open
from apprenticeships.models import Apprenticeship
from apprenticeships.rules import rules_for
from apprenticeships.seen import seen
from core import moments
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from pages.programme.attainment_forms import AttainmentForm, UndoAttainmentForm
from pages.refusals import say_in
from pages.requests import Request
from pages.templatetags.pace import rag
from programme import access, workflow
from programme.attainments import (
    Asked,
    Need,
    asked_of,
    kinds_for,
    level_asked,
    needs_of,
    qualifications_of,
    said_of,
)
from programme.models import Attainment
from programme.models.attainments import AttainmentKind, Subject

#: How a qualification is named in an address: by its place in the standard, from 1.
_QUALIFICATION = "qualification-"


def _learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    found = seen(request.actor, apprenticeship_id, "apprentice", "provider", "employer", "standard_version__standard")
    if found is None:
        raise Http404
    return found


def may_record(actor: Actor, apprenticeship: Apprenticeship) -> bool:
    """For what pages offer. The acts ask for themselves."""
    is_admin = runs_provider(actor) and actor.organisation_id == apprenticeship.provider_id
    is_own = apprenticeship.apprentice_id == actor.person_id
    return not is_own and (is_admin or access.holds_reviews(actor, apprenticeship))


@require_GET
def attainments(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """What is asked, how far it has come, and what was recorded."""
    apprenticeship = _learner(request, apprenticeship_id)
    actor = request.actor
    rows = list(
        Attainment.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship)
        .select_related("by", "undoes", "undone_by__by")
        .in_order()
    )
    standing = [one for one in rows if one.undoes is None and not hasattr(one, "undone_by")]
    asked = asked_of(apprenticeship, rules_for(apprenticeship))
    may = may_record(actor, apprenticeship) and is_open(apprenticeship)
    reads = access.reads_hidden(actor, apprenticeship)
    needs = needs_of(apprenticeship, standing)
    context = {
        "apprenticeship": apprenticeship,
        "is_own": apprenticeship.apprentice_id == actor.person_id,
        "rule": _rule(apprenticeship, asked),
        "needs": [
            {
                "name": need.name,
                "state": drawn_need(need),
                "said": need.said,
                "missing": need.missing,
                "acts": _acts(apprenticeship, need, asked) if may else [],
                "history": _history(need, rows, reads=reads, may_undo=may),
            }
            for need in needs
        ],
    }
    return render(request, "programme/attainments.html", context)


def drawn_need(need: Need) -> str:
    """Done, not done, or not needed, with its colour."""
    if not need.is_asked:
        return rag("none", _("Not needed"))
    return rag("green", _("Done")) if need.is_done else rag("amber", _("Not done"))


def _rule(apprenticeship: Apprenticeship, asked: Asked) -> str:
    said = {"level": level_asked(apprenticeship).label}
    if asked == Asked.NOTHING:
        return _("The rules of this programme ask for neither English nor maths.")
    if asked == Asked.PASS:
        if not apprenticeship.date_of_birth:
            return (
                _("English and maths at %(level)s are needed. Adults may need less, but no date of birth is recorded.")
                % said
            )
        return _("The rules for this start date and age ask for English and maths at %(level)s before the end.") % said
    return _(
        "Apprentices who were %(age)s or over at the start study English and maths only if they and the employer "
        "agree to. They do not have to pass to complete. What was agreed is recorded here."
    ) % {"age": rules_for(apprenticeship).adult_age}


def _slug(apprenticeship: Apprenticeship, need: Need) -> str:
    if need.subject != Subject.QUALIFICATION:
        return need.subject.value
    return f"{_QUALIFICATION}{qualifications_of(apprenticeship).index(need.of) + 1}"


def _acts(apprenticeship: Apprenticeship, need: Need, asked: Asked) -> list[dict[str, Any]]:
    if not need.is_asked:
        return []
    slug = _slug(apprenticeship, need)
    return [
        {
            "name": kind.label,
            "address": reverse("pages:attainment-new", args=[apprenticeship.pk, slug, kind.value.replace("_", "-")]),
        }
        for kind in kinds_for(need.subject, asked)
    ]


def _history(need: Need, rows: list[Attainment], *, reads: bool, may_undo: bool) -> list[dict[str, Any]]:
    found = []
    for one in reversed(rows):
        if one.of != need.of or one.undoes:
            continue
        undoing = getattr(one, "undone_by", None)
        is_newest = need.newest is not None and one.pk == need.newest.pk
        found.append(
            {
                "what": said_of(one),
                "exemption": one.get_exemption_display() if one.exemption and reads else "",
                "reason": one.reason if reads else "",
                "who": _("%(name)s, %(when)s") % {"name": one.by.name, "when": moments.moment(one.at)},
                "undone": _("%(name)s undid this, %(when)s")
                % {"name": undoing.by.name, "when": moments.moment(undoing.at)}
                if undoing
                else "",
                "undone_reason": undoing.reason if undoing and reads else "",
                "undo_address": reverse("pages:attainment-undo", args=[one.pk]) if may_undo and is_newest else "",
            }
        )
    return found


@require_http_methods(["GET", "POST"])
def attainment_new(request: Request, apprenticeship_id: UUID, subject: str, kind: str) -> HttpResponse:
    """Record one event of one kind in one subject."""
    apprenticeship = _learner(request, apprenticeship_id)
    _require_recorder(request, apprenticeship)
    which, title = _subject(apprenticeship, subject)
    try:
        event_kind = AttainmentKind(kind.replace("-", "_"))
    except ValueError:
        raise Http404 from None
    if event_kind not in kinds_for(which, asked_of(apprenticeship, rules_for(apprenticeship))):
        raise Http404
    form = AttainmentForm(request.POST if request.method == "POST" else None, subject=which, kind=event_kind)
    if form.is_valid():
        try:
            workflow.record_attainment(
                apprenticeship.pk, request.actor, attainment_id=form.cleaned_data["token"], event=form.event(title)
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:attainments", apprenticeship.pk)
    context = {
        "apprenticeship": apprenticeship,
        "form": form,
        "heading": f"{title or Subject(which).label}: {event_kind.label}",
    }
    return render(request, "programme/attainment_new.html", context, status=422 if form.errors else 200)


def _subject(apprenticeship: Apprenticeship, slug: str) -> tuple[str, str]:
    """The subject, and the title of a qualification."""
    if slug in (Subject.ENGLISH, Subject.MATHS):
        return slug, ""
    place = slug.removeprefix(_QUALIFICATION)
    titles = qualifications_of(apprenticeship)
    if slug.startswith(_QUALIFICATION) and place.isdecimal() and len(place) < 4 and 1 <= int(place) <= len(titles):
        return Subject.QUALIFICATION.value, titles[int(place) - 1]
    raise Http404


@require_http_methods(["GET", "POST"])
def attainment_undo(request: Request, attainment_id: UUID) -> HttpResponse:
    """Ask why, and undo one."""
    found = get_object_or_404(
        Attainment.objects.visible_to(request.actor).select_related("by"), pk=attainment_id, undoes=None
    )
    apprenticeship = _learner(request, found.apprenticeship_id)
    _require_recorder(request, apprenticeship)
    form = UndoAttainmentForm(request.POST if request.method == "POST" else None)
    status = 422
    if form.is_valid():
        try:
            workflow.undo_attainment(found.pk, request.actor, form.cleaned_data["reason"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        except OutOfTurn as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("That entry no longer counts."))
            return redirect("pages:attainments", apprenticeship.pk)
    context = {
        "apprenticeship": apprenticeship,
        "form": form,
        "what": said_of(found),
        "heading": _("Undo: %(what)s") % {"what": found.title or Subject(found.subject).label},
    }
    return render(request, "programme/attainment_undo.html", context, status=status if form.errors else 200)


def _require_recorder(request: Request, apprenticeship: Apprenticeship) -> None:
    require(
        access.can_record_attainments(request.actor, apprenticeship),
        _("Only the assessor, the trainer and admins record this."),
    )
