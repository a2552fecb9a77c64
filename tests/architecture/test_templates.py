"""Pages escape everything, carry no code or style of their own, load nothing from elsewhere, and can be read."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.architecture.sources import ROOT, named, templates

UNESCAPED = re.compile(r"\|\s*safe(seq)?\b|\bmark_safe\b|autoescape\s+off")
#: Mails and one-line messages are plain text, made without HTML's escapes. A page escapes a message when it shows it.
PLAIN_TEXT = re.compile(r"{% (?:autoescape off|endautoescape) %}")
LONGEST_LINE = 200
LOADING = {"src", "srcset", "poster", "action", "formaction", "data"}
ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
#: Hosts that only hand out other people's files. A link to one is wrong as well.
CDN = re.compile(r"cdn\.|cdnjs|unpkg\.com|jsdelivr|googleapis\.com|gstatic\.com|bootstrapcdn", re.IGNORECASE)


class Offences(HTMLParser):
    """Collects what a page must not contain, with the line it stands on."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script_must_be_empty = False

    def _note(self, what: str) -> None:
        self.found.append(f"line {self.getpos()[0]}: {what}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "style":
            self._note("<style>")
        if tag == "script":
            # A block of JSON is data: nothing runs it.
            self._script_must_be_empty = values.get("type") != "application/json"
        for name, value in values.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self._note(f"{name}=")
            if value.strip().lower().startswith("javascript:"):
                self._note(f"{name}=javascript:")
            is_loaded = name in LOADING or (name == "href" and tag in {"link", "use", "base"})
            if is_loaded and ELSEWHERE.match(value):
                self._note(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and self._script_must_be_empty and data.strip():
            self._note("code in <script>")


def _lines(text: str, pattern: re.Pattern[str]) -> list[str]:
    return [f"line {text.count(chr(10), 0, hit.start()) + 1}: {hit[0]}" for hit in pattern.finditer(text)]


def offences(template: str) -> list[str]:
    """What is wrong with the text of a template."""
    found = _lines(template, UNESCAPED)
    # The template language is no HTML: its conditions hold quotes and angle brackets. Lines stay where they are.
    html = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", lambda hit: "\n" * hit[0].count("\n"), template, flags=re.DOTALL)
    found += _lines(html, CDN)
    page = Offences()
    page.feed(html)
    page.close()
    return found + page.found


@pytest.mark.parametrize("template", templates(), ids=named)
def test_a_template_carries_nothing_that_the_browser_must_refuse(template: Path):
    text = template.read_text()
    assert offences(PLAIN_TEXT.sub("", text) if template.suffix == ".txt" else text) == []


@pytest.mark.parametrize("template", templates(), ids=named)
def test_no_line_is_too_long_to_read(template: Path):
    lines = enumerate(template.read_text().splitlines(), 1)
    assert [f"line {number} has {len(line)} characters" for number, line in lines if len(line) > LONGEST_LINE] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "{{ text|safe }}",
        "{{ text | safe }}",
        "{% autoescape off %}{{ text }}{% endautoescape %}",
        "<script>alert(1)</script>",
        '<script src="{% static "js/a.js" %}">start()</script>',
        '<script type="module">start()</script>',
        "<style>p { color: red }</style>",
        '<p class="a" style="color: red">',
        "<p {% if a > b %}style='color: red'{% endif %}>",
        '<button onclick="go()">',
        '<button hx-on:click="go()">',
        '<a href=" JavaScript:go()">',
        '<script src="https://example.org/a.js"></script>',
        '<link rel="stylesheet" href="//example.org/a.css">',
        '<img src="HTTP://example.org/a.png">',
        '<form action="https://example.org/">',
        "<a href='https://cdn.jsdelivr.net/npm/x'>",
    ],
)
def test_this_would_be_found(wrong: str):
    assert offences(wrong)


@pytest.mark.parametrize(
    "right",
    [
        "<script src=\"{% static 'js/a.js' %}\" defer></script>",
        '<script type="application/json">{"a": 1}</script>',
        '{% include "a.html" with content=content only %}',
        '<meta name="viewport" content="width=device-width">',
        '<a href="https://www.gov.uk/">the rules</a>',
        "{# a note on style= and |safely #}",
    ],
)
def test_this_may_stand(right: str):
    assert offences(right) == []


@pytest.mark.parametrize(
    "file",
    [path for ending in ("css", "js") for path in sorted((ROOT / "static" / ending).rglob(f"*.{ending}"))],
    ids=named,
)
def test_style_sheets_and_scripts_load_nothing_from_elsewhere_and_run_no_text(file: Path):
    text = file.read_text()
    assert not re.search(r"(?:url\(|@import|import|fetch\()\s*[\"'(]*\s*(?:https?:)?//", text)
    assert not CDN.search(text)
    assert not re.search(r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", text)


def test_every_static_file_that_a_template_names_is_there():
    """A missing one would only break in production, where names are looked up in the manifest."""
    names = {
        (name, named(template))
        for template in templates()
        for name in re.findall(r"{%\s*static\s+[\"']([^\"']+)[\"']", template.read_text())
    }
    assert names
    assert [pair for pair in sorted(names) if finders.find(pair[0]) is None] == []


def test_static_files_are_named_in_full():
    """A name put together from variables could not be looked for."""
    found = [hit for path in templates() for hit in re.findall(r"{%\s*static\s+[^\"'\s][^%]*%}", path.read_text())]
    assert found == []


INCLUDED = re.compile(r'{% include "([^"]+)"')
HTMX = re.compile(r"\bhx-(?:get|post)=")
NAMES_HTMX = '{% block head %}{% include "components/htmx.html" only %}{% endblock %}'


def _with_parts(template: str) -> str:
    """The text of a template with that of what it includes."""
    text = (ROOT / "templates" / template).read_text()
    return text + "".join(_with_parts(part) for part in INCLUDED.findall(text))


def test_pages_that_change_in_parts_and_no_others_load_htmx():
    pages = [str(path.relative_to(ROOT / "templates")) for path in templates() if "{% extends" in path.read_text()]
    changing = {page for page in pages if HTMX.search(_with_parts(page))}
    assert len(changing) > 5
    assert {page for page in pages if NAMES_HTMX in (ROOT / "templates" / page).read_text()} == changing
