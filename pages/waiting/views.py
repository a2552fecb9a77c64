"""Who keeps whom waiting: one list for each thing that can be owed, the oldest first, with the way to move it on."""

from functools import lru_cache
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require, roles_of, runs_provider, sees_others
from accounts.models import Role
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import reach_of
from apprenticeships.workflow import assign_several
from assessments.feedback_time import expected
from assessments.waiting import assessors_of
from core import clock, moments
from core.actor import Actor
from core.errors import Incomplete
from core.readable import readable
from pages.addresses import addresses_of
from pages.judging.rows import drawn_due
from pages.requests import Request, organisation_of
from pages.table_files import dated, people_file
from pages.templatetags.pace import rag
from pages.templatetags.when import when
from pages.waiting.forms import GiveForm
from reports import owed
from reports.tables.files import TableFile
from signing.models import Purpose

PER_PAGE = 50
#: What each list is called, and for whom it is: the provider, whoever is waited for, and whoever waits.
NAMES = {
    owed.REVIEW: gettext_lazy("Evidence to review"),
    owed.SIGN_OFF: gettext_lazy("KSBs to sign off"),
    owed.REWORK: gettext_lazy("Evidence that needs work"),
    owed.CONFIRMATION: gettext_lazy("Requests to confirm"),
    owed.SIGNATURE: gettext_lazy("To sign"),
}
_PURPOSES = dict(Purpose.choices)
#: The page that each row leads to.
_PLACES = {
    owed.REVIEW: "review",
    owed.SIGN_OFF: "coverage",
    owed.REWORK: "evidence",
    owed.CONFIRMATION: "verification",
    owed.SIGNATURE: "signed-version",
}


@require_http_methods(["GET", "POST"])
def waiting(request: Request) -> HttpResponseBase:
    """What is waited for about the learners that this person sees. A POST gives the list that is shown as a file."""
    kind = request.GET.get("kind", "")
    return _file(request, kind) if request.method == "POST" else _page(request, kind)


def _file(request: Request, wanted: str) -> HttpResponseBase:
    """One of the lists, to be written: whatever is in it, the oldest first."""
    if not sees_others(request.actor):
        raise Http404
    kind = wanted if wanted in owed.KINDS else owed.REVIEW
    shown = [owed.owed(kind, row) for row in owed.rows_of(request.actor, kind)]
    rows = _rows(request.actor, kind, shown, None)
    title = str(NAMES[kind])
    about = [_("%(title)s, as of %(at)s.") % {"title": title, "at": moments.moment(clock.now())}]
    table = TableFile(
        name=dated(f"waiting-{kind}"),
        title=title,
        about=[*about, _("Days are those of the calendar, weekends included.")],
        headings=[_("What"), _("Apprentice"), _("Waiting for"), _("Since"), _("Days")],
        rows=[
            [row["what"], str(row["apprentice"]), str(row["by"]), since, (clock.today() - since).days]
            for row, since in zip(rows, [timezone.localtime(one.since).date() for one in shown], strict=True)
        ],
    )
    return people_file(request, table, "waiting", len(rows))


def _page(request: Request, wanted: str, form: GiveForm | None = None) -> HttpResponse:
    actor = request.actor
    counts = owed.counts(actor)
    groups = _groups(actor, counts)
    # What waits for them comes first.
    lists = [one for group in groups for one in group["lists"]]
    kind = wanted if wanted in owed.KINDS else next((one["kind"] for one in lists if one["count"]), owed.REVIEW)
    found = owed.rows_of(actor, kind).of_number(counts[kind])
    page: Page[Any] = Paginator(cast(Any, found), PER_PAGE).get_page(request.GET.get("page"))
    may_give = runs_provider(actor) and kind in (owed.REVIEW, owed.SIGN_OFF) and counts[kind] > 0
    if may_give and form is None:
        form = GiveForm(organisation=organisation_of(request))
    context = {
        "kind": kind,
        "page": page,
        "rows": _rows(actor, kind, [owed.owed(kind, row) for row in page.object_list], form),
        "groups": groups,
        "form": form if may_give else None,
        "note_heading": _("Feedback due") if kind == owed.REVIEW else "",
        "has_file": sees_others(actor),
    }
    return render(request, "waiting/waiting.html", context, status=422 if form and form.errors else 200)


def _groups(actor: Actor, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The lists under what they are to this person: waiting for them, or what they wait for."""
    lists = [{"kind": kind, "name": NAMES[kind], "count": counts[kind]} for kind in owed.KINDS]
    if runs_provider(actor) or roles_of(actor) & {Role.IQA, Role.MANAGER, Role.VIEWER}:
        return [{"heading": "", "lists": lists}]
    for_them = {owed.REVIEW, owed.SIGN_OFF} if Role.ASSESSOR in roles_of(actor) else set()
    if Role.MENTOR in roles_of(actor):
        for_them = {owed.SIGNATURE}
    if not roles_of(actor):
        for_them = {owed.REWORK, owed.SIGNATURE}
    first = [one for one in lists if one["kind"] in for_them]
    rest = [one for one in lists if one["kind"] not in for_them]
    groups = [{"heading": _("Waiting for you"), "lists": first}] if first else []
    heading = _("You are waiting for") if first else ""
    return [*groups, {"heading": heading, "lists": rest}]


def _rows(actor: Actor, kind: str, shown: list[owed.Owed], form: GiveForm | None) -> list[dict[str, Any]]:
    """A row for each, with what this person can do about it at once."""
    of_assessors = kind in (owed.REVIEW, owed.SIGN_OFF)
    assessors = assessors_of(frozenset(one.apprenticeship for one in shown)) if of_assessors else {}
    learner, address, piece = addresses_of("coverage"), addresses_of(_PLACES[kind]), addresses_of("evidence")
    resend, withdraw = addresses_of("verification-resend"), addresses_of("verification-withdraw")
    scan, rescan, unscan = (addresses_of(f"skills-scan{act}") for act in ("", "-resend", "-withdraw"))
    unsend = addresses_of("evidence-take-back")
    own = {one.apprenticeship for one in shown} if actor.organisation_id is None else reach_of(actor).own
    labels = (_("Apprentice"), _("Waiting for"), _("Since"), _note_label(kind))
    rows, today = [], clock.today()
    for one in shown:
        is_own = one.apprenticeship in own
        what = str(_PURPOSES[one.what]) if kind == owed.CONFIRMATION else readable(one.what)
        apprentice = _("You") if is_own else one.apprentice
        by = assessors.get(one.apprenticeship) or one.by or (_("Nobody") if of_assessors else apprentice)
        since = when(one.since) + _days((today - timezone.localtime(one.since).date()).days)
        is_scan = one.what == Purpose.SCAN and kind == owed.CONFIRMATION
        place = scan(one.apprenticeship) if is_scan else address(one.subject)
        row = {
            "what": what,
            "apprentice": apprentice,
            "by": by,
            "cells": SafeString(
                f'<th scope="row"><a href="{piece(one.piece) if is_own and one.piece else place}">'
                f'{escape(what)}</a></th><td data-label="{labels[0]}"><a href="{learner(one.apprenticeship)}">'
                f'{escape(apprentice)}</a></td><td data-label="{labels[1]}">{escape(by)}</td>'
                f'<td data-label="{labels[2]}">{since}</td><td{labels[3]}>{_note(kind, one)}</td>'
            ),
            "learner": str(one.apprenticeship),
            "is_ticked": form is not None and str(one.apprenticeship) in form.wanted,
        }
        if kind == owed.CONFIRMATION and _looks_after(actor, one, is_own=is_own):
            again, back = (rescan, unscan) if is_scan else (resend, withdraw)
            row |= {"resend_address": again(one.subject), "withdraw_address": back(one.subject)}
        if is_own and one.piece and not one.has_begun:
            row["unsend_address"] = unsend(one.piece)
        rows.append(row)
    return rows


@lru_cache(maxsize=1_000)
def _days(days: int) -> SafeString:
    # In one line.
    words = (ngettext("%(n)d day", "%(n)d days", days) % {"n": days}).replace(" ", "\N{NO-BREAK SPACE}")
    return format_html(' <span class="muted">({})</span>', words)


def _note_label(kind: str) -> str:
    """The attribute that says on a phone what the note is; that a request has expired says so itself."""
    return format_html(' data-label="{}"', _("Feedback due")) if kind == owed.REVIEW else ""


def _note(kind: str, one: owed.Owed) -> str:
    """How far it has come, or by when it is due."""
    if kind == owed.REVIEW:
        return drawn_due(expected(one.since))
    if one.expires_at is not None and one.expires_at <= clock.now():
        return rag("red", _("Link expired"))
    return _("Started") if one.has_begun else ""


def _looks_after(actor: Actor, one: owed.Owed, *, is_own: bool) -> bool:
    """Whether this person may send a request again: for what the page offers. The acts ask for themselves."""
    if is_own:
        return one.asked_by == actor.person_id
    return runs_provider(actor) or one.apprenticeship in reach_of(actor).assessing


@require_POST
def waiting_give(request: Request) -> HttpResponse:
    """Give the learners that were ticked to another assessor, with all that waits."""
    require(runs_provider(request.actor), _("Only an admin of the training provider can do this."))
    form = GiveForm(request.POST, organisation=organisation_of(request))
    kind = request.POST.get("kind", "")
    if not form.is_valid():
        return _page(request, kind, form)
    seen = Apprenticeship.objects.visible_to(request.actor).filter(pk__in=form.chosen, provider=request.organisation)
    if seen.count() < len(form.chosen):
        raise Http404
    try:
        changed = assign_several(
            form.chosen,
            request.actor,
            assessor=form.cleaned_data["assessor"],
            reason=form.cleaned_data["reason"],
        )
    except Incomplete as incomplete:
        form.add_error(None, str(incomplete))
        return _page(request, kind, form)
    said = ngettext(
        "%(n)d learner now has %(name)s as their assessor.",
        "%(n)d learners now have %(name)s as their assessor.",
        changed,
    )
    messages.success(request, said % {"n": changed, "name": form.cleaned_data["assessor"]})
    return redirect(f"{reverse('pages:waiting')}?{urlencode({'kind': kind})}")
