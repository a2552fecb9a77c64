"""Files with odd names, sent as browsers and scripts do: each is kept, or refused by name with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from portfolios.models import EvidenceFile
from tests.factories.files import make_png
from tests.hostile.bodies import BOUNDARY
from tests.world import World

pytestmark = pytest.mark.django_db
PIECE = "6f4c5d8e-8a53-4d0b-9a43-0b7c6a1f2f55"


def send(client: Client, world: World, name: bytes):
    """The form of a new piece with one picture under this name, byte by byte as a browser sends it."""
    client.force_login(world.apprentice)
    parts = [
        f'Content-Disposition: form-data; name="{field}"\r\n\r\n{value}'.encode()
        for field, value in {"token": PIECE, "title": "Board", "narrative": "A board."}.items()
    ]
    head = b'Content-Disposition: form-data; name="files"; filename="%b"\r\nContent-Type: image/png\r\n\r\n' % name
    parts.append(head + make_png().read())
    mark = b"--" + BOUNDARY.encode()
    body = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    address = reverse("pages:evidence-new", args=[world.apprenticeship.pk])
    return client.generic("POST", address, body, content_type=f"multipart/form-data; boundary={BOUNDARY}")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("می\u200cخواهم.png".encode(), "می\u200cخواهم.png"),
        ("👩\u200d🔧.png".encode(), "👩\u200d🔧.png"),
        (b"caf\xe9.png", "caf\ufffd.png"),  # as a script sends it that knows no UTF-8
        (b"board.png/", "board.png"),
        (b"board.png\\\\", "board.png"),
        (b"a&lt;b.png", "a&lt;b.png"),
        ("字".encode() * 400 + b".png", "字" * 83 + ".png"),
        (b"x" * 1000 + b".png", "x" * 251 + ".png"),
    ],
)
def test_a_file_with_an_odd_name_was_dropped_under_draft_saved(client: Client, world: World, sent: bytes, kept: str):
    assert send(client, world, sent).status_code == 302
    assert EvidenceFile.objects.get().name == kept


@pytest.mark.parametrize("sent", [b"..", b".", "\u202e".encode(), b"\x00", b" "])
def test_a_file_whose_name_holds_nothing_is_refused_with_a_reason(client: Client, world: World, sent: bytes):
    answer = send(client, world, sent)
    assert answer.status_code == 422
    assert "“file”" in answer.content.decode()
    assert "Board" in answer.content.decode()
