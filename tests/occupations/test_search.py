"""Finding standards by any word of theirs, by filters, and among one's favourites."""

from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core.actor import SYSTEM
from occupations import listing, search
from occupations.importing.writing import adopt, write
from occupations.matching import vocabulary
from occupations.models import Favourite, Revision, SearchEntry, Standard, StandardVersion
from tests.occupations.drafts import baker
from tests.occupations.pages import SHARED, needs_shared_data
from tests.queries import query_count
from tests.world import acting, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(db):
    return User.objects.create_user("reader@example.test", "a long enough password", name="Rea Der")


@pytest.fixture
def signed_in(client, reader):
    client.force_login(reader)
    return client


#: What every draft has; the rest may be left out.
ALWAYS = {"source_name", "source_sha256", "version", "is_version_named", "status", "level", "lines", "warnings"}


def plain(number: int, title: str, **told):
    """A standard that has nothing but a title and what is told."""
    empty = dict.fromkeys(name for name in vars(baker()) if name not in ALWAYS)
    return write(baker(**(empty | {"reference": f"ST{number:04}", "title": title} | told))).version


def found(words: str, **filters) -> list[str]:
    answer = answered(words, **filters)
    return titles_of(answer.ids[: answer.exact_count])


def answered(words: str, **filters) -> listing.Found:
    reader, _ = User.objects.get_or_create(email="reader@example.test", defaults={"name": "Rea Der"})
    return listing.found_by(acting(reader), {"words": words} | filters)


def titles_of(ids) -> list[str]:
    titles = dict(SearchEntry.objects.unscoped().values_list("version_id", "version__title"))
    return [titles[pk] for pk in ids]


@pytest.mark.parametrize(
    "words",
    [
        *("baker", "ST0123", "0123", "123", "sourdough", "night", "low-energy", "yeast", "ice a cake", "prove dough"),
        *("flours baker yeast", "YEAST", "towns", "town’s", "catering"),
    ],
)
def test_a_standard_is_found_by_its_words(words):
    write(baker())
    plain(9, "Welder")
    assert found(words) == ["Baker"]


@pytest.mark.parametrize("words", ["aker", "welder yeast", "flours of gold", "%", "_", "'", '"', "--", "\\", "()"])
def test_what_no_standard_has_finds_none(words):
    write(baker())
    plain(9, "Welder")
    assert found(words) == []


def test_no_words_find_everything_by_title():
    plain(1, "welder")
    plain(2, "Baker")
    assert found("") == found("  ") == ["Baker", "welder"]


def test_a_title_comes_before_a_keyword_and_that_before_a_statement():
    plain(1, "Administrator", summary="Works beside a plumber")
    plain(2, "Builder", keywords=["plumber"])
    plain(3, "Plumber")
    assert found("plumb") == ["Plumber", "Builder", "Administrator"]


def test_the_same_work_is_found_by_who_does_it_and_by_what_is_done():
    plain(1, "Plumbing and heating technician")
    plain(2, "Recruitment consultant")
    plain(3, "Library assistant")
    assert found("plumber") == ["Plumbing and heating technician"]
    assert found("recruiters") == ["Recruitment consultant"]
    assert found("librarian") == ["Library assistant"]


def test_the_words_as_typed_come_before_their_stems():
    plain(1, "Recruitment adviser")
    plain(2, "Wine recruiter")
    assert found("recruiter") == ["Wine recruiter", "Recruitment adviser"]
    assert found("recruitment") == ["Recruitment adviser", "Wine recruiter"]


def test_a_level_among_the_words_narrows_the_list():
    plain(2, "Cook", level=2)
    plain(3, "Head cook", level=3)
    assert found("cook level 3") == found("LEVEL 3 cook") == found("l3 cook") == ["Head cook"]
    assert found("level 2") == ["Cook"]
    assert found("cook level 3", level="2") == ["Cook"]


def test_a_short_word_is_looked_for_whole():
    plain(1, "AI engineer")
    plain(2, "Airport worker")
    assert found("ai") == ["AI engineer"]
    assert found("air") == ["Airport worker"]


@pytest.mark.parametrize("typed", ["softwre", "sofware", "softwzare", "sotfware", "softwere"])
def test_a_slip_in_a_word_is_corrected_and_said(signed_in, typed):
    plain(1, "Software developer")
    plain(2, "Welder")
    page = signed_in.get("/standards/", {"words": f"{typed} developer"})
    assert [row.title for row in page.context["page"]] == ["Software developer"]
    assert "Showing “software developer”" in page.content.decode()


def test_a_slip_is_not_corrected_to_a_word_of_a_private_standard():
    world = make_world()
    private = write(baker(reference="ST0777", title="Zymurgist"), owner=world.other_provider).version
    assert "zymurgist" in SearchEntry.objects.unscoped().get(version=private).words
    answer = listing.found_by(acting(world.admin), {"words": "zymurgyst"})
    assert (answer.ids, answer.instead) == ([], "")


def test_where_nothing_has_all_the_words_the_closest_are_shown_and_said(signed_in):
    plain(1, "Emergency care assistant", job_titles=["Ambulance technician"])
    plain(2, "Train driver")
    plain(3, "Bus driver")
    page = signed_in.get("/standards/", {"words": "ambulance driver"})
    assert page.context["page"].object_list[0].title == "Emergency care assistant"
    assert "No exact match. These come closest." in page.content.decode()


def test_a_rare_word_in_the_text_comes_before_a_common_one_in_the_name(signed_in):
    plain(1, "Emergency care assistant", prose="You drive an ambulance to where people are hurt.")
    for number, kind in enumerate(("Bus", "Train", "Urban", "Tram"), 2):
        plain(number, f"{kind} driver")
    page = signed_in.get("/standards/", {"words": "ambulance driver"})
    assert page.context["page"].object_list[0].title == "Emergency care assistant"
    plain(9, "Museum conservator", prose="You know about taxidermy.")
    page = signed_in.get("/standards/", {"words": "taxi driver"})
    assert page.context["page"].object_list[0].title.endswith("driver")


def test_a_word_that_no_standard_has_finds_what_means_about_the_same(signed_in):
    plain(1, "Garment maker")
    plain(2, "Meat processing worker")
    plain(3, "Church minister")
    plain(4, "Cyber security technologist")
    for typed, title in [("butcher", "Meat"), ("priest", "Church"), ("hacker", "Cyber")]:
        page = signed_in.get("/standards/", {"words": typed})
        assert page.context["page"].object_list[0].title.startswith(title)
        assert "No exact match" in page.content.decode()


def test_what_means_about_the_same_is_asked_for_only_where_no_word_is_found():
    plain(1, "Garment maker")
    plain(2, "Seamstress")
    answer = answered("seamstress")
    assert (len(answer.ids), answer.exact_count) == (1, 1)


def test_what_means_about_the_same_keeps_to_the_filters_and_to_what_one_may_see():
    world = make_world()
    plain(1, "Garment maker", level=2)
    write(baker(reference="ST0777", title="Bespoke tailor"), owner=world.other_provider)
    answer = listing.found_by(acting(world.admin), {"words": "dressmaker"})
    assert titles_of(answer.ids) == ["Garment maker"]
    assert listing.found_by(acting(world.admin), {"words": "dressmaker", "level": "3"}).ids == []


def test_a_name_of_that_meaning_comes_before_a_text_with_both_words_somewhere(signed_in):
    plain(1, "Forensic collision investigator", prose="You speak with the driver, the police and the ambulance crew.")
    plain(2, "Paramedic", prose="You work in an ambulance.")
    for number, kind in enumerate(("Bus", "Train", "Urban", "Tram"), 3):
        plain(number, f"{kind} driver")
    page = signed_in.get("/standards/", {"words": "ambulance driver"})
    assert page.context["page"].object_list[0].title == "Paramedic"
    assert "No exact match. These come closest." in page.content.decode()


def test_of_those_that_only_speak_of_it_the_one_that_is_called_like_it_is_first():
    for number, title in enumerate(("Archivist", "Boatmaster", "Paramedic", "Roofer"), 1):
        plain(number, title, prose="You may call an ambulance.")
    assert found("ambulance")[0] == "Paramedic"


def test_a_slip_is_corrected_to_what_standards_are_called_before_what_they_speak_of():
    plain(1, "Plasterer")
    for number in range(2, 6):
        plain(number, f"Trade {number}", prose="You mix plaster.")
    assert found("plastrer")[0] == "Plasterer"
    assert answered("plastrer").instead == "plasterer"


def test_a_word_that_exists_is_no_slip_of_another_one_in_a_text():
    plain(1, "Tourist guide", prose="You know the hostels of your town.")
    plain(2, "Cabin crew")
    assert answered("hostess").instead == ""


def test_once_a_slip_is_corrected_what_has_only_some_of_the_words_is_left_out():
    for number in range(1, 5):
        plain(number, f"Software developer {number}")
    plain(9, "Property developer")
    answer = answered("softwre developer")
    assert len(answer.ids) == answer.exact_count == 4


def test_the_newest_version_as_last_corrected_is_what_is_found():
    write(baker())
    write(baker(version="1.10", title="Master baker"))
    write(baker(version="1.9", title="Old baker", keywords=["rye"]))
    assert found("baker") == ["Master baker"]
    assert found("rye") == []
    write(baker(version="1.10", title="Grand baker"))
    adopt(Revision.objects.get(), SYSTEM)
    assert found("baker") == ["Grand baker"]


def test_a_version_that_is_completed_is_found_by_the_new_words():
    plain(5, "Potter")
    write(baker(reference="ST0005", title="Potter"))
    assert found("yeast potter") == ["Potter"]


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"level": "technical"}, ["Two"]),
        ({"level": "higher"}, ["Four"]),
        ({"level": "professional"}, ["Seven"]),
        ({"level": "4"}, ["Four"]),
        ({"route": "Digital"}, ["Four"]),
        ({"status": "Retired"}, ["Seven"]),
        ({"green": "any"}, ["Four", "Two"]),
        ({"green": "dark"}, ["Two"]),
        ({"product": "T Level"}, ["Two"]),
        ({"level": "technical", "route": "Digital"}, []),
    ],
)
def test_filters_narrow_the_list(filters, titles):
    from occupations.importing.draft import ProductDraft

    plain(2, "Two", level=2, green="dark", products=[ProductDraft("TL1", "Two", 3, "", 1, "T Level")])
    plain(4, "Four", level=4, green="mid", route="Digital")
    plain(7, "Seven", level=7, status="Retired")
    assert found("", **filters) == titles


def test_words_and_filters_are_typed_into_the_address(signed_in):
    write(baker())
    page = signed_in.get("/standards/", {"words": "yeast", "level": "technical", "product": "Apprenticeship"})
    assert [version.title for version in page.context["page"]] == ["Baker"]
    assert "1 standard" in page.content.decode()


def test_htmx_gets_the_rows_alone(signed_in):
    write(baker())
    page = signed_in.get("/standards/", {"words": "yeast"}, headers={"HX-Request": "true"}).content.decode()
    assert "Baker" in page
    assert "<html" not in page


def test_a_star_keeps_a_standard_among_the_favourites_of_one_person(signed_in, reader):
    write(baker())
    plain(9, "Welder")
    for _twice in range(2):
        answer = signed_in.post("/standards/ST0123/favourite/", {"on": "1", "next": "/standards/?words=baker"})
        assert answer.url == "/standards/?words=baker"
    assert Favourite.objects.get().user == reader
    page = signed_in.get("/standards/", {"favourites": "on"})
    assert [version.title for version in page.context["page"]] == ["Baker"]
    signed_in.post("/standards/ST0123/favourite/", {"on": "0"})
    assert "No favourites yet" in signed_in.get("/standards/", {"favourites": "on"}).content.decode()


def test_favourites_of_others_are_not_mine(signed_in):
    write(baker())
    other = User.objects.create_user("other@example.test", "a long enough password", name="Oth Er")
    Favourite.objects.create(user=other, standard=Standard.objects.get())
    assert list(signed_in.get("/standards/", {"favourites": "on"}).context["page"]) == []


def test_a_star_never_leads_off_the_site(signed_in):
    write(baker())
    answer = signed_in.post("/standards/ST0123/favourite/", {"on": "1", "next": "https://evil.example/"})
    assert answer.url == "/standards/"


def test_a_star_pressed_with_htmx_is_drawn_anew(signed_in):
    write(baker())
    answer = signed_in.post("/standards/ST0123/favourite/", {"on": "1"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in answer.content.decode()


def test_a_star_of_a_standard_that_is_not_held_is_not_found(signed_in):
    assert signed_in.post("/standards/ST9999/favourite/", {"on": "1"}).status_code == 404
    assert signed_in.get("/standards/ST9999/favourite/").status_code == 405


def test_pages_follow_each_other(signed_in):
    for number in range(1, 42):
        plain(number, f"Trade {number:02}")
    pages = [signed_in.get("/standards/", {"page": page}).context["page"] for page in (1, 2, 3)]
    titles = [version.title for page in pages for version in page]
    assert titles == [f"Trade {number:02}" for number in range(1, 42)]


def test_a_search_takes_a_fixed_number_of_queries(signed_in):
    for number in range(40, 43):
        plain(number, f"Trade {number}")
    few = query_count(signed_in, "/standards/?words=trade&level=2")
    for number in range(2, 40):
        plain(number, f"Trade {number}")
    write(baker(reference="ST0002", version="1.1", title="Trade"))
    assert query_count(signed_in, "/standards/?words=trade&level=2") == few


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=150) | st.sampled_from(["İstanbul", "ﬀ", "\x00", "a'--", "${jndi}", "ß"]))
def test_no_search_words_are_too_odd(signed_in, words):
    if not Standard.objects.exists():
        write(baker())
    assert signed_in.get("/standards/", {"words": words}).status_code in (200, 422)


@given(st.text(max_size=200))
def test_folded_words_are_plain_and_each_stands_once(text):
    words = search.folded_words(text)
    assert len(words) == len(set(words))
    assert all(" " not in word and word for word in words)
    assert search.folded_words(" ".join(words)) == words


def many_standards(count: int, *misspellable: str) -> None:
    """Standards with 400 words each that no other has, and these words in every one."""
    copied = plain(1, "Trade")
    standards = Standard.objects.bulk_create(
        Standard(reference=f"AU{number:04}", slug=f"AU{number:04}", title="x") for number in range(1, count + 1)
    )
    copies = []
    for standard in standards:
        copy = StandardVersion.objects.get(pk=copied.pk)
        copy.pk, copy.standard, copy.content_sha256 = standard.pk, standard, "x"
        copies.append(copy)
    StandardVersion.objects.bulk_create(copies)
    SearchEntry.objects.bulk_create(
        SearchEntry(
            standard=copy.standard,
            version=copy,
            heading=" trade ",
            names=" trade ",
            words=" ".join(["", "trade", *misspellable, *(f"word{number}x{each}" for each in range(400)), ""]),
        )
        for number, copy in enumerate(copies)
    )


class _Counting(list):
    """Words in order that count how many of them a search looks at."""

    looked_at = 0

    def __getitem__(self, place):
        self.looked_at += 1
        return super().__getitem__(place)


def looked_at(words: str, monkeypatch) -> int:
    """How many words of the catalogue a search compares with what was typed."""
    answered(words)
    counting = []
    for column in vocabulary.of_catalogue()._columns.values():
        counting.append(_Counting(column.words))
        monkeypatch.setattr(column, "words", counting[-1])
    answered(words)
    return sum(one.looked_at for one in counting)


@pytest.mark.parametrize("words", ["trade", "softwre develper", "zyzzyva word7x8", "zyzzyva"])
def test_a_mistyped_word_is_looked_for_among_few_words_however_many_standards_there_are(words, monkeypatch):
    many_standards(20, "software", "developer")
    few = looked_at(words, monkeypatch)
    for model in (SearchEntry, StandardVersion, Standard):
        model.objects.unscoped().all().delete()
    many_standards(400, "software", "developer")
    assert len(vocabulary.of_catalogue()._columns["words"].words) > 160_000
    assert looked_at(words, monkeypatch) < 1.5 * few < 40_000


def test_no_search_runs_more_statements_than_one_for_a_word_that_is_found(signed_in):
    write(baker())
    plain(1, "Software developer")
    plain(2, "Garment maker")
    usual = query_count(signed_in, "/standards/?words=yeast")
    for words in ("softwre", "softwre developer", "yeast zyzzyva", "zyzzyva", "dressmaker", "baker level 3"):
        assert query_count(signed_in, f"/standards/?words={words}") <= usual <= 12, words


def test_a_search_reads_the_words_of_a_standard_again_once_they_have_changed():
    plain(1, "Potter")
    assert found("kiln") == []
    plain(2, "Kiln builder")
    assert found("kiln") == ["Kiln builder"]


#: What people type, and the beginning of a title that is among the first three.
TYPED = """
recruiter: Recruitment; hr: HR consultant; nurse: Dental nurse; nursing: Nursing associate; childminder: Early
years; teaching assistant: Teaching assistant; joiner: Advanced carpentry; carpenter: Advanced carpentry; roofer:
Roofer; electrician: Installation electrician; accountant: Assistant accountant; bookkeeper: Accounts or finance;
hairdresser: Hair professional; barber: Hair professional; chef: Chef de partie; bricklayer: Bricklayer; butcher:
Butcher; welder: Plate welder; bike mechanic: Bicycle mechanic; lorry driver: Express delivery; paramedic:
Paramedic; solicitor: Solicitor; paralegal: Paralegal; social worker: Social worker; care worker: Adult care
worker; warehouse: Supply chain warehouse; beauty therapist: Advanced beauty; dental nurse: Dental nurse; train
driver: Train driver; cyber security: Cyber security; marketing: Marketing executive; estate agent: Housing;
gardener: Horticulture; plasterer: Plasterer; plumbing level 3: Plumbing; plumber l3: Plumbing; customer service
level 2: Customer service; ai: Artificial intelligence; l3 digital: Digital; 0321: Recruitment resourcer; st0321:
Recruitment resourcer; bricklaer: Bricklayer; plastrer: Plasterer; solicitr: Solicitor; paramdic: Paramedic;
ambulance driver: Paramedic; ambulance: Paramedic; emergency care: Emergency service; softwre developer: Aerospace
software; retail managr: Retail manager; accountnt: Assistant accountant; hairdreser: Hair professional;
elektrician: Installation electrician; machne lerning: Artificial intelligence; ai engineer: Artificial
intelligence; cybre security: Cyber security; butcher shop: Butcher; taxi driver: Urban driver; air hostess:
Airside operator; flight attendant: Aviation; tree surgeon: Arboriculturist; pastry chef: Chef de partie; vet
nurse: Vet technician; police officer: Police community; dressmaker: Garment maker; priest: Church minister"""


@needs_shared_data
def test_what_people_type_finds_the_standard_among_the_first_three():
    from django.core.management import call_command

    call_command("import_standards", str(SHARED / "ifate-api-json"), stdout=StringIO())
    wanted = [line.strip().split(": ") for line in TYPED.replace("\n", " ").split(";")]
    assert len(wanted) > 60
    first = {words: titles_of(answered(words).ids[:3]) for words, _ in wanted}
    assert {words: first[words] for words, title in wanted if not any(t.startswith(title) for t in first[words])} == {}
    assert first["ai"][0].startswith("Artificial intelligence")
    assert first["ambulance driver"][0].startswith("Paramedic")
