"""Standardisation: the records, a new one, one with its actions, and correcting it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Membership, User
from apprenticeships.models import Apprenticeship
from assessments import workflow
from assessments.models import Decision, Standardisation, StandardisationAction, StandardisationNote
from assessments.sampling import access
from core import clock, moments
from core.errors import Incomplete, NotAllowed
from occupations.models import Standard
from pages.quality.standardising_forms import ActionNoteForm, RecordForm, WhoMetForm, decision_label
from pages.refusals import say_in
from pages.requests import Request, organisation_of
from pages.templatetags.pace import rag

PER_PAGE = 50
#: So many of the newest decisions are offered to be looked at.
OFFERED = 40
_OF_DECISION = ("claim__ksb", "claim__submission__snapshot", "claim__apprenticeship__apprentice", "by")


@require_GET
def standardisations(request: Request) -> HttpResponse:
    """The records of the provider, the newest first; for an assessor, those that they were at."""
    if not access.sees_quality(request.actor):
        raise Http404
    there = Count("people", distinct=True)
    looked_at = Count("judgements__decision", distinct=True)
    rows = (
        Standardisation.objects.visible_to(request.actor)
        .standing()
        .select_related("standard", "by")
        .annotate(there=there, looked_at=looked_at)
        .newest_first()
    )
    page: Page[Any] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    late = StandardisationAction.objects.visible_to(request.actor).open().overdue().select_related("owner")
    context = {"page": page, "can_record": access.assures(request.actor), "late": list(late.order_by("due_on")[:20])}
    return render(request, "quality/standardisations.html", context)


def _require_assurer(request: Request) -> None:
    if not access.assures(request.actor):
        raise NotAllowed(_("Only an internal quality assurer records standardisation."))


def _who_met(request: Request, data: QueryDict | None) -> WhoMetForm:
    """The first form: people of the provider, its standards, and the newest decisions with those that were chosen."""
    provider = organisation_of(request)
    held = Membership.objects.live().filter(organisation=provider, user__is_active=True)
    chosen = data.getlist("people") if data is not None else []
    # Somebody who has left since can still have been there.
    people = User.objects.filter(
        Q(pk__in=held.values("user")) | Q(pk__in=_ids(chosen), memberships__organisation=provider)
    )
    seen = Apprenticeship.objects.visible_to(request.actor).values("standard_version__standard")
    standards = Standard.objects.visible_to(request.actor).filter(pk__in=seen).order_by("title", "pk")
    decisions = Decision.objects.visible_to(request.actor).filter(claim__provider=provider).standing()
    if data is not None and (standard := _ids(data.getlist("standard"))):
        decisions = decisions.filter(claim__apprenticeship__standard_version__standard__in=standard)
    offered = list(decisions.newest_first().select_related(*_OF_DECISION)[:OFFERED])
    wanted = set(_ids(data.getlist("decisions"))) if data is not None else set()
    if missing := wanted - {one.pk for one in offered}:
        every = Decision.objects.visible_to(request.actor).filter(claim__provider=provider, pk__in=missing)
        offered += list(every.select_related(*_OF_DECISION))
    names = people.distinct().order_by("name", "pk").values_list("pk", "name")
    return WhoMetForm(data, people=names, standards=standards, decisions=offered)


def _ids(given: list[str]) -> list[UUID]:
    found = []
    for one in given:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _record_form(request: Request, met: dict[str, Any], data: QueryDict | None, **more: Any) -> RecordForm:
    people = User.objects.filter(pk__in=met["people"]).order_by("name", "pk").values_list("pk", "name")
    decisions = Decision.objects.visible_to(request.actor).filter(pk__in=met["decisions"]).select_related(*_OF_DECISION)
    owners = access.owners_at(organisation_of(request).pk)
    return RecordForm(data, people=list(people), decisions=list(decisions.newest_first()), owners=owners, **more)


@require_http_methods(["GET", "POST"])
def standardisation_new(request: Request) -> HttpResponse:
    """Say who met and what they looked at; then how each judged it, what was agreed, and what is to be done."""
    _require_assurer(request)
    given = request.POST if request.method == "POST" else request.GET
    met = _who_met(request, given if "held_on" in given else None)
    form = None
    if met.is_bound and met.is_valid():
        form = _record_form(request, met.cleaned_data, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                record = workflow.record_standardisation(
                    organisation_of(request).pk,
                    request.actor,
                    form.meeting(met.cleaned_data),
                    record_id=form.cleaned_data["token"],
                    actions=form.actions(),
                )
            except Incomplete as incomplete:
                say_in(met if incomplete.field in met.fields else form, incomplete)
            else:
                messages.success(request, _("Recorded. Everybody who was there can read it."))
                return redirect("pages:standardisation", record.pk)
    is_wrong = bool(met.errors or (form and form.errors)) and (request.method == "POST" or bool(met.errors))
    context = {"met": met, "form": form}
    return render(request, "quality/standardisation_new.html", context, status=422 if is_wrong else 200)


@require_GET
def standardisation(request: Request, record_id: UUID) -> HttpResponse:
    """Who met, how each judged, what was agreed, and how the actions stand."""
    return _page(request, _record(request, record_id))


def _record(request: Request, record_id: UUID) -> Standardisation:
    rows = Standardisation.objects.visible_to(request.actor).select_related(
        "standard", "by", "superseded_by__by", "supersedes"
    )
    return get_object_or_404(rows, pk=record_id)


def _page(request: Request, record: Standardisation, failed: ActionNoteForm | None = None) -> HttpResponse:
    people = list(record.people.select_related("person").order_by("person__name"))
    judged: dict[UUID, dict[UUID, str]] = {}
    for one in record.judgements.all():
        judged.setdefault(one.decision_id, {})[one.person_id] = one.get_outcome_display()
    decisions = Decision.objects.visible_to(request.actor).filter(pk__in=judged).select_related(*_OF_DECISION)
    chain = [record.pk]
    earlier = record.supersedes
    while earlier is not None:
        chain.append(earlier.pk)
        earlier = earlier.supersedes
    actions = (
        StandardisationAction.objects.visible_to(request.actor)
        .filter(record__in=chain)
        .with_state()
        .select_related("owner")
        .prefetch_related("notes__by")
    )
    context = {
        "record": record,
        "held": moments.day(record.held_on),
        "people": [one.person.name for one in people],
        "rows": [
            {
                "label": decision_label(one),
                "address": one.claim.submission_id,
                "said": [judged[one.pk].get(person.person_id, "–") for person in people],
            }
            for one in decisions.newest_first()
        ],
        "actions": [_action(request, one, failed) for one in actions],
        "later": getattr(record, "superseded_by", None),
        "can_correct": access.assures(request.actor) and not hasattr(record, "superseded_by"),
    }
    return render(request, "quality/standardisation.html", context, status=422 if failed else 200)


def _action(request: Request, one: StandardisationAction, failed: ActionNoteForm | None) -> dict[str, Any]:
    last = vars(one)["last_note"]
    is_open = last in (None, StandardisationNote.Kind.OPENED)
    kinds = (
        [StandardisationNote.Kind.DONE, StandardisationNote.Kind.GIVEN_UP]
        if is_open
        else [StandardisationNote.Kind.OPENED]
    )
    kinds = [kind for kind in kinds if access.notes_on(request.actor, one, kind)]
    if not is_open:
        state = rag("green", StandardisationNote.Kind(last).label)
    elif one.due_on < clock.today():
        state = rag("red", _("Overdue"))
    else:
        state = rag("amber", _("Action open"))
    prefix = f"a{one.pk.hex}"
    form = failed if failed and failed.prefix == prefix else ActionNoteForm(kinds=kinds, prefix=prefix)
    return {"action": one, "state": state, "due": moments.day(one.due_on), "form": form if kinds else None}


@require_POST
def standardisation_note(request: Request, action_id: UUID) -> HttpResponse:
    """Say what became of an action."""
    action = get_object_or_404(StandardisationAction.objects.visible_to(request.actor), pk=action_id)
    form = ActionNoteForm(request.POST, kinds=StandardisationNote.Kind.values, prefix=f"a{action.pk.hex}")
    if form.is_valid():
        given = form.cleaned_data
        try:
            workflow.note_on_action(
                action.pk, request.actor, note_id=given["token"], kind=given["kind"], words=given["words"]
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:standardisation", action.record_id)
    return _page(request, _record(request, action.record_id), form)


@require_http_methods(["GET", "POST"])
def standardisation_correct(request: Request, record_id: UUID) -> HttpResponse:
    """Say what a record should have said, and why."""
    record = _record(request, record_id)
    _require_assurer(request)
    data: QueryDict = request.POST
    if request.method != "POST":
        data = request.GET.copy()
        data.clear()
        data["held_on"] = record.held_on.isoformat()
        data["standard"] = str(record.standard_id or "")
        data.setlist("people", [str(pk) for pk in record.people.values_list("person", flat=True)])
        data.setlist("decisions", [str(pk) for pk in set(record.judgements.values_list("decision", flat=True))])
        for name in ("held_on", "standard", "people", "decisions"):
            if name in request.GET:
                data.setlist(name, request.GET.getlist(name))
    met = _who_met(request, data)
    form = None
    if met.is_valid():
        said = {f"judged_{one.decision_id}_{one.person_id}": one.outcome for one in record.judgements.all()}
        sent = request.POST if request.method == "POST" else None
        form = _record_form(request, met.cleaned_data, sent, reason=True, initial=said | {"agreed": record.agreed})
        if form.is_valid():
            try:
                made = workflow.correct_standardisation(
                    record.pk, request.actor, form.meeting(met.cleaned_data), form.cleaned_data["reason"]
                )
            except Incomplete as incomplete:
                say_in(met if incomplete.field in met.fields else form, incomplete)
            else:
                messages.success(request, _("Corrected. The first record stays, with your reason."))
                return redirect("pages:standardisation", made.pk)
    is_wrong = request.method == "POST" and bool(met.errors or (form and form.errors))
    context = {"met": met, "form": form, "record": record}
    return render(request, "quality/standardisation_new.html", context, status=422 if is_wrong else 200)
