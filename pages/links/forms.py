"""Forms with which somebody asks for a confirmation, and those of the people who are asked."""

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import EmployerContact
from assessments.workflow import Said
from core.fields import EmailAddressField, NameField
from pages.tokens import FormWithToken
from pages.whole_forms import WholeForm
from programme.scanning.ratings import field_of
from signing.models import Purpose

_NAME = {"required": _("Enter their full name.")}


class AskTestimonyForm(FormWithToken):
    """Who is asked to confirm a piece of evidence: somebody who saw it, or somebody who knows the work."""

    kind = forms.ChoiceField(
        label=_("How can they confirm it?"),
        choices=[
            (Purpose.WITNESS, _("They saw it happen (a witness)")),
            (Purpose.EXPERT, _("They know this kind of work (an expert)")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a witness or an expert.")},
    )
    name = NameField(error_messages=_NAME)
    email = EmailAddressField(help_text=_("We will email them a link that works for 14 days. They need no account."))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper()
        self.helper.layout = Layout("token", "kind", "name", "email", Submit("ask", _("Send the request")))


class AskEmployerForm(FormWithToken):
    """Which of the contacts recorded at the employer is asked."""

    contact = forms.ChoiceField(
        label=_("Who should confirm?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who should confirm.")},
    )

    def __init__(self, data: QueryDict | None = None, *, contacts: Iterable[EmployerContact]) -> None:
        super().__init__(data)
        choices = [(str(one.pk), f"{one.name}, {one.email}") for one in contacts]
        cast(forms.ChoiceField, self.fields["contact"]).choices = choices
        if len(choices) == 1:
            self.fields["contact"].initial = choices[0][0]
        self.helper = FormHelper()
        self.helper.layout = Layout("token", "contact", Submit("ask", _("Send the request")))


class _AnswerForm(WholeForm):
    """A form on the page of a link, which has several and puts their buttons where they belong."""

    def __init__(self, data: QueryDict | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))


class SignForm(_AnswerForm):
    """Who signs. What they sign stands on the button."""

    shown = forms.CharField(max_length=100, widget=forms.HiddenInput)
    name = NameField(label=_("Your full name"), error_messages={"required": _("Enter your name.")})
    role = forms.CharField(
        label=_("Your job title, or how you know them"),
        max_length=150,
        error_messages={"required": _("Enter your job title, or how you know the apprentice.")},
    )
    comment = forms.CharField(
        label=_("Anything to add? (optional)"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: QueryDict | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        for name, known in (("name", "name"), ("role", "organization-title")):
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = known

    def ask_ratings(self, codes: Iterable[str]) -> None:
        """Have a field for each KSB that is rated, so that what is missing is said there."""
        for code in codes:
            self.fields[field_of(code)] = forms.CharField(label=code, required=False, widget=forms.RadioSelect)


class BehavioursForm(SignForm):
    """The employer’s answer on each behaviour, and who gives it."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        content: Mapping[str, Any],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.behaviours: list[dict[str, Any]] = content["behaviours"]
        for behaviour in self.behaviours:
            code = behaviour["code"]
            self.fields[f"answer_{code}"] = forms.ChoiceField(
                label=_("Do you see %(code)s at work?") % {"code": code},
                choices=[("verified", _("Yes, verified")), ("not_yet", _("Not yet"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Answer for %(code)s.") % {"code": code}},
            )
            self.fields[f"words_{code}"] = forms.CharField(
                label=_("What is missing for %(code)s?") % {"code": code},
                max_length=1_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each behaviour with its two fields."""
        return [
            behaviour | {"answer": self[f"answer_{behaviour['code']}"], "words": self[f"words_{behaviour['code']}"]}
            for behaviour in self.behaviours
        ]

    def said(self) -> dict[str, Any]:
        """What is signed, once it is valid: words stand only beside what is not verified."""
        given = dict(self.cleaned_data)
        answers = {}
        for behaviour in self.behaviours:
            answer, words = given.pop(f"answer_{behaviour['code']}"), given.pop(f"words_{behaviour['code']}")
            is_verified = answer == "verified"
            answers[behaviour["ksb"]] = Said(is_verified, "" if is_verified else words)
        return {**given, "answers": answers}


def answer_fields(content: Mapping[str, Any]) -> list[str]:
    """The names of the fields in which somebody answers for each behaviour."""
    return [f"{what}_{behaviour['code']}" for behaviour in content["behaviours"] for what in ("answer", "words")]


class MentorAnswerForm(BehavioursForm):
    """The same by the mentor in the app, whose name is known."""

    name = None  # type: ignore[assignment]
    role = None  # type: ignore[assignment]


def for_later(form: SignForm) -> SignForm:
    """The same form, of which nothing has to be there: what was typed before somebody stopped."""
    del form.fields["shown"]
    for field in form.fields.values():
        field.required = False
    return form


class DeclineForm(_AnswerForm):
    """Why somebody does not sign."""

    reason = forms.CharField(
        label=_("Why can you not confirm this?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever asked you will read this, and so can the apprentice."),
        error_messages={"required": _("Say why you cannot confirm this.")},
    )


class PassOnForm(_AnswerForm):
    """Who should be asked instead."""

    name = NameField(label=_("Their full name"), error_messages=_NAME)
    email = EmailAddressField(label=_("Their email address"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        # Beside the form to sign, whose fields are called the same.
        self.auto_id = "id_other_%s"


class PassOnAtEmployerForm(_AnswerForm):
    """Which other contact at the employer should be asked instead: the provider recorded them."""

    contact = forms.ChoiceField(
        label=_("Who should answer?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of these people."),
            "invalid_choice": _("Choose one of these people."),
        },
    )

    def __init__(self, data: QueryDict | None = None, *, contacts: Iterable[EmployerContact]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["contact"]).choices = [(str(one.pk), one.name) for one in contacts]

    def chosen(self) -> UUID:
        """The id of the contact, once it is valid."""
        return UUID(self.cleaned_data["contact"])
