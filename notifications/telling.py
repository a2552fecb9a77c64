"""What each entry of the record means for people: who is told what of it, what it settles, and who it may shut out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from accounts.audit_actions import MEMBERSHIP_ENDED
from accounts.models import Membership, Role
from apprenticeships.audit_actions import (
    APPRENTICESHIP_ASSIGNED,
    ASSIGNMENT_UNDONE,
    CONFLICT_RECORDED,
    COVER_APPOINTED,
    COVER_ENDED,
    ENROLMENT_UNDONE,
)
from apprenticeships.models import Apprenticeship, Assignment, ConflictOfInterest
from assessments.audit_actions import (
    ACTION_CLOSED,
    BEHAVIOURS_ANSWERED,
    CLAIM_CORRECTED,
    DECISION_CHECKED,
    FINDING_CORRECTED,
    INVESTIGATION_BEGUN,
    KSB_REOPENED,
    KSB_SIGNED_OFF,
    RESULT_RELEASED,
    SIGN_OFF_WITHDRAWN,
    SUBMISSION_JUDGED,
    SUBMISSION_MADE,
    SUBMISSION_TAKEN_BACK,
)
from assessments.models import (
    Decision,
    EmployerAnswer,
    Finding,
    FindingNote,
    Investigation,
    Reopening,
    ResultRelease,
    Sample,
    SignOff,
    SignOffWithdrawal,
    Submission,
)
from assessments.models.sampling import CODE_OF_SAMPLE
from audit.actions import Action
from audit.models import Entry
from notifications.kinds import TO_SIGN, News
from portfolios.audit_actions import EVIDENCE_HANDED_OVER, FILE_HIDDEN
from portfolios.models import Evidence, Quarantine
from programme.audit_actions import (
    ASSESSMENT_RESULT_CORRECTED,
    ASSESSMENT_RESULT_RECORDED,
    GATEWAY_LOCKED,
    GATEWAY_RELEASED,
    GATEWAY_RETURNED,
    PARTY_DECLINED,
    PARTY_SIGNED,
    REVIEW_HELD,
    VERSION_ISSUED,
)
from programme.models import (
    AssessmentResult,
    GatewayEnd,
    GatewayLock,
    Party,
    PartyRefusal,
    PartySignature,
    ProgressReview,
    SignedKind,
    SignedVersion,
)
from signing.audit_actions import LINK_DECLINED, LINK_PASSED_ON, SIGNATURE_DISOWNED, SIGNATURE_MADE
from signing.models import Disavowal, Link, Signature

#: Sign-offs that follow each other this closely are one notice.
TOGETHER = timedelta(minutes=10)


class Told(NamedTuple):
    """What one person is told: the columns of a `Notice` that say it."""

    person: UUID
    news: News
    #: None where it is about a thing of one's own: see `own_things`.
    apprenticeship: UUID | None
    provider: UUID | None
    subject: UUID
    about: UUID
    cause: str
    at: datetime
    codes: tuple[str, ...] = ()
    #: Whether it is mailed, to whoever has such news mailed.
    is_mailed: bool = True


class Settled(NamedTuple):
    """What is dealt with: submissions that were reviewed or unsent, pieces that were sent again, findings acted on."""

    reviewed: frozenset[UUID] = frozenset()
    gone: frozenset[UUID] = frozenset()
    reworked: frozenset[UUID] = frozenset()
    acted_on: frozenset[UUID] = frozenset()
    #: Of what parties sign, the versions that an employer or an apprentice signed, and those that were replaced.
    signed: frozenset[tuple[UUID, str]] = frozenset()
    corrected: frozenset[UUID] = frozenset()
    #: The apprenticeships of which a review was held.
    held: frozenset[UUID] = frozenset()


class Lost(NamedTuple):
    """Apprenticeships that somebody may not see any more, and who may not see a provider's any more."""

    apprenticeships: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()


Tell = Callable[[Sequence[Entry]], Iterable[Told]]


def _subjects(entries: Iterable[Entry]) -> dict[UUID, Entry]:
    return {UUID(entry.subject): entry for entry in entries}


def cause_of(entry: Entry) -> str:
    """What a notice of this entry follows from."""
    return f"entry/{entry.chain_id}/{entry.sequence}"


def assessors_of(learners: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Who assesses each of these today, leading or covering."""
    return people_of(learners, Assignment.Role.ASSESSOR)


def people_of(learners: Iterable[UUID], *roles: str) -> dict[UUID, list[UUID]]:
    """Who looks after each of these today in one of these roles, leading or covering."""
    held = Assignment.objects.live().filter(role__in=roles, apprenticeship__in=set(learners))
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for learner, person in held.order_by("person").values_list("apprenticeship", "person").distinct():
        found[learner].append(person)
    return found


def _submitted(entries: Sequence[Entry]) -> Iterator[Told]:
    of = _subjects(entries)
    rows = list(Submission.objects.unscoped().waiting().in_open().filter(pk__in=of))
    assessors = assessors_of(row.apprenticeship_id for row in rows)
    for row in rows:
        for person in assessors[row.apprenticeship_id]:
            if person != row.submitted_by_id:
                yield _told(of[row.pk], person, News.SUBMITTED, row, about=row.pk)


def _judged(entries: Sequence[Entry]) -> Iterator[Told]:
    of = _subjects(entries)
    for row in Submission.objects.unscoped().select_related("apprenticeship").filter(pk__in=of):
        entry = of[row.pk]
        news = News.ACCEPTED if entry.data["state"] == Evidence.State.ACCEPTED else News.NEEDS_WORK
        yield _told(entry, row.apprenticeship.apprentice_id, news, row, about=row.evidence_id)


def _corrected(entries: Sequence[Entry]) -> Iterator[Told]:
    of = _subjects(entries)
    rows = Decision.objects.unscoped().select_related("claim__submission__apprenticeship", "claim__ksb")
    for row in rows.filter(pk__in=of):
        submission = row.claim.submission
        yield _told(
            of[row.pk],
            submission.apprenticeship.apprentice_id,
            News.CORRECTED,
            submission,
            about=submission.evidence_id,
            subject=row.pk,
            codes=(row.claim.ksb.code,),
        )


def _signed_off(entries: Sequence[Entry]) -> Iterator[Told]:
    """Those by one assessor that came together are told of together."""
    of = _subjects(entries)
    rows = SignOff.objects.unscoped().counting().select_related("apprenticeship", "ksb").filter(pk__in=of)
    together: dict[tuple[UUID, UUID], list[list[SignOff]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: of[row.pk].sequence):
        groups = together[row.apprenticeship_id, row.by_id]
        if groups and row.at - groups[-1][0].at <= TOGETHER:
            groups[-1].append(row)
        else:
            groups.append([row])
    for groups in together.values():
        for group in groups:
            codes = tuple(row.ksb.code for row in sorted(group, key=lambda row: row.ksb.position))
            row, entry = group[0], of[group[-1].pk]
            whose = row.apprenticeship.apprentice_id
            yield _told(entry, whose, News.SIGNED_OFF, row, about=row.apprenticeship_id, codes=codes)


def _sign_off_withdrawn(entries: Sequence[Entry]) -> Iterator[Told]:
    of = _subjects(entries)
    rows = SignOffWithdrawal.objects.select_related("sign_off__apprenticeship", "sign_off__ksb").filter(pk__in=of)
    for row in rows:
        made = row.sign_off
        yield _told(
            of[row.pk],
            made.apprenticeship.apprentice_id,
            News.SIGN_OFF_WITHDRAWN,
            made,
            about=made.apprenticeship_id,
            codes=(made.ksb.code,),
        )


def _reopened(entries: Sequence[Entry]) -> Iterator[Told]:
    of = _subjects(entries)
    rows = Reopening.objects.unscoped().standing().select_related("apprenticeship", "sign_off__ksb")
    for row in rows.filter(pk__in=of):
        whose, codes = row.apprenticeship.apprentice_id, (row.sign_off.ksb.code,)
        yield _told(of[row.pk], whose, News.REOPENED, row.sign_off, about=row.apprenticeship_id, codes=codes)


def _checked(entries: Sequence[Entry]) -> Iterator[Told]:
    """Whoever has to act is told so, and the assessor of what was found, unless there is nothing to read or do."""
    of = _subjects(entries)
    rows = Finding.objects.unscoped().standing().select_related(*(f"sample__{path}" for path in CODE_OF_SAMPLE))
    for row in rows.filter(pk__in=of):
        sample, entry = row.sample, of[row.pk]
        codes = (sample.code(),)
        if row.owner_id:
            yield _told(entry, row.owner_id, News.ACTION_ASKED, sample, about=sample.pk, subject=row.pk, codes=codes)
        if row.assessor_id != row.owner_id and (row.owner_id or row.feedback):
            yield _told(entry, row.assessor_id, News.CHECKED, sample, about=sample.pk, subject=row.pk, codes=codes)


def _version_issued(entries: Sequence[Entry]) -> Iterator[Told]:
    """The apprentice and the mentors at the employer are asked to sign."""
    of = _subjects(entries)
    rows = list(SignedVersion.objects.unscoped().newest().select_related("apprenticeship").filter(pk__in=of))
    yield from to_sign(rows, lambda row: (cause_of(of[row.pk]), of[row.pk].at))


def _party_declined(entries: Sequence[Entry]) -> Iterator[Told]:
    """Whoever sent it is told."""
    of = _subjects(entries)
    for row in PartyRefusal.objects.unscoped().select_related("version").filter(pk__in=of):
        yield _told(of[row.pk], row.version.by_id, News.NOT_SIGNED, row, about=row.version_id)


def to_sign(rows: Sequence[SignedVersion], cause_of: Callable[[SignedVersion], tuple[str, datetime]]) -> Iterator[Told]:
    """Who is to sign these versions and has not; `cause_of` says why they are told, and when it was."""
    signed = PartySignature.objects.unscoped().standing().filter(version__in=[row.pk for row in rows])
    parties = set(signed.values_list("version", "party"))
    mentors = people_of((row.apprenticeship_id for row in rows), Assignment.Role.MENTOR)
    for row in rows:
        cause, at = cause_of(row)
        missing = [party for party in row.parties if (row.pk, party) not in parties]
        asked = [row.apprenticeship.apprentice_id] if Party.APPRENTICE in missing else []
        if Party.EMPLOYER in missing:
            asked += mentors[row.apprenticeship_id]
        for person in asked:
            yield Told(
                person,
                TO_SIGN[SignedKind(row.kind)],
                row.apprenticeship_id,
                row.provider_id,
                subject=row.pk,
                about=row.about,
                cause=cause,
                at=at,
            )


def _of_link(news: News) -> Tell:
    def tell(entries: Sequence[Entry]) -> Iterator[Told]:
        of = _subjects(entries)
        for row in Link.objects.unscoped().filter(pk__in=of):
            yield _told(of[row.pk], row.asked_by_id, news, row, about=row.about)

    return tell


def _signed(entries: Sequence[Entry]) -> Iterator[Told]:
    of = _subjects(entries)
    for row in Signature.objects.unscoped().select_related("link").filter(pk__in=of, disavowal=None):
        yield _told(of[row.pk], row.link.asked_by_id, News.CONFIRMED, row.link, about=row.link.about)


def _behaviours_answered(entries: Sequence[Entry]) -> Iterator[Told]:
    """The assessors are told what a mentor answered in the app; of a link, whoever asked is told."""
    of = _subjects(entries)
    rows = list(EmployerAnswer.objects.unscoped().filter(pk__in=of, link_signature=None))
    assessors = assessors_of(row.apprenticeship_id for row in rows)
    for row in rows:
        for person in assessors[row.apprenticeship_id]:
            yield _told(of[row.pk], person, News.BEHAVIOURS, row, about=row.apprenticeship_id)


def _disowned(entries: Sequence[Entry]) -> Iterator[Told]:
    """Whoever asked is told, and the provider's quality assurers: somebody may have signed in another's name."""
    of = _subjects(entries)
    for row in Disavowal.objects.unscoped().select_related("signature__link").filter(pk__in=of):
        link = row.signature.link
        assurers = Membership.objects.live().filter(organisation=link.provider_id, role=Role.IQA)
        for person in sorted({link.asked_by_id, *assurers.values_list("user", flat=True)}):
            yield _told(of[row.pk], person, News.DISPUTED, link, about=link.about)


def _handed_over(entries: Sequence[Entry]) -> Iterator[Told]:
    """The apprentice is told what an assessor recorded, so that they confirm it."""
    of = _subjects(entries)
    rows = Evidence.objects.unscoped().select_related("apprenticeship")
    for row in rows.filter(pk__in=of, state=Evidence.State.DRAFT, handed_over_at__isnull=False):
        whose, entry = row.apprenticeship, of[row.pk]
        yield Told(
            whose.apprentice_id, News.OBSERVED, whose.pk, row.provider_id, row.pk, row.pk, cause_of(entry), entry.at
        )


def _assigned_in_conflict(entries: Sequence[Entry]) -> Iterator[Told]:
    """Admins are told where somebody assesses an apprentice with whom they have a conflict of interest."""
    yield from _conflicts(_subjects(entries))


def _conflict_recorded(entries: Sequence[Entry]) -> Iterator[Told]:
    of = _subjects(entries)
    rows = ConflictOfInterest.objects.unscoped().filter(pk__in=of).values_list("pk", "apprenticeship")
    yield from _conflicts({whose: of[pk] for pk, whose in rows})


def _conflicts(of: dict[UUID, Entry]) -> Iterator[Told]:
    rows = Apprenticeship.objects.unscoped().enrolled().filter(pk__in=of)
    against = Assignment.objects.live().against_conflicts().filter(apprenticeship__in=of).values("apprenticeship")
    for row in rows.filter(pk__in=against):
        admins = Membership.objects.live().filter(organisation=row.provider_id, role=Role.PROVIDER_ADMIN)
        for person in sorted(set(admins.values_list("user", flat=True)) - {row.apprentice_id}):
            entry = of[row.pk]
            yield Told(person, News.CONFLICT, row.pk, row.provider_id, row.pk, row.pk, cause_of(entry), entry.at)


def _hidden(entries: Sequence[Entry]) -> Iterator[Told]:
    """Who ends the hiding of a file together is told of it, but for who hid it."""
    of = _subjects(entries)
    for row in Quarantine.objects.unscoped().standing().select_related("evidence__apprenticeship").filter(pk__in=of):
        whose = row.evidence.apprenticeship
        people = _overseers(row.provider_id, Role.IQA, Role.PROVIDER_ADMIN) - {row.hidden_by_id, whose.apprentice_id}
        for person in sorted(people):
            entry = of[row.pk]
            yield Told(person, News.FILE_HIDDEN, whose.pk, row.provider_id, row.pk, row.pk, cause_of(entry), entry.at)


def _investigated(entries: Sequence[Entry]) -> Iterator[Told]:
    """Quality assurers are told what is under investigation, but for who began it."""
    of = _subjects(entries)
    for row in Investigation.objects.unscoped().select_related("apprenticeship").filter(pk__in=of, end=None):
        people = _overseers(row.provider_id, Role.IQA) - {row.by_id, row.apprenticeship.apprentice_id}
        for person in sorted(people):
            yield _told(of[row.pk], person, News.INVESTIGATION, row, about=row.pk)


def _overseers(provider: UUID, *roles: str) -> set[UUID]:
    held = Membership.objects.live().filter(organisation=provider, role__in=roles)
    return set(held.values_list("user", flat=True))


def _gateway(news: News, model: type[GatewayLock | GatewayEnd | AssessmentResult | ResultRelease]) -> Tell:
    """The apprentice, who looks after them and their mentor are told how the end went on, or of a result."""

    def tell(entries: Sequence[Entry]) -> Iterator[Told]:
        of = _subjects(entries)
        rows: list[Any] = list(model.objects.unscoped().select_related("apprenticeship").filter(pk__in=of))
        near = people_of((row.apprenticeship_id for row in rows), *Assignment.Role.values)
        for row in rows:
            entry, whose = of[row.pk], row.apprenticeship
            for person in [whose.apprentice_id, *near[whose.pk]]:
                if person != entry.actor_person:
                    yield Told(
                        person, news, whose.pk, row.provider_id, row.pk, whose.pk, cause=cause_of(entry), at=entry.at
                    )

    return tell


def _told(
    entry: Entry,
    person: UUID,
    news: News,
    row: Submission | SignOff | Link | Sample | PartyRefusal | Investigation | EmployerAnswer,
    *,
    about: UUID,
    subject: UUID | None = None,
    codes: tuple[str, ...] = (),
) -> Told:
    return Told(
        person,
        news,
        row.apprenticeship_id,
        row.provider_id,
        subject or row.pk,
        about,
        cause_of(entry),
        entry.at,
        codes,
    )


_TELL: dict[str, Tell] = {
    SUBMISSION_MADE.name: _submitted,
    SUBMISSION_JUDGED.name: _judged,
    CLAIM_CORRECTED.name: _corrected,
    KSB_SIGNED_OFF.name: _signed_off,
    SIGN_OFF_WITHDRAWN.name: _sign_off_withdrawn,
    KSB_REOPENED.name: _reopened,
    DECISION_CHECKED.name: _checked,
    FINDING_CORRECTED.name: _checked,
    SIGNATURE_MADE.name: _signed,
    BEHAVIOURS_ANSWERED.name: _behaviours_answered,
    VERSION_ISSUED.name: _version_issued,
    PARTY_DECLINED.name: _party_declined,
    GATEWAY_LOCKED.name: _gateway(News.GATEWAY_LOCKED, GatewayLock),
    GATEWAY_RELEASED.name: _gateway(News.GATEWAY_ENDED, GatewayEnd),
    GATEWAY_RETURNED.name: _gateway(News.GATEWAY_ENDED, GatewayEnd),
    ASSESSMENT_RESULT_RECORDED.name: _gateway(News.RESULT, AssessmentResult),
    ASSESSMENT_RESULT_CORRECTED.name: _gateway(News.RESULT, AssessmentResult),
    RESULT_RELEASED.name: _gateway(News.OUTCOME_RELEASED, ResultRelease),
    LINK_DECLINED.name: _of_link(News.DECLINED),
    LINK_PASSED_ON.name: _of_link(News.PASSED_ON),
    SIGNATURE_DISOWNED.name: _disowned,
    EVIDENCE_HANDED_OVER.name: _handed_over,
    CONFLICT_RECORDED.name: _conflict_recorded,
    FILE_HIDDEN.name: _hidden,
    INVESTIGATION_BEGUN.name: _investigated,
    APPRENTICESHIP_ASSIGNED.name: _assigned_in_conflict,
    COVER_APPOINTED.name: _assigned_in_conflict,
}
#: After these, somebody may not see an apprenticeship any more.
_SHUTS_OUT: tuple[Action, ...] = (APPRENTICESHIP_ASSIGNED, ASSIGNMENT_UNDONE, COVER_ENDED, ENROLMENT_UNDONE)
#: These settle something, and nobody is told of them, or not of that.
_SETTLES: tuple[Action, ...] = (SUBMISSION_TAKEN_BACK, ACTION_CLOSED, MEMBERSHIP_ENDED, REVIEW_HELD, PARTY_SIGNED)
#: The actions that are read.
READ = frozenset({*_TELL, *(one.name for one in _SETTLES), *(one.name for one in _SHUTS_OUT)})


def told_by(entries: Iterable[Entry]) -> list[Told]:
    """Who is told what of these entries, each kind of them by a number of queries that does not grow."""
    return [told for name, of_action in by_action(entries).items() if name in _TELL for told in _TELL[name](of_action)]


def settled_by(entries: Iterable[Entry]) -> Settled:
    """What these entries settle."""
    by_name = by_action(entries)
    closed = _subjects(by_name[ACTION_CLOSED.name])
    notes = FindingNote.objects.filter(pk__in=closed).values_list("finding", flat=True) if closed else ()
    return Settled(
        reviewed=frozenset(_subjects(by_name[SUBMISSION_JUDGED.name])),
        gone=frozenset(_subjects(by_name[SUBMISSION_TAKEN_BACK.name])),
        reworked=frozenset(UUID(entry.data["evidence"]) for entry in by_name[SUBMISSION_MADE.name]),
        acted_on=frozenset(notes),
        **_settled_signatures(by_name),
    )


def _settled_signatures(by_name: dict[str, list[Entry]]) -> dict[str, frozenset[Any]]:
    """What these entries settle of what is signed: signing it, another version of it, holding a review."""
    issued, held = by_name[VERSION_ISSUED.name], _subjects(by_name[REVIEW_HELD.name])
    signed = [entry for entry in by_name[PARTY_SIGNED.name] if entry.data["party"] != Party.PROVIDER]
    learners: set[UUID] = set()
    if held:
        learners |= set(ProgressReview.objects.unscoped().filter(pk__in=held).values_list("apprenticeship", flat=True))
    reviews = {pk for pk, entry in _subjects(issued).items() if entry.data["kind"] == SignedKind.REVIEW}
    versions = SignedVersion.objects.unscoped()
    if reviews:
        learners |= set(versions.filter(pk__in=reviews).values_list("apprenticeship", flat=True))
    replaced: set[UUID] = set()
    if issued:
        about = {UUID(entry.data["about"]) for entry in issued}
        replaced = set(versions.filter(about__in=about).values_list("pk", flat=True))
        replaced -= set(versions.newest().filter(about__in=about).values_list("pk", flat=True))
    return {
        "signed": frozenset((UUID(entry.data["version"]), str(entry.data["party"])) for entry in signed),
        "corrected": frozenset(replaced),
        "held": frozenset(learners),
    }


def may_have_lost(entries: Iterable[Entry]) -> Lost:
    """Whose rights these entries may have ended."""
    by_name = by_action(entries)
    shut = frozenset(pk for action in _SHUTS_OUT for pk in _subjects(by_name[action.name]))
    ended = _subjects(by_name[MEMBERSHIP_ENDED.name])
    people = Membership.objects.filter(pk__in=ended).values_list("user", flat=True) if ended else ()
    return Lost(shut, frozenset(people))


def by_action(entries: Iterable[Entry]) -> defaultdict[str, list[Entry]]:
    """These entries by the names of what was done."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.action].append(entry)
    return found
