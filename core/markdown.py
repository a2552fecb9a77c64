"""Small Markdown: what an apprentice may use in a narrative, and the one place that lets HTML through to a reader.

The source is kept as it was typed; this runs on the way out.
"""

import re
from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from core.readable import readable

#: Longer than any field that is written in Markdown; beyond it nobody reads, and reading it would take too long.
MOST_CHARACTERS = 20_000
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h4", "blockquote", "code", "pre", "hr", "a"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}

#: Lines that begin with a letter and have no character that means anything in Markdown or in HTML: most texts are so.
_LINE = r"[^\W\d_][^*_`#<>\[\]\\&~|\x00-\x1f\x7f-\xa0\u2028\u2029]*(?<=\S)"
_PLAIN = re.compile(rf"{_LINE}(?:\n+{_LINE})*")


@cache
def _reader() -> MarkdownIt:
    # Pictures are files of the piece, and HTML is text like any other.
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    return reader.disable(["image", "html_block", "html_inline", "reference"])


def rendered(source: str, *, with_links: bool = True) -> SafeString:
    """The HTML of `source`: paragraphs, bold, italics, lists, one size of heading, quotes, code and links.

    Args:
        with_links: whether links lead anywhere; in a file that is read offline they are their text.
    """
    # What is blank at the end says nothing.
    source = readable(source[:MOST_CHARACTERS]).rstrip(" \n")
    if _PLAIN.fullmatch(source):
        return _paragraphs(source)
    return _read(source, with_links=with_links)


def _paragraphs(source: str) -> SafeString:
    """The HTML of a text without any markup: what `_read` makes of it, forty times as fast."""
    paragraphs = (text.replace("\n", "<br>\n") for text in re.split(r"\n{2,}", source))
    return mark_safe("".join(f"<p>{text}</p>\n" for text in paragraphs))  # noqa: S308  (it has no < and no &)


def _read(source: str, *, with_links: bool) -> SafeString:
    tokens = _reader().parse(source)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            # The page has headings of its own above; those in a text come below them all.
            token.tag = "h4"
    html = _reader().renderer.render(tokens, _reader().options, {})
    return mark_safe(  # noqa: S308  (the one sanitiser)
        nh3.clean(
            html,
            tags=_TAGS if with_links else _TAGS - {"a"},
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )
