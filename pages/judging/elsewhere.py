"""What of an apprentice's evidence could count towards another standard."""

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
        Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id
    )
    own = apprenticeship.standard_version.standard
    form = ElsewhereForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    seen = Standard.objects.visible_to(request.actor)
    chosen = seen.addressed(asked.get("to") or "").exclude(pk=own.pk).first()
    other = newest_of(chosen) if chosen else None
    context = {
        "apprenticeship": apprenticeship,
        "form": form,
        "words": asked.get("words"),
        "other": other,
        "is_own": apprenticeship.apprentice_id == request.actor.person_id,
    }
    if other:
        context["told"] = told_elsewhere(apprenticeship, other, request.actor)
    else:
        focus = newest_of(own) or apprenticeship.standard_version
        context["found"] = _found({"words": asked["words"]}, own, request) if asked.get("words") else []
        context["onward"] = progression(focus, request.actor).onward
        context["favourites"] = _found({"favourites": True}, own, request)
    return render(request, "judging/elsewhere.html", context, status=422 if form.errors else 200)


def _found(filters: dict[str, object], own: Standard, request: Request) -> list[StandardVersion]:
    """The first standards that fit, of those that the person sees, without the apprentice's own."""
    few = listing.found_by(request.actor, filters).ids[: MOST_FOUND + 1]
    versions = (
        StandardVersion.objects.visible_to(request.actor)
        .select_related("standard")
        .only("title", "level", "route", "standard__reference", "standard__slug")
        .in_bulk(few)
    )
    return [versions[pk] for pk in few if pk in versions and versions[pk].standard_id != own.pk][:MOST_FOUND]
