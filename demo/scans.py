"""Skills scans in the demo: how apprentice and mentor rated each KSB, and what was known at the start."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from apprenticeships.models import Apprenticeship
from core.actor import Actor
from demo.history import Act, History
from programme import workflow
from programme.models import Party, SignedKind, SignedVersion
from programme.scanning.ratings import LEVELS, asked_of, field_of
from programme.scanning.recognition import effect_of, mark_of

#: Who has been here longer than this has rated again.
_LATER_DAYS = 150
#: Rated as known at the start, and in no item of the plan.
_KNOWN = "S13"
_BEFORE = "Two years on reception, where I took calls from candidates and typed up adverts."


def acts(told: History, mentor: Actor) -> Iterator[Act]:
    """At the start the apprentice and, a week later, the mentor; both again after some months."""
    started = told.story.started

    def at(days: float) -> datetime:
        return told.now - timedelta(days=days)

    if started <= 3:
        return
    yield Act(at(started - 2), partial(_rate, told, None, 0, _BEFORE))
    yield Act(at(started - 2.3), partial(_recognise, told))
    yield Act(at(started - 2.6), partial(_agree, told, mentor))
    if started > 14:
        yield Act(at(started - 9), partial(_rate, told, mentor, 0, ""))
    if started > _LATER_DAYS:
        yield Act(at(started / 2), partial(_rate, told, None, 1, ""))
        yield Act(at(started / 2 - 3), partial(_rate, told, mentor, 1, ""))


def _rate(told: History, mentor: Actor | None, later: int, comment: str) -> None:
    """By the mentor or, without one, by the apprentice."""
    learner = Apprenticeship.objects.unscoped().get(pk=told.apprenticeship_id)
    words = {"comment": comment}
    for number, ksb in enumerate(asked_of(learner)):
        # The same for everybody each time: some were known, some come on, some not yet.
        place = (0, 1, 0, 2, 0, 1, 0, 0, 1)[number % 9] + (later and (1, 1, 2, 0, 1)[number % 5])
        place -= mentor is not None and number % 7 == 3
        words[field_of(ksb.code)] = LEVELS[min(max(place, 0), 3)].value
    workflow.hand_in_scan(learner.pk, mentor or told.apprentice, scan_id=uuid4(), words=words)


def _recognise(told: History) -> None:
    """Some hours and pounds off for what the plan does not teach."""
    learner = (
        Apprenticeship.objects.unscoped().select_related("standard_version__standard").get(pk=told.apprenticeship_id)
    )
    effect = effect_of(learner, 12, 150, 6_000)
    workflow.propose_prior_learning(
        learner.pk,
        told.assessor,
        codes=[_KNOWN],
        hours=12,
        pounds=150,
        price=6_000,
        why="She took calls from candidates for two years; her manager there wrote to us.",
        shown=mark_of([_KNOWN], effect),
    )


def _agree(told: History, mentor: Actor) -> None:
    version = SignedVersion.objects.unscoped().of(SignedKind.PRIOR_LEARNING).get(about=told.apprenticeship_id)
    for by, party in ((told.apprentice, Party.APPRENTICE), (mentor, Party.EMPLOYER)):
        workflow.sign_version(version.pk, by, party=party, shown=version.sha256)
