"""Forms for evidence and for enrolling apprentices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from occupations.models import Ksb
from portfolios.file_types import max_size_in_words
from portfolios.models import Apprenticeship, Evidence
from portfolios.upload_handlers import MAX_FILES


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Any number of files; cleans to a list. What each file is, is judged when it is stored."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [file for file in (data if isinstance(data, list | tuple) else [data]) if file]


@dataclass
class KsbChoice:
    """One KSB in the form: whether it is claimed and why."""

    ksb: Ksb
    claim: forms.BoundField
    why: forms.BoundField
    is_met: bool


class EvidenceForm(forms.Form):
    """A piece of evidence: what was done and when, files, and for each KSB whether it is claimed and why.

    A draft may leave anything out. `claim_K1` and `why_K1` are the fields of K1.
    """

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("A few words that you will know it by, such as “Advert for a warehouse operative”."),
    )
    narrative = forms.CharField(
        label=_("What I did"),
        max_length=20_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Say what you did, how you did it and why, in your own words. Leave out customers’ names."),
    )
    happened_on = forms.DateField(
        label=_("When it happened"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give the date as day, month and year, such as 3 March 2026.")},
    )
    files = MultipleFileField(label=_("Add files"), required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        apprenticeship: Apprenticeship,
        evidence: Evidence | None = None,
    ) -> None:
        self.apprenticeship = apprenticeship
        self.evidence = evidence
        standing = {claim.ksb_id: claim for claim in evidence.claims.all()} if evidence else {}
        initial: dict[str, Any] = {"token": uuid4()}
        if evidence:
            initial |= {
                "revision": evidence.revision,
                "title": evidence.title,
                "narrative": evidence.narrative,
                "happened_on": evidence.happened_on,
            }
        super().__init__(data, files, initial=initial)
        self.fields["files"].help_text = _("Up to %(count)s files of up to %(size)s each.") % {
            "count": MAX_FILES,
            "size": max_size_in_words(),
        }
        # For the script that warns before a large file is sent.
        self.fields["files"].widget.attrs["data-max-bytes"] = settings.EVIDENCE_FILE_MAX_BYTES
        self.ksbs = list(Ksb.objects.filter(version=apprenticeship.standard_version_id).in_order())
        self.met = {ksb_id for ksb_id, claim in standing.items() if claim.is_met}
        for ksb in self.ksbs:
            claim = standing.get(ksb.pk)
            self.fields[f"claim_{ksb.code}"] = forms.BooleanField(
                label=f"{ksb.code}: {ksb.statement}", required=False, initial=claim is not None
            )
            self.fields[f"why_{ksb.code}"] = forms.CharField(
                label=_("How does it show %(code)s?") % {"code": ksb.code},
                max_length=2_000,
                required=False,
                initial=claim.justification if claim else "",
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def cleaned_token(self) -> UUID:
        """The id that the piece has or will have: the token that was sent, where it is one."""
        return (self.cleaned_data.get("token") if self.is_bound else None) or self.initial["token"]

    def choices(self) -> Iterator[KsbChoice]:
        """Each KSB of the standard with its two fields, in order."""
        for ksb in self.ksbs:
            yield KsbChoice(ksb, self[f"claim_{ksb.code}"], self[f"why_{ksb.code}"], ksb.pk in self.met)

    def choices_by_type(self) -> list[tuple[str, list[KsbChoice]]]:
        """The choices under the heading of their type, in order."""
        groups: dict[str, list[KsbChoice]] = {}
        for choice in self.choices():
            groups.setdefault(choice.ksb.get_type_display(), []).append(choice)
        return list(groups.items())

    def claims(self) -> dict[UUID, str]:
        """The claimed KSBs and the line for each, as far as they are valid."""
        return {
            ksb.pk: self.cleaned_data.get(f"why_{ksb.code}", "")
            for ksb in self.ksbs
            if self.cleaned_data.get(f"claim_{ksb.code}") or ksb.pk in self.met
        }

    def words(self) -> dict[str, Any]:
        """What can be saved: what was given and is valid, and for the rest what was there before."""
        kept = self.evidence
        return {
            "title": self.cleaned_data.get("title", kept.title if kept else ""),
            "narrative": self.cleaned_data.get("narrative", kept.narrative if kept else ""),
            "happened_on": self.cleaned_data.get("happened_on", kept.happened_on if kept else None),
            "claims": self.claims(),
        }
