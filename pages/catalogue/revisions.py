"""Texts that came in for a version that was held already and say something else: looking at them, adopting them."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import require
from occupations import access, adoption, content
from occupations.comparison import compare
from occupations.models import Revision, StandardVersion
from occupations.querysets import StandardVersionQuerySet
from pages.requests import Request

PAGE_SIZE = 50


@require_safe
def revisions(request: Request) -> HttpResponse:
    """All of them, the newest first; those that were adopted only if asked for."""
    _require_sight(request)
    show_adopted = request.GET.get("show") == "adopted"
    mine = Revision.objects.visible_to(request.actor)
    found = mine.with_version().defer("content")
    found = found.exclude(adopted_at=None) if show_adopted else found.open()
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "show_adopted": show_adopted,
        "open_count": mine.open().count(),
        "adopted_count": mine.exclude(adopted_at=None).count(),
    }
    return render(request, "catalogue/revisions.html", context)


@require_safe
def revision(request: Request, revision_id: UUID) -> HttpResponse:
    """One of them beside what is held; for one that was adopted, beside what was held then."""
    _require_sight(request)
    found = get_object_or_404(Revision.objects.visible_to(request.actor).with_version(), pk=revision_id)
    number = found.version.standard.versions.filter(version=found.version.version)
    if found.adopted_as:
        held = _last(number.filter(correction__lt=found.adopted_as.correction))
        after = found.adopted_as.content()
    else:
        held = _last(number)
        after = content.merged(held.content(), found.content)
    context = {
        "revision": found,
        "held": held,
        "comparison": compare(held.content(), after),
        "show_all": request.GET.get("show") == "all",
        "may_adopt": access.can_adopt(request.actor, found) and not found.adopted_at,
    }
    return render(request, "catalogue/revision.html", context)


@require_POST
def revision_adopt(request: Request, revision_id: UUID) -> HttpResponse:
    """Make it the next correction of its version."""
    _require_sight(request)
    found = get_object_or_404(Revision.objects.visible_to(request.actor).with_version(), pk=revision_id)
    adopted = adoption.adopt(found.pk, request.actor)
    messages.success(
        request,
        _("Approved as correction %(correction)s of version %(number)s. Learners stay on the version they are on.")
        % {"correction": adopted.correction, "number": adopted.version},
    )
    return redirect("pages:revision", found.pk)


def _last(texts: StandardVersionQuerySet) -> StandardVersion:
    """The last correction of a version."""
    return texts.latest("correction")


def _require_sight(request: Request) -> None:
    require(access.can_see_revisions(request.actor), _("Only people who manage standards can see these."))
