"""What the employer says of each behaviour: how far that has come, and the mentor's answer in the app."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import require
from apprenticeships.access import is_open
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import reach_of
from apprenticeships.seen import seen
from assessments import access, workflow
from assessments.models import BehaviourAnswer
from assessments.verifying.behaviours import Word, standing_of
from assessments.workflow.behaviours import shown_in_app
from core.canonical import digest
from core.errors import Incomplete
from core.readable import readable
from occupations.models import Ksb
from pages.links.forms import MentorAnswerForm
from pages.refusals import say_in
from pages.requests import Request
from pages.templatetags.states import drawn_state
from pages.templatetags.when import when
from signing.models import Signature
from signing.workflow import TextChanged


@require_http_methods(["GET", "POST"])
def behaviours(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Each behaviour with the employer's newest word on it; and for the mentor, the form that answers the rest."""
    apprenticeship = seen(
        request.actor, apprenticeship_id, "apprentice", "provider", "employer", "standard_version", "option"
    )
    if apprenticeship is None:
        raise Http404
    answers = _answers(request, apprenticeship)
    standing = standing_of(apprenticeship)
    content = shown_in_app(apprenticeship, standing) if answers else None
    form, notice = None, ""
    if request.method == "POST":
        require(content is not None, _("Only the apprentice’s mentor at the employer can answer this."))
    if content and content["behaviours"]:
        form = MentorAnswerForm(request.POST or None, content=content)
        if request.method == "POST" and form.is_valid():
            try:
                workflow.answer_behaviours(apprenticeship.pk, request.actor, **form.said())
            except Incomplete as incomplete:
                say_in(form, incomplete)
            except TextChanged as changed:
                notice = str(changed)
            else:
                messages.success(request, _("Your answers are saved."))
                return redirect("pages:behaviours", apprenticeship.pk)
    elif request.method == "POST":
        return redirect("pages:behaviours", apprenticeship.pk)
    context = {
        "apprenticeship": apprenticeship,
        "rows": [_row(ksb, standing.words.get(ksb.pk)) for ksb in standing.ksbs],
        "form": form,
        "content": content,
        "shown": digest(content) if content else "",
        "notice": notice,
        "can_ask": access.asks_employer(request.actor, apprenticeship),
    }
    status = 409 if notice else 422 if form and form.errors else 200
    return render(request, "links/behaviours.html", context, status=status)


def _answers(request: Request, apprenticeship: Apprenticeship) -> bool:
    """Whether whoever looks is asked here: the mentor, while it is open. The act asks `is_mentor_of`."""
    return apprenticeship.pk in reach_of(request.actor).mentoring and is_open(apprenticeship)


def _row(ksb: Ksb, word: Word | None) -> dict[str, Any]:
    looks = ("met", _("Verified")) if word and word.is_verified else ("needs_work", _("Not yet"))
    return {
        "code": ksb.code,
        "statement": readable(ksb.statement),
        "state": drawn_state(*(looks if word else ("not_started", _("Not answered")))),
        "words": word.words if word else "",
        "by": word.who if word else "",
        "at": when(word.at) if word else "",
    }


def answers_of(signature: Signature | None) -> list[dict[str, Any]]:
    """What was answered with a signature by a link, for each behaviour; none for one of something else."""
    if signature is None:
        return []
    said = BehaviourAnswer.objects.filter(answer__link_signature=signature).select_related("ksb")
    return [
        {
            "code": one.ksb.code,
            "statement": readable(one.ksb.statement),
            "is_verified": one.is_verified,
            "words": one.words,
        }
        for one in said.order_by("ksb__position")
    ]
