"""What a piece of evidence says, as one value: for its form, what a device sends, its versions and its snapshots."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import clock
from core.canonical import canonical
from core.prepared import Prepared
from occupations.comparison import Piece, marked_items, marked_words
from portfolios.models import Claim, Evidence, EvidenceFile, EvidenceKind, Marker

#: The form in which `to_json` writes. It grows when what is written changes its meaning.
FORMAT = 1

_claims = Prepared(
    lambda evidence: Claim.objects.unscoped().filter(evidence=evidence).select_related("ksb").in_order(),
    is_the_same_every_day=True,
)
_files = Prepared(
    lambda evidence: EvidenceFile.objects.unscoped().filter(evidence=evidence).current(), is_the_same_every_day=True
)
_markers = Prepared(
    lambda files: Marker.objects.unscoped().filter(file__in=files).select_related("ksb"), is_the_same_every_day=True
)


class UnknownFormat(ValueError):
    """Kept content in a form that this release does not know."""


@dataclass(frozen=True)
class Answer:
    """One prompt that has an answer."""

    prompt: str
    text: str


@dataclass(frozen=True)
class ClaimContent:
    """Why the piece shows a KSB. How the KSB reads and whether it was met is no part of what the apprentice says."""

    justification: str
    code: str = field(default="", compare=False)
    statement: str = field(default="", compare=False)
    is_met: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, claim: Claim) -> Self:
        """What a claim says; needs its KSB loaded."""
        return cls(claim.justification, claim.ksb.code, claim.ksb.statement, claim.is_met)


@dataclass(frozen=True)
class FileContent:
    """A file of the piece, by its id and hash."""

    id: UUID
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    transcript: str = ""

    @classmethod
    def of(cls, file: EvidenceFile) -> Self:
        return cls(file.pk, file.name, file.content_type, file.size_bytes, file.sha256, file.transcript)


@dataclass(frozen=True)
class MarkerContent:
    """A place in a file that shows a KSB. portfolios.models.Marker says which of the numbers go together."""

    file: UUID
    ksb: str
    note: str = ""
    starts_ms: int | None = None
    ends_ms: int | None = None
    page: int | None = None
    left: int | None = None
    top: int | None = None
    width: int | None = None
    height: int | None = None

    @classmethod
    def of(cls, marker: Marker) -> Self:
        """What a marker says; needs its KSB loaded."""
        return cls(
            marker.file_id,
            marker.ksb.code,
            marker.note,
            marker.starts_ms,
            marker.ends_ms,
            marker.page,
            marker.left,
            marker.top,
            marker.width,
            marker.height,
        )


@dataclass(frozen=True)
class Change:
    """One part of a piece that says something else than before, with the words marked."""

    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class EvidenceContent:
    """What a piece of evidence says. Whether it is shown first is not part of it: that is about the portfolio.

    `claims` maps the id of each claimed KSB to what is said about it.
    """

    title: str = ""
    narrative: str = ""
    happened_on: date | None = None
    claims: Mapping[UUID, ClaimContent] = field(default_factory=dict)
    kind: str = EvidenceKind.OTHER.value
    answers: tuple[Answer, ...] = ()
    files: tuple[FileContent, ...] = ()
    markers: tuple[MarkerContent, ...] = ()

    @classmethod
    def written(
        cls,
        *,
        title: str = "",
        narrative: str = "",
        happened_on: date | None = None,
        claims: Mapping[UUID, str] | None = None,
        kind: str = EvidenceKind.OTHER.value,
        answers: Iterable[Mapping[str, str]] = (),
    ) -> Self:
        """What somebody typed, trimmed as it is kept.

        Args:
            claims: for the id of each claimed KSB the line that says why the piece shows it.
            answers: {prompt, text} of each prompt; what has no text is left out.
        """
        return cls(
            title=title.strip(),
            narrative=narrative,
            happened_on=happened_on,
            claims=claimed(claims or {}),
            kind=str(kind),
            answers=_answers(answers),
        )

    @classmethod
    def begun(cls) -> Self:
        """What a piece says that has just been started: it happened today, and it is something from work."""
        return cls(happened_on=clock.today(), kind=EvidenceKind.WORK_PRODUCT.value)

    @classmethod
    def of(cls, evidence: Evidence, claims: Iterable[Claim] | None = None) -> Self:
        """What the working copy says now.

        Args:
            claims: those to include, with their KSBs loaded; all of them if not given.
        """
        if claims is None:
            claims = list(_claims(evidence=evidence.pk))
        files = list(_files(evidence=evidence.pk))
        markers = list(_markers(files=frozenset(file.pk for file in files))) if files else []
        return cls(
            title=evidence.title,
            narrative=evidence.narrative,
            happened_on=evidence.happened_on,
            claims={claim.ksb_id: ClaimContent.of(claim) for claim in claims},
            kind=str(evidence.kind),
            answers=_answers(evidence.answers),
            files=tuple(FileContent.of(file) for file in files),
            markers=tuple(MarkerContent.of(marker) for marker in markers),
        )

    @property
    def reasons(self) -> dict[UUID, str]:
        """The line for each claimed KSB, by its id."""
        return {ksb: claim.justification for ksb, claim in self.claims.items()}

    @property
    def character_count(self) -> int:
        """How long the title, the narrative and the answers are together."""
        return len(self.title) + len(self.narrative) + sum(len(answer.text) for answer in self.answers)

    def columns(self) -> dict[str, Any]:
        """What the row of the evidence holds of it, by column."""
        return {
            "title": self.title,
            "kind": self.kind,
            "narrative": self.narrative,
            "answers": [dict(vars(answer)) for answer in self.answers],
            "happened_on": self.happened_on,
        }

    def to_json(self) -> dict[str, Any]:
        """The content as plain JSON in its canonical form, from which `from_json` makes it again."""
        written: dict[str, Any] = canonical(
            {
                "format": FORMAT,
                **self.columns(),
                "claims": [{"ksb": ksb, **vars(claim)} for ksb, claim in self.claims.items()],
                "files": [vars(file) for file in self.files],
                "markers": [vars(marker) for marker in self.markers],
            }
        )
        return written

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The content that `to_json` wrote. Keys that are not part of it (a snapshot has some) are left alone.

        Raises:
            UnknownFormat: it was written in another form.
        """
        if kept.get("format") != FORMAT:
            raise UnknownFormat(f"evidence content of format {kept.get('format')!r}")
        return cls(
            title=kept["title"],
            narrative=kept["narrative"],
            happened_on=date.fromisoformat(kept["happened_on"]) if kept["happened_on"] else None,
            claims={
                UUID(claim["ksb"]): ClaimContent(
                    claim["justification"], claim["code"], claim["statement"], claim["is_met"]
                )
                for claim in kept["claims"]
            },
            kind=kept["kind"],
            answers=_answers(kept["answers"]),
            files=tuple(FileContent(**file | {"id": UUID(file["id"])}) for file in kept["files"]),
            markers=tuple(MarkerContent(**marker | {"file": UUID(marker["file"])}) for marker in kept["markers"]),
        )

    def difference(self, before: Self) -> list[Change]:
        """What this says otherwise than `before`, part by part, in words for the screen."""
        changes = [
            Change(label, marked_words(old, new))
            for label, old, new in (
                (_("Title"), before.title, self.title),
                (_("Kind"), _kind_label(before.kind), _kind_label(self.kind)),
                (_("When it happened"), _day(before.happened_on), _day(self.happened_on)),
                (_("What I did"), before.narrative, self.narrative),
            )
            if old != new
        ]
        changes += _differing(_texts(before.answers), _texts(self.answers))
        changes += _differing(_lines(before.claims), _lines(self.claims))
        old_names, new_names = [file.name for file in before.files], [file.name for file in self.files]
        if old_names != new_names:
            changes.append(Change(_("Files"), marked_items(old_names, new_names)))
        return changes


def without_words_of(content: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """A written content without what is said in these recordings, by their ids: staff hid them."""
    files = [file | {"transcript": ""} if file["id"] in hidden else file for file in content["files"]]
    return {**content, "files": files}


def claimed(reasons: Mapping[UUID, str]) -> dict[UUID, ClaimContent]:
    """Claims from the line for each KSB, by its id."""
    return {ksb: ClaimContent(why.strip()) for ksb, why in reasons.items()}


def _answers(given: Iterable[Mapping[str, str]]) -> tuple[Answer, ...]:
    """The prompts that have an answer, with it."""
    return tuple(Answer(str(one["prompt"]), one["text"]) for one in given if one["text"].strip())


def _kind_label(kind: str) -> str:
    return str(EvidenceKind(kind).label) if kind in EvidenceKind.values else kind


def _day(day: date | None) -> str:
    return date_format(day) if day else ""


def _texts(answers: Sequence[Answer]) -> dict[str, str]:
    return {answer.prompt: answer.text for answer in answers}


def _lines(claims: Mapping[UUID, ClaimContent]) -> dict[str, str]:
    return {claim.code: claim.justification or "–" for claim in claims.values()}


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """The named texts that differ, in the order of the later ones, then those that are gone."""
    names = [*after, *(name for name in before if name not in after)]
    return [
        Change(name, marked_words(before.get(name, ""), after.get(name, "")))
        for name in names
        if before.get(name) != after.get(name)
    ]
