"""What of an apprentice's evidence would speak for another standard."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apprenticeships.models import Apprenticeship
from assessments.elsewhere import elsewhere as told_elsewhere
from occupations import listing
from occupations.models import Standard, StandardVersion
from occupations.progression import newest_of, progression
from pages.judging.forms import ElsewhereForm
from pages.requests import Request

#: So many standards are offered for the words that were looked for.
MOST_FOUND = 12


@require_GET
def elsewhere(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Choose another standard (`to`, its reference), and see which of its KSBs the apprentice has something for.

    It is read by everybody who sees the apprenticeship, shows no evidence that they do not see, and writes nothing.
    """
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.user).with_people(), pk=apprenticeship_id
    )
    own = apprenticeship.standard_version.standard
    form = ElsewhereForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    chosen = Standard.objects.filter(reference=asked.get("to") or "").exclude(pk=own.pk).first()
    other = newest_of(chosen) if chosen else None
    context = {
        "apprenticeship": apprenticeship,
        "form": form,
        "words": asked.get("words"),
        "other": other,
        "is_own": apprenticeship.apprentice_id == request.user.pk,
    }
    if other:
        context["told"] = told_elsewhere(apprenticeship, other, request.user)
    else:
        focus = newest_of(own) or apprenticeship.standard_version
        context["found"] = _found(asked["words"], own, request) if asked.get("words") else []
        context["onward"] = progression(focus).onward
        context["favourites"] = _rows(listing.found({"favourites": True}, request.user), own)
    return render(request, "judging/elsewhere.html", context, status=422 if form.errors else 200)


def _found(words: str, own: Standard, request: Request) -> list[StandardVersion]:
    return _rows(listing.found({"words": words}, request.user), own)


def _rows(ids: list[UUID], own: Standard) -> list[StandardVersion]:
    """The first of these versions in their order, without the apprentice's own standard."""
    few = ids[: MOST_FOUND + 1]
    versions = (
        StandardVersion.objects.select_related("standard").only("title", "level", "route", "standard__reference")
    ).in_bulk(few)
    return [versions[pk] for pk in few if pk in versions and versions[pk].standard_id != own.pk][:MOST_FOUND]
