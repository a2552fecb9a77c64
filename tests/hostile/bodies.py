"""Bodies of requests in each encoding that the site reads, and the places at which a connection cuts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

TOKEN = "a" * 32
BOUNDARY = "----hostile"
FILE = b"I wrote the advert and asked two people to read it.\n" * 200


@dataclass(frozen=True)
class Body:
    """What is sent, and what it is said to be."""

    content_type: str
    content: bytes

    def cuts(self) -> list[int]:
        """How many bytes arrive before the connection breaks: ten places, from none to all but one."""
        return [len(self.content) * tenth // 10 for tenth in range(9)] + [len(self.content) - 1]


def urlencoded(fields: Mapping[str, object]) -> Body:
    """A form as a page sends it that brings no files."""
    return Body("application/x-www-form-urlencoded", urlencode(with_token(fields), doseq=True).encode())


def multipart(fields: Mapping[str, object], file: bytes = FILE) -> Body:
    """A form as a page sends it that may bring files; it brings one."""
    parts = []
    for name, value in with_token(fields).items():
        for one in value if isinstance(value, list) else [value]:
            parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n{one}'.encode())
    head = 'Content-Disposition: form-data; name="files"; filename="notes.txt"\r\nContent-Type: text/plain\r\n\r\n'
    parts.append(head.encode() + file)
    mark = b"--" + BOUNDARY.encode()
    whole = b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
    return Body(f"multipart/form-data; boundary={BOUNDARY}", whole)


def with_token(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields behind the form's token, so that the token arrives when the words do not."""
    return {"csrfmiddlewaretoken": TOKEN, **fields}
