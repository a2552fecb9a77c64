"""What a draft becomes in the catalogue: all of it, once, and never over what is there."""

from dataclasses import replace

import pytest

from audit.models import INSTALLATION, Entry
from audit.verification import verify
from occupations.importing.draft import Refused
from occupations.importing.writing import Outcome, write
from occupations.models import Ksb, Product, Standard, StandardVersion
from tests.occupations.pages import SEED, line_of, read, with_line_after

pytestmark = pytest.mark.django_db


def counts() -> list[int]:
    return [model.objects.count() for model in (Standard, StandardVersion, Product, Ksb, Entry)]


def test_everything_of_the_draft_is_in_the_rows():
    draft = read(SEED, "demo/data/ST0321.txt")
    version = write(draft).version
    stored = StandardVersion.objects.get(pk=version.pk)
    for name in ("version", "title", "status", "route", "level", "overview", "summary", "median_salary_pounds"):
        assert getattr(stored, name) == getattr(draft, name)
    for name in ("soc_code", "soc_title", "employers", "job_titles", "keywords", "source_sha256"):
        assert getattr(stored, name) == getattr(draft, name)
    assert stored.soc_groups == [list(group) for group in draft.soc_groups]
    assert stored.source_name == "ST0321.txt"
    assert [(ksb.code, ksb.statement) for ksb in stored.ksbs.in_order()] == [
        (ksb.code, ksb.statement) for ksb in draft.ksbs
    ]
    assert [product.reference for product in stored.products.all()] == ["ST0321"]
    assert counts() == [1, 1, 1, 35, 1]


def test_an_import_is_on_record():
    written = write(read(SEED))
    entry = Entry.objects.get()
    assert (entry.action, entry.subject) == ("standard_version.imported", str(written.version.pk))
    assert (entry.actor_person, entry.chain_id) == (None, INSTALLATION)
    assert entry.fingerprint == written.version.content_sha256
    assert entry.data["source_sha256"] == written.version.source_sha256


def test_the_record_shows_when_a_statement_was_changed_behind_its_back():
    write(read(SEED))
    assert list(verify()) == []
    Ksb.objects.filter(code="K4").update(statement="Something easier")
    assert [fault.sequence for fault in verify()] == [1]


def test_the_same_content_again_changes_nothing():
    first = write(read(SEED))
    before = counts()
    again = write(read(SEED.replace("\n", "\r\n")))
    assert (first.outcome, again.outcome) == (Outcome.CREATED, Outcome.UNCHANGED)
    assert again.version == first.version
    assert counts() == before


def test_a_new_version_of_a_standard_stands_beside_the_old_one():
    write(read(SEED))
    later = write(read(with_line_after(SEED, "Status: ", "Version: 1.1").replace("K4: ", "K4: New: ")))
    assert later.is_new_standard is False
    assert counts() == [1, 2, 2, 70, 2]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (lambda text: text.replace("Recruitment resourcer", "x" * 301), 20, "title"),
        (lambda text: text.replace("inventory_2Occ", "O" * 101), 30, "status"),
        (lambda text: text.replace("4136 Human", f"4136 {'x' * 200}"), 34, "soc title"),
        (lambda text: text.replace("Approved for delivery", "Approved " * 12), 44, "status"),
    ],
)
def test_a_value_that_is_too_long_is_refused_by_name(change, line, reason):
    with pytest.raises(Refused) as refused:
        write(read(change(SEED)))
    problems = [(problem.line, problem.reason.partition(": ")[0]) for problem in refused.value.problems]
    assert (line, reason) in problems
    assert len(problems) == len(set(problems))
    assert counts() == [0, 0, 0, 0, 0]


def test_two_statements_with_one_code_are_refused_and_leave_nothing():
    draft = read(SEED)
    draft.ksbs[3] = replace(draft.ksbs[3], number=3)
    with pytest.raises(Refused) as refused:
        write(draft)
    (problem,) = refused.value.problems
    assert (problem.line, problem.reason) == (line_of(SEED, "K4:"), "K3 stands twice among the ksbs")
    assert counts() == [0, 0, 0, 0, 0]


def test_text_that_no_database_keeps_is_refused_and_leaves_nothing():
    for spoilt in ("a NUL \0 in it", "half of a pair \ud800"):
        draft = read(SEED)
        draft.summary = spoilt
        with pytest.raises(Refused, match="this cannot be saved as text"):
            write(draft)
    assert counts() == [0, 0, 0, 0, 0]


def test_a_statement_of_a_number_out_of_range_is_refused_by_line():
    draft = read(SEED)
    draft.ksbs[3] = replace(draft.ksbs[3], number=40_000, line=77)
    with pytest.raises(Refused) as refused:
        write(draft)
    assert [(problem.line, problem.reason[:7]) for problem in refused.value.problems] == [(77, "number:")]
    assert counts() == [0, 0, 0, 0, 0]
