"""Pages are compressed by the site itself; evidence never is."""

import gzip
import zlib

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from pages.compression import MOST_PADDING_BYTES, CompressionMiddleware
from tests.world import World

PAGE = "<p>What I did at the gate</p>" * 200


def answered(response: HttpResponse, accepts: str = "gzip, deflate, br") -> HttpResponse:
    request = RequestFactory().get("/", headers={"accept-encoding": accepts})
    return CompressionMiddleware(lambda _request: response)(request)


def test_a_page_is_compressed_for_a_browser_that_takes_it(client: Client, db: None):
    answer = client.get(reverse("account_login"), headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert answer["Vary"].split(", ").count("Accept-Encoding") == 1
    assert int(answer["Content-Length"]) == len(answer.content)
    assert "<title>Sign in" in gzip.decompress(answer.content).decode()


@pytest.mark.parametrize("accepts", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0, br", "x-gzipped"])
def test_a_page_goes_out_as_it_is_to_a_browser_that_does_not(accepts: str):
    answer = answered(HttpResponse(PAGE), accepts)
    assert not answer.has_header("Content-Encoding")
    assert answer.content.decode() == PAGE
    assert answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("content_type", ["application/pdf", "image/jpeg", "video/mp4", "application/zip", ""])
def test_only_text_is_compressed(content_type: str):
    answer = answered(HttpResponse(PAGE, content_type=content_type))
    assert answer.content.decode() == PAGE


def test_what_streams_is_never_touched():
    answer = answered(
        StreamingHttpResponse([PAGE.encode()], content_type="text/plain", headers={"Content-Length": "5800"})
    )
    assert b"".join(answer) == PAGE.encode()
    assert (answer["Content-Length"], answer.has_header("Vary")) == ("5800", False)


def test_a_few_bytes_are_not_worth_it():
    assert answered(HttpResponse("short")).content == b"short"


def test_the_same_page_has_no_one_length():
    """Who sees lengths learns nothing about a letter: the padding is drawn for each answer."""
    pages = [answered(HttpResponse(PAGE)).content for _ in range(200)]
    assert {zlib.decompress(page, wbits=31).decode() for page in pages} == {PAGE}
    lengths = {len(page) for page in pages}
    assert 20 < len(lengths) <= MOST_PADDING_BYTES + 1


def test_the_token_in_a_page_is_never_the_same_text_twice(client: Client, world: World):
    client.force_login(world.apprentice)
    address = reverse("account_change_password")
    tokens = {client.get(address).context["csrf_token"] + "" for _ in range(3)}
    assert len(tokens) == 3


def test_a_compressed_page_that_has_not_changed_is_not_sent_again(client: Client, db: None):
    first = client.get("/sw.js", headers={"accept-encoding": "gzip"})
    assert first["ETag"].startswith('W/"')
    again = client.get("/sw.js", headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
