"""What somebody may still be told: their rights, and whether it is still so. Asked when a mail is sent."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from accounts.models import User
from apprenticeships.models import Apprenticeship, Assignment
from assessments.models import Finding, Investigation, ReviewDraft, SignOff, Submission
from core.actor import Actor
from notifications import own_things
from notifications.kinds import OF_ACTIONS, OF_LINKS, OF_OWN_THINGS, OF_REVIEWS, TO_REVIEW, TO_SIGN, News
from notifications.models import Notice
from portfolios.models import Evidence, Quarantine
from programme.models import Party, PartySignature, SignedVersion, SkillsScan
from programme.reviewing.schedule import places_of
from signing.models import Disavowal, Link


def not_seen(notices: Iterable[Notice]) -> list[Notice]:
    """Those about apprenticeships that their readers see no more, or have no more to review. Read with these.

    And those about things of their own at a provider where they have no role any more.
    """
    by_reader: dict[tuple[UUID, UUID | None], list[Notice]] = defaultdict(list)
    gone: list[Notice] = []
    own: dict[tuple[UUID, UUID | None], list[Notice]] = defaultdict(list)
    for notice in notices:
        of = by_reader if notice.apprenticeship_id else own
        of[notice.person_id, notice.provider_id].append(notice)
    for (person, provider), of_reader in own.items():
        if not own_things.belongs_to(person, provider):
            gone += of_reader
    for (person, provider), of_reader in by_reader.items():
        seen = _seen(Actor(person, provider), of_reader)
        # A mentor sees the apprentice for the employer, and not for the provider.
        rest = [notice for notice in of_reader if notice.pk not in seen]
        for employer in {notice.apprenticeship.employer_id for notice in rest if notice.apprenticeship} - {None}:
            seen |= _seen(Actor(person, employer), rest)
        gone += [notice for notice in of_reader if notice.pk not in seen]
    return gone


def _seen(actor: Actor, notices: Sequence[Notice]) -> set[UUID]:
    """Of notices about a provider's apprenticeships, those that `actor` may still see there."""
    learners = {notice.apprenticeship_id for notice in notices if notice.apprenticeship_id}
    seen = set(Apprenticeship.objects.visible_to(actor).filter(pk__in=learners).values_list("pk", flat=True))
    to_review = [notice for notice in notices if notice.news in TO_REVIEW]
    theirs: set[UUID] = set()
    if to_review:
        submissions = {notice.subject for notice in to_review}
        rows = Submission.objects.visible_to(actor).for_assessor(actor).filter(pk__in=submissions)
        theirs = set(rows.values_list("pk", flat=True))
    return {
        notice.pk
        for notice in notices
        if notice.apprenticeship_id in seen and (notice.news not in TO_REVIEW or notice.subject in theirs)
    }


def still_told(person: User, notices: Sequence[Notice]) -> list[Notice]:
    """Those of a person's notices that they may be mailed now. The notices were read with their apprenticeships.

    Nobody is mailed what they have read, may not see any more, or what is not so any more. An apprentice who has
    withdrawn is mailed nothing at all about that apprenticeship.
    """
    if not person.is_active or not person.email:
        return []
    unread = [notice for notice in notices if notice.read_at is None and not _has_left(person, notice.apprenticeship)]
    gone = {notice.pk for notice in not_seen(unread)}
    open_ = [notice for notice in unread if notice.pk not in gone]
    over = _over(open_) | _not_theirs(person, open_)
    return [notice for notice in open_ if notice.pk not in over]


def _has_left(person: User, apprenticeship: Apprenticeship | None) -> bool:
    if apprenticeship is None or apprenticeship.apprentice_id != person.pk:
        return False
    return apprenticeship.status == Apprenticeship.Status.WITHDRAWN


def _not_theirs(person: User, notices: Sequence[Notice]) -> set[UUID]:
    """Those about things of a person's own that are dealt with, or theirs no more."""
    by_place: dict[UUID | None, list[Notice]] = defaultdict(list)
    for notice in notices:
        if notice.news in OF_OWN_THINGS:
            by_place[notice.provider_id].append(notice)
    over: set[UUID] = set()
    for place, of_place in by_place.items():
        of = {news: [notice.subject for notice in rows] for news, rows in _by_news(of_place).items()}
        still = own_things.still_told(Actor(person.pk, place), of)
        over |= {notice.pk for notice in of_place if (notice.news, notice.subject) not in still}
    return over


def _over(notices: Sequence[Notice]) -> set[UUID]:
    """Those that say what is not so any more: undone, dealt with or answered since."""
    over: set[UUID] = set()
    of = _by_news(notices)
    to_review = [notice for news in TO_REVIEW for notice in of[news]]
    if to_review:
        rows = Submission.objects.unscoped().waiting().in_open().filter(pk__in={one.subject for one in to_review})
        held = ReviewDraft.objects.unscoped().finished()
        waiting = set(rows.exclude(pk__in=held.values("submission")).values_list("pk", flat=True))
        over |= {notice.pk for notice in to_review if notice.subject not in waiting}
    if of[News.SIGNED_OFF]:
        learners = {notice.apprenticeship_id for notice in of[News.SIGNED_OFF]}
        live = SignOff.objects.unscoped().counting().filter(apprenticeship__in=learners)
        standing = set(live.values_list("apprenticeship", "ksb__code"))
        for notice in of[News.SIGNED_OFF]:
            notice.codes = [code for code in notice.codes if (notice.apprenticeship_id, code) in standing]
            if not notice.codes:
                over.add(notice.pk)
    if of[News.REWORK_DUE]:
        pieces = Evidence.objects.unscoped().filter(
            pk__in={notice.about for notice in of[News.REWORK_DUE]}, state=Evidence.State.REFERRED
        )
        waiting = set(pieces.values_list("pk", flat=True))
        over |= {notice.pk for notice in of[News.REWORK_DUE] if notice.about not in waiting}
    if of[News.CONFIRMED]:
        links = {notice.subject for notice in of[News.CONFIRMED]}
        disowned = set(
            Disavowal.objects.unscoped().filter(signature__link__in=links).values_list("signature__link", flat=True)
        )
        over |= {notice.pk for notice in of[News.CONFIRMED] if notice.subject in disowned}
    if of[News.LINK_EXPIRED]:
        links = {notice.subject for notice in of[News.LINK_EXPIRED]}
        unanswered = set(Link.objects.unscoped().unanswered().filter(pk__in=links).values_list("pk", flat=True))
        over |= {notice.pk for notice in of[News.LINK_EXPIRED] if notice.subject not in unanswered}
    if of[News.OBSERVED]:
        pieces = Evidence.objects.unscoped().filter(
            pk__in={notice.subject for notice in of[News.OBSERVED]}, state=Evidence.State.DRAFT
        )
        waiting = set(pieces.filter(handed_over_at__isnull=False).values_list("pk", flat=True))
        over |= {notice.pk for notice in of[News.OBSERVED] if notice.subject not in waiting}
    if of[News.CONFLICT]:
        learners = {notice.subject for notice in of[News.CONFLICT]}
        against = Assignment.objects.live().against_conflicts().filter(apprenticeship__in=learners)
        still = set(against.values_list("apprenticeship", flat=True))
        over |= {notice.pk for notice in of[News.CONFLICT] if notice.subject not in still}
    if of[News.FILE_HIDDEN]:
        hidden = Quarantine.objects.unscoped().standing().filter(pk__in={one.subject for one in of[News.FILE_HIDDEN]})
        still = set(hidden.values_list("pk", flat=True))
        over |= {notice.pk for notice in of[News.FILE_HIDDEN] if notice.subject not in still}
    if of[News.INVESTIGATION]:
        begun = {notice.subject for notice in of[News.INVESTIGATION]}
        still = set(Investigation.objects.unscoped().filter(pk__in=begun, end=None).values_list("pk", flat=True))
        over |= {notice.pk for notice in of[News.INVESTIGATION] if notice.subject not in still}
    to_do = [notice for news in OF_ACTIONS for notice in of[news]]
    if to_do:
        findings = Finding.objects.unscoped().open_actions().filter(pk__in={notice.subject for notice in to_do})
        still = set(findings.values_list("pk", flat=True))
        over |= {notice.pk for notice in to_do if notice.subject not in still}
    if signing := [notice for news in TO_SIGN.values() for notice in of[news]]:
        over |= _signed_or_corrected(signing)
    to_hold = [notice for news in OF_REVIEWS for notice in of[news]]
    if to_hold:
        whose = Apprenticeship.objects.unscoped().filter(pk__in={notice.apprenticeship_id for notice in to_hold})
        due = {place.apprenticeship for place in places_of(whose) if place.how_due}
        over |= {notice.pk for notice in to_hold if notice.apprenticeship_id not in due}
    if of[News.SCAN_TO_RATE]:
        learners = {notice.apprenticeship_id for notice in of[News.SCAN_TO_RATE]}
        rated = SkillsScan.objects.unscoped().standing().filter(apprenticeship__in=learners)
        done = set(rated.values_list("apprenticeship", "party"))
        over |= {one.pk for one in of[News.SCAN_TO_RATE] if (one.apprenticeship_id, _party_of(one)) in done}
    return over


def _party_of(notice: Notice) -> Party:
    """For whom its reader acts: the apprentice, or else the employer."""
    assert notice.apprenticeship, "a constraint"
    return Party.APPRENTICE if notice.person_id == notice.apprenticeship.apprentice_id else Party.EMPLOYER


def _signed_or_corrected(notices: Sequence[Notice]) -> set[UUID]:
    """Those about versions that were replaced, or that the reader or their party has signed."""
    versions = {notice.subject for notice in notices}
    newest = set(SignedVersion.objects.unscoped().newest().filter(pk__in=versions).values_list("pk", flat=True))
    signed = PartySignature.objects.unscoped().standing().filter(version__in=versions)
    parties = set(signed.values_list("version", "party"))
    over = set()
    for notice in notices:
        if notice.subject not in newest or (notice.subject, _party_of(notice)) in parties:
            over.add(notice.pk)
    return over


def _by_news(notices: Iterable[Notice]) -> defaultdict[str, list[Notice]]:
    found: defaultdict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        found[notice.news].append(notice)
    return found


class Asked(NamedTuple):
    """Who a link was sent to, who they passed it on to, and what it is for."""

    name: str
    then: str
    purpose: str


class _About(Protocol):
    """Something that tells news about a row: a notice, or its plain values."""

    @property
    def news(self) -> str: ...

    @property
    def subject(self) -> UUID: ...


def names_in_links(notices: Iterable[_About]) -> dict[UUID, Asked]:
    """The names in each of the links that these notices are about."""
    links = {notice.subject for notice in notices if notice.news in OF_LINKS}
    if not links:
        return {}
    rows = Link.objects.unscoped().filter(pk__in=links).values_list("pk", "name", "passed_on_to__name", "purpose")
    return {pk: Asked(name, then or "", purpose) for pk, name, then, purpose in rows}
