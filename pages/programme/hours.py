"""An apprentice's off-the-job hours: what they come to, entering, confirming, correcting and removing them."""

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import runs_provider
from accounts.seen_by import SeenBy
from apprenticeships.access import is_open
from apprenticeships.breaks import time_of
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT
from apprenticeships.rules import rules_for
from core import clock, moments
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from pages.addresses import addresses_of
from pages.programme.hour_forms import NAMES, HoursCorrectionForm, HoursForm, WhyForm
from pages.refusals import say_in
from pages.requests import Request
from pages.table_files import dated, table_file
from portfolios.models import Evidence
from programme import access, workflow
from programme.learning_hours.durations import in_words
from programme.learning_hours.entries import EntryRow, codes_of, entries_of, people_around, titles_of
from programme.learning_hours.totals import Figures, figures_of, quiet_of
from programme.models import NOT_COUNTED, Kind, OffTheJobEntry
from programme.planning.plan import items_of, standing_plan
from reports.tables.files import TableFile

PER_PAGE = 20
#: An item of the training plan that takes longer is entered day by day.
LONGEST_DAY_HOURS = 8
_KINDS = dict(Kind.choices)
_PAGE = re.compile(r"[1-9][0-9]{0,5}")
_learners = SeenBy(
    lambda actor, apprenticeship: (
        Apprenticeship.objects.visible_to(actor)
        .filter(pk=apprenticeship)
        .select_related("apprentice", "provider", "employer", "standard_version__standard", "option")
    ),
    SIGHT,
)
_own = SeenBy(lambda actor: Apprenticeship.objects.of_apprentice(actor).order_by("-started_on", "pk").values_list("pk"))


@require_GET
def own_hours(request: Request) -> HttpResponse:
    """To the hours of the person's own, newest apprenticeship."""
    newest = _own(request.actor)[:1]
    if not newest:
        raise Http404
    return redirect("pages:hours", newest[0][0])


def learner(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    """An apprenticeship that whoever asks may see."""
    found: Apprenticeship | None = _learners(request.actor, apprenticeship=apprenticeship_id).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def hours(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The hours of one apprentice; for them and who trains them, with the form to enter more."""
    shown = learner(request, apprenticeship_id)
    may_enter = is_open(shown) and _enters(request.actor, shown)
    form = None
    if request.method == "POST":
        form = HoursForm(request.POST, apprenticeship=shown, people=people_around(shown.pk))
        if form.is_valid():
            try:
                entry = workflow.log_hours(
                    shown.pk, request.actor, entry_id=form.cleaned_data["token"], words=form.words()
                )
            except Incomplete as incomplete:
                say_in(form, incomplete, NAMES)
            else:
                messages.success(request, _("Saved: %(time)s.") % {"time": in_words(entry.minutes)})
                if not entry.counts:
                    messages.warning(request, entry.why_not_counted)
                return redirect("pages:hours", shown.pk)
    elif may_enter:
        form = HoursForm(apprenticeship=shown, people=people_around(shown.pk), initial=_begun(request, shown))
    return _page(request, shown, form if may_enter else None, status=422 if form is not None and form.errors else 200)


def _enters(actor: Actor, shown: Apprenticeship) -> bool:
    return shown.apprentice_id == actor.person_id or access.holds_reviews(actor, shown)


def _begun(request: Request, shown: Apprenticeship) -> dict[str, Any]:
    """What the form begins with, opened from a piece of evidence or from an item of the training plan."""
    if "item" not in request.GET:
        return _from_evidence(request, shown)
    standing = standing_plan(shown.pk)
    item = next((one for one in items_of(standing) if one.id == request.GET["item"]), None)
    if item is None:
        return {}
    return {
        "plan_item": item.id,
        "duration": in_words(60 * item.hours) if item.hours <= LONGEST_DAY_HOURS else "",
        "kind": item.kind,
        "note": item.title,
        "deliverer": item.deliverer,
        "ksbs": ", ".join(item.ksbs),
    }


def _from_evidence(request: Request, shown: Apprenticeship) -> dict[str, Any]:
    """What the form begins with that was opened from a piece of evidence."""
    try:
        wanted = UUID(request.GET["evidence"])
    except (KeyError, ValueError):
        return {}
    piece = Evidence.objects.visible_to(request.actor).filter(pk=wanted, apprenticeship=shown).first()
    if piece is None:
        return {}
    return {"evidence": piece.pk, "note": piece.title, "happened_on": piece.happened_on or clock.today()}


def _page(request: Request, shown: Apprenticeship, form: HoursForm | None, *, status: int) -> HttpResponse:
    rules = rules_for(shown)
    figures = figures_of(shown)
    breaks = time_of(shown).breaks if shown.break_days else []
    returned_on = breaks[-1].ended_on if breaks else None
    quiet = quiet_of(shown, rules, returned_on)
    rows, page = _rows(request, shown)
    is_own = shown.apprentice_id == request.actor.person_id
    trains = not is_own and access.holds_reviews(request.actor, shown)
    lines = _lines(request.actor, rows, shown, trains=trains)
    return render(
        request,
        "programme/hours.html",
        {
            "apprenticeship": shown,
            "is_own": is_own,
            "is_open": is_open(shown),
            "form": form,
            "figures": _figures(figures, is_learning=shown.stopped_on is None),
            "is_by_plan": figures.is_by_plan,
            "is_behind": figures.gap is not None and figures.gap < 0,
            "percent": figures.percent,
            "expected_percent": figures.expected * 100 // figures.planned
            if figures.planned and figures.expected is not None
            else None,
            "is_plan_short": figures.is_plan_short,
            "required": in_words(figures.required),
            "quiet": quiet,
            "quiet_last": moments.day(quiet.last_on) if quiet else "",
            "quiet_due": moments.day(quiet.due_on) if quiet else "",
            "planned_end": moments.day(shown.planned_end_on),
            "lines": lines,
            "confirms": any(line["can_confirm"] for line in lines),
            "page": page,
            "can_import": _enters(request.actor, shown) or _is_admin(request.actor, shown),
            "is_admin": _is_admin(request.actor, shown),
        },
        status=status,
    )


def _rows(request: Request, shown: Apprenticeship) -> tuple[list[EntryRow], Page[Any]]:
    """The entries of the page that is asked for, or of the last one, and the page. One query, unless it is too far."""
    found = entries_of(request.actor, shown.pk)
    asked = request.GET.get("page", "")
    start = PER_PAGE * (int(asked) - 1) if _PAGE.fullmatch(asked) else 0
    rows = [EntryRow(*row) for row in found[start : start + PER_PAGE]]
    number = rows[0].of_all if rows else found.count() if start else 0
    page: Page[Any] = Paginator(range(number), PER_PAGE).get_page(asked)
    if not rows and number:
        rows = [EntryRow(*row) for row in found[page.start_index() - 1 : page.end_index()]]
    return rows, page


def _is_admin(actor: Actor, shown: Apprenticeship) -> bool:
    return runs_provider(actor) and actor.organisation_id == shown.provider_id


def _figures(figures: Figures, *, is_learning: bool) -> list[tuple[str, str]]:
    """Each figure with its name, for a list. Who has stopped has no weeks left to do more in."""
    said = [(_("Confirmed"), in_words(figures.actual))]
    if figures.waiting:
        said.append((_("Waiting to be confirmed"), in_words(figures.waiting)))
    if figures.planned is not None:
        said.append((_("Planned"), in_words(figures.planned)))
    if figures.required:
        said.append((_("Required by the rules"), in_words(figures.required)))
    if figures.expected is not None:
        said.append((_("Expected by now"), in_words(figures.expected)))
    if figures.gap is not None:
        said.append((_("Ahead") if figures.gap >= 0 else _("Behind"), in_words(abs(figures.gap))))
    if figures.weekly_needed is not None and is_learning:
        said.append((_("Needed a week to finish"), in_words(figures.weekly_needed)))
    return said


def _lines(actor: Actor, rows: list[EntryRow], shown: Apprenticeship, *, trains: bool) -> list[dict[str, Any]]:
    codes, titles = codes_of(row.ksbs for row in rows), titles_of(actor, rows)
    entry_address, evidence_address = addresses_of("hours-entry"), addresses_of("evidence")
    is_own, is_admin = shown.apprentice_id == actor.person_id, _is_admin(actor, shown)
    is_closed = not is_open(shown)
    lines = []
    for row in rows:
        is_confirmed = row.confirmed_at is not None
        delivered_it = row.delivered_by == actor.person_id and not is_own
        lines.append(
            {
                "pk": row.pk,
                "day": moments.short_day(row.happened_on),
                "start": moments.minute(timezone.localtime(row.starts_at)) if row.starts_at else "",
                "time": in_words(row.minutes),
                "kind": _KINDS[row.kind],
                "note": row.note,
                "deliverer": row.delivered_by_name or row.deliverer,
                "codes": [code for pk, code in codes.items() if pk in row.ksbs],
                "evidence": titles.get(row.evidence, "") if row.evidence else "",
                "evidence_address": evidence_address(row.evidence) if row.evidence else "",
                "why_not_counted": "" if row.counts else NOT_COUNTED[Kind(row.kind)],
                "confirmed_by": row.confirmed_by_name,
                "entered_by": row.by_name if row.by != shown.apprentice_id else "",
                "can_confirm": row.counts and not is_confirmed and (trains or delivered_it),
                "address": entry_address(row.pk)
                if not is_closed and (trains or is_admin or (is_own and not is_confirmed))
                else "",
            }
        )
    return lines


@require_POST
def hours_confirm(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Confirm the entries that were ticked."""
    shown = learner(request, apprenticeship_id)
    try:
        chosen = {UUID(pk) for pk in request.POST.getlist("entry")}
    except ValueError:
        raise Http404 from None
    done = workflow.confirm_hours(shown.pk, request.actor, chosen)
    if done:
        messages.success(request, _("Confirmed: %(count)s.") % {"count": done})
    else:
        messages.info(request, _("Tick the hours that you confirm."))
    return redirect("pages:hours", shown.pk)


def _visible(request: Request) -> QuerySet[OffTheJobEntry]:
    return OffTheJobEntry.objects.visible_to(request.actor).select_related("by", "confirmation__by", "replaced_by")


@require_http_methods(["GET", "POST"])
def hours_entry(request: Request, entry_id: UUID) -> HttpResponse:
    """One entry: correcting it, removing it, and what it said before."""
    entry = get_object_or_404(_visible(request), pk=entry_id)
    shown = learner(request, entry.apprenticeship_id)
    entry.apprenticeship = shown
    if hasattr(entry, "replaced_by") or entry.is_removal:
        if request.method == "POST":
            raise OutOfTurn(_("These hours were corrected or removed since. Look at the list again."))
        messages.info(request, _("These hours were corrected or removed since."))
        return redirect("pages:hours", shown.pk)
    if not is_open(shown) or not access.can_correct(request.actor, entry):
        raise Http404
    people = people_around(shown.pk)
    codes = codes_of([entry.ksbs])
    initial = HoursCorrectionForm.initial_of(entry, codes)
    form = HoursCorrectionForm(
        request.POST if request.method == "POST" else None, apprenticeship=shown, people=people, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            workflow.correct_hours(
                entry.pk, request.actor, correction_id=given["token"], words=form.words(), reason=given["reason"]
            )
        except Incomplete as incomplete:
            say_in(form, incomplete, NAMES)
        else:
            messages.success(request, _("Corrected. What it said before stays in the history."))
            return redirect("pages:hours", shown.pk)
    return _entry_page(request, entry, form, WhyForm(), status=422 if form.errors else 200)


def _entry_page(
    request: Request, entry: OffTheJobEntry, form: HoursCorrectionForm, why: WhyForm, *, status: int
) -> HttpResponse:
    earlier: list[dict[str, Any]] = []
    before = entry
    while before.replaces_id and len(earlier) < 20:
        reason, at, by = before.reason, before.at, before.by
        before = OffTheJobEntry.objects.visible_to(request.actor).select_related("by").get(pk=before.replaces_id)
        said = _("%(time)s on %(day)s: %(note)s") % {
            "time": in_words(before.minutes),
            "day": moments.day(before.happened_on),
            "note": before.note,
        }
        earlier.append({"said": said, "reason": reason, "by": by, "at": moments.moment(at)})
    context = {
        "apprenticeship": entry.apprenticeship,
        "entry": entry,
        "form": form,
        "why": why,
        "earlier": earlier,
        "is_own": entry.apprenticeship.apprentice_id == request.actor.person_id,
        "day": moments.day(entry.happened_on),
        "time": in_words(entry.minutes),
    }
    return render(request, "programme/entry.html", context, status=status)


@require_POST
def hours_remove(request: Request, entry_id: UUID) -> HttpResponse:
    """Remove an entry, with the reason."""
    entry = get_object_or_404(_visible(request), pk=entry_id)
    entry.apprenticeship = shown = learner(request, entry.apprenticeship_id)
    if not access.can_correct(request.actor, entry):
        raise Http404
    why = WhyForm(request.POST)
    if why.is_valid():
        workflow.remove_hours(entry.pk, request.actor, reason=why.cleaned_data["reason"])
        messages.success(request, _("Removed. It stays in the history."))
        return redirect("pages:hours", shown.pk)
    initial = HoursCorrectionForm.initial_of(entry, codes_of([entry.ksbs]))
    form = HoursCorrectionForm(apprenticeship=shown, people=people_around(shown.pk), initial=initial)
    return _entry_page(request, entry, form, why, status=422)


@require_POST
def hours_csv(request: Request, apprenticeship_id: UUID) -> HttpResponseBase:
    """All entries that stand as a file, CSV or a spreadsheet. It is recorded who took it, so it is a POST."""
    shown = learner(request, apprenticeship_id)
    rows = [EntryRow(*row) for row in entries_of(request.actor, shown.pk)]
    workflow.note_hours_export(shown.pk, request.actor, len(rows))
    codes = codes_of(row.ksbs for row in rows)
    heads = (
        _("Date"),
        _("Start"),
        _("Minutes"),
        _("Kind"),
        _("Description"),
        _("Delivered by"),
        _("KSBs"),
        _("Counts"),
        _("Confirmed by"),
        _("Confirmed on"),
        _("Entered by"),
    )
    table = TableFile(
        name=dated("off-the-job-hours"),
        title=_("Off-the-job hours"),
        about=[
            _("Off-the-job hours of %(name)s, as of %(at)s.")
            % {"name": shown.apprentice.name, "at": moments.moment(clock.now())},
            _("Every entry that stands. Only those that count and that somebody confirmed are in the total."),
        ],
        headings=heads,
        rows=(
            (
                row.happened_on,
                moments.minute(timezone.localtime(row.starts_at)) if row.starts_at else "",
                row.minutes,
                str(_KINDS[row.kind]),
                row.note,
                row.delivered_by_name or row.deliverer,
                " ".join(code for pk, code in codes.items() if pk in row.ksbs),
                _("yes") if row.counts else _("no"),
                row.confirmed_by_name,
                timezone.localtime(row.confirmed_at).date() if row.confirmed_at else None,
                row.by_name,
            )
            for row in rows
        ),
    )
    return table_file(table, request.POST.get("file", ""))
