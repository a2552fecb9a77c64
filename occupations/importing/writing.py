"""Puts a draft into the catalogue: whole or not at all, and never over what a version that is held says.

What the source says of a version that is held already is compared with it. The same: nothing changes. More: what was
blank is filled in. Something else: the text is recorded as a revision, which an admin looks at and may adopt.
"""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction

from accounts.models import Organisation
from audit import chain as audit
from audit.actions import Action
from core import clock
from core.actor import SYSTEM, Actor
from occupations import content, search
from occupations.audit_actions import (
    STANDARD_VERSION_ADOPTED,
    STANDARD_VERSION_COMPLETED,
    STANDARD_VERSION_IMPORTED,
    STANDARD_VERSION_LARS_CODES_ADDED,
    STANDARD_VERSION_REVISION_SEEN,
)
from occupations.importing.draft import Problem, Refused, StandardDraft
from occupations.importing.onward import link_onward
from occupations.importing.rules import check
from occupations.models import (
    Assessment,
    Duty,
    Ksb,
    Option,
    Product,
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


def write(draft: StandardDraft, by: Actor = SYSTEM, owner: Organisation | None = None) -> Written:
    """Write what a draft says of a version, with its audit entry, in one transaction.

    Args:
        by: who imported it; None for a command.
        owner: the provider whose private standard it is; None for the catalogue.

    Raises:
        Refused: a value does not fit its field, or two items have the same place.
    """
    said = _said(draft)
    if known := _known_word_for_word(draft, content.digest_of(said), owner):
        return Written(Outcome.UNCHANGED, known)
    return _write(draft, said, by, owner)


def _known_word_for_word(draft: StandardDraft, sha256: str, owner: Organisation | None) -> StandardVersion | None:
    """The version that this draft, or one that says just the same, was made into; or its newest correction.

    Asked without a lock: a text that is held stays held. It is what most of a catalogue is when it comes again.
    """
    if draft.leads_to or not draft.is_version_named:
        return None
    held = StandardVersion.objects.of_owner(owner).filter(standard__reference=draft.reference, version=draft.version)
    if sha256 not in held.values_list("content_sha256", flat=True):
        return None
    newest = held.select_related("standard").latest("correction")
    return newest if set(draft.lars_codes or []) <= set(newest.lars_codes) else None


@transaction.atomic
def _write(draft: StandardDraft, said: content.Content, by: Actor, owner: Organisation | None) -> Written:
    standard, is_new = _locked(draft, owner)
    versions = list(standard.versions.all())
    if draft.is_version_named:
        versions = [version for version in versions if version.version == draft.version]
    held = max(versions, key=lambda version: (version.number_parts, version.correction), default=None)
    said = _settled(draft, said, held)
    if held is None:
        written = _create(standard, draft, content.without_loose_ends(said), correction=0, is_new_standard=is_new)
        # The rows were written from it a moment ago: reading them back for the record would say the same.
        written.version.fingerprint_as_written = written.version.content_sha256
        _record(STANDARD_VERSION_IMPORTED, by, written.version, draft)
        written.version.fingerprint_as_written = ""
    elif content.digest_of(said) in {version.content_sha256 for version in versions if version.version == held.version}:
        # Word for word what this version or one of its earlier corrections was made of.
        written = Written(Outcome.UNCHANGED, held)
    else:
        written = _compare(held, draft, said, by)
    _add_lars_codes(written.version, draft, by)
    if draft.leads_to:
        link_onward(standard, draft.leads_to, Path(draft.source_name).name, by)
    return written


def _settled(draft: StandardDraft, said: content.Content, held: StandardVersion | None) -> content.Content:
    """`said` with what only makes sense beside what is held: duties named by their numbers, a title that is a guess."""
    if held and draft.is_title_loose:
        said = {name: value for name, value in said.items() if name != "title"}
    duties = said.get("duties") or []
    if not duties or any(duty["text"] for duty in duties):
        return said
    said = {name: value for name, value in said.items() if name != "duties"}
    known = content.held(held)["duties"] if held else []
    mapped = {duty["number"]: duty["ksb_codes"] for duty in duties}
    unknown = sorted(mapped.keys() - {duty["number"] for duty in known})
    if unknown:
        shown = ", ".join(map(str, unknown[:12]))
        reason = f"what these duties say is not held, so that their KSBs are not kept: {shown}"
        draft.warnings.append(Problem(draft.source_name, draft.lines.get("ksbs"), reason))
    if not known:
        return said
    told = [duty | {"ksb_codes": mapped.get(duty["number"], duty["ksb_codes"])} for duty in known]
    return said | {"duties": told}


def _said(draft: StandardDraft) -> content.Content:
    try:
        said = content.said(draft)
    except (ValueError, TypeError) as error:
        reason = f"this cannot be kept as text: {error}"
        raise Refused(Problem(draft.source_name, draft.lines.get("reference"), reason)) from error
    for part, names in content.KEYS.items():
        _refuse_doubles(draft, said, part, names)
    return said


def _refuse_doubles(draft: StandardDraft, said: content.Content, part: str, names: tuple[str, ...]) -> None:
    """Two KSBs of one code, two duties of one number or two options of one title are a reader's or a source's fault."""
    if part not in ("ksbs", "duties", "options"):
        return
    seen = set()
    for place, item in enumerate(said.get(part, [])):
        key = tuple(item[name] for name in names)
        if key in seen:
            line = getattr((getattr(draft, part) or [])[place], "line", None)
            shown = "".join(map(str, key))
            raise Refused(Problem(draft.source_name, line, f"{shown} stands twice among the {part}"))
        seen.add(key)


def _locked(draft: StandardDraft, owner: Organisation | None) -> tuple[Standard, bool]:
    """The standard, new or held, for which two imports at a time wait for each other here; and whether it is new."""
    locked = Standard.objects.of_owner(owner).select_for_update(of=("self",))
    if standard := locked.filter(reference=draft.reference).first():
        return standard, False
    slug = f"{draft.reference}-{owner.ukprn}" if owner else draft.reference
    new = Standard(owner=owner, reference=draft.reference, slug=slug, title=draft.title or draft.reference)
    check([new], draft)
    # Of two that come at once one makes it, and the other finds it here: no query looks whether it is still missing.
    Standard.objects.bulk_create([new], ignore_conflicts=True)
    standard = locked.get(reference=draft.reference)
    return standard, standard.pk == new.pk


def _compare(held: StandardVersion, draft: StandardDraft, said: content.Content, by: Actor) -> Written:
    """Fill in what was blank, or record a text that says something else."""
    before = content.held(held)
    if said.get("title") and before["title"] == held.standard.reference:
        # It came from a source without a title.
        before = before | {"title": ""}
    after = content.merged(before, said)
    told = content.without_loose_ends(said, within=after)
    differing = content.differing(before, told)
    if not differing and content.digest_of(after) == content.digest_of(before):
        return Written(Outcome.UNCHANGED, held)
    if not differing and not _is_in_use(held):
        return _complete(held, draft, before, after, by)
    sha256 = content.digest_of(said)
    corrections = held.standard.versions.filter(version=held.version)
    if known := Revision.objects.unscoped().filter(version__in=corrections, content_sha256=sha256).first():
        return Written(Outcome.UNCHANGED, held, revision=known)
    revision = Revision.objects.create(
        version=held,
        content=said,
        content_sha256=sha256,
        source_name=Path(draft.source_name).name,
        source_sha256=draft.source_sha256,
        seen_at=clock.now(),
        seen_by_id=by.person_id,
    )
    _record(STANDARD_VERSION_REVISION_SEEN, by, held, draft, subject=revision)
    added = tuple(
        name for name, value in told.items() if content.is_blank(before[name]) and not content.is_blank(value)
    )
    return Written(Outcome.REVISION, held, revision=revision, differing=(*differing, *added))


def _is_in_use(version: StandardVersion) -> bool:
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


def _complete(
    held: StandardVersion, draft: StandardDraft, before: content.Content, after: content.Content, by: Actor
) -> Written:
    """Make a version that nobody is on say `after`, which is all that it says now and more."""
    changed = {name for name, value in after.items() if value != before[name]}
    parts = changed & content.PARTS.keys()
    if parts & {"ksbs", "options"}:
        # What leads to rows that are written anew is written anew too.
        parts |= {"options", "ksbs", "duties", "assessments"}
    for part in parts:
        getattr(held, part).all().delete()
    if "title" in changed and held.standard.title == held.standard.reference:
        held.standard.title = after["title"]
        held.standard.save(update_fields=["title"])
    _set_facts(held, {name: after[name] for name in changed & set(content.FACTS)})
    held.content_sha256 = content.digest_of(after)
    check([held], draft)
    held.save()
    _write_parts(held, after, parts, draft)
    _record(STANDARD_VERSION_COMPLETED, by, held, draft, parts=sorted(changed))
    return Written(
        Outcome.COMPLETED,
        held,
        ksb_counts=Counter(ksb["type"] for ksb in after["ksbs"]) if not before["ksbs"] else Counter(),
        duty_count=len(after["duties"]) if not before["duties"] else 0,
    )


@transaction.atomic
def adopt(revision: Revision, by: Actor) -> StandardVersion:
    """Make a recorded text the next correction of its version; where it is silent, the newest correction's words go on.

    Nobody is moved to it: that is an act of its own. Adopting twice returns the first correction.
    """
    standard = Standard.objects.unscoped().select_for_update(of=("self",)).get(versions__revisions=revision)
    revision = Revision.objects.unscoped().select_related("version", "adopted_as").get(pk=revision.pk)
    if revision.adopted_as:
        return revision.adopted_as
    newest = standard.versions.filter(version=revision.version.version).latest("correction")
    draft = StandardDraft(
        source_name=revision.source_name,
        source_sha256=revision.source_sha256,
        reference=standard.reference,
        version=newest.version,
        lars_codes=newest.lars_codes,
    )
    said = content.merged(content.held(newest), revision.content)
    version = _create(standard, draft, said, correction=newest.correction + 1).version
    revision.adopted_at, revision.adopted_by_id, revision.adopted_as = clock.now(), by.person_id, version
    revision.save(update_fields=["adopted_at", "adopted_by", "adopted_as"])
    _record(STANDARD_VERSION_ADOPTED, by, version, draft, revision=revision.pk)
    return version


def _create(
    standard: Standard, draft: StandardDraft, said: content.Content, correction: int, is_new_standard: bool = False
) -> Written:
    """Write a new version with all its parts."""
    if not said.get("title"):
        said = said | {"title": standard.title}
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
    _set_facts(version, {name: said[name] for name in content.FACTS if not content.is_blank(said.get(name))})
    check([version], draft)
    version.save(force_insert=True)
    _write_parts(version, said, set(content.PARTS), draft, is_first=is_new_standard)
    counts = Counter(ksb["type"] for ksb in said.get("ksbs") or [])
    return Written(Outcome.CREATED, version, is_new_standard, counts, len(said.get("duties") or []))


def _set_facts(version: StandardVersion, facts: content.Content) -> None:
    fields: dict[str, Any] = {field.name: field for field in version._meta.fields}
    for name, value in facts.items():
        setattr(version, name, fields[name].to_python(value))


def _write_parts(
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


def _add_lars_codes(held: StandardVersion, draft: StandardDraft, by: Actor) -> None:
    """One text may be listed under several LARS codes: keep them all. They are no part of what a version says."""
    if new := [code for code in draft.lars_codes or [] if code not in held.lars_codes]:
        held.lars_codes = sorted([*held.lars_codes, *new])
        held.save(update_fields=["lars_codes"])
        search.index(held, content.held(held))
        _record(STANDARD_VERSION_LARS_CODES_ADDED, by, held, draft, lars_codes=new)


def _record(
    action: Action,
    by: Actor,
    version: StandardVersion,
    draft: StandardDraft,
    *,
    subject: models.Model | None = None,
    **data: Any,
) -> None:
    """Record a change to a version: in its provider's record if it is private, else in the installation's."""
    audit.record(
        action,
        by,
        subject or version,
        organisation=version.standard.owner,
        reference=draft.reference,
        version=version.version,
        correction=version.correction,
        source_sha256=draft.source_sha256,
        **data,
    )
