"""The forms of a learner's file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import DayField
from pages.tokens import FormWithToken
from programme.learner_file.models import MOST_WORDS, DocumentKind, Seeing


def _readers() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Who sees it"),
        choices=Seeing.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody else does."),
    )


class DocumentForm(FormWithToken):
    """A document to add, or the next version of one."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A PDF, a photo or an Office document, up to 50 MB."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    title = forms.CharField(label=_("What it is"), max_length=200, help_text=_("Such as: Training plan, version 2."))
    kind = forms.ChoiceField(label=_("Kind of document"), choices=[("", _("Choose")), *DocumentKind.choices])
    dated_on = DayField(label=_("Date on the document"))
    readers = _readers()
    is_support = forms.BooleanField(
        label=_("This is about learning support"),
        required=False,
        help_text=_("Then only the apprentice, the lead assessor and people who were named for it see it."),
    )

    def __init__(self, data: Any = None, *, is_next: bool, writes_support: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if is_next:
            # Those of the version before.
            for name in ("kind", "readers", "is_support"):
                del self.fields[name]
        elif not writes_support:
            del self.fields["is_support"]


class ReadersForm(forms.Form):
    """Who sees a document from now on."""

    readers = _readers()


class WithdrawForm(forms.Form):
    """Why a document does not count any more."""

    reason = forms.CharField(
        label=_("Why does it not count any more?"), max_length=MOST_WORDS, widget=forms.Textarea({"rows": 2})
    )


class PlanForm(FormWithToken):
    """What a learner needs and what is done for them."""

    prefix = "plan"

    need = forms.CharField(label=_("What is needed"), max_length=MOST_WORDS, widget=forms.Textarea({"rows": 3}))
    adjustments = forms.CharField(
        label=_("What we do about it"), max_length=MOST_WORDS, widget=forms.Textarea({"rows": 3})
    )
    agreed_with = forms.CharField(label=_("Agreed with"), max_length=200)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"))


class NoteForm(FormWithToken):
    """What was done in a month."""

    prefix = "note"

    month = DayField(label=_("Month"), help_text=_("Any day in it."))
    said = forms.CharField(label=_("What was done"), max_length=MOST_WORDS, widget=forms.Textarea({"rows": 3}))


class ReaderForm(forms.Form):
    """Somebody of the provider to be named."""

    prefix = "reader"

    person = forms.ChoiceField(label=_("Let somebody else see this"))

    def __init__(self, data: Any = None, *, people: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["person"] = forms.ChoiceField(
            label=_("Let somebody else see this"), choices=[("", _("Choose")), *people]
        )
