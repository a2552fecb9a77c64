"""Which version a source without a number is about, and what waits until its statements or duties are there."""

from dataclasses import replace

import pytest

from audit.verification import verify
from core.actor import SYSTEM
from occupations.importing.draft import AssessmentDraft, DutyDraft, Refused
from occupations.importing.writing import Outcome, adopt, write
from occupations.models import StandardVersion, WaitingText
from tests.occupations.importing.test_later_texts import draft, partly, without_ids
from tests.world import make_world

pytestmark = pytest.mark.django_db


def test_a_list_without_a_version_goes_where_its_statements_are_not_to_the_newest():
    version = write(draft()).version
    write(partly(version="1.1", notice="From the page’s metadata"))
    named = {"is_version_named": False, "ksbs": without_ids(draft().ksbs)}
    written = write(partly(**named))
    assert (written.outcome, written.version) == (Outcome.UNCHANGED, version)
    assert not StandardVersion.objects.get(version="1.1").ksbs.exists()


def test_a_list_without_a_version_asks_where_its_statements_are_nowhere():
    write(draft())
    write(draft(version="1.1", ksbs=[replace(ksb, statement=f"Other {ksb.code}") for ksb in draft().ksbs]))
    others = [replace(ksb, statement=f"New {ksb.code}") for ksb in draft().ksbs]
    with pytest.raises(Refused, match=r"do not match any version here \(1.0, 1.1\)"):
        write(partly(is_version_named=False, ksbs=others))
    write(partly(reference="ST0124", version="1.1", notice="Metadata alone"))
    with pytest.raises(Refused, match="Give its version"):
        write(partly(reference="ST0124", is_version_named=False, ksbs=others))


def test_of_versions_with_the_same_statements_a_list_without_a_version_goes_to_the_newest():
    write(draft())
    later = write(draft(version="1.1")).version
    assert write(partly(is_version_named=False, ksbs=draft().ksbs[:2])).version == later


def test_a_version_whose_number_was_assumed_gets_the_one_that_its_record_names():
    page = draft(is_version_named=False, options=None, duties=None, ksbs=without_ids(draft().ksbs))
    version = write(page).version
    assert version.is_number_assumed
    written = write(draft(version="1.1"))
    assert (written.outcome, written.version) == (Outcome.COMPLETED, version)
    version.refresh_from_db()
    assert (version.version, version.is_number_assumed) == ("1.1", False)
    assert write(page).outcome == write(draft(version="1.1")).outcome == Outcome.UNCHANGED
    assert StandardVersion.objects.count() == 1
    assert list(verify()) == []


def test_a_version_that_somebody_is_on_keeps_its_number():
    version = write(draft(is_version_named=False)).version
    make_world(version)
    assert write(draft(version="1.1")).outcome == Outcome.CREATED
    version.refresh_from_db()
    assert version.version == "1.0"


# What waits ---------------------------------------------------------------------------------------------------------


def test_a_mapping_that_came_before_the_statements_waits_and_takes_hold_when_they_come():
    mapping = partly(title="Baker", assessments=[AssessmentDraft("outcome", "Baking", ("K1",), "AO1", "core")])
    version = write(mapping).version
    assert (
        "does not have its statements yet; what the file says about its KSBs will be added"
        in mapping.warnings[0].reason
    )
    assert write(mapping).outcome == Outcome.UNCHANGED
    assert write(draft()).outcome == Outcome.COMPLETED
    assert version.assessments.get().ksbs.get().code == "K1"
    assert not WaitingText.objects.exists()
    assert write(mapping).outcome == write(draft()).outcome == Outcome.UNCHANGED
    assert list(verify()) == []


def test_a_mapping_for_a_version_in_use_without_statements_takes_hold_when_they_are_adopted():
    version = write(partly(title="Baker")).version
    make_world(version)
    mapping = partly(assessments=[AssessmentDraft("outcome", "Baking", ("K1",), "AO1", "core")])
    write(mapping)
    corrected = adopt(write(draft()).revision, SYSTEM)
    assert corrected.assessments.get().ksbs.get().code == "K1"
    assert list(verify()) == []


def test_duties_that_came_before_the_statements_get_their_ksbs_when_they_come():
    duties = [DutyDraft(1, "Bake for everybody", ("K1", "S1")), DutyDraft(2, "Bake bread", ("K2",))]
    version = write(partly(title="Baker", duties=duties)).version
    write(partly(ksbs=draft().ksbs, options=draft().options))
    assert [[ksb.code for ksb in duty.ksbs.order_by("position")] for duty in version.duties.all()] == [
        ["K1", "S1"],
        ["K2"],
    ]


def test_ksbs_of_duties_that_are_only_numbered_wait_until_it_is_known_what_the_duties_say():
    table = partly(ksbs=draft().ksbs, options=draft().options, duties=[DutyDraft(2, "", ("K1",))])
    version = write(table).version
    assert "their KSBs will be added when it does" in table.warnings[0].reason
    bare = [replace(duty, ksb_codes=(), options=()) for duty in draft().duties]
    assert write(partly(duties=bare)).outcome == Outcome.COMPLETED
    assert version.duties.get(number=2).ksbs.get().code == "K1"
