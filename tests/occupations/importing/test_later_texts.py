"""What a later text does to a version that is held: nothing, or more where it was blank, or a revision to look at."""

from dataclasses import replace
from datetime import date

import pytest

from accounts.models import Organisation
from apprenticeships.models import Apprenticeship
from audit.models import INSTALLATION, Entry
from audit.verification import verify
from core.actor import SYSTEM
from occupations import content
from occupations.importing.draft import (
    AssessmentDraft,
    DutyDraft,
    KsbDraft,
    OptionDraft,
    ProductDraft,
    StandardDraft,
)
from occupations.importing.writing import Outcome, adopt, write
from occupations.models import Ksb, Revision, Standard, StandardVersion, StatusChange
from tests.world import acting, make_world, person

pytestmark = pytest.mark.django_db


def draft(**told) -> StandardDraft:
    """A small standard with two pieces of knowledge, a skill, two options and two duties, or what else is told."""
    whole = {
        "source_name": "api.json",
        "source_sha256": "1" * 64,
        "reference": "ST0123",
        "version": "1.0",
        "title": "Baker",
        "status": "Approved for delivery",
        "level": 2,
        "summary": "Bakes bread.",
        "options": [OptionDraft("Bread", "o1"), OptionDraft("Cakes", "o2")],
        "ksbs": [
            KsbDraft("K", 1, "Flours and their uses", 3, "g1"),
            KsbDraft("K", 2, "Yeast", 4, "g2", "", ("Bread",)),
            KsbDraft("S", 1, "Knead dough:\n- by hand\n- by machine", 5, "g3", "", ("Bread", "Cakes")),
        ],
        "duties": [
            DutyDraft(1, "Bake for everybody", ("K1", "S1"), (), "", "d1"),
            DutyDraft(2, "Bake bread", ("K2",), ("Bread",), "", "d2"),
        ],
    }
    return StandardDraft(**(whole | told))


def partly(**told) -> StandardDraft:
    """What another source tells, which knows the standard and its version only."""
    known = {"source_name": "page.txt", "source_sha256": "2" * 64, "reference": "ST0123", "version": "1.0"}
    return StandardDraft(**(known | told))


def without_ids(ksbs: list[KsbDraft]) -> list[KsbDraft]:
    """Statements as a page prints them: no ids, no options, and lists flattened."""
    return [replace(k, statement=" ".join(k.statement.split()), source_id="", options=()) for k in ksbs]


def everything_of(version: StandardVersion) -> tuple:
    fresh = StandardVersion.objects.get(pk=version.pk)
    rows = [list(getattr(fresh, part).order_by("pk").values()) for part in content.PARTS]
    return StandardVersion.objects.filter(pk=version.pk).values().get(), rows, fresh.content()


# Nothing new ----------------------------------------------------------------------------------------------------------


def test_what_is_written_is_what_was_said():
    version = write(draft()).version
    assert version.content() | content.said(draft()) == version.content()
    assert version.fingerprint() == version.content_sha256 == content.digest_of(content.said(draft()))


def test_the_same_draft_again_is_unchanged_and_asks_little(django_assert_max_num_queries):
    write(draft())
    with django_assert_max_num_queries(5):
        assert write(draft()).outcome == Outcome.UNCHANGED
    assert Entry.objects.count() == 1


def test_a_source_that_tells_less_changes_nothing():
    version = write(draft()).version
    before = everything_of(version)
    for less in (partly(), partly(title="Baker"), partly(title="", status=None, ksbs=[], duties=[])):
        assert write(less).outcome == Outcome.UNCHANGED
    assert everything_of(version) == before


def test_white_space_makes_no_difference():
    version = write(draft()).version
    before = everything_of(version)
    other = partly(summary="Bakes\N{NO-BREAK SPACE} bread. ", ksbs=without_ids(draft().ksbs))
    assert write(other).outcome == Outcome.UNCHANGED
    assert everything_of(version) == before


def test_a_page_without_ids_or_options_says_no_other_than_the_record_with_them():
    write(draft())
    assert write(partly(ksbs=without_ids(draft().ksbs))).outcome == Outcome.UNCHANGED


def test_duties_without_codes_say_no_other_than_those_with_them():
    write(draft())
    bare = [replace(duty, ksb_codes=(), options=(), source_id="") for duty in draft().duties]
    assert write(partly(duties=bare)).outcome == Outcome.UNCHANGED


# More -----------------------------------------------------------------------------------------------------------------


def test_what_was_blank_is_filled_in():
    version = write(draft(status=None, duties=None)).version
    written = write(draft(earliest_start_on=date(2024, 8, 1)))
    assert (written.outcome, written.version, written.duty_count) == (Outcome.COMPLETED, version, 2)
    version.refresh_from_db()
    assert (version.status, version.earliest_start_on) == ("Approved for delivery", date(2024, 8, 1))
    assert [[ksb.code for ksb in duty.ksbs.order_by("position")] for duty in version.duties.all()] == [
        ["K1", "S1"],
        ["K2"],
    ]
    entry = Entry.objects.get(action="standard_version.completed")
    assert entry.data["parts"] == ["duties", "earliest_start_on", "status"]
    assert version.fingerprint() == version.content_sha256 == entry.fingerprint
    assert list(verify()) == []


def test_a_record_gives_the_statements_of_a_page_their_ids_and_options():
    page = draft(ksbs=without_ids(draft().ksbs), options=None, duties=None)
    version = write(page).version
    assert write(draft()).outcome == Outcome.COMPLETED
    stored = version.ksbs.get(code="K2")
    assert (stored.source_id, [option.title for option in stored.options.all()]) == ("g2", ["Bread"])
    assert version.ksbs.get(code="S1").statement == "Knead dough: - by hand - by machine"
    assert version.duties.get(number=2).options.get().title == "Bread"
    assert write(page).outcome == write(draft()).outcome == Outcome.UNCHANGED
    assert list(verify()) == []


def test_a_mapping_is_added_to_the_version_it_names():
    version = write(draft()).version
    mapping = partly(assessments=[AssessmentDraft("outcome", "Baking", ("K1", "S1", "K9"), "AO1", "core")])
    assert write(mapping).outcome == Outcome.COMPLETED
    (outcome,) = version.assessments.all()
    assert [ksb.code for ksb in outcome.ksbs.order_by("position")] == ["K1", "S1"]
    assert write(mapping).outcome == Outcome.UNCHANGED


def test_a_mapping_that_names_a_ksb_the_version_has_not_says_so():
    write(draft())
    mapping = partly(assessments=[AssessmentDraft("outcome", "Baking", ("K1", "K9"), "AO1", "core")])
    write(mapping)
    assert [problem.reason.partition(";")[0] for problem in mapping.warnings] == ["this version has no K9"]


def test_a_source_that_names_no_version_speaks_of_the_newest():
    for number in ("1.9", "1.10"):
        write(draft(version=number))
    written = write(partly(version="1.0", is_version_named=False, notice="To be retired"))
    assert (written.outcome, written.version.version) == (Outcome.COMPLETED, "1.10")
    assert StandardVersion.objects.count() == 2


def test_a_source_that_names_no_version_of_a_new_standard_begins_with_1_0():
    assert write(draft(is_version_named=False)).version.version == "1.0"


def test_two_lars_codes_of_one_text_are_both_kept_and_on_record():
    version = write(draft(lars_codes=[57])).version
    assert write(draft(lars_codes=[12])).outcome == Outcome.UNCHANGED
    assert write(draft(lars_codes=[12])).outcome == Outcome.UNCHANGED
    version.refresh_from_db()
    assert version.lars_codes == [12, 57]
    assert Entry.objects.filter(action="standard_version.lars_codes_added").count() == 1
    assert StandardVersion.objects.count() == 1


# Something else -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "differing"),
    [
        ({"title": "Pastry cook"}, ("title",)),
        ({"ksbs": draft().ksbs[:2]}, ("ksbs", "duties")),
        ({"ksbs": [*draft().ksbs, KsbDraft("B", 1, "Rise early", 9)]}, ("ksbs",)),
        ({"ksbs": [replace(draft().ksbs[0], statement="Flour"), *draft().ksbs[1:]]}, ("ksbs",)),
        ({"ksbs": [replace(draft().ksbs[0], options=("Cakes",)), *draft().ksbs[1:]]}, ("ksbs",)),
        ({"duties": draft().duties[:1]}, ("duties",)),
        ({"duties": [draft().duties[0], replace(draft().duties[1], ksb_codes=("K1",))]}, ("duties",)),
        ({"options": [OptionDraft("Bread"), OptionDraft("Pies")]}, ("options", "ksbs")),
        ({"level": 3}, ("level",)),
    ],
)
def test_other_words_are_recorded_and_alter_nothing(change, differing):
    version = write(draft()).version
    before = everything_of(version)
    written = write(draft(**change))
    assert (written.outcome, written.version, written.differing) == (Outcome.REVISION, version, differing)
    assert everything_of(version) == before
    revision = Revision.objects.get()
    assert (revision.version, revision.adopted_at, revision.seen_by) == (version, None, None)
    assert Entry.objects.filter(action="standard_version.revision_seen", subject=str(revision.pk)).count() == 1


def test_capitals_quotation_marks_and_spaces_alone_are_no_other_words():
    version = write(draft()).version
    before = everything_of(version)
    ksbs = [replace(draft().ksbs[0], statement="Flours AND  their uses"), *draft().ksbs[1:]]
    assert write(draft(ksbs=ksbs, summary="Bakes Bread.", keywords=None)).outcome == Outcome.UNCHANGED
    assert everything_of(version) == before


def test_a_status_in_the_words_of_the_map_is_the_status_that_the_record_gives():
    page = draft(status="Approved occupational standard", options=None, duties=None, ksbs=without_ids(draft().ksbs))
    version = write(draft()).version
    assert write(page).outcome == Outcome.UNCHANGED
    version.refresh_from_db()
    assert version.status == "Approved for delivery"


def test_a_record_completes_what_a_page_of_the_map_lacks_its_options_too():
    page = draft(status="Approved occupational standard", options=None, duties=None, ksbs=without_ids(draft().ksbs))
    version = write(page).version
    assert write(draft()).outcome == Outcome.COMPLETED
    version.refresh_from_db()
    assert version.status == "Approved for delivery"
    assert [option.title for option in version.options.all()] == ["Bread", "Cakes"]
    assert write(page).outcome == write(draft()).outcome == Outcome.UNCHANGED


def test_a_page_of_the_map_with_the_same_statements_suggests_no_change_to_a_version_in_use():
    version = write(draft()).version
    make_world(version)
    before = everything_of(version)
    product = ProductDraft("ST0123", "Baker", 2, "Approved occupational standard", 1)
    page = draft(status="Approved occupational standard", occupation_reference="OCC0123", products=[product])
    assert write(page).outcome == Outcome.UNCHANGED
    assert everything_of(version) == before


def test_another_status_is_a_dated_fact_and_no_change_to_approve():
    version = write(draft()).version
    make_world(version)
    written = write(draft(status="Retired"))
    assert (written.outcome, written.has_new_status) == (Outcome.UNCHANGED, True)
    version.refresh_from_db()
    assert version.status == "Retired"
    change = StatusChange.objects.get()
    assert (change.before, change.status, change.source_name) == ("Approved for delivery", "Retired", "api.json")
    entry = Entry.objects.get(action="standard_version.status_changed")
    assert (entry.data["before"], entry.data["status"]) == ("Approved for delivery", "Retired")
    assert not Revision.objects.exists()
    assert list(verify()) == []


def test_an_older_status_that_comes_again_changes_nothing_and_that_is_said():
    version = write(draft()).version
    write(draft(status="Retired"))
    again = draft()
    written = write(again)
    assert (written.outcome, written.has_new_status) == (Outcome.UNCHANGED, False)
    assert "used to have the status “Approved for delivery”; it stays “Retired”" in again.warnings[0].reason
    version.refresh_from_db()
    assert version.status == "Retired"


def test_other_statements_with_another_status_are_a_revision_of_the_statements_alone():
    version = write(draft()).version
    written = write(draft(status="Retired", title="Pastry cook"))
    assert (written.outcome, written.differing, written.has_new_status) == (Outcome.REVISION, ("title",), True)
    adopted = adopt(written.revision, SYSTEM)
    assert (adopted.status, adopted.title) == ("Retired", "Pastry cook")
    assert version.status_changes.count() == 1


def test_a_page_that_moved_to_another_host_suggests_no_change():
    old, new = "https://www.instituteforapprenticeships.org/baker-v1-0", "https://skillsengland.example.org/st0123"
    version = write(draft(page_url=old)).version
    make_world(version)
    assert write(draft(page_url=new)).outcome == Outcome.UNCHANGED


def test_an_answer_by_options_that_leaves_a_ksb_out_takes_none_away_and_gets_it_from_the_record():
    answer = draft(is_list=True, ksbs=draft().ksbs[::2], duties=None)
    version = write(answer).version
    assert write(draft()).outcome == Outcome.COMPLETED
    assert [ksb.code for ksb in version.ksbs.in_order()] == ["K1", "K2", "S1"]
    assert write(answer).outcome == write(draft()).outcome == Outcome.UNCHANGED


def test_a_list_with_a_ksb_that_the_version_has_not_is_a_suggestion():
    write(draft())
    more = [*draft().ksbs, KsbDraft("K", 3, "Ovens", 1)]
    assert write(partly(is_list=True, ksbs=without_ids(more))).differing == ("ksbs",)


def test_a_standard_and_its_versions_without_a_title_get_it_from_the_first_source_that_says_it():
    first = write(partly(version="1.1", notice="Coming")).version
    assert first.standard.title == "ST0123"
    write(draft())
    first.refresh_from_db()
    assert (first.title, Standard.objects.get().title) == ("Baker", "Baker")
    assert list(verify()) == []


def test_the_same_other_words_are_recorded_once():
    write(draft())
    other = draft(title="Pastry cook")
    first, second = write(other), write(other)
    assert (first.outcome, second.outcome) == (Outcome.REVISION, Outcome.UNCHANGED)
    assert first.revision == second.revision == Revision.objects.get()
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(
    "more",
    [
        {"notice": "In revision"},
        {"duties": draft().duties},
        {"ksbs": draft().ksbs},
        {"assessments": [AssessmentDraft("method", "Interview", ("K1",))]},
        {"title": "Pastry cook"},
    ],
)
def test_a_version_in_use_is_never_altered(more):
    held = draft(ksbs=without_ids(draft().ksbs), options=None, duties=None)
    version = write(held).version
    make_world(version)
    before = everything_of(version)
    assert write(partly(**more)).outcome == Outcome.REVISION
    assert everything_of(version) == before


def test_a_version_that_everybody_left_stays_as_it_is_for_the_claims_that_lead_to_it():
    version, other = write(draft()).version, write(draft(reference="ST0999")).version
    world = make_world(version)
    Apprenticeship._base_manager.update(option=version.options.first())
    world.draft("K1")
    Apprenticeship._base_manager.update(standard_version=other, option=None)
    assert write(draft(notice="In revision")).outcome == Outcome.REVISION


# Adopting -------------------------------------------------------------------------------------------------------------


def revision_of(**change) -> Revision:
    written = write(draft(**change))
    assert written.outcome == Outcome.REVISION
    return written.revision


def test_an_adopted_text_is_the_next_correction_and_leaves_the_first_as_it_is():
    version = write(draft(lars_codes=[57])).version
    make_world(version)
    before = everything_of(version)
    somebody = person("keeper_of_pastry")
    revision = revision_of(title="Pastry cook")
    corrected = adopt(revision, acting(somebody))
    assert (corrected.version, corrected.correction, corrected.title) == ("1.0", 1, "Pastry cook")
    assert (corrected.standard, corrected.lars_codes) == (version.standard, [57])
    assert everything_of(version) == before
    revision.refresh_from_db()
    assert (revision.adopted_as, revision.adopted_by) == (corrected, somebody)
    assert Entry.objects.get(action="standard_version.adopted").actor_person == somebody.pk
    assert list(verify()) == []


def test_adopting_twice_answers_the_first_correction():
    write(draft())
    revision = revision_of(title="Pastry cook")
    assert adopt(revision, SYSTEM) == adopt(revision, SYSTEM) == adopt(Revision.objects.get(), SYSTEM)
    assert StandardVersion.objects.count() == 2


def test_where_an_adopted_text_is_silent_the_words_that_are_held_go_on():
    version = write(draft()).version
    ksbs = without_ids(draft().ksbs)
    ksbs[0] = replace(ksbs[0], statement="All flours and their uses")
    written = write(partly(ksbs=ksbs, notice="Corrected"))
    corrected = adopt(written.revision, SYSTEM)
    assert (corrected.title, corrected.notice, corrected.summary) == ("Baker", "Corrected", "Bakes bread.")
    stored = {ksb.code: ksb for ksb in corrected.ksbs.all()}
    assert stored["K1"].statement == "All flours and their uses"
    assert (stored["K1"].source_id, stored["S1"].statement) == ("g1", draft().ksbs[2].statement)
    assert [option.title for option in stored["K2"].options.all()] == ["Bread"]
    assert [duty.text for duty in corrected.duties.all()] == [duty.text for duty in version.duties.all()]
    assert corrected.fingerprint() == corrected.content_sha256


def test_a_link_to_a_statement_that_an_adopted_text_drops_goes_with_it():
    write(draft())
    corrected = adopt(revision_of(ksbs=draft().ksbs[:1], duties=None), SYSTEM)
    assert [[ksb.code for ksb in duty.ksbs.all()] for duty in corrected.duties.all()] == [["K1"], []]
    assert corrected.fingerprint() == corrected.content_sha256


def test_a_second_adopted_text_goes_on_from_the_first():
    write(draft())
    renamed, levelled = revision_of(title="Pastry cook"), revision_of(level=3, title=None)
    adopt(renamed, SYSTEM)
    second = adopt(levelled, SYSTEM)
    assert (second.correction, second.title, second.level) == (2, "Pastry cook", 3)


def test_an_adopted_text_and_the_first_one_are_known_when_they_come_again():
    write(draft())
    corrected = adopt(revision_of(title="Pastry cook"), SYSTEM)
    again = write(draft(title="Pastry cook"))
    assert (again.outcome, again.version) == (Outcome.UNCHANGED, corrected)
    assert write(draft()).outcome == Outcome.UNCHANGED
    assert Revision.objects.count() == 1


def test_a_text_for_a_corrected_version_is_held_against_the_correction():
    write(draft())
    corrected = adopt(revision_of(title="Pastry cook"), SYSTEM)
    written = write(draft(title="Pastry cook", level=4))
    assert (written.outcome, written.version, written.differing) == (Outcome.REVISION, corrected, ("level",))


def test_nothing_of_the_catalogue_belongs_to_an_organisation():
    write(draft())
    assert not Organisation.objects.exists()
    assert Standard.objects.count() == 1
    assert Ksb.objects.count() == 3
    assert set(Entry.objects.values_list("chain", flat=True)) == {INSTALLATION}
