"""Finding pieces in a portfolio: by words, KSB, state, kind and date."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apprenticeships.models import Apprenticeship
from core.actor import Actor
from core.fields import DayField
from portfolios import listing
from portfolios.models import Evidence, EvidenceKind
from portfolios.querysets import EvidenceQuerySet

#: More words than this make no search narrower.
MOST_WORDS = 8


class PortfolioFilter(forms.Form):
    """What to narrow a portfolio to. A value that is not on offer is left out and said so, never an error page."""

    words = forms.CharField(label=_("Search"), max_length=200, required=False)
    ksb = forms.ChoiceField(label=_("KSB"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any")), *EvidenceKind.choices])
    since = DayField(label=_("Happened from"), required=False)
    until = DayField(label=_("Happened until"), required=False)
    showcase = forms.BooleanField(label=_("Only my best"), required=False)

    def __init__(self, data: QueryDict, *, apprenticeship: Apprenticeship, actor: Actor) -> None:
        super().__init__(data)
        self.is_own = apprenticeship.apprentice_id == actor.person_id
        self.fields["words"].widget.input_type = "search"
        codes = listing.codes(actor, apprenticeship=apprenticeship.pk)
        cast(forms.ChoiceField, self.fields["ksb"]).choices = [("", _("Any")), *((code, code) for (code,) in codes)]
        cast(forms.ChoiceField, self.fields["state"]).choices = [
            ("", _("Any")),
            *(
                (value, label)
                for value, label in Evidence.State.choices
                if self.is_own or value != Evidence.State.DRAFT
            ),
        ]

    @property
    def given(self) -> dict[str, Any]:
        """What was asked for, as far as it is valid."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, pieces: EvidenceQuerySet) -> EvidenceQuerySet:
        """`pieces` that fit every valid filter."""
        given = self.given
        for word in given.get("words", "").split()[:MOST_WORDS]:
            pieces = listing.with_word(pieces, word, is_own=self.is_own)
        if code := given.get("ksb"):
            pieces = pieces.claiming(code, is_own=self.is_own)
        for field in ("state", "kind"):
            if value := given.get(field):
                pieces = pieces.filter(**{field: value})
        if since := given.get("since"):
            pieces = pieces.filter(happened_on__gte=since)
        if until := given.get("until"):
            pieces = pieces.filter(happened_on__lte=until)
        if given.get("showcase"):
            pieces = pieces.filter(is_showcase=True)
        return pieces
