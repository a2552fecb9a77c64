"""What a version of a standard says, as plain data: for telling whether two say the same, and what differs.

Content is a dict of the facts by field name, and of the parts by name: `products`, `options`, `ksbs`, `duties` and
`assessments`, each a list of dicts in published order. A source that does not speak of something leaves its key out.
"""

from typing import TYPE_CHECKING, Any

from audit.canonical import canonical, digest

if TYPE_CHECKING:
    from occupations.importing.draft import StandardDraft
    from occupations.models import StandardVersion

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

#: Fields of parts that stand for other rows, and where their names come from when rows are read back.
_LINKS = {"options": ("options", "title"), "ksb_codes": ("ksbs", "code")}


def said(draft: "StandardDraft") -> Content:
    """What a draft says."""
    facts = {name: value for name in FACTS if (value := getattr(draft, name)) is not None}
    parts = {
        part: [_plain(item, fields, lambda item, name: getattr(item, name)) for item in items]
        for part, fields in PARTS.items()
        if (items := getattr(draft, part)) is not None
    }
    return canonical(facts | parts)


def held(version: "StandardVersion") -> Content:
    """What a version in the catalogue says, of everything; blank where nothing was said."""
    facts = {name: getattr(version, name) for name in FACTS}
    parts = {
        "products": version.products.all(),
        "options": version.options.all(),
        "ksbs": version.ksbs.order_by("position").prefetch_related("options"),
        "duties": version.duties.order_by("number").prefetch_related("options", "ksbs"),
        "assessments": version.assessments.all().prefetch_related("ksbs"),
    }
    return canonical(
        facts | {part: [_plain(row, PARTS[part], _of_row) for row in rows] for part, rows in parts.items()}
    )


def digest_of(content: Content) -> str:
    """SHA-256 of what is said. Saying nothing of something and leaving it blank are the same."""
    return digest({name: value for name, value in content.items() if not is_blank(value)})


def is_blank(value: Any) -> bool:
    """Whether nothing is said."""
    return value is None or value == "" or value == []


def _plain(item: Any, fields: tuple[str, ...], read: Any) -> dict[str, Any]:
    plain = {}
    for name in fields:
        value = read(item, name)
        plain[name] = sorted(value) if name in _LINKS else value
    return plain


def _of_row(row: Any, name: str) -> Any:
    if name not in _LINKS:
        return getattr(row, name)
    relation, shown_by = _LINKS[name]
    return [getattr(linked, shown_by) for linked in getattr(row, relation).all()]
