"""What would come of importing some files, without writing anything: what is new, what differs, what is refused."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.actor import Actor
from occupations import content
from occupations.comparison import Comparison, compare
from occupations.importing import known_formats as formats
from occupations.importing import writing
from occupations.importing.draft import Problem, Refused, StandardDraft
from occupations.importing.identity import NOTHING, Given
from occupations.importing.known_formats import Format
from occupations.importing.writing import Outcome
from occupations.models import Revision, Standard, StandardVersion

#: As many standards as a page can show and a request can write in a few seconds; the command takes any number.
MAX_STANDARDS = 100


@dataclass(frozen=True)
class Source:
    """A file, or text that was pasted."""

    name: str
    content: bytes


@dataclass(frozen=True)
class LineRead:
    """What some lines of a source were read as: a KSB or a duty with its words; or what is to be said about them."""

    first: int
    last: int
    code: str
    text: str


@dataclass
class Coming:
    """What would become of one standard of a source."""

    draft: StandardDraft
    outcome: str
    title: str
    version: str
    level: int | None
    ksb_counts: dict[str, int] = field(default_factory=dict)
    duty_count: int = 0
    #: With an outcome of "unchanged": the revision as which this text was recorded before.
    revision: Revision | None = None
    compared_with: StandardVersion | None = None
    comparison: Comparison | None = None
    #: The status that the version has from now on, where it is another kind than before.
    new_status: str = ""
    #: Of a private standard: whether the catalogue has one of this reference, beside which it would stand.
    is_in_catalogue: bool = False

    @property
    def lines_read(self) -> list[LineRead]:
        """What each line was taken for, in the order of the source."""
        draft = self.draft
        read = [
            LineRead(ksb.line, ksb.lines[-1], ksb.code, " · ".join(filter(None, (*ksb.options, ksb.statement))))
            for ksb in draft.ksbs or []
        ]
        read += [
            LineRead(duty.line, duty.line, _("Duty %(number)s") % {"number": duty.number}, duty.text)
            for duty in draft.duties or []
            if duty.line
        ]
        read += [LineRead(note.line, note.line, "", note.reason) for note in draft.warnings if note.line]
        return sorted(read, key=lambda line: (line.first, not line.code))

    @property
    def changes_something(self) -> bool:
        return self.outcome != Outcome.UNCHANGED or bool(self.new_status)


@dataclass
class Preview:
    """What would become of everything, and what a person should know, by file and line."""

    coming: list[Coming] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    @property
    def changing(self) -> list[Coming]:
        return [coming for coming in self.coming if coming.changes_something]

    @property
    def outcomes(self) -> dict[str, int]:
        counted = Counter(coming.outcome for coming in self.coming)
        return {outcome.value: counted[outcome.value] for outcome in Outcome}


def read(
    sources: Iterable[Source], forced: Format | None = None, given: Given = NOTHING
) -> tuple[list[StandardDraft], list[Problem]]:
    """The standards of all sources in the order in which they are written, and why others cannot be read."""
    drafts, errors = _read(sources, forced, given)
    return sorted(drafts, key=lambda draft: draft.rank), errors


def _read(sources: Iterable[Source], forced: Format | None, given: Given) -> tuple[list[StandardDraft], list[Problem]]:
    drafts: list[StandardDraft] = []
    errors: list[Problem] = []
    for source in sources:
        try:
            for reading in formats.read(BytesIO(source.content), source.name, forced, given):
                if isinstance(reading, Refused):
                    errors += reading.problems
                elif len(drafts) == MAX_STANDARDS:
                    reason = f"there are more than {MAX_STANDARDS} standards; to import this many, use the command"
                    return drafts, [*errors, Problem(source.name, None, f"{reason} import_standards")]
                else:
                    drafts.append(reading)
        except Refused as refused:
            errors += refused.problems
    return drafts, errors


def preview(
    sources: Iterable[Source],
    by: Actor,
    forced: Format | None = None,
    given: Given = NOTHING,
    owner: Organisation | None = None,
) -> Preview:
    """What importing `sources` would do now. Each standard is written, one after the other, and all is taken back."""
    drafts, errors = read(sources, forced, given)
    found = Preview(errors=errors)
    with transaction.atomic():
        for draft in drafts:
            try:
                found.coming.append(_tried(draft, by, owner))
                found.warnings += draft.warnings
            except Refused as refused:
                found.errors += refused.problems
        transaction.set_rollback(True)
    if owner:
        references = [coming.draft.reference for coming in found.coming]
        shared = Standard.objects.of_owner(None).filter(reference__in=references).values_list("reference", flat=True)
        for coming in found.coming:
            coming.is_in_catalogue = coming.draft.reference in set(shared)
    return found


def _tried(draft: StandardDraft, by: Actor, owner: Organisation | None) -> Coming:
    with transaction.atomic():
        texts = _texts_held(draft, owner)
        written = writing.write(draft, by, owner)
        after = written.version.content()
    coming = Coming(
        draft=draft,
        outcome=written.outcome.value,
        title=written.version.title,
        version=written.version.version,
        level=after["level"],
        ksb_counts=dict(Counter(ksb["type"] for ksb in after["ksbs"])),
        duty_count=len(after["duties"]),
        revision=written.revision if written.outcome == Outcome.UNCHANGED else None,
        new_status=written.version.status if written.has_new_status else "",
    )
    held = _compared_with(texts, written)
    if held and written.outcome != Outcome.UNCHANGED:
        before = texts[held]
        if written.outcome == Outcome.REVISION and written.revision:
            after = content.merged(before, written.revision.content)
        coming.compared_with, coming.comparison = held, compare(before, after)
    return coming


def _texts_held(draft: StandardDraft, owner: Organisation | None) -> dict[StandardVersion, content.Content]:
    """What the versions of the standard of a draft say before it is written."""
    versions = StandardVersion.objects.of_owner(owner).filter(standard__reference=draft.reference)
    return {version: version.content() for version in versions}


def _compared_with(texts: dict[StandardVersion, content.Content], written: writing.Written) -> StandardVersion | None:
    """What a draft is to be held against: the version that it is about, else the newest that was held before."""
    return next((version for version in texts if version == written.version), None) or max(
        texts, key=lambda version: (version.number_parts, version.correction), default=None
    )
