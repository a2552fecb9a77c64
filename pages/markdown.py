"""Small Markdown: what an apprentice may use in a narrative, and the one place that lets HTML through to a page.

The source is kept as it was typed; this runs on the way out.
"""

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

#: Longer than any field that is written in Markdown; beyond it nobody reads, and reading it would take too long.
MOST_CHARACTERS = 20_000
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h4", "blockquote", "code", "pre", "hr", "a"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


@cache
def _reader() -> MarkdownIt:
    # Pictures are files of the piece, and HTML is text like any other.
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    return reader.disable(["image", "html_block", "html_inline", "reference"])


def rendered(source: str) -> SafeString:
    """The HTML of `source`: paragraphs, bold, italics, lists, one size of heading, quotes, code and links."""
    tokens = _reader().parse(source[:MOST_CHARACTERS])
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            # The page has headings of its own above; those in a text come below them all.
            token.tag = "h4"
    html = _reader().renderer.render(tokens, _reader().options, {})
    return mark_safe(  # noqa: S308  (the one sanitiser)
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )
