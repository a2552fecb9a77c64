"""A start check: the database must have the guards that make the record and the judgements unchangeable."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from audit import guards


# A deployment check, because `migrate` runs all others first, and migrate is what mends a missing guard.
@register(Tags.security, Tags.database, deploy=True)
def guards_stand(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report tables that could be changed behind the application's back. Asks the databases named, none by default."""
    return [
        Error(
            f"The database does not refuse changes to: {', '.join(tables)}.",
            hint="Run “manage.py migrate”: it installs the missing triggers.",
            id="audit.E001",
        )
        for alias in databases or []
        if (tables := guards.missing(connections[alias]))
    ]
