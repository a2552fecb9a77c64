"""Forms with which a training plan is drawn up and offered."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Apprenticeship
from core.fields import DayField
from pages.programme.hour_forms import codes_in
from pages.whole_forms import WholeForm
from programme.models import NOT_COUNTED, Kind
from programme.planning.plan import MOST_HOURS, Item


class PlanItemForm(WholeForm):
    """One thing that is taught."""

    item = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What is taught?"), max_length=200, error_messages={"required": _("Say what is taught.")}
    )
    kind = forms.ChoiceField(
        label=_("What kind?"), choices=[(kind.value, kind.label) for kind in Kind if kind not in NOT_COUNTED]
    )
    deliverer = forms.CharField(
        label=_("Who delivers it?"), max_length=200, error_messages={"required": _("Say who delivers it.")}
    )
    due_on = DayField(label=_("To be finished by"), error_messages={"required": _("Enter the day.")})
    hours = forms.IntegerField(
        label=_("Off-the-job hours"),
        min_value=1,
        max_value=MOST_HOURS,
        error_messages={"required": _("Enter the hours planned for it.")},
    )
    ksbs = forms.CharField(
        label=_("KSBs (knowledge, skills and behaviours) it covers"),
        max_length=600,
        required=False,
        help_text=_("Codes such as K1, S3. A KSB is due when the last item that covers it is finished."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship, item: Item | None = None
    ) -> None:
        initial: dict[str, Any] = {"item": uuid4()}
        if item:
            initial = item._asdict() | {"item": item.id, "ksbs": ", ".join(item.ksbs)}
        super().__init__(data, initial=initial)
        self.apprenticeship = apprenticeship

    def clean_ksbs(self) -> tuple[str, ...]:
        """The codes that were typed."""
        return tuple(codes_in(self.cleaned_data["ksbs"], self.apprenticeship))

    def said(self) -> Item:
        """The item, once the form is valid."""
        given = self.cleaned_data
        return Item(
            str(given["item"]),
            given["title"],
            given["kind"],
            given["deliverer"],
            given["due_on"],
            given["hours"],
            given["ksbs"],
        )


class OfferPlanForm(forms.Form):
    """Why there is another version of a plan; of the first, nothing is asked."""

    reason = forms.CharField(
        label=_("Why has the plan changed?"),
        help_text=_("All three will read this and sign the new version. Until they have, the earlier one applies."),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: QueryDict | None = None, *, is_first: bool) -> None:
        super().__init__(data)
        if is_first:
            self.fields["reason"].widget = forms.HiddenInput()
