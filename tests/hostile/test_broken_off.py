"""A request whose body breaks off is refused and changes nothing, whatever the address, the encoding and the place.

The bodies are handed to the application as a server hands them over when the sender is gone: they just end.
"""

import json
import tempfile
from collections.abc import Iterator
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from assessments.models import ReviewDraft
from core import clock
from portfolios import workflow as collecting
from portfolios.models import Capture, Evidence, Upload
from tests.access.browsers import signed_in_browser
from tests.access.test_matrix import BY_HEADERS, ROWS, SUBJECTS, words
from tests.hostile import bodies, calling
from tests.hostile.bodies import Body
from tests.hostile.calling import everything_kept, send
from tests.portfolios.tus import PIECE_TYPE, TUS
from tests.world import World, acting, feedback_form, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders")]

#: What the sign-in pages are sent, which the table lists with GET alone.
SIGN_IN_WORDS = {"login": "apprentice@example.test", "password": "correct horse battery", "email": "a@example.test"}
DONE = {"200", "201", "204", "302", "422"}
#: A sign-in page that is only looked at, or whose link is of nobody, says so.
READ = DONE | {"404", "405"}


def changing() -> Iterator[tuple[str, str]]:
    """Each address that takes a POST, and somebody for whom it does something."""
    by_address: dict[str, dict[str, dict]] = {}
    for address, method, cells in ROWS:
        by_address.setdefault(address, {})[method] = cells
    for address, methods in by_address.items():
        if cells := methods.get("POST"):
            yield address, next((who for who, cell in cells.items() if cell in DONE), "anonymous")
        elif address.startswith(("account_", "mfa_", "usersessions_")):
            yield address, "anonymous" if address in ("account_login", "account_reset_password") else "apprentice"


CHANGING = list(changing())


def encodings(address: str, world: World) -> list[Body]:
    if address == "pages:captures":
        content = json.dumps(capture(world)).encode()
        return [Body("application/json", content)]
    fields = words(address, world) or SIGN_IN_WORDS
    return [bodies.urlencoded(fields), bodies.multipart(fields)]


def capture(world: World) -> dict[str, object]:
    return {
        "evidence": str(uuid4()),
        "capture": str(uuid4()),
        "title": "Advert for a driver",
        "narrative": "I wrote the advert. " * 20,
        "happened_on": clock.today().isoformat(),
        "claims": [{"ksb": str(world.ksb("K1").pk), "why": "It shows it."}],
    }


@pytest.mark.parametrize(("address", "who"), CHANGING, ids=[address for address, _who in CHANGING])
def test_what_breaks_off_is_refused_and_changes_nothing(address: str, who: str) -> None:
    world = make_world()
    path = reverse(address, kwargs=SUBJECTS.get(address, lambda world: {})(world))
    browser = signed_in_browser(world, who)
    headers = BY_HEADERS.get(address, {})
    before = everything_kept()
    for body in encodings(address, world):
        for arrived in body.cuts():
            answer = send(
                browser,
                path,
                body.content[:arrived],
                length=len(body.content),
                content_type=body.content_type,
                headers=headers,
            )
            assert answer.status == 400, (body.content_type, arrived)
            assert b"Nothing was saved" in answer.content
    assert everything_kept() == before
    # The same, whole, is read: so it was the cut that was refused.
    whole = encodings(address, world)[-1]
    answer = send(
        browser,
        path,
        whole.content,
        length=len(whole.content),
        content_type=whole.content_type,
        headers=headers,
    )
    assert str(answer.status) in READ


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def apprentice(world: World) -> Client:
    return signed_in_browser(world, "apprentice")


@pytest.fixture
def assessor(world: World) -> Client:
    return signed_in_browser(world, "assessor")


def new_piece(world: World) -> str:
    return reverse("pages:evidence-new", args=[world.apprenticeship.pk])


def piece_fields() -> dict[str, object]:
    return {"token": str(uuid4()), "title": "Advert", "narrative": "I wrote it.", "save": "1"}


def test_feedback_that_arrives_by_a_third_decides_nothing(world: World, assessor: Client):
    submission = world.submitted("K1")
    body = bodies.urlencoded({"outcome_K1": "met", **feedback_form("K1", "Clear and well argued. " * 20)})

    answer = send(
        assessor,
        reverse("pages:review-finish", args=[submission.pk]),
        body.content[: len(body.content) // 3],
        length=len(body.content),
        content_type=body.content_type,
    )

    assert answer.status == 400
    assert not ReviewDraft.objects.exists()


def test_a_cut_autosave_leaves_text_date_and_claims_as_they_were(world: World, apprentice: Client):
    piece = world.draft("K1", "S1")
    body = bodies.urlencoded(
        {
            "revision": piece.revision,
            "title": piece.title,
            "narrative": "Much more than before. " * 20,
            "claim_K1": "on",
        }
    )

    answer = send(
        apprentice,
        reverse("pages:autosave", args=[world.apprenticeship.pk, piece.pk]),
        body.content[:120],
        length=len(body.content),
        content_type=body.content_type,
    )

    kept = Evidence.objects.unscoped().get(pk=piece.pk)
    assert answer.status == 400
    assert (kept.narrative, kept.happened_on, kept.revision) == (piece.narrative, piece.happened_on, piece.revision)
    assert {claim.ksb.code for claim in kept.claims.all()} == {"K1", "S1"}


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_form_without_its_end_is_refused_although_its_length_is_right(world: World, apprentice: Client, share: float):
    """A proxy that counts what arrived passes a cut form on with its new length."""
    body = bodies.multipart(piece_fields())
    arrives = body.content[: int(len(body.content) * share)]

    answer = send(apprentice, new_piece(world), arrives, length=len(arrives), content_type=body.content_type)

    assert answer.status == 400
    assert not Evidence.objects.unscoped().exists()


MARK = f"--{bodies.BOUNDARY}"
TITLE = 'Content-Disposition: form-data; name="title"\r\n\r\nAdvert'


@pytest.mark.parametrize(
    "content",
    [
        "",
        f"{MARK}",
        f"{MARK}\r\n{TITLE}\r\n",
        f"{MARK}\r\n{TITLE}\r\n{MARK}",
        f"{MARK}\r\n{TITLE}\r\n{MARK}-",
        f"{MARK}\r\n{TITLE}\r\n{MARK}\r\n",
        f"{TITLE}\r\n{MARK}--\r\n",
        f"d; name=title\r\n\r\nAdvert\r\n{MARK}\r\n{TITLE}\r\n{MARK}--\r\n",
        f"{MARK}\r\n{TITLE}\r\n{MARK}\r\nContent-Disposition: form-data\r\n\r\nlost\r\n{MARK}--\r\n",
        f"{MARK}\r\n{TITLE}\r\n{MARK}\r\n\r\nlost\r\n{MARK}--\r\n",
        f'{MARK}\r\n{TITLE}\r\n{MARK}\r\nContent-Disposition: form-data; name="narrative"\r\n{MARK}--\r\n',
        f"{MARK}\r\n{TITLE}\r\n{MARK}--\r\n{MARK}\r\n{TITLE} again\r\n{MARK}--\r\n",
    ],
)
def test_a_form_with_a_broken_part_is_refused(world: World, apprentice: Client, content: str):
    sent = content.encode()
    kind = f"multipart/form-data; boundary={bodies.BOUNDARY}"

    assert send(apprentice, new_piece(world), sent, length=len(sent), content_type=kind).status == 400
    assert not Evidence.objects.unscoped().exists()


@pytest.mark.parametrize("step", [1, 7, 64, 1000])
def test_a_server_that_hands_over_a_few_bytes_at_a_time_loses_nothing(
    world: World, apprentice: Client, step: int, monkeypatch: pytest.MonkeyPatch
):
    class Sparing(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(step if size is None or size < 0 else min(size, step))

    monkeypatch.setattr(calling, "BytesIO", Sparing)
    for body in (bodies.multipart(piece_fields()), bodies.urlencoded(piece_fields())):
        answer = send(
            apprentice, new_piece(world), body.content, length=len(body.content), content_type=body.content_type
        )
        assert answer.status == 302
    assert Evidence.objects.unscoped().count() == 2


@pytest.mark.parametrize("length", ["-1", "+5", "1_0", "five", "٣"])
def test_a_length_that_is_no_number_is_no_length(world: World, apprentice: Client, length: str):
    body = bodies.urlencoded(piece_fields())

    answer = send(apprentice, new_piece(world), body.content, length=length, content_type=body.content_type)

    assert answer.status == 400
    assert not Evidence.objects.unscoped().exists()


def test_a_body_in_chunks_is_asked_for_its_length(world: World, apprentice: Client):
    body = bodies.urlencoded(piece_fields())

    answer = send(
        apprentice,
        new_piece(world),
        body.content,
        length=None,
        content_type=body.content_type,
        headers={"Transfer-Encoding": "chunked"},
    )

    assert answer.status == 411
    assert not Evidence.objects.unscoped().exists()


def test_a_connection_that_fails_while_it_is_read_is_refused_like_one_that_ends(
    world: World, apprentice: Client, monkeypatch: pytest.MonkeyPatch
):
    class Reset(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    monkeypatch.setattr(calling, "BytesIO", Reset)
    for body in (bodies.multipart(piece_fields()), bodies.urlencoded(piece_fields())):
        answer = send(apprentice, new_piece(world), b"", length=len(body.content), content_type=body.content_type)
        assert answer.status == 400
    assert not Evidence.objects.unscoped().exists()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_every_method_that_may_change_something_is_held_to_it(world: World, apprentice: Client, method: str):
    path = reverse("pages:autosave", args=[world.apprenticeship.pk, uuid4()])

    answer = send(apprentice, path, b"half", length=8, content_type="application/json", method=method)

    assert answer.status == 400


def test_giving_an_upload_up_is_refused_when_it_breaks_off(world: World, apprentice: Client):
    path, upload = announced(world)

    answer = send(apprentice, path, b"", length=5, content_type="text/plain", method="DELETE", headers=TUS)

    assert answer.status == 400
    assert Upload.objects.unscoped().filter(pk=upload.pk).exists()


def test_the_resumable_endpoint_keeps_what_arrived_and_goes_on_from_there(world: World, apprentice: Client):
    path, upload = announced(world)

    def piece(offset: int, arrives: bytes, length: int) -> calling.Answer:
        headers = TUS | {"Upload-Offset": str(offset)}
        return send(apprentice, path, arrives, length=length, content_type=PIECE_TYPE, method="PATCH", headers=headers)

    assert piece(0, bodies.FILE[:1000], len(bodies.FILE)).headers["Upload-Offset"] == "1000"
    assert piece(1000, bodies.FILE[1000:], len(bodies.FILE) - 1000).status == 204
    assert Upload.objects.unscoped().get(pk=upload.pk).finished_at


def announced(world: World) -> tuple[str, Upload]:
    upload = collecting.begin_upload(
        world.apprenticeship.pk,
        world.draft("K1").pk,
        acting(world.apprentice),
        upload_id=uuid4(),
        name="notes.txt",
        size_bytes=len(bodies.FILE),
    )
    return reverse("pages:upload", args=[upload.pk]), upload


def test_somebody_at_a_page_gets_a_page(world: World, apprentice: Client):
    answer = send(
        apprentice,
        new_piece(world),
        b"title=",
        length=10,
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": "text/html,*/*;q=0.8"},
    )

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Nothing was saved." in answer.content.decode()
    assert "Go back and send it again." in answer.content.decode()


def test_a_script_is_told_that_it_may_try_again(world: World, apprentice: Client):
    path = reverse("pages:captures", args=[world.apprenticeship.pk])

    answer = send(apprentice, path, b"{", length=10, content_type="application/json")

    assert json.loads(answer.content)["state"] == "broken_off"
    assert not Capture.objects.unscoped().exists()


def test_a_cut_file_leaves_no_open_temporary_file(world: World, apprentice: Client, monkeypatch: pytest.MonkeyPatch):
    made = []
    make = tempfile.TemporaryFile

    def remember(*args: object, **kwargs: object) -> object:
        made.append(make(*args, **kwargs))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", remember)
    body = bodies.multipart(piece_fields(), b"x" * 900_000)

    send(
        apprentice,
        new_piece(world),
        body.content[:-2000],
        length=len(body.content),
        content_type=body.content_type,
    )

    assert made
    assert all(file.closed for file in made)
