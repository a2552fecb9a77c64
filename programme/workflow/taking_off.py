"""Taking prior learning off hours and price, once the last of the three has signed."""

from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship, Change, ChangeKind
from apprenticeships.workflow.making import Hours, What, make
from core import clock
from core.actor import Actor
from core.errors import OutOfTurn
from programme.models import PartySignature, SignedKind, SignedVersion
from programme.scanning.recognition import Effect, effect_of


def take_off(version: SignedVersion) -> None:
    """Change the hours and the price as a statement on prior learning says, if all have signed it. Again, nothing.

    Of other things that are signed nothing follows here. The apprenticeship is locked.

    Raises:
        OutOfTurn: the hours or the price have changed since it was sent, so it says something else than it did.
    """
    if version.kind != SignedKind.PRIOR_LEARNING:
        return
    signed = PartySignature.objects.unscoped().standing().filter(version=version).values_list("party", flat=True)
    if set(signed) < {party.value for party in version.parties}:
        return
    apprenticeship = version.apprenticeship
    if Change.objects.unscoped().filter(apprenticeship=apprenticeship, act=version.pk).exists():
        return
    was = Effect.from_json(version.shared["effect"])
    now = effect_of(apprenticeship, was.hours, was.pounds, was.whole_pounds)
    if now.faults or now.to_json() != was.to_json():
        raise OutOfTurn(
            _("The agreed hours have changed since this was sent, so nothing was signed. Ask for a new version.")
        )
    price = None if was.whole_pounds is None else was.whole_pounds - was.pounds
    hours = Hours(was.planned_hours, was.hours, apprenticeship.weekly_minutes, price, was.pounds)
    if _is_so(apprenticeship, hours):
        return
    reason = _("Prior learning that all three have signed for (version %(n)s).") % {"n": version.number}
    provider = Actor(version.by_id, version.provider_id)
    make(apprenticeship, provider, What(ChangeKind.HOURS, clock.today(), reason, hours=hours), version.pk)


def _is_so(apprenticeship: Apprenticeship, hours: Hours) -> bool:
    return all(getattr(apprenticeship, name) == value for name, value in hours.values().items())
