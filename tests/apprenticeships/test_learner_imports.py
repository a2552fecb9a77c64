"""Enrolling from a file: everything wrong is said at once, all of it comes in or nothing, and nothing twice."""

import html
from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Organisation, Role
from accounts.workflow import end_membership
from apprenticeships import uploads
from apprenticeships.importing import steps, writing
from apprenticeships.importing.files import read
from apprenticeships.models import Apprenticeship, Assignment, EnrolmentCorrection, KsbProgress, LearnerImport
from apprenticeships.workflow import accept_and_take_up, withdraw
from audit.models import Entry
from audit.verification import verify
from core import clock
from core.errors import NotAllowed, OutOfTurn
from tests.apprenticeships.learner_files import (
    AMARA,
    HEADER,
    TOM,
    brought,
    imported,
    learner,
    problems,
    reasons,
    row,
    shape,
    shared,
    table,
)
from tests.mail import delivered
from tests.reports.conftest import just_signed_in
from tests.world import acting, make_version, person

pytestmark = pytest.mark.django_db


# Enrolling --------------------------------------------------------------------------------------------------------


def test_everybody_in_a_file_is_enrolled_invited_and_on_the_record(world):
    done = imported(world, table(AMARA, TOM))
    assert (done.result["new"], done.state) == (2, "done")
    amara = learner()
    assert (amara.apprentice.name, amara.uln, amara.employer.name) == ("Amara Example", "9900200011", "Heron")
    assert (amara.started_on, amara.planned_end_on) == (date(2026, 4, 3), date(2027, 10, 3))
    assert amara.ksb_count == KsbProgress.objects.filter(apprenticeship=amara).count() == 5
    assert {message.to[0] for message in delivered()} == {"amara@example.test", "tom@example.test"}
    assert Organisation.objects.filter(name="Heron").count() == 1
    assert Entry.objects.filter(action="apprenticeship.enrolled", data__learner_import=str(done.pk)).count() == 2
    assert Entry.objects.filter(action="learners.imported").count() == 1
    assert list(verify()) == []


def test_what_was_read_of_a_file_is_gone_once_it_is_imported(world):
    done = imported(world, table(AMARA))
    assert bytes(done.rows) == b""
    assert "9900200011" not in str([done.found, done.result])


def test_the_same_file_again_changes_nothing(world):
    imported(world, table(AMARA, TOM))
    before = shape()
    again = brought(world, table(AMARA, TOM))
    assert again.found["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "skipped": 0, "refused": 0}
    uploads.confirm(again.pk, acting(world.admin))
    assert shape() == before


def test_the_shared_file_comes_in_and_again_changes_nothing(world):
    make_version("ST0095")
    content = shared("learners/learners-excel-roundtrip.csv")
    imported(world, content)
    before = shape()
    assert imported(world, content).result["unchanged"] == 3
    assert shape() == before


def test_nobody_is_mailed_where_invitations_are_not_sent(world):
    imported(world, table(AMARA), sends_invitations=False)
    assert delivered() == []
    assert learner().awaits_acceptance


def test_an_assessor_is_found_by_address_and_an_option_by_title(world):
    header = [*HEADER, "assessor", "planned_hours", "prior_learning_hours", "weekly_hours"]
    imported(world, table([*AMARA, "ASSESSOR@example.test", "420", "20", "37.5"], header=header))
    assert Assignment.objects.get(apprenticeship=learner()).person == world.assessor
    made = learner()
    assert (made.planned_hours, made.prior_learning_hours, made.weekly_minutes) == (420, 20, 2250)


# What is wrong ----------------------------------------------------------------------------------------------------


def test_all_that_is_wrong_with_a_row_is_said_at_once_and_nothing_comes_in(world):
    before = shape()
    wrong = ["12/34", "9900200012", "Am4ra", "", "no address", "ST0000", "2026-04-03", "2026-03-03", "Heron"]
    header = [*HEADER, "date_of_birth", "planned_hours", "assessor"]
    found = brought(world, table([*wrong, "soon", "many", "x@example.test"], [*TOM, "", "", ""], header=header))
    assert set(problems(found)[2]) == {
        "Learner reference",
        "ULN",
        "First name",
        "Email address",
        "Standard",
        "Date of birth",
        "Planned hours",
        "Assessor",
    }
    with pytest.raises(OutOfTurn, match="nothing is"):
        uploads.confirm(found.pk, acting(world.admin))
    assert shape() == before


def test_every_rule_of_the_start_is_named_by_row_and_field(world):
    header = [*HEADER, "date_of_birth", "planned_hours"]
    young = [*row(AMARA, planned_end_date="2026-05-01"), "2015-01-01", "100"]
    found = brought(world, table(young, [*row(TOM, uln="9900200012"), "", ""], header=header))
    assert set(problems(found)[2]) == {"Planned end", "Date of birth", "Planned hours"}
    assert problems(found)[3] == ["ULN"]
    assert "187" in reasons(found)


def test_a_uln_that_a_spreadsheet_shortened_is_named_as_that(world):
    found = brought(world, table(row(AMARA, uln="9.27631E+09")))
    assert problems(found) == {2: ["ULN"]}
    assert "spreadsheet has shortened" in reasons(found)


def test_two_ulns_on_one_address_are_named(world):
    found = brought(world, table(AMARA, row(TOM, email="AMARA@example.test")))
    assert problems(found) == {2: ["Email address"], 3: ["Email address"]}
    assert "9900200011" in reasons(found)
    assert "9900200038" in reasons(found)


def test_an_address_of_somebody_here_with_another_uln_is_named(world):
    imported(world, table(AMARA))
    found = brought(world, table(row(TOM, email="amara@example.test")))
    assert problems(found) == {2: ["Email address"]}
    assert "Amara Example" in reasons(found)


def test_addresses_that_differ_in_case_are_one_and_plus_is_kept(world):
    imported(world, table(row(AMARA, email="Amara+work@Example.Test")))
    assert delivered()[0].to == ["amara+work@example.test"]
    again = brought(world, table(row(AMARA, email="amara+WORK@example.test")))
    assert again.found["counts"]["unchanged"] == 1


def test_one_learner_twice_in_a_file_is_named(world):
    found = brought(world, table(AMARA, AMARA))
    assert problems(found) == {3: ["ULN", "Learner reference"]}


def test_learners_of_another_ukprn_are_refused_by_name(world):
    found = brought(world, table([*AMARA, "10000002"], [*TOM, "10000001"], header=[*HEADER, "ukprn"]))
    assert problems(found) == {2: ["UKPRN"]}
    assert "Amara Example" in reasons(found)


def test_somebody_who_cannot_be_known_again_is_refused(world):
    found = brought(world, table(row(AMARA, learner_reference="", uln="")))
    assert problems(found) == {2: ["Learner reference"]}


# Names ------------------------------------------------------------------------------------------------------------

NAMES = [
    ("Siobhán", "O'Brien"),
    ("Siobhán", "O’Neill"),
    ("Oʼtkir", "Gʻulomov"),
    ("", "Mononym"),
    ("李", "小龍"),
    ("X" * 100, "Y" * 100),
]


@pytest.mark.parametrize(("first", "last"), NAMES)
def test_names_are_shown_whole_and_found(client, world, first, last):
    imported(world, table(row(AMARA, first_name=first, last_name=last)))
    name = " ".join(filter(None, (first, last)))
    assert learner().apprentice.name == name
    just_signed_in(client, world.admin)
    page = client.get(reverse("pages:coverage", args=[learner().pk])).content.decode()
    assert "&amp;#39;" not in page
    assert name in html.unescape(page)
    assert "&#" not in delivered()[0].body
    assert str(learner().pk) in client.get("/cohort/", {"name": name}).content.decode()
    assert str(learner().pk) not in client.get("/cohort/", {"name": "Somebody Else"}).content.decode()


# Changes ----------------------------------------------------------------------------------------------------------


def test_what_a_file_says_otherwise_is_shown_from_and_to_and_then_made(world):
    imported(world, table(AMARA))
    changed = row(AMARA, planned_end_date="2027-12-31", employer="Marsh", learner_reference="000999")
    found = brought(world, table(changed))
    assert found.found["counts"]["changed"] == 1
    assert {one["field"]: (one["before"], one["after"]) for one in found.found["changed"][0]["differences"]} == {
        "Learner reference": ("000123", "000999"),
        "Planned end": ("3 October 2027", "31 December 2027"),
        "Employer": ("Heron", "Marsh"),
    }
    assert learner().planned_end_on == date(2027, 10, 3)
    uploads.confirm(found.pk, acting(world.admin))
    made = learner("000999")
    assert (made.planned_end_on, made.employer.name) == (date(2027, 12, 31), "Marsh")
    assert {change.reason for change in made.changes.all()} == {"Import of learners.csv"}
    assert EnrolmentCorrection.objects.get(apprenticeship=made).after == {"learner_reference": "000999"}
    assert brought(world, table(changed)).found["counts"]["unchanged"] == 1
    assert list(verify()) == []


def test_a_reference_that_lost_its_zeros_is_known_by_its_uln(world):
    imported(world, table(AMARA))
    found = brought(world, table(row(AMARA, learner_reference="123")))
    assert found.found["counts"]["unchanged"] == 1
    assert "000123" in str(found.found["row_notes"])


def test_a_reference_of_somebody_with_another_uln_is_named(world):
    imported(world, table(AMARA))
    found = brought(world, table(row(TOM, learner_reference="000123")))
    assert problems(found) == {2: ["Learner reference"]}


def test_somebody_enrolled_by_the_form_is_known_by_their_address(world):
    imported(world, table(AMARA))
    amara = learner()
    Apprenticeship.objects.filter(pk=amara.pk).update(uln="", learner_reference="")
    found = brought(world, table(AMARA))
    assert [one["field"] for one in found.found["changed"][0]["differences"]] == ["ULN", "Learner reference"]


def test_the_name_of_somebody_with_an_account_stays_theirs(world):
    imported(world, table(AMARA))
    token = delivered()[0].body.split("/invitations/")[1].split("/")[0]
    accept_and_take_up(token, "an otter in the attic")
    found = brought(world, table(row(AMARA, first_name="Amy", email="other@example.test")))
    assert found.found["counts"]["unchanged"] == 1
    assert "only they can change" in str(found.found["row_notes"])


def test_another_start_is_refused_and_a_second_apprenticeship_follows_one_that_is_over(world):
    imported(world, table(AMARA))
    other = row(AMARA, start_date="2026-09-01", planned_end_date="2027-12-31")
    assert problems(brought(world, table(other))) == {2: ["Start"]}
    withdraw(learner().pk, acting(world.admin), act=learner().pk, effective_on=date(2026, 8, 1), reason="They left.")
    imported(world, table(other))
    assert Apprenticeship.objects.filter(learner_reference="000123").count() == 2


# Interrupted, repeated, forbidden ---------------------------------------------------------------------------------


def many(count):
    return table(
        *(
            row(
                AMARA,
                learner_reference=f"R{n}",
                uln="",
                email=f"r{n}@example.test",
                last_name=f"Example {'x' * n}"[:90],
            )
            for n in range(count)
        )
    )


def test_an_import_that_is_killed_midway_is_gone_on_with(world, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(steps, "BATCH_ROWS", 2)
    found = brought(world, many(5))
    uploads.confirm(found.pk, acting(world.admin))
    write, calls = writing.Writer.write, []

    def killed(self, batch):
        calls.append(batch)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return write(self, batch)

    monkeypatch.setattr(writing.Writer, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        steps.go_on(found.pk)
    found.refresh_from_db()
    assert (found.state, found.written_count, found.to_write_count) == ("writing", 4, 5)
    monkeypatch.setattr(writing.Writer, "write", write)
    done = steps.go_on(found.pk)
    assert (done.state, done.result["new"]) == ("done", 5)
    assert Apprenticeship.objects.filter(learner_reference__startswith="R").count() == 5
    assert list(verify()) == []


def test_somebody_whom_a_colleague_enrolled_while_it_was_written_is_enrolled_once(world, monkeypatch):
    found = brought(world, table(AMARA, TOM))
    announce = steps._announce

    def enrolled_by_a_colleague(*given):
        monkeypatch.setattr(steps, "_announce", announce)
        imported(world, table(row(AMARA, email="other@example.test")), "colleague.csv")
        return announce(*given)

    monkeypatch.setattr(steps, "_announce", enrolled_by_a_colleague)
    done = uploads.confirm(found.pk, acting(world.admin))
    assert (done.result["new"], len(done.result["refused"])) == (1, 1)
    assert Apprenticeship.objects.filter(uln="9900200011").count() == 1
    assert Apprenticeship.objects.filter(uln="9900200038").count() == 1


def test_confirming_twice_enrols_once(world):
    found = brought(world, table(AMARA))
    uploads.confirm(found.pk, acting(world.admin))
    uploads.confirm(found.pk, acting(world.admin))
    assert Apprenticeship.objects.filter(uln="9900200011").count() == 1


def test_a_large_file_is_checked_and_written_in_the_background(world, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_AT_ONCE", 2)
    content = many(3)
    found = uploads.keep(read(content, "x.csv"), content, "x.csv", world.provider, acting(world.admin))
    assert found.state == "checking"
    with pytest.raises(OutOfTurn, match="still being checked"):
        uploads.confirm(found.pk, acting(world.admin))
    assert imported(world, content).result["new"] == 3


def test_what_somebody_did_meanwhile_is_found_when_it_is_confirmed(world):
    found = brought(world, table(AMARA, TOM))
    imported(world, table(row(TOM, email="amara@example.test")))
    before = shape()
    uploads.confirm(found.pk, acting(world.admin))
    found.refresh_from_db()
    assert (found.state, problems(found)) == ("waiting", {2: ["Email address"]})
    assert shape() == before


def test_a_file_that_nobody_confirms_is_gone_after_two_hours(world):
    found = brought(world, table(AMARA))
    with clock.at(clock.now() + timedelta(hours=3)):
        with pytest.raises(OutOfTurn, match="expired"):
            uploads.confirm(found.pk, acting(world.admin))
        brought(world, table(TOM))
    assert not LearnerImport.objects.filter(pk=found.pk).exists()


def test_only_who_uploaded_a_file_and_still_administers_the_provider_imports_it(world):
    found = brought(world, table(AMARA))
    second = person("second_admin", (world.provider, Role.PROVIDER_ADMIN))
    for somebody in (second, world.assessor, world.other_admin):
        with pytest.raises(NotAllowed):
            uploads.confirm(found.pk, acting(somebody))
    end_membership(world.admin.memberships.get().pk, acting(second))
    with pytest.raises(NotAllowed):
        uploads.confirm(found.pk, acting(world.admin))
    assert not Apprenticeship.objects.filter(uln="9900200011").exists()


def test_an_employer_or_learner_of_another_provider_is_not_told(world):
    other = acting(world.other_admin)
    content = table(AMARA)
    found = uploads.keep(read(content, "x.csv"), content, "x.csv", world.other_provider, other)
    uploads.confirm(found.pk, other)
    assert brought(world, content).found["counts"]["new"] == 1
