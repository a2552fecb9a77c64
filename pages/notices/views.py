"""What somebody was told, newest first, and how they want it mailed."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import roles_of
from accounts.models import Role
from accounts.seen_by import SeenBy
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT
from assessments.models import Submission
from core.actor import Actor
from core.prepared import Row
from notifications import workflow
from notifications.kinds import Kind
from notifications.making import chosen_by
from notifications.models import KEPT_DAYS, Notice
from notifications.sight import names_in_links
from notifications.words import Told, line_of
from pages.addresses import addresses_of
from pages.notices.forms import EmailsForm
from pages.requests import Request
from pages.templatetags.when import when

PER_PAGE = 25
#: What only an apprentice is told.
_OF_APPRENTICES = (Kind.DECIDED, Kind.REFERRED, Kind.SIGNED_OFF)


_seen = SeenBy(
    lambda actor: (
        Notice.objects.visible_to(actor)
        .newest_first()
        .values_list(
            "pk",
            "at",
            "read_at",
            "apprenticeship__apprentice",
            "news",
            "subject",
            "about",
            "codes",
            "apprenticeship__apprentice__name",
        )
    ),
    SIGHT,
)
_titles = SeenBy(
    lambda actor, submissions: (
        Submission.objects.visible_to(actor).filter(pk__in=submissions).values_list("pk", "snapshot__content__title")
    ),
    SIGHT,
)


@require_safe
def notices(request: Request) -> HttpResponse:
    """What this person was told here, about apprenticeships that they see and things of their own."""
    page: Page[Any] = Paginator(cast(Any, _seen(request.actor)), PER_PAGE).get_page(request.GET.get("page"))
    rows = _rows(request.actor, list(page.object_list))
    context = {
        "page": page,
        "rows": rows,
        "has_unread": request.user.unread_notices > 0,
        "elsewhere": Notice.objects.elsewhere(request.actor).unread().count() if len(request.acting_choices) > 1 else 0,
        "days": KEPT_DAYS,
    }
    return render(request, "notices/notices.html", context)


def _rows(actor: Actor, shown: list[Row]) -> list[dict[str, Any]]:
    told = [
        Told(news, subject, about, codes, apprentice or "", is_own=whose == actor.person_id)
        for _pk, _at, _read_at, whose, news, subject, about, codes, apprentice in shown
    ]
    names = names_in_links(told)
    titles = dict(_titles(actor, submissions=frozenset(one.subject for one in told)))
    open_at = addresses_of("notice-open")
    rows = []
    for (pk, at, read_at, apprentice, *_rest), one in zip(shown, told, strict=True):
        line = line_of(one, names)
        rows.append(
            {
                "said": line.said,
                "address": line.path,
                "title": titles.get(one.subject, ""),
                "whose": "" if apprentice == actor.person_id or one.apprentice in line.said else one.apprentice,
                "when": when(at),
                "open_address": "" if read_at else open_at(pk),
            }
        )
    return rows


@require_POST
def notice_open(request: Request, notice_id: UUID) -> HttpResponse:
    """Note that somebody has read a notice, and bring them to what it is about."""
    notice = get_object_or_404(
        Notice.objects.visible_to(request.actor).select_related("apprenticeship__apprentice"), pk=notice_id
    )
    workflow.read_notice(notice.pk, request.actor)
    return redirect(line_of(Told.of(notice), {}).path)


@require_POST
def notices_read(request: Request) -> HttpResponse:
    """Note that somebody has read all of them."""
    workflow.read_every_notice(request.actor)
    return redirect("pages:notices")


@require_http_methods(["GET", "HEAD", "POST"])
def emails(request: Request) -> HttpResponse:
    """Choose which notices are mailed, and when."""
    form = EmailsForm(
        request.POST if request.method == "POST" else None,
        kinds=_kinds_for(request.actor),
        ways=chosen_by([request.user.pk])[request.user.pk],
    )
    if request.method == "POST" and form.is_valid():
        workflow.choose_emails(request.actor, form.chosen())
        messages.success(request, _("Your choice has been saved."))
        return redirect("pages:notices-emails")
    return render(request, "notices/emails.html", {"form": form}, status=422 if form.errors else 200)


def _kinds_for(actor: Actor) -> list[Kind]:
    """The kinds that this person can be told of."""
    is_apprentice = Apprenticeship.objects.visible_to(actor).filter(apprentice=actor.person_id).exists()
    left_out = set() if is_apprentice else set(_OF_APPRENTICES)
    if Role.ASSESSOR not in roles_of(actor):
        left_out |= {Kind.SUBMITTED, Kind.CHECKED}
    if not is_apprentice and Role.MENTOR not in roles_of(actor):
        left_out.add(Kind.TO_SIGN)
    return [kind for kind in Kind if kind not in left_out]
