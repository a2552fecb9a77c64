"""Puts a draft into the catalogue: whole or not at all, and never over a version that is there already."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from accounts.models import User
from audit import chain as audit
from audit import clock
from audit.canonical import canonical
from occupations.content import content_of, digest_of
from occupations.importing.draft import Problem, Refused, StandardDraft
from occupations.models import Ksb, Product, Standard, StandardVersion


class Outcome(models.TextChoices):
    CREATED = "created"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Written:
    """What became of a draft that was not refused."""

    outcome: Outcome
    version: StandardVersion
    is_new_standard: bool = False
    ksb_counts: Counter[str] = field(default_factory=Counter)
    duty_count: int = 0

    @property
    def ksb_count(self) -> int:
        return self.ksb_counts.total()


@dataclass(frozen=True)
class _Rows:
    version: StandardVersion
    products: list[Product]
    ksbs: list[Ksb]


@transaction.atomic
def write(draft: StandardDraft, by: User | None = None) -> Written:
    """Write a version of a standard with all that belongs to it, and its audit entry, in one transaction.

    A draft of a version that is there already, with the same content, changes nothing.

    Args:
        by: who imported it; None for a command.

    Raises:
        Refused: a value does not fit, or the version is there with other content: a version in use is never edited.
    """
    rows = _rows(draft)
    _check(rows, draft)
    standard, is_new = Standard.objects.get_or_create(reference=draft.reference, defaults={"title": draft.title})
    # Two imports of one standard at a time wait for each other here.
    rows.version.standard = Standard.objects.select_for_update().get(pk=standard.pk)
    held = standard.versions.filter(version=draft.version).first()
    if held and held.content_sha256 == rows.version.content_sha256:
        return Written(Outcome.UNCHANGED, held)
    if held:
        raise Refused(_differs(held, rows, draft))
    rows.version.save(force_insert=True)
    Product.objects.bulk_create(rows.products)
    Ksb.objects.bulk_create(rows.ksbs)
    audit.record(
        "standard_version.imported",
        by,
        rows.version,
        reference=draft.reference,
        version=draft.version,
        ksb_count=len(rows.ksbs),
        content_sha256=rows.version.content_sha256,
        source_sha256=draft.source_sha256,
    )
    return Written(Outcome.CREATED, rows.version, is_new, Counter(ksb.type for ksb in rows.ksbs))


def _rows(draft: StandardDraft) -> _Rows:
    version = StandardVersion(
        standard=Standard(reference=draft.reference, title=draft.title),
        version=draft.version,
        title=draft.title,
        occupation_reference=draft.occupation_reference,
        status=draft.status,
        route=draft.route,
        level=draft.level,
        overview=draft.overview,
        summary=draft.summary,
        median_salary_pounds=draft.median_salary_pounds,
        soc_code=draft.soc_code,
        soc_title=draft.soc_title,
        soc_groups=[list(group) for group in draft.soc_groups],
        employers=draft.employers,
        job_titles=draft.job_titles,
        keywords=draft.keywords,
        source_name=Path(draft.source_name).name,
        source_sha256=draft.source_sha256,
        imported_at=clock.now(),
    )
    products = [
        Product(
            version=version,
            position=position,
            reference=product.reference,
            title=product.title,
            level=product.level,
            status=product.status,
        )
        for position, product in enumerate(draft.products, start=1)
    ]
    ksbs = [
        Ksb(
            version=version,
            type=ksb.type,
            number=ksb.number,
            code=ksb.code,
            position=position,
            statement=ksb.statement,
        )
        for position, ksb in enumerate(draft.ksbs, start=1)
    ]
    version.content_sha256 = digest_of(version, products, ksbs)
    return _Rows(version, products, ksbs)


def _check(rows: _Rows, draft: StandardDraft) -> None:
    """Hold every value against its field's rules, so that SQLite refuses what PostgreSQL would."""
    checks: list[tuple[models.Model, int | None]] = [(rows.version.standard, None), (rows.version, None)]
    checks += [(row, part.line) for row, part in zip(rows.products, draft.products, strict=True)]
    checks += [(row, part.line) for row, part in zip(rows.ksbs, draft.ksbs, strict=True)]
    problems = []
    for row, line in checks:
        try:
            row.clean_fields(exclude={"version"} if line else {"standard"})
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                where = line or draft.lines.get(name, draft.lines.get("reference"))
                problems += [Problem(draft.source_name, where, f"{_words(name)}: {text}") for text in messages]
    if problems:
        raise Refused(*dict.fromkeys(problems))


def _differs(held: StandardVersion, rows: _Rows, draft: StandardDraft) -> Problem:
    before = canonical(content_of(held, held.products.all(), held.ksbs.all()))
    after = canonical(content_of(rows.version, rows.products, rows.ksbs))
    differing = [_words(name) for name in _changed(before["facts"], after["facts"])]
    if before["products"] != after["products"]:
        differing.append("products")
    differing += _changed(before["ksbs"], after["ksbs"])
    reason = (
        f"{draft} is held already and says something else in: {', '.join(differing)}. "
        "A version in use is never edited; a correction needs a version number of its own"
    )
    return Problem(draft.source_name, draft.lines.get("reference"), reason)


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names under which the two say different things, or of which only one says anything."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _words(field_name: str) -> str:
    return field_name.replace("_", " ")
