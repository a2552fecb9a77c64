"""Forms with which a provider's admin chooses options and moves learners to another text of their standard."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Apprenticeship
from assessments.moves.moving import LearnerPreview
from occupations.crossing import Crossing
from occupations.models import Option


class OptionForm(forms.Form):
    """Which option an apprentice takes."""

    option = forms.ModelChoiceField(
        label=_("Option"),
        queryset=Option.objects.none(),
        error_messages={
            "required": _("Choose one of the options."),
            "invalid_choice": _("Choose one of the options of the standard."),
        },
    )

    def __init__(self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship) -> None:
        super().__init__(data)
        cast(
            "forms.ModelChoiceField[Any]", self.fields["option"]
        ).queryset = apprenticeship.standard_version.options.all()


class MoveForm(forms.Form):
    """Who is moved, and the option of each whose option is not in the later text (`option_` with the id)."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    learners = forms.MultipleChoiceField(
        label=_("Learners"),
        error_messages={
            "required": _("Select at least one learner."),
            "invalid_choice": _("Somebody you selected is no longer on this version. Check the list again."),
        },
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        way: Crossing,
        previews: list[LearnerPreview],
        moved: Iterable[UUID] = (),
    ) -> None:
        """`moved` are those whom this very form has moved already: sent again, it may name them."""
        super().__init__(data, initial={"token": uuid4()})
        self.previews = previews
        ids = [*(preview.apprenticeship.pk for preview in previews), *moved]
        cast(forms.ChoiceField, self.fields["learners"]).choices = [(str(pk), str(pk)) for pk in ids]
        for preview in previews:
            if preview.must_choose:
                self.fields[option_field(preview.apprenticeship)] = forms.ModelChoiceField(
                    label=_("Option for %(name)s") % {"name": preview.apprenticeship.apprentice.name},
                    queryset=way.after.options.all(),
                    required=False,
                    empty_label=_("Choose an option"),
                )

    def ticked(self) -> set[str]:
        """The ids that are ticked: at first everybody's."""
        if self.is_bound:
            return set(cast(QueryDict, self.data).getlist("learners"))
        return {str(preview.apprenticeship.pk) for preview in self.previews}

    def rows(self) -> list[tuple[LearnerPreview, bool, Any]]:
        """Each learner, whether ticked, and the field of their option if it has to be chosen."""
        ticked = self.ticked()
        return [
            (
                preview,
                str(preview.apprenticeship.pk) in ticked,
                self[option_field(preview.apprenticeship)] if preview.must_choose else None,
            )
            for preview in self.previews
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for preview in self.chosen():
            name = option_field(preview.apprenticeship)
            if preview.must_choose and not cleaned.get(name) and name not in self.errors:
                self.add_error(
                    name,
                    _("Choose an option for %(name)s. Their current option is not in the new version.")
                    % {"name": preview.apprenticeship.apprentice.name},
                )
        return cleaned

    def chosen(self) -> list[LearnerPreview]:
        """The learners that are ticked."""
        ids = set(self.cleaned_data.get("learners") or [])
        return [preview for preview in self.previews if str(preview.apprenticeship.pk) in ids]

    def options(self) -> dict[UUID, Option | None]:
        """The options that were chosen, by the id of the apprenticeship."""
        if not self.is_bound:
            return {}
        self.is_valid()
        return {
            preview.apprenticeship.pk: self.cleaned_data.get(option_field(preview.apprenticeship))
            for preview in self.previews
            if preview.must_choose
        }

    def show(self, previews: list[LearnerPreview]) -> None:
        """Take figures that count with the options that were chosen; whose was asked for still is."""
        for preview, before in zip(previews, self.previews, strict=True):
            preview.must_choose = before.must_choose
        self.previews = previews

    def option_of(self, preview: LearnerPreview) -> Option | None:
        """The option that somebody takes in the later text."""
        return self.cleaned_data.get(option_field(preview.apprenticeship)) or preview.option


class UndoForm(forms.Form):
    """Whose move is undone."""

    moves = forms.MultipleChoiceField(
        label=_("Learners"),
        error_messages={
            "required": _("Select at least one learner."),
            "invalid_choice": _("A move you selected can no longer be undone. Check the list again."),
        },
    )

    def __init__(self, data: QueryDict | None = None, *, undoable: list[UUID]) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["moves"]).choices = [(str(pk), str(pk)) for pk in undoable]


def option_field(apprenticeship: Apprenticeship) -> str:
    return f"option_{apprenticeship.pk}"
