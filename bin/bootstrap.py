#!/usr/bin/env python3
"""Writes static/css/bootstrap.css: the rules of Bootstrap whose classes occur somewhere in the site.

The site uses a seventh of Bootstrap's sheet. A class counts as used where its name stands in a tag of a template, in a
text of a script or of the pages' Python that can be a list of classes, or in one of crispy-forms' templates that our
forms use. Rules without a class are all kept.
Run it after using another class of Bootstrap; `make lint` says when that is due.

    bin/bootstrap.py [--check]
"""

import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ROOT / "static/vendor/bootstrap-5.3.9/bootstrap.min.css"
USED = ROOT / "static/css/bootstrap.css"
HEAD = "/* Made from {source} by bin/bootstrap.py: change nothing here. Bootstrap is under the MIT licence. */\n"
#: What crispy-forms draws our forms with; its tabs, dialogs and accordions are not used.
CRISPY = (
    "field",
    "uni_form",
    "whole_uni_form",
    "display_form",
    "inputs",
    "errors",
    "layout/attrs",
    "layout/help_text",
    "layout/help_text_and_errors",
    "layout/field_errors",
    "layout/field_errors_block",
    "layout/radio_checkbox_select",
    "layout/field_file",
    "layout/baseinput",
    "layout/div",
    "layout/fieldset",
    "layout/button",
    "layout/buttonholder",
    "layout/formactions",
)

_WORD = re.compile(r"[A-Za-z][\w-]*")
#: What people read in a template is no class.
_READ = re.compile(r"{% blocktranslate.*?endblocktranslate %}|{% translate .*?%}|>[^<{]*", re.DOTALL)
_CLASSES = re.compile(r"""(["'`])([a-z0-9 -]+)\1""")
_CLASS = re.compile(r"\.([A-Za-z](?:[\w-]|\\.)*)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def sources() -> Iterator[Path]:
    """Every file that can name a class."""
    yield from (ROOT / "templates").rglob("*.html")
    yield from (ROOT / "static/js").rglob("*.js")
    for part in ("pages", "demo"):
        yield from (ROOT / part).rglob("*.py")
    package = find_spec("crispy_bootstrap5")
    if package is None or package.origin is None:
        raise SystemExit("crispy-bootstrap5 is not installed: run make environment.")
    folder = Path(package.origin).parent / "templates" / "bootstrap5"
    yield from (folder / f"{name}.html" for name in CRISPY)


def words_of(path: Path) -> set[str]:
    """The words of a file that can be classes."""
    text = path.read_text()
    if path.suffix == ".html":
        return set(_WORD.findall(_READ.sub(" ", text)))
    return {word for _quote, classes in _CLASSES.findall(text) for word in classes.split()}


def rules(css: str) -> Iterator[tuple[str, str]]:
    """Each rule of minified css: what stands before its braces, and what stands in them."""
    at = 0
    while (opening := css.find("{", at)) != -1:
        depth, end = 1, opening
        while depth:
            end += 1
            depth += {"{": 1, "}": -1}.get(css[end], 0)
        yield css[at:opening].strip(), css[opening + 1 : end]
        at = end + 1


def _selectors(text: str) -> list[str]:
    """A list of selectors, split at the commas that are not within brackets."""
    return re.split(r",(?![^()\[\]]*[)\]])", text)


def kept(css: str, words: set[str]) -> str:
    """The rules of `css` that can apply where only these words are used as classes."""
    out = []
    for head, body in rules(css):
        if head.startswith(("@media", "@supports")):
            inner = kept(body, words)
            if inner:
                out.append(f"{head}{{{inner}}}")
        elif head.startswith("@"):
            # @keyframes; @charset ends with a semicolon and has no braces.
            out.append(f"{head}{{{body}}}")
        else:
            fitting = [one for one in _selectors(head) if all(name in words for name in _CLASS.findall(one))]
            if fitting:
                out.append(f"{','.join(fitting)}{{{body}}}")
    return "\n".join(out)


def _without_dead_keyframes(css: str) -> str:
    return "\n".join(
        f"{head}{{{body}}}"
        for head, body in rules(css)
        if not head.startswith("@keyframes") or re.search(rf"animation[^;}}]*{head.split()[1]}\b", css)
    )


def made() -> str:
    """The text of the sheet as it should be."""
    words = set[str]().union(*map(words_of, sources()))
    whole = _COMMENT.sub("", WHOLE.read_text()).removeprefix('@charset "UTF-8";')
    return HEAD.format(source=WHOLE.relative_to(ROOT / "static")) + _without_dead_keyframes(kept(whole, words)) + "\n"


def main() -> None:
    text = made()
    if "--check" not in sys.argv:
        USED.write_text(text)
    elif not USED.exists() or USED.read_text() != text:
        raise SystemExit("The classes of Bootstrap that the site uses have changed: run bin/bootstrap.py.")


if __name__ == "__main__":
    main()
