"""Everything of one apprentice's portfolio as plain data, piece by piece, as `portfolio.schema.json` describes it.

It is what the apprentice themself sees: drafts too, and files as they came; for somebody else, what was sent, and
cleaned copies. What is only their provider's (unfinished words, quality assurance, why staff changed) is not in it.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from apprenticeships.models import Apprenticeship, KsbProgress
from assessments.models import (
    Decision,
    EmployerAnswer,
    KsbCarryOver,
    Reopening,
    SignOff,
    Submission,
    SubmittedClaim,
    Transition,
    Verification,
)
from core import clock
from core.actor import Actor
from files.storing import Copy
from occupations.models import Ksb
from portfolios.content import EvidenceContent, MarkerContent
from portfolios.models import Claim, Evidence, EvidenceFile, EvidenceVersion, Marker, Withheld
from portfolios.workflow import open_file
from portfolios.workflow.opening import NotOpenYet
from reports.pack.naming import right_ending
from reports.portfolio.layout import FORMAT, file_path
from signing.models import Link, LinkState, state_of

Data = dict[str, Any]
_WORDS = ("title", "kind", "narrative", "answers", "happened_on")
_MARKED = ("note", "starts_ms", "ends_ms", "page", "left", "top", "width", "height", "made_at")


class Gathering:
    """One portfolio, to be read.

    Args:
        for_reading: for a person rather than for an import: with the drafts that they put aside, which are held about
            them too, and with endings on files, so that they open.
        reader: who gets it, if not the apprentice: then only what was sent is in it.

    Attributes:
        files: the bytes of each file that is in it, by its id.
        left_out: pieces that are not in it, with the reason.
        versions: of standards, whose statements the portfolio has to do with, as far as it was read.
    """

    def __init__(
        self, apprenticeship: Apprenticeship, *, for_reading: bool = False, reader: Actor | None = None
    ) -> None:
        self.whose = apprenticeship
        self.for_reading = for_reading
        self.is_own = reader is None
        self.by = reader or Actor(apprenticeship.apprentice_id)
        self.files: dict[UUID, Copy] = {}
        self.left_out: list[Data] = []
        self._people: dict[str, Data] = {}
        self._pieces: list[Evidence] = []
        self.versions: set[UUID] = {apprenticeship.standard_version_id}
        self._decisions: set[UUID] = set()
        self._submissions: set[UUID] = set()
        pieces = Evidence.objects.unscoped().filter(apprenticeship=apprenticeship)
        pieces = pieces if for_reading else pieces.filter(discarded_at=None)
        if not self.is_own:
            sent = Submission.objects.unscoped().filter(evidence=OuterRef("pk"), withdrawn_at=None)
            pieces = pieces.filter(Exists(sent))
        for piece in pieces.order_by("created_at", "pk"):
            if reason := self._open(piece):
                self.left_out.append({"id": piece.pk, "title": piece.title, "reason": reason})
            else:
                self._pieces.append(piece)

    @property
    def step_count(self) -> int:
        """How many pieces and files there are to be written."""
        return len(self._pieces) + len(self.files)

    def hidden_since(self) -> bool:
        """Whether staff hid a file since it was opened for this portfolio: then it must reach nobody."""
        held = EvidenceFile.objects.unscoped().filter(pk__in=list(self.files))
        return held.exclude(withheld=Withheld.NO).exists()

    @property
    def piece_ids(self) -> list[UUID]:
        return [piece.pk for piece in self._pieces]

    def _open(self, piece: Evidence) -> str:
        """Note the files of a piece; why that cannot be done, in words, or nothing."""
        found = {}
        for file in self._files_of(piece).select_related("evidence__apprenticeship"):
            try:
                found[file.pk] = open_file(self.by, file)
            except NotOpenYet as closed:
                return f"{file.name}: {closed}"
        self.files |= found
        return ""

    def _files_of(self, piece: Evidence) -> "QuerySet[EvidenceFile]":
        return piece.files.all() if self.is_own else piece.files.filter(first_submitted_at__isnull=False)

    def _last_sent(self, piece: Evidence) -> EvidenceContent | None:
        """What the newest round says, where the working copy may say something else that nobody else has seen."""
        if self.is_own or piece.state not in Evidence.EDITABLE_STATES:
            return None
        rounds = Submission.objects.unscoped().filter(evidence=piece, withdrawn_at=None)
        content = rounds.order_by("-round").values_list("snapshot__content", flat=True)[0]
        return EvidenceContent.from_json(content)

    def _who(self, person: User | None) -> str | None:
        if person is None:
            return None
        provider = person.external_provider or self.whose.provider.name
        self._people[str(person.pk)] = {"name": person.own_name, "provider": provider}
        return str(person.pk)

    def pieces(self) -> Iterator[Data]:
        """The pieces one by one. Read them before `portfolio`, which tells of the people and statements in them."""
        for piece in self._pieces:
            yield self._piece(piece)

    def _piece(self, piece: Evidence) -> Data:
        claimed = Claim.objects.unscoped().filter(evidence=piece).select_related("ksb").order_by("ksb__position", "pk")
        marked = Marker.objects.unscoped().filter(file__evidence=piece).select_related("ksb").order_by("made_at", "pk")
        claims, markers = list(claimed), list(marked)
        versions = EvidenceVersion.objects.unscoped().filter(evidence=piece)
        words, transcripts = {name: getattr(piece, name) for name in (*_WORDS, "unticked_lines")}, {}
        if sent := self._last_sent(piece):
            words = sent.columns() | {"unticked_lines": {}}
            claims = [one for one in claims if one.ksb_id in sent.claims]
            for one in claims:
                one.justification = sent.claims[one.ksb_id].justification
            transcripts = {file.id: file.transcript for file in sent.files}
            markers = [one for one in markers if MarkerContent.of(one) in sent.markers]
        versions = versions if self.is_own else versions.filter(is_submitted=True)
        self.versions |= {one.ksb.version_id for one in claims} | {one.ksb.version_id for one in markers}
        return {
            "id": piece.pk,
            **words,
            "is_showcase": piece.is_showcase,
            "state": piece.state,
            "revision": piece.revision,
            "created_at": piece.created_at,
            "changed_at": piece.changed_at,
            "first_submitted_at": piece.first_submitted_at,
            "claims": [
                {"id": one.pk, "ksb": one.ksb_id, "justification": one.justification, "is_met": one.is_met}
                for one in claims
            ],
            "files": [
                self._file(file, transcripts.get(file.pk, file.transcript))
                for file in self._files_of(piece).select_related("added_by")
            ],
            "markers": [
                {"id": one.pk, "file": one.file_id, "ksb": one.ksb_id} | {name: getattr(one, name) for name in _MARKED}
                for one in markers
            ],
            "versions": [
                {
                    "revision": one.revision,
                    "content": one.content,
                    "begun_at": one.begun_at,
                    "saved_at": one.saved_at,
                    "is_submitted": one.is_submitted,
                }
                for one in versions.order_by("revision")
            ],
            "rounds": self._rounds(piece),
        }

    def _file(self, file: EvidenceFile, transcript: str) -> Data:
        copy = self.files[file.pk]
        return {
            "id": file.pk,
            "path": self._path(file),
            "name": copy.name,
            "content_type": copy.content_type,
            "size_bytes": copy.size_bytes,
            "sha256": copy.sha256,
            "added_at": file.added_at,
            "added_by": self._who(file.added_by),
            "removed_at": file.removed_at,
            "first_submitted_at": file.first_submitted_at,
            "transcript": transcript,
        }

    def _path(self, file: EvidenceFile) -> str:
        path = file_path(file.pk)
        return right_ending(path, file.content_type) if self.for_reading else path

    def _rounds(self, piece: Evidence) -> list[Data]:
        sent = Submission.objects.unscoped().filter(evidence=piece)
        rows = (
            (sent if self.is_own else sent.filter(withdrawn_at=None))
            .select_related("snapshot", "submitted_by", "review_started_by")
            .prefetch_related("files")
            .order_by("round", "submitted_at", "pk")
        )
        claims = self._claims(piece)
        found = []
        for row in rows:
            self._submissions.add(row.pk)
            is_judged = row.finished_at is not None
            found.append(
                {
                    "id": row.pk,
                    "round": row.round,
                    "submitted_at": row.submitted_at,
                    "submitted_by": self._who(row.submitted_by),
                    # A review under way belongs to the provider: the piece waits for whoever assesses it next.
                    "review_started_at": row.review_started_at if is_judged else None,
                    "review_started_by": self._who(row.review_started_by) if is_judged else None,
                    "finished_at": row.finished_at,
                    "withdrawn_at": row.withdrawn_at,
                    "checks": row.checks,
                    "content": row.snapshot.content,
                    "sha256": row.snapshot.sha256,
                    "files": sorted(str(file.file_id) for file in row.files.all()),
                    "claims": claims[row.pk],
                }
            )
        return found

    def _claims(self, piece: Evidence) -> dict[UUID, list[Data]]:
        decisions: dict[UUID, list[Data]] = defaultdict(list)
        made = (
            Decision.objects.unscoped()
            .filter(claim__submission__evidence=piece)
            .select_related("by", "countersignature__by")
            .order_by("at", "pk")
        )
        for one in made:
            self._decisions.add(one.pk)
            countersigned = getattr(one, "countersignature", None)
            decisions[one.claim_id].append(
                {
                    "id": one.pk,
                    "corrects": one.supersedes_id,
                    "reason": one.reason,
                    "outcome": one.outcome,
                    "feedback": one.feedback.to_json(),
                    "by": self._who(one.by),
                    "at": one.at,
                    "needs_countersignature": one.needs_countersignature,
                    "countersigned": {
                        "id": countersigned.pk,
                        "by": self._who(countersigned.by),
                        "at": countersigned.at,
                    }
                    if countersigned
                    else None,
                }
            )
        found: dict[UUID, list[Data]] = defaultdict(list)
        rows = SubmittedClaim.objects.unscoped().filter(submission__evidence=piece).select_related("added_by", "ksb")
        for row in rows.order_by("ksb__position", "pk"):
            self.versions.add(row.ksb.version_id)
            found[row.submission_id].append(
                {
                    "id": row.pk,
                    "ksb": row.ksb_id,
                    "justification": row.justification,
                    "added_by": self._who(row.added_by),
                    "decisions": decisions[row.pk],
                }
            )
        return found

    def portfolio(self, export: UUID) -> Data:
        """Everything that is not in one piece."""
        whose = self.whose
        version = whose.standard_version
        written = {
            "format": FORMAT,
            "export": export,
            "exported_at": clock.now(),
            "provider": {"name": whose.provider.name, "ukprn": whose.provider.ukprn},
            "apprentice": {"name": whose.apprentice.name, "email": whose.apprentice.email, "uln": whose.uln},
            "apprenticeship": {
                "id": whose.pk,
                "standard": version.standard.reference,
                "version": version.version,
                "correction": version.correction,
                "title": version.title,
                "option": whose.option.title if whose.option else None,
                "employer": whose.employer.name if whose.employer else None,
                "started_on": whose.started_on,
                "planned_end_on": whose.planned_end_on,
                "status": whose.status,
            },
            "sign_offs": self._sign_offs(),
            "moves": self._moves(),
            "confirmations": self._confirmations(),
            "employer_answers": self._employer_answers(),
            "ksbs": self._ksbs(),
            "pieces": self.piece_ids,
            "left_out": self.left_out,
        }
        return written | {"statements": self._statements(), "people": self._people}

    def _ksbs(self) -> list[Data]:
        rows = KsbProgress.objects.unscoped().filter(apprenticeship=self.whose).select_related("ksb").in_order()
        return [
            {
                "ksb": row.ksb_id,
                "state": row.state,
                "met_count": row.met_count,
                "newest_decided_at": row.newest_decided_at,
                "signed_off_at": row.signed_off_at,
                "quality_assured_at": row.quality_assured_at,
            }
            for row in rows
        ]

    def _sign_offs(self) -> list[Data]:
        rows = (
            SignOff.objects.unscoped()
            .filter(apprenticeship=self.whose)
            .select_related("by", "withdrawal__by", "ksb")
            .prefetch_related("grounds")
            .order_by("at", "pk")
        )
        standing = Reopening.objects.unscoped().standing().filter(apprenticeship=self.whose).select_related("by")
        reopened = {row.sign_off_id: row for row in standing}
        found = []
        for row in rows:
            self.versions.add(row.ksb.version_id)
            withdrawal, reopening = getattr(row, "withdrawal", None), reopened.get(row.pk)
            grounds = sorted(str(ground.decision_id) for ground in row.grounds.all())
            found.append(
                {
                    "id": row.pk,
                    "ksb": row.ksb_id,
                    "follows": row.follows_id,
                    "by": self._who(row.by),
                    "at": row.at,
                    "decisions": [one for one in grounds if UUID(one) in self._decisions],
                    "note": row.external_note,
                    "withdrawn": withdrawal and self._ended(withdrawal),
                    "reopened": reopening and self._ended(reopening),
                }
            )
        return found

    def _ended(self, row: Any) -> Data:
        return {"id": row.pk, "by": self._who(row.by), "at": row.at, "reason": row.reason}

    def _moves(self) -> list[Data]:
        rows = (
            Transition.objects.unscoped()
            .filter(apprenticeship=self.whose)
            .select_related("by", "before_version", "after_version", "before_option", "after_option")
        )
        ways: dict[UUID, list[Data]] = defaultdict(list)
        carried = KsbCarryOver.objects.filter(transition__apprenticeship=self.whose)
        for way in carried.select_related("confirmation__by").order_by("pk"):
            confirmed = getattr(way, "confirmation", None)
            ways[way.transition_id].append(
                {
                    "before": way.before_id,
                    "after": way.after_id,
                    "kind": way.kind,
                    "confirmed": {"id": confirmed.pk, "by": self._who(confirmed.by), "at": confirmed.at}
                    if confirmed
                    else None,
                }
            )
        found = []
        for row in rows.order_by("number"):
            self.versions |= {row.before_version_id, row.after_version_id}
            found.append(
                {
                    "id": row.pk,
                    "number": row.number,
                    "act": row.act,
                    "undoes": row.undoes_id,
                    "before": _text(row.before_version, row.before_option),
                    "after": _text(row.after_version, row.after_option),
                    "by": self._who(row.by),
                    "at": row.at,
                    "ways": ways[row.pk],
                }
            )
        return found

    def _confirmations(self) -> list[Data]:
        """What people with no account were asked, where an answer has come or can come no more."""
        links: dict[UUID, list[Data]] = defaultdict(list)
        asked = Link.objects.unscoped().filter(apprenticeship=self.whose)
        for link in asked.select_related("asked_by", "signature__disavowal").order_by("asked_at", "pk"):
            if state_of(link) not in (LinkState.WAITING, LinkState.STARTED):
                links[link.about].append(self._link(link))
        rows = (
            Verification.objects.unscoped()
            .filter(apprenticeship=self.whose, pk__in=links)
            .select_related("asked_by", "contact")
            .prefetch_related("verified_ksbs__ksb")
            .order_by("asked_at", "pk")
        )
        found = []
        for row in rows:
            if row.submission_id and row.submission_id not in self._submissions:
                continue
            about = [one.ksb for one in row.verified_ksbs.all()]
            self.versions |= {ksb.version_id for ksb in about}
            found.append(
                {
                    "id": row.pk,
                    "kind": row.kind,
                    "round": row.submission_id,
                    "contact": {"name": row.contact.name, "email": row.contact.email} if row.contact else None,
                    "ksbs": sorted(str(ksb.pk) for ksb in about),
                    "asked_by": self._who(row.asked_by),
                    "asked_at": row.asked_at,
                    "links": links[row.pk],
                }
            )
        return found

    def _employer_answers(self) -> list[Data]:
        """What the employer said of each behaviour, in the app and by links."""
        rows = EmployerAnswer.objects.unscoped().filter(apprenticeship=self.whose)
        found = []
        for row in rows.select_related("by").prefetch_related("behaviours__ksb").order_by("at", "pk"):
            said = sorted(row.behaviours.all(), key=lambda one: one.ksb.position)
            self.versions |= {one.ksb.version_id for one in said}
            found.append(
                {
                    "id": row.pk,
                    "by": self._who(row.by) if row.by else None,
                    "signature": row.link_signature_id,
                    **{
                        name: getattr(row, name)
                        for name in ("name", "role", "comment", "content", "sha256", "statement", "wording", "at")
                    },
                    "answers": [
                        {"ksb": str(one.ksb_id), "is_verified": one.is_verified, "words": one.words} for one in said
                    ],
                }
            )
        return found

    def _link(self, link: Link) -> Data:
        signature = getattr(link, "signature", None)
        disavowal = getattr(signature, "disavowal", None)
        moments = ("asked_at", "sent_at", "expires_at", "started_at", "signed_at", "declined_at", "revoked_at")
        return {
            "id": link.pk,
            "content": link.content,
            "sha256": link.sha256,
            "name": link.name,
            "email": link.email,
            "follows": link.follows_id,
            "asked_by": self._who(link.asked_by),
            **{name: getattr(link, name) for name in (*moments, "passed_on_at", "decline_reason")},
            "signature": signature
            and {
                "id": signature.pk,
                "statement": signature.statement,
                "wording": signature.wording,
                "name": signature.name,
                "role": signature.role,
                "comment": signature.comment,
                "was_told_of_change": signature.was_told_of_change,
                "at": signature.at,
                "disowned": {"id": disavowal.pk, "at": disavowal.at} if disavowal else None,
            },
        }

    def _statements(self) -> list[Data]:
        """Every statement of every version that the portfolio has to do with."""
        rows = Ksb.objects.filter(version__in=self.versions).select_related("version")
        return [
            {
                "id": ksb.pk,
                "version": ksb.version.version,
                "correction": ksb.version.correction,
                "code": ksb.code,
                "type": ksb.type,
                "statement": ksb.statement,
            }
            for ksb in rows.order_by("version__version", "version__correction", "position")
        ]


def _text(version: Any, option: Any) -> Data:
    return {
        "version": version.version,
        "correction": version.correction,
        "option": option.title if option else None,
    }
