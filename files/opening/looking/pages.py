"""PDF: pages as pictures, and their words."""

import time
from pathlib import Path

import pypdfium2
from PIL import Image

from files.opening.looking.output import THUMBNAIL_PIXELS, CannotLook, Output
from files.opening.looking.pictures import fitted

MOST_PAGES = 50
#: Words are read further than pages are drawn.
MOST_PAGES_READ = 300
PAGE_PIXELS = 1400
_MOST_PIXELS_HIGH = 4 * PAGE_PIXELS
#: Drawing ends here, with the pages there are by then.
_MOST_SECONDS = 35


def look(path: Path, output: Output) -> None:
    """The first pages, each 1,400 pixels wide, a thumbnail of the first, and the words of more."""
    try:
        document = pypdfium2.PdfDocument(path)
        output.page_count = len(document)
    except pypdfium2.PdfiumError as fault:
        raise CannotLook(f"it does not open: {fault}") from None
    if not output.page_count:
        raise CannotLook("it has no pages")
    until = time.process_time() + _MOST_SECONDS
    for number in range(min(output.page_count, MOST_PAGES_READ)):
        if time.process_time() > until or (number >= MOST_PAGES and output.is_full):
            break
        page = document[number]
        _read(page, output)
        if number < MOST_PAGES:
            picture = _drawn(page)
            output.add("page", picture, number + 1)
            if number == 0:
                output.add("thumbnail", fitted(picture, THUMBNAIL_PIXELS))
        page.close()


def _read(page: pypdfium2.PdfPage, output: Output) -> None:
    words = page.get_textpage()
    output.add_words(words.get_text_bounded().strip() + "\n\n")
    words.close()


def _drawn(page: pypdfium2.PdfPage) -> Image.Image:
    width, height = page.get_size()
    if not (0 < width < 1e6 and 0 < height < 1e6):
        raise CannotLook("a page has no size")
    scale = min(PAGE_PIXELS / width, _MOST_PIXELS_HIGH / height)
    if min(width, height) * scale < 1:
        raise CannotLook("a page has no size")
    drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return drawn.convert("RGB")
