"""What every page's frame shows about the person who looks at it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def acting(request: HttpRequest) -> dict[str, Any]:
    """The organisation acted for, those that could be chosen, whether it is a demo, whether nothing can be saved."""
    user = getattr(request, "user", None)
    return {
        "acting_for": getattr(user, "acting_for", None),
        "acting_choices": getattr(request, "acting_choices", []),
        "roles": getattr(user, "roles", frozenset()),
        "is_demo": settings.DEMO,
        "cannot_write": getattr(request, "cannot_write", False),
    }
