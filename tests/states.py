"""The state table, and what the rows of a database say of it: for tests that hold real acts to the page."""

from collections.abc import Iterator
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType
from typing import Any

from apprenticeships.models import KsbProgress
from apprenticeships.states import KsbState
from assessments.likeness.models import Investigation
from assessments.models import (
    Appeal,
    ReviewDraft,
    Sample,
    SignOff,
    StandardisationAction,
    Submission,
    Transition,
)
from assessments.states import (
    AgreedActionState,
    AppealState,
    InvestigationState,
    MoveState,
    SampleState,
    SignOffState,
    SubmissionState,
)
from portfolios.models import Evidence, Quarantine
from portfolios.states import EvidenceState, HidingState
from programme.models import Attainment, OffTheJobEntry, ProgressReview, SignedKind, SignedVersion
from programme.states import AttainmentState, GatewayState, HoursState, PlanState
from signing.models import Link, LinkState, state_of
from tests.architecture.sources import ROOT

States = dict[tuple[Any, ...], Any]


@cache
def table() -> ModuleType:
    """What `bin/states` makes the page from."""
    loader = SourceFileLoader("states", str(ROOT / "bin" / "states"))
    module = module_from_spec(spec_from_loader("states", loader))
    loader.exec_module(module)
    return module


def states() -> States:
    """The state of everything that the table is about and a row says."""
    return dict(_states())


def _states() -> Iterator[tuple[tuple[Any, ...], Any]]:
    for piece in Evidence._base_manager.all():
        yield (EvidenceState, piece.pk), EvidenceState.of(piece)
    drafts = {draft.submission_id: draft for draft in ReviewDraft.objects.unscoped().finished()}
    for submission in Submission._base_manager.all():
        yield (SubmissionState, submission.pk), SubmissionState.of(submission, drafts.get(submission.pk))
    for row in KsbProgress._base_manager.all():
        yield (KsbState, row.apprenticeship_id, row.ksb_id), KsbState(row.state)
    for made in SignOff._base_manager.select_related("withdrawal"):
        yield (SignOffState, made.pk), SignOffState.of(made)
    for appeal in Appeal._base_manager.prefetch_related("answers"):
        yield (AppealState, appeal.pk), AppealState.of(appeal.answers.last())
    for sample in Sample._base_manager.select_related("plan__withdrawal"):
        yield (SampleState, sample.pk), SampleState.of(sample)
    for review in ProgressReview._base_manager.all():
        yield (type(review.state(is_complete=False)), review.pk), review.state(is_complete=False)
    for entry in OffTheJobEntry._base_manager.select_related("confirmation", "replaced_by").filter(is_removal=False):
        yield (HoursState, entry.pk), HoursState.of(entry)
    for investigation in Investigation._base_manager.select_related("end"):
        yield (InvestigationState, investigation.pk), InvestigationState.of(investigation)
    for version in SignedVersion._base_manager.filter(kind=SignedKind.GATEWAY):
        yield (GatewayState, version.pk), GatewayState.of(version)
    for version in SignedVersion._base_manager.filter(kind=SignedKind.PLAN):
        yield (PlanState, version.pk), PlanState.of(version)
    for one in Attainment._base_manager.filter(undoes=None):
        yield (AttainmentState, one.pk), AttainmentState.of(one)
    for action in StandardisationAction._base_manager.prefetch_related("notes"):
        yield (AgreedActionState, action.pk), AgreedActionState.of(action.notes.last())
    for made_move in Transition._base_manager.filter(undoes=None):
        yield (MoveState, made_move.pk), MoveState.of(made_move)
    for hiding in Quarantine._base_manager.all():
        yield (HidingState, hiding.pk), HidingState.of(hiding)
    for link in Link.objects.all():
        yield (LinkState, link.pk), state_of(link)


def off_the_table(before: States, after: States, *names: str) -> list[str]:
    """What these acts, each done at most once and in any order, did that the table does not say."""
    acts = [act for _package, act in table().acts() if act.name in names]
    found = []
    for key, to in after.items():
        of_this = [act for act in acts if act.states is key[0]]
        reached = {before[key]} if key in before else {end for act in of_this for end in act.creates}
        for _ in names:
            reached |= {end for act in of_this for start in reached for end in act.steps.get(start, ())}
            if key[0] is KsbState:
                reached |= {end for name in names for start in set(reached) for end in table().after_act(name, start)}
        if to not in reached:
            found.append(f"{' and '.join(names)}: {key[0].__name__} {before.get(key)} → {to}")
    return found
