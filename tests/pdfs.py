"""Reading PDFs in tests."""

import pypdfium2


def words_in(content: bytes) -> str:
    """What a PDF says, on one line."""
    pdf = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())
