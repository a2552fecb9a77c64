"""What a portfolio from elsewhere is about, found here: the versions and their statements, and the learner."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Organisation
from apprenticeships.access import is_open
from apprenticeships.models import Apprenticeship
from apprenticeships.uln import is_uln
from core.actor import Actor
from core.errors import Incomplete
from occupations.models import Ksb, Option, StandardVersion
from reports.portfolio.arriving import Data, Refused

Number = tuple[str, int]


@dataclass
class Texts:
    """The versions that a portfolio speaks of, as they are here.

    Attributes:
        ksbs: the KSB here for each statement's id there.
        versions: the version here for its number and correction there.
        told: where the two differ.
        differing: the codes of statements that read differently.
    """

    ksbs: dict[str, UUID] = field(default_factory=dict)
    versions: dict[Number, StandardVersion] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    differing: set[str] = field(default_factory=set)

    def version(self, text: Data) -> StandardVersion:
        """The version here that a version there is."""
        try:
            return self.versions[text["version"], text["correction"]]
        except KeyError:
            raise Refused(_("it speaks of a version of which it has no statements")) from None

    def option(self, text: Data) -> Option | None:
        """The option here that an option there is."""
        if text["option"] is None:
            return None
        found = Option.objects.filter(version=self.version(text), title=text["option"]).first()
        if found is None:
            words = {"option": text["option"], "version": text["version"]}
            raise Incomplete(_("Version %(version)s here has no option “%(option)s”.") % words, field="file")
        return found

    def ksb(self, there: str) -> UUID:
        try:
            return self.ksbs[there]
        except KeyError:
            raise Refused(_("it speaks of a statement that it does not have")) from None


def texts_of(portfolio: Data, provider: Organisation, by: Actor) -> Texts:
    """Find every version by reference and number, and every statement in it by its code.

    A statement with other words is told of; one that is not here, or a version, refuses the whole.

    Raises:
        Incomplete: something is not in the catalogue here.
        Refused: the statements contradict each other.
    """
    texts = Texts()
    reference = portfolio["apprenticeship"]["standard"]
    by_version: dict[Number, list[Data]] = {}
    for row in portfolio["statements"]:
        by_version.setdefault((row["version"], row["correction"]), []).append(row)
    for number, rows in by_version.items():
        here = _version(reference, number, rows, provider, by)
        texts.versions[number] = here
        known = {ksb.code: ksb for ksb in here.ksbs.all()}
        _match(rows, known, here, texts)
    return texts


def _version(reference: str, number: Number, rows: list[Data], provider: Organisation, by: Actor) -> StandardVersion:
    """Of several corrections of one number that with the same words, else of the same correction, else the newest."""
    found = list(
        StandardVersion.objects.visible_to(by)
        .filter(Q(standard__owner=None) | Q(standard__owner=provider), standard__reference=reference, version=number[0])
        .select_related("standard")
        .prefetch_related("ksbs")
        .order_by("standard__owner", "-correction")
    )
    if not found:
        words = {"reference": reference, "version": number[0]}
        why = _("%(reference)s version %(version)s is not in the catalogue here. Import it first.")
        raise Incomplete(why % words, field="file")
    there = {(row["code"], row["statement"]) for row in rows}
    alike = [one for one in found if {(ksb.code, ksb.statement) for ksb in one.ksbs.all()} == there]
    same = [one for one in found if one.correction == number[1]]
    return (alike or same or found)[0]


def _match(rows: list[Data], known: dict[str, Ksb], here: StandardVersion, texts: Texts) -> None:
    for row in rows:
        ksb = known.get(row["code"])
        if ksb is None:
            words = {"code": row["code"], "version": here.version}
            raise Incomplete(_("Version %(version)s here has no %(code)s.") % words, field="file")
        if row["id"] in texts.ksbs or ksb.pk in texts.ksbs.values():
            raise Refused(_("%(code)s is in it twice") % {"code": row["code"]})
        texts.ksbs[row["id"]] = ksb.pk
        if ksb.statement != row["statement"]:
            texts.differing.add(row["code"])
            texts.told.append(_("%(code)s reads differently here.") % {"code": row["code"]})
    for code in sorted(set(known) - {row["code"] for row in rows}):
        texts.told.append(_("%(code)s is in the version here, and not in the one there.") % {"code": code})


def learner_of(portfolio: Data, provider: Organisation, version: StandardVersion) -> Apprenticeship | None:
    """The apprenticeship here that it belongs to, by ULN or address; None where nobody is enrolled yet.

    Raises:
        Incomplete: there are several, it is on another version, or it is closed. Nothing is doubled in silence.
    """
    said = portfolio["apprentice"]
    rows = Apprenticeship.objects.unscoped().filter(provider=provider)
    ids: set[Any] = set()
    if is_uln(said["uln"]):
        same = rows.enrolled().filter(uln=said["uln"], standard_version__standard=version.standard_id)
        ids |= set(same.values_list("pk", flat=True))
    if said["email"]:
        ids |= set(rows.of_person(version.standard, email=said["email"]).values_list("pk", flat=True))
    found = list(rows.filter(pk__in=ids).select_related("apprentice", "standard_version", "option"))
    if not found:
        return None
    if len(found) > 1:
        words = {"count": len(found), "name": said["name"]}
        why = _("%(name)s has %(count)s apprenticeships on this standard here. It is not clear which one is meant.")
        raise Incomplete(why % words, field="file")
    (one,) = found
    if one.standard_version_id != version.pk:
        words = {"name": one.apprentice.name, "here": one.standard_version.version, "there": version.version}
        why = _("%(name)s is on version %(here)s here, and the portfolio on %(there)s. Move them first.")
        raise Incomplete(why % words, field="file")
    if not is_open(one):
        why = _("The apprenticeship of %(name)s here is closed, so nothing can be added to it.")
        raise Incomplete(why % {"name": one.apprentice.name}, field="file")
    return one
