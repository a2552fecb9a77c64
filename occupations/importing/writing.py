"""Puts a draft into the catalogue: whole or not at all, and never over what a version that is held says.

What the source says of a version that is held already is compared with it. The same: nothing changes. More: what was
blank is filled in. Something else: the text is recorded as a revision, which an admin looks at and may adopt.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import models, transaction

from accounts.models import Organisation
from audit import chain as audit
from audit.actions import Action
from core import clock
from core.actor import SYSTEM, Actor
from occupations import content, search, statuses
from occupations.audit_actions import (
    STANDARD_VERSION_ADOPTED,
    STANDARD_VERSION_COMPLETED,
    STANDARD_VERSION_IMPORTED,
    STANDARD_VERSION_LARS_CODES_ADDED,
    STANDARD_VERSION_REVISION_SEEN,
    STANDARD_VERSION_STATUS_CHANGED,
)
from occupations.importing import waiting
from occupations.importing.draft import Problem, Refused, StandardDraft
from occupations.importing.onward import link_onward
from occupations.importing.parsing.codes import TYPES
from occupations.importing.placing import version_meant
from occupations.importing.rules import check
from occupations.importing.version_rows import is_in_use, set_facts, write_parts
from occupations.models import Revision, Standard, StandardVersion, StatusChange


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
    has_new_status: bool = False

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
    held = version_meant(draft, said, [] if is_new else list(standard.versions.all()))
    said, loose = waiting.settled(draft, said, held)
    if held is None:
        written = _create(standard, draft, content.without_loose_ends(said), correction=0, is_new_standard=is_new)
        # The rows were written from it a moment ago: reading them back for the record would say the same.
        written.version.fingerprint_as_written = written.version.content_sha256
        _record(STANDARD_VERSION_IMPORTED, by, written.version, draft)
        written.version.fingerprint_as_written = ""
    else:
        _number(held, draft)
        said = _with_ksbs_unsaid(held, draft, said)
        written = _compare_all(held, draft, said, by)
    if loose:
        waiting.keep(written.version, loose, draft)
    elif written.outcome in (Outcome.CREATED, Outcome.COMPLETED) and held:
        _take_hold(written.version, by)
    _add_lars_codes(written.version, draft, by)
    if draft.title and standard.title == standard.reference:
        _name(standard, draft, by)
    if draft.leads_to:
        link_onward(standard, draft.leads_to, Path(draft.source_name).name, by)
    return written


def _name(standard: Standard, draft: StandardDraft, by: Actor) -> None:
    """Give a standard its title, and those of its versions whose sources did not say it."""
    standard.title = draft.title or standard.title
    standard.save(update_fields=["title"])
    for version in standard.versions.filter(title=standard.reference):
        if not is_in_use(version):
            version.standard = standard
            titled = StandardDraft(draft.source_name, draft.source_sha256, standard.reference, version.version)
            before = version.content()
            _complete(version, titled, before, before | {"title": standard.title}, by)


def _number(held: StandardVersion, draft: StandardDraft) -> None:
    """Give a version whose number was assumed the one that a source names."""
    if held.is_number_assumed and draft.is_version_named:
        held.version, held.is_number_assumed = draft.version, False
        held.save(update_fields=["version", "is_number_assumed"])


def _with_ksbs_unsaid(held: StandardVersion, draft: StandardDraft, said: content.Content) -> content.Content:
    """What a list says, and of the KSBs that it has not, what is held: it need not have all."""
    if not draft.is_list or not said.get("ksbs") or not (before := held.content()["ksbs"]):
        return said
    told = {name for item in said["ksbs"] for name, value in item.items() if not content.is_blank(value)}
    listed = {(item["type"], item["number"]): item for item in said["ksbs"]}
    whole = []
    for item in before:
        new = listed.pop((item["type"], item["number"]), {})
        whole.append(item | {name: value for name, value in new.items() if name in told})
    whole = sorted([*whole, *listed.values()], key=lambda item: (TYPES.index(item["type"]), item["number"]))
    return said | {"ksbs": whole}


def _compare_all(held: StandardVersion, draft: StandardDraft, said: content.Content, by: Actor) -> Written:
    sha256 = content.digest_of(said)
    corrections = held.standard.versions.filter(version=held.version)
    if sha256 in corrections.values_list("content_sha256", flat=True):
        # Word for word what this version or one of its earlier corrections was made of.
        return Written(Outcome.UNCHANGED, held)
    has_new_status = _take_status(held, draft, by)
    if held.status and not statuses.are_same(held.status, draft.status or ""):
        said = {name: value for name, value in said.items() if name != "status"}
    return replace(_compare(held, draft, said, by), has_new_status=has_new_status)


def _take_status(held: StandardVersion, draft: StandardDraft, by: Actor) -> bool:
    """Take over another kind of status as a dated fact, once for each kind: an older file again changes nothing."""
    if not draft.status or not held.status or statuses.are_same(held.status, draft.status):
        return False
    changes = StatusChange.objects.unscoped().filter(version__standard=held.standard_id, version__version=held.version)
    told = {status for pair in changes.values_list("before", "status") for status in pair}
    if any(statuses.are_same(status, draft.status) for status in told):
        reason = f"this version used to have the status “{draft.status}”; it stays “{held.status}”"
        draft.warnings.append(Problem(draft.source_name, draft.lines.get("status"), reason))
        return False
    StatusChange.objects.create(
        version=held,
        before=held.status,
        status=draft.status,
        source_name=Path(draft.source_name).name,
        source_sha256=draft.source_sha256,
        seen_at=clock.now(),
        seen_by_id=by.person_id,
    )
    before, held.status = held.status, draft.status
    check([held], draft)
    held.content_sha256 = content.digest_of(held.content())
    held.save(update_fields=["status", "content_sha256"])
    _record(STANDARD_VERSION_STATUS_CHANGED, by, held, draft, before=before, status=held.status)
    return True


def _take_hold(version: StandardVersion, by: Actor) -> None:
    """Add to a version what waited for its statements or duties."""
    for text in waiting.of(version):
        draft = StandardDraft(text.source_name, text.source_sha256, version.standard.reference, version.version)
        said, loose = waiting.settled(draft, text.content, version)
        if not loose:
            text.delete()
            _compare(version, draft, said, by)


def _said(draft: StandardDraft) -> content.Content:
    try:
        said = content.said(draft)
    except (ValueError, TypeError) as error:
        reason = f"this cannot be saved as text: {error}"
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
    locked = Standard.objects.of_owner(owner).select_for_update(no_key=True, of=("self",))
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
    before = held.content()
    if said.get("title") and before["title"] == held.standard.reference:
        # It came from a source without a title.
        before = before | {"title": ""}
    after = content.merged(before, said)
    told = content.without_loose_ends(said, within=after)
    differing = content.differing(_as_far_as_known(held, before, told), told)
    more = {name for name, value in after.items() if value != before[name]}
    if not differing and content.digest_of(after) == content.digest_of(before):
        return Written(Outcome.UNCHANGED, held)
    if not differing and not is_in_use(held):
        return _complete(held, draft, before, after, by)
    if not differing and _is_needless(more, before, after, held):
        return Written(Outcome.UNCHANGED, held)
    sha256 = content.digest_of({name: value for name, value in said.items() if name != "status"})
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


def _as_far_as_known(held: StandardVersion, before: content.Content, told: content.Content) -> content.Content:
    """What a version says; and of KSBs that it may lack, what another source says of them."""
    if not held.may_lack_ksbs:
        return before
    known = {(item["type"], item["number"]) for item in before["ksbs"]}
    more = [item for item in told.get("ksbs") or [] if (item["type"], item["number"]) not in known]
    return before | {"ksbs": [*before["ksbs"], *more]}


def _is_needless(more: set[str], before: content.Content, after: content.Content, held: StandardVersion) -> bool:
    """Whether what a source adds to a version in use is nothing that anybody need look at."""
    reference = held.standard.reference
    return all(
        content.is_implied(name, after[name], reference)
        or (name in ("status", "page_url") and not content.is_blank(before[name]))
        for name in more
    )


def _complete(
    held: StandardVersion, draft: StandardDraft, before: content.Content, after: content.Content, by: Actor
) -> Written:
    """Make a version that nobody is on say `after`, which is all that it says now and more."""
    changed = {name for name, value in after.items() if value != before[name]}
    parts = changed & content.PARTS.keys()
    if parts & {"ksbs", "options"}:
        # What refers to rows that are rewritten is rewritten too.
        parts |= {"options", "ksbs", "duties", "assessments"}
    for part in parts:
        getattr(held, part).all().delete()
    set_facts(held, {name: after[name] for name in changed & set(content.FACTS)})
    held.content_sha256 = content.digest_of(after)
    if draft.ksbs:
        held.may_lack_ksbs = draft.is_list and (held.may_lack_ksbs or not before["ksbs"])
    check([held], draft)
    held.save()
    write_parts(held, after, parts, draft)
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
    standard = (
        Standard.objects.unscoped().select_for_update(no_key=True, of=("self",)).get(versions__revisions=revision)
    )
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
    held = newest.content()
    said = content.merged(held, revision.content)
    said["status"] = held["status"] or said["status"]
    version = _create(standard, draft, said, correction=newest.correction + 1).version
    revision.adopted_at, revision.adopted_by_id, revision.adopted_as = clock.now(), by.person_id, version
    revision.save(update_fields=["adopted_at", "adopted_by", "adopted_as"])
    _record(STANDARD_VERSION_ADOPTED, by, version, draft, revision=revision.pk)
    _take_hold(version, by)
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
        is_number_assumed=not draft.is_version_named,
        may_lack_ksbs=bool(draft.is_list and draft.ksbs),
        lars_codes=draft.lars_codes or [],
        source_name=Path(draft.source_name).name,
        source_sha256=draft.source_sha256,
        imported_at=clock.now(),
        content_sha256=content.digest_of(said),
    )
    set_facts(version, {name: said[name] for name in content.FACTS if not content.is_blank(said.get(name))})
    check([version], draft)
    version.save(force_insert=True)
    write_parts(version, said, set(content.PARTS), draft, is_first=is_new_standard)
    counts = Counter(ksb["type"] for ksb in said.get("ksbs") or [])
    return Written(Outcome.CREATED, version, is_new_standard, counts, len(said.get("duties") or []))


def _add_lars_codes(held: StandardVersion, draft: StandardDraft, by: Actor) -> None:
    """One text may be listed under several LARS codes: keep them all. They are no part of what a version says."""
    if new := [code for code in draft.lars_codes or [] if code not in held.lars_codes]:
        held.lars_codes = sorted([*held.lars_codes, *new])
        held.save(update_fields=["lars_codes"])
        search.index(held, held.content())
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
