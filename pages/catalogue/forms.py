"""What people ask of the catalogue, and what they bring to it."""

from collections.abc import Iterable
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout, Submit
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import capfirst, filesizeformat
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.fields import DayField, EmailAddressField, NameField
from core.words import Words
from occupations.importing.identity import Given
from occupations.importing.known_formats import FORMATS
from occupations.importing.preview import Source
from occupations.listing import Choices
from occupations.models import Green, StandardVersion
from occupations.uploads import MAX_BYTES, MAX_FILES
from pages.catalogue.version_names import version_key, version_name

Pairs = list[tuple[Words, Any]]


class StandardSearchForm(forms.Form):
    """Words to look for among the standards, and filters by what is held."""

    words = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        error_messages={
            "max_length": _("Your search must be 100 characters or fewer."),
            "null_characters_not_allowed": _("Search using letters and numbers."),
        },
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": _("Title, job, ST number or any skill")}
        ),
    )
    route = forms.ChoiceField(label=_("Route"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    green = forms.ChoiceField(
        label=_("Green occupations"),
        required=False,
        choices=[("", _("All")), ("any", _("All green occupations")), *Green.choices],
    )
    product = forms.ChoiceField(label=_("Way to train"), required=False)
    favourites = forms.BooleanField(label=_("My favourites only"), required=False)

    def __init__(self, *args: Any, held: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bands: Pairs = [
            ("technical", _("Technical (levels 2–3)")),
            ("higher", _("Higher Technical (levels 4–5)")),
            ("professional", _("Professional (levels 6–7)")),
        ]
        levels = [(str(level), _("Level %(level)s") % {"level": level}) for level in held.levels]
        self._choose("route", _pairs(held.routes))
        self._choose("level", [(_("Bands"), bands), (_("Levels"), levels)] if levels else bands)
        self._choose("status", _pairs(held.statuses))
        self._choose("product", _pairs(held.products))
        for name, is_useful in (("product", held.products), ("green", held.is_any_green)):
            if not is_useful and not self.data.get(name):
                del self.fields[name]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = _("No standards here match this. Choose something else.")

    def _choose(self, name: str, pairs: Pairs) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", _("All")), *pairs]

    @property
    def filters(self) -> dict[str, Any]:
        """What was asked for, as far as it can be."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}


class DutyLensForm(forms.Form):
    """What somebody did, in their own words."""

    did = forms.CharField(
        label=_("Today I …"),
        max_length=2_000,
        help_text=_("A sentence or two, as you would tell a friend. We do not save it."),
        error_messages={
            "required": _("Say what you did in a few words."),
            "max_length": _("This must be 2,000 characters or fewer."),
            "null_characters_not_allowed": _("Use letters and numbers."),
        },
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CompareForm(forms.Form):
    """Two texts of a standard to hold against each other."""

    def __init__(self, versions: list[StandardVersion], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        choices = [(version_key(version), capfirst(version_name(version))) for version in versions]
        self.fields["from"] = forms.ChoiceField(label=_("From"), choices=choices)
        self.fields["to"] = forms.ChoiceField(label=_("To"), choices=choices)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper


class _ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _ManyFilesField(forms.FileField):
    """Any number of files; cleans to a list."""

    widget = _ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        return [file for file in (data if isinstance(data, list | tuple) else [data]) if file]


#: How the form names the two places that standards are imported to.
CATALOGUE, OWN = "catalogue", "own"


class ImportForm(forms.Form):
    """Files or pasted text with standards in them."""

    owner = forms.ChoiceField(
        label=_("Who can use these standards?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who can use these standards.")},
    )
    files = _ManyFilesField(  # type: ignore[assignment]  # a field of this name
        label=_("Files"),
        required=False,
        help_text=_("JSON, text, HTML, CSV or Markdown. Up to %(count)s files, %(size)s in total.")
        % {"count": MAX_FILES, "size": filesizeformat(MAX_BYTES)},
        widget=_ManyFilesInput(
            attrs={
                "accept": ".json,.txt,.html,.htm,.csv,.md",
                "data-file-list": "",
                "data-max-bytes": MAX_BYTES,
                "data-say-too-large": _(", too large: the limit is {most}"),
                "data-say-one-too-large": _("A file is too large. Each file can be up to {most}."),
            }
        ),
    )
    text = forms.CharField(
        label=_("Or paste the text of a page"),
        required=False,
        strip=False,
        max_length=1_000_000,
        help_text=_("For example, a whole occupational map page copied from your browser."),
        error_messages={
            "max_length": _("This is more than a million characters. Save it as a file and choose the file above."),
            "null_characters_not_allowed": _("This text contains unreadable characters. Copy it again."),
        },
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
    format = forms.ChoiceField(
        label=_("Format"),
        required=False,
        choices=[("", _("Detect from the content")), *((known.name, capfirst(known.label)) for known in FORMATS)],
        help_text=_("Only choose one if the format was not recognised."),
    )
    reference = forms.RegexField(
        r"^\s*(?i:ST|FA|AU)[0-9]{4}\s*$",
        label=_("Reference"),
        required=False,
        help_text=_(
            "Only if the source does not say which standard it is for, such as a spreadsheet. For example, ST0321."
        ),
        error_messages={"invalid": _("Enter a reference as two letters and four numbers, like ST0321.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "size": 8}),
    )
    version = forms.RegexField(
        r"^\s*[0-9]{1,3}\.[0-9]{1,3}\s*$",
        label=_("Version"),
        required=False,
        help_text=_("Only if the source does not say. For example, 1.1."),
        error_messages={"invalid": _("Enter a version as two numbers with a full stop between them, like 1.1.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "decimal", "size": 8}),
    )
    makes_codes = forms.BooleanField(
        label=_("Create codes for old standards with no KSB list"),
        required=False,
        help_text=_(
            "We find the knowledge, skills and behaviours (KSBs) in the text and number "
            "them. You will see them in the preview."
        ),
    )

    def __init__(self, *args: Any, owners: list[Organisation | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._owners = {OWN if owner else CATALOGUE: owner for owner in owners}
        cast(forms.ChoiceField, self.fields["owner"]).choices = [
            (name, _("Only %(provider)s") % {"provider": owner} if owner else _("Every training provider"))
            for name, owner in self._owners.items()
        ]
        if len(owners) == 1:
            del self.fields["owner"]

    def chosen_owner(self) -> Organisation | None:
        """The provider whose private standards these are to be; None for the catalogue."""
        if len(self._owners) == 1:
            return next(iter(self._owners.values()))
        return self._owners[self.cleaned_data["owner"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        files, text = cleaned.get("files") or [], cleaned.get("text") or ""
        if not files and not text.strip() and not self.errors:
            self.add_error("files", _("Choose a file or paste some text."))
        if len(files) > MAX_FILES:
            self.add_error("files", _("Choose up to %(count)s files.") % {"count": MAX_FILES})
        elif sum(file.size for file in files) + len(text.encode(errors="replace")) > MAX_BYTES:
            self.add_error("files", _("The total size must be %(size)s or less.") % {"size": filesizeformat(MAX_BYTES)})
        return cleaned

    def given(self) -> Given:
        """What was said about the sources."""
        said = self.cleaned_data
        return Given(said["reference"].strip().upper(), said["version"].strip(), said["makes_codes"])

    def sources(self) -> list[Source]:
        """What was brought, read into memory: it is not much."""
        found = [Source(str(file.name), file.read()) for file in self.cleaned_data["files"]]
        if (text := self.cleaned_data["text"]).strip():
            found.append(Source("pasted-text.txt", text.encode(errors="replace")))
        return found

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_action = reverse_lazy("pages:import")
        helper.attrs = {"data-unsaved": ""}
        helper.add_layout(
            Layout(
                *(["owner"] if "owner" in self.fields else []),
                "files",
                "text",
                "format",
                Div("reference", "version", css_class="import-given"),
                "makes_codes",
                Div(Submit("read", _("Check import")), css_class="form-actions"),
            )
        )
        return helper


class InviteKeeperForm(forms.Form):
    """Whom to invite to look after the catalogue."""

    name = NameField(error_messages={"required": _("Enter their full name.")})
    email = EmailAddressField(help_text=_("We will email the invitation to this address. They will sign in with it."))
    role_ends_on = DayField(label=_("Access ends on (optional)"), required=False)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.add_layout(Layout("name", "email", "role_ends_on", Submit("invite", _("Send invitation"))))
        return helper


def _pairs(values: Iterable[str]) -> Pairs:
    return [(value, value) for value in values]
