"""Files that are made in the background: for whom, of what, and what becomes of them."""

import io
import zipfile
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Role, User
from apprenticeships.models import Assignment
from audit.models import Entry
from audit.verification import verify as verify_record
from core import clock
from core.errors import NotAllowed
from files import storing
from jobs.working import work_off
from reports.exports import learners
from reports.exports.making import make_export
from reports.exports.models import Export, ExportState
from reports.exports.workflow import ask_for_export, download_export
from tests.reports.conftest import just_signed_in
from tests.world import World, acting

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(world: World, kind: Export.Kind = Export.Kind.LEARNERS, **given: str) -> Export:
    told = learners.asked_for(acting(world.admin), given, "", [])
    return ask_for_export(kind, acting(world.admin), provider_id=world.provider.pk, asked_for=told)


def made(export: Export) -> Export:
    make_export(export.pk)
    export.refresh_from_db()
    return export


def entries_of(export: Export) -> dict[str, bytes]:
    with storing.opened(str(export.stored.name)) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_long_spreadsheet_is_made_in_the_background_as_it_was_filtered(world: World):
    client = just_signed_in(Client(), world.admin)
    with patch("pages.cohort.views.MOST_ROWS_AT_ONCE", 0):
        answer = client.post(f"{reverse('pages:cohort-xlsx')}?name={world.apprentice.name.split()[0]}")
    assert answer["Location"] == reverse("pages:exports")
    export = Export.objects.unscoped().get()
    assert "Waiting: 0%" in client.get(answer["Location"]).content.decode()
    work_off()
    export.refresh_from_db()
    assert export.state == ExportState.READY
    sheet = entries_of(export)["xl/worksheets/sheet1.xml"].decode()
    assert world.apprentice.name in sheet
    got = client.get(reverse("pages:export-download", args=[export.pk]))
    assert got["Content-Type"].startswith("application/vnd.openxmlformats")
    assert not list(verify_record())


def test_an_export_holds_only_whom_its_asker_sees_when_it_is_made(world: World):
    told = learners.asked_for(acting(world.second_assessor), {}, "", [])
    export = ask_for_export(
        Export.Kind.LEARNERS, acting(world.second_assessor), provider_id=world.provider.pk, asked_for=told
    )
    made(export)
    sheet = entries_of(export)["xl/worksheets/sheet1.xml"].decode()
    assert str(world.second.pk) in sheet
    assert str(world.apprenticeship.pk) not in sheet
    other = asked(world)
    Membership.objects.filter(user=world.admin).update(ended_on=clock.today() - timedelta(days=1))
    made(other)
    assert (other.state, other.asked_for) == (ExportState.FAILED, {})


def test_an_export_is_for_its_asker_alone_and_its_rights_are_asked_again(world: World):
    export = made(asked(world))
    with pytest.raises(NotAllowed):
        download_export(export.pk, acting(world.assessor))
    for person in (world.assessor, world.other_admin):
        for name in ("export-download", "export-progress"):
            assert signed_in(person).get(reverse(f"pages:{name}", args=[export.pk])).status_code == 404
    Membership.objects.filter(user=world.admin).update(ended_on=clock.today() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        download_export(export.pk, acting(world.admin))
    with pytest.raises(NotAllowed):
        asked(world)


def test_who_sees_fewer_learners_than_when_they_asked_does_not_get_the_file(world: World):
    Membership.objects.create(
        user=world.admin, organisation=world.provider, role=Role.ASSESSOR, started_on=clock.today()
    )
    of_all = made(asked(world))
    told = learners.asked_for(acting(world.second_assessor), {}, "", [])
    asker = acting(world.second_assessor)
    of_some = made(ask_for_export(Export.Kind.LEARNERS, asker, provider_id=world.provider.pk, asked_for=told))
    assert download_export(of_some.pk, asker)
    yesterday = clock.today() - timedelta(days=1)
    Membership.objects.filter(user=world.admin, role=Role.PROVIDER_ADMIN).update(ended_on=yesterday)
    Assignment.objects.filter(person=world.second_assessor).update(started_on=yesterday, ended_on=yesterday)
    for export, person in ((of_all, world.admin), (of_some, world.second_assessor)):
        with pytest.raises(NotAllowed):
            download_export(export.pk, acting(person))


def test_the_same_asked_twice_is_made_once_and_other_filters_are_another_file(world: World):
    assert asked(world) == asked(world) != asked(world, name="nobody")
    assert Entry.objects.filter(action="export.asked").count() == 2


def test_progress_reports_of_a_cohort_are_one_zip(world: World):
    export = made(asked(world, Export.Kind.PROGRESS))
    if export.state == ExportState.FAILED:
        assert export.failure == "PDFs cannot be made here. Ask whoever runs this site."
        return
    files = entries_of(export)
    assert [name.partition("/")[2] for name in files] == ["Apprentice.pdf", "Second Apprentice.pdf"]
    assert all(content.startswith(b"%PDF") for content in files.values())


def test_no_file_is_made_of_nobody(world: World):
    answer = just_signed_in(Client(), world.admin).post(f"{reverse('pages:cohort-reports')}?name=nobody", follow=True)
    assert "No learners match" in answer.content.decode()
    assert not Export.objects.unscoped().exists()
    assert Client().get(reverse("pages:exports")).status_code == 302
