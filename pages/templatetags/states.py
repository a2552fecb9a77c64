"""A state with its colour, icon and word. Rows show many, so this is a tag and no template to include."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apprenticeships.models import KsbState, Outcome

register = template.Library()


@lru_cache(maxsize=500)
def drawn_state(key: str, label: str) -> SafeString:
    """The markup of a state, for what is built in Python."""
    return format_html(
        '<span class="state" data-state="{}"><svg class="state-icon" aria-hidden="true" focusable="false">'
        '<use href="#state-{}"/></svg>{}</span>',
        key,
        key,
        label,
    )


_OUTCOMES = dict(Outcome.choices)
#: The state that each outcome is drawn as.
_OUTCOME_STATES = {
    Outcome.MET: KsbState.MET,
    Outcome.NOT_YET: KsbState.NEEDS_WORK,
    Outcome.NOT_JUDGED: Outcome.NOT_JUDGED,
}


def drawn_ksb_state(state: KsbState) -> SafeString:
    """The markup of the state of a KSB."""
    return drawn_state(state.value, str(state.label))


@lru_cache(maxsize=64)
def drawn_outcome(outcome: str | None, *, is_to_countersign: bool = False) -> SafeString:
    """The markup of a decision; of a claim that waits for one, if there is none, or for one that counts."""
    if not outcome:
        return drawn_state(KsbState.SUBMITTED.value, _("Waiting"))
    if is_to_countersign:
        words = _("%(outcome)s, to be countersigned") % {"outcome": _OUTCOMES[outcome]}
        return drawn_state(KsbState.SUBMITTED.value, words)
    return drawn_state(_OUTCOME_STATES[Outcome(outcome)].value, str(_OUTCOMES[outcome]))


class StateNode(template.Node):
    """A state, as `{% state %}` names it."""

    def __init__(self, key: template.base.FilterExpression, label: template.base.FilterExpression) -> None:
        self.key, self.label = key, label

    def render(self, context: template.Context) -> SafeString:
        return drawn_state(str(self.key.resolve(context)), str(self.label.resolve(context)))


@register.tag
def state(parser: template.base.Parser, token: template.base.Token) -> StateNode:
    """`{% state piece.state piece.get_state_display %}`: the key of a state, and its word."""
    _name, key, label = token.split_contents()
    return StateNode(parser.compile_filter(key), parser.compile_filter(label))
