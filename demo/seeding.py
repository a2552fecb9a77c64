"""Fills an empty installation with the demo: everything by the workflow functions that the pages use."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from accounts import workflow as accounts
from accounts.models import Invitation, Organisation, Role, User
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship
from assessments.checking.rules import USUAL_WORDING, Asked, Rule
from assessments.checking.workflow import set_rules
from core import clock
from core.actor import SYSTEM, Actor
from demo import (
    cast,
    changes,
    confirmations,
    feeds,
    files,
    gateway,
    history,
    hours,
    paperwork,
    programme,
    quality,
    records,
    scans,
)
from files import storing
from jobs.mail import send_mail
from jobs.models import Mail
from notifications import due, outbox
from notifications.models import Notice
from notifications.reading import mark_read
from occupations.models import StandardVersion
from portfolios import workflow as collecting
from portfolios.models import Evidence

DATA = Path(__file__).parent / "data" / f"{cast.STANDARD}.txt"
#: Where that occupation leads and where people come to it from, so that the map of progression has something to show.
NEIGHBOURS = DATA.with_name("made_up_standards.json")


@dataclass
class Seeding:
    """One seeding under way."""

    now: datetime
    version: StandardVersion
    password_hash: str = ""
    people: dict[str, User] = field(default_factory=dict)
    acts: list[history.Act] = field(default_factory=list)
    histories: list[history.History] = field(default_factory=list)

    def stored_keys(self) -> list[str]:
        """Where everything is that was stored for the apprentices so far."""
        return [key for told in self.histories for key in told.stored]


def is_seeded() -> bool:
    """Whether the demo is there."""
    return Organisation.objects.filter(ukprn=cast.DEMO.ukprn).exists()


def seed(learners: int = len(cast.STORIES)) -> bool:
    """Create the demo with this many of its apprentices. Returns False if it already exists.

    All or nothing: if it fails, neither rows nor files are left.
    """
    if is_seeded():
        return False
    now = clock.now()
    began = _at_hour(now - timedelta(days=480), 9)
    seeding = None
    try:
        with transaction.atomic():
            version = _standard(began - timedelta(days=1))
            seeding = Seeding(now, version)
            _house(seeding, cast.DEMO, began, cast.EMPLOYERS, cast.STORIES[:learners])
            _house(seeding, cast.OTHER, began + timedelta(hours=3), cast.OTHER_EMPLOYERS, cast.OTHER_STORIES)
            history.run(seeding.acts)
            _send_mail()
            _tell(now)
    except BaseException:
        for key in seeding.stored_keys() if seeding else []:
            storing.remove(key)
        raise
    finally:
        files.picture.cache_clear()
    return True


def _send_mail() -> None:
    """Send each mail of the demo's history at the moment it was queued, as a worker would have done at the time.

    By now most of them would be too old to be sent.
    """
    for mail in Mail.objects.filter(sent_at=None):
        with clock.at(mail.queued_at):
            send_mail.call(str(mail.pk))


def _tell(now: datetime) -> None:
    """Tell people what happened, as a worker would have done; what is older than a few days they have read."""
    outbox.read_all()
    due.note_what_is_due()
    old = Notice.objects.unscoped().filter(at__lt=now - timedelta(days=4))
    for person in set(old.values_list("person", flat=True)):
        mark_read(old, person)


def _at_hour(moment: datetime, hour: int, minute: int = 0) -> datetime:
    return timezone.localtime(moment).replace(hour=hour, minute=minute)


def _standard(at: datetime) -> StandardVersion:
    """The version of the demo's standard that is held, or imported now."""
    versions = StandardVersion.objects.filter(standard__reference=cast.STANDARD)
    if not versions.exists():
        with clock.at(at):
            for path in (DATA, NEIGHBOURS):
                call_command("import_standards", str(path), as_json=True, stdout=StringIO(), stderr=StringIO())
    newest = versions.newest()
    if newest is None:
        raise LookupError(f"{DATA} did not bring {cast.STANDARD}")
    return newest


def _house(
    seeding: Seeding,
    house: cast.House,
    at: datetime,
    employers: tuple[cast.Employer, ...],
    stories: tuple[cast.Story, ...],
) -> None:
    """A provider with its staff and employers at once, and its apprentices' histories as acts to come."""
    is_demo = house is cast.DEMO
    admin_email = cast.ADMIN if is_demo else cast.OTHER_ADMIN
    with clock.at(at):
        provider = accounts.add_organisation(Organisation.Kind.PROVIDER, house.name, SYSTEM, ukprn=house.ukprn)
        invitation = accounts.invite_first_admin(provider, admin_email, cast.STAFF_NAMES[admin_email])
        person = _accepted(seeding, invitation)
        admin = Actor(person.pk, provider.pk)
        set_rules(provider.pk, admin, [Asked(rule.value, str(USUAL_WORDING[rule]), is_required=False) for rule in Rule])
        if is_demo:
            accounts.accept_invitation(_token(accounts.invite_keeper(admin_email, person.name)), by=admin)
    roles = {
        cast.SECOND_ADMIN: Role.PROVIDER_ADMIN,
        cast.ASSESSOR: Role.ASSESSOR,
        cast.SECOND_ASSESSOR: Role.ASSESSOR,
        cast.IQA: Role.IQA,
        cast.TRAINER: Role.TRAINER,
        cast.MANAGER: Role.MANAGER,
    }
    with clock.at(at + timedelta(minutes=20)):
        for email, role in (roles if is_demo else {cast.OTHER_ASSESSOR: Role.ASSESSOR}).items():
            invitation = accounts.invite(provider, email, cast.STAFF_NAMES[email], role, admin)
            _accepted(seeding, invitation)
    with clock.at(at + timedelta(minutes=50)):
        kept = [_employer(seeding, employer, admin) for employer in employers]
    if is_demo:
        seeding.acts.append(
            history.Act(
                _at_hour(seeding.now - timedelta(days=2), 15, 12),
                lambda: accounts.invite(provider, *cast.INVITED, Role.ASSESSOR, admin),
            )
        )
    if is_demo:
        visit_at = _at_hour(seeding.now - timedelta(days=3), 9, 40)
        seeding.acts.append(history.Act(visit_at, lambda: _let_auditor_in(seeding, provider, admin)))
        iqa = Actor(seeding.people[cast.IQA].pk, provider.pk)
        seeding.acts += quality.acts(provider.pk, iqa, seeding.now)
        trainer = Actor(seeding.people[cast.ASSESSOR].pk, provider.pk)
        seeding.acts.append(hours.session(provider.pk, trainer, cast.AT_SESSION, seeding.now))
        seeding.acts.append(feeds.key(provider.pk, admin, seeding.now))
        seeding.acts += records.acts(
            provider, kept[0], seeding.version, seeding.people[cast.ASSESSOR], admin, seeding.now
        )
        seeding.acts.append(feeds.view(provider.pk, admin, seeding.people[cast.MANAGER].pk, seeding.now))
    for story in stories:
        _enrolled(seeding, story, provider, admin, employers[story.employer], kept[story.employer])


def _let_auditor_in(seeding: Seeding, provider: Organisation, admin: Actor) -> None:
    """Somebody from an assessment organisation sees two learners for a month, and has looked at one of them."""
    seen = Apprenticeship.objects.unscoped().filter(provider=provider, apprentice__email__in=cast.AT_SESSION[:2])
    learners = list(seen.order_by("started_on", "pk"))
    invitation = enrolling.invite_auditor(
        provider,
        admin,
        name=cast.STAFF_NAMES[cast.AUDITOR],
        email=cast.AUDITOR,
        ends_on=clock.today() + timedelta(days=30),
        learners=learners,
    )
    auditor = Actor(_accepted(seeding, invitation).pk, provider.pk)
    collecting.note_opening(auditor, learners[0])
    for piece in Evidence.objects.visible_to(auditor).newest_first()[:2]:
        collecting.note_opening(auditor, piece)


def _accepted(seeding: Seeding, invitation: Invitation) -> User:
    """Take up an invitation by its link: the first with the demo's password, the others with an account that has it.

    Hashing a password is slow on purpose, so that is done once for all.
    """
    if seeding.password_hash:
        person = accounts.accept_invitation(
            _token(invitation), by=Actor(_person(seeding, invitation.email, invitation.name).pk)
        )
    else:
        person = accounts.accept_invitation(_token(invitation), settings.DEMO_PASSWORD)
        seeding.password_hash = person.password
    seeding.people[invitation.email] = person
    return person


def _person(seeding: Seeding, email: str, name: str) -> User:
    """Somebody with the demo's password."""
    person = accounts.find_or_create_person(email, name)
    person.password = seeding.password_hash
    person.save(update_fields=["password"])
    accounts.confirm_address(person)
    return person


def _token(invitation: Invitation) -> str:
    return invitation.link.rstrip("/").rpartition("/")[2]


def _employer(seeding: Seeding, employer: cast.Employer, admin: Actor) -> Organisation:
    organisation = accounts.add_organisation(Organisation.Kind.EMPLOYER, employer.name, admin)
    invitation = accounts.invite(organisation, employer.mentor_email, employer.mentor, Role.MENTOR, admin)
    _accepted(seeding, invitation)
    return organisation


def _enrolled(
    seeding: Seeding,
    story: cast.Story,
    provider: Organisation,
    admin: Actor,
    employer: cast.Employer,
    employing: Organisation,
) -> None:
    """Plan the enrolment of an apprentice and all that follows."""
    apprenticeship_id = uuid4()
    assessor, mentor = seeding.people[story.assessor], seeding.people[employer.mentor_email]
    started_on = clock.today() - timedelta(days=story.started)
    planned_end_on = started_on + timedelta(days=story.lasts)

    def enrol() -> None:
        person = _person(seeding, story.email, story.name)
        told.apprentice = Actor(person.pk)
        enrolling.enrol(
            apprenticeship_id=apprenticeship_id,
            provider=provider,
            standard_version=seeding.version,
            apprentice=person,
            employer=employing,
            started_on=started_on,
            planned_end_on=planned_end_on,
            by=admin,
            facts=replace(hours.AGREED, date_of_birth=gateway.born_on(story, started_on)),
        )
        # The trainer of the demo has the learners at one of the employers.
        trainer = seeding.people[cast.TRAINER] if employer is cast.EMPLOYERS[0] else None
        enrolling.assign(apprenticeship_id, admin, assessor=assessor, trainer=trainer, mentor=mentor)

    enrolled_at = _at_hour(seeding.now - timedelta(days=story.started + 6), 10, story.started % 60)
    seeding.acts.append(history.Act(enrolled_at, enrol))
    told = history.History(
        story,
        employer,
        apprenticeship_id,
        Actor(assessor.pk, provider.pk),
        dict(seeding.version.ksbs.values_list("code", "pk")),
        seeding.now,
    )
    seeding.histories.append(told)
    seeding.acts += told.acts
    if story.covered:
        other = cast.ASSESSOR if story.assessor == cast.SECOND_ASSESSOR else cast.SECOND_ASSESSOR
        stand_in = seeding.people[other]
        from_at = _at_hour(seeding.now - timedelta(days=story.covered), 9, 12)

        def cover() -> None:
            until = from_at.date() + timedelta(weeks=3)
            enrolling.assign(apprenticeship_id, admin, cover=stand_in, cover_until=until, reason="Annual leave.")

        seeding.acts.append(history.Act(from_at, cover))
    if story.asks_others:
        seeding.acts += confirmations.acts(told, employer, provider.pk, employing.pk, admin, seeding.now)
        seeding.acts += hours.acts(told, story.started, seeding.now)
        seeding.acts += programme.acts(told, Actor(mentor.pk, employing.pk), story.started, seeding.now)
        seeding.acts += scans.acts(told, Actor(mentor.pk, employing.pk))
        seeding.acts += paperwork.acts(told, admin, story.started, seeding.now)
    seeding.acts += gateway.acts(told, Actor(mentor.pk, employing.pk), admin)
    seeding.acts += changes.acts(story, apprenticeship_id, admin, planned_end_on, seeding.now)
