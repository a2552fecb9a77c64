"""Learning support of one learner: the plan, what was done each month, and who else reads it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import STAFF_ROLES, Membership
from apprenticeships.models import Apprenticeship
from core.errors import Incomplete, WorkflowError
from pages.learner_file.documents import reads_support, seen_learner
from pages.learner_file.forms import NoteForm, PlanForm, ReaderForm
from pages.refusals import say_in
from pages.requests import Request
from programme.learner_file import access
from programme.learner_file import support_workflow as workflow
from programme.learner_file.models import LearnerDocument, SupportNote, SupportPlan, SupportReader


@require_http_methods(["GET", "POST"])
def learning_support(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The page, and each of its forms, told apart by the button that was pressed."""
    learner = seen_learner(request, apprenticeship_id)
    names = access.can_name_readers(request.actor, learner)
    if not names and not reads_support(request, learner):
        raise Http404
    people = _people(learner)
    pressed = request.POST.get("do", "")
    forms_here: dict[str, forms.Form] = {
        "plan": PlanForm(request.POST if pressed == "plan" else None),
        "note": NoteForm(request.POST if pressed == "note" else None),
        "name": ReaderForm(request.POST if pressed == "name" else None, people=people),
    }
    acts: dict[str, Callable[[], object]] = {
        "plan": lambda: workflow.plan_support(
            learner.pk, request.actor, plan_id=forms_here["plan"].cleaned_data["token"], **_words(forms_here["plan"])
        ),
        "note": lambda: workflow.note_support(
            learner.pk, request.actor, note_id=forms_here["note"].cleaned_data["token"], **_words(forms_here["note"])
        ),
        "name": lambda: workflow.name_support_reader(
            learner.pk, request.actor, UUID(forms_here["name"].cleaned_data["person"])
        ),
    }
    if request.method == "POST" and pressed == "end":
        workflow.end_support_reader(_reader(request, learner).pk, request.actor)
        messages.success(request, _("Saved."))
        return redirect("pages:learning-support", learner.pk)
    if request.method == "POST" and pressed not in acts:
        raise Http404
    sent = forms_here.get(pressed)
    if sent is not None and sent.is_valid():
        try:
            acts[pressed]()
        except Incomplete as incomplete:
            say_in(sent, incomplete)
        except WorkflowError as refusal:
            if refusal.status == 403:
                raise
            sent.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:learning-support", learner.pk)
    return _page(request, learner, forms_here, sent, names=names)


def _words(form: forms.Form) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "token"}


def _people(learner: Apprenticeship) -> list[tuple[str, str]]:
    """Whoever works for the provider and is not named yet."""
    rows = Membership.objects.live().filter(organisation=learner.provider_id, role__in=STAFF_ROLES)
    found = rows.exclude(user=learner.apprentice_id).values_list("user", "user__name").distinct().order_by("user__name")
    return [(str(pk), name) for pk, name in found]


def _reader(request: Request, learner: Apprenticeship) -> SupportReader:
    try:
        pk = UUID(request.POST.get("reader", ""))
    except ValueError:
        raise Http404 from None
    found: SupportReader | None = learner.support_readers.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: Request,
    learner: Apprenticeship,
    forms_here: dict[str, forms.Form],
    sent: forms.Form | None,
    *,
    names: bool,
) -> HttpResponse:
    actor = request.actor
    plans = SupportPlan.objects.visible_to(actor).filter(apprenticeship=learner).select_related("by").newest_first()
    notes = SupportNote.objects.visible_to(actor).filter(apprenticeship=learner).select_related("by").newest_first()
    papers = LearnerDocument.objects.visible_to(actor).filter(
        apprenticeship=learner, is_support=True, replaced_by__replaces=None
    )
    context = {
        "apprenticeship": learner,
        "is_own": learner.apprentice_id == actor.person_id,
        "reads": reads_support(request, learner),
        "writes": access.can_write_support(actor, learner),
        "names": names,
        "plans": plans,
        "notes": notes,
        "documents": papers.newest_first(),
        "readers": learner.support_readers.filter(ended_at=None).select_related("person").order_by("person__name"),
        "forms": forms_here,
        "sent": sent,
    }
    return render(request, "learner_file/support.html", context, status=422 if sent and sent.errors else 200)
