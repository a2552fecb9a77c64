"""How stored files leave: with headers that keep them harmless, whole or in ranges, without filling memory."""

import tracemalloc
from dataclasses import replace
from urllib.parse import unquote

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st

from files import file_types, storing
from files.http import serving
from files.http.ranges import ByteRange, RangeNotSatisfiable, requested_range
from files.storing import Copy
from pages.middleware import public
from tests.factories import files
from tests.factories.storages import STORAGES, storage_settings

rows: dict[str, Copy] = {}


@public
def file(request: HttpRequest, name: str) -> HttpResponse:
    request.session["seen"] = "a change that would set a cookie"
    return serving.file_response(request, rows[name])


urlpatterns = [path("files/<str:name>", file)]


@pytest.fixture(autouse=True, params=STORAGES)
def storage(request, tmp_path, settings):
    """Every test of this module runs on a folder and on an object store."""
    settings.ROOT_URLCONF = "tests.portfolios.test_serving"
    settings.STORAGES = settings.STORAGES | {"default": storage_settings(request.param, tmp_path)}
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    return request.param


def keep(upload, name=None):
    """Keep a file and answer the address it has in these tests."""
    key = f"evidence/{len(rows)}/{upload.name.encode().hex()[:40]}"
    kept = storing.store(upload, key)
    rows[str(len(rows))] = Copy(
        key=key,
        name=name or upload.name,
        content_type=file_types.detect(upload, upload.name).content_type,
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
    )
    return f"/files/{len(rows) - 1}"


def whole(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("name", files.ONE_OF_EACH)
def test_every_kind_comes_back_as_it_came_with_its_headers(name):
    upload = files.ONE_OF_EACH[name]()
    file_type = file_types.detect(upload, upload.name)

    response = Client().get(keep(upload))

    upload.seek(0)
    assert response.status_code == 200
    assert whole(response) == upload.read()
    assert response["Content-Type"].split(";")[0] == file_type.content_type
    assert response["Content-Length"] == str(upload.size)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    is_picture = file_type.content_type.startswith("image/")
    assert response["Cache-Control"] == ("private, no-cache" if is_picture else "private, no-store")
    assert response["Accept-Ranges"] == "bytes"
    assert response["X-Frame-Options"] == "DENY"
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert not response.cookies


def test_a_picture_that_the_browser_has_is_not_sent_again():
    address = keep(files.make_jpeg())
    first = Client().get(address)

    again = Client().get(address, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, whole(again)) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], "private, no-cache")
    assert again["Content-Security-Policy"] == first["Content-Security-Policy"]
    other = Client().get(address, headers={"if-none-match": '"another"'})
    assert whole(other) == whole(first)


@pytest.mark.parametrize("name", files.ONE_OF_EACH)
def test_only_pictures_pdf_sound_video_and_plain_text_open_in_place(name):
    is_inline = name not in {"docx", "xlsx", "pptx", "odt", "ods", "odp", "csv"}

    disposition = Client().get(keep(files.ONE_OF_EACH[name]()))["Content-Disposition"]

    assert disposition.startswith("inline; " if is_inline else "attachment; ")


def test_a_type_that_is_not_on_the_list_is_a_download_of_plain_bytes():
    address = keep(files.make_text())
    number = address.split("/")[-1]
    rows[number] = replace(rows[number], content_type="text/html")

    response = Client().get(address)

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")


def test_text_says_its_encoding():
    assert Client().get(keep(files.make_text()))["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("name", ['a"b; c.txt', "Gespräch – 字.txt", "a%41\\.txt", "plain.txt", "a\r\nX-Evil: 1.txt"])
def test_a_name_cannot_leave_its_place_in_the_header(name):
    response = Client().get(keep(files.make_text(), name))

    disposition = response["Content-Disposition"]
    assert "X-Evil" not in response
    if "*=" in disposition:
        assert unquote(disposition.partition("utf-8''")[2]) == name
    else:
        assert disposition.count('"') - disposition.count('\\"') == 2


def test_head_tells_the_length_and_sends_nothing():
    address = keep(files.make_jpeg())

    response = Client().head(address, headers={"Range": "bytes=0-1"})

    assert response.status_code == 200
    assert int(response["Content-Length"]) == rows[address.split("/")[-1]].size_bytes
    assert response["Accept-Ranges"] == "bytes"
    assert whole(response) == b""


@pytest.mark.parametrize(
    ("header", "sent", "content_range"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=-200", b"0123456789", "bytes 0-9/10"),
        ("bytes=8-900", b"89", "bytes 8-9/10"),
        ("BYTES= 9-9", b"9", "bytes 9-9/10"),
    ],
)
def test_a_range_is_sent_alone(header, sent, content_range):
    response = Client().get(keep(files.make_text(text="0123456789")), headers={"Range": header})

    assert response.status_code == 206
    assert response["Content-Range"] == content_range
    assert response["Content-Length"] == str(len(sent))
    assert whole(response) == sent
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


@pytest.mark.parametrize(
    "header",
    ["bytes=0-1,4-5", "bytes=5-2", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=٣-٤", "bytes=" + "9" * 5000 + "-"],
)
def test_ranges_that_mean_nothing_to_us_get_the_whole_file(header):
    response = Client().get(keep(files.make_text(text="0123456789")), headers={"Range": header})

    assert response.status_code == 200
    assert whole(response) == b"0123456789"


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99999999999999999999-", "bytes=-0"])
def test_a_range_after_the_end_is_answered_with_the_length(header):
    response = Client().get(keep(files.make_text(text="0123456789")), headers={"Range": header})

    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10"
    assert response["Content-Length"] == "0"
    assert whole(response) == b""
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_download_goes_on_only_with_the_same_file():
    address = keep(files.make_text(text="0123456789"))
    etag = Client().get(address)["ETag"]

    same = Client().get(address, headers={"Range": "bytes=5-", "If-Range": etag})
    other = Client().get(address, headers={"Range": "bytes=5-", "If-Range": '"other"'})
    dated = Client().get(address, headers={"Range": "bytes=5-", "If-Range": "Wed, 21 Oct 2015 07:28:00 GMT"})

    assert [same.status_code, other.status_code, dated.status_code] == [206, 200, 200]


def test_a_large_file_leaves_in_pieces(tmp_path, storage):
    if storage == "s3":
        pytest.skip("the emulated store keeps its objects in this process")
    address = keep(files.make_text(text="x"))
    number = address.split("/")[-1]
    with (tmp_path / rows[number].key).open("r+b") as stored_file:
        stored_file.truncate(64 * 1024 * 1024)
    row = rows[number] = replace(rows[number], size_bytes=64 * 1024 * 1024)
    tracemalloc.start()

    response = Client().get(address)
    sent = sum(len(chunk) for chunk in response.streaming_content)

    assert sent == row.size_bytes
    assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    tracemalloc.stop()


def test_the_file_is_closed_even_if_nobody_reads_it():
    address = keep(files.make_jpeg())

    response = serving.file_response(RequestFactory().get(address), rows[address.split("/")[-1]])
    [close] = response._resource_closers
    close()

    assert close.__self__.file.closed


@given(st.integers(1, 200), st.integers(0, 250) | st.none(), st.integers(0, 250) | st.none())
def test_a_range_is_what_python_would_cut(size, first, last):
    content = bytes(range(200))[:size]
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    try:
        given_range = requested_range(header, size)
    except RangeNotSatisfiable:
        assert first is None and last == 0 or first is not None and first >= size
        return
    if given_range is None:
        assert (first is None and last is None) or (first is not None and last is not None and last < first)
        return
    expected = content[-last:] if first is None else content[first : None if last is None else last + 1]
    assert content[given_range.first : given_range.last + 1] == expected
    assert given_range.length == len(expected) > 0


@given(st.text() | st.from_regex(r"bytes=[0-9, -]*"), st.integers(1, 10**12))
def test_any_header_gives_a_range_inside_the_file_or_none(header, size):
    try:
        given_range = requested_range(header, size)
    except RangeNotSatisfiable:
        return
    assert given_range is None or 0 <= given_range.first <= given_range.last < size


def test_a_range_knows_its_own_words():
    assert ByteRange(2, 5).content_range(10) == "bytes 2-5/10"
    assert ByteRange(2, 5).length == 4
