"""Distance travelled as pictures: how each KSB was rated at the start and how it is rated now."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core import moments
from programme.models import Party, Rating
from programme.scanning.distance import Distance
from programme.scanning.ratings import LEVELS
from reports.pictures import Picture, Range, Ranges


def pictures_of(found: Iterable[Distance], name: str) -> list[Picture]:
    """One picture for each party that has rated.

    Args:
        name: of the apprentice.
    """
    return [_picture(one, name) for one in found]


def summary(distance: Distance) -> str:
    """What a picture says, in words."""
    said = {
        "start": moments.day(distance.started_on),
        "now": moments.day(distance.latest_on),
        "average": f"{distance.average:+g}" if distance.average is not None else "",
    }
    if distance.scan_count < 2:
        return _("Rated once so far, on %(start)s. The next scan shows how far it has come.") % said
    if distance.average is None:
        return (
            _("Rated on %(start)s and on %(now)s. No KSB had the same wording both times, so they cannot be compared.")
            % said
        )
    words = _("From %(start)s to %(now)s: on average %(average)s, in steps of the scale.") % said
    if not distance.not_gained:
        return f"{words} {_('Every KSB has come on, or was at the top already.')}"
    return f"{words} {_('No gain yet: %(codes)s.') % {'codes': ', '.join(distance.not_gained)}}"


def _picture(distance: Distance, name: str) -> Ranges:
    is_own = distance.party == Party.APPRENTICE
    title = _("Distance travelled, as %(name)s sees it") if is_own else _("Distance travelled, as the employer sees it")
    return Ranges(
        name=f"distance-{distance.party}",
        title=title % {"name": name},
        description=summary(distance),
        heading=_("KSB"),
        ends=(_("At the start"), _("Now"), _("Change")),
        levels=[str(Rating(level).label) if is_own or level != Rating.ALONE else _("On their own") for level in LEVELS],
        ranges=[Range(step.code, step.start, step.now if distance.scan_count > 1 else None) for step in distance.steps],
    )
