"""Everybody at the end of their training: ready, waiting for declarations, locked, or with a result."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apprenticeships.access import sees_cohort
from apprenticeships.models import Apprenticeship, KsbState
from core import clock, moments
from pages.addresses import addresses_of
from pages.requests import Request
from pages.table_files import dated, people_file
from programme.models import Party, SignedKind, SignedVersion
from reports.tables.files import TableFile

PER_PAGE = 50
_Status = Apprenticeship.Status
#: What each list holds, by the apprenticeship and whether declarations are under way.
_LISTS = {
    "ready": Q(
        status=_Status.ON_PROGRAMME,
        ksb_count__gt=0,
        ksb_count=F(KsbState.SIGNED_OFF.counter),
        is_declaring=False,
    ),
    "declaring": Q(status=_Status.ON_PROGRAMME, is_declaring=True),
    "locked": Q(status=_Status.PAST_GATEWAY),
    "result": Q(status__in=(_Status.ACHIEVED, _Status.NOT_ACHIEVED)),
}


@require_http_methods(["GET", "POST"])
def gateways(request: Request) -> HttpResponseBase:
    """Four lists of the learners that somebody looks after, by name. A POST gives the one that is shown as a file."""
    actor = request.actor
    if not sees_cohort(actor):
        raise Http404
    names = {
        "ready": _("Every KSB signed off"),
        "declaring": _("Waiting for declarations"),
        "locked": _("Past the gateway"),
        "result": _("With a result"),
    }
    rounds = SignedVersion.objects.unscoped().of(SignedKind.GATEWAY).waiting().filter(apprenticeship=OuterRef("pk"))
    learners = Apprenticeship.objects.visible_to(actor).exclude(apprentice=actor.person_id)
    learners = learners.annotate(is_declaring=Exists(rounds))
    counts = learners.aggregate(**{name: Count("pk", filter=which) for name, which in _LISTS.items()})
    wanted = request.GET.get("show", "")
    tab = wanted if wanted in _LISTS else next((name for name in _LISTS if counts[name]), "ready")
    found = learners.filter(_LISTS[tab]).select_related("apprentice", "employer", "standard_version__standard")
    found = found.order_by("apprentice__name", "pk")
    if request.method == "POST":
        return people_file(request, _table(list(found), tab, names[tab]), "gateway", counts[tab])
    paginator = Paginator(found, PER_PAGE)
    paginator.count = counts[tab]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "tabs": [{"key": name, "name": names[name], "count": counts[name]} for name in _LISTS],
        "tab": tab,
        "page": page,
        "rows": _rows(list(page.object_list), tab),
    }
    return render(request, "gateway/gateways.html", context)


def _rows(learners: list[Apprenticeship], tab: str) -> list[dict[str, Any]]:
    address = addresses_of("gateway")
    versions: dict[Any, SignedVersion] = {}
    if tab == "declaring":
        waiting = SignedVersion.objects.unscoped().of(SignedKind.GATEWAY).waiting()
        versions = {row.apprenticeship_id: row for row in waiting.filter(apprenticeship__in=learners)}
    rows = []
    for one in learners:
        note, since = one.get_status_display(), one.stopped_on
        if version := versions.get(one.pk):
            missing = [str(party.label) for party in Party if not vars(version)[f"signed_{party.value}"]]
            note = _("Still to declare: %(who)s") % {"who": ", ".join(missing)}
            since = timezone.localtime(version.at).date()
        rows.append(
            {
                "name": one.apprentice.name,
                "address": address(one.pk),
                "standard": one.standard_version.title,
                "employer": one.employer.name if one.employer else "",
                "note": note if tab != "ready" else _("See what else is left"),
                "since": moments.short_day(since) if since else "",
                "day": since,
            }
        )
    return rows


def _table(learners: list[Apprenticeship], tab: str, name: str) -> TableFile:
    """One of the lists, to be written."""
    title = _("Gateway: %(list)s") % {"list": name}
    about = [_("%(title)s, as of %(at)s.") % {"title": title, "at": moments.moment(clock.now())}]
    return TableFile(
        name=dated(f"gateway-{tab}"),
        title=title,
        about=[*about, _("Every learner in this list that you can see is here, one row each.")],
        headings=[_("Apprentice"), _("Standard"), _("Employer"), _("Where they stand"), _("Since")],
        rows=[
            [row["name"], row["standard"], row["employer"], str(row["note"]), row["day"]]
            for row in _rows(learners, tab)
        ],
    )
