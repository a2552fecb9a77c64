"""Who keeps whom waiting: what somebody is to review, sign off, rework or confirm, and since when. Read-only."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.seen_by import SeenBy
from apprenticeships.access import OPEN_STATUSES, is_open
from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from apprenticeships.querysets import SIGHT, reach_of
from assessments.models import ReviewDraft, Submission
from assessments.querysets.submitting import SubmissionQuerySet
from core.actor import Actor
from core.prepared import Rows
from portfolios.models import Evidence
from programme.models import PARTIES, Party, PartyRefusal, SignedKind, SignedVersion
from programme.names import name_of_signed
from programme.signed import WHILE_TRAINING
from signing.models import OF_VERSIONS, Link

#: What is owed: by the assessor, by the assessor, by the apprentice, by whoever was asked, and by who is to sign.
REVIEW, SIGN_OFF, REWORK, CONFIRMATION, SIGNATURE = KINDS = (
    "review",
    "sign-off",
    "rework",
    "confirmation",
    "signature",
)


class Owed(NamedTuple):
    """One thing that is waited for.

    Attributes:
        since: from when it has been waited for.
        subject: the id of the submission, apprenticeship, piece, request or version to be signed.
        what: the title of the piece, or what else it is.
        has_begun: whether whoever is waited for has started.
        piece: of what is to be reviewed, the piece of evidence.
        by: of a request, who was asked; of what is to be signed, whose signatures are missing; who else is waited for
            follows from the kind and the apprenticeship.
        asked_by: of a request, who asked.
        expires_at: of a request, until when its link works.
    """

    since: datetime
    apprenticeship: UUID
    apprentice: str
    subject: UUID
    what: str
    has_begun: bool = False
    piece: UUID | None = None
    by: str = ""
    asked_by: UUID | None = None
    expires_at: datetime | None = None


_WHOSE = ("apprenticeship", "apprenticeship__apprentice__name")


def reviews(actor: Actor) -> SubmissionQuerySet:
    """What waits for feedback, and is not about to be sent."""
    finished = ReviewDraft.objects.unscoped().finished().values("submission")
    return Submission.objects.visible_to(actor).waiting().in_open().exclude(pk__in=finished)


def _reviews(actor: Actor) -> QuerySet[Any, Any]:
    columns = ("submitted_at", *_WHOSE, "pk", "snapshot__content__title", "review_started_at", "evidence")
    return reviews(actor).oldest_first().values_list(*columns)


def _met(actor: Actor) -> QuerySet[Any, Any]:
    """The KSBs that are met and not signed off."""
    return KsbProgress.objects.visible_to(actor).filter(
        state=KsbState.MET, apprenticeship__status__in=OPEN_STATUSES, apprenticeship__undone_at=None
    )


def _sign_offs(actor: Actor) -> QuerySet[Any, Any]:
    """The learners of whom KSBs are met and not signed off, by the first of these."""
    learners = _met(actor).order_by().values(*_WHOSE).annotate(since=Min("newest_decided_at"), n=Count("pk"))
    found: QuerySet[Any, Any] = learners.order_by("since", "apprenticeship").values_list(
        "since", *_WHOSE, "apprenticeship", "n"
    )
    return found


def _sent_back(actor: Actor) -> QuerySet[Any, Any]:
    """Pieces that came back, since their last review."""
    later = Submission.objects.unscoped().filter(
        evidence=OuterRef("evidence"), round__gt=OuterRef("round"), withdrawn_at=None
    )
    rows = Submission.objects.visible_to(actor).in_open()
    rows = rows.filter(~Exists(later), evidence__state=Evidence.State.REFERRED, finished_at__isnull=False)
    if provider := reach_of(actor).provider:
        # So that a database begins with the pieces of the provider that came back, and not with all its rounds.
        rows = rows.filter(evidence__provider=provider)
    return rows


def _reworks(actor: Actor) -> QuerySet[Any, Any]:
    columns = ("finished_at", *_WHOSE, "evidence", "snapshot__content__title")
    return _sent_back(actor).order_by("finished_at", "pk").values_list(*columns)


def _unanswered(actor: Actor) -> QuerySet[Any, Any]:
    """Requests that nobody has answered, also where the link has expired."""
    rows = Link.objects.visible_to(actor).unanswered().filter(apprenticeship__status__in=OPEN_STATUSES)
    # What an employer is asked to sign is a missing signature, whether by a link or not.
    return rows.exclude(purpose__in=OF_VERSIONS)


def _confirmations(actor: Actor) -> QuerySet[Any, Any]:
    columns = ("asked_at", *_WHOSE, "about", "purpose", "started_at", "name", "asked_by", "expires_at")
    return _unanswered(actor).order_by("asked_at", "pk").values_list(*columns)


def _unsigned(actor: Actor) -> QuerySet[Any, Any]:
    """What was sent to be signed and not everybody has signed, such as progress reviews."""
    return SignedVersion.objects.visible_to(actor).waiting().filter(apprenticeship__undone_at=None)


def _signatures(actor: Actor) -> QuerySet[Any, Any]:
    has_signed = [f"signed_{party.value}" for party in Party]
    columns = ("at", *_WHOSE, "pk", "content__shared__held_on", "kind", "number", *has_signed)
    return _unsigned(actor).order_by("at", "pk").values_list(*columns)


def _numbers(actor: Actor) -> QuerySet[Any, Any]:
    """How much of each kind is owed; of sign-offs, about how many learners. What there is nothing of is left out."""
    by_row = Count("pk")
    counted = {
        REVIEW: (reviews(actor), by_row),
        SIGN_OFF: (_met(actor), Count("apprenticeship", distinct=True)),
        REWORK: (_sent_back(actor), by_row),
        CONFIRMATION: (_unanswered(actor), by_row),
        SIGNATURE: (_unsigned(actor), by_row),
    }
    first, *others = (
        rows.order_by().annotate(what=Value(kind)).values("what").annotate(number=number).values_list("what", "number")
        for kind, (rows, number) in counted.items()
    )
    together: QuerySet[Any, Any] = first.union(*others, all=True)
    return together


_READ = {
    REVIEW: _reviews,
    SIGN_OFF: _sign_offs,
    REWORK: _reworks,
    CONFIRMATION: _confirmations,
    SIGNATURE: _signatures,
}
_SEEN = {kind: SeenBy(read, SIGHT) for kind, read in _READ.items()}
_counted = SeenBy(_numbers, SIGHT)


def rows_of(actor: Actor, kind: str) -> Rows:
    """The columns of `Owed` of what is owed in this way about learners that `actor` sees, the oldest first."""
    return _SEEN[kind](actor)


def counts(actor: Actor) -> dict[str, int]:
    """How much of each kind is owed. One query."""
    return dict.fromkeys(KINDS, 0) | dict(_counted(actor))


_to_sign_as_employer = SeenBy(lambda actor: _signatures(actor).filter(signed_employer=False), SIGHT)


def to_sign_as_employer(actor: Actor) -> list[Owed]:
    """What a mentor has not signed for the employer of what was sent to be signed, the oldest first. One query."""
    mentoring = reach_of(actor).mentoring
    return [owed(SIGNATURE, row) for row in _to_sign_as_employer(actor) if row[1] in mentoring]


#: What an apprentice is to sign at all.
_FOR_APPRENTICES = [kind for kind, parties in PARTIES.items() if Party.APPRENTICE in parties]


def _unsigned_by_apprentice(actor: Actor, apprenticeship: UUID) -> QuerySet[Any, Any]:
    refused = PartyRefusal.objects.unscoped().filter(version=OuterRef("pk"), party=Party.APPRENTICE)
    rows = _signatures(actor).filter(apprenticeship=apprenticeship, kind__in=_FOR_APPRENTICES, signed_apprentice=False)
    return rows.filter(~Exists(refused))


_to_sign_as_apprentice = SeenBy(_unsigned_by_apprentice, SIGHT)


def to_sign_as_apprentice(actor: Actor, apprenticeship: Apprenticeship) -> list[Owed]:
    """What the apprentice has neither signed nor declined of what was sent to them, the oldest first. One query."""
    rows = _to_sign_as_apprentice(actor, apprenticeship=apprenticeship.pk)
    return [owed(SIGNATURE, row) for row in rows if is_open(apprenticeship) or row[5] not in WHILE_TRAINING]


def owed(kind: str, row: tuple[Any, ...]) -> Owed:
    """A row as plain values."""
    since, apprenticeship, apprentice, subject, what, *more = row
    one = Owed(since, apprenticeship, apprentice, subject, what or _("Untitled"))
    if kind == REVIEW:
        return one._replace(has_begun=more[0] is not None, piece=more[1])
    if kind == SIGN_OFF:
        return one._replace(what=ngettext("%(n)d KSB is met", "%(n)d KSBs are met", what) % {"n": what})
    if kind == SIGNATURE:
        signed_kind, number, *has_signed = more
        parties = zip(Party, has_signed, strict=True)
        wanted = PARTIES[SignedKind(signed_kind)]
        missing = [str(party.label) for party, signed in parties if party in wanted and not signed]
        return one._replace(what=name_of_signed(signed_kind, number, what), by=", ".join(missing))
    if kind == CONFIRMATION:
        begun, by, asked_by, expires_at = more
        return one._replace(has_begun=begun is not None, by=by, asked_by=asked_by, expires_at=expires_at)
    return one
