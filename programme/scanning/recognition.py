"""Prior learning: what was known at the start, and what that takes off hours and price, in figures and in words."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apprenticeships.facts import Facts, Problem, hours_problems, price_effect, required_hours
from apprenticeships.models import Apprenticeship, Change, ChangeKind
from apprenticeships.rules import published_hours, rules_for
from core.canonical import canonical, digest
from core.prepared import Prepared
from programme.models import Party, SignedKind, SignedVersion

#: Grows whenever a statement's wording changes; a signature keeps both.
WORDING_VERSION = 1
#: The form of what is signed. It grows when what is written changes its meaning.
FORMAT = 1

_agreed = Prepared(
    lambda apprenticeship: (
        SignedVersion.objects.unscoped()
        .of(SignedKind.PRIOR_LEARNING)
        .filter(about=apprenticeship)
        .signed_by_all()
        .order_by("-number")
    ),
    is_the_same_every_day=True,
)


class Effect(NamedTuple):
    """What prior learning takes off.

    Attributes:
        whole_hours: planned without it.
        planned_hours: planned with it; None where no hours are planned yet.
        required_hours: what the rules ask for with it.
        published, floor: what those follow from.
        whole_pounds: the price without it; None where none is known.
        least_pounds: what the rules ask to be taken off at least.
        problems: what is wrong with the figures, by field.
    """

    hours: int
    pounds: int
    whole_hours: int | None
    planned_hours: int | None
    required_hours: int
    published: int | None
    floor: int
    whole_pounds: int | None
    least_pounds: int | None
    problems: list[Problem]

    @property
    def faults(self) -> list[Problem]:
        """What is wrong, and not only to be looked at again."""
        return [one for one in self.problems if not one.is_warning]

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in self._asdict().items() if name != "problems"}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Effect":
        return cls(**{name: kept[name] for name in cls._fields if name != "problems"}, problems=[])


def whole_price(apprenticeship: Apprenticeship) -> int | None:
    """The price before anything was taken off for prior learning; None where none is known."""
    if apprenticeship.price_pounds is None:
        return None
    return apprenticeship.price_pounds + apprenticeship.prior_learning_pounds


def effect_of(apprenticeship: Apprenticeship, hours: int, pounds: int, price: int | None) -> Effect:
    """What it would mean to take these hours and pounds off. Load the standard before; two queries at most.

    Args:
        price: of training and assessment without prior learning, in pounds.
    """
    rules = rules_for(apprenticeship)
    published = published_hours(apprenticeship.standard_version, apprenticeship.started_on)
    facts = Facts.of(apprenticeship)
    whole = None if facts.planned_hours is None else facts.planned_hours + facts.prior_learning_hours
    required = required_hours(rules, published, hours)
    planned = None if whole is None else max(whole - hours, required)
    after = replace(
        facts,
        planned_hours=planned,
        prior_learning_hours=hours,
        price_pounds=None if price is None else price - pounds,
        prior_learning_pounds=pounds,
    )
    found = hours_problems(after, rules, published)
    if whole is not None and hours >= whole:
        found.insert(0, Problem("hours", _("Take off fewer hours than the %(n)s that are planned.") % {"n": whole}))
    if price is not None and pounds >= price:
        found.insert(0, Problem("pounds", _("Take off less than the price, which is £%(n)s.") % {"n": f"{price:,}"}))
    return Effect(
        hours=hours,
        pounds=pounds,
        whole_hours=whole,
        planned_hours=planned,
        required_hours=required,
        published=published if rules.uses_published_hours else None,
        floor=rules.minimum_hours or 0,
        whole_pounds=price,
        # Half the share of the hours that were planned without it, whatever the least number of hours is.
        least_pounds=price_effect(replace(after, planned_hours=whole - hours)) if whole and hours < whole else None,
        problems=found,
    )


def in_words(effect: Effect) -> list[str]:
    """The arithmetic, a sentence for each step."""
    said: dict[str, Any] = {
        "hours": effect.hours,
        "published": effect.published,
        "floor": effect.floor,
        "required": effect.required_hours,
        "whole": effect.whole_hours,
        "planned": effect.planned_hours,
    }
    found = []
    if effect.published:
        found.append(
            _(
                "%(published)s off-the-job hours are published for this standard. Less %(hours)s hours of prior "
                "learning, and never under %(floor)s, the rules ask for %(required)s."
            )
            % said
        )
    else:
        found.append(
            _("The rules for this start date ask for %(floor)s off-the-job hours. Prior learning does not lower that.")
            % said
        )
    if effect.whole_hours is None:
        found.append(_("No hours are planned yet, so nothing can be worked out from them."))
    else:
        found.append(
            _("Planned hours: %(whole)s without prior learning, %(planned)s with %(hours)s hours taken off.") % said
        )
    return found + _price_in_words(effect)


def _price_in_words(effect: Effect) -> list[str]:
    if effect.whole_pounds is None or not effect.whole_hours:
        return [_("The effect on the price is not known, because no price is recorded.")]
    share = 100 * effect.hours / effect.whole_hours
    said = {
        "hours": effect.hours,
        "whole": effect.whole_hours,
        "share": f"{share:.1f}".removesuffix(".0"),
        "half": f"{share / 2:.1f}".removesuffix(".0"),
        "least": f"{effect.least_pounds or 0:,}",
        "price": f"{effect.whole_pounds:,}",
        "off": f"{effect.pounds:,}",
        "left": f"{effect.whole_pounds - effect.pounds:,}",
    }
    return [
        _(
            "%(hours)s of %(whole)s hours are %(share)s%%. The price falls by at least half of that, %(half)s%%: "
            "£%(least)s of £%(price)s."
        )
        % said,
        _("£%(off)s are taken off the price, which leaves £%(left)s.") % said,
    ]


def statement_of(party: str, shared: Mapping[str, Any]) -> str:
    """The sentence that somebody signs by pressing the button that says it."""
    words = {
        Party.PROVIDER: _("We looked at what %(apprentice)s knew at the start, and this is what we found."),
        Party.APPRENTICE: _("This is what I knew and could do at the start."),
        Party.EMPLOYER: _("For %(employer)s, I agree: %(apprentice)s knew this at the start, and it takes this off."),
    }
    return words[Party(party)] % {"employer": shared["employer"], "apprentice": shared["apprentice"]}


def content_of(apprenticeship: Apprenticeship, codes: Iterable[str], effect: Effect, why: str) -> dict[str, Any]:
    """What a statement on prior learning says."""
    version = apprenticeship.standard_version
    shared = {
        "format": FORMAT,
        "apprentice": apprenticeship.apprentice.name,
        "provider": apprenticeship.provider.name,
        "employer": apprenticeship.employer.name if apprenticeship.employer else "",
        "standard": version.standard.reference,
        "title": version.title,
        "version": version.version,
        "codes": list(codes),
        "effect": effect.to_json(),
        "why": why,
    }
    found: dict[str, Any] = canonical({"shared": shared})
    return found


def mark_of(codes: Iterable[str], effect: Effect) -> str:
    """What tells these figures from others: of what stands on somebody's screen when they sign."""
    return digest(canonical([list(codes), effect.to_json()]))


def agreed_prior_learning(apprenticeship: Apprenticeship) -> SignedVersion | None:
    """The newest statement that all three have signed. One query."""
    return next(iter(_agreed(apprenticeship=apprenticeship.pk)[:1]), None)


def taken_off_in_doubt(apprenticeship: Apprenticeship) -> bool:
    """Whether hours and price still have something taken off for which not all three stand any more.

    That is so where somebody says of a signature by a link that it was not them. Nobody's figures change by that alone:
    an admin undoes the change, or the missing party signs. Two queries.
    """
    versions = SignedVersion.objects.unscoped().of(SignedKind.PRIOR_LEARNING).filter(about=apprenticeship.pk)
    taken = (
        Change.objects.unscoped()
        .standing()
        .filter(apprenticeship=apprenticeship, kind=ChangeKind.HOURS, act__in=versions.values("pk"))
    )
    newest = taken.newest_first().values_list("act", flat=True).first()
    return newest is not None and not versions.filter(pk=newest).signed_by_all().exists()


def recognised_codes(version: SignedVersion | None) -> list[str]:
    """The KSBs that were recognised: they are not taught again."""
    return list(version.shared["codes"]) if version else []
