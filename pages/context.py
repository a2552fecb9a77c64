"""What every page's frame shows about the person who looks at it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import access
from assessments.access import works_queue
from assessments.sampling.access import sees_quality
from pages.requests import actor_of


def acting(request: HttpRequest) -> dict[str, Any]:
    """The organisation acted for and those that could be chosen, what the navigation offers, whether it is a demo."""
    actor = actor_of(request)
    return {
        "acting_for": getattr(request, "organisation", None),
        "acting_choices": getattr(request, "acting_choices", []),
        "sees_others": access.sees_others(actor),
        "works_queue": works_queue(actor),
        "sees_quality": sees_quality(actor),
        "sees_record": access.sees_record(actor),
        "runs_provider": access.runs_provider(actor),
        "looks_after_standards": access.sees_record(actor) or access.keeps_catalogue(actor),
        "is_demo": settings.DEMO,
        "cannot_write": getattr(request, "cannot_write", False),
    }
