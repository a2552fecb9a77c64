"""Parts of the frame that are the same on every page, rendered once in a process."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: How many renderings one part keeps, for the values it differs by.
MOST_KEPT = 500


class FixedNode(template.Node):
    """What stands inside, as it was rendered the first time for these values and this language."""

    child_nodelists = ()

    def __init__(self, nodelist: template.NodeList, values: list[template.base.FilterExpression]) -> None:
        self.nodelist, self.values = nodelist, values
        self.kept: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        values = [value.resolve(context, ignore_failures=True) for value in self.values]
        key = (get_language(), *(frozenset(value) if isinstance(value, set) else value for value in values))
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            found = self.kept[key] = self.nodelist.render(context)
        return found


@register.tag
def fixed(parser: template.base.Parser, token: template.base.Token) -> FixedNode:
    """`{% fixed here roles %}…{% endfixed %}`: names everything that what stands inside depends on.

    Nothing about a person may stand inside: it would be shown to the next one.
    """
    _, *values = token.split_contents()
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist, [parser.compile_filter(value) for value in values])
