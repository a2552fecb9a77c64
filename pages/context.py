"""What every page's frame shows about the person who looks at it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts import access
from assessments.access import works_queue
from assessments.sampling.access import sees_checks
from pages.requests import actor_of


def acting(request: HttpRequest) -> dict[str, Any]:
    """Who looks, for which organisation and whether there are others, what the navigation offers, if it is a demo."""
    actor = actor_of(request)
    return {
        "person_name": str(getattr(request, "user", "")),
        "acting_for": getattr(request, "organisation", None),
        "may_switch": len(getattr(request, "acting_choices", ())) > 1,
        "sees_others": access.sees_others(actor),
        "works_queue": works_queue(actor),
        "sees_checks": sees_checks(actor),
        "sees_record": access.sees_record(actor),
        "runs_provider": access.runs_provider(actor),
        "looks_after_standards": access.sees_record(actor) or access.keeps_catalogue(actor),
        "is_demo": settings.DEMO,
        "cannot_write": getattr(request, "cannot_write", False),
    }
