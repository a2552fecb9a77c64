"""The pages that belong together, which a line above each of them offers to whoever may open them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import roles_of, runs_provider, sees_others
from accounts.models import Role
from apprenticeships.access import watches_auditors
from assessments.access import works_queue
from assessments.sampling.access import oversees_quality, sees_checks, sees_quality
from core.actor import Actor
from portfolios.access import may_hide_files
from programme.access import sees_registers
from reports.saving.access import uses_views


@dataclass(frozen=True)
class Place:
    """One page of a section: the name of its address, what its link says, and who is offered it.

    Pages with the same `group` stand under one link of that name, and in a second line once one of them is open.
    """

    name: str
    label: str | Promise
    is_offered: Callable[[Actor], bool]
    is_of_apprenticeship: bool = False
    group: str | Promise = ""


def _everybody(_actor: Actor) -> bool:
    """The pages of one apprenticeship are open to whoever sees it, and stand beside one that was opened."""
    return True


def _mentors(actor: Actor) -> bool:
    return Role.MENTOR in roles_of(actor)


_RULES = _("Rules")

#: Each section is named by the address of its place in the main navigation, which is also the first of its pages.
SECTIONS = {
    "coverage": (
        Place("coverage", _("KSBs"), _everybody, is_of_apprenticeship=True),
        Place("evidence-list", _("Evidence"), _everybody, is_of_apprenticeship=True),
        Place("progress", _("Progress"), _everybody, is_of_apprenticeship=True),
        Place("hours", _("Hours"), _everybody, is_of_apprenticeship=True),
        Place("skills-scan", _("Skills scan"), _everybody, is_of_apprenticeship=True),
        Place("training-plan", _("Plan"), _everybody, is_of_apprenticeship=True),
        Place("learner-reviews", _("Reviews"), _everybody, is_of_apprenticeship=True),
        Place("attainments", _("English and maths"), _everybody, is_of_apprenticeship=True),
        Place("gateway", _("Gateway"), _everybody, is_of_apprenticeship=True),
        Place("learner-file", _("File"), _everybody, is_of_apprenticeship=True),
        Place("changes", _("Breaks and changes"), _everybody, is_of_apprenticeship=True),
        Place("pack", _("Pack"), _everybody, is_of_apprenticeship=True),
    ),
    "cohort": (
        Place("cohort", _("All learners"), sees_others),
        Place("caseload", _("My caseload"), works_queue),
        Place("my-people", _("My apprentices"), _mentors),
        Place("overview", _("Overview"), sees_others),
        Place("heat-map", _("KSB heat map"), sees_others),
        Place("progress-reviews", _("Progress reviews"), sees_others),
        Place("gateways", _("Gateway"), sees_others),
        Place("sessions", _("Training sessions"), sees_registers),
        Place("waiting", _("What is waiting"), sees_others),
        Place("saved-views", _("Saved views"), uses_views),
    ),
    "quality": (
        Place("quality", _("Checks"), sees_checks),
        Place("sampling-plans", _("Sampling plans"), oversees_quality),
        Place("standardisations", _("Standardisation"), sees_quality),
        Place("conflicts", _("Conflicts of interest"), sees_quality),
        Place("investigations", _("Investigations"), sees_quality),
        Place("auditors", _("External auditors"), watches_auditors),
        Place("hidden-files", _("Hidden files"), may_hide_files),
    ),
    "people": (
        Place("people", _("Members"), runs_provider),
        Place("employer-contacts", _("Employer contacts"), runs_provider),
        Place("competences", _("Who assesses what"), runs_provider),
        Place("policy", _("Portfolio rules"), runs_provider, group=_RULES),
        Place("plan-rules", _("Assessment plan rules"), runs_provider, group=_RULES),
        Place("sign-off-rules", _("Sign-off rules"), runs_provider, group=_RULES),
        Place("pace-rule", _("Who is on track"), runs_provider, group=_RULES),
        Place("feed-keys", _("Power BI and Excel"), runs_provider),
        Place("retention", _("Keeping records"), runs_provider),
        Place("provider-export", _("Everything as a file"), runs_provider),
    ),
}
PLACES = {place.name: place for places in SECTIONS.values() for place in places}
_SECTION_OF = {place.name: places for places in SECTIONS.values() for place in places}


def places_beside(name: str, actor: Actor) -> Iterator[Place]:
    """The pages that `actor` is offered in the section of the page called `name`, that page among them, in order."""
    for place in _SECTION_OF.get(name, ()):
        if place.name == name or place.is_offered(actor):
            yield place
