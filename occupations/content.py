"""What a version of a standard says, as plain data: for telling whether two say the same, and what differs.

Content is a dict of the facts by field name, and of the parts by name: `products`, `options`, `ksbs`, `duties` and
`assessments`, each a list of dicts in published order. A source that does not speak of something leaves its key out.
"""

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from core.canonical import canonical
from occupations import statuses

if TYPE_CHECKING:
    from occupations.importing.draft import StandardDraft

Content = dict[str, Any]

#: Published facts of a version, by field. LARS codes are not among them: one text may have several.
FACTS = (
    "title",
    "template",
    "occupation_reference",
    "status",
    "route",
    "level",
    "overview",
    "summary",
    "entry_requirements",
    "typical_duration_months",
    "maximum_funding_pounds",
    "median_salary_pounds",
    "soc_code",
    "soc_title",
    "soc_groups",
    "employers",
    "job_titles",
    "green_job_titles",
    "keywords",
    "green",
    "is_career_starter",
    "has_core_and_options",
    "regulated_by",
    "integrated_degree",
    "qualifications",
    "professional_recognition",
    "english_and_maths",
    "quality_assured_by",
    "page_url",
    "assessment_plan_url",
    "approved_on",
    "earliest_start_on",
    "latest_start_on",
    "latest_end_on",
    "change",
    "notice",
    "version_log",
    "prose",
)

#: Each part and the fields of its rows; names of links (codes, titles) stand for the rows they lead to.
PARTS = {
    "products": ("kind", "reference", "title", "level", "status"),
    "options": ("title", "source_id"),
    "ksbs": ("type", "number", "statement", "source_id", "source_code", "options"),
    "duties": ("number", "text", "criteria", "source_id", "ksb_codes", "options"),
    "assessments": ("kind", "code", "title", "scope", "ksb_codes"),
}

#: What tells an item of a part from its fellows in another text of the same version.
KEYS = {
    "products": ("reference",),
    "options": ("title",),
    "ksbs": ("type", "number"),
    "duties": ("number",),
    "assessments": ("kind", "code", "title"),
}

#: Texts that a page lays out differently: without the marks of lists, with other paragraphs. Their words alone count.
_RUNNING_TEXTS = ("overview", "summary", "entry_requirements", "english_and_maths", "notice", "change", "prose")
_LOOKS = str.maketrans("‘’‚‛′“”„‟″‐‑‒–—―−", "'''''\"\"\"\"\"-------", "\u00ad\u200b\u200c\u200d\u2060\ufeff")
_FORMER_HOST = "instituteforapprenticeships.org"
_NO_LETTER = re.compile(r"[\W_]+")

#: Fields of parts that stand for other rows, and where their names come from when rows are read back.
LINKS = {"options": ("options", "title"), "ksb_codes": ("ksbs", "code")}


def said(draft: "StandardDraft") -> Content:
    """What a draft says."""
    facts = {name: value for name in FACTS if (value := getattr(draft, name)) is not None}
    parts = {
        part: [
            {name: _names(item, name) if name in LINKS else getattr(item, name) for name in fields} for item in items
        ]
        for part, fields in PARTS.items()
        if (items := getattr(draft, part)) is not None
    }
    written: Content = canonical(facts | parts)
    return written


def digest_of(content: Content) -> str:
    """SHA-256 of what is said. Saying nothing of something and leaving it blank are the same.

    `content` is in its canonical form, as what `said`, `merged` and `StandardVersion.content` return is.
    """
    told = {name: value for name, value in content.items() if not is_blank(value)}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_blank(value: Any) -> bool:
    """Whether nothing is said."""
    return value is None or value == "" or value == []


def differing(before: Content, after: Content) -> tuple[str, ...]:
    """The facts and parts of which `after` says something else than `before`, not only more or nothing.

    White space, capitals and the look of quotation marks make no difference, nor does the layout of running text or the
    order of a list of names. A status is not among them: it is a dated fact, which comes and goes by itself.
    """
    return tuple(
        name
        for name, value in after.items()
        if name != "status"
        and not is_blank(value)
        and not is_blank(before.get(name))
        and (_part_differs(name, before[name], value) if name in PARTS else not is_same_fact(name, before[name], value))
    )


def is_implied(name: str, value: Any, reference: str) -> bool:
    """Whether a fact says no more than the reference of the standard: its own number on the map, its own product."""
    if name == "products":
        return all(product["reference"] == reference for product in value)
    return name == "occupation_reference" and bool(value == f"OCC{reference[2:]}")


def normalised(text: str) -> str:
    """`text` for comparing: capitals, white space, and the looks of quotation marks and dashes make no difference."""
    return " ".join(text.translate(_LOOKS).casefold().split())


def is_same_fact(name: str, before: Any, after: Any) -> bool:
    """Whether two sources say the same of a fact, each in its own words."""
    if name == "status":
        return statuses.are_same(before, after)
    if name == "page_url":
        return True  # it moved from one host to the next, and says nothing of what the standard asks
    if name in _RUNNING_TEXTS:
        return _NO_LETTER.sub("", normalised(before)) == _NO_LETTER.sub("", normalised(after))
    before, after = _folded(before), _folded(after)
    if isinstance(before, list) and all(isinstance(item, str) for item in (*before, *after)):
        return sorted(before) == sorted(after)
    return bool(before == after)


def merged(before: Content, after: Content) -> Content:
    """What `after` says, and where it is silent, what `before` says; words that only differ in spaces stay."""
    whole = dict(before)
    for name, value in after.items():
        if not is_blank(value):
            old = before.get(name)
            whole[name] = _merged_part(name, old or [], value) if name in PARTS else _merged_fact(name, old, value)
    return without_loose_ends(whole)


def without_loose_ends(whole: Content, within: Content | None = None) -> Content:
    """`whole` with only those links that lead somewhere in it, or in what it is to become part of."""
    within = whole if within is None else within
    leads = {
        "options": {option["title"] for option in within.get("options") or []},
        "ksb_codes": {f"{ksb['type']}{ksb['number']}" for ksb in within.get("ksbs") or []},
    }
    return whole | {
        part: [
            item | {name: [link for link in item[name] if link in leads[name]] for name in LINKS if name in item}
            for item in whole[part]
        ]
        for part in ("ksbs", "duties", "assessments")
        if whole.get(part)
    }


def _names(item: Any, name: str) -> list[str]:
    return sorted(set(getattr(item, name)))


def _folded(value: Any) -> Any:
    """`value` for comparing."""
    match value:
        case str():
            return normalised(value)
        case list():
            return [_folded(item) for item in value]
        case dict():
            return {name: _folded(item) for name, item in value.items()}
    return value


def _key(part: str, item: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_folded(item[name]) for name in KEYS[part])


def _is_told(items: list[dict[str, Any]], name: str) -> bool:
    """Whether a source speaks of a field at all: an item without links says something only beside one that has some."""
    return any(not is_blank(item[name]) for item in items)


def _part_differs(part: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    held_items = {_key(part, item): item for item in before}
    said_items = {_key(part, item): item for item in after}
    if held_items.keys() != said_items.keys() or len(before) != len(after):
        return True
    for name in PARTS[part]:
        if name in KEYS[part] or not _is_told(after, name) or not _is_told(before, name):
            continue
        for key, item in said_items.items():
            value, old = item[name], held_items[key][name]
            is_silent = name not in LINKS and (is_blank(value) or is_blank(old))
            if not is_silent and _folded(value) != _folded(old):
                return True
    return False


def _merged_fact(name: str, before: Any, after: Any) -> Any:
    if is_blank(before) or not is_same_fact(name, before, after):
        return after
    if name == "page_url":
        return after if _FORMER_HOST in before else before
    return statuses.preferred(before, after) if name == "status" else before


def _merged_value(before: Any, after: Any) -> Any:
    return before if _folded(before) == _folded(after) else after


def _merged_part(part: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held_items = {_key(part, item): item for item in before}
    silent = {name for name in PARTS[part] if not _is_told(after, name)}
    whole = []
    for item in after:
        old = held_items.get(_key(part, item), {})
        whole.append(
            {
                name: old[name]
                if name in old and (name in silent or (name not in LINKS and is_blank(value)))
                else _merged_value(old.get(name), value)
                for name, value in item.items()
            }
        )
    return whole
