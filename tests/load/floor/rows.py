"""What the floors share: rows by hand-written SQL, and the page of one flat template.

People see what their memberships give them; the statements are plain conditions on indexed ids.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Engine

from apprenticeships.models import KsbState, Outcome
from core import clock
from portfolios.models import Evidence

_templates = Engine(dirs=[Path(__file__).parent / "templates"])
IS_SQLITE = connection.vendor == "sqlite"
_filling: dict[str, str] = {}
STATES = [state.value for state in KsbState.furthest_first()]
LABELS = {value: str(label) for choices in (KsbState, Evidence.State, Outcome) for value, label in choices.choices}
KINDS = {"K": "Knowledge", "S": "Skills", "B": "Behaviours"}
MONTHS = ("", "January", "February", "March", "April", "May", "June", "July") + (
    "August",
    "September",
    "October",
    "November",
    "December",
)
Row = dict[str, Any]


def key_of(value: UUID) -> Any:
    """An id as the database takes it."""
    return value.hex if IS_SQLITE else value


def id_of(value: Any) -> str:
    """An id from the database, for an address."""
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}" if IS_SQLITE else str(value)


def day_of(value: Any) -> str:
    """A day or a moment from the database, as it is read."""
    if value is None or isinstance(value, str):  # SQLite has no days of its own for what was worked out
        return value or ""
    return f"{value.day} {MONTHS[value.month]} {value.year}"


def json_of(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def rows_of(cursor: CursorWrapper, names: str, sql: str, parameters: Sequence[Any]) -> list[Row]:
    """The rows of a statement by the names of their columns."""
    cursor.execute(sql, parameters)
    keys = names.split()
    return [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]


def one_of(cursor: CursorWrapper, names: str, sql: str, parameters: Sequence[Any]) -> Row:
    rows = rows_of(cursor, names, sql, parameters)
    if not rows:
        raise Http404
    return rows[0]


def memberships_of(cursor: CursorWrapper, request: HttpRequest) -> list[Row]:
    """The live memberships of the person. The first statement of every floor."""
    return rows_of(
        cursor,
        "role organisation name",
        "SELECT m.role, o.id, o.name FROM accounts_membership m"
        " JOIN accounts_organisation o ON o.id = m.organisation_id"
        " WHERE m.user_id = %s AND m.started_on <= %s AND (m.ended_on IS NULL OR m.ended_on > %s)",
        [key_of(request.user.pk), clock.today(), clock.today()],
    )


def _filler(name: str, missing: int) -> str:
    """Bytes of the page itself, as many as the floor lacks, so that they are sent and compressed like the page's."""
    if name not in _filling:
        file = Path(os.environ["FLOOR_FILLING"]) / f"{name}.html"
        _filling[name] = file.read_text() if file.exists() else ""
    text = _filling[name]
    return text[-missing:] if missing else ""


def page_of(request: HttpRequest, name: str, memberships: list[Row], **context: Any) -> HttpResponse:
    context["person"] = request.user.name
    context["organisation"] = memberships[0]["name"] if memberships else ""
    context["filler"] = _filler(request.GET.get("as", ""), int(request.GET.get("missing", 0)))
    return HttpResponse(_templates.get_template(f"{name}.html").render(Context(context)))


def require_sight(request: HttpRequest, memberships: list[Row], provider: Any, apprentice: Any) -> None:
    own = key_of(request.user.pk) == apprentice
    if not own and provider not in {row["organisation"] for row in memberships}:
        raise Http404
