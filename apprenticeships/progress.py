"""Which KSBs apply to an apprenticeship, and the one state that each of them is in.

What is drafted is counted by `portfolios.coverage`, what is judged by `assessments.coverage`.
"""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState, Outcome
from core.prepared import Prepared
from occupations.models import Ksb
from occupations.querysets import KsbQuerySet

_COUNTED = ["drafted_count", "waiting_count", "met_count", "is_enough"]
_NEWEST = ["newest_outcome", "newest_decided_at", "signed_off_at", "signed_off_by"]
DERIVED_FIELDS = ["state", *_COUNTED, *_NEWEST, "is_to_confirm", "quality_assured_at"]


def state_of(progress: KsbProgress) -> KsbState:
    """The one state that a KSB is in, from what is drafted, waiting, decided and signed off."""
    if progress.signed_off_at:
        return KsbState.SIGNED_OFF
    if progress.newest_outcome == Outcome.NOT_YET:
        return KsbState.SUBMITTED if progress.waiting_count else KsbState.NEEDS_WORK
    if progress.is_enough:
        return KsbState.MET
    if progress.waiting_count:
        return KsbState.SUBMITTED
    return KsbState.IN_PROGRESS if progress.drafted_count or progress.met_count else KsbState.NOT_STARTED


def totals_of(states: Iterable[str]) -> dict[str, int]:
    """What the columns of Apprenticeship that count KSBs should hold, from the state of each KSB."""
    numbers = Counter(states)
    return {"ksb_count": numbers.total(), **{state.counter: numbers[state] for state in KsbState.counted()}}


def applicable_ksbs(apprenticeship: Apprenticeship) -> KsbQuerySet:
    """The KSBs that this apprentice has to show: of the version and the option they are on."""
    return Ksb.objects.applying_to(apprenticeship.standard_version_id, apprenticeship.option_id)


_applying = Prepared(
    lambda version, option=None: Ksb.objects.applying_to(version, option).values_list("pk"), is_the_same_every_day=True
)


def applicable_ids(apprenticeship: Apprenticeship) -> set[UUID]:
    """The ids of `applicable_ksbs`."""
    option = {"option": apprenticeship.option_id} if apprenticeship.option_id else {}
    return {key for (key,) in _applying(version=apprenticeship.standard_version_id, **option)}


def begin(apprenticeship: Apprenticeship) -> None:
    """Make the progress row of every KSB that applies to a new apprenticeship, which has no evidence yet."""
    apprenticeship.ksb_count = len(fit(apprenticeship))
    apprenticeship.save(update_fields=["ksb_count"])


def fit(apprenticeship: Apprenticeship) -> list[KsbProgress]:
    """Make progress rows for the KSBs that apply and have none, remove those of KSBs that do not, and return all.

    The counts on them are for the caller to bring up to date. Nothing that was judged goes with a progress row.
    """
    applying = list(applicable_ksbs(apprenticeship).in_order().values_list("pk", flat=True))
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship)
    rows.exclude(ksb__in=applying, provider=apprenticeship.provider_id).delete()
    present = set(rows.values_list("ksb", flat=True))
    KsbProgress.objects.bulk_create(
        KsbProgress(apprenticeship=apprenticeship, provider_id=apprenticeship.provider_id, ksb_id=ksb)
        for ksb in applying
        if ksb not in present
    )
    return list(rows.select_related("ksb"))


def awaits_option(apprenticeship: Apprenticeship) -> bool:
    """Whether progress cannot be computed yet, because what applies depends on an option that nobody chose."""
    return (
        apprenticeship.option_id is None
        and Ksb.objects.filter(version=apprenticeship.standard_version_id).divided_by_options().exists()
    )
