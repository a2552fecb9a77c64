"""The filters of reports. Choices offer only what is in rows that the asker sees."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Apprenticeship, KsbState
from audit.actions import Audience, shown_to
from core import clock
from core.fields import DayField
from reports.cohorts import watching
from reports.cohorts.cohort import FILTER_COLUMNS, Choices
from reports.cohorts.cohort_filter import narrowed


class CohortFilter(forms.Form):
    """What to narrow the cohort to. A value that is not on offer is left out and said so, never an error page."""

    name = forms.CharField(label=_("Name"), max_length=201, required=False)
    start = forms.ChoiceField(label=_("Started in"), required=False)
    has = forms.ChoiceField(label=_("Has KSBs that are"), required=False)
    watch = forms.ChoiceField(label=_("Look out for"), required=False)
    lacks = forms.UUIDField(label=_("KSB that is not signed off"), required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, offered: Choices) -> None:
        super().__init__(data)
        for column in FILTER_COLUMNS:
            self.fields[column.name] = forms.ChoiceField(label=column.heading, required=False)
            self._offer(column.name, column.words.items() if column.words else _by_name(offered.names[column.name]))
        months = sorted(offered.months, reverse=True)
        self._offer("start", ((f"{month:%Y-%m}", f"{MONTHS[month.month]} {month.year}") for month in months))
        self._offer("has", ((state.value, state.label) for state in KsbState.handed_in()))
        self._offer("watch", watching.WATCHES.items())
        self.order_fields(["name", *(column.name for column in FILTER_COLUMNS)])

    @property
    def given(self) -> dict[str, Any]:
        """What was asked for, as far as it is valid."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def shown_value(self, name: str) -> str:
        """What was chosen in a field, in words."""
        value, field = self.given[name], self.fields[name]
        choices: Any = field.choices if isinstance(field, forms.ChoiceField) else []
        return next((str(label) for key, label in choices if str(key) == str(value)), str(value))

    @property
    def in_words(self) -> list[str]:
        """Each filter that is set, with what was chosen."""
        return [f"{self.fields[name].label}: {self.shown_value(name)}" for name in self.given]

    def _offer(self, field: str, choices: Iterable[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[field]).choices = [("", _("Any")), *choices]

    def narrow(self, rows: QuerySet[Apprenticeship], leaving_out: Collection[str] = ()) -> QuerySet[Apprenticeship]:
        """`rows` that fit every valid filter but those in `leaving_out`."""
        return narrowed(rows, self.given, leaving_out)


def _by_name(names: dict[str, str]) -> list[tuple[str, str]]:
    """Who or what is on offer, in the order of the alphabet; nobody in particular is “Nobody”."""
    nobody = str(_("Nobody"))
    return sorted(((key, name or nobody) for key, name in names.items()), key=lambda choice: choice[1].lower())


@cache
def _actions(audience: Audience, _language: str) -> list[tuple[str, str]]:
    words = ((name, str(words)) for name, words in shown_to(audience).items())
    return [("", gettext("Everything")), *sorted(words, key=itemgetter(1))]


class RecordFilter(forms.Form):
    """Which action, on which day."""

    action = forms.ChoiceField(label=_("What"), required=False)
    on = DayField(label=_("Day"), required=False)

    def __init__(self, *args: Any, audience: Audience = Audience.ORGANISATION, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["action"]).choices = _actions(audience, get_language())

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on and on > clock.today():
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return on

    @property
    def asked(self) -> dict[str, Any]:
        """Every valid filter that is set."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
