"""Forms with which a training provider's admins set limits and prompts."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from pages.whole_forms import WholeForm
from portfolios.models import PortfolioPolicy
from portfolios.models.policy import GIGABYTE
from portfolios.prompts import LONGEST_HINT, LONGEST_PROMPT, MOST_PROMPTS, Prompt


class PolicyForm(forms.Form):
    """What a piece of evidence needs, and how much may be stored."""

    claims_per_piece = forms.IntegerField(
        label=_("Suggested limit of KSBs in one piece of evidence"),
        min_value=1,
        max_value=99,
        help_text=_(
            "KSBs are knowledge, skills and behaviours. Above this number we show a reminder. It doesn't block anyone."
        ),
    )
    wants_line_per_claim = forms.BooleanField(
        label=_("Ask for a line about each KSB"),
        required=False,
        help_text=_("Apprentices then say how the evidence shows each one. Otherwise one explanation is enough."),
    )
    apprentice_quota_gb = forms.IntegerField(
        label=_("Storage for one apprentice, in GB"),
        min_value=1,
        max_value=10_000,
        help_text=_("For all the files in one apprenticeship."),
    )
    provider_quota_gb = forms.IntegerField(
        label=_("Storage for all apprentices, in GB"), min_value=1, max_value=1_000_000
    )

    def __init__(self, data: QueryDict | None = None, *, policy: PortfolioPolicy) -> None:
        initial = {
            "claims_per_piece": policy.claims_per_piece,
            "wants_line_per_claim": policy.wants_line_per_claim,
            "apprentice_quota_gb": max(policy.apprentice_quota_bytes // GIGABYTE, 1),
            "provider_quota_gb": max(policy.provider_quota_bytes // GIGABYTE, 1),
        }
        super().__init__(data, initial=initial)
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.fields, Submit("save", _("Save limits")))

    def limits(self) -> dict[str, Any]:
        """What `workflow.set_policy` takes."""
        return {
            "claims_per_piece": self.cleaned_data["claims_per_piece"],
            "wants_line_per_claim": self.cleaned_data["wants_line_per_claim"],
            "apprentice_quota_bytes": self.cleaned_data["apprentice_quota_gb"] * GIGABYTE,
            "provider_quota_bytes": self.cleaned_data["provider_quota_gb"] * GIGABYTE,
        }


class PromptsForm(WholeForm):
    """The prompts of one kind of evidence, each with a hint; an empty one is left out."""

    def __init__(self, data: QueryDict | None = None, *, prompts: Sequence[Prompt]) -> None:
        super().__init__(data)
        for number in range(1, MOST_PROMPTS + 1):
            known = prompts[number - 1] if number <= len(prompts) else Prompt("")
            self.fields[f"prompt_{number}"] = forms.CharField(
                label=_("Prompt %(number)s") % {"number": number},
                max_length=LONGEST_PROMPT,
                required=False,
                initial=str(known.prompt),
            )
            self.fields[f"hint_{number}"] = forms.CharField(
                label=_("Hint for prompt %(number)s") % {"number": number},
                max_length=LONGEST_HINT,
                required=False,
                initial=str(known.hint),
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each prompt's field with that of its hint."""
        return [(self[f"prompt_{number}"], self[f"hint_{number}"]) for number in range(1, MOST_PROMPTS + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(1, MOST_PROMPTS + 1):
            if cleaned.get(f"hint_{number}") and not cleaned.get(f"prompt_{number}"):
                self.add_error(f"prompt_{number}", _("This hint has no prompt. Add a prompt, or delete the hint."))
        return cleaned

    def prompts(self) -> list[Prompt]:
        """Those that were given, in order."""
        given = [
            Prompt(self.cleaned_data[f"prompt_{number}"], self.cleaned_data[f"hint_{number}"])
            for number in range(1, MOST_PROMPTS + 1)
        ]
        return [one for one in given if one.prompt]
