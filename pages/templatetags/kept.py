"""Django's tags for translated text (`{% load i18n %}`) and for addresses, which put together once what they can."""

from django import template
from django.conf import settings
from django.template.base import FilterExpression, Node, Parser, Token, TokenType
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_of_django
from django.templatetags import i18n
from django.urls import get_script_prefix
from django.utils.html import conditional_escape

from pages.addresses import address_of

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters

_OURS = "pages:"


class KeptNode(Node):
    """What a tag renders the first time, for every time after it."""

    child_nodelists = ()

    def __init__(self, node: Node) -> None:
        self.node = node
        self.kept: str | None = None

    def render(self, context: template.Context) -> str:
        if self.kept is None:
            self.kept = self.node.render(context)
        return self.kept


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """`{% translate "…" %}`, as Django has it."""
    node = i18n.do_translate(parser, token)
    said = node.filter_expression
    is_the_same = getattr(said.var, "literal", None) is not None and not said.filters and not node.message_context
    return _kept(node) if is_the_same and not node.asvar else node


@register.tag("blocktrans")
@register.tag("blocktranslate")
def block_translate(parser: Parser, token: Token) -> Node:
    """`{% blocktranslate %}…{% endblocktranslate %}`, as Django has it."""
    node = i18n.do_block_translate(parser, token)
    is_text = all(one.token_type == TokenType.TEXT for one in node.singular)
    return _kept(node) if is_text and not (node.plural or node.message_context or node.asvar) else node


def _kept(node: Node) -> Node:
    """With one language a text that has nothing of the page in it is the same each time."""
    return node if settings.USE_I18N else KeptNode(node)


class AddressNode(Node):
    """An address that stands in a page as it is: with nothing that differs, or with ids and codes."""

    child_nodelists = ()

    def __init__(self, node: URLNode, name: str, ids: list[FilterExpression]) -> None:
        self.node, self.name, self.ids = node, name, ids
        self.kept: dict[str, str] = {}

    def render(self, context: template.Context) -> str:
        if self.ids:
            return conditional_escape(address_of(self.name, *[key.resolve(context) for key in self.ids]))
        prefix = get_script_prefix()
        if prefix not in self.kept:
            self.kept[prefix] = self.node.render(context)
        return self.kept[prefix]


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """`{% url "name" … %}`, as Django has it."""
    node = url_of_django(parser, token)
    name = node.view_name.var
    is_written = isinstance(name, str) and not node.view_name.filters
    if not is_written or node.kwargs or node.asvar or (node.args and not name.startswith(_OURS)):
        return node
    return AddressNode(node, name.removeprefix(_OURS), node.args)
