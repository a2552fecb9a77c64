"""The skills scans of an apprentice: rating every KSB, who has rated and when, and how far they have come."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require, runs_provider
from accounts.seen_by import SeenBy
from apprenticeships.access import is_open
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT, reach_of
from apprenticeships.seen import seen
from assessments.workflow.verification import contacts_of
from core import moments
from core.errors import Incomplete, WorkflowError
from core.moments import minute
from core.readable import readable
from pages.links.rows import drawn_link_state
from pages.pictures.tables import asked_file
from pages.programme.scanning.forms import AskToRateForm, RateForm, drawn_groups, rated_count
from pages.refusals import say_in
from pages.requests import Request
from programme import access, workflow
from programme.models import Party, ScanDraft, SkillsScan
from programme.scanning.distance import Handed, apart, distances, known_at_start, scans_seen_by
from programme.scanning.ratings import Asked, asked_of, choices_for, kept_words
from reports.learners.travelled import pictures_of
from signing import workflow as links
from signing.access import can_look_after
from signing.models import Link, Purpose
from signing.models import state_of as link_state

_PARTIES = dict(Party.choices)
_drafts = SeenBy(
    lambda actor, apprenticeship: ScanDraft.objects.visible_to(actor).filter(apprenticeship=apprenticeship),
    SIGHT,
    is_the_same_every_day=True,
)
_links = SeenBy(
    lambda actor, apprenticeship: (
        Link.objects.visible_to(actor)
        .filter(about=apprenticeship, purpose=Purpose.SCAN, revoked_at=None, passed_on_at=None, signed_at=None)
        .order_by("-asked_at")
    ),
    SIGHT,
    is_the_same_every_day=True,
)


def learner_seen(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    """The apprenticeship, as somebody sees it."""
    found = seen(request.actor, apprenticeship_id, "apprentice", "provider", "employer", "standard_version__standard")
    if found is None:
        raise Http404
    return found


def rates_as(request: Request, apprenticeship: Apprenticeship) -> str:
    """The party for which the page offers somebody to rate; nothing for everybody else. The act asks for itself."""
    if apprenticeship.apprentice_id == request.actor.person_id:
        return Party.APPRENTICE.value
    return Party.EMPLOYER.value if apprenticeship.pk in reach_of(request.actor).mentoring else ""


def looks_after_plan(request: Request, apprenticeship: Apprenticeship) -> bool:
    """Whether the page offers to ask the employer and to recognise prior learning. The acts ask for themselves."""
    if apprenticeship.apprentice_id == request.actor.person_id or not is_open(apprenticeship):
        return False
    runs = runs_provider(request.actor) and request.actor.organisation_id == apprenticeship.provider_id
    return runs or access.holds_reviews(request.actor, apprenticeship)


@require_GET
def skills_scan(request: Request, apprenticeship_id: UUID) -> HttpResponseBase:
    """Who has rated and when, and how far each KSB has come; with `csv`, the numbers of a picture as a file."""
    return _page(request, learner_seen(request, apprenticeship_id))


def _page(request: Request, apprenticeship: Apprenticeship, form: AskToRateForm | None = None) -> HttpResponseBase:
    asked = asked_of(apprenticeship)
    scans = scans_seen_by(request.actor, apprenticeship.pk)
    found = distances(asked, scans, apprenticeship.standard_version_id)
    pictures = pictures_of(found, apprenticeship.apprentice.name)
    if file := asked_file(request, pictures):
        return file
    party = rates_as(request, apprenticeship) if is_open(apprenticeship) else ""
    draft = _draft(request, apprenticeship) if party else None
    may_ask = looks_after_plan(request, apprenticeship)
    link = _links(request.actor, apprenticeship=apprenticeship.pk).first() if may_ask else None
    contacts = contacts_of(apprenticeship).values() if may_ask and (link is None or link.declined_at) else ()
    known = known_at_start(found)
    context = {
        "apprenticeship": apprenticeship,
        "is_own": apprenticeship.apprentice_id == request.actor.person_id,
        "party": party,
        "is_first": not any(scan.party == party for scan in scans),
        "begun": rated_count(asked, draft.words) if draft else 0,
        "count": len(asked),
        "scans": [_scan_row(scan) for scan in reversed(scans)],
        "missing": [str(_PARTIES[one]) for one in (Party.APPRENTICE, Party.EMPLOYER) if not _has(scans, one)],
        "pictures": pictures,
        "apart": ", ".join(apart(found)),
        "known": ", ".join(known),
        "may_ask": may_ask,
        "link": link,
        "link_state": drawn_link_state(link_state(link)) if link else "",
        "may_change_link": link is not None and not link.declined_at and _may_change(request, link, apprenticeship),
        "form": form or (AskToRateForm(contacts=contacts) if contacts else None),
    }
    return render(request, "programme/skills_scan.html", context, status=422 if form and form.errors else 200)


def _has(scans: list[Handed], party: str) -> bool:
    return any(scan.party == party for scan in scans)


def _may_change(request: Request, link: Link, apprenticeship: Apprenticeship) -> bool:
    link.apprenticeship = apprenticeship
    return can_look_after(request.actor, link)


def _scan_row(scan: Handed) -> dict[str, Any]:
    first = _("At the start") if scan.number == 1 else _("Scan %(n)s") % {"n": scan.number}
    return {
        "what": f"{_PARTIES[scan.party]}: {first}",
        "name": scan.name,
        "at": moments.moment(scan.at),
        "comment": scan.comment,
        "address": reverse("pages:skills-scan-one", args=[scan.id]),
    }


@require_GET
def skills_scan_one(request: Request, scan_id: UUID) -> HttpResponse:
    """One scan as it was handed in: it cannot be changed."""
    found = get_object_or_404(SkillsScan.objects.visible_to(request.actor), pk=scan_id)
    apprenticeship = learner_seen(request, found.apprenticeship_id)
    labels = dict(choices_for(found.party))
    statements = dict(found.standard_version.ksbs.values_list("code", "statement"))
    context = {
        "apprenticeship": apprenticeship,
        "scan": found,
        "party": _PARTIES[found.party],
        "at": moments.moment(found.at),
        "is_disowned": hasattr(found.link_signature, "disavowal") if found.link_signature else False,
        "rows": [
            {"code": code, "statement": readable(statements.get(code, "")), "rating": labels.get(value, value)}
            for code, value in found.ratings.items()
        ],
    }
    return render(request, "programme/skills_scan_one.html", context)


@require_http_methods(["GET", "POST"])
def skills_scan_rate(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Rate every KSB, a line each; sent, it is handed in."""
    apprenticeship = learner_seen(request, apprenticeship_id)
    party = rates_as(request, apprenticeship)
    require(bool(party), _("Only the apprentice and their mentor rate the KSBs."))
    asked = asked_of(apprenticeship)
    if request.method == "GET":
        return _rate_page(request, apprenticeship, party, asked)
    form = RateForm(request.POST, asked=asked, is_own=party == Party.APPRENTICE)
    if form.is_valid():
        try:
            workflow.hand_in_scan(
                apprenticeship.pk, request.actor, scan_id=form.cleaned_data["token"], words=request.POST.dict()
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Thank you. Your ratings are handed in."))
            return redirect("pages:skills-scan", apprenticeship.pk)
    return _rate_page(request, apprenticeship, party, asked, form)


def _rate_page(
    request: Request, apprenticeship: Apprenticeship, party: str, asked: list[Asked], form: RateForm | None = None
) -> HttpResponse:
    draft = _draft(request, apprenticeship)
    words = kept_words(request.POST.dict(), asked) if form else (draft.words if draft else {})
    shown = form or RateForm(asked=asked, is_own=party == Party.APPRENTICE)
    if form is None and draft:
        shown.initial["comment"] = draft.words.get("comment", "")
    context = {
        "apprenticeship": apprenticeship,
        "is_own": party == Party.APPRENTICE,
        "form": shown,
        "groups": drawn_groups(asked, party, words, shown.errors if form else None),
        "count": len(asked),
        "rated": rated_count(asked, words),
        "revision": draft.revision if draft else 0,
        "is_open": is_open(apprenticeship),
    }
    return render(request, "programme/skills_scan_rate.html", context, status=422 if form else 200)


def _draft(request: Request, apprenticeship: Apprenticeship) -> ScanDraft | None:
    found: ScanDraft | None = _drafts(request.actor, apprenticeship=apprenticeship.pk).first()
    return found


def _revision(data: QueryDict) -> int:
    given = data.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


@require_http_methods(["GET", "POST"])
def skills_scan_keep(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Keep what is pressed.

    GET tells under which revision it is kept, and a token with which the page can go on after a new sign-in. Without a
    script a button sends the form here, and the answer is the page of the scans.
    """
    apprenticeship = learner_seen(request, apprenticeship_id)
    require(bool(rates_as(request, apprenticeship)), _("Only the apprentice and their mentor rate the KSBs."))
    if request.method == "GET":
        draft = _draft(request, apprenticeship)
        return JsonResponse({"revision": draft.revision if draft else 0, "csrf": get_token(request)})
    is_page = "later" in request.POST
    try:
        kept = workflow.keep_scan(
            apprenticeship.pk, request.actor, revision=_revision(request.POST), words=request.POST.dict()
        )
    except workflow.StaleScan as stale:
        if is_page:
            raise
        answer = {"state": "conflict", "revision": stale.kept.revision, "kept": stale.kept.words}
        return JsonResponse(answer, status=HTTPStatus.CONFLICT)
    except WorkflowError as refused:
        if is_page:
            raise
        return JsonResponse({"state": "closed", "message": str(refused)}, status=refused.status)
    if is_page:
        messages.success(request, _("Saved. You can continue any time; nobody sees it until you hand it in."))
        return redirect("pages:skills-scan", apprenticeship.pk)
    saved_at = minute(timezone.localtime(kept.saved_at))
    return JsonResponse({"state": "saved", "revision": kept.revision, "saved_at": saved_at})


@require_POST
def skills_scan_ask(request: Request, apprenticeship_id: UUID) -> HttpResponseBase:
    """Send a contact of the employer a link with which they rate."""
    apprenticeship = learner_seen(request, apprenticeship_id)
    contacts = contacts_of(apprenticeship)
    form = AskToRateForm(request.POST, contacts=contacts.values())
    if form.is_valid():
        contact = contacts[UUID(form.cleaned_data["contact"])]
        try:
            workflow.ask_employer_to_rate(apprenticeship.pk, request.actor, contact_id=contact.pk)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("We are emailing %(name)s a link.") % {"name": contact.name})
            return redirect("pages:skills-scan", apprenticeship.pk)
    require(
        looks_after_plan(request, apprenticeship),
        _("Only the assessor, the trainer and admins ask the employer to rate."),
    )
    return _page(request, apprenticeship, form)


@require_POST
def skills_scan_resend(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Send the employer's link again."""
    links.resend(_open_link(request, apprenticeship_id).pk, request.actor)
    messages.success(request, _("We are emailing a new link. The old one no longer works."))
    return _back(request, apprenticeship_id)


@require_POST
def skills_scan_withdraw(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Withdraw the request to the employer."""
    links.revoke(_open_link(request, apprenticeship_id).pk, request.actor)
    messages.success(request, _("The request has been withdrawn and its link no longer works."))
    return _back(request, apprenticeship_id)


def _open_link(request: Request, apprenticeship_id: UUID) -> Link:
    rows = Link.objects.visible_to(request.actor).filter(purpose=Purpose.SCAN).unanswered()
    return get_object_or_404(rows, about=apprenticeship_id)


def _back(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    if request.POST.get("from") == "waiting":
        return redirect(f"{reverse('pages:waiting')}?kind=confirmation")
    return redirect("pages:skills-scan", apprenticeship_id)
