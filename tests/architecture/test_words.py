"""What people read is plain English: no words that only somebody who built the product would use."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PARTS, ROOT, named, python_files, templates

#: What must not be said, and what to say.
BANNED = {
    r"\bgo(?:es)? on\b": "continue",
    r"\banew\b|\bafresh\b": "again",
    r"\bmeanwhile\b": "since you opened this page",
    r"\bso many\b": "at most, this many",
    r"\bof now\b|\bpassword now\b": "current",
    r"\bjudg(?:e|es|ed|ing|ement)\b(?! it against)": "review, decide, assess",
    r"\btak(?:e|es|en|ing) (?:it |this )?back\b|\btook (?:\w+ )?back\b": "unsend",
    r"\bput (?:\w+ ){0,2}aside\b": "delete",
    r"\bthrow (?:\w+ )?away\b": "delete",
    r"\bbr(?:ing|ings|ought) (?:it|them|a draft) back\b": "restore",
    r"\b(?:br(?:ing|ought)|c(?:ome|omes|ame)) in\b": "import",
    r"\b(?:another|newer|earlier|later|present|other) texts?\b": "version",
    r"\btexts? of (?:the standard|this version|today)\b": "version",
    r"\b(?:is|are|not) held\b": "saved, here",
    r"\bpassword is kept\b|\bnot (?:be )?kept\b": "saved",
    r"\bother words\b|\bsame words\b|\bunder (?:its|their) (?:new|other) w": "different wording, the same wording",
    r"^Words$": "Search",
    r"^Pace$": "On track?",
    r"\bbecause of:": "you wrote",
    r"\bmark(?:ed)? (?:a )?places?\b|\bplace that shows\b": "highlight",
    r"\bamong my best\b|\bshown? first\b": "mark as one of my best",
    r"\bwithout AI\b": "no AI used",
    r"\bsomebody or something helped\b": "anyone, or any AI, helped",
    r"\bwhere (?:it|this|that) leads\b|\bwhat of my\b": "next steps",
    r"\bhistory of the standard\b": "KSBs from earlier versions",
    r"\bfits? these filters\b": "matches",
    r"\binto \{\{": "to",
    r"\bnobody new\b": "no change",
    r"\bwait(?:s|ing)? for an answer\b": "pending",
    r"\blink works until\b": "expires",
    r"\bran out\b|\brun out or\b": "expired",
    r"\bwith trouble\b|\btried again now\b": "failed, trying again",
    r"\bwhere an apprenticeship stands\b": "status",
    r"\bentry’s hash\b|\bnote these (?:two )?down\b|\bnow and then\b": "keep a copy",
    r"\bstill says no\b": "if that doesn't work",
    r"\basks? gently\b": "we show a reminder",
    r"\bstands? in\b": "covers",
    r"\bthemself\b": "themselves",
    r"\bfilms?\b": "video",
    r"\bmails?\b(?! server)": "email",
    r"\bof yours\b": "your",
    r"\bwhom\b": "who",
}
RULES = [(re.compile(pattern, re.IGNORECASE), better) for pattern, better in BANNED.items()]
TRANSLATED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
SAID_BY_TEMPLATES = re.compile(
    r"""{%\s*translate\s+(?P<quote>["'])(?P<said>.*?)(?P=quote)"""
    r"|{%\s*blocktranslate\b.*?%}(?P<block>.*?){%\s*endblocktranslate\s*%}",
    re.DOTALL,
)


def _said_in_python(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in TRANSLATED:
            yield from (
                each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def _said_in_template(path: Path) -> Iterator[str]:
    for found in SAID_BY_TEMPLATES.finditer(path.read_text()):
        yield " ".join((found["said"] or found["block"]).split())


def _odd(sentence: str) -> list[str]:
    return [f"“{found[0]}” in “{sentence}”: {better}" for rule, better in RULES if (found := rule.search(sentence))]


@pytest.mark.parametrize("path", templates(), ids=named)
def test_a_template_says_it_in_plain_english(path: Path):
    assert [fault for sentence in _said_in_template(path) for fault in _odd(sentence)] == []


@pytest.mark.parametrize("part", PARTS)
def test_a_part_says_it_in_plain_english(part: str):
    faults = [
        f"{named(path)}: {fault}"
        for path in python_files(part)
        for sentence in _said_in_python(path)
        for fault in _odd(sentence)
    ]
    assert faults == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Waiting to be judged",
        "Your password is kept. Sign in with it now.",
        "Drafts you can go on with",
        "Move learners to another text",
        "Put this draft aside",
        "Files with trouble",
    ],
)
def test_what_read_as_if_translated_is_found(sentence: str):
    assert _odd(sentence)


def test_the_rules_look_at_what_templates_and_modules_say():
    assert "Check your email" in _said_in_template(ROOT / "templates/account/password_reset_done.html")
    assert "Enter your name." in _said_in_python(ROOT / "pages/people/forms.py")
