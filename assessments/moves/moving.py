"""What moving learners to another text or option would do, and what was done since they were moved: only read here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from apprenticeships.progress import applicable_ids
from assessments.models import Decision, SignOff, Submission, SubmittedClaim, Transition
from assessments.moves.carrying import carried
from assessments.querysets.moving import TransitionQuerySet
from core.actor import Actor
from occupations.comparison import Change
from occupations.crossing import Crossing
from occupations.models import Ksb, Option
from portfolios.models import Claim

#: What an assessor said of a KSB, so that new words need a second look.
JUDGED = {KsbState.MET, KsbState.SIGNED_OFF}


@dataclass
class LearnerPreview:
    """What becomes of one learner's KSBs. Codes are those of the later text, but for `kept`, which is not in it."""

    apprenticeship: Apprenticeship
    option: Option | None = None
    must_choose: bool = False
    carried_count: int = 0
    signed_off_count: int = 0
    added_count: int = 0
    to_confirm: list[str] = field(default_factory=list)
    renumbered: list[tuple[str, str]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def awaits_option(self) -> bool:
        """Whether an option has to be chosen before it can be said what carries over."""
        return self.must_choose and self.option is None


def learner_previews(
    way: Crossing, learners: Iterable[Apprenticeship], options: Mapping[UUID, Option | None]
) -> list[LearnerPreview]:
    """What moving each of `learners` over `way` would do, in a number of queries that does not grow with them.

    Args:
        options: the option that was chosen for a learner, by the id of the apprenticeship, where it is another than
            the one of the same title.
    """
    learners = list(learners)
    kinds = {pair.before: (pair.after, pair.kind) for pair in way.pairs}
    later = {ksb.pk: ksb for ksb in way.after.ksbs.prefetch_related("options").order_by("position")}
    wanted = {pk: {option.pk for option in ksb.options.all()} for pk, ksb in later.items()}
    is_divided = any(wanted.values())
    progress: dict[UUID, list[tuple[UUID, str, str]]] = {}
    for apprenticeship, ksb, code, state in (
        KsbProgress.objects.unscoped()
        .filter(apprenticeship__in=learners)
        .order_by("ksb__position")
        .values_list("apprenticeship", "ksb", "ksb__code", "state")
    ):
        progress.setdefault(apprenticeship, []).append((ksb, code, state))
    previews = []
    for learner in learners:
        option = options.get(learner.pk) or way.option_for(learner.option)
        preview = LearnerPreview(learner, option, must_choose=bool(is_divided and learner.option and not option))
        applying = {
            pk
            for pk, of in wanted.items()
            if (not of and (option or not is_divided)) or (option is not None and option.pk in of)
        }
        reached = set()
        for ksb, code, state in progress.get(learner.pk, []):
            after, kind = kinds.get(ksb, (None, None))
            if after not in applying:
                if state != KsbState.NOT_STARTED:
                    preview.kept.append(code)
                continue
            reached.add(after)
            preview.carried_count += 1
            preview.signed_off_count += state == KsbState.SIGNED_OFF
            if kind == Change.REWORDED and state in JUDGED:
                preview.to_confirm.append(later[after].code)
            if later[after].code != code and state != KsbState.NOT_STARTED:
                preview.renumbered.append((code, later[after].code))
        preview.added_count = len(applying - reached)
        previews.append(preview)
    return previews


@dataclass
class OptionPreview:
    """What taking an option would mean for one apprentice."""

    option: Option
    ksb_count: int
    begins: list[str]
    kept: list[str]


def option_previews(apprenticeship: Apprenticeship) -> list[OptionPreview]:
    """Each option of the apprentice's text: how many KSBs it makes, which would begin, which go to the history."""
    ksbs = list(
        Ksb.objects.filter(version=apprenticeship.standard_version_id).prefetch_related("options").order_by("position")
    )
    states = dict(KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship).values_list("ksb", "state"))
    previews = []
    for option in apprenticeship.standard_version.options.order_by("position"):
        applying = [ksb for ksb in ksbs if not ksb.options.all() or option in ksb.options.all()]
        ids = {ksb.pk for ksb in applying}
        previews.append(
            OptionPreview(
                option,
                ksb_count=len(applying),
                begins=[ksb.code for ksb in applying if ksb.pk not in states],
                kept=[
                    ksb.code
                    for ksb in ksbs
                    if ksb.pk not in ids and states.get(ksb.pk, KsbState.NOT_STARTED) != KsbState.NOT_STARTED
                ],
            )
        )
    return previews


def with_what_was_done_since(moves: TransitionQuerySet) -> TransitionQuerySet:
    """`moves` with how much was submitted, judged and signed off since, and whether each can be undone now."""
    later = (
        Transition.objects.unscoped()
        .standing()
        .filter(apprenticeship=OuterRef("apprenticeship"), number__gt=OuterRef("number"))
    )
    return moves.annotate(
        submitted_since=_count(Submission.objects.unscoped(), "apprenticeship", "submitted_at"),
        decided_since=_count(Decision.objects.unscoped(), "claim__apprenticeship", "at"),
        signed_off_since=_count(SignOff.objects.unscoped(), "apprenticeship", "at"),
        was_moved_on=Exists(later),
    )


def _count(rows: QuerySet[Any, Any], whose: str, at: str) -> Coalesce:
    counted = (
        rows.filter(**{whose: OuterRef("apprenticeship"), f"{at}__gt": OuterRef("at")})
        .order_by()
        .values(whose=F(whose))
        .annotate(count=Count("pk"))
        .values("count")
    )
    return Coalesce(Subquery(counted), 0)


@dataclass
class PastKsb:
    """A KSB that does not count any more, and what there is of it. Its state is signed off, or none."""

    ksb: Ksb
    submitted_count: int
    decided_count: int
    state: KsbState | None


def past_ksbs(actor: Actor, apprenticeship: Apprenticeship) -> list[PastKsb]:
    """The KSBs of other texts and options for which `apprenticeship` has something, as far as `actor` may see it."""
    ways = carried(apprenticeship)
    applying = applicable_ids(apprenticeship)
    claims = (
        SubmittedClaim.objects.visible_to(actor)
        .filter(apprenticeship=apprenticeship, submission__withdrawn_at=None)
        .with_decision()
        .order_by()
        .values_list("ksb")
        .annotate(submitted=Count("pk"), decided=Count("decisions"))
    )
    found = {ksb: (submitted, decided) for ksb, submitted, decided in claims if ways.now(ksb) not in applying}
    for ksb in (
        Claim.objects.visible_to(actor)
        .filter(evidence__apprenticeship=apprenticeship)
        .drafted()
        .values_list("ksb", flat=True)
    ):
        if ways.now(ksb) not in applying:
            found.setdefault(ksb, (0, 0))
    signed_off = set(
        SignOff.objects.visible_to(actor).filter(apprenticeship=apprenticeship).counting().values_list("ksb", flat=True)
    )
    ksbs = Ksb.objects.filter(pk__in=found).select_related("version")
    return [
        PastKsb(ksb, *found[ksb.pk], state=KsbState.SIGNED_OFF if ksb.pk in signed_off else None)
        for ksb in sorted(ksbs, key=lambda ksb: (ksb.version.number_parts, ksb.version.correction, ksb.position))
    ]
