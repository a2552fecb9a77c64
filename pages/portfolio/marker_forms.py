"""The forms on the page of a file: marking a place, and writing down what is said."""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import KsbProgress
from core.actor import Actor
from core.readable import readable
from occupations.models import Ksb
from pages.tokens import FormWithToken
from pages.whole_forms import WholeForm
from portfolios.markers import milliseconds
from portfolios.models import EvidenceFile

_REGION = ("left", "top", "width", "height")


def _label(ksb: Ksb) -> str:
    return f"{ksb.code}: {readable(ksb.statement)}"


class MarkerForm(FormWithToken):
    """A place in one file and the KSB it shows. Which fields it has depends on what the file is."""

    ksb = forms.ChoiceField(label=_("Which KSB does it show?"))
    starts = forms.CharField(
        label=_("From"), max_length=12, required=False, help_text=_("Minutes and seconds, such as 3:12.")
    )
    ends = forms.CharField(label=_("To"), max_length=12, required=False, help_text=_("Leave it out for a moment."))
    page = forms.IntegerField(label=_("Page"), required=False, min_value=1, max_value=32_000)
    left, top, width, height = (
        forms.IntegerField(required=False, min_value=0, max_value=10_000, widget=forms.HiddenInput) for _name in _REGION
    )
    note = forms.CharField(label=_("What can be seen or heard there"), max_length=300, required=False)

    def __init__(self, data: QueryDict | None = None, *, file: EvidenceFile, actor: Actor) -> None:
        super().__init__(data, auto_id="marker_%s")
        self.file = file
        rows = (
            KsbProgress.objects.visible_to(actor)
            .filter(apprenticeship=file.evidence.apprenticeship_id)
            .select_related("ksb")
            .in_order()
        )
        claimed = set(file.evidence.claims.values_list("ksb", flat=True))
        cast(forms.ChoiceField, self.fields["ksb"]).choices = [
            ("", _("Choose a KSB")),
            (_("Claimed by this piece"), [(row.ksb_id, _label(row.ksb)) for row in rows if row.ksb_id in claimed]),
            (_("Other KSBs"), [(row.ksb_id, _label(row.ksb)) for row in rows if row.ksb_id not in claimed]),
        ]
        is_recording = file.media_kind in ("audio", "video")
        has_pages = not is_recording and file.media_kind not in ("image", "text")
        unused = [] if is_recording else ["starts", "ends"]
        unused += [] if has_pages else ["page"]
        unused += list(_REGION) if is_recording or file.media_kind == "text" else []
        for name in unused:
            del self.fields[name]
        if is_recording:
            self.fields["starts"].required = True
        if has_pages:
            self.fields["page"].required = True
            vars(self.fields["page"])["max_value"] = file.page_count
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def can_mark(self) -> bool:
        """Whether there are places to mark in such a file."""
        return self.file.media_kind != "text"

    def clean_starts(self) -> int | None:
        return self._time("starts")

    def clean_ends(self) -> int | None:
        return self._time("ends")

    def _time(self, name: str) -> int | None:
        text = self.cleaned_data[name]
        time = milliseconds(text) if text else None
        if text and time is None:
            raise forms.ValidationError(_("Give a time in minutes and seconds, such as 3:12."))
        return time

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.file.media_kind == "image" and not self.errors and cleaned.get("left") is None:
            raise forms.ValidationError(_("Draw the area on the picture first."))
        return cleaned

    @property
    def place(self) -> dict[str, Any]:
        """The place as `add_marker` takes it."""
        given = self.cleaned_data
        return {
            "starts_ms": given.get("starts"),
            "ends_ms": given.get("ends"),
            "page": given.get("page"),
            **{name: given.get(name) for name in _REGION},
        }


class TranscriptForm(WholeForm):
    """What is said in a recording."""

    transcript = forms.CharField(
        label=_("What is said"),
        max_length=50_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Type or paste what is said. You can search for it, and it helps people who cannot listen."),
    )

    def __init__(self, data: QueryDict | None = None, *, file: EvidenceFile) -> None:
        super().__init__(data, initial={"transcript": file.transcript})
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
