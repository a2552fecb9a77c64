"""A learner who left long ago, whose name stands in everything that anybody wrote, and how records go."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import models

from accounts.models import Role, User
from accounts.workflow import add_person, rename
from apprenticeships.workflow import enrol
from assessments import workflow as assessing
from core import clock
from portfolios import workflow as collecting
from portfolios.processing import preparing
from programme.workflow import hand_in_scan, keep_notes, keep_scan
from reports.retention import workflow
from reports.retention.models import UNDONE_FOR, Erasure, LegalHold
from reports.retention.plan import Plan, plan_of
from reports.retention.policy import Years
from tests.assessments import quality, voice
from tests.factories.files import make_png
from tests.portfolios import hiding
from tests.programme import attaining, filing, learning, reviewing, scanning
from tests.signing.people import ask_employer, ask_witness, sign, token_for
from tests.world import World, acting, person

NAME = "Zebulon Quirkwater"
SEVEN_YEARS = timedelta(days=7 * 366)


def second_admin(world: World) -> User:
    found = User.objects.filter(email="second_admin@example.test").first()
    if found is None:
        found = person("second_admin", (world.provider, Role.PROVIDER_ADMIN))
    found.acting_for = world.provider
    return found


def left(world: World) -> World:
    """The first apprentice, with something of most kinds in which their name stands, has left today."""
    second_admin(world)
    rename(world.apprentice, NAME)
    first = world.judged({"K1": "met", "S1": "not_yet"}, title=f"Advert by {NAME}")
    sign(token_for(ask_witness(world, first)), comment=f"{NAME} did this.")
    file = collecting.add_file(
        world.draft("K2", title=f"Draft of {NAME}").pk, acting(world.apprentice), make_png(f"{NAME}.png")
    )
    preparing.prepare(file.pk)
    collecting.discard_evidence(world.draft(title=f"Put aside by {NAME}").pk, acting(world.apprentice))
    voice.spoken(world, title="Spoken of")
    sign(token_for(ask_employer(world)), "B1", name=f"Boss of {NAME}", comment=f"{NAME} is calm.")
    words = scanning.ratings(world) | {"comment": f"{NAME} did this at school."}
    for who in (world.apprentice, world.mentor):
        hand_in_scan(world.apprenticeship.pk, acting(who), scan_id=uuid4(), words=words)
    keep_scan(world.apprenticeship.pk, acting(world.apprentice), revision=0, words=words)
    learning.log(world, note=f"{NAME} read about interviews", deliverer=NAME)
    attaining.both(world)
    filing.ready(world, title=f"Agreement of {NAME}")
    filing.plan(world, need=f"{NAME} needs more time")
    filing.note(world, said=f"{NAME} got more time")
    reviewing.signed_by_all(world)
    begun = reviewing.plan(world)
    keep_notes(begun.pk, acting(world.assessor), revision=0, words={"section_training": f"About {NAME}"})
    assessing.sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    sample = quality.plan(world).samples.filter(decision__claim__ksb__code="K1").first()
    quality.act_on(world, sample, reopen_because=f"{NAME} shows no date.")
    made = hiding.hide(world, hiding.sent_file(world, title="With a patient"))
    hiding.ask(world, made, "restore")
    hiding.agree(world, made)
    for submission in list(made.evidence.submissions.unscoped().waiting()):
        assessing.take_back(submission.pk, acting(world.apprentice))
    world.withdrawn(reason=f"{NAME} found another job.")
    return world


@contextmanager
def later(after: timedelta = SEVEN_YEARS) -> Iterator[None]:
    """As if so much time had passed."""
    with clock.at(clock.now() + after):
        yield


def plan(world: World) -> Plan:
    world.apprenticeship.refresh_from_db()
    return plan_of(world.apprenticeship)


def ask(world: World, by: Any = None) -> Erasure:
    return workflow.ask_for_erasure(
        world.apprenticeship.pk,
        acting(by or world.admin),
        plan_sha256=plan(world).sha256,
        reason=f"{NAME}’s records are due.",
    )


def hold(world: World, reason: str = "A tribunal asked for it.") -> LegalHold:
    return workflow.put_on_hold(world.apprenticeship.pk, acting(world.admin), reason)


def carry_out(made: Erasure) -> Erasure:
    """What the job does when it can be taken back no longer."""
    with clock.at(clock.now() + UNDONE_FOR):
        workflow.carry_out(made.pk)
    made.refresh_from_db()
    return made


def erase(world: World) -> Erasure:
    """Two admins have it done."""
    return carry_out(workflow.agree_to_erasure(ask(world).pk, acting(second_admin(world))))


def every_act(world: World) -> None:
    """A rule, a hold that was lifted and one that stands, an erasure that was refused and one that was carried out."""
    workflow.set_retention_rule(world.provider.pk, acting(world.admin), Years(8, 6), "The fund asks for eight.")
    learner = enrol(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=world.version,
        apprentice=add_person("Long Gone"),
        employer=world.employer,
        started_on=clock.today() - timedelta(days=30),
        planned_end_on=clock.today() + timedelta(days=400),
        by=acting(world.admin),
    )
    world = replace(world, apprenticeship=learner)
    world.draft("K1", title="Never sent")
    world.withdrawn()
    workflow.end_erasure(ask(world).pk, acting(second_admin(world)))
    workflow.lift_hold(hold(world).pk, acting(world.admin), "The case is closed.")
    erase(world)
    hold(world)


def where(word: str) -> set[str]:
    """The columns of the whole database in which a word stands, in whatever case."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._base_manager.values_list(field.attname, flat=True).iterator():
                    if value and word.lower() in str(value).lower():
                        found.add(f"{model._meta.label}.{field.name}")
    return found
