"""A small made-up world for tests: two providers, an employer, and everybody who may and may not act."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.audit_actions import MEMBERSHIP_ENDED, MEMBERSHIP_GRANTED, PERSON_ADDED
from accounts.models import Membership, Organisation, Role, User
from accounts.workflow import add_organisation
from apprenticeships import workflow as enrolling
from apprenticeships.models import Apprenticeship, Change
from assessments import workflow as assessing
from assessments.declaration import Declaration
from assessments.feedback import Feedback
from assessments.models import Submission
from assessments.unfinished import ClaimWords
from audit import chain as audit
from core import clock
from core.actor import SYSTEM, Actor
from occupations.models import Ksb, Standard, StandardVersion
from portfolios import workflow as collecting
from portfolios.content import EvidenceContent
from portfolios.models import Evidence
from tests.kept import kept

#: What an apprentice declares who used no AI.
OWN_WORK = Declaration(is_own_work=True)
#: The same, as the page sends it.
OWN_WORK_FORM = {"is_own_work": "on", "uses_ai": "no"}


@dataclass
class World:
    """Everybody by name, and the apprenticeships. `ksb("K1")` finds a KSB of the standard."""

    provider: Organisation
    other_provider: Organisation
    employer: Organisation
    version: StandardVersion
    people: dict[str, User] = field(default_factory=dict)
    apprenticeship: Apprenticeship = None
    second: Apprenticeship = None
    elsewhere: Apprenticeship = None

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def ksb(self, code: str) -> Ksb:
        return Ksb.objects.get(version=self.version, code=code)

    def draft(self, *codes: str, title: str = "Advert for a driver", apprenticeship: Apprenticeship = None) -> Evidence:
        """A draft of the first apprentice that could be submitted as it is."""
        apprenticeship = apprenticeship or self.apprenticeship
        return collecting.create_evidence(
            apprenticeship.pk,
            acting(apprenticeship.apprentice),
            evidence_id=uuid4(),
            content=EvidenceContent.written(
                title=title,
                narrative="I wrote the advert and placed it on two job boards.",
                happened_on=clock.today() - timedelta(days=1),
                claims={self.ksb(code).pk: f"It shows {code}." for code in codes},
            ),
        )

    def submitted(self, *codes: str, **kwargs: object) -> Submission:
        """A waiting submission of the first apprentice."""
        piece = self.draft(*codes, **kwargs)
        return assessing.submit(piece.pk, acting(piece.apprenticeship.apprentice), OWN_WORK)

    def judged(self, outcomes: dict[str, str], **kwargs: object) -> Submission:
        """A submission that the assessor has judged: `{"K1": "met", "S1": "not_yet"}`."""
        return self.judge(self.submitted(*outcomes, **kwargs), outcomes)

    def judge(self, submission: Submission, outcomes: dict[str, str]) -> Submission:
        self.finish(submission, outcomes)
        assessing.send_review(submission.pk, acting(self.assessor))
        submission.refresh_from_db()
        return submission

    def finish(self, submission: Submission, outcomes: dict[str, str]) -> Submission:
        """A review that the assessor has finished, to be sent in ten minutes."""
        said = {code: claim_words(outcome, "Say more.") for code, outcome in outcomes.items()}
        return assessing.finish_review(submission.pk, acting(self.assessor), said)

    def signed_off(self, code: str):  # type: ignore[no-untyped-def]
        """A sign-off by the assessor, of a KSB with one met claim."""
        self.judged({code: "met"})
        return assessing.sign_off(self.apprenticeship.pk, self.ksb(code).pk, acting(self.assessor))

    def on_break(self, **given: Any) -> Change:
        """The first apprentice starts a break; `given` are arguments of the workflow function."""
        return enrolling.start_break(**self._told(given))

    def withdrawn(self, **given: Any) -> Change:
        """The first apprentice leaves."""
        return enrolling.withdraw(**self._told(given))

    def past_gateway(self, **given: Any) -> Change:
        """The first apprentice passes the gateway."""
        return enrolling.pass_gateway(**self._told(given))

    def _told(self, given: dict[str, Any]) -> dict[str, Any]:
        whose = {"apprenticeship_id": self.apprenticeship.pk, "by": acting(self.admin), "act": uuid4()}
        return {**whose, "effective_on": clock.today(), "reason": "As agreed with the employer.", **given}


def claim_words(outcome: str, missing: str = "", signs_off: bool = False) -> ClaimWords:
    """What is said of a claim, whose feedback says what is missing."""
    return ClaimWords(outcome, Feedback(missing=missing), signs_off)


def feedback_form(code: str, missing: str = "", **parts: str) -> dict[str, str]:
    """The fields for feedback on a claim, as the page sends them; with no code, where there is but one claim."""
    given = {"missing": missing, "meets": "", "next_step": "", "by_when": ""} | parts
    return {f"{name}_{code}" if code else name: text for name, text in given.items()}


def acting(person: User | Actor | None) -> Actor:
    """A person as they act in the tests: for the organisation they were last put to act for, if any."""
    if person is None or isinstance(person, Actor):
        return person or SYSTEM
    here = getattr(person, "acting_for", None)
    return Actor(person.pk, here.pk if here else None)


def person(address: str, *places: tuple[Organisation | None, Role], name: str = "") -> User:
    """A made-up person with these places in organisations, for a year past and (a viewer) a year to come."""
    with transaction.atomic():
        user = User.objects.create_user(
            f"{address}@example.test", "correct horse battery", name=name or address.replace("_", " ").title()
        )
        audit.note(PERSON_ADDED, SYSTEM, user)
    for organisation, role in places:
        grant(
            user,
            organisation,
            role,
            started_on=clock.today() - timedelta(days=365),
            ended_on=clock.today() + timedelta(days=365) if role == Role.VIEWER else None,
        )
    user.acting_for = places[0][0] if places else None
    return user


@transaction.atomic
def grant(user: User, organisation: Organisation | None, role: str, **days: date | None) -> Membership:
    """Give somebody a place in an organisation without an invitation, on the record."""
    membership = Membership.objects.create(user=user, organisation=organisation, role=role, **days)
    audit.record(MEMBERSHIP_GRANTED, SYSTEM, membership, organisation=organisation)
    return membership


def make_version(
    reference: str = "ST9001",
    knowledge: int = 2,
    skills: int = 2,
    behaviours: int = 1,
    owner: Organisation | None = None,
) -> StandardVersion:
    """A made-up standard with this many of each, of the catalogue or private to `owner`."""
    slug = f"{reference}-{owner.ukprn}" if owner else reference
    standard = Standard.objects.create(owner=owner, reference=reference, slug=slug, title="Test occupation")
    version = StandardVersion.objects.create(
        standard=standard,
        version="1.0",
        title="Test occupation",
        status="Approved",
        route="Testing",
        level=3,
        source_name="made-up.txt",
        source_sha256="0" * 64,
        content_sha256="0" * 64,
        imported_at=clock.now(),
    )
    codes = [(t, n) for t, count in (("K", knowledge), ("S", skills), ("B", behaviours)) for n in range(1, count + 1)]
    Ksb.objects.bulk_create(
        Ksb(version=version, type=t, number=n, code=f"{t}{n}", position=place, statement=f"Statement of {t}{n}")
        for place, (t, n) in enumerate(codes, start=1)
    )
    return version


def make_world(version: StandardVersion | None = None) -> World:
    """The world of the tests, with nothing shown yet: of a made-up standard unless told another."""
    return _make_world(version) if version else kept("world", lambda: _make_world(make_version()))


def _make_world(version: StandardVersion) -> World:
    kinds = Organisation.Kind
    provider = add_organisation(kinds.PROVIDER, "Northwold Training (made up)", SYSTEM, ukprn=10000001)
    other = add_organisation(kinds.PROVIDER, "Southmere Skills (made up)", SYSTEM, ukprn=10000002)
    employer = add_organisation(kinds.EMPLOYER, "Fable Logistics (made up)", SYSTEM)
    world = World(provider, other, employer, version)
    world.people = {
        "admin": person("admin", (provider, Role.PROVIDER_ADMIN)),
        "assessor": person("assessor", (provider, Role.ASSESSOR)),
        "second_assessor": person("second_assessor", (provider, Role.ASSESSOR)),
        "iqa": person("iqa", (provider, Role.IQA)),
        "viewer": person("viewer", (provider, Role.VIEWER)),
        "mentor": person("mentor", (employer, Role.MENTOR)),
        "apprentice": person("apprentice"),
        "second_apprentice": person("second_apprentice"),
        "other_admin": person("other_admin", (other, Role.PROVIDER_ADMIN)),
        "other_assessor": person("other_assessor", (other, Role.ASSESSOR)),
        "other_apprentice": person("other_apprentice"),
        "former_assessor": person("former_assessor", (provider, Role.ASSESSOR)),
        "stranger": person("stranger"),
        "keeper": person("keeper", (None, Role.CATALOGUE_KEEPER)),
    }
    world.apprenticeship = _enrol(world, world.apprentice, provider, world.admin, employer)
    world.second = _enrol(world, world.second_apprentice, provider, world.admin, None)
    world.elsewhere = _enrol(world, world.other_apprentice, other, world.other_admin, None)
    with clock.at(clock.now() - timedelta(days=60)):
        enrolling.assign(
            world.apprenticeship.pk, acting(world.admin), assessor=world.former_assessor, reason="They take over."
        )
    with clock.at(clock.now() - timedelta(days=30)):
        enrolling.assign(
            world.apprenticeship.pk,
            acting(world.admin),
            assessor=world.assessor,
            mentor=world.mentor,
            reason="They take over.",
        )
        enrolling.assign(world.second.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over.")
        enrolling.assign(
            world.elsewhere.pk, acting(world.other_admin), assessor=world.other_assessor, reason="They take over."
        )
    with transaction.atomic():
        former = Membership.objects.get(user=world.former_assessor)
        former.ended_on = clock.today() - timedelta(days=1)
        former.save(update_fields=["ended_on"])
        audit.record(MEMBERSHIP_ENDED, SYSTEM, former, organisation=provider)
    return world


def _enrol(
    world: World, apprentice: User, provider: Organisation, admin: User, employer: Organisation | None
) -> Apprenticeship:
    return enrolling.enrol(
        apprenticeship_id=uuid4(),
        provider=provider,
        standard_version=world.version,
        apprentice=apprentice,
        employer=employer,
        started_on=clock.today() - timedelta(days=200),
        planned_end_on=clock.today() + timedelta(days=200),
        by=acting(admin),
    )


def later_version(
    version: StandardVersion, statements: dict[str, str], number: str = "1.1", correction: int = 0
) -> StandardVersion:
    """Another text of a made-up standard, in which these statements stand under these codes, with no options."""
    later = StandardVersion.objects.create(
        standard=version.standard,
        version=number,
        correction=correction,
        title=version.title,
        status=version.status,
        route=version.route,
        level=version.level,
        source_name="made-up.txt",
        source_sha256="0" * 64,
        content_sha256="0" * 64,
        imported_at=clock.now(),
    )
    Ksb.objects.bulk_create(
        Ksb(
            version=later,
            type=code.rstrip("0123456789"),
            number=int(code.lstrip("ABEKST")),
            code=code,
            position=place,
            statement=statement,
        )
        for place, (code, statement) in enumerate(statements.items(), start=1)
    )
    return later
