"""What happened to an apprenticeship: its history, recording a change, and undoing one."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from apprenticeships import access, workflow
from apprenticeships.models import Apprenticeship, Change, ChangeKind, PlanEnding, PlannedChange, possible_in
from apprenticeships.workflow.changes import changed_again
from apprenticeships.workflow.planning import possible_later
from core import moments
from core.actor import Actor
from core.errors import Incomplete, WorkflowError
from pages.people.assignments import MOST_CHANGES, UNDO_WORDS, ChangeLine, changes_of
from pages.people.change_forms import FORMS, ReasonForm
from pages.people.corrections import corrections_of
from pages.refusals import say_in
from pages.requests import Request
from reports.gateway import workflow as gateway


class Act(NamedTuple):
    """Something that an admin records: what the link to it says, the button, what follows, and how it is done."""

    link: Promise
    button: Promise
    hint: Promise
    do: Callable[..., Change | PlannedChange]


ACTS: dict[ChangeKind, Act] = {
    ChangeKind.BREAK_STARTED: Act(
        _("Start a break in learning"),
        _("Start the break"),
        _(
            "Time on a break does not count, so nobody falls behind because of it. The apprentice can still add and "
            "send evidence. Annual leave and short absences are not breaks."
        ),
        workflow.start_break,
    ),
    ChangeKind.BREAK_ENDED: Act(
        _("Return from the break"),
        _("Record the return"),
        _("Time counts again from the first day back."),
        workflow.end_break,
    ),
    ChangeKind.PLANNED_END: Act(
        _("Change the planned end"),
        _("Change the planned end"),
        _("The expected progress follows the new planned end at once."),
        workflow.change_planned_end,
    ),
    ChangeKind.EMPLOYER: Act(
        _("Change the employer"),
        _("Change the employer"),
        _("The current mentor will no longer see this apprentice. Choose a new one next."),
        workflow.change_employer,
    ),
    ChangeKind.HOURS: Act(
        _("Change the agreed hours"),
        _("Change the hours"),
        _("Off-the-job hours, hours taken off for prior learning, and paid hours a week."),
        workflow.change_hours,
    ),
    ChangeKind.GATEWAY_PASSED: Act(
        _("Record that they passed the gateway"),
        _("Record the gateway"),
        _(
            "For an apprentice you took over who passed the gateway somewhere else. For everybody else it is "
            "recorded once all three have made their declarations. From then on nothing can be added or reviewed. "
            "What is still waiting for review leaves the queue."
        ),
        gateway.pass_gateway_elsewhere,
    ),
    ChangeKind.ACHIEVED: Act(
        _("Record that they achieved"),
        _("Record the result"),
        _("The final assessment was passed."),
        partial(workflow.record_result, is_achieved=True),
    ),
    ChangeKind.NOT_ACHIEVED: Act(
        _("Record that they did not achieve"),
        _("Record the result"),
        _("The final assessment was not passed."),
        partial(workflow.record_result, is_achieved=False),
    ),
    ChangeKind.WITHDRAWN: Act(
        _("Withdraw"),
        _("Withdraw this apprentice"),
        _(
            "Nothing can be added or reviewed any more, and what is waiting for review leaves the queue. Everything "
            "stays readable. You can undo this if it was a mistake."
        ),
        workflow.withdraw,
    ),
}


@require_GET
def changes(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """What happened to an apprenticeship, newest first; for admins with what they can record now."""
    apprenticeship = _apprenticeship(request, apprenticeship_id)
    can_change = access.can_change(request.actor, apprenticeship)
    possible = _possible(apprenticeship) if can_change else []
    return render(
        request,
        "people/changes.html",
        {
            "apprenticeship": apprenticeship,
            "is_own": apprenticeship.apprentice_id == request.actor.person_id,
            "can_change": can_change,
            "acts": [{"link": ACTS[kind].link, "address": _address(apprenticeship, kind)} for kind in possible],
            "planned": _planned(request.actor, apprenticeship, may_cancel=can_change),
            "lines": _history(request.actor, apprenticeship, may_undo=can_change),
            "reads_reasons": access.reads_reasons(request.actor, apprenticeship),
            "start": moments.day(apprenticeship.started_on),
            "planned_end": moments.day(apprenticeship.planned_end_on),
            "enrolled": moments.moment(apprenticeship.enrolled_at),
        },
    )


@require_http_methods(["GET", "POST"])
def change(request: Request, apprenticeship_id: UUID, kind: str) -> HttpResponse:
    """Record a change, with its day and its reason."""
    apprenticeship = _of_admin(request, apprenticeship_id)
    try:
        which = ChangeKind(kind.replace("-", "_"))
    except ValueError:
        raise Http404 from None
    if request.method == "GET" and which not in _possible(apprenticeship):
        messages.warning(
            request,
            _t("%(name)s is now “%(status)s”, so this cannot be recorded.")
            % {"name": apprenticeship.apprentice, "status": apprenticeship.get_status_display()},
        )
        return redirect("pages:changes", apprenticeship.pk)
    form = FORMS[which](request.POST if request.method == "POST" else None, apprenticeship=apprenticeship)
    status = 422
    if form.is_valid():
        try:
            done = ACTS[which].do(apprenticeship.pk, request.actor, **form.values())
        except Incomplete as incomplete:
            say_in(form, incomplete)
        except WorkflowError as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            is_plan = isinstance(done, PlannedChange)
            said = _t("Planned for %(day)s.") % {"day": moments.day(done.effective_on)} if is_plan else _t("Saved.")
            messages.success(request, said)
            return redirect("pages:changes", apprenticeship.pk)
    return render(
        request,
        "people/change.html",
        {"apprenticeship": apprenticeship, "form": form, "act": ACTS[which]},
        status=status if form.errors else 200,
    )


def _done(form: ReasonForm, act: Callable[[str], object]) -> int | None:
    """Do what a valid form gives the reason for. None if it is done, else the status of the page that says why not."""
    if not form.is_valid():
        return 422
    try:
        act(form.cleaned_data["reason"])
    except Incomplete as incomplete:
        say_in(form, incomplete)
    except WorkflowError as refusal:
        form.add_error(None, str(refusal))
        return refusal.status
    else:
        return None
    return 422


@require_http_methods(["GET", "POST"])
def change_undo(request: Request, change_id: UUID) -> HttpResponse:
    """Ask why, and undo a change."""
    found = get_object_or_404(Change.objects.visible_to(request.actor).with_people(), pk=change_id)
    apprenticeship = _of_admin(request, found.apprenticeship_id)
    if request.method == "GET" and not _is_undoable(found):
        messages.warning(request, _t("This cannot be undone now: it was undone, or something has followed it."))
        return redirect("pages:changes", apprenticeship.pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = _done(form, lambda reason: workflow.undo_change(found.pk, request.actor, reason))
    if status is None:
        messages.success(request, _t("The change is undone."))
        return redirect("pages:changes", apprenticeship.pk)
    return render(
        request,
        "people/change_undo.html",
        {
            "apprenticeship": apprenticeship,
            "form": form,
            "line": _line(found),
            "back": reverse("pages:changes", args=[apprenticeship.pk]),
            **UNDO_WORDS,
            "hint": _t(
                "What it changed is put back as it was, and both stay in the history. If you undo a change that you "
                "made yourself, your quality assurers see that you did."
            ),
        },
        status=status if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def plan_cancel(request: Request, plan_id: UUID) -> HttpResponse:
    """Ask why, and cancel what is planned, before its day."""
    found = get_object_or_404(PlannedChange.objects.visible_to(request.actor).with_people(), pk=plan_id)
    apprenticeship = _of_admin(request, found.apprenticeship_id)
    if request.method == "GET" and hasattr(found, "ending"):
        messages.warning(request, _t("This is no longer planned: it has happened, or was cancelled."))
        return redirect("pages:changes", apprenticeship.pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = _done(form, lambda reason: workflow.cancel_plan(found.pk, request.actor, reason))
    if status is None:
        messages.success(request, _t("The plan is cancelled."))
        return redirect("pages:changes", apprenticeship.pk)
    return render(
        request,
        "people/change_undo.html",
        {
            "apprenticeship": apprenticeship,
            "form": form,
            "line": _plan_line(found),
            "back": reverse("pages:changes", args=[apprenticeship.pk]),
            "heading": _t("Cancel this plan"),
            "hint": _t("It will not happen on its day. The history says that it was planned and cancelled."),
            "button": _t("Cancel the plan"),
        },
        status=status if form.errors else 200,
    )


def _possible(apprenticeship: Apprenticeship) -> list[ChangeKind]:
    """What can be recorded now, or planned to follow what is planned."""
    possible = {*possible_in(apprenticeship.status), *possible_later(apprenticeship)}
    if not vars(apprenticeship)["was_taken_over"]:
        possible.discard(ChangeKind.GATEWAY_PASSED)
    return [kind for kind in ACTS if kind in possible]


def _apprenticeship(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    seen = Apprenticeship.objects.visible_to(request.actor).with_people()
    return get_object_or_404(seen.annotate(was_taken_over=gateway.was_taken_over()), pk=apprenticeship_id)


def _of_admin(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    """The apprenticeship for who may change it; nobody else finds these pages."""
    apprenticeship = _apprenticeship(request, apprenticeship_id)
    if not access.can_change(request.actor, apprenticeship):
        raise Http404
    return apprenticeship


def _address(apprenticeship: Apprenticeship, kind: ChangeKind) -> str:
    return reverse("pages:change", args=[apprenticeship.pk, kind.value.replace("_", "-")])


def _history(actor: Actor, apprenticeship: Apprenticeship, *, may_undo: bool) -> list[dict[str, Any]]:
    """Everything that changed, with the address at which an admin undoes it; newest first.

    That is: each change, each of who looks after it, each correction of the enrolment, and what was planned in vain.
    """
    seen = Change.objects.visible_to(actor).filter(apprenticeship=apprenticeship)
    found: list[tuple[ChangeLine, str]] = [
        (line, "pages:assignment-undo") for line in changes_of(actor, apprenticeship)
    ]
    found += [(line, "") for line in corrections_of(actor, apprenticeship, names_people=may_undo)]
    ended = PlannedChange.objects.visible_to(actor).filter(apprenticeship=apprenticeship, ending__isnull=False)
    # One that was made is there as the change.
    ended = ended.exclude(ending__outcome=PlanEnding.Outcome.MADE).with_people().order_by("-number")
    found += [(_plan_line(one), "") for one in ended[:MOST_CHANGES]]
    changed: set[str] = set()
    for one in seen.with_people().newest_first()[:MOST_CHANGES]:
        is_standing = not one.undoes_id and not hasattr(one, "undone_by")
        names = one.before().keys()
        found.append((_line(one, can_undo=is_standing and not changed & names), "pages:change-undo"))
        if is_standing:
            changed |= names
    found.sort(key=lambda pair: pair[0].at, reverse=True)
    return [
        {"line": line, "undo_address": reverse(address, args=[line.pk]) if line.can_undo and may_undo else ""}
        for line, address in found
    ]


def _planned(actor: Actor, apprenticeship: Apprenticeship, *, may_cancel: bool) -> list[dict[str, Any]]:
    """What is still to come, in its order, with the address at which an admin cancels it."""
    seen = PlannedChange.objects.visible_to(actor).filter(apprenticeship=apprenticeship)
    return [
        {"line": _plan_line(one), "cancel_address": reverse("pages:plan-cancel", args=[one.pk]) if may_cancel else ""}
        for one in seen.standing().with_people().in_order()
    ]


def _is_undoable(found: Change) -> bool:
    return not found.undoes_id and not hasattr(found, "undone_by") and changed_again(found) is None


def _line(change: Change, *, can_undo: bool = False) -> ChangeLine:
    """A change in words."""
    undone: Change | None = getattr(change, "undone_by", None)
    return ChangeLine(
        change.pk,
        _what(change),
        change.reason,
        _t("%(name)s, %(when)s") % {"name": change.by, "when": moments.moment(change.at)},
        can_undo,
        _t("Undone by %(name)s, %(when)s") % {"name": undone.by, "when": moments.moment(undone.at)} if undone else "",
        change.at,
    )


def _plan_line(plan: PlannedChange) -> ChangeLine:
    """What is or was planned, in words, and how it ended."""
    ending: PlanEnding | None = getattr(plan, "ending", None)
    ended = ""
    if ending:
        said = {"outcome": ending.get_outcome_display(), "by": ending.by, "when": moments.moment(ending.at)}
        who = _t("%(outcome)s by %(by)s, %(when)s.") if ending.by else _t("%(outcome)s, %(when)s.")
        ended = " ".join([who % said, ending.reason])
    what = str(_PLANNED_WORDS[ChangeKind(plan.kind)]) % {
        "day": moments.day(plan.effective_on),
        "end": moments.day(plan.planned_end_on) if plan.planned_end_on else "",
        "employer": plan.employer or "",
    }
    if plan.expected_back_on:
        what = _t("%(what)s, expected back on %(day)s") % {"what": what, "day": moments.day(plan.expected_back_on)}
    return ChangeLine(
        plan.pk,
        _t("Planned: %(what)s") % {"what": what} if ending else what,
        plan.reason,
        _t("%(name)s, %(when)s") % {"name": plan.by, "when": moments.moment(plan.at)},
        can_undo=False,
        undone=ended,
        at=plan.at,
    )


_PLANNED_WORDS = {
    ChangeKind.BREAK_STARTED: _("Break in learning from %(day)s"),
    ChangeKind.BREAK_ENDED: _("Back from the break on %(day)s, planned end %(end)s"),
    ChangeKind.WITHDRAWN: _("Withdrawn on %(day)s"),
    ChangeKind.EMPLOYER: _("Employer is %(employer)s from %(day)s"),
}
_WORDS = {
    ChangeKind.BREAK_STARTED: _("Break in learning from %(day)s"),
    ChangeKind.BREAK_ENDED: _("Back from the break on %(day)s, planned end %(end)s"),
    ChangeKind.WITHDRAWN: _("Withdrawn on %(day)s"),
    ChangeKind.PLANNED_END: _("Planned end moved from %(end_before)s to %(end)s"),
    ChangeKind.EMPLOYER: _("Employer is %(employer)s from %(day)s, before that %(employer_before)s"),
    ChangeKind.GATEWAY_PASSED: _("Passed the gateway on %(day)s"),
    ChangeKind.ACHIEVED: _("Achieved on %(day)s"),
    ChangeKind.NOT_ACHIEVED: _("Not achieved, on %(day)s"),
    ChangeKind.HOURS: _("Off-the-job hours: %(hours)s instead of %(hours_before)s, agreed on %(day)s"),
}


def _what(change: Change) -> str:
    if change.undoes_id:
        return _t("Undone: %(what)s") % {"what": change.get_kind_display()}
    what = str(_WORDS[ChangeKind(change.kind)]) % {
        "day": moments.day(change.effective_on),
        "end": moments.day(change.after_planned_end_on),
        "end_before": moments.day(change.before_planned_end_on),
        "employer": change.after_employer or _t("nobody"),
        "employer_before": change.before_employer or _t("nobody"),
        "hours": _t("none") if change.after_planned_hours is None else change.after_planned_hours,
        "hours_before": _t("none") if change.before_planned_hours is None else change.before_planned_hours,
    }
    if change.expected_back_on:
        return _t("%(what)s, expected back on %(day)s") % {"what": what, "day": moments.day(change.expected_back_on)}
    return what
