"""The pages that say no."""

import pytest
from django.conf import settings
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from accounts.models import User
from core.errors import Incomplete, NotAllowed, OutOfTurn
from pages import error_pages
from pages.middleware import public
from tests.accounts.conftest import sign_in

pytestmark = pytest.mark.django_db


@public
def breaks(request: object) -> None:
    raise ValueError("the secret inside of a thing that broke")


def refusing(error: Exception) -> object:
    @public
    def view(request: object) -> None:
        raise error

    return view


urlpatterns = [
    *__import__(settings.ROOT_URLCONF, fromlist=["urlpatterns"]).urlpatterns,
    path("broken/", breaks),
    path("refused/403/", refusing(NotAllowed("Only your assessor may."))),
    path("refused/409/", refusing(OutOfTurn("Somebody was first."))),
    path("refused/422/", refusing(Incomplete("Say why.", field="reason"))),
]
handler404 = error_pages.not_found
handler500 = error_pages.server_error


@override_settings(ROOT_URLCONF=__name__)
def test_what_broke_shows_a_number_and_nothing_of_the_inside(client: Client):
    client.raise_request_exception = False
    response = client.get("/broken/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "secret" not in page
    assert "Sorry, something went wrong" in page


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("status", "message"), [(403, "Only your assessor may."), (409, "Somebody was first."), (422, "Say why.")]
)
def test_a_refused_act_becomes_a_page_with_its_message(client: Client, status: int, message: str):
    response = client.get(f"/refused/{status}/")
    assert response.status_code == status
    assert message in response.content.decode()


def test_an_address_that_does_not_exist_says_so_to_everybody(client: Client, stranger: User):
    assert client.get("/nowhere/").status_code == 404
    sign_in(client, stranger)
    assert client.get("/nowhere/").status_code == 404


def test_a_form_without_its_token_is_told_what_to_do(stranger: User):
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x"})
    assert response.status_code == 403
    assert "reload the page" in response.content.decode()


def test_a_body_that_is_too_large_says_so(client: Client):
    response = client.post("/account/login/", {"login": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    assert response.status_code == 400 or response.status_code == 413


def test_too_many_requests_say_when_to_come_back():
    request = RequestFactory().get("/")
    response = error_pages.too_many_requests(request)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "300")


def test_a_fault_in_the_page_for_faults_still_answers(monkeypatch):
    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(error_pages, "render_to_string", fails)
    response = error_pages.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
