"""What the form says about room for files."""

from django import template

from apprenticeships.models import Apprenticeship
from portfolios import quotas

register = template.Library()


@register.simple_tag
def room_left(apprenticeship: Apprenticeship) -> quotas.Room:
    """How much of their quota the apprentice has taken."""
    return quotas.room_of_apprentice(apprenticeship)
