"""The measures are the usual ones, the command says them, and learning is the same each time."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from occupations.importing.files import import_files
from occupations.suggesting.learning import learn
from occupations.suggesting.measuring import HEADINGS, measured, promises
from occupations.suggesting.numbers import Numbers
from occupations.suggesting.reading import cases_of, drafts_in
from tests.occupations.pages import SEED_PATH
from tests.occupations.records import duty, record, statements

COMMAND = "measure_suggestions"


def bakery(reference: str) -> dict:
    return record(
        referenceNumber=reference,
        duties=[
            duty(1, "Knead the dough of different flours", "k1", "s1", "b1"),
            duty(2, "Tell customers which allergens are in the bread", "k3"),
            duty(3, "Bake loaves in the oven until done", "k2", "s2", "b1"),
        ],
        skills=statements("S", "Knead dough by hand", "Judge when a loaf is done"),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(1, 7):
        (tmp_path / f"ST000{number}.json").write_text(json.dumps(bakery(f"ST000{number}"), indent=4))
    return tmp_path


def run(*arguments: str | Path) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(COMMAND, *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_measures_are_the_usual_ones():
    found = measured(["K1", "S1", "B1", "S2", "K2"], frozenset({"K1", "B1", "K2", "K9"}))
    assert (found.recall_at_3, found.recall_at_5, found.recall_at_10) == (0.5, 0.75, 0.75)
    assert found.precision_at_3 == 2 / 3
    assert found.reciprocal_rank == 1
    assert found.average_precision == pytest.approx((1 + 2 / 3 + 3 / 5) / 4)


def test_a_ranking_without_anything_right_scores_nothing():
    assert set(vars(measured(["K1"], frozenset({"K2"}))).values()) == {0}


def test_scores_are_held_against_what_was_right_by_tenths():
    low, high = promises([(0.12, False), (0.16, True), (0.93, True), (1.0, True)])
    assert (low.from_score, low.count, low.right_share) == (0.1, 2, 0.5)
    assert low.mean_score == pytest.approx(0.14)
    assert (high.from_score, high.count, high.right_share) == (0.9, 2, 1)


def test_the_command_says_what_scores_promise(folder: Path):
    _, table = run(folder)[0].split("What scores promise")
    assert "right" in table
    assert all(0 <= float(line.split()[-1]) <= 1 for line in table.splitlines()[2:])


def test_a_duty_never_speaks_for_itself(folder: Path):
    (draft, *_) = drafts_in(folder, print)
    for case in cases_of(draft):
        assert case.text.narrative not in {duty.text for duty in case.duties}
        assert len(case.duties) == 2


def test_duties_are_measured_with_nothing_in_the_database(folder: Path):
    out, _ = run(folder)
    assert "without the duty map" in out
    assert all(heading in out for heading in HEADINGS.values())
    assert sum(line.startswith("all ") for line in out.splitlines()) == 2


def test_one_way_can_be_asked_for_and_told_as_json(folder: Path):
    told = json.loads(run(folder, "--with-duties", "--json")[0])
    assert list(told) == ["with the duty map"]
    assert told["with the duty map"]["overall"]["texts"] == 18
    # All six standards say the same, so each one's measure is that of all.
    overall = told["with the duty map"]["overall"]["average_precision"]
    assert told["with the duty map"]["standards"]["ST0001 1.0"]["average_precision"] == pytest.approx(overall)
    assert 0 < overall <= 1


def test_numbers_can_be_learned_afresh_from_standards_that_are_not_asked_about(folder: Path):
    told = json.loads(run(folder, "--without-duties", "--cross-validate", "--json")[0])
    assert told["without the duty map"]["overall"]["texts"] == 18


def test_learning_is_the_same_each_time_and_survives_its_file(folder: Path, tmp_path: Path):
    drafts = list(drafts_in(folder, print))
    cases = [case for draft in drafts for case in cases_of(draft)]
    for name in ("one.npz", "two.npz"):
        learn(drafts, cases).save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert "dough" in Numbers.load(tmp_path / "one.npz").stems


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ST0321", "ST0321 v1.0", "ST0321_1.0", "Recruitment resourcer"])
def test_tagged_evidence_finds_its_standard_in_the_database(name: str, tmp_path: Path):
    import_files([SEED_PATH])
    piece = {"standard": name, "evidence_title": "Advert", "evidence_text": "I wrote one", "ksb_codes": ["S2", "K99"]}
    (tmp_path / "tagged.json").write_text(json.dumps([piece, piece | {"standard": "ST9999"}]))
    out, err = run(tmp_path / "tagged.json", "--without-duties", "--json")
    assert json.loads(out)["without the duty map"]["overall"]["texts"] == 1
    assert "has no K99" in err
    assert "“ST9999” was not found" in err


def test_tagged_evidence_finds_its_standard_in_a_file(tmp_path: Path):
    piece = {"standard": "ST0321", "evidence_title": "", "evidence_text": "I wrote an advert", "ksb_codes": "S2, B5"}
    (tmp_path / "tagged.json").write_text(json.dumps([piece]))
    out, _ = run(tmp_path / "tagged.json", "--standards", SEED_PATH)
    assert "ST0321" in out


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["[", "[]", "[1]", '[{"ksb_codes": []}]', '[{"ksb_codes": {"a": 1}}]', "null"])
def test_a_file_without_tagged_evidence_is_told_in_a_sentence(content: str, tmp_path: Path):
    (tmp_path / "tagged.json").write_text(content + " " * 3)
    with pytest.raises(CommandError, match="no text with known KSBs"):
        run(tmp_path / "tagged.json")


def test_a_path_that_is_not_there_is_told():
    with pytest.raises(CommandError, match="does not exist"):
        run("nowhere.json")
