"""What is rated in a skills scan, and what somebody rated, checked."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship
from core.errors import Incomplete
from core.prepared import Prepared
from occupations.models import Ksb, KsbType
from programme.models import Party, Rating

#: From least to most, so that a gain is a difference of places.
LEVELS = (Rating.NOT_YET, Rating.WITH_HELP, Rating.ALONE, Rating.TEACHES)
PLACES = {rating.value: place for place, rating in enumerate(LEVELS)}
#: From here on somebody knew it: worth asking whether it is prior learning.
KNOWN_FROM = PLACES[Rating.ALONE]
LONGEST_COMMENT = 2_000
#: Grows whenever the wording of what the employer signs by a link changes; a signature keeps both.
WORDING_VERSION = 1

_applying = Prepared(
    lambda version, option=None: (
        Ksb.objects.applying_to(version, option).in_order().values_list("code", "type", "statement")
    ),
    is_the_same_every_day=True,
)


class Asked(NamedTuple):
    """One KSB that is rated."""

    code: str
    type: str
    statement: str


def asked_of(apprenticeship: Apprenticeship) -> list[Asked]:
    """The KSBs that apply, in the order of the standard. One query."""
    return asked_by(apprenticeship.standard_version_id, apprenticeship.option_id)


def asked_by(version: UUID, option: UUID | None) -> list[Asked]:
    """The KSBs of a version, and of an option if there is one. One query."""
    return [Asked(*row) for row in _applying(version=version, **({"option": option} if option else {}))]


def in_groups(asked: Iterable[Asked]) -> list[tuple[str, list[Asked]]]:
    """The KSBs by type, each with the name of the type."""
    found: dict[str, list[Asked]] = {}
    for one in asked:
        found.setdefault(one.type, []).append(one)
    return [(str(KsbType(kind).label), ksbs) for kind, ksbs in found.items()]


def choices_for(party: str) -> list[tuple[str, str]]:
    """What a party chooses from, in its own words."""
    if party == Party.APPRENTICE:
        return [(rating.value, str(rating.label)) for rating in LEVELS]
    theirs = {Rating.ALONE: _("On their own")}
    return [(rating.value, str(theirs.get(rating, rating.label))) for rating in (*LEVELS, Rating.NOT_SEEN)]


def field_of(code: str) -> str:
    """The name of the field in which a KSB is rated."""
    return f"rate_{code}"


def fields_of(asked: Iterable[Asked]) -> list[str]:
    return [*(field_of(one.code) for one in asked), "comment"]


def kept_words(typed: Mapping[str, str], asked: Iterable[Asked]) -> dict[str, str]:
    """What was pressed and typed so far, as it can be kept."""
    found = {}
    for name in fields_of(asked):
        said = typed.get(name, "").replace("\r\n", "\n").replace("\0", "")
        if name == "comment":
            found[name] = said[:LONGEST_COMMENT]
        elif said in Rating.values:
            found[name] = said
    return found


def rated(typed: Mapping[str, str], asked: Iterable[Asked], party: str) -> dict[str, str]:
    """The rating of each KSB, by its code.

    Raises:
        Incomplete: with the field of the first KSB that is not rated.
    """
    allowed = {value for value, _label in choices_for(party)}
    found, missing = {}, []
    for one in asked:
        value = typed.get(field_of(one.code), "")
        if value in allowed:
            found[one.code] = value
        else:
            missing.append(one.code)
    if missing:
        shown = ", ".join(missing[:8]) + ("…" if len(missing) > 8 else "")
        raise Incomplete(_("Still to rate: %(codes)s.") % {"codes": shown}, field=field_of(missing[0]))
    if not found:
        raise Incomplete(_("There are no KSBs to rate yet. Choose an option first."), field="comment")
    return found


def link_content(apprenticeship: Apprenticeship) -> dict[str, Any]:
    """What the employer is shown behind a link, and says with it."""
    version, employer = apprenticeship.standard_version, apprenticeship.employer
    name = apprenticeship.apprentice.name
    return {
        "apprentice": name,
        "provider": apprenticeship.provider.name,
        "employer": employer.name if employer else "",
        "standard": version.standard.reference,
        "title": version.title,
        "version": version.version,
        "version_id": str(version.pk),
        "ksbs": [one._asdict() for one in asked_of(apprenticeship)],
        "statement": _("This is how I see %(name)s’s skills today.") % {"name": name},
        "wording": WORDING_VERSION,
    }
