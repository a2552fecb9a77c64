"""Individualised Learner Records: one apprenticeship for each programme, with all that happened to it."""

from datetime import date
from uuid import uuid4

import pytest

from apprenticeships.importing import steps
from apprenticeships.importing.files import read
from apprenticeships.importing.reading import Refused
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import change_planned_end
from audit.verification import verify
from core import clock
from occupations.models import StandardVersion
from tests.apprenticeships.learner_files import brought, imported, problems, reasons, shared
from tests.world import acting, make_version

pytestmark = pytest.mark.django_db

OLD, NEW = "ESFA/ILR/2025-26", "ILR/2026-27"


def aim(start="2025-09-08", end="2027-03-07", status="1", extra="", programme="25", funding="36", code="9", **more):
    """A programme aim. `more` are further elements; `extra` is put after them."""
    said = "".join(f"<{name}>{value}</{name}>" for name, value in more.items())
    standard = f"<StdCode>{code}</StdCode>" if code else ""
    return (
        "<LearningDelivery><LearnAimRef>ZPROG001</LearnAimRef><AimType>1</AimType><AimSeqNumber>1</AimSeqNumber>"
        f"<LearnStartDate>{start}</LearnStartDate><LearnPlanEndDate>{end}</LearnPlanEndDate>"
        f"<FundModel>{funding}</FundModel><ProgType>{programme}</ProgType>{standard}<CompStatus>{status}</CompStatus>"
        f"{said}{extra}</LearningDelivery>"
    )


def learner(*aims, uln="9900200232", reference="APP1", names=("Ada", "Example")):
    return (
        f"<Learner><LearnRefNumber>{reference}</LearnRefNumber><ULN>{uln}</ULN><FamilyName>{names[1]}</FamilyName>"
        f"<GivenNames>{names[0]}</GivenNames><DateOfBirth>2004-02-29</DateOfBirth><Ethnicity>99</Ethnicity>"
        f"<NINumber>AA000000A</NINumber><Postcode>ZZ99 9ZZ</Postcode>{''.join(aims)}</Learner>"
    )


def ilr(*learners, namespace=OLD, ukprn="10000001", provider=None):
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Message xmlns="{namespace}"><Header><Source><UKPRN>{ukprn}</UKPRN>'
        f"</Source></Header><LearningProvider><UKPRN>{provider or ukprn}</UKPRN></LearningProvider>"
        f"{''.join(learners)}</Message>"
    ).encode()


def fam(kind, code):
    return (
        f"<LearningDeliveryFAM><LearnDelFAMType>{kind}</LearnDelFAMType><LearnDelFAMCode>{code}</LearnDelFAMCode>"
        "</LearningDeliveryFAM>"
    )


def hours(code, amount):
    return f"<HRSRecord><HRSType>HRS</HRSType><HRSCode>{code}</HRSCode><HRSAmount>{amount}</HRSAmount></HRSRecord>"


@pytest.fixture
def world(world):
    """With the test standard under the LARS codes of the made-up files."""
    StandardVersion.objects.unscoped().filter(pk=world.version.pk).update(lars_codes=[2, 9, 80, 218, 430, 548])
    return world


def one(reference="APP1"):
    return Apprenticeship.objects.get(learner_reference=reference)


def statuses():
    found = Apprenticeship.objects.filter(learner_reference__startswith="APP").order_by("learner_reference")
    return [made.status for made in found]


def test_the_made_up_file_of_2025_26_comes_in_with_each_status(world):
    content = shared("ilr/ILR-10099999-2526-synthetic.xml").replace(b"10099999", b"10000001")
    imported(world, content, "ilr.xml")
    assert statuses() == ["on_programme", "break", "past_gateway", "withdrawn", "achieved"]
    assert [made.planned_hours for made in Apprenticeship.objects.filter(learner_reference="APP000001")] == [566]
    assert brought(world, content, "ilr.xml").found["counts"]["unchanged"] == 5
    assert list(verify()) == []


def test_the_made_up_file_of_2026_27_has_a_returner_as_one_apprenticeship_and_a_unit_left_out(world):
    content = shared("ilr/ILR-10099999-2627-synthetic.xml").replace(b"10099999", b"10000001")
    found = brought(world, content, "ilr.xml")
    assert found.found["counts"] == {"new": 5, "changed": 0, "unchanged": 0, "skipped": 1, "refused": 0}
    assert found.found["skipped"][0]["name"] == "Unit Sample"
    assert "unit" in found.found["skipped"][0]["reason"]
    imported(world, content, "ilr.xml")
    assert statuses() == ["on_programme", "on_programme", "past_gateway", "withdrawn", "achieved"]
    returner = one("APP000102")
    assert (returner.started_on, returner.planned_end_on) == (date(2025, 10, 6), date(2027, 10, 11))
    assert (returner.planned_hours, returner.prior_learning_hours) == (409, 40)
    assert returner.break_days == (date(2026, 10, 12) - date(2026, 1, 10)).days
    assert brought(world, content, "ilr.xml").found["counts"]["unchanged"] == 5


def test_the_official_sample_is_read_and_what_is_no_apprenticeship_is_named(world):
    reading = read(shared("ilr/ILR-99999999-2526-official-sample.xml"), "ilr.xml")
    assert len(reading.rows) == 19
    assert [row.get("learner_reference") for row in reading.rows if not row.skipped] == ["StandLearn", "Levy"]
    assert {row.skipped for row in reading.rows} >= {"a T Level", "a Skills Bootcamp"}


def test_component_aims_belong_to_their_programme(world):
    part = aim().replace("ZPROG001", "60009901").replace("<AimType>1", "<AimType>3")
    assert brought(world, ilr(learner(aim(PHours="400"), part, part)), "ilr.xml").found["counts"]["new"] == 1


@pytest.mark.parametrize("namespace", [OLD, NEW])
def test_hours_are_read_in_the_form_of_either_year(world, namespace):
    said = aim(PHours="400") if namespace == OLD else aim(extra=hours(1, 400) + hours(3, 20) + hours(4, 30))
    imported(world, ilr(learner(said), namespace=namespace), "ilr.xml")
    assert one().planned_hours == 400
    assert one().prior_learning_hours == (0 if namespace == OLD else 30)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, "on_programme"),
        ({"status": "1", "LearnActEndDate": "2026-06-01", "Outcome": "8"}, "past_gateway"),
        ({"status": "2", "LearnActEndDate": "2026-06-01", "Outcome": "8"}, "past_gateway"),
        ({"status": "2", "LearnActEndDate": "2026-06-01", "Outcome": "1", "AchDate": "2026-07-01"}, "achieved"),
        ({"status": "2", "LearnActEndDate": "2026-06-01", "Outcome": "3"}, "not_achieved"),
        ({"status": "3", "LearnActEndDate": "2026-06-01", "Outcome": "3", "WithdrawReason": "98"}, "withdrawn"),
        ({"status": "6", "LearnActEndDate": "2026-06-01", "Outcome": "3"}, "break"),
    ],
)
def test_each_state_of_a_programme_aim_becomes_a_status(world, said, status):
    imported(world, ilr(learner(aim(**said))), "ilr.xml")
    assert one().status == status


@pytest.mark.parametrize(
    "said",
    [
        {"status": "2"},
        {"status": "2", "LearnActEndDate": "2026-06-01"},
        {"status": "3", "LearnActEndDate": "2125-06-01"},
        {"LearnActEndDate": "2026-06-01"},
        {"start": "2026-13-01"},
        {"status": "3", "LearnActEndDate": "2024-06-01"},
    ],
)
def test_what_is_no_state_of_an_apprenticeship_is_an_error_of_the_row(world, said):
    found = brought(world, ilr(learner(aim(**said))), "ilr.xml")
    assert list(problems(found)) == [1]


def test_a_later_file_brings_the_break_and_then_the_return(world):
    imported(world, ilr(learner(aim())), "one.xml")
    away = aim(status="6", LearnActEndDate="2026-01-09", Outcome="3")
    imported(world, ilr(learner(away)), "two.xml")
    assert one().status == "break"
    back = aim(start="2026-06-01", end="2027-09-30", OrigLearnStartDate="2025-09-08", extra=fam("RES", 1))
    imported(world, ilr(learner(away, back)), "three.xml")
    assert (one().status, one().planned_end_on) == ("on_programme", date(2027, 9, 30))
    # The aim before the break is no longer returned in the year after.
    assert brought(world, ilr(learner(back)), "four.xml").found["counts"]["unchanged"] == 1
    assert brought(world, ilr(learner(away, back)), "five.xml").found["counts"]["unchanged"] == 1


def test_a_file_that_contradicts_what_is_recorded_is_refused_with_what_to_do(world):
    left = aim(status="3", LearnActEndDate="2026-06-01", Outcome="3")
    imported(world, ilr(learner(left)), "one.xml")
    found = brought(world, ilr(learner(aim())), "two.xml")
    assert list(problems(found)) == [1]
    assert "Undo it here" in reasons(found)


def test_a_planned_end_that_was_moved_here_is_not_moved_back_by_an_ilr(world):
    imported(world, ilr(learner(aim())), "one.xml")
    change_planned_end(
        one().pk,
        acting(world.admin),
        act=uuid4(),
        effective_on=clock.today(),
        reason="More time.",
        planned_end_on=date(2027, 6, 1),
    )
    assert brought(world, ilr(learner(aim())), "two.xml").found["counts"]["unchanged"] == 1


def test_learners_of_another_provider_are_refused_by_name(world):
    found = brought(world, ilr(learner(aim()), ukprn="10099999"), "ilr.xml")
    assert problems(found) == {1: ["UKPRN"]}
    assert "Ada Example" in reasons(found)
    assert "10099999" in reasons(found)


def test_a_number_that_is_not_known_yet_is_a_note_but_not_where_the_employer_pays(world):
    paid = brought(world, ilr(learner(aim(extra=fam("ACT", 1)), uln="9999999999")), "ilr.xml")
    assert problems(paid) == {1: ["ULN"]}
    free = brought(world, ilr(learner(aim(extra=fam("ACT", 2)), uln="9999999999")), "ilr.xml")
    assert free.found["counts"]["new"] == 1
    assert "9999999999" in str(free.found["row_notes"])


def test_too_few_hours_for_the_year_of_the_start_are_an_error(world):
    late = brought(world, ilr(learner(aim(PHours="186"))), "ilr.xml")
    assert problems(late) == {1: ["Planned hours"]}
    before = brought(world, ilr(learner(aim(start="2024-09-01", end="2026-09-01", PHours="277"))), "ilr.xml")
    assert "278" in reasons(before)


def test_a_standard_that_is_not_in_the_catalogue_is_named(world):
    assert "LARS code 77" in reasons(brought(world, ilr(learner(aim(code="77"))), "ilr.xml"))


def test_two_programmes_of_one_learner_are_two_apprenticeships(world):
    version = make_version("ST9002")
    StandardVersion.objects.unscoped().filter(pk=version.pk).update(lars_codes=[7])
    first = aim(start="2023-09-01", end="2024-12-01", status="2", LearnActEndDate="2024-12-01", Outcome="1")
    imported(world, ilr(learner(first, aim(code="7"))), "ilr.xml")
    assert Apprenticeship.objects.filter(uln="9900200232").count() == 2


def test_somebody_who_left_and_began_again_has_two_apprenticeships(world, monkeypatch):
    monkeypatch.setattr(steps, "BATCH_ROWS", 1)
    left = aim(start="2023-09-01", end="2024-12-01", status="3", LearnActEndDate="2024-06-01", Outcome="3")
    content = ilr(learner(left, aim()))
    imported(world, content, "ilr.xml")
    found = Apprenticeship.objects.filter(uln="9900200232").order_by("started_on")
    assert [made.status for made in found] == ["withdrawn", "on_programme"]
    assert brought(world, content, "ilr.xml").found["counts"]["unchanged"] == 2


def test_nothing_that_is_not_needed_is_kept(world):
    assert "ZZ99" not in str(brought(world, ilr(learner(aim())), "ilr.xml").kept())
    assert "AA000000A" not in str(brought(world, ilr(learner(aim())), "ilr.xml").kept())


BOMB = b'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Message>&b;</Message>'


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        b'<?xml version="1.0"?><!DOCTYPE m SYSTEM "file:///etc/passwd"><Message/>',
        b'<?xml version="1.0"?><Message xmlns="something/else"/>',
        b'<?xml version="1.0"?><Message xmlns="ILR/2026-27"><Learner>',
        b'<?xml version="1.0" encoding="klingon"?><Message xmlns="ILR/2026-27"/>',
        b'<?xml version="1.0"?><Message xmlns="ILR/2026-27">' + b"<a>" * 50 + b"</a>" * 50 + b"</Message>",
        ilr(),
        ilr(learner(aim()), ukprn="10000001", provider="10000002"),
    ],
)
def test_xml_that_is_no_ilr_is_refused_with_a_reason(content):
    with pytest.raises(Refused, match="."):
        read(content, "ilr.xml")
