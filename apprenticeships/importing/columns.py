"""The columns of a table of learners: what the template calls them, and what other systems do."""

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apprenticeships.importing.reading import Refused

#: By the name in the template: what a person calls it, and other headings for it in small letters without spaces.
COLUMNS = {
    "learner_reference": (
        gettext_lazy("Learner reference"),
        "learnrefnumber learnref learnerref learnerid learnerreferencenumber reference ref",
    ),
    "uln": (gettext_lazy("ULN"), "uniquelearnernumber"),
    "first_name": (gettext_lazy("First name"), "firstnames givenname givennames forename forenames first"),
    "last_name": (gettext_lazy("Last name"), "lastnames surname familyname last"),
    "name": (gettext_lazy("Full name"), "fullname learner learnername apprentice apprenticename"),
    "email": (gettext_lazy("Email address"), "emailaddress mail learneremail"),
    "date_of_birth": (gettext_lazy("Date of birth"), "dob birthdate bornon"),
    "standard": (
        gettext_lazy("Standard"),
        "standardreference standardref standardcode stcode stdcode larscode apprenticeshipstandard",
    ),
    "version": (gettext_lazy("Version"), "standardversion"),
    "option": (gettext_lazy("Option"), "pathway"),
    "start_date": (gettext_lazy("Start"), "start started learnstartdate startedon"),
    "planned_end_date": (gettext_lazy("Planned end"), "plannedend enddate learnplanenddate plannedendon"),
    "employer": (gettext_lazy("Employer"), "employername company organisation"),
    "assessor": (gettext_lazy("Assessor"), "assessoremail coach"),
    "planned_hours": (gettext_lazy("Planned hours"), "phours plannedotjhours plannedoffthejobhours otjhours"),
    "prior_learning_hours": (gettext_lazy("Prior learning hours"), "rplhours hoursofpriorlearning priorhours"),
    "weekly_hours": (gettext_lazy("Weekly hours"), "contractedhours contractedweeklyhours hoursperweek"),
    "ukprn": (gettext_lazy("UKPRN"), "providerukprn"),
}
#: Of the template, in its order. A full name in one column is read as well.
TEMPLATE = [name for name in COLUMNS if name not in ("name", "ukprn")]
DAYS = ("date_of_birth", "start_date", "planned_end_date")
WHOLE_NUMBERS = ("planned_hours", "prior_learning_hours")
#: Without these, no learner of a table can be enrolled; of the names, one will do.
_NEEDED = ("standard", "start_date", "planned_end_date")
_NAMES = ("first_name", "last_name", "name")
_KNOWN_BY = ("learner_reference", "uln")

_BY_HEADING = {
    heading: name for name, (_label, others) in COLUMNS.items() for heading in (name.replace("_", ""), *others.split())
}
_NOT_LETTERS = re.compile(r"[^a-z0-9]")
#: So many rows may stand before the header: a title, an empty line.
HEADER_WITHIN = 10
MOST_COLUMNS = 200


def label_of(name: str) -> str:
    """What a person calls a column."""
    return str(COLUMNS[name][0]) if name in COLUMNS else ""


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """The place of each column that is known, by its name. The first of two alike counts."""
    found: dict[str, int] = {}
    for place, heading in enumerate(header[:MOST_COLUMNS]):
        name = _BY_HEADING.get(_NOT_LETTERS.sub("", heading.lower()))
        if name:
            found.setdefault(name, place)
    return found


def unknown_columns(header: Sequence[str], columns: dict[str, int]) -> list[str]:
    """The headings of what is not read."""
    read = set(columns.values())
    return [heading for place, heading in enumerate(header[:MOST_COLUMNS]) if heading and place not in read]


def require(columns: dict[str, int]) -> None:
    """Refuse a table that cannot be one of learners.

    Raises:
        Refused: with the columns that it lacks.
    """
    lacking = [label_of(name) for name in _NEEDED if name not in columns]
    if not any(name in columns for name in _NAMES):
        lacking.insert(0, _("First name and last name"))
    if not any(name in columns for name in _KNOWN_BY):
        lacking.insert(0, _("Learner reference or ULN"))
    if lacking:
        raise Refused(
            _("These columns are missing: %(columns)s. Download the template to see all columns.")
            % {"columns": ", ".join(lacking)}
        )


def best_header(rows: Iterable[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """Which of the first rows is the header, and its columns: the one with the most known headings."""
    best, most = 0, dict[str, int]()
    for place, row in zip(range(HEADER_WITHIN), rows, strict=False):
        columns = columns_of(row)
        if len(columns) > len(most):
            best, most = place, columns
    return best, most
