"""Forms for evidence and for enrolling apprentices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, cast
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Apprenticeship
from core.fields import DayField
from core.readable import readable
from files.file_types import MAX_FILES, max_size_in_words
from portfolios.content import EvidenceContent
from portfolios.coverage import shown_claims
from portfolios.mapping import ClaimableKsb, claimable_ksbs
from portfolios.models import Evidence, EvidenceKind
from portfolios.prompts import LONGEST_PROMPT, Prompt, prompts_for

#: The kinds as the form offers them: beside the field's words, what they mean.
_MEANS = {
    EvidenceKind.WORK_PRODUCT: _("something I made or did"),
    EvidenceKind.WITNESS_TESTIMONY: _("someone who saw it"),
    EvidenceKind.PROFESSIONAL_DISCUSSION: _("a talk with my assessor"),
    EvidenceKind.REFLECTIVE_ACCOUNT: _("my thoughts on it"),
}
KINDS = [
    (kind.value, format_lazy("{} ({})", kind.label, _MEANS[kind]) if kind in _MEANS else kind.label)
    for kind in EvidenceKind
]
#: So many prompts with answers a form may bring: those of one kind, and what was answered to others before.
MOST_ANSWERS = 100
LONGEST_ANSWER = 5_000


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Any number of files; cleans to a list. What each file is, is judged when it is stored."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        return [file for file in (data if isinstance(data, list | tuple) else [data]) if file]


@dataclass
class KsbChoice:
    """One KSB in the form: whether it is claimed and why, as it stands or as it was sent."""

    ksb: ClaimableKsb
    is_met: bool
    is_claimed: bool
    why: str
    #: The field of the reason where it was sent and cannot be kept.
    refused: forms.BoundField | None = None


@dataclass
class PromptBox:
    """One prompt in the form with its box. A former one is not asked for this kind now, but its answer stays."""

    prompt: forms.BoundField
    answer: forms.BoundField
    is_former: bool


class EvidenceForm(forms.Form):
    """A piece of evidence: what was done and when, files, and for each KSB whether it is claimed and why.

    A draft may leave anything empty. `claim_K1` and `why_K1` are the fields of K1; `answer_1` is the answer to what
    `prompt_1` asks. A field that was not sent is not an empty one: what stands there stays. A box that is not ticked is
    never sent, so `shown` names the boxes that the page had: only those are unticked.
    """

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    #: The revision that this text replaces on purpose: what stood there is kept as a version.
    replaces = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        required=False,
        help_text=_("We suggest one from what you add. Change it if you like."),
    )
    kind = forms.ChoiceField(
        label=_("Kind of evidence"),
        choices=KINDS,
        required=False,
        error_messages={"invalid_choice": _("Choose what kind of evidence it is.")},
    )
    narrative = forms.CharField(
        label=_("What I did"),
        max_length=20_000,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-markdown": ""}),
        help_text=_("What you did and what it shows, in your own words. Leave out customers’ names."),
    )
    happened_on = DayField(label=_("When it happened"), required=False)
    files = MultipleFileField(label=_("Add files"), required=False)  # type: ignore[assignment]  # a field of this name
    is_showcase = forms.BooleanField(
        label=_("Mark as one of my best"), required=False, help_text=_("It comes first in your portfolio.")
    )

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
        submitted, self.left_out = shown_claims(evidence) if evidence else ([], [])
        self.standing_claims = {claim.ksb_id: claim for claim in submitted + self.left_out}
        #: What was written about KSBs that the piece does not claim now.
        self.kept_lines = evidence.kept_lines if evidence else {}
        #: The code of a KSB that a new piece is begun for.
        self.begun_for = ""
        begun = EvidenceContent.begun()
        initial: dict[str, Any] = {"token": uuid4(), "kind": begun.kind, "happened_on": begun.happened_on}
        if evidence:
            initial |= {
                "revision": evidence.revision,
                "title": evidence.title,
                "kind": evidence.kind,
                "narrative": evidence.narrative,
                "happened_on": evidence.happened_on,
                "is_showcase": evidence.is_showcase,
            }
        super().__init__(data, files, initial=initial)
        self.fields["files"].help_text = _("Up to %(count)s files of up to %(size)s each.") % {
            "count": MAX_FILES,
            "size": max_size_in_words(),
        }
        self.ksbs = claimable_ksbs(apprenticeship)
        self.met = {ksb_id for ksb_id, claim in self.standing_claims.items() if claim.is_met}
        if data is not None:
            self._add_claims()
        sent = answers_in(data) if data is not None else None
        if sent is None:
            self.ask(initial["kind"], evidence.answers if evidence else [])
        else:
            self._add_prompts([Prompt(one["prompt"]) for one in sent], [])
        self.has_sent_answers = sent is not None
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def _add_claims(self) -> None:
        """The two fields of each KSB, to check what was sent. A page that shows what stands needs none of them."""
        for ksb in self.ksbs:
            claim = self.standing_claims.get(ksb.pk)
            self.fields[f"claim_{ksb.code}"] = forms.BooleanField(
                label=f"{ksb.code}: {readable(ksb.statement)}", required=False, initial=claim is not None
            )
            self.fields[f"why_{ksb.code}"] = forms.CharField(
                label=_("How does it show %(code)s?") % {"code": ksb.code},
                max_length=2_000,
                required=False,
                initial=claim.justification if claim else self.kept_lines.get(ksb.pk, ""),
            )

    def ask(self, kind: str, answers: Sequence[Mapping[str, str]]) -> None:
        """Give the form a box for each prompt of `kind`, and one for each answer to a prompt that it does not have."""
        self._add_prompts(prompts_for(self.apprenticeship.provider_id, kind), answers)

    def _add_prompts(self, prompts: Sequence[Prompt], answers: Sequence[Mapping[str, str]]) -> None:
        texts = {one["prompt"]: one["text"] for one in answers}
        asked = [(str(one.prompt), str(one.hint), False) for one in prompts]
        known = {prompt for prompt, _hint, _is_former in asked}
        asked += [(prompt, "", True) for prompt, text in texts.items() if prompt not in known and text.strip()]
        self.asked = {}
        for number, (prompt, hint, is_former) in enumerate(asked[:MOST_ANSWERS], start=1):
            self.asked[number] = is_former
            self.fields[f"prompt_{number}"] = forms.CharField(
                widget=forms.HiddenInput, max_length=LONGEST_PROMPT, required=False, initial=prompt
            )
            self.fields[f"answer_{number}"] = forms.CharField(
                label=prompt,
                help_text=hint,
                max_length=LONGEST_ANSWER,
                required=False,
                strip=False,
                initial=texts.get(prompt, ""),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    @cached_property
    def prompts(self) -> list[PromptBox]:
        """The boxes under "What I did"."""
        return [
            PromptBox(self[f"prompt_{number}"], self[f"answer_{number}"], is_former)
            for number, is_former in self.asked.items()
        ]

    @property
    def has_answers(self) -> bool:
        """Whether anything stands in a box, so they are to be seen at once."""
        return any(box.answer.value() or box.answer.errors for box in self.prompts)

    @property
    def piece_id(self) -> UUID:
        """The id that the piece has or will have."""
        if self.evidence:
            return self.evidence.pk
        token = self.cleaned_data.get("token") if self.is_bound and hasattr(self, "cleaned_data") else None
        return cast(UUID, token or self.initial["token"])

    def clean_narrative(self) -> str:
        return str(self.cleaned_data["narrative"]).replace("\r\n", "\n")

    def choices(self) -> Iterator[KsbChoice]:
        """Each KSB that the apprentice can claim, in order."""
        for ksb in self.ksbs:
            is_met = ksb.pk in self.met
            if self.is_bound:
                why = self[f"why_{ksb.code}"]
                refused = why if why.errors else None
                yield KsbChoice(ksb, is_met, bool(self[f"claim_{ksb.code}"].value()), why.value() or "", refused)
            else:
                claim = self.standing_claims.get(ksb.pk)
                is_claimed = claim is not None or ksb.code == self.begun_for
                line = claim.justification if claim else self.kept_lines.get(ksb.pk, "")
                yield KsbChoice(ksb, is_met, is_claimed, line)

    @property
    def tick_boxes(self) -> str:
        """What a page with this form sends as `shown`: the names of its boxes."""
        return " ".join([*(f"claim_{ksb.code}" for ksb in self.ksbs), "is_showcase"])

    def _given(self, name: str, standing: Any) -> Any:
        """What was sent for a field, or what stands there if nothing was or if it cannot be kept."""
        return self.cleaned_data.get(name, standing) if name in self.data else standing

    def claims(self) -> dict[UUID, str]:
        """The claimed KSBs and the line for each."""
        shown = self.data.get("shown", "").split()
        claimed = {}
        for ksb in self.ksbs:
            claim = self.standing_claims.get(ksb.pk)
            is_left = claim is not None and (claim.is_met or f"claim_{ksb.code}" not in shown)
            if is_left or self.cleaned_data.get(f"claim_{ksb.code}"):
                claimed[ksb.pk] = self._given(f"why_{ksb.code}", claim.justification if claim else "")
        return claimed

    def lines(self) -> dict[UUID, str]:
        """The line about each KSB as it was sent, whether the KSB is claimed or not."""
        sent = ((ksb.pk, f"why_{ksb.code}") for ksb in self.ksbs)
        return {pk: self.cleaned_data[name] for pk, name in sent if name in self.data and name in self.cleaned_data}

    def answers(self) -> list[dict[str, str]]:
        """The answers as sent, and those to prompts that were not sent as they stand."""
        texts = {one["prompt"]: one["text"] for one in self.evidence.answers} if self.evidence else {}
        for number in self.asked if self.has_sent_answers else ():
            if prompt := self.cleaned_data.get(f"prompt_{number}"):
                text = self._given(f"answer_{number}", texts.get(prompt, ""))
                texts[prompt] = text.replace("\r\n", "\n")
        return [{"prompt": prompt, "text": text} for prompt, text in texts.items()]

    def content(self) -> EvidenceContent:
        """What can be saved: what was sent and is valid, and for the rest what was there before."""
        kept = self.evidence or Evidence()
        return EvidenceContent.written(
            title=self._given("title", kept.title),
            narrative=self._given("narrative", kept.narrative),
            happened_on=self._given("happened_on", kept.happened_on),
            claims=self.claims(),
            kind=self.cleaned_data.get("kind") or kept.kind,
            answers=self.answers(),
        )

    @property
    def shown_first(self) -> bool | None:
        """Whether the piece is to be shown first; None where the page had no box for it."""
        has_box = "is_showcase" in self.data.get("shown", "").split()
        return self.cleaned_data.get("is_showcase") if has_box else None


def answers_in(data: QueryDict) -> list[dict[str, str]] | None:
    """The prompts that a form brought, with their answers; None if it had no such boxes."""
    found: list[dict[str, str]] = []
    for number in count(1):
        prompt = data.get(f"prompt_{number}")
        if prompt is None or number > MOST_ANSWERS:
            return found or None
        found.append({"prompt": prompt, "text": data.get(f"answer_{number}", "")})
    return found
