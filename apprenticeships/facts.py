"""What is known of an apprenticeship besides its dates: identifiers, hours and price, held against the rules."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self

from django.utils.translation import gettext as _

from apprenticeships import uln
from apprenticeships.models import Apprenticeship, ProgrammeRules
from core.errors import Incomplete

#: ILR specification 2025-26, LearnRefNumber.
REFERENCE = re.compile(r"[A-Za-z0-9 ]{1,12}")
MOST_HOURS = 9_999
MOST_WEEKLY_MINUTES = 60 * 60
MOST_POUNDS = 1_000_000


class Problem(NamedTuple):
    """What is wrong with a fact, by the name of its field; or, with `is_warning`, what to look at again."""

    field: str
    message: str
    is_warning: bool = False


@dataclass(frozen=True)
class Facts:
    """The facts of an enrolment. What is None is not known yet.

    Attributes:
        planned_hours: off-the-job hours agreed at the start, after prior learning was taken off.
        prior_learning_hours: hours taken off for what was known already.
        weekly_minutes: paid working time a week.
        price_pounds: the agreed price of training and assessment, after prior learning was taken off.
        prior_learning_pounds: what was taken off the price for it.
    """

    uln: str = ""
    learner_reference: str = ""
    date_of_birth: date | None = None
    planned_hours: int | None = None
    prior_learning_hours: int = 0
    weekly_minutes: int | None = None
    price_pounds: int | None = None
    prior_learning_pounds: int = 0
    is_employer_funded: bool | None = None

    @classmethod
    def of(cls, apprenticeship: Apprenticeship) -> Self:
        """Those that an apprenticeship has now."""
        return cls(**{name: getattr(apprenticeship, name) for name in cls.__dataclass_fields__})

    def columns(self) -> dict[str, Any]:
        """The columns of Apprenticeship that hold them."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def required_hours(rules: ProgrammeRules, published: int | None, prior_learning_hours: int) -> int:
    """The off-the-job hours that a programme must have: the published ones less prior learning, or the floor.

    Where no minimum is published, the floor of the year alone (funding rules 2025-26, off-the-job training).
    """
    floor = rules.minimum_hours or 0
    if not rules.uses_published_hours or published is None:
        return floor
    return max(floor, published - prior_learning_hours)


def problems_of(facts: Facts, rules: ProgrammeRules, started_on: date, published: int | None) -> list[Problem]:
    """Everything that is wrong with the facts of an enrolment, at once.

    Args:
        rules: those of the start.
        published: the hours published for the version, if any are (`apprenticeships.rules.published_hours`).
    """
    return [
        *identity_problems(facts),
        *_age_problems(facts, rules, started_on),
        *hours_problems(facts, rules, published),
    ]


def require_facts(facts: Facts, rules: ProgrammeRules, started_on: date, published: int | None) -> None:
    """Refuse facts that break a rule.

    Raises:
        Incomplete: for the first field that is wrong.
    """
    wrong = next((one for one in problems_of(facts, rules, started_on, published) if not one.is_warning), None)
    if wrong:
        raise Incomplete(wrong.message, field=wrong.field)


def identity_problems(facts: Facts) -> list[Problem]:
    """What is wrong with the numbers by which a learner is known, whatever they start."""
    found = []
    if facts.uln and (fault := uln.fault_of(facts.uln)):
        found.append(Problem("uln", fault))
    if facts.uln == uln.NOT_KNOWN:
        # ILR validation rules 2025-26, ULN_04 and ULN_12.
        what = _("9999999999 means that the number is not known yet. Enter it as soon as it is.")
        found.append(Problem("uln", what, is_warning=not facts.is_employer_funded))
    if facts.learner_reference and not REFERENCE.fullmatch(facts.learner_reference):
        found.append(Problem("learner_reference", _("Use at most 12 letters, digits and spaces.")))
    return found


def age_on(date_of_birth: date, day: date) -> int:
    """Whole years of age on a day. Who was born on 29 February is a year older on 1 March."""
    return day.year - date_of_birth.year - ((day.month, day.day) < (date_of_birth.month, date_of_birth.day))


def _age_problems(facts: Facts, rules: ProgrammeRules, started_on: date) -> list[Problem]:
    if facts.date_of_birth is None:
        return []
    age = age_on(facts.date_of_birth, started_on)
    said = {"age": age, "least": rules.minimum_age, "most": rules.maximum_age, "usual": rules.usual_maximum_age}
    if age < 0 or age > 115:
        return [Problem("date_of_birth", _("Check the date of birth: the age at the start would be %(age)s.") % said)]
    if rules.minimum_age and age < rules.minimum_age:
        what = _("They would be %(age)s at the start, and must be %(least)s or over.") % said
        return [Problem("date_of_birth", what)]
    if rules.maximum_age and age > rules.maximum_age:
        what = _("They would be %(age)s at the start, and must not be over %(most)s.") % said
        return [Problem("date_of_birth", what)]
    if rules.usual_maximum_age and age > rules.usual_maximum_age:
        what = _("They would be %(age)s. Over %(usual)s, the rules ask for a reason, such as a care plan.") % said
        return [Problem("date_of_birth", what, is_warning=True)]
    return []


def hours_problems(facts: Facts, rules: ProgrammeRules, published: int | None) -> list[Problem]:
    """What is wrong with the hours, and with what prior learning takes off hours and price."""
    found = []
    planned, required = facts.planned_hours, required_hours(rules, published, facts.prior_learning_hours)
    said = {"required": required, "floor": rules.minimum_hours, "published": published, "most": rules.maximum_hours}
    if planned is not None and planned < required:
        what = (
            _("Plan at least %(required)s hours: %(published)s are published for this version, less prior learning.")
            if published and rules.uses_published_hours and required > (rules.minimum_hours or 0)
            else _("Plan at least %(floor)s hours, which is the minimum for this start date.")
        )
        found.append(Problem("planned_hours", what % said))
    if planned is not None and planned > (rules.maximum_hours or MOST_HOURS):
        found.append(
            Problem("planned_hours", _("Plan at most %(most)s hours.") % {"most": rules.maximum_hours or MOST_HOURS})
        )
    if facts.weekly_minutes is not None and not 0 < facts.weekly_minutes <= MOST_WEEKLY_MINUTES:
        found.append(Problem("weekly_minutes", _("Enter the paid hours of a week, up to 60.")))
    if (
        facts.weekly_minutes
        and rules.full_time_weekly_hours
        and facts.weekly_minutes < rules.full_time_weekly_hours * 60
    ):
        what = _("Under %(hours)s paid hours a week, the programme must last longer in proportion.")
        found.append(Problem("weekly_minutes", what % {"hours": rules.full_time_weekly_hours}, is_warning=True))
    return found + _price_problems(facts)


def price_effect(facts: Facts) -> int | None:
    """By how many pounds prior learning must lower the price at least; None while a figure is not known.

    The price falls by at least half the share of hours recognised: 20 per cent of the hours, 10 per cent of the price
    (funding rules 2025-26, recognition of prior learning).
    """
    if facts.price_pounds is None or facts.planned_hours is None or not facts.prior_learning_hours:
        return None
    whole = facts.price_pounds + facts.prior_learning_pounds
    # Rounded up, in whole numbers.
    return -(-whole * facts.prior_learning_hours // (2 * (facts.planned_hours + facts.prior_learning_hours)))


def _price_problems(facts: Facts) -> list[Problem]:
    least = price_effect(facts)
    if least is None or facts.prior_learning_pounds >= least:
        return []
    what = _("With %(hours)s hours of prior learning, the price falls by at least £%(least)s.")
    said = {"hours": facts.prior_learning_hours, "least": f"{least:,}"}
    return [Problem("prior_learning_pounds", what % said, is_warning=True)]
