"""Fewer off-the-job hours than planned at the end: what the employer signs, and whether that is settled."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship
from core.canonical import canonical, digest
from programme.learning_hours.durations import in_words
from programme.learning_hours.totals import Figures, figures_of
from programme.models import Party, SignedKind, SignedVersion

#: Grows whenever a statement's wording changes; a signature keeps both.
WORDING_VERSION = 1
#: The form of what is signed. It grows when what is written changes its meaning.
FORMAT = 1


class HoursEnd(NamedTuple):
    """Whether the hours of an apprenticeship are all there, or that they are not was signed for.

    Attributes:
        figures: how the hours stand.
        lacking: the minutes that are not there yet of the plan, or without a plan of what the rules ask for.
        statement: the newest statement about it, if there is one.
        is_settled: whether nothing is lacking, or no more than the employer signed for.
    """

    figures: Figures
    lacking: int
    statement: SignedVersion | None
    is_settled: bool


def lacking_of(figures: Figures) -> int:
    """The minutes that are confirmed fewer than were planned, or without a plan than the rules ask for."""
    wanted = figures.required if figures.planned is None else max(figures.planned, figures.required)
    return max(0, wanted - figures.actual)


def hours_end_of(apprenticeship: Apprenticeship) -> HoursEnd:
    """How the hours stand today: gateway asks for it. Load the standard before; four queries."""
    figures = figures_of(apprenticeship)
    lacking = lacking_of(figures)
    rows = SignedVersion.objects.unscoped().of(SignedKind.FEWER_HOURS).filter(about=apprenticeship.pk)
    statement = rows.with_signatures().order_by("-number").first()
    is_signed = statement is not None and vars(statement)["is_complete"] and statement.shared["lacking"] >= lacking
    return HoursEnd(figures, lacking, statement, lacking == 0 or is_signed)


def statement_of(party: str, shared: Mapping[str, Any]) -> str:
    """The sentence that somebody signs by pressing the button that says it."""
    if party == Party.PROVIDER:
        return _("These hours were delivered, and this is why there were fewer.")
    return _("For %(employer)s, I accept that %(apprentice)s had fewer hours than planned, and the reason why.") % {
        "employer": shared["employer"],
        "apprentice": shared["apprentice"],
    }


def content_of(apprenticeship: Apprenticeship, figures: Figures, reason: str) -> dict[str, Any]:
    """What the statement says."""
    version = apprenticeship.standard_version
    shared = {
        "format": FORMAT,
        "apprentice": apprenticeship.apprentice.name,
        "provider": apprenticeship.provider.name,
        "employer": apprenticeship.employer.name if apprenticeship.employer else "",
        "standard": version.standard.reference,
        "title": version.title,
        "version": version.version,
        **figures_said(figures),
        "why": reason,
    }
    found: dict[str, Any] = canonical({"shared": shared})
    return found


def figures_said(figures: Figures) -> dict[str, Any]:
    """The figures that are signed."""
    return {
        "planned": figures.planned,
        "required": figures.required,
        "actual": figures.actual,
        "lacking": lacking_of(figures),
    }


def mark_of(figures: Figures) -> str:
    """What tells these figures from others: of what stands on somebody's screen when they sign."""
    return digest(canonical(figures_said(figures)))


def in_words_of(shared: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each figure of a statement with its name."""
    said = [(_("Confirmed"), in_words(shared["actual"]))]
    if shared["planned"] is not None:
        said.append((_("Planned"), in_words(shared["planned"])))
    said.append((_("The rules ask for"), in_words(shared["required"])))
    return [*said, (_("Fewer by"), in_words(shared["lacking"]))]
