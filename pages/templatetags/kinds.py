"""What a kind of evidence is called."""

from django import template

from portfolios.models import EvidenceKind

register = template.Library()

_LABELS = dict(EvidenceKind.choices)


@register.filter
def kind_label(kind: str) -> str:
    """The word for a kind; a kind that this version does not know shows as it is."""
    return str(_LABELS.get(kind, kind))
