"""One style sheet and one script for the whole site, joined from many small files.

A phone on a bad line fetches two files, once; pages that change in parts fetch htmx as well. The small ones are plain
`@import`s and ES modules. Python joins them, so nobody who runs the site needs Node, and there is nothing to build:
what is found is joined as it is found.
"""

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage

#: What pages name. Everything that one of these takes in becomes a part of it.
ENTRIES = ("css/site.css", "js/site.js")
#: As it came, for the pages that name it.
HTMX = "vendor/htmx-2.0.10/htmx.js"
#: Joined by the view of the service worker, so it is no file of its own either.
WORKER = "js/offline/worker.js"

#: Gives the text of a file by its name under static/.
Read = Callable[[str], str]

_SHEET_IMPORT = re.compile(r'^@import url\("(?P<from>[^"]+)"\);\n', re.MULTILINE)
#: Space that says nothing. No text in a style sheet has these signs in it.
_SHEET_SPACE = (
    (re.compile(r"\s+"), " "),
    (re.compile(r" ?([{};,>]) ?"), r"\1"),
    (re.compile(r": "), ":"),
    (re.compile(r";}"), "}"),
)
_SHEET_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(
    r"^import (?:(?:(?P<default>\w+)|\{(?P<names>[^}]*)\}) from )?\"(?P<from>\.[^\"]+)\";\n", re.MULTILINE
)
_EXPORT = re.compile(
    r"^export (?:default (?P<default>\w+);|(?=(?:async )?(?:function|class|const) (?P<name>\w+)))", re.MULTILINE
)
_LEFT_OVER = re.compile(r"^(?:import|export)\b.*|^@import.*", re.MULTILINE)
_SCRIPT_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*(?s:.*?)\*/)\n", re.MULTILINE)
_SCRIPT_TEXT = re.compile(r'("(?:[^"\\]|\\.)*"|`[^`]*`)')
#: Around these, space never keeps two words apart.
_SCRIPT_SPACE = re.compile(r" ?([=?:&|,;(){}<>!*%]+) ?")
#: What a script tells the type checker inside a line.
_SCRIPT_TYPE = re.compile(r"/\*\* @(?:type|param|returns) .*?\*/ ?")


class CannotJoin(ValueError):
    """A file is written in a way that joining does not know."""


def parts_of(name: str, read: Read) -> list[str]:
    """The file and all that it takes in, each once, what is needed first before what needs it."""
    found: list[str] = []
    _collect(name, read, found, ())
    return found


def _collect(name: str, read: Read, found: list[str], above: tuple[str, ...]) -> None:
    if name in above:
        raise CannotJoin(f"{' → '.join((*above, name))} goes round in a circle.")
    if name in found:
        return
    pattern = _SHEET_IMPORT if name.endswith(".css") else _IMPORT
    for match in pattern.finditer(read(name)):
        _collect(_beside(name, match["from"]), read, found, (*above, name))
    found.append(name)


def _beside(name: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), address))


def joined(name: str, read: Read) -> str:
    """The file and all that it takes in as one text.

    Scripts become one function that is called, so the text is a module and a classic script alike, and leaves no name
    behind.

    Raises:
        CannotJoin: a file is missing, imports go round in a circle, or one is written in a way that is not known here.
    """
    parts = parts_of(name, read)
    if name.endswith(".css"):
        return "".join(_sheet(part, read(part), posixpath.dirname(name)) for part in parts)
    numbers = {part: number for number, part in enumerate(parts)}
    modules = "".join(_module(part, read(part), numbers) for part in parts)
    return f'(() => {{\n"use strict";\n{modules}}})();\n'


def _sheet(name: str, text: str, folder: str) -> str:
    text = _SHEET_COMMENT.sub("", _SHEET_IMPORT.sub("", text))
    if "@import" in text:
        raise CannotJoin(f'{name} has an @import that is not written as @import url("…"); in a line of its own.')
    if posixpath.dirname(name) != folder and re.search(r"url\((?!['\"]?data:)", text):
        raise CannotJoin(f"{name} names a file by where it lies itself, which is not where it is joined.")
    for pattern, shorter in _SHEET_SPACE:
        text = pattern.sub(shorter, text)
    return text.lstrip()


def _module(name: str, text: str, numbers: dict[str, int]) -> str:
    """A module as a function that returns what it exports."""
    exported = {match["name"] or "default": match["name"] or match["default"] for match in _EXPORT.finditer(text)}

    def taken(match: re.Match[str]) -> str:
        wanted = f"default: {match['default']}" if match["default"] else (match["names"] or "").replace(" as ", ": ")
        source = _beside(name, match["from"])
        return f"const {{ {wanted.strip()} }} = ${numbers[source]};\n" if wanted.strip() else ""

    body = _EXPORT.sub("", _IMPORT.sub(taken, text))
    if left := _LEFT_OVER.search(body):
        raise CannotJoin(f"{name}: “{left[0]}” is not an import or export that can be joined.")
    if all(line.count("`") % 2 == 0 for line in body.splitlines()):
        # Nothing that looks like a comment, or like an indentation, is part of a text.
        body = "".join(map(_tight, _SCRIPT_TYPE.sub("", _SCRIPT_COMMENT.sub("", body)).splitlines()))
    answer = ",".join(inside if outside == inside else f"{outside}:{inside}" for outside, inside in exported.items())
    returned = f"return {{{answer}}};" if answer else ""
    return f"const ${numbers[name]}=(()=>{{\n{body}{returned}}})();\n"


def _tight(line: str) -> str:
    """A line of a script without the space that says nothing. One in which a pattern may stand stays as it is."""
    line = line.strip()
    if not line or any(sign in line for sign in "/'") or line.count("`") > 2:
        return f"{line}\n" if line else ""
    parts = _SCRIPT_TEXT.split(line)
    tight = "".join(part if at % 2 else _SCRIPT_SPACE.sub(r"\1", part) for at, part in enumerate(parts))
    return tight if tight.endswith((";", "{", ",", "(")) else f"{tight}\n"


class JoiningFinder(FileSystemFinder):
    """Finds each of `ENTRIES` joined, in development as in production. Its parts are not collected, nor is vendor/.

    Only htmx is, which some pages name.
    """

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in ENTRIES:
            return super().find(path, find_all=find_all, **kwargs)  # type: ignore[call-overload]
        found = self._write(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        read = self._read
        parts = {part for name in (*ENTRIES, WORKER) for part in parts_of(name, read)}
        for path, storage in super().list(ignore_patterns):
            if path == HTMX or (path not in parts and not path.startswith("vendor/")):
                yield path, storage
        for name in ENTRIES:
            self._write(name)
            yield name, FileSystemStorage(_folder())

    def _read(self, name: str) -> str:
        path = super().find(name)
        if not path:
            raise CannotJoin(f"{name} is not there.")
        return Path(path).read_text(encoding="utf-8")

    def _write(self, name: str) -> str:
        """The joined file, renewed if one of its parts has changed."""
        path, text = _folder() / name, joined(name, self._read)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Of several processes that write it at once, each leaves a whole file.
            with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
                file.write(text)
            os.replace(file.name, path)
        return str(path)


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "joined"


def worker_script() -> str:
    """The service worker's part as one classic script."""
    return joined(WORKER, lambda name: Path(finders.find(name) or name).read_text(encoding="utf-8"))
