"""What Word, PowerPoint and PDFs write for ends of lines, marks and hyphens is read as what it means, and found."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portfolios import listing
from portfolios import workflow as collecting
from portfolios.models import Evidence, FileText
from portfolios.processing import preparing
from tests.factories import files
from tests.world import World, acting

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_A = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)


def docx() -> SimpleUploadedFile:
    """A document as Word writes it: a mark of Symbol, a line's end, two kinds of hyphen."""
    body = (
        f"<w:document {_W}><w:body>"
        '<w:p><w:r><w:sym w:font="Symbol" w:char="F0B7"/><w:tab/></w:r>'
        "<w:r><w:t>Rang \ufb01ve</w:t><w:br/><w:t>people</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>A long</w:t><w:noBreakHyphen/><w:t>term recruit\u00adment</w:t></w:r></w:p>"
        '<w:p><w:r><w:sym w:font="Odd" w:char="D800"/><w:sym w:font="Odd"/><w:t>\uf0fc Done</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )
    parts = files.office_parts("word/document.xml", "wordprocessingml.document", body)
    return files.make_archive("notes.docx", parts)


def pptx() -> SimpleUploadedFile:
    parts = files.office_parts("ppt/presentation.xml", "presentationml.presentation", f"<p:presentation {_A}/>")
    texts = "<a:t>First line</a:t><a:br/><a:t>second_x000B_third</a:t>"
    parts["ppt/slides/slide1.xml"] = f"<p:sld {_A}><a:p>{texts}</a:p></p:sld>"
    return files.make_archive("talk.pptx", parts)


READ = {
    "word": (docx, "• Rang five\npeople\nA long‑term recruitment\n✓ Done\n"),
    "powerpoint": (pptx, "First line\nsecond\nthird\n"),
    "pdf": (lambda: files.make_pdf(text="recruit-) Tj 0 -30 Td (ment"), "recruitment\n\n"),
    "text": (lambda: files.make_text(text="\uf0b7 co\u00adordinate\x0bthe sta\ufb00"), "• coordinate\nthe staff"),
}


@pytest.mark.parametrize("kind", READ)
def test_the_words_of_a_file_are_read_as_what_they_mean(world: World, kind: str):
    make, words = READ[kind]
    file = collecting.add_file(world.draft("K1").pk, acting(world.apprentice), make())
    preparing.prepare(file.pk)
    assert FileText.objects.get(file=file).words == words


@pytest.mark.parametrize("typed", ["rang five", "FIVE", "five people", "long-term", "recruitment", "people wrote"])
def test_what_was_pasted_is_found_by_what_it_means(world: World, typed: str):
    piece = world.draft("K1")
    Evidence.objects.filter(pk=piece.pk).update(
        narrative="\uf0b7\tRang \ufb01ve\x0bpeople\r\nWrote a long\x1eterm re\u00adcruitment plan"
    )
    found = Evidence.objects.visible_to(acting(world.apprentice))
    for word in typed.split():
        found = listing.with_word(found, word, is_own=True)
    assert found.get() == piece
