"""Parts of a page that are the same for everybody, rendered once in a process."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: How many renderings one part keeps, for the values it differs by, and how many characters all of these come to.
MOST_KEPT, MOST_CHARACTERS = 500, 2_000_000


class FixedNode(template.Node):
    """What stands inside, as it was rendered the first time for these values and this language."""

    child_nodelists = ()

    def __init__(
        self, nodelist: template.NodeList, values: list[template.base.FilterExpression], name: str = ""
    ) -> None:
        self.nodelist, self.values, self.name = nodelist, values, name
        self.kept: dict[tuple[Any, ...], SafeString] = {}
        self.characters = 0

    def render(self, context: Context) -> SafeString:
        values = [value.resolve(context, ignore_failures=True) for value in self.values]
        key = (get_language(), *(frozenset(value) if isinstance(value, set) else value for value in values))
        found = self.kept.get(key)
        if found is None:
            found = self._rendered(context)
            if len(self.kept) >= MOST_KEPT or self.characters + len(found) > MOST_CHARACTERS:
                self.kept.clear()
                self.characters = 0
            self.kept[key] = found
            self.characters += len(found)
        if self.name:
            context[self.name] = found
            return SafeString()
        return found

    def _rendered(self, context: Context) -> SafeString:
        rendered = self.nodelist.render(context)
        if 'name="csrfmiddlewaretoken"' in rendered:
            raise RuntimeError("a part that is rendered once for everybody holds somebody's token")
        return SafeString(rendered.strip()) if self.name else rendered


@register.tag
def fixed(parser: template.base.Parser, token: template.base.Token) -> FixedNode:
    """`{% fixed here roles %}…{% endfixed %}`: names everything that what stands inside depends on.

    Nothing about a person may stand inside: it would be shown to the next one. With `as name` at its end what stands
    inside is not shown, but kept under that name for the page to show.
    """
    _, *values = token.split_contents()
    name = ""
    if len(values) > 1 and values[-2] == "as":
        *values, _, name = values
    nodelist = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(nodelist, [parser.compile_filter(value) for value in values], name)
