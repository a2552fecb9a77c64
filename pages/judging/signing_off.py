"""Signing off several KSBs of an apprentice: what each rests on first, then all of them or none."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import require
from apprenticeships.access import require_open
from apprenticeships.seen import seen
from assessments import access, workflow
from assessments.policies.missing import met_ksbs
from assessments.policies.wording import missing_words
from core.errors import WorkflowError
from pages.people.views import asks_again
from pages.requests import Request


@asks_again
@require_http_methods(["GET", "POST"])
def sign_offs(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """What is met and on which evidence, with a tick for each that can be signed off."""
    apprenticeship = seen(request.actor, apprenticeship_id, "apprentice", "standard_version")
    if apprenticeship is None:
        raise Http404
    require(access.can_sign_off(request.actor, apprenticeship), _("Only the assigned assessor can sign off."))
    require_open(apprenticeship)
    ready = met_ksbs(apprenticeship)
    refusal, status = "", 200
    ticked = set(request.POST.getlist("ksb"))
    if request.method == "POST":
        # What is not on the page is passed over: somebody signed it off meanwhile, or it is no longer met.
        chosen = [one.ksb.pk for one in ready if str(one.ksb.pk) in ticked]
        try:
            made = workflow.sign_off_several(apprenticeship.pk, chosen, request.actor)
        except WorkflowError as error:
            refusal, status = str(error), error.status
        else:
            words = ngettext("%(n)s KSB is signed off.", "%(n)s KSBs are signed off.", len(made)) % {"n": len(made)}
            messages.success(request, words)
            return redirect("pages:coverage", apprenticeship.pk)
    rows = [
        {
            "pk": one.ksb.pk,
            "code": one.ksb.code,
            "statement": one.ksb.statement,
            "titles": one.titles,
            "missing": missing_words(one.missing, is_own=False),
            "is_ticked": request.method == "GET" or str(one.ksb.pk) in ticked,
        }
        for one in ready
    ]
    context = {"apprenticeship": apprenticeship, "rows": rows, "refusal": refusal}
    return render(request, "judging/sign_offs.html", context, status=status)
