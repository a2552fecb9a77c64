"""The form with which an admin gives learners whose work waits to another assessor."""

from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Role, User
from pages.people.enrolment_forms import members


class GiveForm(forms.Form):
    """To whom, and why. Which learners stands in the boxes of the list."""

    assessor = forms.ModelChoiceField(
        label=_("New assessor"),
        queryset=User.objects.none(),
        empty_label=_("Choose somebody"),
        error_messages={"required": _("Choose who takes over.")},
    )
    reason = forms.CharField(label=_("Reason"), max_length=2_000, error_messages={"required": _("Say why it changes.")})

    def __init__(self, data: QueryDict | None = None, *, organisation: Organisation) -> None:
        super().__init__(data)
        self.fields["assessor"].queryset = members(organisation, Role.ASSESSOR)  # type: ignore[attr-defined]
        self.chosen: list[UUID] = []
        self.wanted = set(data.getlist("learner")) if data is not None else set()

    def clean(self) -> None:
        super().clean()
        try:
            self.chosen = [UUID(key) for key in self.wanted]
        except ValueError:
            self.chosen = []
        if not self.chosen:
            self.add_error(None, _("Tick at least one learner."))
