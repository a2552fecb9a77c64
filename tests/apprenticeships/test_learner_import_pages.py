"""The pages, the command and the form by which learners are enrolled from a file or one by one."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from apprenticeships.models import Apprenticeship, LearnerImport
from tests.apprenticeships.learner_files import AMARA, TOM, brought, imported, learner, row, shape, table
from tests.factories.files import upload
from tests.mail import delivered
from tests.reports.conftest import just_signed_in

pytestmark = pytest.mark.django_db

# Pages ------------------------------------------------------------------------------------------------------------


def test_an_admin_brings_a_file_looks_at_it_and_confirms(client, world):
    just_signed_in(client, world.admin)
    assert "Enrol from a file" in client.get("/cohort/").content.decode()
    sent = client.post("/learners/import/", {"file": upload("autumn.csv", table(AMARA, TOM))})
    page = client.get(sent.url).content.decode()
    assert "Enrol 2 and update 0" in page
    assert "9900200011" not in sent.url
    done = client.post(f"{sent.url}confirm/", {"sends_invitations": "on"}, follow=True).content.decode()
    assert "Imported" in done
    assert learner().apprentice.name == "Amara Example"
    assert "autumn.csv" in client.get("/learners/import/").content.decode()


def test_the_page_says_what_is_wrong_by_row_field_and_reason(client, world):
    just_signed_in(client, world.admin)
    sent = client.post("/learners/import/", {"file": upload("x.csv", table(row(AMARA, uln="9.27631E+09")))})
    answer = client.get(sent.url)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Row 2" in page
    assert "<strong>ULN:</strong>" in page
    assert "Enrol 1" not in page


@pytest.mark.parametrize("content", [b"", b"not a table", b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_says_so_on_the_page(client, world, content):
    just_signed_in(client, world.admin)
    answer = client.post("/learners/import/", {"file": upload("x.csv", content)})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()


def test_no_file_is_said_so(client, world):
    just_signed_in(client, world.admin)
    answer = client.post("/learners/import/", {})
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_the_template_is_a_download(client, world):
    just_signed_in(client, world.admin)
    for ending in ("csv", "xlsx"):
        answer = client.get(f"/learners/import/template.{ending}")
        assert answer.status_code == 200
        assert f"learners-template.{ending}" in answer["Content-Disposition"]
    assert client.get("/learners/import/template.exe").status_code == 404


def test_discarding_leaves_nothing_behind(client, world):
    just_signed_in(client, world.admin)
    found = brought(world, table(AMARA))
    client.post(f"/learners/import/{found.pk}/discard/")
    assert not LearnerImport.objects.exists()
    assert not Apprenticeship.objects.filter(uln="9900200011").exists()


# The command ------------------------------------------------------------------------------------------------------


def run(tmp_path, content, *options, provider="10000001"):
    file = tmp_path / "learners.csv"
    file.write_bytes(content)
    out, err = StringIO(), StringIO()
    try:
        call_command("import_learners", str(file), "--provider", provider, *options, stdout=out, stderr=err)
    except SystemExit as over:
        return over.code, out.getvalue() + err.getvalue()
    return 0, out.getvalue() + err.getvalue()


def test_the_command_says_what_would_happen_and_then_does_it_once(world, tmp_path):
    before = shape()
    code, said = run(tmp_path, table(AMARA, TOM), "--preview")
    assert (code, "To enrol: 2." in said, shape()) == (0, True, before)
    code, said = run(tmp_path, table(AMARA, TOM), "--by", "admin@example.test", "--no-invitations")
    assert (code, "Enrolled: 2." in said) == (0, True)
    assert delivered() == []
    after = shape()
    assert "As they are: 2." in run(tmp_path, table(AMARA, TOM), "--by", "admin@example.test")[1]
    assert shape() == after


def test_the_command_writes_nothing_where_a_row_is_wrong(world, tmp_path):
    code, said = run(tmp_path, table(AMARA, row(TOM, uln="9900200012")), "--by", "admin@example.test")
    assert code == 1
    assert "Row 3, Tom Example: ULN:" in said
    assert not Apprenticeship.objects.filter(uln="9900200011").exists()


def test_the_command_needs_a_provider_and_somebody_on_whose_behalf(world, tmp_path):
    with pytest.raises(CommandError, match="no provider"):
        run(tmp_path, table(AMARA), provider="10099999")
    for nobody in ((), ("--by", "assessor@example.test"), ("--by", "other_admin@example.test")):
        with pytest.raises(CommandError, match="on whose behalf"):
            run(tmp_path, table(AMARA), *nobody)


# The form for one learner -----------------------------------------------------------------------------------------


def typed(world, **changed):
    return {
        "token": str(uuid4()),
        "name": "Nina Newcomer",
        "email": "nina@example.test",
        "standard_version": str(world.version.pk),
        "started_on": "2026-04-03",
        "planned_end_on": "2027-10-03",
        "employer": str(world.employer.pk),
        **changed,
    }


def test_the_form_enrols_with_everything_on_one_screen(client, world):
    just_signed_in(client, world.admin)
    given = {"uln": "9900 2000 11", "learner_reference": "000123", "date_of_birth": "2005-01-01"}
    hours = {"planned_hours": "420", "prior_learning_hours": "10", "weekly_hours": "37.5"}
    assert client.post("/apprenticeships/enrol/", typed(world, **given, **hours)).status_code == 302
    made = learner()
    assert (made.uln, made.planned_hours, made.prior_learning_hours, made.weekly_minutes) == (
        "9900200011",
        420,
        10,
        2250,
    )
    same = row(AMARA, first_name="Nina", last_name="Newcomer", email="nina@example.test", employer="")
    assert brought(world, table(same)).found["counts"]["unchanged"] == 1


def test_the_form_says_everything_that_is_wrong_at_once_and_keeps_what_was_typed(client, world):
    just_signed_in(client, world.admin)
    wrong = {"name": "N1na", "uln": "9900200012", "date_of_birth": "2015-01-01", "planned_hours": "100"}
    answer = client.post("/apprenticeships/enrol/", typed(world, planned_end_on="2026-05-01", **wrong))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "uln", "date_of_birth", "planned_hours", "planned_end_on"}
    assert 'value="9900200012"' in answer.content.decode()


def test_a_number_of_somebody_else_is_refused_by_the_form(client, world):
    imported(world, table(AMARA))
    just_signed_in(client, world.admin)
    for number in ({"uln": "9900200011"}, {"learner_reference": "000123"}):
        answer = client.post("/apprenticeships/enrol/", typed(world, **number))
        assert answer.status_code == 422
        assert "Amara Example" in answer.content.decode()
