"""The style of pictures on paper: that of the page in its light colours. What sets a PDF knows no variables."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

_VARIABLE = re.compile(r"var\((--[\w-]+)\)")
_TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.DOTALL)


def tokens(theme: str) -> dict[str, str]:
    """The design tokens of a theme, `light` or `dark`, as `static/css/tokens.css` has them."""
    sheet = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text()
    light, _, dark = sheet.partition("@media (prefers-color-scheme: dark)")
    found = dict(_TOKEN.findall(light))
    return found | dict(_TOKEN.findall(dark.partition("/* Bootstrap")[0])) if theme == "dark" else found


@cache
def style() -> str:
    """The rules of `static/css/picture.css` with the colours of the light theme filled in."""
    colours = tokens("light")
    sheet = (Path(settings.BASE_DIR) / "static/css/picture.css").read_text()
    plain = re.sub(r"/\*.*?\*/", "", _MEDIA.sub("", sheet), flags=re.DOTALL)
    return _VARIABLE.sub(lambda found: colours.get(found[1], "#000000"), plain)
