"""The filters of reports. Choices offer only what is in rows that the asker sees."""

from collections.abc import Collection
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from apprenticeships import pace
from apprenticeships.models import Apprenticeship
from reports.cohort import Choices

HAS = [
    ("submitted", _("Something waiting")),
    ("needs_work", _("Something that needs work")),
    ("met", _("Something met to sign off")),
    ("signed_off", _("Something signed off")),
]


class CohortFilter(forms.Form):
    """What to narrow the cohort to. A value that is not on offer is left out and said so, never an error page."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    assessor = forms.ChoiceField(label=_("Assessor"), required=False)
    employer = forms.ChoiceField(label=_("Employer"), required=False)
    standard = forms.ChoiceField(label=_("Standard"), required=False)
    start = forms.ChoiceField(label=_("Started in"), required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any")), *Apprenticeship.Status.choices]
    )
    rag = forms.ChoiceField(label=_("Pace"), required=False, choices=[("", _("Any")), *pace.RAG_LABELS.items()])
    has = forms.ChoiceField(label=_("Has"), required=False, choices=[("", _("Anything")), *HAS])

    def __init__(self, data: QueryDict, *, offered: Choices) -> None:
        super().__init__(data)
        nobody = str(_("Nobody"))
        self._offer("assessor", {pk: name or nobody for pk, name in offered.assessors.items()})
        self._offer("employer", {pk: name or nobody for pk, name in offered.employers.items()})
        self._offer("standard", offered.standards)
        cast(forms.ChoiceField, self.fields["start"]).choices = [
            ("", _("Any")),
            *(
                (f"{month:%Y-%m}", f"{MONTHS[month.month]} {month.year}")
                for month in sorted(offered.months, reverse=True)
            ),
        ]

    @property
    def given(self) -> dict[str, Any]:
        """What was asked for, as far as it is valid."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def _offer(self, field: str, names: dict[str, str]) -> None:
        cast(forms.ChoiceField, self.fields[field]).choices = [
            ("", _("Any")),
            *sorted(names.items(), key=lambda item: item[1].lower()),
        ]

    def narrow(self, rows: QuerySet[Apprenticeship], leaving_out: Collection[str] = ()) -> QuerySet[Apprenticeship]:
        """`rows` that fit every valid filter but those in `leaving_out`."""
        given = {name: value for name, value in self.given.items() if name not in leaving_out}
        for word in given.get("name", "").split():
            rows = rows.filter(apprentice__name__icontains=word)
        for field, lookup in {
            "assessor": "assessor_id",
            "employer": "employer",
            "standard": "standard_version",
        }.items():
            if value := given.get(field):
                rows = rows.filter(**({f"{lookup}__isnull": True} if value == "None" else {lookup: value}))
        if start := given.get("start"):
            year, month = map(int, start.split("-"))
            following = date(year + month // 12, month % 12 + 1, 1)
            rows = rows.filter(started_on__gte=date(year, month, 1), started_on__lt=following)
        for field in ("status", "rag"):
            if value := given.get(field):
                rows = rows.filter(**{field: value})
        if has := given.get("has"):
            rows = rows.filter(**{f"{has}_count__gt": 0})
        return rows
