"""Asking for everything that is held about oneself."""

from core.actor import Actor
from reports.exports.models import Export
from reports.exports.workflow import ask_for_export


def ask_for_own_data(by: Actor) -> Export:
    """Have everything about the person made as one file, whatever they act for.

    While one is being made, that one is returned.

    Raises:
        NotAllowed: `by` is no person.
    """
    return ask_for_export(Export.Kind.PERSON, Actor(by.person))
