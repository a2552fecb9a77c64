"""HTML as it stands in records and pages, read as a person would see it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occupations.importing.parsing.html_text import has_tags, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("no HTML  at all", "no HTML at all"),
        ("two\r\nlines", "two\nlines"),
        ("&lt;p&gt;the employer&#39;s work&lt;/p&gt;\r\n&lt;p&gt;more&lt;/p&gt;\r\n", "the employer's work\n\nmore"),
        ("&lt;p&gt;health &amp;amp; safety&lt;/p&gt;", "health & safety"),
        ("<p>one<br>two<br/>three</p>", "one\ntwo\nthree"),
        ("<p>first:</p><ul>\r\n<li>a</li>\r\n<li>b</li>\r\n</ul><p>after</p>", "first:\n\n- a\n- b\n\nafter"),
        ("<ul><li><p>in a paragraph</p></li><li></li><li>last</li></ul>", "- in a paragraph\n- last"),
        ("<table><tr><th>Code</th><td>K1</td></tr><tr><td>x</td></tr></table>", "Code\nK1\n\nx"),
        ("<p>line\nend in a\r\nparagraph</p>", "line end in a paragraph"),
        ("<style>p {}</style><script>alert(1)</script><p>seen</p>", "seen"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("<p>a\N{NO-BREAK SPACE}b</p>", "a b"),
        ("<p>never closed <strong>bold", "never closed bold"),
    ],
)
def test_what_a_reader_would_see(text, shown):
    assert plain(text) == shown


def test_tags_are_seen_through_two_layers_of_escaping():
    assert has_tags("<p>x")
    assert has_tags("&lt;p&gt;x")
    assert has_tags("&amp;lt;p&amp;gt;x")
    assert not has_tags("5 &lt; 6")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;!-plibr \n=\"'#x3"), max_size=120))
def test_anything_that_looks_like_html_becomes_text(text):
    assert plain(plain(text)) is not None
    assert "\n\n\n" not in plain(text)
