"""What the main navigation needs to know of an apprentice's own portfolio."""

from django import template
from django.template import Context

from accounts.seen_by import SeenBy
from apprenticeships.models import Apprenticeship
from pages.addresses import addresses_of
from pages.requests import actor_of

register = template.Library()


@register.simple_tag(takes_context=True)
def own_evidence_url(context: Context) -> str:
    """Where the evidence of the person's own, newest apprenticeship is; empty when they have none.

    A page about their own apprenticeship has it in its context already, which saves the query.
    """
    actor = actor_of(context["request"])
    shown = context.get("apprenticeship")
    if isinstance(shown, Apprenticeship) and shown.apprentice_id == actor.person_id:
        return addresses_of("evidence-list")(shown.pk)
    newest = _own_apprenticeships(actor)[:1]
    return addresses_of("evidence-list")(*newest[0]) if newest else ""


#: The ids of the person's own apprenticeships, the newest first.
_own_apprenticeships = SeenBy(
    lambda actor: Apprenticeship.objects.of_apprentice(actor).order_by("-started_on", "pk").values_list("pk")
)
