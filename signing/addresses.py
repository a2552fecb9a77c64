"""Whose an email address is, so that nobody asks themselves to sign."""

import re
from collections.abc import Iterable
from uuid import UUID

from allauth.account.models import EmailAddress

from accounts.models import User
from apprenticeships.models import Apprenticeship, Assignment

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def mailbox(address: str) -> str:
    """The mailbox that an address most likely reaches: many mail servers ignore case, dots and what follows a plus.

    A name in quotation marks is the name without them, and a backslash in it stands for what follows it.
    """
    name, _, host = address.strip().lower().rpartition("@")
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = _ESCAPED.sub(r"\1", name[1:-1])
    return f"{name.partition('+')[0].replace('.', '')}@{host}"


def judges_of(apprenticeship: Apprenticeship) -> set[UUID]:
    """Who learns and who assesses today: what these people say about the work is asked for elsewhere."""
    assessors = Assignment.objects.live().filter(apprenticeship=apprenticeship, role=Assignment.Role.ASSESSOR)
    return {apprenticeship.apprentice_id, *assessors.values_list("person", flat=True)}


def reaches_any(address: str, people: Iterable[UUID]) -> bool:
    """Whether an address reaches one of these people, by any address that they have here."""
    people = list(people)
    known = [*User.objects.filter(pk__in=people).values_list("email", flat=True)]
    known += EmailAddress.objects.filter(user__in=people).values_list("email", flat=True)
    return mailbox(address) in {mailbox(one) for one in known if one}
