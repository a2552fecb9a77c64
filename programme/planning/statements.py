"""What the three parties of a training plan read and sign."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship
from core.canonical import canonical
from programme.models import Party

#: Grows whenever a statement's wording changes; a signature keeps both.
WORDING_VERSION = 1
#: The form of what is signed. It grows when what is written changes its meaning.
FORMAT = 1


def statement_of(party: str, shared: Mapping[str, Any]) -> str:
    """The sentence that somebody signs by pressing the button that says it."""
    words = {
        Party.PROVIDER: _("We will train %(apprentice)s according to this plan."),
        Party.APPRENTICE: _("I agree to this training plan."),
        Party.EMPLOYER: _("For %(employer)s, I agree to this plan and will release %(apprentice)s from work for it."),
    }
    return words[Party(party)] % {"employer": shared["employer"], "apprentice": shared["apprentice"]}


def content_of(
    apprenticeship: Apprenticeship, items: Iterable[Mapping[str, Any]], recognised: Iterable[str] = ()
) -> dict[str, Any]:
    """What a version of a plan says.

    Args:
        recognised: the KSBs that are prior learning, which it must not teach.
    """
    version = apprenticeship.standard_version
    listed = [dict(item) for item in items]
    shared = {
        "format": FORMAT,
        "apprentice": apprenticeship.apprentice.name,
        "provider": apprenticeship.provider.name,
        "employer": apprenticeship.employer.name if apprenticeship.employer else "",
        "standard": version.standard.reference,
        "title": version.title,
        "version": version.version,
        "started_on": apprenticeship.started_on,
        "planned_end_on": apprenticeship.planned_end_on,
        "prior_learning_hours": apprenticeship.prior_learning_hours,
        "prior_learning_pounds": apprenticeship.prior_learning_pounds,
        "recognised": list(recognised),
        "hours": sum(item["hours"] for item in listed),
        "items": listed,
    }
    found: dict[str, Any] = canonical({"shared": shared})
    return found
