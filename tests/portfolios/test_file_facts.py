"""What a page says of a file, and offers to do with it: only what helps whoever looks at it."""

from uuid import uuid4

import pytest

from pages.templatetags.file_viewer import file_label, file_viewer
from portfolios.viewing import Picture, ShownFile


def a_file(content_type: str, *pictures: str, scan: str = "not_scanned") -> ShownFile:
    """A prepared file, with the pictures that were made of it by their kind."""
    made = [Picture(kind, uuid4(), number, 600, 900) for number, kind in enumerate(pictures, 1)]
    return ShownFile(uuid4(), "a-file", content_type, 3_000, "done", scan, False, "", [], None, 600, "", None, made)


@pytest.mark.parametrize(
    ("file", "is_said"),
    [
        (a_file("image/jpeg", "picture"), False),
        (a_file("application/pdf", "page"), False),
        (a_file("audio/mpeg"), False),
        (a_file("application/vnd.ms-excel"), True),
        (a_file("application/vnd.ms-excel", scan="clean"), False),
    ],
)
def test_that_nobody_looked_for_viruses_is_said_only_of_a_file_that_has_to_be_downloaded(
    file: ShownFile, is_said: bool
) -> None:
    page = file_viewer(file)
    assert ("Not checked for viruses" in page) == is_said
    assert "Checked for viruses" not in page
    assert "viruses" not in file_viewer(file, is_own=True)
    assert "viruses" not in file_label(file), "nor in a list of one's own"


@pytest.mark.parametrize(
    ("file", "is_alone", "can_turn"),
    [
        (a_file("image/jpeg", "picture"), False, True),
        (a_file("application/pdf", "page", "page"), False, False),
        (a_file("application/pdf", "page", "page"), True, True),
    ],
)
def test_a_photo_can_be_turned_anywhere_and_pages_where_one_file_is_looked_at(
    file: ShownFile, is_alone: bool, can_turn: bool
) -> None:
    assert ("Turn left" in file_viewer(file, is_alone=is_alone)) == can_turn
