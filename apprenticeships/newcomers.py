"""Whom somebody would enrol, on what and from when until when, and every rule that this breaks.

One function checks the form for one learner and each row of a file alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apprenticeships import facts as known
from apprenticeships.facts import Facts, Problem
from apprenticeships.rules import programme_of, published_hours, rules_of_start
from apprenticeships.starting import require_planned_end, require_start
from core.errors import Incomplete
from core.fields import EmailAddressField, NameField
from occupations.models import StandardVersion

#: ILR schema 2025-26: family name and given names, each.
MOST_NAME = 100
_NAME, _EMAIL = NameField(), EmailAddressField(required=False)


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody who is to be enrolled. What is None or "" was not said, or could not be read."""

    name: str
    email: str = ""
    version: StandardVersion | None = None
    started_on: date | None = None
    planned_end_on: date | None = None
    facts: Facts = Facts()


def problems_with(
    newcomer: Newcomer, published_for: Callable[[StandardVersion, date], int | None] = published_hours
) -> list[Problem]:
    """Everything that is wrong, at once; and, as warnings, what to look at again.

    Args:
        published_for: what is asked for the hours published for a version and start; whoever checks many keeps them.
    """
    found = [*_of_name(newcomer.name), *_of_address(newcomer.email)]
    version, started_on = newcomer.version, newcomer.started_on
    if version is None or started_on is None:
        return found + known.identity_problems(newcomer.facts)
    try:
        require_start(version, started_on)
    except Incomplete as refusal:
        found.append(Problem("started_on", str(refusal)))
    if newcomer.planned_end_on:
        try:
            require_planned_end(version, started_on, newcomer.planned_end_on)
        except Incomplete as refusal:
            found.append(Problem("planned_end_on", str(refusal)))
    rules = rules_of_start(programme_of(version), started_on)
    published = published_for(version, started_on) if newcomer.facts.planned_hours is not None else None
    return found + known.problems_of(newcomer.facts, rules, started_on, published)


def _of_name(name: str) -> list[Problem]:
    try:
        _NAME.clean(name)
    except ValidationError as refusal:
        return [Problem("name", " ".join(refusal.messages))]
    if any(character.isdigit() for character in name):
        return [Problem("name", _("A name has no digits. Check “%(name)s”.") % {"name": name})]
    return []


def _of_address(email: str) -> list[Problem]:
    try:
        _EMAIL.clean(email)
    except ValidationError as refusal:
        return [Problem("email", " ".join(refusal.messages))]
    return []
