"""What folders and files of a pack are called: by a template, clean on every system, no two alike, none that leads out.

A template is plain text with a few words in braces, such as “{name} {uln}”.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from files import file_types
from files.file_names import MAX_ENDING_LENGTH, clean_name, ending

#: So many bytes has one part of a path: with a root, a folder and a name, programs that stop at 260 still open it.
MOST_BYTES = 60
#: What Windows does not take in a name, and what parts a path.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]+')
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Template:
    """A kind of name: the words that it may have in braces, and how it usually reads."""

    fields: Collection[str]
    usual: str

    def fault(self, text: str) -> str:
        """The first thing in `text` that is no field of this kind, or a brace or slash by itself; empty if all fits."""
        for named in _FIELD.findall(text):
            if named not in self.fields:
                return f"{{{named}}}"
        return next((found for found in re.findall(r"[{}/\\]", _FIELD.sub("", text))), "")


ROOT = Template(("name", "uln", "standard", "version", "date"), "{name} {uln}")
PIECE = Template(("number", "title", "kind", "date", "ksbs"), "{number} {title}")


def filled(template: str, values: Mapping[str, str]) -> str:
    """The name that a template makes of these values; what has no value leaves no gap."""
    text = _FIELD.sub(lambda found: values.get(found[1], ""), template)
    return clean_part(" ".join(text.split()).strip(" -_,"))


def clean_part(raw: str) -> str:
    """`raw` as one part of a path: no separators, nothing hidden, at most `MOST_BYTES` with its ending."""
    name = clean_name(_FORBIDDEN.sub("-", raw))
    last = ending(name)
    stem = name[: -len(last) - 1] if last else name
    room = MOST_BYTES - (len(last.encode()) + 1 if last else 0)
    cut = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{cut}.{name[-len(last) :]}" if last else cut


def right_ending(name: str, content_type: str) -> str:
    """`name` with an ending that fits what the file is."""
    known = file_types.of_content_type(content_type)
    if known is None or ending(name) in known.endings:
        return name
    return f"{name}.{known.endings[0]}"


@dataclass
class Names:
    """The names that were given in each folder, so that no two are alike, in whatever case or form they are written."""

    _taken: dict[str, set[str]] = field(default_factory=dict)

    def free(self, folder: str, wanted: str) -> str:
        """`wanted`, or the same with a number where something in this folder is called so."""
        taken = self._taken.setdefault(_folded(folder), set())
        last = wanted.rpartition(".")[2]
        has_ending = "." in wanted and len(last) <= MAX_ENDING_LENGTH
        stem, suffix = (wanted[: -len(last) - 1], f".{last}") if has_ending else (wanted, "")
        name, number = wanted, 1
        while _folded(name) in taken:
            number += 1
            name = f"{stem} ({number}){suffix}"
        taken.add(_folded(name))
        return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
