"""What the three parties of a progress review read and sign."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship
from core.canonical import canonical
from programme.models import Party, ProgressReview
from programme.reviewing.sections import Section
from programme.reviewing.words import Written

#: Grows whenever a statement's wording changes; a signature keeps both.
WORDING_VERSION = 1
#: The form of what is signed. It grows when what is written changes its meaning.
FORMAT = 1


def statement_of(party: str, shared: Mapping[str, Any]) -> str:
    """The sentence that somebody signs by pressing the button that says it."""
    words = {
        Party.PROVIDER: _("We held this review, and what is written here is what we agreed."),
        Party.APPRENTICE: _("This is what we talked about and agreed."),
        Party.EMPLOYER: _("I agree for %(employer)s with what is written here."),
    }
    return words[Party(party)] % {"employer": shared["employer"]}


def content_of(
    review: ProgressReview,
    apprenticeship: Apprenticeship,
    said: Written,
    sections: Iterable[Section],
    standing: Mapping[str, Any],
) -> dict[str, Any]:
    """What a version of a review says. What the employer does not see stands apart from what all three see.

    Args:
        standing: `Standing.to_json`, of the day on which it was first sent to be signed.
    """
    version = apprenticeship.standard_version
    texts: dict[bool, list[dict[str, str]]] = {True: [], False: []}
    for section in sections:
        if text := said.texts[section.key]:
            texts[section.is_hidden].append({"key": section.key, "title": str(section.title), "text": text})
    shared = {
        "format": FORMAT,
        "apprentice": apprenticeship.apprentice.name,
        "provider": apprenticeship.provider.name,
        "employer": apprenticeship.employer.name if apprenticeship.employer else "",
        "standard": version.standard.reference,
        "title": version.title,
        "version": version.version,
        "due_on": review.due_on,
        "held_on": said.held_on,
        "participants": said.participants,
        "absent": said.absent,
        "standing": dict(standing),
        "carried": said.carried,
        "sections": texts[False],
        "actions": said.actions,
    }
    found: dict[str, Any] = canonical({"shared": shared, "hidden": texts[True]})
    return found
