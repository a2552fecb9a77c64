"""Where an occupation leads: its map, and what carries over to another."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from occupations import progression_map
from occupations.models import StandardVersion
from occupations.progression import carried_over, newest_of, progression
from pages.catalogue.catalogue import standard_of
from pages.requests import Request


@require_safe
def progression_of(request: Request, reference: str) -> HttpResponse:
    """The columns of the three bands with the ways from and to one occupation, and the same as a list."""
    focus = _newest(request, reference)
    told = progression(focus, request.actor)
    context = {"version": focus, "progression": told, "picture": progression_map.picture(told)}
    return render(request, "catalogue/progression.html", context)


@require_safe
def carries_over(request: Request, reference: str, to: str) -> HttpResponse:
    """The statements of two occupations side by side: what carries over, what is new, what falls away."""
    if reference == to:
        raise Http404
    before, after = _newest(request, reference), _newest(request, to)
    context = {
        "before": before,
        "after": after,
        "carried": carried_over(before, after),
        "published": before.standard.links_onward.filter(end=after.standard).first(),
    }
    return render(request, "catalogue/carries_over.html", context)


def _newest(request: Request, reference: str) -> StandardVersion:
    """The newest text of a standard, which speaks for it."""
    found = newest_of(standard_of(request, reference))
    if found is None:
        raise Http404
    return found
