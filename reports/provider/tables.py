"""The tables of a provider's whole export: which rows, which columns, and what each column is.

Rows are those that the admin who asked could open: what a queryset's `visible_to` gives of the provider's, or the
children of such rows. A test holds the list against every model that there is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import Invitation, Membership, Organisation, User
from apprenticeships import models as learning
from assessments import models as judging
from assessments.likeness.models import Flag
from assessments.policies.models import SignOffPolicy
from core.actor import Actor
from core.canonical import canonical
from occupations.models import Duty, Ksb, Standard, StandardVersion
from occupations.models import Option as StandardOption
from portfolios import models as collecting
from programme import models as teaching
from programme.learner_file import models as filing
from reports.exports.models import Export
from reports.feeds.models import FeedKey
from reports.pack.models import ChosenPiece, PlanRules
from reports.pack.writing import canonical_json
from reports.retention.models import Erasure, LegalHold, RetentionRule
from reports.tables.columns import as_written
from signing import models as signing

#: Rows are read in batches of this many, so that memory does not grow with them.
BATCH = 500
#: Never written: what opens a link or a feed, and where this site keeps bytes.
SECRET = frozenset({"token_sha256", "secret_sha256", "stored", "cleaned", "password"})


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        path: from a row to the provider.
        only: which of these rows, if not all.
        without: columns that are the apprentice's own until they send a piece.
    """

    model: Any
    path: str = "provider"
    only: Q | None = None
    without: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Of its file."""
        return str(self.model._meta.model_name)

    @property
    def columns(self) -> list[str]:
        left_out = SECRET | self.without
        return [field.attname for field in self.model._meta.concrete_fields if field.attname not in left_out]

    def rows(self, by: Actor) -> QuerySet[Any]:
        """Those of the provider that `by` acts for, as far as `by` sees them."""
        sees = getattr(self.model._default_manager, "visible_to", None)
        found: QuerySet[Any] = sees(by) if sees else self.model._base_manager.all()
        found = found.filter(**{self.path: by.organisation_id})
        return found.filter(self.only) if self.only is not None else found


_SENT = frozenset({"narrative", "answers", "unticked_lines", "transcript"})


def _tables(path: str, *of_models: Any) -> Iterator[Table]:
    for model in of_models:
        yield Table(model, path)


def _of_rounds(model: Any, to_round: str) -> Table:
    """A round that was unsent before anybody reviewed it is the apprentice's own."""
    return Table(model, f"{to_round}provider", Q(**{f"{to_round}withdrawn_at": None}))


#: In the order of the list in the file.
TABLES: tuple[Table, ...] = (
    Table(Membership, "organisation"),
    Table(Invitation, "organisation"),
    *_tables(
        "provider",
        learning.Apprenticeship,
        learning.AssignmentChange,
        learning.Change,
        learning.PlannedChange,
        learning.PlanEnding,
        learning.EnrolmentCorrection,
        learning.KsbProgress,
        learning.EmployerContact,
        learning.Competence,
        learning.ConflictOfInterest,
        learning.AuditScope,
        learning.PaceRule,
    ),
    *_tables("apprenticeship__provider", learning.Assignment),
    *_tables("conflict__provider", learning.ConflictEnding),
    Table(collecting.Evidence, "provider", Q(first_submitted_at__isnull=False), _SENT),
    Table(collecting.EvidenceFile, "evidence__provider", Q(first_submitted_at__isnull=False), _SENT),
    *_tables("provider", collecting.Quarantine, collecting.PortfolioPolicy, collecting.PromptSet, ChosenPiece),
    _of_rounds(judging.Submission, ""),
    _of_rounds(judging.SubmittedClaim, "submission__"),
    _of_rounds(judging.SubmittedFile, "submission__"),
    _of_rounds(judging.Snapshot, "submission__"),
    *_tables("claim__provider", judging.Decision),
    *_tables("decision__claim__provider", judging.Countersignature),
    *_tables(
        "provider",
        judging.SignOff,
        judging.Appeal,
        judging.VoiceNote,
        Flag,
        judging.Investigation,
        judging.ExternalRecord,
        judging.Verification,
        judging.EmployerAnswer,
        judging.Transition,
        judging.SamplingPlan,
        judging.Sample,
        judging.Finding,
        judging.Reopening,
        judging.Standardisation,
        judging.StandardisationAction,
        judging.OutcomeResult,
        judging.SecondMark,
        judging.ResultRelease,
        SignOffPolicy,
        judging.EvidenceRules,
    ),
    *_tables("result__provider", judging.ResultGround),
    *_tables("sign_off__provider", judging.SignOffGround, judging.SignOffWithdrawal),
    *_tables("appeal__provider", judging.AppealAnswer),
    *_tables("flag__provider", judging.FlagAnswer),
    *_tables("investigation__provider", judging.InvestigationEnd),
    *_tables("external__provider", judging.ExternalUndoing),
    *_tables("verification__provider", judging.VerificationKsb),
    *_tables("answer__provider", judging.BehaviourAnswer),
    *_tables("transition__provider", judging.KsbCarryOver),
    *_tables("carry_over__transition__provider", judging.WordingConfirmation),
    *_tables("plan__provider", judging.PlanLine, judging.PlanWithdrawal, judging.PoolDecision),
    *_tables("finding__provider", judging.FindingNote),
    *_tables("record__provider", judging.StandardisationJudgement, judging.StandardisationPerson),
    *_tables("action__provider", judging.StandardisationNote),
    *_tables("provider", signing.Link, signing.Signature),
    *_tables("signature__provider", signing.Disavowal),
    *_tables(
        "provider",
        teaching.OffTheJobEntry,
        teaching.HoursConfirmation,
        teaching.TrainingSession,
        teaching.Attendance,
        teaching.SkillsScan,
        teaching.ProgressReview,
        teaching.ReviewRhythm,
        teaching.ReviewTemplate,
        teaching.SignedVersion,
        teaching.PartySignature,
        teaching.PartyRefusal,
        teaching.Attainment,
        teaching.GatewayLock,
        teaching.GatewayEnd,
        teaching.AssessmentResult,
        filing.LearnerDocument,
        filing.SupportPlan,
        filing.SupportNote,
        filing.SupportReader,
        PlanRules,
        RetentionRule,
        LegalHold,
        Erasure,
        Export,
        FeedKey,
    ),
)

#: Tables that others point to: only the rows that are pointed to are written, after the others.
_PEOPLE = ("id", "name", "email", "external_provider", "is_active", "joined_at")
_ORGANISATIONS = ("id", "kind", "name", "ukprn")
_VERSION = ("id", "standard_id", "version", "correction", "title", "status", "level")
_STANDARD, _OPTION = ("id", "reference", "title"), ("id", "version_id", "title")
_KSB, _DUTY = ("id", "version_id", "type", "code", "statement"), ("id", "version_id", "number", "text")


@dataclass(frozen=True)
class Pointed:
    """A table of which the rows are written that others point to.

    Attributes:
        to: the model whose ids were noted.
        path: from a row to that.
    """

    model: Any
    columns: tuple[str, ...]
    to: Any
    path: str = "pk"

    @property
    def name(self) -> str:
        return str(self.model._meta.model_name)

    def read(self, noted: set[UUID]) -> Iterator[tuple[Any, ...]]:
        """Those rows, by batches of what they belong to."""
        wanted = sorted(noted)
        for start in range(0, len(wanted), BATCH):
            ids = wanted[start : start + BATCH]
            yield from in_batches(self.model._base_manager.filter(**{f"{self.path}__in": ids}), self.columns)


POINTED = (
    Pointed(User, _PEOPLE, User),
    Pointed(Organisation, _ORGANISATIONS, Organisation),
    Pointed(StandardVersion, _VERSION, StandardVersion),
    Pointed(Standard, _STANDARD, StandardVersion, "versions"),
    Pointed(StandardOption, _OPTION, StandardVersion, "version"),
    Pointed(Ksb, _KSB, StandardVersion, "version"),
    Pointed(Duty, _DUTY, StandardVersion, "version"),
)


def in_batches(rows: QuerySet[Any], columns: Iterable[str]) -> Iterator[tuple[Any, ...]]:
    """The rows by their key, some at a time: no cursor stays open and no transaction holds up anybody."""
    wanted, last = ("pk", *columns), None
    while True:
        more = rows if last is None else rows.filter(pk__gt=last)
        found = list(more.order_by("pk").values_list(*wanted)[:BATCH])
        for row in found:
            yield row[1:]
        if len(found) < BATCH:
            return
        last = found[-1][0]


class Written:
    """What is noted while tables are written: which people, organisations and versions they point to.

    Args:
        hidden: the ids of files that staff hid: what is said in them is left out.
    """

    def __init__(self, hidden: set[str]) -> None:
        self.hidden = hidden
        self.noted: dict[Any, set[UUID]] = {pointed.to: set() for pointed in POINTED}
        self.counts: dict[str, int] = {}

    def rows(self, table: Table | Pointed, found: Iterable[tuple[Any, ...]]) -> Iterator[list[Any]]:
        """The rows of a table as cells."""
        fields = [table.model._meta.get_field(_field(table.model, name)) for name in table.columns]
        noted = [self.noted.get(field.related_model) if field.is_relation else None for field in fields]
        self.counts[table.name] = 0
        for row in found:
            self.counts[table.name] += 1
            for ids, value in zip(noted, row, strict=True):
                if ids is not None and value is not None:
                    ids.add(value)
            yield [self._cell(value) for value in row]

    def _cell(self, value: Any) -> Any:
        match value:
            case bool():
                return "true" if value else "false"
            case None | int() | float():
                return value
            case dict() | list():
                return canonical_json(self._shown(value))
        if hasattr(value, "to_json"):
            return canonical_json(value.to_json())
        return as_written(canonical(value) if not isinstance(value, str) else value)

    def _shown(self, value: Any) -> Any:
        """JSON without the words of recordings that staff hid, and with fractions as text."""
        match value:
            case dict():
                made = {name: self._shown(one) for name, one in value.items()}
                return made | {"transcript": ""} if "transcript" in made and made.get("id") in self.hidden else made
            case list():
                return [self._shown(one) for one in value]
            case float():
                return str(value)
        return value


def _field(model: Any, attname: str) -> str:
    name: str = next(field.name for field in model._meta.concrete_fields if field.attname == attname)
    return name


def described() -> Iterator[list[str]]:
    """Of each column: its table, name, what it is, the table that it points to, and what its codes mean."""
    every: tuple[Table | Pointed, ...] = (*TABLES, *POINTED)
    for table in every:
        for attname in table.columns:
            field: models.Field[Any, Any] = table.model._meta.get_field(_field(table.model, attname))
            codes = "; ".join(f"{code} = {words}" for code, words in field.flatchoices)
            points_to = str(field.related_model._meta.model_name) if field.is_relation else ""  # type: ignore[union-attr]
            words = str(field.help_text or field.verbose_name)
            yield [table.name, attname, words[:1].upper() + words[1:], points_to, codes]
