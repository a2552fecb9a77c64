"""Whoever changes, removes or puts in a row of somebody's record behind the application's back is found.

The list follows from the models: each kind of row and each of its columns is tried, with the triggers off, and then
coverage is rebuilt, as somebody would who covers their traces. What is found in no record stands in `UNVERIFIED`, with
the reason. A new model or column that is in neither fails here.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction

from accounts.models import User
from accounts.workflow import accept_invitation, invite, rename
from apprenticeships import workflow as enrolling
from apprenticeships.models import AssignmentChange, Competence, KsbState
from apprenticeships.pace import Limits
from apprenticeships.workflow import Hours, remove_contact
from assessments import moves
from assessments.checking.rules import Asked
from assessments.checking.workflow import set_rules
from assessments.feedback import Feedback
from assessments.likeness import workflow as looking_into
from assessments.models import Decision, Reopening, Sample
from assessments.policies.rules import Rule
from assessments.unfinished import ClaimWords
from assessments.workflow import (
    Found,
    Meeting,
    correct_decision,
    correct_finding,
    correct_standardisation,
    countersign,
    decide_appeal,
    finish_review,
    hand_over,
    note_on_action,
    pass_on,
    restore_enrolment,
    send_review,
    set_sign_off_policy,
    sign_off,
    submit,
    take_back,
    take_out_sign_offs,
    undo_enrolment,
    undo_reopening,
    undo_sign_off_policy,
    withdraw_plan,
    withdraw_sign_off,
)
from audit import guards
from audit.sealing import seal_events
from audit.verification import verify
from core import clock
from occupations.models import Option
from portfolios import workflow as collecting
from portfolios.processing.preparing import prepare
from programme import workflow as programme
from programme.reviewing.sections import Section, usual
from signing.models import Link
from signing.receipts import token_of
from signing.workflow import decline, disown, revoke
from tests.access.externals import bring_in
from tests.assessments import likeness, quality, voice
from tests.assessments.results import marking as results
from tests.assessments.transitions import move, with_two_texts
from tests.audit.tampering import DAY, change, put_in, remove, try_a_row
from tests.factories.files import make_mp3, make_png
from tests.portfolios import hiding
from tests.programme import attaining, declaring, learning, reviewing
from tests.reports.pack import packing
from tests.reports.retention import keeping
from tests.signing.people import ask_employer, ask_witness, contact_at, sign, token_for
from tests.world import OWN_WORK, World, acting, claim_words, make_world

pytestmark = pytest.mark.django_db

#: Parts of which no row belongs to somebody's record.
NOT_OF_PEOPLE = {
    "jobs": "work that is under way",
    "notifications": "what people are told, which follows from the record",
    "occupations": "the catalogue: tests/occupations holds its texts against the record",
}
#: rebuild_coverage works these out from the rows that are verified: what was changed is as before.
DERIVED = "derived"
WORKING_COPY = "the apprentice's working copy: what is judged is the snapshot"
SIGHT = "who sees the working copy follows from it, and nothing that is judged"
PROGRESS = "how far the writing of an export has come"
RULES = "rules from outside, which ship with the software or are imported: nobody's own"
ROW_NUMBER = "the row's own number, by which nothing outside the database knows it"
#: What of a model, or of a column of one, is not held against the record, and why.
UNVERIFIED = {
    "accounts.User.password": "how somebody signs in, which changes by itself when hashes are made stronger",
    "accounts.User.last_login": "written at each sign-in, which is an event of its own",
    "accounts.User.unread_notices": "how many notices somebody has not read",
    "apprenticeships.Apprenticeship.break_days": DERIVED,
    "apprenticeships.Apprenticeship.stopped_on": DERIVED,
    "apprenticeships.Apprenticeship.ksb_count": DERIVED,
    **{f"apprenticeships.Apprenticeship.{state.counter}": DERIVED for state in KsbState.counted()},
    "apprenticeships.Apprenticeship.last_activity_at": DERIVED,
    "apprenticeships.Apprenticeship.stored_bytes": DERIVED,
    "apprenticeships.Apprenticeship.off_the_job_minutes": DERIVED,
    "apprenticeships.Apprenticeship.off_the_job_waiting_minutes": DERIVED,
    "apprenticeships.Apprenticeship.last_learned_on": DERIVED,
    "apprenticeships.Assignment.id": ROW_NUMBER,
    "apprenticeships.ProgrammeRules": RULES,
    "apprenticeships.PublishedHours": RULES,
    "apprenticeships.KsbProgress": DERIVED,
    "apprenticeships.LearnerImport": "a file that somebody brought, and how far the writing of it has come",
    "portfolios.Capture": "what a device sent, so that sending it again changes nothing",
    "portfolios.Claim": WORKING_COPY,
    "portfolios.Evidence.title": WORKING_COPY,
    "portfolios.Evidence.kind": WORKING_COPY,
    "portfolios.Evidence.narrative": WORKING_COPY,
    "portfolios.Evidence.answers": WORKING_COPY,
    "portfolios.Evidence.unticked_lines": WORKING_COPY,
    "portfolios.Evidence.happened_on": WORKING_COPY,
    "portfolios.Evidence.is_showcase": WORKING_COPY,
    "portfolios.Evidence.state": WORKING_COPY,
    "portfolios.Evidence.revision": WORKING_COPY,
    "portfolios.Evidence.changed_at": WORKING_COPY,
    "portfolios.Evidence.discarded_at": WORKING_COPY,
    "portfolios.Evidence.first_submitted_at": SIGHT,
    "portfolios.EvidenceFile.first_submitted_at": SIGHT,
    "portfolios.EvidenceVersion": WORKING_COPY,
    "portfolios.FileText": "read from the file, for finding it",
    "portfolios.Marker": WORKING_COPY,
    "portfolios.PortfolioPolicy": "a provider's limits",
    "portfolios.PromptSet": "a provider's prompts",
    "reports.PortfolioArrival": "how far an import has come: what came in is the external record",
    "reports.SavedView": "how somebody likes to look at the learners",
    **dict.fromkeys(("reports.ReportMailing", "reports.ReportMailing_people"), "who is mailed a link, and when"),
    "reports.Export.asked_for": "what its kind was told, emptied when it ends: filters may hold a name",
    **{f"reports.Export.{name}": PROGRESS for name in ("started_at", "done_count", "total_count")},
    "reports.FeedKey.last_used_at": "when a program last read: each day on which one does is in the record",
    "portfolios.Rendition": "made from the file, and made again from it",
    **dict.fromkeys(("programme.PlanDraft", "programme.ReviewNotes"), "what is signed is the version"),
    "programme.ScanDraft": "what is being pressed: what is handed in is the scan",
    "portfolios.SuggestionAnswer": "for measuring how good suggestions are",
    "portfolios.Upload": "a file on its way, which is in no record before it is whole",
    "assessments.VoiceDraft": "an assessor's unfinished words: what is sent is the voice note",
    "assessments.Sketch": "that a text was compared with others: what came of it is a flag",
    "assessments.SketchBand": "worked out from what was submitted",
    "assessments.PoolDecision.id": ROW_NUMBER,
    "assessments.Comment": "texts to write feedback with: what is said is the decision",
    "assessments.QueuePlace": "what an assessor put off",
    "assessments.ReviewDraft": "an assessor's unfinished words: what is judged is the decision",
    "assessments.SubmittedFile.id": ROW_NUMBER,
    "assessments.SignOffGround.id": ROW_NUMBER,
    "assessments.ResultGround.id": ROW_NUMBER,
    "assessments.KsbCarryOver.id": ROW_NUMBER,
    **dict.fromkeys(("assessments.VerificationKsb.id", "assessments.BehaviourAnswer.id"), ROW_NUMBER),
    "signing.Link.kept": "what somebody is typing: what is signed is the signature",
    **dict.fromkeys(("audit.Entry.id", "audit.ErasedRow.id"), ROW_NUMBER),
    "reports.RetentionReminder": "that admins were told what is due",
    "reports.GatewayReadiness": "worked out each hour from the checklist",
}


def models_of_people() -> list[type[models.Model]]:
    """Every model of ours, but for those of parts that keep nothing of somebody's record."""
    ours = [
        config for config in apps.get_app_configs() if str(settings.BASE_DIR) == str(config.path).rpartition("/")[0]
    ]
    return [
        model
        for config in ours
        if config.label not in NOT_OF_PEOPLE
        for model in config.get_models(include_auto_created=True)
    ]


def name_of(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def reason_for(model: type[models.Model], field: "models.Field[Any, Any] | None" = None) -> str | None:
    """Why this is not held against the record, if it is not."""
    return UNVERIFIED.get(name_of(model)) or (UNVERIFIED.get(f"{name_of(model)}.{field.name}") if field else None)


def is_tried(reason: str | None) -> bool:
    return reason in (None, DERIVED)


TABLES = [model for model in models_of_people() if is_tried(reason_for(model))]
COLUMNS = [
    (model, field) for model in TABLES for field in model._meta.concrete_fields if is_tried(reason_for(model, field))
]


@pytest.fixture(scope="module")
def record(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A world in which each kind of row is there, made once: what a test changes in it ends with that test."""
    with django_db_blocker.unblock(), transaction.atomic():
        _make_record()
        # PostgreSQL alters no table on which rows still wait for their deferred checks.
        connection.check_constraints()
        guards.remove(connection)
        assert not list(verify())
        yield
        transaction.set_rollback(True)


def _make_record() -> None:
    world = make_world()
    way = with_two_texts(world)
    for text in (way.before, way.after):
        Option.objects.create(version=text, title="Of nobody", position=1)
    declaring.every_act(world)
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), assessor=world.second_assessor, reason="They take over."
    )
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), assessor=world.assessor, reason="They take over.")
    for act in (undo_enrolment, restore_enrolment):
        act(world.elsewhere.pk, acting(world.other_admin), "The wrong person.")
    enrolling.undo_assignment(AssignmentChange.objects.latest("at").pk, acting(world.admin), "The wrong learner.")
    enrolling.assign(world.apprenticeship.pk, acting(world.admin), assessor=world.assessor, reason="They are back.")
    enrolling.assign(
        world.apprenticeship.pk, acting(world.admin), cover=world.second_assessor, cover_until=clock.today() + 9 * DAY
    )
    enrolling.end_cover(world.apprenticeship.pk, world.second_assessor.pk, acting(world.admin), "No longer needed.")
    agreed = {"act": uuid4(), "effective_on": clock.today(), "reason": "As agreed.", "hours": Hours(300, 20, 2250)}
    enrolling.change_hours(world.apprenticeship.pk, acting(world.admin), **agreed)
    enrolling.undo_change(world.on_break().pk, acting(world.admin), "The wrong learner.")
    world.on_break(apprenticeship_id=world.second.pk, expected_back_on=clock.today() + DAY)
    given = {"act": uuid4(), "effective_on": clock.today() + 9 * DAY, "reason": "As agreed."}
    end = world.second.planned_end_on + 9 * DAY
    enrolling.end_break(world.second.pk, acting(world.admin), planned_end_on=end, **given)
    plan = world.on_break(effective_on=clock.today() + 9 * DAY, expected_back_on=clock.today() + 19 * DAY)
    enrolling.cancel_plan(plan.pk, acting(world.admin), "They stay.")
    enrolling.change_employer(
        world.second.pk, acting(world.admin), employer="Later Ltd (made up)", **given | {"act": uuid4()}
    )
    quality.invited_auditor(world, way.before.standard)
    first = world.signed_off("K1")
    withdraw_sign_off(first.pk, acting(world.assessor), "Too early.")
    sign_off(world.apprenticeship.pk, world.ksb("K1").pk, acting(world.assessor))
    world.judged({"K2": "met", "S1": "not_yet"}, title="Another")
    sign_off(world.apprenticeship.pk, world.ksb("K2").pk, acting(world.assessor))
    set_rules(world.provider.pk, acting(world.admin), [Asked("valid", "It shows it.", is_required=False)])
    missed = world.submitted("S1", title="Missed one")
    said = {"S1": claim_words("met"), "B1": ClaimWords("met", added=world.ksb("B1").pk)}
    finish_review(missed.pk, acting(world.assessor), said, ["valid"])
    send_review(missed.pk, acting(world.assessor))
    wrong = world.judged({"S2": "not_yet"}, title="Judged wrongly").claims.get().decisions.get()
    correct_decision(wrong.pk, acting(world.assessor), "met", Feedback(), "I had read the wrong file.")
    take_back(world.submitted("B1", title="Taken back").pk, acting(world.apprentice))
    hand_over(quality.observation(world, "S2").pk, acting(world.assessor))
    piece = world.draft("S1", title="With a file")
    file = collecting.add_file(piece.pk, acting(world.apprentice), make_mp3())
    prepare(file.pk)
    file.refresh_from_db()
    assert file.cleaned
    collecting.add_file(world.draft("S2", title="A draft").pk, acting(world.apprentice), make_png())
    collecting.set_transcript(file.pk, acting(world.apprentice), "What is said.")
    submit(piece.pk, acting(world.apprentice), OWN_WORK)
    world.submitted("K1", title="Of the second", apprenticeship=world.second)
    _hide_files(world)
    _raise_flags(world)
    declined = ask_witness(world, world.submitted("K1", title="Declined"), email="second.witness@example.test")
    decline(token_for(declined), reason="I was away.")
    disown(token_of(sign(token_for(ask_employer(world)))))
    passed_on = ask_witness(world, world.submitted("S1", title="Passed on"))
    pass_on(token_for(passed_on), name="Nina", email="nina@example.test")
    revoke(Link.objects.latest("asked_at").pk, acting(world.assessor))
    remove_contact(contact_at(world, email="gone@example.test").pk, acting(world.admin))
    results.every_act(world)
    of = quality.plan(world).samples.get(decision__claim__ksb__code="K1", apprenticeship=world.apprenticeship)
    quality.note(world, quality.act_on(world, of, reopen_because="Too thin."), "answer")
    undo_reopening(Reopening.objects.get().pk, acting(world.iqa), "It is enough.")
    second = Sample.objects.get(decision__claim__ksb__code="K2", apprenticeship=world.apprenticeship)
    wrong = quality.agree(world, second)
    correct_finding(wrong.pk, acting(world.iqa), Found("agreed", "Very well."), "Said too little.")
    withdraw_plan(of.plan_id, acting(world.iqa), "The wrong days.")
    voice.spoken(world, title="Spoken about")
    made = quality.appeal(world)
    for result in ("turned_down", "upheld"):
        decide_appeal(made.pk, acting(world.iqa), result, "Looked at again.")
    undone = move(world, way, world.second)
    moves.undo_move(undone.pk, acting(world.admin))
    move(world, way)
    later = way.after.ksbs.get(code="K2")
    assert moves.confirm_wording(world.apprenticeship.pk, later.pk, acting(world.assessor))
    invitation = invite(world.provider, world.second_assessor.email, "Second", "iqa", acting(world.admin))
    accept_invitation(invitation.link.rstrip("/").rsplit("/", 1)[-1], by=acting(world.second_assessor))
    packing.make(world)
    rename(world.apprentice, "Somebody Else")
    take_out_sign_offs(bring_in(world, "B1").pk, acting(world.admin), "The wrong learner.")
    bring_in(world, "B1", source="Another College (made up)")
    rule = set_sign_off_policy(world.provider.pk, acting(world.admin), Rule(met_claims=2), reason="As agreed.")
    undo_sign_off_policy(rule.pk, acting(world.admin), "Not agreed.")
    for points in (20, 25):
        enrolling.set_pace_rule(world.provider.pk, acting(world.admin), Limits(at_risk_within=points), "As agreed.")
    _make_reviews(world)
    learning.every_act(world)
    mistaken = attaining.record(world, "english", "held")
    programme.undo_attainment(mistaken.pk, acting(world.admin), "Somebody else’s.")
    _make_a_countersignature(world)
    for until in (None, clock.today() + DAY):
        made = quality.conflict(world, world.second_assessor, ends_on=until)
    record = quality.standardised(world, decision=Decision.objects.unscoped().order_by("at").first())
    done = {"note_id": uuid4(), "kind": "done", "words": "Told them."}
    note_on_action(record.actions.get().pk, acting(world.assessor), **done)
    meeting = Meeting(clock.today(), frozenset({world.assessor.pk, world.iqa.pk}), "Agreed.")
    correct_standardisation(record.pk, acting(world.iqa), meeting, "The wrong words.")
    enrolling.end_conflict(made.pk, acting(world.iqa), "They moved away.")
    keeping.every_act(world)
    assert seal_events()


def _raise_flags(world: World) -> None:
    """Two flags, of which one was answered, and two investigations, of which one is closed."""
    flag = likeness.flagged(world)
    by, token = acting(world.assessor), uuid4()
    looking_into.answer_flag(flag.pk, by, answer_id=token, result="investigated", note="Word by word the same.")
    looking_into.close_investigation(token, acting(world.iqa), outcome="cleared", words="All is well.")
    likeness.investigated(world, flag.submission)


def _hide_files(world: World) -> None:
    """One file that is hidden, one of which it is asked to be deleted, one that is shown again and one that is gone."""
    for wish, agrees in (("", False), ("erase", False), ("restore", True), ("erase", True)):
        file = hiding.sent_file(world, title=f"Hidden {wish} {agrees}")
        made = hiding.hide(world, file)
        if wish:
            hiding.ask(world, made, wish)
        if agrees:
            hiding.agree(world, made)


def _make_reviews(world: World) -> None:
    """A review that was cancelled, and one that was corrected and signed by all, the employer by a link."""
    admin = acting(world.admin)
    section = Section("own1", "Next steps")
    for sections in ([*usual(), section], usual()):
        programme.set_template(world.provider.pk, admin, sections)
    for months in (6, None):
        agreed = {"reason": "Training in blocks.", "agreed_with": "Mentor" if months else ""}
        programme.set_review_rhythm(world.apprenticeship.pk, admin, months=months, **agreed)
    programme.cancel_review(reviewing.plan(world).pk, admin, "They were ill.")
    first = reviewing.signed_by_all(world)
    version = reviewing.issue(world, reviewing.review_of(first), section_plan="One more day.", reason="A mistake.")
    declined = {"party": "apprentice", "shown": version.sha256, "reason": "It was another day."}
    programme.decline_version(version.pk, acting(world.apprentice), **declined)
    reviewing.sign(world, version, "apprentice")
    reviewing.sign_by_link(reviewing.ask(world, version, email="reviews@example.test"))


def _make_a_countersignature(world: World) -> None:
    """The assessor was in training when they judged a piece, which a competent colleague countersigned."""
    admin = acting(world.admin)

    def record(person: User, level: str) -> Competence:
        return enrolling.record_competence(
            world.provider.pk,
            admin,
            person_id=person.pk,
            standard_id=world.version.standard_id,
            level=level,
            starts_on=clock.today(),
            reason="As agreed.",
        )

    mistaken = record(world.assessor, "none")
    enrolling.undo_competence(mistaken.pk, admin, "A mistake.")
    record(world.assessor, "training")
    record(world.second_assessor, "competent")
    enrolling.assign(world.second.pk, admin, cover=world.assessor)
    waiting = world.judged({"K1": "met"}, title="By somebody in training", apprenticeship=world.second)
    decisions = [one.pk for one in Decision.objects.unscoped().filter(claim__submission=waiting)]
    countersign(waiting.pk, acting(world.second_assessor), decisions)


@pytest.mark.parametrize(("model", "field"), COLUMNS, ids=lambda it: it.__name__ if isinstance(it, type) else it.name)
def test_no_column_of_somebodys_record_can_be_changed_unseen(record, model, field):
    try_a_row(model, reason_for(model, field) == DERIVED, lambda row: change(model, field, row))


@pytest.mark.parametrize("act", [put_in, remove], ids=lambda act: act.__name__)
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_no_row_of_somebodys_record_can_be_put_in_or_removed_unseen(record, model, act):
    try_a_row(model, reason_for(model) == DERIVED, lambda row: act(model, row))


def test_whatever_is_said_to_be_unverified_is_there():
    known = {name_of(model) for model in models_of_people()}
    known |= {f"{name_of(model)}.{field.name}" for model in models_of_people() for field in model._meta.concrete_fields}
    assert set(UNVERIFIED) <= known
