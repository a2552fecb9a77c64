"""Importing a log of off-the-job hours: the file, what is in it, and bringing it in."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import runs_provider
from apprenticeships.access import is_open
from core import moments
from core.errors import Incomplete
from files.http.upload_handlers import takes_files
from pages.programme.hour_forms import LogForm
from pages.programme.hours import learner
from pages.requests import Request
from programme import access, workflow
from programme.learning_hours.durations import in_words
from programme.learning_hours.files import Log, read_log

#: Of the entries of a file, so many are shown before it is brought in.
MOST_SHOWN = 20


@takes_files
@require_http_methods(["GET", "POST"])
def hours_import(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Choose a file; see what is in it, or all that is wrong with it; bring it in."""
    shown = learner(request, apprenticeship_id)
    is_admin = runs_provider(request.actor) and request.actor.organisation_id == shown.provider_id
    is_own = shown.apprentice_id == request.actor.person_id
    if not is_open(shown) or not (is_own or is_admin or access.holds_reviews(request.actor, shown)):
        raise Http404
    form = LogForm(request.POST, request.FILES) if request.method == "POST" else LogForm()
    log: Log | None = None
    if request.method == "POST" and form.is_valid():
        log = read_log(form.cleaned_data["text"], shown)
        if request.POST.get("do") == "import" and not log.faults:
            try:
                new = workflow.import_hours(shown.pk, request.actor, log.entries)
            except Incomplete as incomplete:
                # Something was entered since the preview that this file does not go with.
                form.add_error(None, str(incomplete))
            else:
                said = {"new": new, "known": len(log.entries) - new}
                messages.success(request, _("Imported: %(new)s. Already here: %(known)s.") % said)
                return redirect("pages:hours", shown.pk)
    refused = bool(form.errors or (log and log.faults))
    context = {
        "apprenticeship": shown,
        "is_own": is_own,
        "form": form,
        "log": log,
        "text": form.cleaned_data.get("text", "") if log else "",
        "new_count": len(log.entries) - log.known if log else 0,
        "shown": [
            {"day": moments.short_day(words.happened_on), "time": in_words(words.minutes), "note": words.note}
            for _pk, words in log.entries[:MOST_SHOWN]
        ]
        if log
        else [],
    }
    return render(request, "programme/hours_import.html", context, status=422 if refused else 200)
