"""What an audit would ask of a learner: what is there, what is missing, and all of it as a file."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pages.exports.views import own_exports
from pages.learner_file.documents import seen_learner
from pages.requests import Request
from reports.audit_pack import access, workflow
from reports.audit_pack.checklist import checklist_of
from reports.exports.models import Export

#: Older ones are among the downloads.
MOST_EXPORTS = 5


@require_http_methods(["GET", "POST"])
def audit_pack(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The checklist; a POST has it and its documents made as one file."""
    learner = seen_learner(request, apprenticeship_id)
    if not access.sees_audit(request.actor, learner):
        raise Http404
    if request.method == "POST":
        workflow.ask_for_audit_pack(learner.pk, request.actor)
        messages.success(request, _("Your file is being made. You can leave this page and come back."))
        return redirect("pages:audit-pack", learner.pk)
    items = checklist_of(request.actor, learner)
    mine = own_exports(request).filter(apprenticeship=learner, kind=Export.Kind.AUDIT)
    context = {
        "apprenticeship": learner,
        # What an audit would ask about comes first.
        "items": sorted(items, key=lambda item: item.is_complete),
        "missing": sum(not item.is_complete for item in items),
        "exports": mine.newest_first()[:MOST_EXPORTS],
    }
    return render(request, "learner_file/audit_pack.html", context)
