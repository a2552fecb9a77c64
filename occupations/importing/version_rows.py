"""The rows of a version: its facts, its parts in bulk with the links between them, and whether anything leads there."""

from typing import Any

from occupations import content, search
from occupations.importing.draft import StandardDraft
from occupations.importing.rules import check
from occupations.models import Assessment, Duty, Ksb, Option, Product, StandardVersion


def is_in_use(version: StandardVersion) -> bool:
    """Whether anything outside the catalogue leads to it or to a part of it.

    The catalogue does not know apprenticeships or claims; it knows that their rows point here.
    """
    for model in (StandardVersion, Option, Ksb, Duty, Assessment, Product):
        path = "" if model is StandardVersion else "__version"
        for relation in model._meta.related_objects:
            outside = relation.related_model
            if outside._meta.app_label == "occupations":
                continue
            if outside._base_manager.filter(**{f"{relation.field.name}{path}": version}).exists():
                return True
    return False


def set_facts(version: StandardVersion, facts: content.Content) -> None:
    fields: dict[str, Any] = {field.name: field for field in version._meta.fields}
    for name, value in facts.items():
        setattr(version, name, fields[name].to_python(value))


def write_parts(
    version: StandardVersion, said: content.Content, parts: set[str], draft: StandardDraft, is_first: bool = False
) -> None:
    """Write the rows of `parts`, in bulk, with the links between them, and the words by which they are found."""
    written = {part: _write_rows(version, said, part, draft) for part in _MODELS if part in parts}
    options = {option.title: option.pk for option in written.get("options", ())}
    if "ksbs" in written:
        codes = {ksb.code: ksb.pk for ksb in written["ksbs"]}
    else:
        codes = dict(version.ksbs.values_list("code", "pk"))
    if "options" not in written:
        options = dict(version.options.values_list("title", "pk"))
    for part in ("ksbs", "duties", "assessments"):
        _link(written.get(part, []), said.get(part) or [], "options", options)
        _link(written.get(part, []), said.get(part) or [], "ksb_codes", codes)
    search.index(version, said, is_first=is_first)


_MODELS: dict[str, Any] = {
    "products": Product,
    "options": Option,
    "ksbs": Ksb,
    "duties": Duty,
    "assessments": Assessment,
}


def _write_rows(version: StandardVersion, said: content.Content, part: str, draft: StandardDraft) -> list[Any]:
    model = _MODELS[part]
    rows = []
    for position, item in enumerate(said.get(part) or [], start=1):
        row = model(version=version, **{name: value for name, value in item.items() if name not in content.LINKS})
        if part != "duties":
            row.position = position
        if part == "ksbs":
            row.code = f"{row.type}{row.number}"
        rows.append(row)
    check(rows, draft, part)
    made: list[Any] = model.objects.bulk_create(rows)
    return made


def _link(rows: list[Any], items: list[dict[str, Any]], names: str, targets: dict[str, Any]) -> None:
    """Write the many-to-many rows that `items` name."""
    if not rows or names not in items[0]:
        return
    relation = getattr(type(rows[0]), content.LINKS[names][0])
    through, source, target = relation.through, relation.field.m2m_field_name(), relation.field.m2m_reverse_field_name()
    through.objects.bulk_create(
        through(**{f"{source}_id": row.pk, f"{target}_id": targets[name]})
        for row, item in zip(rows, items, strict=True)
        for name in item[names]
        if name in targets
    )
