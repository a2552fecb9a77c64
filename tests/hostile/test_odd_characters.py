"""A character that no database keeps, in whatever is sent or asked for, gets an answer and is kept nowhere."""

import pytest
from django.db import transaction
from django.urls import reverse

from tests.access.browsers import browser_of, world_and_sessions
from tests.access.test_matrix import BY_HEADERS, ROWS, SUBJECTS, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

#: What pages read from their addresses, besides the fields of their forms.
ASKED = ["assessor", "correction", "csv", "due", "from", "group", "kind", "ksb", "learner", "look", "next", "option"]
ASKED += ["page", "q", "show", "sort", "standard", "state", "to", "words"]
DONE = {"200", "201", "204", "302"}

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


@pytest.mark.parametrize(("address", "who"), POSTED, ids=[address for address, _who in POSTED])
def test_a_nul_in_a_field_is_an_answer_and_no_fault(address: str, who: str) -> None:
    """Seen: adding a KSB to a review, and answering a suggestion, with a NUL in its code on PostgreSQL."""
    world, sessions = world_and_sessions()
    path = reverse(address, kwargs=SUBJECTS.get(address, lambda world: {})(world))
    fields = words(address, world)
    for name in [*fields, "next", "from"]:
        with transaction.atomic():
            answer = browser_of(who, sessions).post(path, {**fields, name: "S1\0"})
            assert answer.status_code < 500, name
            transaction.set_rollback(True)


@pytest.mark.parametrize(("address", "who"), READ, ids=[address for address, _who in READ])
def test_a_nul_in_an_address_is_an_answer_and_no_fault(address: str, who: str) -> None:
    """Seen: the standard that the page of a sign-off rule begins with, on PostgreSQL."""
    world, sessions = world_and_sessions()
    path = reverse(address, kwargs=SUBJECTS.get(address, lambda world: {})(world))
    with transaction.atomic():
        answer = browser_of(who, sessions).get(path, dict.fromkeys(ASKED, "S1\0"))
        assert answer.status_code < 500
        transaction.set_rollback(True)
