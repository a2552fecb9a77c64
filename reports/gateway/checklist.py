"""What has to be done before an apprentice is put forward, line by line, as it stands now.

Which lines apply follows from the plan of the version, the rules of the start and what the provider set for its packs.
At most fifteen queries, whatever the apprentice has done.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apprenticeships.models import Apprenticeship, Assignment, KsbProgress, KsbState, ProgrammeRules
from apprenticeships.rules import rules_for
from assessments.likeness.models import Investigation
from assessments.models import Appeal, Finding
from assessments.moves.carrying import Carried, carried
from assessments.policies.outcomes import Outcome, outcomes_of
from assessments.policies.wording import outcome_missing_words
from assessments.results.standing import OutcomeResults, all_results, grouped
from assessments.verifying.behaviours import verified_of
from assessments.verifying.statements import BEHAVIOURS
from core import clock, moments
from programme.attainments import Need, needs_of
from programme.learning_hours.totals import figures_of
from programme.models import Attainment
from programme.planning.fewer_hours import hours_end_of
from programme.reviewing.schedule import place_of
from reports.pack.choice import standing_of


class Model(Enum):
    """What the plan of a version calls the end of the training: plans with outcomes are of the reformed kind."""

    GATEWAY = "gateway"
    COMPLETION = "completion"

    @property
    def label(self) -> str:
        return _("Completion") if self == Model.COMPLETION else _("Gateway")


class State(Enum):
    """How a line of the checklist stands."""

    DONE = "done"
    NOT_DONE = "not_done"
    NOT_NEEDED = "not_needed"


class Line(NamedTuple):
    """One thing that has to be done.

    Attributes:
        figure: how much of it, such as “31 of 35”.
        why: what blocks, or why it is not needed; one thing a line.
        who: who can do it.
        place: the name of the page on which it is done; empty where whoever looks has no such page.
        is_private: whether it says more than the apprentice and the employer are told; `shared` leaves it out.
        is_summary: whether it stands in the place of private lines.
    """

    key: str
    name: str
    state: State
    figure: str = ""
    why: str = ""
    who: str = ""
    place: str = ""
    is_private: bool = False
    is_summary: bool = False


class Checklist(NamedTuple):
    """All lines, and by which model the plan is."""

    model: Model
    lines: list[Line]

    @property
    def blocking(self) -> list[Line]:
        """What is not done."""
        return [line for line in self.shared if line.state == State.NOT_DONE]

    @property
    def shared(self) -> list[Line]:
        """What everybody sees who sees the learner, and what is declared."""
        return [line for line in self.lines if not line.is_private]

    @property
    def internal(self) -> list[Line]:
        """What the provider's people see."""
        return [line for line in self.lines if not line.is_summary]

    @property
    def is_met(self) -> bool:
        return not self.blocking


#: How many codes a line names before it says how many more there are.
MOST_CODES = 8
_NEXT = {
    KsbState.MET: gettext_lazy("ready to sign off (assessor)"),
    KsbState.SUBMITTED: gettext_lazy("waiting for feedback (assessor)"),
    KsbState.NEEDS_WORK: gettext_lazy("needs work (apprentice)"),
    KsbState.IN_PROGRESS: gettext_lazy("not sent yet (apprentice)"),
    KsbState.NOT_STARTED: gettext_lazy("no evidence yet (apprentice)"),
}


def checklist_of(apprenticeship: Apprenticeship) -> Checklist:
    """How it stands now. The apprenticeship was read with its version and standard, and is seen or locked."""
    rules = rules_for(apprenticeship)
    progress = list(
        KsbProgress.objects.unscoped()
        .filter(apprenticeship=apprenticeship)
        .in_order()
        .values_list("ksb", "ksb__code", "ksb__type", "state")
    )
    ways = carried(apprenticeship)
    outcomes = outcomes_of(apprenticeship)
    model = Model.COMPLETION if outcomes else Model.GATEWAY
    names = _names(apprenticeship)
    lines = [
        _ksbs(progress, outcomes, names),
        _by_outcome(outcomes, names),
        *_results(apprenticeship, model, names),
        _behaviours(apprenticeship, model, progress, ways, names),
        _hours(apprenticeship),
        _duration(apprenticeship, rules),
        *_attained(apprenticeship, names),
        _pieces(apprenticeship, model, ways),
        _reviews(apprenticeship, rules, names),
        *_quality(apprenticeship),
    ]
    return Checklist(model, lines)


def _codes(codes: Sequence[str]) -> str:
    if len(codes) <= MOST_CODES:
        return ", ".join(codes)
    more = len(codes) - MOST_CODES
    return ngettext("%(codes)s and %(n)d more", "%(codes)s and %(n)d more", more) % {
        "codes": ", ".join(codes[:MOST_CODES]),
        "n": more,
    }


def _of(done: int, whole: int) -> str:
    return _("%(done)s of %(all)s") % {"done": done, "all": whole}


def _names(apprenticeship: Apprenticeship) -> dict[str, str]:
    """Who looks after the apprentice, by role, for saying who can unblock something. One query."""
    held = Assignment.objects.live().filter(apprenticeship=apprenticeship, is_cover=False)
    named = dict(held.values_list("role", "person__name"))
    roles: dict[str, Any] = {
        Assignment.Role.ASSESSOR.value: (_("%(name)s (assessor)"), _("The assessor, once an admin has chosen one")),
        Assignment.Role.MENTOR.value: (_("%(name)s (employer)"), _("The employer")),
    }
    return {
        role: with_name % {"name": named[role]} if role in named else without
        for role, (with_name, without) in roles.items()
    }


def _ksbs(progress: list[tuple[Any, ...]], outcomes: list[Outcome], names: dict[str, str]) -> Line:
    applying = {code for _ksb, code, _kind, _state in progress}
    progress = [row for row in progress if row[3] == KsbState.SIGNED_OFF or _is_needed(row[1], outcomes)]
    name = _("Every KSB (knowledge, skill or behaviour) is signed off")
    if any(one.rule.others is not None for one in outcomes):
        name = _("Every KSB (knowledge, skill or behaviour) that cannot be left out is signed off")
    line = partial(Line, "ksbs", name, place="coverage")
    if not applying:
        return line(State.NOT_DONE, why=_("No KSBs apply yet. Choose the option first."), who=_("An admin"))
    left: dict[str, list[str]] = {}
    for _ksb, code, _kind, state in progress:
        if state != KsbState.SIGNED_OFF:
            left.setdefault(state, []).append(code)
    figure = _of(len(progress) - sum(len(codes) for codes in left.values()), len(progress))
    if not left:
        return line(State.DONE, figure=figure)
    why = "\n".join(f"{_codes(left[state])}: {said}" for state, said in _NEXT.items() if state in left)
    of_assessor = {KsbState.MET, KsbState.SUBMITTED} & left.keys()
    of_apprentice = left.keys() - of_assessor
    who = names["assessor"] if of_assessor else _("The apprentice")
    if of_assessor and of_apprentice:
        who = _("%(name)s, and the apprentice") % {"name": names["assessor"]}
    return line(State.NOT_DONE, figure=figure, why=why, who=who)


def _is_needed(code: str, outcomes: list[Outcome]) -> bool:
    """Whether somebody cannot be put forward without this KSB: whichever others are signed off for its outcomes."""
    of = [one for one in outcomes if code in one.codes]
    return not of or any(one.needs(code) and not one.is_shown for one in of)


def _by_outcome(outcomes: list[Outcome], names: dict[str, str]) -> Line:
    line = partial(Line, "outcomes", _("Every outcome of the plan has been shown"), place="progress")
    if not outcomes:
        return line(State.NOT_NEEDED, why=_("This plan has assessment methods and no outcomes."))
    open_ones = [one for one in outcomes if not one.is_shown]
    figure = _of(len(outcomes) - len(open_ones), len(outcomes))
    if not open_ones:
        return line(State.DONE, figure=figure)
    why = "\n".join(
        _("%(outcome)s needs %(missing)s") % {"outcome": one.name, "missing": outcome_missing_words(one.missing)}
        for one in open_ones[:MOST_CODES]
    )
    return line(State.NOT_DONE, figure=figure, why=why, who=names["assessor"])


def _results(apprenticeship: Apprenticeship, model: Model, names: dict[str, str]) -> Iterable[Line]:
    """What the provider marked itself. The results of other outcomes are the assessment organisation’s."""
    if model != Model.COMPLETION:
        return
    name = _("Every result that the training provider marks is released")
    line = partial(Line, "results", name, place="outcome-results")
    marked = grouped(all_results(apprenticeship))
    open_ones = [one for one in marked if one.is_open]
    figure = _of(len(marked) - len(open_ones), len(marked))
    if not marked:
        yield line(State.NOT_NEEDED, why=_("The training provider has not marked any outcome."))
    elif not open_ones:
        yield line(State.DONE, figure=figure)
    else:
        who = [_("An internal quality assurer")] if any(not _is_failed(one) for one in open_ones) else []
        who += [names["assessor"]] if any(_is_failed(one) for one in open_ones) else []
        why = "\n".join(map(_why_open, open_ones[:MOST_CODES]))
        yield line(State.NOT_DONE, figure=figure, why=why, who=", ".join(who))


def _is_failed(of: OutcomeResults) -> bool:
    return of.next_attempt is not None


def _why_open(of: OutcomeResults) -> str:
    attempt = of.newest.result.attempt if of.newest else 0
    said = {"outcome": of.outcome, "n": attempt}
    if _is_failed(of):
        return _("%(outcome)s: attempt %(n)s was a fail, and no other has been marked since") % said
    return _("%(outcome)s: the result of attempt %(n)s is not released yet") % said


def _behaviours(
    apprenticeship: Apprenticeship,
    model: Model,
    progress: list[tuple[Any, ...]],
    ways: Carried,
    names: dict[str, str],
) -> Line:
    line = partial(Line, "behaviours", _("The employer has verified each behaviour"), place="behaviours")
    wanted = {ksb: code for ksb, code, kind, _state in progress if kind in BEHAVIOURS}
    if model == Model.GATEWAY:
        return line(State.NOT_NEEDED, why=_("In this plan the employer confirms them with the declaration below."))
    if not wanted:
        return line(State.NOT_NEEDED, why=_("This standard has no behaviours."))
    shown = verified_of(apprenticeship.pk, ways) & wanted.keys()
    figure = _of(len(shown), len(wanted))
    if len(shown) == len(wanted):
        return line(State.DONE, figure=figure)
    missing = [code for ksb, code in wanted.items() if ksb not in shown]
    why = _("Not verified yet: %(codes)s. The assessor or an admin asks the employer.") % {"codes": _codes(missing)}
    return line(State.NOT_DONE, figure=figure, why=why, who=names["mentor"])


def _hours(apprenticeship: Apprenticeship) -> Line:
    line = partial(Line, "hours", _("The off-the-job hours are done"), place="hours")
    figures = figures_of(apprenticeship)
    wanted = max(figures.planned or 0, figures.required)
    if not wanted:
        return line(State.NOT_NEEDED, why=_("The rules for this start date do not set a number of hours."))
    figure = _("%(done)s of %(all)s hours") % {"done": figures.actual // 60, "all": -(-wanted // 60)}
    if figures.actual >= wanted:
        return line(State.DONE, figure=figure)
    if figures.actual >= figures.required and _agreed_to_fewer(apprenticeship):
        return line(
            State.DONE,
            figure=figure,
            why=_("The employer has signed a statement that there were fewer hours than planned."),
        )
    who = _("The apprentice")
    if figures.waiting:
        why = _("%(hours)s hours are waiting to be confirmed by whoever delivered the training.") % {
            "hours": figures.waiting // 60
        }
        who = _("Whoever delivered the training")
    elif figures.actual >= figures.required:
        why = _("Fewer hours than planned. The employer can sign a statement that this was so.")
        who = _("The apprentice, or the assessor")
    else:
        why = _("There are not enough hours yet. Only confirmed hours count.")
    return line(State.NOT_DONE, figure=figure, why=why, who=who)


def _agreed_to_fewer(apprenticeship: Apprenticeship) -> bool:
    """Whether the employer signed for as many hours as are lacking. Two queries, since the rules are at hand."""
    return hours_end_of(apprenticeship).is_settled


def _duration(apprenticeship: Apprenticeship, rules: ProgrammeRules) -> Line:
    line = partial(Line, "duration", _("The minimum time on programme has passed"), place="changes")
    if not rules.minimum_days:
        return line(State.NOT_NEEDED, why=_("The rules for this start date do not set a minimum."))
    until = apprenticeship.stopped_on or clock.today()
    days = max((until - apprenticeship.started_on).days - apprenticeship.break_days, 0)
    if days >= rules.minimum_days:
        said = {"done": days, "all": rules.minimum_days}
        return line(State.DONE, figure=_("%(done)s days (the minimum is %(all)s)") % said)
    figure = _("%(done)s of %(all)s days") % {"done": days, "all": rules.minimum_days}
    day = moments.day(until + timedelta(days=rules.minimum_days - days))
    why = _("The minimum will be reached on %(day)s. This comes with time: nobody has to do anything.") % {"day": day}
    return line(State.NOT_DONE, figure=figure, why=why)


def _attained(apprenticeship: Apprenticeship, names: dict[str, str]) -> Iterable[Line]:
    standing = Attainment.objects.unscoped().filter(apprenticeship=apprenticeship).standing().in_order()
    needs = needs_of(apprenticeship, standing)
    for need in needs[:2]:
        yield _need(need, need.of, need.name, names)
    qualifications = needs[2:]
    if not qualifications:
        yield Line(
            "qualifications",
            _("Qualifications that the standard asks for"),
            State.NOT_NEEDED,
            why=_("This standard asks for none."),
            place="attainments",
        )
        return
    left = [need for need in qualifications if not need.is_done]
    line = partial(Line, "qualifications", _("Qualifications that the standard asks for"), place="attainments")
    figure = _of(len(qualifications) - len(left), len(qualifications))
    if not left:
        yield line(State.DONE, figure=figure)
    else:
        why = "\n".join(need.name for need in left)
        yield line(State.NOT_DONE, figure=figure, why=why, who=names["assessor"])


def _need(need: Need, key: str, name: str, names: dict[str, str]) -> Line:
    if not need.is_asked:
        return Line(key, name, State.NOT_NEEDED, why=_("Not part of this programme."), place="attainments")
    if need.is_done:
        return Line(key, name, State.DONE, figure=need.said, place="attainments")
    return Line(key, name, State.NOT_DONE, why=need.missing, who=names["assessor"], place="attainments")


def _pieces(apprenticeship: Apprenticeship, model: Model, ways: Carried) -> Line:
    line = partial(Line, "pieces", _("The evidence for the pack has been chosen"), place="pack")
    choice = standing_of(apprenticeship, only_chosen=True, ways=ways)
    if model == Model.COMPLETION and choice.rules._state.adding:
        return line(State.NOT_NEEDED, why=_("This plan asks for no portfolio, and no rules are set for one."))
    figure = ngettext("%(n)d piece", "%(n)d pieces", len(choice.chosen)) % {"n": len(choice.chosen)}
    if choice.is_complete:
        return line(State.DONE, figure=figure)
    reasons = []
    if choice.too_few:
        more = ngettext("Choose at least %(n)d more.", "Choose at least %(n)d more.", choice.too_few)
        reasons.append(more % {"n": choice.too_few})
    if choice.too_many:
        fewer = ngettext("That is %(n)d too many.", "That is %(n)d too many.", choice.too_many)
        reasons.append(fewer % {"n": choice.too_many})
    if choice.not_counted:
        reasons.append(_("Some of them are of a kind that the plan does not accept."))
    if choice.missing:
        codes = _codes([ksb.code for ksb in choice.missing])
        reasons.append(_("No chosen piece shows %(codes)s.") % {"codes": codes})
    why = "\n".join(reasons)
    return line(State.NOT_DONE, figure=figure, why=why, who=_("The apprentice, or the assessor"))


def _reviews(apprenticeship: Apprenticeship, rules: ProgrammeRules, names: dict[str, str]) -> Line:
    line = partial(Line, "reviews", _("Progress reviews are up to date"), place="learner-reviews")
    if not rules.has_reviews:
        return line(State.NOT_NEEDED, why=_("There are no progress reviews in this programme."))
    place = place_of(apprenticeship.pk)
    if place.how_due == "overdue" and place.due_on:
        why = _("The next was due by %(day)s.") % {"day": moments.day(place.due_on)}
        return line(State.NOT_DONE, why=why, who=names["assessor"])
    last = _("The last was on %(day)s") % {"day": moments.day(place.last_held_on)} if place.last_held_on else ""
    return line(State.DONE, figure=last)


def _counted(rows: QuerySet[Any], path: str) -> Coalesce:
    counts = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts), 0)


def _quality(apprenticeship: Apprenticeship) -> Iterable[Line]:
    """What quality assurance has open: for the provider's people by kind, for others in one line. One query."""
    ((actions, appeals, investigations),) = (
        Apprenticeship.objects.unscoped()
        .filter(pk=apprenticeship.pk)
        .values_list(
            _counted(Finding.objects.unscoped().open_actions(), "sample__apprenticeship"),
            _counted(Appeal.objects.unscoped().open(), "apprenticeship"),
            _counted(Investigation.objects.unscoped().open(), "apprenticeship"),
        )
    )
    found = (
        ("actions", _("No quality assurance actions are open"), actions, "quality"),
        ("appeals", _("No appeal is open"), appeals, "quality"),
        ("investigations", _("No investigation is open"), investigations, "investigations"),
    )
    for key, name, count, place in found:
        state = State.NOT_DONE if count else State.DONE
        figure = ngettext("%(n)d open", "%(n)d open", count) % {"n": count} if count else ""
        who = _("An internal quality assurer") if count else ""
        yield Line(key, name, state, figure=figure, who=who, place=place, is_private=True)
    is_open = bool(actions or appeals or investigations)
    yield Line(
        "quality",
        _("The training provider’s own checks are finished"),
        State.NOT_DONE if is_open else State.DONE,
        why=_("Something is still being looked at.") if is_open else "",
        who=_("The training provider") if is_open else "",
        is_summary=True,
    )
