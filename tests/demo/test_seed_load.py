"""Rules of the load for measuring."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from assessments.models import Decision, Submission
from portfolios.models import Evidence, EvidenceFile, EvidenceVersion

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_load_is_what_the_workflow_would_have_left():
    run("seed_load", "--learners", "3", "--yes-load-test-data")
    assert Apprenticeship.objects.count() == 3
    assert Evidence.objects.count() == 60
    assert Submission.objects.filter(finished_at=None).count() == 15
    assert Decision.objects.exists()
    assert EvidenceFile.objects.count() == EvidenceVersion.objects.count() == 60
    assert "3 apprenticeships examined, 0 differences" in run("rebuild_coverage", "--check")
    assert "everything matches" in run("verify_audit")


def test_a_load_is_refused_where_real_people_may_be():
    with pytest.raises(CommandError, match="This is not a demo"):
        run("seed_load", "--learners", "3")


def test_a_second_load_is_refused():
    run("seed_load", "--learners", "1", "--yes-load-test-data")
    with pytest.raises(CommandError, match="already load-test learners"):
        run("seed_load", "--learners", "1", "--yes-load-test-data")


def test_a_second_load_adds_learners_where_it_is_asked_to():
    run("seed_load", "--learners", "1", "--yes-load-test-data")
    run("seed_load", "--learners", "2", "--again", "--yes-load-test-data")
    assert Apprenticeship.objects.count() == 3
    assert "0 differences" in run("rebuild_coverage", "--check")
    assert "everything matches" in run("verify_audit", "--no-files")


def test_each_provider_has_learners_and_a_record_of_its_own():
    run("seed_load", "--learners", "1", "--yes-load-test-data")
    run("seed_load", "--learners", "2", "--provider", "2", "--pieces", "4", "--yes-load-test-data")
    second = Organisation.objects.get(name__startswith="Load Test Training 2")
    assert Apprenticeship.objects.filter(provider=second).count() == 2
    assert Evidence.objects.filter(apprenticeship__provider=second).count() == 8
    assert "everything matches" in run("verify_audit")
