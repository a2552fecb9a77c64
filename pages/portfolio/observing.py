"""Recording an observation or a professional discussion, by the assessor: on a phone, with KSBs marked as it runs."""

import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.seen_by import SeenBy
from apprenticeships.models import Apprenticeship
from apprenticeships.querysets import SIGHT
from assessments import workflow as assessing
from core import clock
from core.errors import Incomplete, NotAllowed, WorkflowError
from core.fields import DayField
from core.prepared import Prepared
from files.file_names import clean_name
from files.file_types import FileRefused
from files.http.upload_handlers import messages as refused_uploads
from files.http.upload_handlers import takes_files
from occupations.models import Ksb
from pages.portfolio.evidence_form.form_rows import file_rows
from pages.portfolio.evidence_form.forms import MultipleFileField
from pages.refusals import say_in
from pages.requests import Request
from pages.tokens import FormWithToken
from portfolios import access, workflow
from portfolios.content import EvidenceContent
from portfolios.models import Claim, Evidence, EvidenceKind, Marker
from portfolios.viewing import working_files

_KINDS = (EvidenceKind.OBSERVATION, EvidenceKind.PROFESSIONAL_DISCUSSION)
#: More marks than this in one form were not set by hand.
MOST_MARKS = 200
#: No recording is a week long.
LATEST_MS = 7 * 24 * 3600 * 1000


_observed = SeenBy(
    lambda actor, piece: (
        Evidence.objects.visible_to(actor)
        .filter(pk=piece, observed_by=actor.person_id)
        .select_related("apprenticeship__apprentice", "apprenticeship__standard_version__standard")
    ),
    SIGHT,
)
_applying = Prepared(
    lambda version, option=None: Ksb.objects.applying_to(version, option).order_by("position"),
    is_the_same_every_day=True,
)
_claimed = Prepared(
    lambda piece: Claim.objects.unscoped().filter(evidence=piece).values_list("ksb"), is_the_same_every_day=True
)
_markers = SeenBy(
    lambda actor, piece: (
        Marker.objects.visible_to(actor)
        .filter(file__evidence=piece, starts_ms__isnull=False)
        .order_by("file__added_at", "starts_ms")
        .values_list("pk", "ksb__code", "starts_ms", "file__name")
    ),
    SIGHT,
)
_MARK_BUTTON = (
    '<button class="btn btn-outline-primary" type="button" data-mark="{0}" data-ksb="{1}">{0}'
    '<span class="visually-hidden">: {2}</span></button> '
)


class StartForm(FormWithToken):
    """What is going to be recorded."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you record?"),
        choices=[(kind.value, kind.label) for kind in _KINDS],
        initial=EvidenceKind.OBSERVATION,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("Such as “Handling a customer’s complaint”."),
        error_messages={"required": gettext_lazy("Enter a title.")},
    )


class ObservationForm(forms.Form):
    """What was seen or said, which KSBs it shows, and where in the recording."""

    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=200, error_messages={"required": gettext_lazy("Enter a title.")}
    )
    happened_on = DayField(label=gettext_lazy("When it happened"))
    narrative = forms.CharField(
        label=gettext_lazy("Your notes"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("What you saw and heard. The apprentice reads this."),
    )
    ksbs = forms.MultipleChoiceField(
        label=gettext_lazy("KSBs that it shows"), required=False, widget=forms.CheckboxSelectMultiple
    )
    files = MultipleFileField(label=gettext_lazy("Add files"), required=False)  # type: ignore[assignment]  # a field
    marks = forms.CharField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, files: Any = None, *, evidence: Evidence, ksbs: list[Ksb]) -> None:
        initial = {
            "title": evidence.title,
            "happened_on": evidence.happened_on,
            "narrative": evidence.narrative,
            "ksbs": [str(ksb) for (ksb,) in _claimed(piece=evidence.pk)],
            "revision": evidence.revision,
        }
        super().__init__(data, files, initial=initial)
        self.applying = ksbs
        cast(forms.MultipleChoiceField, self.fields["ksbs"]).choices = [
            (str(one.pk), f"{one.code}: {one.statement}") for one in ksbs
        ]

    def clean_marks(self) -> list[dict[str, Any]]:
        """The marks that were set live, each with its id, KSB, time in milliseconds and the name of the recording."""
        try:
            given = json.loads(self.cleaned_data["marks"] or "[]")
            codes = {one.code: one.pk for one in self.applying}
            return [
                {
                    "id": UUID(one["id"]),
                    "ksb": codes[one["ksb"]],
                    "ms": _moment(one["ms"]),
                    "name": clean_name(str(one["name"])),
                }
                for one in given[:MOST_MARKS]
                if one["ksb"] in codes
            ]
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            raise forms.ValidationError(_("Not all the KSBs you marked arrived. Save again."), code="invalid") from None


def _moment(ms: Any) -> int:
    """A time in a recording, in milliseconds.

    Raises:
        ValueError: no recording is so long.
    """
    if int(ms) > LATEST_MS:
        raise ValueError
    return max(int(ms), 0)


@require_http_methods(["GET", "POST"])
def observation_new(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """Say what is going to be recorded, and begin."""
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id
    )
    if not access.observes(request.actor, apprenticeship):
        raise NotAllowed(_("Only the assessor of this apprentice can record this."))
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        content = EvidenceContent.written(title=given["title"], kind=given["kind"], happened_on=clock.today())
        try:
            made = workflow.start_observation(
                apprenticeship.pk, request.actor, evidence_id=given["token"], content=content
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            return redirect("pages:observation", made.pk)
    left = [
        {"pk": one.pk, "title": one.title or _("Untitled draft"), "by": one.observed_by.name if one.observed_by else ""}
        for one in workflow.left_behind(request.actor, apprenticeship)
    ]
    context = {"form": form, "apprenticeship": apprenticeship, "left": left}
    return render(request, "portfolio/observation_new.html", context, status=422 if form.errors else 200)


@require_POST
def observation_take_over(request: Request, apprenticeship_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Go on with what a colleague recorded who no longer assesses the apprentice."""
    apprenticeship = get_object_or_404(Apprenticeship.objects.visible_to(request.actor), pk=apprenticeship_id)
    # Nobody but its author sees the draft until it is taken over.
    whose = {"pk": evidence_id, "apprenticeship": apprenticeship, "observed_by__isnull": False}
    if not Evidence.objects.unscoped().filter(**whose).exists():
        raise Http404
    taken = workflow.take_over_observation(evidence_id, request.actor)
    messages.success(request, _("You have taken this over. You can change it and hand it over."))
    return redirect("pages:evidence" if taken.handed_over_at else "pages:observation", taken.pk)


@takes_files
@require_http_methods(["GET", "POST"])
def observation(request: Request, evidence_id: UUID) -> HttpResponse:
    """Record, note and mark; save, hand over to the apprentice, or take it back."""
    evidence: Evidence | None = _observed(request.actor, piece=evidence_id).first()
    if evidence is None:
        raise Http404
    if "take_up" in request.POST:
        workflow.take_up_observation(evidence.pk, request.actor)
        return redirect("pages:observation", evidence.pk)
    if request.method == "GET" and not (evidence.is_editable and access.can_change_evidence(request.actor, evidence)):
        return redirect("pages:evidence", evidence.pk)
    shown = evidence.apprenticeship
    option = {"option": shown.option_id} if shown.option_id else {}
    ksbs = list(_applying(version=shown.standard_version_id, **option))
    if request.method == "POST":
        return _save(request, evidence, ObservationForm(request.POST, request.FILES, evidence=evidence, ksbs=ksbs))
    return _page(request, evidence, ObservationForm(None, evidence=evidence, ksbs=ksbs))


def _save(request: Request, evidence: Evidence, form: ObservationForm) -> HttpResponse:
    """Save all that is valid, then hand over if that was pressed. Nothing typed is lost by what is refused."""
    form.is_valid()
    for refusal in refused_uploads(request):
        form.add_error("files", refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY.value
    given = form.cleaned_data
    waiting: list[str] = []
    try:
        if not form.errors:
            evidence = _keep(request, evidence, form)
        for upload in request.FILES.getlist("files"):
            workflow.add_file(evidence.pk, request.actor, upload)
        waiting = _mark(request, evidence, given.get("marks") or [])
        if not form.errors and "hand_over" in request.POST:
            if waiting:
                raise Incomplete(_("The recording is still on its way. Hand it over once it is here."), field="files")
            assessing.hand_over(evidence.pk, request.actor)
    except (Incomplete, FileRefused) as refusal:
        if isinstance(refusal, Incomplete):
            say_in(form, refusal, {"claims": "ksbs", "justification": "ksbs", "ksb": "ksbs", "starts_ms": "files"})
        else:
            form.add_error("files", str(refusal))
    except WorkflowError as refusal:
        form.add_error(None, str(refusal))
        status = refusal.status
        kept = Evidence.objects.visible_to(request.actor).filter(pk=evidence.pk).first()
        if kept and isinstance(refusal, workflow.Stale):
            # What was typed is shown, and the next save writes it.
            data = request.POST.copy()
            data["revision"] = str(kept.revision)
            form.data = data
    if form.errors:
        return _page(request, evidence, form, status=status)
    if "hand_over" in request.POST:
        name = evidence.apprenticeship.apprentice.name
        messages.success(request, _("%(name)s has it now, and confirms it by sending it.") % {"name": name})
        return redirect("pages:evidence", evidence.pk)
    messages.success(request, _("Saved."))
    return redirect("pages:observation", evidence.pk)


def _keep(request: Request, evidence: Evidence, form: ObservationForm) -> Evidence:
    given = form.cleaned_data
    times: dict[UUID, list[int]] = {}
    for mark in given["marks"]:
        times.setdefault(mark["ksb"], []).append(mark["ms"])
    for ksb, starts in (
        Marker.objects.visible_to(request.actor).filter(file__evidence=evidence).values_list("ksb", "starts_ms")
    ):
        if starts is not None:
            times.setdefault(ksb, []).append(starts)
    chosen = {UUID(one) for one in given["ksbs"]} | {mark["ksb"] for mark in given["marks"]}
    lines = {
        one.pk: _("In the recording at %(times)s.") % {"times": ", ".join(map(_clock, sorted(set(times[one.pk]))))}
        if one.pk in times
        else _("In the notes.")
        for one in form.applying
        if one.pk in chosen
    }
    content = EvidenceContent.written(
        title=given["title"],
        narrative=given["narrative"],
        happened_on=given["happened_on"],
        claims=lines,
        kind=evidence.kind,
        answers=evidence.answers,
    )
    return workflow.revise_evidence(
        evidence.pk, request.actor, revision=given["revision"], content=content, lines=lines
    )


def _clock(ms: int) -> str:
    """A time in a recording, as players show it."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02}"


def _mark(request: Request, evidence: Evidence, marks: list[dict[str, Any]]) -> list[str]:
    """Set the marks in the recordings that are here; the names of those that are not."""
    files = {file.name.rpartition(".")[0]: file.pk for file in working_files(evidence.pk)}
    waiting = set()
    for mark in marks:
        file = files.get(mark["name"].rpartition(".")[0])
        if file is None:
            waiting.add(mark["name"])
            continue
        workflow.add_marker(file, request.actor, marker_id=mark["id"], ksb_id=mark["ksb"], starts_ms=mark["ms"])
    return sorted(waiting)


@lru_cache(maxsize=64)
def _mark_buttons(ksbs: tuple[tuple[str, UUID, str], ...]) -> SafeString:
    """A button for each KSB of a standard: the same for everybody who learns it, so they are drawn once."""
    return format_html_join("", _MARK_BUTTON, ksbs)


def _page(request: Request, evidence: Evidence, form: ObservationForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "evidence": evidence,
        "evidence_id": evidence.pk,
        "apprenticeship": evidence.apprenticeship,
        "files": file_rows(working_files(evidence.pk)),
        "mark_buttons": _mark_buttons(tuple([(one.code, one.pk, one.statement) for one in form.applying])),
        "markers": [
            {"pk": pk, "code": code, "time": _clock(starts_ms), "file": name}
            for pk, code, starts_ms, name in _markers(request.actor, piece=evidence.pk)
        ],
    }
    return render(request, "portfolio/observation.html", context, status=status)
