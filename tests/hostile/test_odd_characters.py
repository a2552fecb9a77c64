"""What no page sends, in whatever is sent or asked for, gets an answer and is no fault; a NUL is kept nowhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from tests.access.browsers import browser_of, from_the_start, world_and_sessions
from tests.access.test_matrix import BY_HEADERS, ROWS, SUBJECTS, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

#: What pages read from their addresses, besides the fields of their forms.
ASKED = ["assessor", "correction", "csv", "due", "from", "group", "kind", "ksb", "learner", "look", "next", "option"]
ASKED += ["page", "q", "show", "sort", "standard", "state", "to", "words"]
DONE = {"200", "201", "204", "302"}
#: A character and a number that PostgreSQL refuses to keep; elsewhere a list in a list very often, in which no database
#: has a part, so that each is tried once.
ODD = {"a NUL": "S1\0", "large": "9223372036854775808"}
if connection.vendor != "postgresql":
    ODD = {"deep": "[" * 100_000}

POSTED = [
    (address, who)
    for address, method, cells in ROWS
    if method == "POST" and address not in BY_HEADERS
    if (who := next((who for who, cell in cells.items() if cell in DONE), None))
]
READ = [
    (address, who)
    for address, method, cells in ROWS
    if method == "GET" and (who := next((who for who, cell in reversed(cells.items()) if cell == "200"), None))
]


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names of the fields that anybody reads meanwhile, whether they were sent or not."""
    found: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        for way in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(QueryDict, way, _noting(found, getattr(MultiValueDict, way)), raising=False)
        yield found


def _noting(found: set[str], read: Any) -> Any:
    def noted(fields: QueryDict, name: str, *given: Any) -> Any:
        found.add(name)
        return read(fields, name, *given)

    return noted


@pytest.mark.parametrize(("address", "who"), POSTED, ids=[address for address, _who in POSTED])
def test_what_no_page_sends_in_a_field_is_an_answer_and_no_fault(address: str, who: str) -> None:
    """Seen: a NUL in the code of a KSB on PostgreSQL, and a deep list among the marks of an observation."""
    world, sessions = world_and_sessions()
    path = reverse(address, kwargs=SUBJECTS.get(address, lambda world: {})(world))
    fields = words(address, world)

    def send(said: str, name: str, value: str) -> None:
        with transaction.atomic():
            answer = browser_of(who, sessions).post(path, {**from_the_start(fields), name: value})
            assert answer.status_code < 500, (name, said)
            transaction.set_rollback(True)

    with names_read() as names:
        send("nothing", "next", "")
    for name in sorted({*fields, *names, "from"} - {"csrfmiddlewaretoken"}):
        for said, value in ODD.items():
            send(said, name, value)


@pytest.mark.parametrize(("address", "who"), READ, ids=[address for address, _who in READ])
def test_a_nul_in_an_address_is_an_answer_and_no_fault(address: str, who: str) -> None:
    """Seen: the standard that the page of a sign-off rule begins with, on PostgreSQL."""
    world, sessions = world_and_sessions()
    path = reverse(address, kwargs=SUBJECTS.get(address, lambda world: {})(world))
    with transaction.atomic():
        answer = browser_of(who, sessions).get(path, dict.fromkeys(ASKED, "S1\0"))
        assert answer.status_code < 500
        transaction.set_rollback(True)
