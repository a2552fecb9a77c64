"""The form with which somebody's role ends and whom they look after is handed over."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from apprenticeships.workflow import NOBODY
from assessments.leaving import LookedAfter
from pages.addresses import addresses_of
from pages.people.enrolment_forms import members
from pages.templatetags.when import when


class HandOverForm(forms.Form):
    """Why it ends, and who takes over: one choice for all learners that somebody leads, and another for any of them."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        membership: Membership,
        led: list[LookedAfter],
    ) -> None:
        super().__init__(data)
        self.helper = FormHelper()
        self.led = [one.apprenticeship for one in led]
        self.fields["reason"] = forms.CharField(
            label=_("Why does it end?"),
            max_length=2_000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Admins of the training provider can read this."),
            error_messages={"required": _("Say why.")},
        )
        if not led:
            return
        self.people = {
            str(one.pk): one
            for one in members(membership.organisation, Role(membership.role))
            if one.pk != membership.user_id
        }
        choices = [(NOBODY.value, _("Nobody for now")), *((key, one.name) for key, one in self.people.items())]
        self.fields["to_all"] = forms.ChoiceField(
            label=_("Who takes over?"),
            choices=[("", _("Choose somebody, or nobody")), *choices],
            error_messages={"required": _("Choose who takes over, or “Nobody for now”.")},
        )
        for one in led:
            self.fields[_name(one.apprenticeship)] = forms.ChoiceField(
                label=_("Who takes over %(name)s?") % {"name": one.name},
                choices=[("", _("The same")), *choices],
                required=False,
            )

    def hand_over(self) -> dict[UUID, User | None]:
        """Who takes over each, by the id of the apprenticeship; None is nobody. The form is valid."""
        given = self.cleaned_data
        return {pk: self.people.get(given[_name(pk)] or given["to_all"]) for pk in self.led}


def _name(apprenticeship: UUID) -> str:
    return f"to_{apprenticeship.hex}"


def rows_of_leaving(learners: Iterable[LookedAfter], form: HandOverForm) -> list[dict[str, Any]]:
    """A row for each learner, with the field that asks who takes over where somebody has to."""
    address = addresses_of("coverage")
    return [
        {
            "name": one.name,
            "address": address(one.apprenticeship),
            "is_cover": one.is_cover,
            "waiting": one.waiting,
            "oldest": when(one.oldest_at) if one.oldest_at else "",
            "begun": one.begun,
            "half_written": one.half_written,
            "field": None if one.is_cover else form[_name(one.apprenticeship)],
        }
        for one in learners
    ]
