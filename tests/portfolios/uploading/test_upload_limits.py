"""What a form may bring, tried through the whole stack with the CSRF check on, which reads the form before any view."""

import os
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import include, path

from accounts.models import User
from files.http import upload_handlers
from files.http.upload_handlers import BodyTooLarge, takes_files, too_large_names
from pages.middleware import public

MEGABYTE = 1024 * 1024
TOKEN = "a" * 32


def _what_came(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        {
            "title": request.POST.get("title"),
            "files": [
                [file.name, file.size, file.read(10).decode("latin-1")] for file in request.FILES.getlist("files")
            ],
            "said": upload_handlers.messages(request),
            "too_large": too_large_names(request),
        }
    )


send = public(takes_files(lambda request: _what_came(request)))
send_words = public(lambda request: _what_came(request))

urlpatterns = [path("send/", send), path("words/", send_words), path("", include("config.urls"))]
handler400 = "pages.error_pages.bad_request"


@pytest.fixture(autouse=True)
def limits(settings, tmp_path):
    settings.ROOT_URLCONF = "tests.portfolios.uploading.test_upload_limits"
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 200
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def stranger():
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[site.CSRF_COOKIE_NAME] = TOKEN
    return browser


@pytest.fixture
def browser(db, stranger):
    stranger.force_login(User.objects.create_user(email="sam@example.test"))
    return stranger


def post(browser, uploads, address="/send/", title="My advert"):
    return browser.post(address, {"csrfmiddlewaretoken": TOKEN, "title": title, "files": uploads})


def file(name="notes.txt", size=10):
    return SimpleUploadedFile(name, b"x" * size)


class Unread:
    """A body of which nothing may be read."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = read


def announce(browser, length, address="/send/"):
    """Send a request that announces a body of `length` bytes."""
    return browser.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": address,
            "CONTENT_TYPE": "multipart/form-data; boundary=edge",
            "CONTENT_LENGTH": str(length),
            "wsgi.input": Unread(),
        }
    )


def test_files_and_words_arrive(browser):
    came = post(browser, [file("a.txt", 3), file("b.txt", MEGABYTE)]).json()

    assert came["title"] == "My advert"
    assert came["files"] == [["a.txt", 3, "xxx"], ["b.txt", MEGABYTE, "x" * 10]]
    assert came["said"] == came["too_large"] == []


def test_a_file_over_the_limit_is_left_out_by_name_and_the_others_stay(browser):
    came = post(browser, [file("a.txt"), file("holiday.mov", MEGABYTE + 1), file("c.txt")]).json()

    assert [name for name, _size, _start in came["files"]] == ["a.txt", "c.txt"]
    assert came["too_large"] == ["holiday.mov"]
    assert came["said"] == ["“holiday.mov” is larger than 1 MB, the limit for one file."]
    assert came["title"] == "My advert"


def test_no_more_of_a_large_file_is_kept_than_the_limit(browser, monkeypatch):
    written = []
    keep = upload_handlers.LimitingUploadHandler.receive_data_chunk

    def spy(handler, raw_data, start):
        keep(handler, raw_data, start)
        written.append(len(raw_data))

    monkeypatch.setattr(upload_handlers.LimitingUploadHandler, "receive_data_chunk", spy)

    post(browser, [file("holiday.mov", 8 * MEGABYTE)])

    assert sum(written) <= MEGABYTE


def test_files_beyond_the_twentieth_are_left_out_with_a_message(browser):
    came = post(browser, [file(f"{n}.txt", n + 1) for n in range(23)]).json()

    assert [size for _name, size, _start in came["files"]] == list(range(1, 21))
    assert came["files"][19][2] == "x" * 10
    assert came["said"] == ["You chose 23 files. A piece of evidence can have up to 20, so 3 were left out."]


def test_an_empty_file_arrives_as_empty_for_the_form_to_refuse(browser):
    assert post(browser, [file("empty.txt", 0)]).json()["files"] == [["empty.txt", 0, ""]]


def test_a_form_with_no_file_chosen_brings_none(browser):
    body = (
        f'--edge\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
        '--edge\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--edge--\r\n'
    )

    came = browser.post("/send/", body.encode(), content_type="multipart/form-data; boundary=edge").json()

    assert came["files"] == []


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../evil.txt", "evil.txt"),
        ("C:\\\\temp\\\\a.txt", "a.txt"),
        ("a\0b.txt", "ab.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a." + "x" * 400, None),
        ("é" * 300 + ".jpg", None),
        ("   ", "file"),
    ],
)
def test_odd_names_arrive_clean(browser, sent, kept):
    body = (
        f'--edge\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
        f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{sent}"\r\n\r\nwords\r\n--edge--\r\n'
    )

    response = browser.post("/send/", body.encode(), content_type="multipart/form-data; boundary=edge")

    [[name, size, start]] = response.json()["files"]
    assert (size, start) == (5, "words")
    assert len(name.encode()) <= 255
    assert kept is None or name == kept


@pytest.mark.parametrize("body", [b"", b"--edge", b"--edge\r\nContent-Disposition: form-data; name=", b"\0" * 1000])
def test_a_broken_form_is_no_server_error(browser, body):
    response = browser.post("/send/", body, content_type="multipart/form-data; boundary=edge")

    assert response.status_code in (400, 403)


def test_bytes_that_look_like_base64_are_bounded_as_well(browser):
    body = (
        f'--edge\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
        '--edge\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\nd29yZHM=\r\n--edge--\r\n"
    )

    came = browser.post("/send/", body.encode(), content_type="multipart/form-data; boundary=edge").json()

    assert came["files"] == [["a.txt", 5, "words"]]


def test_temporary_files_have_no_name_that_could_be_left_behind(browser, limits, monkeypatch):
    seen = []
    complete = upload_handlers.LimitingUploadHandler.file_complete

    def spy(handler, size):
        seen.append(os.listdir(limits))
        return complete(handler, size)

    monkeypatch.setattr(upload_handlers.LimitingUploadHandler, "file_complete", spy)

    post(browser, [file("a.txt", 500_000)])

    assert seen == [[]]
    assert list(Path(limits).iterdir()) == []


# Too much at once, and where it does not belong -----------------------------------------------------------------------
def test_a_body_beyond_all_limits_is_refused_before_it_is_read(browser):
    response = announce(browser, 20 * MEGABYTE + 5 * MEGABYTE)

    assert response.status_code == 413
    assert response["Content-Type"].startswith("text/html")


def test_a_stranger_cannot_fill_the_disk(db, stranger):
    assert announce(stranger, 5 * MEGABYTE).status_code == 413
    assert post(stranger, [file()]).json()["files"] == []


def test_files_are_dropped_where_no_view_takes_them(browser):
    came = post(browser, [file("a.txt"), file("b.txt", 2 * MEGABYTE)], address="/words/").json()

    assert came["title"] == "My advert"
    assert came["files"] == []
    assert announce(browser, 5 * MEGABYTE, address="/words/").status_code == 413


def test_sending_without_the_forms_token_is_refused(browser):
    assert browser.post("/send/", {"files": [file()]}).status_code == 403


def test_words_beyond_their_limit_are_refused_as_too_large(browser):
    assert post(browser, [], title="x" * (site.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)).status_code == 413


def test_a_view_that_reads_the_form_itself_is_answered_with_the_same_status():
    assert BodyTooLarge("too much").status == 413
