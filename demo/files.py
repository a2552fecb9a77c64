"""Files that the demo's apprentices add to their evidence: real ones of each kind, drawn and written in code.

Pictures are the slow part, so there are a few of each kind, made once for each seeding.
"""

import io
import math
import struct
import wave
import zipfile
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

VARIANTS = 4
SIZE = (1200, 900)
_INK = "#2b2f38"
_NOTES = ("#f6d55c", "#f49d6e", "#9ad1d4", "#b8d8a0", "#e7a9c4")


def make(kind: str, variant: int, words: dict[str, str], text: str) -> SimpleUploadedFile:
    """A file of this kind. `words` fill titles and file names; `text` is what documents say."""
    role = words["role"].replace(" ", "-")
    if kind in _NAMES:
        name = _NAMES[kind].format(role=role, number=3100 + variant * 37 + len(text) % 400)
        content = picture(kind, 0, words["role"]) if kind == "poster" else picture(kind, variant % VARIANTS)
        return SimpleUploadedFile(name, content, "image/jpeg")
    if kind == "pdf":
        return SimpleUploadedFile(f"summary-{role}.pdf", pdf(f"Summary: {words['role']}", text), "application/pdf")
    if kind == "docx":
        return SimpleUploadedFile(f"notes-{role}.docx", docx(f"Notes: {words['role']}", text), _DOCX_TYPE)
    if kind == "sound":
        return SimpleUploadedFile(f"voice-note-{variant + 1}.wav", sound(variant % VARIANTS), "audio/wav")
    return SimpleUploadedFile("call-log.txt", call_log(words, variant).encode(), "text/plain")


_NAMES = {
    "whiteboard": "IMG_{number}.jpg",
    "desk": "IMG_{number}.jpg",
    "phone": "messages-{number}.jpg",
    "poster": "advert-{role}.jpg",
}
_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@lru_cache(maxsize=64)
def picture(kind: str, variant: int, role: str = "") -> bytes:
    """A JPEG as a phone would take it, 60 to 200 KB. An advert is for `role`."""
    from PIL import Image, ImageDraw

    random = Random(f"{kind} {variant} {role}")  # noqa: S311  (pictures, not secrets)
    image = Image.new("RGB", SIZE, "#ffffff")
    draw = ImageDraw.Draw(image)
    if kind == "poster":
        _poster(draw, random, f"{role.capitalize()}s")
    else:
        _PICTURES[kind](draw, random)
    if kind != "poster":
        image = _as_photo(image, random)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=82)
    return content.getvalue()


def _as_photo(image: "Image.Image", random: Random) -> "Image.Image":
    """A little turned, with the grain and the darker corners of a photo."""
    from PIL import Image, ImageChops, ImageFilter

    turned = image.rotate(random.uniform(-1.6, 1.6), Image.Resampling.BILINEAR, fillcolor=image.getpixel((4, 4)))
    edge = 36
    turned = turned.crop((edge, edge, SIZE[0] - edge, SIZE[1] - edge)).filter(ImageFilter.GaussianBlur(0.7))
    corners, grain = _corners_and_grain(turned.size)
    return Image.blend(ImageChops.multiply(turned, corners), grain, 0.05)


@lru_cache(maxsize=1)
def _corners_and_grain(size: tuple[int, int]) -> "tuple[Image.Image, Image.Image]":
    """What all photos of one camera share; the slowest part of drawing one."""
    from PIL import Image

    light = Image.radial_gradient("L").resize(size).point(lambda value: 255 - value // 4)
    grain = Image.effect_noise(size, 14)
    return Image.merge("RGB", (light, light, light)), Image.merge("RGB", (grain, grain, grain))


def _write(
    draw: "ImageDraw.ImageDraw", at: tuple[float, float], words: str, size: int, fill: str = _INK, bold: bool = False
) -> None:
    draw.text(at, words, fill=fill, font=_font(size), stroke_width=1 if bold else 0, stroke_fill=fill)


@lru_cache(maxsize=32)
def _font(size: int):  # type: ignore[no-untyped-def]
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _whiteboard(draw: "ImageDraw.ImageDraw", random: Random) -> None:
    width, height = SIZE
    draw.rectangle((0, 0, width, height), fill=random.choice(("#8f9aa5", "#a59a8f", "#7f8f89")))
    draw.rounded_rectangle((56, 50, width - 56, height - 60), 12, fill="#d5dade")
    draw.rectangle((76, 70, width - 76, height - 84), fill="#fbfcfa")
    title = random.choice(("From brief to first day", "Vacancies this week", "Who is where?", "Our pipeline"))
    _write(draw, (110, 92), title, 46, random.choice(("#1d4e89", "#8a1c3b", "#1f6f50")), bold=True)
    columns = random.choice(
        (("Brief", "Search", "Shortlist", "Interview", "Offer"), ("New", "Called", "Sent", "Interview", "Started"))
    )
    step = (width - 200) / len(columns)
    for place, column in enumerate(columns):
        left = 100 + place * step
        _write(draw, (left + 14, 176), column, 30, bold=True)
        if place:
            draw.line((left, 170, left + random.randint(-5, 5), height - 110), fill="#9aa3ad", width=4)
        top = 236
        for _note in range(random.randint(1, 4) if place else 4):
            colour, tilt = random.choice(_NOTES), random.randint(-7, 7)
            draw.polygon(
                [
                    (left + 14, top + tilt),
                    (left + step - 22, top),
                    (left + step - 20, top + 98),
                    (left + 16, top + 104 + tilt),
                ],
                fill=colour,
            )
            _write(draw, (left + 26, top + 12), random.choice(_SHORT), 24)
            _write(draw, (left + 26, top + 48), f"{random.randint(1, 30)} {random.choice(_MONTHS)}", 20, "#5b6069")
            top += 128
    for _stroke in range(3):
        x, y = random.randint(200, width - 380), random.randint(700, 770)
        draw.line((x, y, x + 140, y - 8, x + 118, y - 24, x + 140, y - 8, x + 116, y + 10), fill="#c0392b", width=6)
    draw.rounded_rectangle((width / 2 - 130, height - 92, width / 2 + 130, height - 72), 8, fill="#aeb6bd")
    for place, colour in enumerate(("#1d4e89", "#c0392b", "#2b2f38")):
        draw.rounded_rectangle(
            (width / 2 - 100 + place * 70, height - 100, width / 2 - 44 + place * 70, height - 86), 6, fill=colour
        )


_SHORT = ("Packers x6", "Night shift", "Reception", "Van driver", "Payroll", "Kitchen", "Forklift", "Care, days")
_MONTHS = ("Jan", "Mar", "May", "Jun", "Sep", "Nov")


def _poster(draw: "ImageDraw.ImageDraw", random: Random, job: str) -> None:
    width, height = SIZE
    ground, strong, light = random.choice(
        (
            ("#12355b", "#ffb400", "#f3f7fb"),
            ("#0f5c4c", "#ffd166", "#f1faf6"),
            ("#5b2333", "#f7b267", "#fff6ee"),
            ("#3d348b", "#f7b801", "#f5f3ff"),
            ("#1b3a4b", "#7bdff2", "#eff9fb"),
        )
    )
    for line in range(height):
        share = line / height
        draw.line((0, line, width, line), fill=_between(ground, "#000000", share * 0.35))
    for _circle in range(9):
        x, y, r = random.randint(500, width), random.randint(-80, height), random.randint(40, 210)
        draw.ellipse((x - r, y - r, x + r, y + r), outline=_between(ground, light, 0.22), width=random.randint(3, 26))
    _write(draw, (80, 90), "We are hiring", 54, strong)
    _write(draw, (76, 160), job, min(112, 1900 // len(job)), light, bold=True)
    draw.rectangle((82, 312, 330, 322), fill=strong)
    pounds = random.randint(1250, 1490) / 100
    points = (
        f"{pounds:.2f} pounds an hour, paid weekly",
        random.choice(("Fixed days off", "Early or late, you choose", "Weekends free")),
        random.choice(("Bus 14 stops outside", "Ten minutes from the station", "Free parking")),
        random.choice(("We train you for your licence", "No experience needed", "Warm meal every day")),
    )
    for place, point in enumerate(points):
        top = 370 + place * 76
        draw.ellipse((84, top + 8, 112, top + 36), fill=strong)
        draw.line((91, top + 22, 97, top + 29, 106, top + 16), fill=ground, width=4)
        _write(draw, (134, top), point, 40, light)
    draw.rounded_rectangle((80, 720, 640, 812), 46, fill=strong)
    _write(draw, (124, 742), "Call us: 01632 960 123", 42, ground, bold=True)
    _write(draw, (80, 838), "Everybody is welcome to apply.", 26, light)
    for _dot in range(3600):
        x, y = random.randint(0, width), random.randint(0, height)
        draw.point((x, y), fill=_between(ground, light, 0.3))


def _phone(draw: "ImageDraw.ImageDraw", random: Random) -> None:
    width, height = SIZE
    _wood(draw, random, random.choice(("#c9a77c", "#8d6e52", "#dcdcd6", "#6f7f86")))
    left, right = 366, 834
    draw.rounded_rectangle((left - 18, 24, right + 18, height - 24), 58, fill="#1c1e22")
    draw.rounded_rectangle((left, 44, right, height - 44), 42, fill="#f1f3f5")
    draw.rounded_rectangle((left, 44, right, 142), 42, fill="#ffffff")
    draw.rectangle((left, 100, right, 142), fill="#ffffff")
    draw.ellipse((left + 24, 66, left + 84, 126), fill=random.choice(_NOTES))
    _write(draw, (left + 100, 70), "Candidate", 28, bold=True)
    _write(draw, (left + 100, 106), "name hidden", 20, "#6a717b")
    top, chat = 166, random.choice(_CHATS)
    for place, line in enumerate(chat):
        rows = line.split("|")
        deep = 34 * len(rows) + 26
        mine = place % 2 == 0
        start = right - 348 if mine else left + 24
        draw.rounded_rectangle(
            (start, top, start + 324, top + deep),
            24,
            fill=random.choice(("#2f6fdb", "#2f6fdb")) if mine else "#ffffff",
        )
        for row, words in enumerate(rows):
            _write(draw, (start + 18, top + 10 + row * 34), words, 25, "#ffffff" if mine else _INK)
        top += deep + 18
    draw.rounded_rectangle((left + 24, height - 116, right - 24, height - 68), 24, fill="#ffffff", outline="#ced4da")
    _write(draw, (left + 46, height - 108), "Message", 24, "#8a929b")


_CHATS = (
    (
        "Hi, can you still make|tomorrow at 10?",
        "Yes! Is there parking?",
        "Free, behind the hall.|Ask for reception.",
        "Great, thank you",
        "Good luck! Call me|after if you like",
    ),
    (
        "When is a good time|to call you?",
        "After 4, I'm on earlies",
        "Will do. It's about a|van driver job",
        "Sounds good",
    ),
    (
        "You start on Monday!|Bring your licence",
        "Brilliant. What time?",
        "6.45 at gate 2",
        "I will be there",
        "I'll ring on Tuesday|to hear how it went",
    ),
    (
        "No decision yet, sorry.|I promised to tell you",
        "Thanks for calling",
        "I hear on Thursday and|call you the same day",
    ),
    (
        "Your share code has|run out. Link is below",
        "Done, here is the new|one",
        "Got it, all checked now",
        "So Monday is OK?",
        "Yes, Monday 8 am",
    ),
)


def _desk(draw: "ImageDraw.ImageDraw", random: Random) -> None:
    width, height = SIZE
    _wood(draw, random, random.choice(("#b98d5d", "#d8c3a5", "#7a5c43", "#c2c5c0", "#a2734c")))
    # A laptop with the list of candidates on its screen,
    draw.rounded_rectangle((120, 90, 780, 560), 22, fill="#2f343b")
    draw.rectangle((142, 112, 758, 524), fill="#f7f9fb")
    draw.rectangle((142, 112, 758, 164), fill=random.choice(("#1d4e89", "#1f6f50", "#6b3fa0", "#9c4221")))
    _write(draw, (160, 121), random.choice(("Candidates", "Vacancy 0412", "Checks", "Applications")), 30, "#ffffff")
    for row in range(9):
        top = 184 + row * 37
        draw.rounded_rectangle((162, top, 162 + random.randint(120, 210), top + 18), 6, fill="#4a5058")
        draw.rounded_rectangle((410, top, 410 + random.randint(60, 140), top + 18), 6, fill="#c2c9d1")
        draw.rounded_rectangle(
            (640, top - 3, 732, top + 21), 12, fill=random.choice(("#8fd19e", "#ffe08a", "#f2a7a0", "#a9c9f5"))
        )
    draw.polygon([(90, 590), (810, 590), (850, 650), (50, 650)], fill="#8d949c")
    for key in range(22):
        draw.rectangle((110 + key * 31, 600, 132 + key * 31, 616), fill="#5f666e")
        draw.rectangle((100 + key * 32, 624, 124 + key * 32, 640), fill="#5f666e")
    # a notebook with what is to be done,
    draw.polygon([(840, 250), (1150, 220), (1175, 700), (865, 730)], fill="#fdfbf3")
    for row in range(9):
        top = 300 + row * 44
        draw.line((872, top + 12, 1140, top - 14), fill="#c8d3df", width=2)
        if row < 6:
            draw.rectangle((876, top - 22, 896, top - 2), outline=_INK, width=3)
            if random.random() < 0.6:
                draw.line((878, top - 14, 886, top - 6, 902, top - 30), fill="#1f6f50", width=5)
            draw.line((912, top - 8, 980, top - 16, 912 + random.randint(90, 200), top - 20), fill="#3b5b8c", width=5)
    # a mug and a pen.
    x, y, mug = random.randint(930, 1040), random.randint(90, 120), random.choice(("#c0392b", "#2e86ab", "#e9c46a"))
    draw.ellipse((x + 60, y - 26, x + 130, y + 34), outline=mug, width=14)
    draw.ellipse((x - 82, y - 82, x + 82, y + 82), fill=mug)
    draw.ellipse((x - 64, y - 64, x + 64, y + 64), fill="#4b2e1e")
    draw.line((220, 790, 560, 740 + random.randint(0, 60)), fill="#20242a", width=16)
    note = random.choice(_NOTES)
    draw.polygon([(640, 700), (800, 690), (812, 846), (650, 856)], fill=note)
    _write(draw, (662, 722), random.choice(("call back", "ask about", "chase", "Thursday")), 26)
    _write(draw, (662, 762), random.choice(("10.30", "references", "nights", "licence")), 26)


def _wood(draw: "ImageDraw.ImageDraw", random: Random, colour: str) -> None:
    width, height = SIZE
    for line in range(0, height, 3):
        draw.rectangle((0, line, width, line + 3), fill=_between(colour, "#000000", random.uniform(0.0, 0.09)))
    for board in range(0, height, 225):
        draw.line((0, board, width, board), fill=_between(colour, "#000000", 0.35), width=3)


def _between(first: str, second: str, share: float) -> str:
    """The colour that lies `share` of the way from the first to the second."""
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


_PICTURES: dict[str, Callable[["ImageDraw.ImageDraw", Random], None]] = {
    "whiteboard": _whiteboard,
    "phone": _phone,
    "desk": _desk,
}


def pdf(title: str, text: str) -> bytes:
    """One page: a heading and the text below it."""
    lines = [f"BT /F2 20 Tf 64 760 Td ({_pdf_words(title)}) Tj ET", "0.8 w 64 744 m 531 744 l S"]
    for row, words in enumerate(_wrapped(text, 84)):
        lines.append(f"BT /F1 11 Tf 64 {716 - row * 17} Td ({_pdf_words(words)}) Tj ET")
    stream = "\n".join(lines).encode("cp1252")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return content + end % (count, table, count, len(content))


def _pdf_words(words: str) -> str:
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _wrapped(text: str, width: int) -> list[str]:
    import textwrap

    return [line for paragraph in text.split("\n") for line in textwrap.wrap(paragraph, width) or [""]]


def docx(title: str, text: str) -> bytes:
    """The least that Word opens: a heading and paragraphs."""
    from xml.sax.saxutils import escape

    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    heading = f'<w:p><w:r><w:rPr><w:b/><w:sz w:val="36"/></w:rPr><w:t>{escape(title)}</w:t></w:r></w:p>'
    body = "".join(f"<w:p><w:r><w:t>{escape(paragraph)}</w:t></w:r></w:p>" for paragraph in text.split("\n"))
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{head}<w:document "
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{heading}{body}</w:body></w:document>",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


@lru_cache(maxsize=VARIANTS)
def sound(variant: int) -> bytes:
    """Four seconds of soft notes."""
    hertz, notes = 8_000, (0, 4, 7, 12, 7, 4, 9, 5)
    samples = []
    for place in range(8):
        pitch = 220 * 2 ** ((notes[(place + variant) % len(notes)] + variant) / 12)
        for step in range(hertz // 2):
            fade = math.exp(-step / 1800) * min(1.0, step / 160)
            samples.append(int(5_200 * fade * math.sin(2 * math.pi * pitch * step / hertz)))
    content = io.BytesIO()
    with wave.open(content, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(hertz)
        recording.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return content.getvalue()


def call_log(words: dict[str, str], variant: int) -> str:
    """A list of calls without names."""
    random = Random(f"{sorted(words.items())} {variant}")  # noqa: S311
    lines = [f"Calls for: {words['role']}, {words['company']}", "Names left out (data protection).", ""]
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        calls = random.randint(5, 18)
        reached = random.randint(calls // 4, calls // 2 + 1)
        lines.append(f"{day:<10} {calls:>2} calls  {reached:>2} reached  {random.randint(0, reached // 2)} interviews")
    lines += [
        "",
        random.choice(("Best time: after four.", "Mondays are slow.", "Text first, then call: works better.")),
    ]
    return "\n".join(lines) + "\n"
