"""Every address, every method, everybody: generated from the table in matrix.py."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_tasks_db.models import DBTaskResult

from accounts.models import Invitation, Membership, Role
from accounts.workflow import invite
from apprenticeships import workflow as enrolling
from assessments import workflow as assessing
from assessments.models import ReviewDraft, Transition
from core import clock
from jobs.models import JobOwner
from occupations.importing.preview import Source
from occupations.models import Duty, Option, Revision
from occupations.uploads import keep
from portfolios import workflow as collecting
from portfolios.models import EvidenceFile, Rendition
from portfolios.processing import preparing
from tests.access import externals, feeds, gateways, hours, links, notices, packs, progress, quality, reviews, rules
from tests.access.browsers import browser_of, from_the_start, world_and_sessions
from tests.access.matrix import ALIKE, PEOPLE, TABLE
from tests.apprenticeships.learner_files import AMARA, brought, table
from tests.assessments.transitions import move, with_two_texts
from tests.factories.files import make_png
from tests.factories.files import upload as a_file
from tests.portfolios.prompts import prompts
from tests.portfolios.tus import PIECE_TYPE, TUS, metadata
from tests.world import OWN_WORK, OWN_WORK_FORM, World, acting, make_version, person

SEED = Path(__file__).resolve().parents[2] / "demo" / "data" / "ST0321.txt"


def cells_of(address: str, cells: list[str]) -> dict[str, str]:
    """The answer that everybody gets."""
    found = dict(zip(PEOPLE, cells, strict=True))
    for who, (other, unless) in ALIKE.items():
        found[who] = found[next((like for like, addresses in unless.items() if address in addresses), other)]
    return found


ROWS = [
    (address, method, cells_of(address, cells))
    for address, method, *cells in (line.split() for line in TABLE.strip().splitlines())
]


def apprenticeship(world: World) -> dict:
    return {"apprenticeship_id": world.apprenticeship.pk}


def draft(world: World) -> dict:
    return {"evidence_id": world.draft("K1").pk}


def unborn(world: World) -> dict:
    """A piece that its first save will make."""
    return apprenticeship(world) | {"evidence_id": uuid4()}


def put_aside(world: World) -> dict:
    return {"evidence_id": collecting.discard_evidence(world.draft("K1").pk, acting(world.apprentice)).pk}


def submitted(world: World) -> dict:
    return {"evidence_id": world.submitted("K1").evidence_id}


def submission(world: World) -> dict:
    return {"submission_id": world.submitted("K1").pk}


def finished(world: World) -> dict:
    return {"submission_id": world.finish(world.submitted("K1"), {"K1": "met"}).pk}


def came_back(world: World) -> dict:
    submission = world.finish(world.submitted("K1"), {"K1": "met"})
    ReviewDraft.objects.update(send_at=None, not_sent_because="Somebody else signed K1 off.")
    return {"submission_id": submission.pk}


def draft_file(world: World) -> dict:
    return {"file_id": collecting.add_file(world.draft("K1").pk, acting(world.apprentice), make_png()).pk}


def draft_marker(world: World) -> dict:
    file = collecting.add_file(world.draft("K1").pk, acting(world.apprentice), make_png())
    region = {"left": 0, "top": 0, "width": 500, "height": 500}
    marker = collecting.add_marker(
        file.pk, acting(world.apprentice), marker_id=uuid4(), ksb_id=world.ksb("K1").pk, note="", **region
    )
    return {"marker_id": marker.pk}


def new_piece(world: World) -> dict:
    return apprenticeship(world) | {"evidence_id": uuid4()}


def coming_file(world: World) -> dict:
    return {
        "upload_id": collecting.begin_upload(
            world.apprenticeship.pk,
            world.draft("K1").pk,
            acting(world.apprentice),
            upload_id=uuid4(),
            name="notes.txt",
            size_bytes=7,
        ).pk
    }


def submitted_file(world: World) -> dict:
    found = draft_file(world)
    assessing.submit(world.apprenticeship.evidence.get().pk, acting(world.apprentice), OWN_WORK)
    preparing.prepare(found["file_id"])
    return found


def rendition(world: World) -> dict:
    return {"rendition_id": Rendition.objects.filter(file=submitted_file(world)["file_id"]).first().pk}


def file_without_preview(world: World) -> dict:
    found = submitted_file(world)
    EvidenceFile.objects.filter(pk=found["file_id"]).update(processing="failed")
    return found


def failed_job(world: World) -> dict:
    draft_file(world)
    owned = JobOwner.objects.get()
    DBTaskResult.objects.filter(pk=owned.pk).update(status="FAILED", finished_at=clock.now())
    return {"job_id": owned.pk}


def met_ksb(world: World) -> dict:
    world.judged({"K1": "met"})
    return apprenticeship(world) | {"code": "K1"}


def decision(world: World) -> dict:
    return {"decision_id": world.judged({"K1": "met"}).claims.get().decisions.get().pk}


def sign_off(world: World) -> dict:
    return {"sign_off_id": world.signed_off("K1").pk}


def duty(world: World) -> dict:
    Duty.objects.create(version=world.version, number=1, text="Write adverts")
    return {"reference": "ST9001", "version": "1.0", "number": 1}


def another_standard(world: World) -> dict:
    return {"reference": "ST9001", "to": make_version("ST9002").standard.reference}


def upload(world: World) -> dict:
    return {"draft_id": keep([Source("ST0321.txt", SEED.read_bytes())], acting(world.keeper)).pk}


def learners_file(world: World) -> dict:
    return {"import_id": brought(world, table(AMARA)).pk}


def revision(world: World) -> dict:
    made = Revision.objects.create(
        version=world.version,
        content={"title": "Another title"},
        content_sha256="1" * 64,
        source_name="made-up.txt",
        source_sha256="1" * 64,
        seen_at=clock.now(),
    )
    return {"revision_id": made.pk}


def other_keeper(world: World) -> dict:
    other = person("other_keeper", (None, Role.CATALOGUE_KEEPER))
    return {"membership_id": other.memberships.get().pk}


def two_texts(world: World) -> dict:
    with_two_texts(world)
    return {"reference": "ST9001"}


def act(world: World) -> dict:
    return {"act": move(world, with_two_texts(world)).act}


def past_ksb(world: World) -> dict:
    world.judged({"S2": "met"})
    move(world, with_two_texts(world))
    return apprenticeship(world) | {"ksb_id": world.ksb("S2").pk}


def reworded_ksb(world: World) -> dict:
    world.judged({"K2": "met"})
    move(world, with_two_texts(world))
    return apprenticeship(world) | {"code": "K2"}


def with_options(world: World) -> dict:
    option = Option.objects.create(version=world.version, position=1, title="Front desk")
    world.ksb("K2").options.add(option)
    return apprenticeship(world)


#: What each address with parameters is tried on: something of the first apprentice, in the state that fits.
SUBJECTS: dict[str, Callable[[World], dict]] = {
    "pages:coverage": apprenticeship,
    "pages:progress": apprenticeship,
    "pages:progress-pdf": apprenticeship,
    "pages:assign": apprenticeship,
    "pages:enrolment": lambda world: {"apprenticeship_id": just_enrolled(world)},
    "pages:enrolment-undo": lambda world: {"apprenticeship_id": just_enrolled(world)},
    "pages:enrolment-restore": lambda world: {"apprenticeship_id": undone_enrolment(world)},
    "pages:assignment-undo": lambda world: {"change_id": world.apprenticeship.assignment_changes.get(role="mentor").pk},
    "pages:cover-end": lambda world: apprenticeship(world) | {"person_id": world.second_assessor.pk},
    "pages:changes": apprenticeship,
    "pages:change": lambda world: apprenticeship(world) | {"kind": "withdrawn"},
    "pages:change-undo": lambda world: {"change_id": world.on_break().pk},
    "pages:plan-cancel": lambda world: {"plan_id": world.on_break(effective_on=clock.today() + timedelta(days=9)).pk},
    "pages:evidence-list": apprenticeship,
    "pages:captures": apprenticeship,
    "pages:evidence-new": apprenticeship,
    "pages:evidence-edit": draft,
    "pages:evidence-discard": draft,
    "pages:evidence-restore": put_aside,
    "pages:evidence-showcase": draft,
    "pages:version-bring-back": lambda world: draft(world) | {"revision": 1},
    "pages:autosave": unborn,
    "pages:evidence-prompts": apprenticeship,
    "pages:evidence-duties": apprenticeship,
    "pages:grid": apprenticeship,
    "pages:suggestions": draft,
    "pages:suggestion-answer": draft,
    "pages:claim": lambda world: draft(world) | {"code": "K2"},
    **rules.SUBJECTS,
    **feeds.SUBJECTS,
    "pages:prompts": lambda world: {"kind": "project"},
    "pages:prompts-reset": lambda world: {"kind": "project"},
    "pages:file": submitted_file,
    "pages:file-page": submitted_file,
    "pages:marker-add": draft_file,
    "pages:marker-remove": draft_marker,
    "pages:transcript": draft_file,
    "pages:uploads": new_piece,
    "pages:upload": coming_file,
    "pages:evidence-files": draft,
    "pages:file-remove": draft_file,
    "pages:file-prepare-again": file_without_preview,
    "pages:rendition": rendition,
    "pages:job-retry": failed_job,
    "pages:evidence": submitted,
    "pages:evidence-submit": draft,
    "pages:evidence-take-back": submitted,
    "pages:evidence-versions": submitted,
    "pages:portfolio-print": apprenticeship,
    "pages:review": submission,
    "pages:review-start": submission,
    "pages:review-words": submission,
    "pages:decision-correct": decision,
    "pages:review-finish": submission,
    "pages:review-put-off": submission,
    "pages:review-take-up": submission,
    "pages:review-undo": finished,
    "pages:review-send": finished,
    "pages:review-discard": came_back,
    "pages:ask-testimony": submission,
    **links.SUBJECTS,
    **gateways.SUBJECTS,
    **reviews.SUBJECTS,
    **packs.SUBJECTS,
    **externals.SUBJECTS,
    **quality.SUBJECTS,
    **progress.SUBJECTS,
    **hours.SUBJECTS,
    "pages:elsewhere": apprenticeship,
    "pages:ksb": met_ksb,
    "pages:sign-off": met_ksb,
    "pages:sign-off-withdraw": sign_off,
    "pages:wording-confirm": reworded_ksb,
    "pages:history": apprenticeship,
    "pages:ksb-past": past_ksb,
    "pages:option": with_options,
    "pages:transition": two_texts,
    "pages:transition-act": act,
    "pages:transition-undo": act,
    "pages:compare": lambda world: {"reference": "ST9001"},
    "pages:favourite": lambda world: {"reference": "ST9001"},
    "pages:duty": duty,
    "pages:duty-lens": lambda world: {"reference": "ST9001", "version": "1.0"},
    "pages:progression": lambda world: {"reference": "ST9001"},
    "pages:carries-over": another_standard,
    "pages:learners-import-template": lambda world: {"ending": "xlsx"},
    "pages:learners-import-preview": learners_file,
    "pages:learners-import-confirm": learners_file,
    "pages:learners-import-discard": learners_file,
    "pages:import-preview": upload,
    "pages:import-confirm": upload,
    "pages:import-discard": upload,
    "pages:revision": revision,
    "pages:keeper-end": other_keeper,
    "pages:revision-adopt": revision,
    "pages:standard": lambda world: {"reference": "ST9001", "version": "1.0"},
    "pages:invitation": lambda world: {"token": "nobody-was-ever-sent-this"},
    "pages:auditor": lambda world: {"invitation_id": Invitation.objects.get(accepted_by=world.auditor).pk},
    "pages:invitation-resend": lambda world: {"invitation_id": open_invitation(world)},
    "pages:invitation-revoke": lambda world: {"invitation_id": open_invitation(world)},
    "pages:membership-end": lambda world: {"membership_id": Membership.objects.get(user=world.second_assessor).pk},
    **notices.SUBJECTS,
    "account_confirm_email": lambda world: {"key": "no-such-key"},
    "account_reset_password_from_key": lambda world: {"uidb36": "1", "key": "no-such-key"},
    "mfa_remove_webauthn": lambda world: {"pk": 1},
    "mfa_edit_webauthn": lambda world: {"pk": 1},
}


def just_enrolled(world: World) -> UUID:
    return enrolling.enrol_and_invite(
        apprenticeship_id=uuid4(),
        provider=world.provider,
        standard_version=world.version,
        name="Nina Newcomer",
        email="nina@example.test",
        employer=world.employer,
        started_on=clock.today(),
        planned_end_on=clock.today() + timedelta(days=400),
        by=acting(world.admin),
    ).pk


def undone_enrolment(world: World) -> UUID:
    made = just_enrolled(world)
    assessing.undo_enrolment(made, acting(world.admin), "The wrong person.")
    return made


def open_invitation(world: World) -> object:
    return invite(world.provider, "nina@example.test", "Nina Newcomer", "assessor", acting(world.admin)).pk


def words(address: str, world: World) -> dict[str, object]:
    """What is sent with a POST, so that whoever may do it does it."""
    claim = {"title": "Advert", "narrative": "I wrote it.", "happened_on": clock.today().isoformat()}
    return {
        "pages:evidence-new": claim | {"token": str(uuid4()), "save": "1"},
        "pages:evidence-edit": claim | {"revision": "1", "save": "1"},
        "pages:autosave": claim,
        "pages:evidence-prompts": {"kind": "project"},
        "pages:suggestion-answer": {"ksb": "K1", "answer": "dismissed"},
        "pages:claim": {"claimed": "1", "why": "It shows it."},
        "pages:policy": {"claims_per_piece": "5", "apprentice_quota_gb": "10", "provider_quota_gb": "100"},
        **rules.words(world),
        **feeds.WORDS,
        "pages:prompts": prompts("What it was for"),
        **links.words(world),
        **gateways.words(),
        **reviews.words(),
        **packs.words(world),
        **externals.words(),
        **quality.words(world),
        **progress.words(),
        **hours.words(world),
        "pages:evidence-showcase": {"show": "1"},
        "pages:evidence-submit": OWN_WORK_FORM,
        "pages:membership-end": {"to_all": "nobody", "reason": "They left."},
        "pages:enrolment": {
            "name": "Nina Newcomer",
            "standard_version": str(world.version.pk),
            "started_on": (clock.today() + timedelta(days=7)).isoformat(),
            "planned_end_on": (clock.today() + timedelta(days=500)).isoformat(),
            "reason": "Started a week later.",
        },
        "pages:enrolment-undo": {"reason": "The wrong person."},
        "pages:enrolment-restore": {"reason": "It was right."},
        "pages:change": {"token": str(uuid4()), "effective_on": clock.today().isoformat(), "reason": "They left."},
        "pages:change-undo": {"reason": "The wrong learner."},
        "pages:plan-cancel": {"reason": "They stay."},
        "pages:assign": {"assessor": str(world.second_assessor.pk), "reason": "They take over."},
        "pages:assignment-undo": {"reason": "The wrong learner."},
        "pages:cover-end": {"reason": "Back at work."},
        "pages:enrol": {
            "token": str(uuid4()),
            "name": "Nina Newcomer",
            "email": "nina@example.test",
            "standard_version": str(world.version.pk),
            "started_on": "2026-09-01",
            "planned_end_on": "2027-12-01",
            "new_employer": "Somewhere (made up)",
        },
        "pages:marker-add": {"token": str(uuid4()), "ksb": str(world.ksb("K1").pk)}
        | {"left": "0", "top": "0", "width": "500", "height": "500"},
        "pages:transcript": {"transcript": "Good morning."},
        "pages:option": {"option": str(getattr(Option.objects.first(), "pk", ""))},
        "pages:transition": {"token": str(uuid4()), "learners": [str(world.apprenticeship.pk)]},
        "pages:transition-undo": {"moves": [str(pk) for pk in Transition.objects.values_list("pk", flat=True)]},
        "pages:sign-off-withdraw": {"reason": "Signed the wrong one."},
        "pages:favourite": {"on": "1"},
        "pages:duty-lens": {"did": "wrote an advert"},
        "pages:import": {"text": SEED.read_text()},
        "pages:learners-import": {"file": a_file("learners.csv", table(AMARA))},
        "pages:acting": {"organisation": str(world.provider.pk)},
        "pages:profile": {"name": "Another Name"},
        **notices.words(world),
        "pages:keepers": {"name": "Nina Newcomer", "email": "nina@example.test"},
        "pages:auditor-invite": {
            "name": "Nina Newcomer",
            "email": "nina@example.test",
            "ends_on": (clock.today() + timedelta(days=30)).isoformat(),
            "standards": [str(world.version.standard_id)],
        },
        "pages:invite": {"name": "Nina Newcomer", "email": "nina@example.test", "role": "assessor"},
    }.get(address, {})


#: What addresses are told that take no form: the resumable door.
BY_HEADERS = {
    "pages:uploads": TUS | {"Upload-Length": "7", "Upload-Metadata": metadata(filename="notes.txt")},
    "pages:upload": TUS | {"Upload-Offset": "0"},
}


def said(answer: HttpResponse) -> str:
    """The cell for an answer."""
    if answer.status_code == 302 and answer.url.startswith("/account/login/"):
        return "in"
    return str(answer.status_code)


def ask(client: Client, address: str, method: str, kwargs: dict, fields: dict[str, object]) -> HttpResponse:
    where = reverse(address, kwargs=kwargs)
    if address in BY_HEADERS:
        return client.generic(method, where, b"a piece", headers=BY_HEADERS[address], CONTENT_TYPE=PIECE_TYPE)
    return {"GET": client.get, "POST": client.post}[method](where, from_the_start(fields))


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "method", "cells"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_everybody_gets_the_answer_in_the_table(address: str, method: str, cells: dict[str, str]) -> None:
    world, sessions = world_and_sessions()
    kwargs = SUBJECTS.get(address, lambda world: {})(world)
    fields = words(address, world) if method == "POST" else {}
    found = {}
    for who in cells:
        with transaction.atomic():
            found[who] = said(ask(browser_of(who, sessions), address, method, kwargs, fields))
            transaction.set_rollback(True)
    assert found == cells


def names_in(resolver: URLResolver, namespace: str = "") -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += names_in(pattern, inner)
        elif isinstance(pattern, URLPattern):
            found.append(f"{namespace}{pattern.name}")
    return found


def test_every_address_has_a_row():
    assert set(names_in(get_resolver())) - {row[0] for row in ROWS} == set()


def test_every_row_has_an_address():
    assert {row[0] for row in ROWS} - set(names_in(get_resolver())) == set()


NAMED_BY_ID = {pattern for pattern in SUBJECTS if pattern.startswith("pages:")}
WITH_IDS = [row[:2] for row in ROWS if row[0] in NAMED_BY_ID - {"pages:invitation"} and row[2]["other_admin"] == "404"]


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "method"), WITH_IDS, ids=[" ".join(row) for row in WITH_IDS])
def test_another_providers_thing_answers_exactly_as_one_that_does_not_exist(address: str, method: str) -> None:
    world, sessions = world_and_sessions()
    kwargs = SUBJECTS[address](world)
    none = {name: uuid4() if name.endswith("_id") else value for name, value in kwargs.items()}
    fields = words(address, world) if method == "POST" else {}
    answers = []
    for tried in (kwargs, none):
        with transaction.atomic():
            answer = ask(browser_of("other_admin", sessions), address, method, tried, fields)
            answers.append((answer.status_code, re.sub(rb"[A-Za-z0-9]{64}", b"token", answer.content)))
            transaction.set_rollback(True)
    assert answers[0] == answers[1]
