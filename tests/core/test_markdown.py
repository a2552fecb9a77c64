"""Small Markdown, and the short way for texts without any markup."""

from hypothesis import given
from hypothesis import strategies as st

from core import markdown
from core.readable import readable

#: What may stand in a text, markup and odd spaces among it.
CHARACTERS = "aZé9 .,:;!?'\"’“”–-+=()/@%€*_`#<>[]\\&~|\t\r\n\u00a0\u2003\u2028\u200b\x00\U0001f600"


@given(st.text(alphabet=CHARACTERS, max_size=60))
def test_the_short_way_makes_of_a_text_what_the_long_way_does(text: str):
    assert markdown.rendered(text) == markdown._read(readable(text), with_links=True)


@given(st.lists(st.text(alphabet="abc é.,-+=()!:\"'9 ", min_size=1, max_size=20), min_size=1, max_size=4))
def test_paragraphs_and_line_breaks_are_the_same_both_ways(lines: list[str]):
    for between in ("\n", "\n\n", "\n\n\n"):
        text = between.join(f"a{line.strip()}b" for line in lines) + " \n"
        assert markdown.rendered(text) == markdown._read(readable(text), with_links=True)


def test_most_texts_go_the_short_way():
    text = "I prepared it with my mentor, did it myself – and noted (at once) it all.\nIt took 2 days.\n\nThen on."
    assert markdown._PLAIN.fullmatch(text)
    assert markdown.rendered(text).count("<p>") == 2
