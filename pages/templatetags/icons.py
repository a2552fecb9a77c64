"""Icons beside words, drawn from one sprite (`static/img/icons.svg`, which `bin/icons` makes of Lucide's icons)."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@cache
def drawn(name: str, size: int, css_class: str = "") -> SafeString:
    """The markup of an icon, for tags that show one."""
    return format_html(
        '<svg class="icon{}" width="{}" height="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css_class and f" {css_class}",
        size,
        size,
        static("img/icons.svg"),
        name,
    )


class IconNode(template.Node):
    """An icon. One that the template names itself is built once."""

    def __init__(self, name: template.base.FilterExpression, size: int, css_class: str) -> None:
        self.name, self.size, self.css_class = name, size, css_class

    def render(self, context: template.Context) -> SafeString:
        return drawn(self.name.resolve(context), self.size, self.css_class)


@register.tag
def icon(parser: template.base.Parser, token: template.base.Token) -> IconNode:
    """`{% icon "star" 16 "showcase-star" %}`: Lucide's name or a variable, pixels, and a class if wanted.

    An icon says nothing by itself: the words stand beside it.
    """
    _, name, size, *rest = token.split_contents()
    return IconNode(parser.compile_filter(name), int(size), rest[0].strip("\"'") if rest else "")
