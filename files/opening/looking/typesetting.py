"""Laying the words, tables and pictures of a document out on plain pages, where no office program is at hand."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from core.readable import readable
from files.opening.looking.office import Block, Heading, NewPage, Paragraph, Picture, Row
from files.opening.looking.output import THUMBNAIL_PIXELS, Output
from files.opening.looking.pictures import MOST_PIXELS, fitted

MOST_PAGES = 50
WIDTH, HEIGHT, MARGIN = 1000, 1414, 90
_INNER = WIDTH - 2 * MARGIN
_TEXT, _HEADING, _CELL = 22, 32, 18
_INK, _LINE = "#1b1b1b", "#b9b9b9"
_LONGEST_WORD = 60


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font of the machine that has most letters, or the one that comes with the library."""
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


class _Layout:
    def __init__(self, output: Output) -> None:
        self.output, self.number = output, 0
        self.page: Image.Image | None = None
        self.pen: ImageDraw.ImageDraw
        self.top = 0

    def begin(self) -> None:
        page = Image.new("RGB", (WIDTH, HEIGHT), "white")
        self.page, self.pen = page, ImageDraw.Draw(page)
        self.top = MARGIN
        self.number += 1

    def end(self) -> None:
        if self.page is not None:
            self.output.add("page", self.page, self.number)
            if self.number == 1:
                self.output.add("thumbnail", fitted(self.page.copy(), THUMBNAIL_PIXELS))
        self.page = None

    def make_room(self, height: int) -> bool:
        """Turn the page if so much does not fit on it; False once there are pages enough."""
        if self.page is not None and self.top + height > HEIGHT - MARGIN and self.top > MARGIN:
            self.end()
        if self.page is None:
            if self.number >= MOST_PAGES:
                return False
            self.begin()
        return True


def lay_out(found: list[Block], output: Output) -> None:
    """Up to fifty pages of what a document says. They are not laid out as its own program would."""
    layout = _Layout(output)
    for block in found:
        match block:
            case NewPage():
                layout.end()
            case Heading(text):
                goes_on = _write(layout, text, _HEADING)
            case Paragraph(text):
                goes_on = _write(layout, text, _TEXT)
            case Row(cells):
                goes_on = _row(layout, cells)
            case Picture(content):
                goes_on = _picture(layout, content)
        if not isinstance(block, NewPage) and not goes_on:
            break
    if not output.renditions and layout.page is None:
        layout.begin()
    layout.end()
    output.page_count = layout.number


def _wrapped(text: str, size: int, width: int) -> list[str]:
    """The lines of a text in a column; a word that is wider is broken."""
    font, lines = _font(size), []
    for paragraph in readable(text).replace("\t", "    ").split("\n"):
        line = ""
        for word in paragraph.split(" "):
            for part in [word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD)] or [""]:
                longer = f"{line} {part}" if line else part
                if line and font.getlength(longer) > width:
                    lines.append(line)
                    longer = part
                while font.getlength(longer) > width and len(longer) > 1:
                    fits = max(int(len(longer) * width / font.getlength(longer)), 1)
                    lines.append(longer[:fits])
                    longer = longer[fits:]
                line = longer
        lines.append(line)
    return lines


def _write(layout: _Layout, text: str, size: int) -> bool:
    for line in _wrapped(text[:20_000], size, _INNER):
        if not layout.make_room(int(size * 1.5)):
            return False
        layout.pen.text((MARGIN, layout.top), line, font=_font(size), fill=_INK)
        layout.top += int(size * 1.5)
    layout.top += size // 2
    return True


def _row(layout: _Layout, cells: tuple[str, ...]) -> bool:
    shown = cells[:10]
    width = _INNER // max(len(shown), 1)
    columns = [_wrapped(cell[:2_000], _CELL, width - 16)[:40] for cell in shown]
    step = int(_CELL * 1.4)
    height = max((len(lines) for lines in columns), default=1) * step + 12
    if not layout.make_room(height):
        return False
    for place, lines in enumerate(columns):
        left = MARGIN + place * width
        layout.pen.rectangle((left, layout.top, left + width, layout.top + height), outline=_LINE)
        for at, line in enumerate(lines):
            layout.pen.text((left + 8, layout.top + 6 + at * step), line, font=_font(_CELL), fill=_INK)
    layout.top += height
    return True


def _picture(layout: _Layout, content: bytes) -> bool:
    """A picture no wider than the column and no higher than half a page; one that does not open is left out."""
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP"))
        if picture.width * picture.height > MOST_PIXELS:
            return True
        picture.draft("RGB", (_INNER, _INNER))
        shown = fitted(picture, _INNER)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return True
    if shown.height > HEIGHT // 2:
        shown.thumbnail((_INNER, HEIGHT // 2))
    if not layout.make_room(shown.height + 20) or layout.page is None:
        return False
    layout.page.paste(shown, (MARGIN, layout.top))
    layout.top += shown.height + 20
    return True
