"""What a draft becomes in the catalogue: all of it, once, and never over what is there."""

from dataclasses import replace

import pytest

from audit.models import Entry
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
    assert (entry.actor, entry.organisation) == (None, None)
    assert entry.data["fingerprint"] == entry.data["content_sha256"] == written.version.content_sha256


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


def test_other_content_under_the_same_version_is_refused_and_names_what_differs():
    write(read(SEED))
    before = counts()
    text = SEED.replace("K4: Recruitment", "K4: Some recruitment").replace("22,843", "23,000")
    with pytest.raises(Refused) as refused:
        write(read(with_line_after(text, "B9:", "B10: One more")))
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == ("page.txt", line_of(SEED, "Reference: "))
    assert "says something else in: median salary pounds, K4, B10." in problem.reason
    assert "A version in use is never edited" in problem.reason
    assert counts() == before


def test_a_statement_moved_to_another_code_differs():
    write(read(SEED))
    with pytest.raises(Refused, match="says something else in: S1, S2"):
        write(read(SEED.replace("S1: ", "S0: ").replace("S2: ", "S1: ").replace("S0: ", "S2: ")))


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


def test_a_draft_that_breaks_a_constraint_leaves_nothing_behind():
    draft = read(SEED)
    draft.ksbs[3] = replace(draft.ksbs[3], number=3)
    with pytest.raises(Exception, match=r"(?i)unique"):
        write(draft)
    assert counts() == [0, 0, 0, 0, 0]
