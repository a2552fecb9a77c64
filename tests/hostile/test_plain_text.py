"""What people type fits where the page says that it fits, and what cannot be read as text is refused."""

import pytest
from django.test import Client
from django.urls import reverse

from portfolios.models import Evidence
from tests.world import World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def browser(world: World) -> Client:
    client = Client()
    client.force_login(world.apprentice)
    return client


def test_a_text_at_its_limit_fits_however_its_lines_end(world, browser):
    """Seen: the counter said that it fits, and the form refused it, for a browser sends two characters for each end."""
    piece = world.draft("K1")
    longest = Evidence._meta.get_field("narrative").max_length
    text = ("a" * 79 + "\r\n") * (longest // 80)
    address = reverse("pages:evidence-edit", args=[piece.pk])
    form = {"title": piece.title, "happened_on": piece.happened_on.isoformat(), "revision": "1", "save": "1"}
    for body in ({"data": form | {"narrative": text}}, {"data": form | {"narrative": text, "revision": "2"}}):
        assert browser.post(address, **body).status_code == 302
    piece.refresh_from_db()
    assert "\r" not in piece.narrative
    assert len(piece.narrative) > longest - 81


@pytest.mark.parametrize("kind", ["urlencoded", "in parts"])
def test_bytes_that_are_no_text_are_refused_and_what_somebody_typed_is_not(world, browser, kind):
    piece = world.draft("K1")
    address = reverse("pages:evidence-edit", args=[piece.pk])
    said = b"caf\xe9"
    if kind == "urlencoded":
        answer = browser.generic("POST", address, b"narrative=" + said, "application/x-www-form-urlencoded")
    else:
        part = b'--x\r\nContent-Disposition: form-data; name="narrative"\r\n\r\n' + said + b"\r\n--x--\r\n"
        answer = browser.generic(
            "POST", address, part, "multipart/form-data; boundary=x", headers={"accept": "text/html"}
        )
    assert answer.status_code == 400
    assert "narrative" in answer.content.decode()
    piece.refresh_from_db()
    assert piece.revision == 1
    typed = "title=A+title&happened_on=2026-01-01&revision=1&save=1&narrative=%EF%BF%BD"
    sent = browser.generic("POST", address, typed, "application/x-www-form-urlencoded")
    assert sent.status_code != 400
