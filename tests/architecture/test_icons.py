"""Every icon that a page names is in the sprite, and the sprite is what `bin/icons` makes of Lucide's icons."""

import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest
from django.template import engines

from tests.architecture.sources import ROOT


@pytest.fixture(scope="module")
def icons() -> ModuleType:
    loader = SourceFileLoader("icons", str(ROOT / "bin" / "icons"))
    module = module_from_spec(spec_from_loader("icons", loader))
    loader.exec_module(module)
    return module


def test_the_sprite_is_made_of_the_icons_that_are_named(icons: ModuleType):
    assert icons.SPRITE.read_text() == icons.sprite(icons.named()), "run make icons"


def test_an_icon_is_a_drawing_of_the_sprite_that_says_nothing_by_itself(icons: ModuleType):
    page = engines["django"].from_string('{% load icons %}{% icon "star" 16 "first" %}{% icon name 20 %}')
    shown = page.render({"name": "archive"})
    drawn = re.findall(
        r'<svg class="([^"]*)" width="(\d+)"[^>]* aria-hidden="true"[^>]*><use href="([^"]*)"/></svg>', shown
    )
    assert [(css, size, href.partition("#")[2]) for css, size, href in drawn] == [
        ("icon first", "16", "star"),
        ("icon", "20", "archive"),
    ]
    symbols = re.findall(r'<symbol id="([^"]+)"', icons.SPRITE.read_text())
    assert {href.partition("#")[2] for _, _, href in drawn} <= set(symbols)
