"""Puts a draft into the catalogue: whole or not at all, and never over what a version that is held says.

What the source says of a version that is held already is compared with it. The same: nothing changes. More: what was
blank is filled in. Something else: the text is recorded as a revision, which an admin looks at and may adopt.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import User
from audit import chain as audit
from audit import clock
from occupations import content
from occupations.importing.draft import Problem, Refused, StandardDraft
from occupations.models import (
    Assessment,
    Duty,
    Ksb,
    Option,
    Product,
    ProgressionLink,
    Revision,
    Standard,
    StandardVersion,
)


class Outcome(models.TextChoices):
    CREATED = "created"
    COMPLETED = "completed"
    REVISION = "revision"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Written:
    """What became of a draft that was not refused. The counts are of what was written."""

    outcome: Outcome
    version: StandardVersion
    is_new_standard: bool = False
    ksb_counts: Counter[str] = field(default_factory=Counter)
    duty_count: int = 0
    revision: Revision | None = None
    differing: tuple[str, ...] = ()

    @property
    def ksb_count(self) -> int:
        return self.ksb_counts.total()


@transaction.atomic
def write(draft: StandardDraft, by: User | None = None) -> Written:
    """Write what a draft says of a version, with its audit entry, in one transaction.

    Args:
        by: who imported it; None for a command.

    Raises:
        Refused: a value does not fit its field.
    """
    standard, is_new = Standard.objects.get_or_create(
        reference=_valid_reference(draft), defaults={"title": draft.title or draft.reference}
    )
    # Two imports of one standard at a time wait for each other here.
    standard = Standard.objects.select_for_update().get(pk=standard.pk)
    versions = standard.versions.order_by("pk")
    held = versions.newest_of(draft.version) if draft.is_version_named else versions.newest()
    said = content.said(draft)
    if held is None:
        version = _create(standard, draft, said, correction=0)
        written = Written(
            Outcome.CREATED,
            version,
            is_new,
            Counter(ksb["type"] for ksb in said.get("ksbs", [])),
            len(said.get("duties", [])),
        )
        audit.record("standard_version.imported", by, version, **_about(version, draft))
    else:
        written = _compare(held, draft, said, by)
    _link_onward(standard, draft)
    return written


def _compare(held: StandardVersion, draft: StandardDraft, said: content.Content, by: User | None) -> Written:
    """Fill in what was blank, or record a text that says something else."""
    before = content.held(held)
    differing = [name for name, value in said.items() if not content.is_blank(value) and before[name] != value]
    _add_lars_codes(held, draft)
    if not differing:
        return Written(Outcome.UNCHANGED, held)
    blank = [name for name in differing if content.is_blank(before[name])]
    if len(blank) == len(differing) and not ("ksbs" in blank and _is_in_use(held)):
        return _complete(held, draft, {name: said[name] for name in blank}, by)
    sha256 = content.digest_of(said)
    revision, is_new = Revision.objects.get_or_create(
        version=held,
        content_sha256=sha256,
        defaults={
            "content": said,
            "source_name": Path(draft.source_name).name,
            "source_sha256": draft.source_sha256,
            "seen_at": clock.now(),
            "seen_by": by,
        },
    )
    if not is_new:
        return Written(Outcome.UNCHANGED, held, revision=revision)
    audit.record("standard_version.revision_seen", by, revision, **_about(held, draft))
    return Written(Outcome.REVISION, held, revision=revision, differing=tuple(differing))


def _is_in_use(version: StandardVersion) -> bool:
    """Whether somebody is on it. The catalogue does not know apprenticeships; it knows that rows point at it."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: version}).exists()
        for relation in version._meta.related_objects
        if relation.one_to_many and relation.related_model._meta.app_label != "occupations"
    )


def _complete(held: StandardVersion, draft: StandardDraft, missing: content.Content, by: User | None) -> Written:
    """Fill in what a version did not say."""
    for name in content.FACTS:
        if name in missing:
            setattr(held, name, held._meta.get_field(name).to_python(missing[name]))
    _check(held, draft)
    held.content_sha256 = ""
    held.save()
    _write_parts(held, missing, draft)
    held.content_sha256 = content.digest_of(content.held(held))
    held.save(update_fields=["content_sha256"])
    audit.record("standard_version.completed", by, held, parts=sorted(missing), **_about(held, draft))
    return Written(
        Outcome.COMPLETED,
        held,
        ksb_counts=Counter(ksb["type"] for ksb in missing.get("ksbs", [])),
        duty_count=len(missing.get("duties", [])),
    )


@transaction.atomic
def adopt(revision: Revision, by: User | None) -> StandardVersion:
    """Make a recorded text the next correction of its version; where it is silent, the version's words go on.

    Nobody is moved to it: that is an act of its own. Adopting twice returns the first correction.
    """
    Standard.objects.select_for_update().get(pk=revision.version.standard_id)
    revision = Revision.objects.select_related("version__standard", "adopted_as").get(pk=revision.pk)
    if revision.adopted_as:
        return revision.adopted_as
    before = revision.version
    newest = before.standard.versions.newest_of(before.version)
    said = content.held(before) | {
        name: value for name, value in revision.content.items() if not content.is_blank(value)
    }
    draft = StandardDraft(
        source_name=revision.source_name,
        source_sha256=revision.source_sha256,
        reference=before.standard.reference,
        version=before.version,
        lars_codes=before.lars_codes,
    )
    version = _create(before.standard, draft, said, correction=newest.correction + 1)
    revision.adopted_at, revision.adopted_by, revision.adopted_as = clock.now(), by, version
    revision.save(update_fields=["adopted_at", "adopted_by", "adopted_as"])
    audit.record("standard_version.adopted", by, version, revision=revision.pk, **_about(version, draft))
    return version


def _create(standard: Standard, draft: StandardDraft, said: content.Content, correction: int) -> StandardVersion:
    """Write a new version with all its parts."""
    version = StandardVersion(
        standard=standard,
        version=draft.version,
        correction=correction,
        lars_codes=draft.lars_codes or [],
        source_name=Path(draft.source_name).name,
        source_sha256=draft.source_sha256,
        imported_at=clock.now(),
        content_sha256=content.digest_of(said),
    )
    for name in content.FACTS:
        if name in said:
            setattr(version, name, version._meta.get_field(name).to_python(said[name]))
    version.title = version.title or standard.title
    _check(version, draft)
    version.save(force_insert=True)
    _write_parts(version, said, draft)
    if version.title != said.get("title"):
        version.content_sha256 = content.digest_of(said | {"title": version.title})
        version.save(update_fields=["content_sha256"])
    return version


def _write_parts(version: StandardVersion, said: content.Content, draft: StandardDraft) -> None:
    """Write the rows of each part that is said, in bulk, with the links between them."""
    Product.objects.bulk_create(
        _checked(
            draft, "products", [Product(version=version, position=n, **item) for n, item in _numbered(said, "products")]
        )
    )
    Option.objects.bulk_create(
        _checked(
            draft, "options", [Option(version=version, position=n, **item) for n, item in _numbered(said, "options")]
        )
    )
    options = {option.title: option.pk for option in version.options.all()}
    ksbs = [
        Ksb(version=version, position=n, code=f"{item['type']}{item['number']}", **_without_links(item))
        for n, item in _numbered(said, "ksbs")
    ]
    Ksb.objects.bulk_create(_checked(draft, "ksbs", ksbs))
    codes = {ksb.code: ksb.pk for ksb in ksbs} or dict(version.ksbs.values_list("code", "pk"))
    duties = [Duty(version=version, **_without_links(item)) for _, item in _numbered(said, "duties")]
    Duty.objects.bulk_create(_checked(draft, "duties", duties))
    assessments = [
        Assessment(version=version, position=n, **_without_links(item)) for n, item in _numbered(said, "assessments")
    ]
    Assessment.objects.bulk_create(_checked(draft, "assessments", assessments))
    for part, rows in (("ksbs", ksbs), ("duties", duties), ("assessments", assessments)):
        _link(rows, said.get(part, []), "options", options)
        _link(rows, said.get(part, []), "ksb_codes", codes)


def _numbered(said: content.Content, part: str) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(said.get(part, []), start=1))


def _without_links(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in {"options", "ksb_codes"}}


def _link(rows: list[Any], items: list[dict[str, Any]], names: str, targets: dict[str, Any]) -> None:
    """Write the many-to-many rows that `items` name; what leads nowhere was warned of by the reader."""
    if not rows or names not in items[0]:
        return
    relation = getattr(type(rows[0]), "ksbs" if names == "ksb_codes" else "options")
    through, source, target = relation.through, relation.field.m2m_field_name(), relation.field.m2m_reverse_field_name()
    through.objects.bulk_create(
        through(**{f"{source}_id": row.pk, f"{target}_id": targets[name]})
        for row, item in zip(rows, items, strict=True)
        for name in item[names]
        if name in targets
    )


def _link_onward(standard: Standard, draft: StandardDraft) -> None:
    """Keep the ways onward that a source publishes, to standards that are held."""
    if draft.leads_to:
        ProgressionLink.objects.bulk_create(
            (
                ProgressionLink(start=standard, end=end, source_name=Path(draft.source_name).name)
                for end in Standard.objects.filter(reference__in=draft.leads_to).exclude(pk=standard.pk)
            ),
            ignore_conflicts=True,
        )


def _add_lars_codes(held: StandardVersion, draft: StandardDraft) -> None:
    """One text may be listed under several LARS codes: keep them all."""
    if new := [code for code in draft.lars_codes or [] if code not in held.lars_codes]:
        held.lars_codes = sorted([*held.lars_codes, *new])
        held.save(update_fields=["lars_codes"])


def _about(version: StandardVersion, draft: StandardDraft) -> dict[str, Any]:
    return {
        "reference": draft.reference,
        "version": version.version,
        "correction": version.correction,
        "source_sha256": draft.source_sha256,
    }


def _valid_reference(draft: StandardDraft) -> str:
    _check(Standard(reference=draft.reference, title=draft.title or draft.reference), draft)
    return draft.reference


def _check(row: models.Model, draft: StandardDraft, line: int | None = None) -> None:
    """Hold every value against its field's rules, so that SQLite refuses what PostgreSQL would.

    Raises:
        Refused: naming the line of each value that does not fit.
    """
    links = [relation.name for relation in row._meta.fields if relation.is_relation]
    try:
        row.clean_fields(exclude={*links, "content_sha256"})
    except ValidationError as error:
        raise Refused(
            *(
                Problem(draft.source_name, line or draft.lines.get(name), f"{name.replace('_', ' ')}: {text}")
                for name, messages in error.message_dict.items()
                for text in messages
            )
        ) from error


def _checked(draft: StandardDraft, part: str, rows: list[Any]) -> list[Any]:
    """`rows`, each held against its fields' rules."""
    lines = [getattr(item, "line", None) for item in getattr(draft, part) or []]
    for place, row in enumerate(rows):
        _check(row, draft, lines[place] if place < len(lines) else None)
    return rows
