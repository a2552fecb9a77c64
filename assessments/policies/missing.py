"""What a KSB still needs before it is signed off, for the act itself and for its page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Min

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState, Outcome
from assessments.about_ksb import Claimed
from assessments.models import Decision
from assessments.policies.rules import NOTHING, MetClaim, Rule, Rules, Shortfall, group_of
from assessments.policies.terms import Terms, terms_of
from assessments.verifying.behaviours import verified_of
from core import clock
from core.prepared import Prepared
from occupations.models import Ksb

_met = Prepared(
    lambda apprenticeship, ksbs: (
        Decision.objects.unscoped()
        .standing()
        .counting()
        .filter(claim__apprenticeship=apprenticeship, claim__ksb__in=ksbs, outcome=Outcome.MET)
        .annotate(first_at=Min("claim__decisions__at"))
        .order_by("first_at", "pk")
        .values_list(
            "first_at",
            "claim__submission__evidence",
            "claim__submission__snapshot__content__kind",
            "claim__ksb",
            "claim__submission__snapshot__content__title",
        )
    ),
    is_the_same_every_day=True,
)


@dataclass(frozen=True)
class Missing:
    """What is asked for, and what of it is not there yet."""

    rule: Rule
    short: Shortfall
    employer: bool

    def __bool__(self) -> bool:
        return bool(self.short.claims) or self.employer


@dataclass
class Ready:
    """A KSB, the pieces of evidence that met it, and what it still needs before it can be signed off."""

    ksb: Ksb
    titles: list[str]
    missing: Missing


def readiness(apprenticeship: Apprenticeship, ksbs: Sequence[Ksb], terms: Terms) -> dict[UUID, Ready]:
    """What each of these KSBs still needs before it can be signed off today. One query, one more for an employer's."""
    rules, ways = terms.rules, terms.ways
    # What was judged for the statements that they go on from counts for them.
    sources = frozenset(ways.sources(ksb.pk for ksb in ksbs))
    met: dict[UUID, list[MetClaim]] = {}
    titles: dict[UUID, list[str]] = {}
    for *about, source, title in _met(apprenticeship=apprenticeship.pk, ksbs=sources):
        met.setdefault(ways.now(source), []).append(MetClaim(*about))
        titles.setdefault(ways.now(source), []).append(title)
    asked = {ksb.pk: rules.rule(group_of(ksb.type), clock.now()) for ksb in ksbs}
    confirmed = set()
    if any(rule.needs_employer for rule in asked.values()):
        confirmed = verified_of(apprenticeship.pk, ways)
    found = {}
    for ksb in ksbs:
        short = rules.short_now(group_of(ksb.type), met.get(ksb.pk, []))
        missing = Missing(asked[ksb.pk], short, asked[ksb.pk].needs_employer and ksb.pk not in confirmed)
        found[ksb.pk] = Ready(ksb, list(dict.fromkeys(titles.get(ksb.pk, []))), missing)
    return found


def is_ready(progress: KsbProgress, missing: Missing) -> bool:
    """Whether a KSB can be signed off now: it is not yet, its newest decision is met, and nothing is missing."""
    return not progress.signed_off_at and progress.newest_outcome == Outcome.MET and not missing


def missing_on_page(rules: Rules, progress: KsbProgress, claims: Iterable[Claimed], *, has_employer: bool) -> Missing:
    """The same for a page that has read the rules, the claims and what the employer confirmed already."""
    rule = rules.rule(group_of(progress.ksb.type), clock.now())
    met = [one for one in claims if one.outcome == Outcome.MET and one.decided_at and not one.is_to_countersign]
    short = rule.short_of(MetClaim(one.decided_at, one.piece, one.kind) for one in met if one.decided_at)
    return Missing(rule, NOTHING if progress.is_enough else short, rule.needs_employer and not has_employer)


def met_ksbs(apprenticeship: Apprenticeship) -> list[Ready]:
    """The KSBs of an apprenticeship that are met and not signed off, in order. At most six queries, however many."""
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship, state=KsbState.MET)
    ksbs = [row.ksb for row in rows.select_related("ksb").order_by("ksb__position")]
    return list(readiness(apprenticeship, ksbs, terms_of(apprenticeship)).values()) if ksbs else []
