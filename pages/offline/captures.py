"""Reading what a device sends: JSON that anybody could have made up, checked field by field."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from portfolios.content import EvidenceContent
from portfolios.merging import JUSTIFICATION_MOST
from portfolios.models import EvidenceKind

MOST_CLAIMS = 200
MOST_FOLLOWED = 50
#: What a capture says, empty or not. One that leaves any of it out has lost it on its way. The kind may be left unsaid.
WORDS = {"title", "narrative", "happened_on", "claims"}


class Unreadable(ValueError):
    """What came is no capture. `errors` says why, by field."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(line for lines in errors.values() for line in lines))
        self.errors = errors


@dataclass(frozen=True)
class Sent:
    """A capture as it came."""

    evidence_id: UUID
    capture_id: UUID
    words: EvidenceContent
    lines: dict[UUID, str]
    base: EvidenceContent | None
    follows: list[UUID]
    has_files: bool
    written_at: datetime | None


class WordsForm(forms.Form):
    """The words of a piece, with the limits of the evidence form."""

    title = forms.CharField(max_length=200, required=False)
    narrative = forms.CharField(max_length=20_000, required=False, strip=False)
    happened_on = forms.DateField(required=False)
    kind = forms.ChoiceField(choices=EvidenceKind.choices, required=False)


class CaptureForm(WordsForm):
    """The ids of a capture, its words, and when it was written."""

    evidence = forms.UUIDField()
    capture = forms.UUIDField()
    written_at = forms.DateTimeField(required=False)


class ClaimForm(forms.Form):
    """A claimed KSB with the line for it."""

    ksb = forms.UUIDField()
    why = forms.CharField(max_length=JUSTIFICATION_MOST, required=False)


def read(body: bytes) -> Sent:
    """What a device sent.

    Raises:
        Unreadable: it is not JSON, or a field is not what it should be.
    """
    content = _content(body)
    if missing := WORDS - set(content):
        raise Unreadable({field: [_("This is missing. Nothing was saved.")] for field in missing})
    form = CaptureForm(_texts(content))
    claims, faults = _claims(content.get("claims"))
    lines, more_faults = _claims(content.get("lines", []))
    faults |= more_faults
    if not form.is_valid() or faults:
        raise Unreadable({field: [str(line) for line in lines] for field, lines in form.errors.items()} | faults)
    given = form.cleaned_data
    return Sent(
        evidence_id=given["evidence"],
        capture_id=given["capture"],
        words=_words(given, claims),
        lines=lines,
        base=_base(content.get("base")),
        follows=_ids(content.get("follows")),
        has_files=bool(content.get("has_files")),
        written_at=given["written_at"],
    )


def _content(body: bytes) -> dict[str, Any]:
    try:
        text = json.dumps(json.loads(body), ensure_ascii=False)
        # Half of a pair of UTF-16 is no character: a database would refuse it.
        content = json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise Unreadable({"": [_("This could not be read.")]})
    return content


def _texts(content: dict[str, Any]) -> dict[str, str]:
    """What is text in it, as a form would bring it: a field of a form expects nothing else."""
    return {name: value for name, value in content.items() if isinstance(value, str)}


def _claims(given: object) -> tuple[dict[UUID, str], dict[str, list[str]]]:
    """The claims by KSB, and what is wrong with them."""
    claims: dict[UUID, str] = {}
    if not isinstance(given, list):
        return {}, {"claims": [_("This could not be read.")]}
    if len(given) > MOST_CLAIMS:
        return {}, {"claims": [_("One piece can claim up to %(most)s KSBs.") % {"most": MOST_CLAIMS}]}
    for row in given:
        form = ClaimForm(_texts(row) if isinstance(row, dict) else {})
        if not form.is_valid():
            return {}, {"claims": [str(line) for lines in form.errors.values() for line in lines]}
        claims[form.cleaned_data["ksb"]] = form.cleaned_data["why"]
    return claims, {}


def _base(given: object) -> EvidenceContent | None:
    """What the device began from; None where it does not say so in words that could be kept here."""
    if not isinstance(given, dict):
        return None
    form = WordsForm(_texts(given))
    claims, faults = _claims(given.get("claims"))
    if not form.is_valid() or faults:
        return None
    return _words(form.cleaned_data, claims)


def _words(given: dict[str, Any], claims: dict[UUID, str]) -> EvidenceContent:
    return EvidenceContent.written(
        title=given["title"],
        narrative=given["narrative"],
        happened_on=given["happened_on"],
        claims=claims,
        kind=given["kind"],
    )


def _ids(given: object) -> list[UUID]:
    field = forms.UUIDField()
    found = []
    for value in (given if isinstance(given, list) else [])[-MOST_FOLLOWED:]:
        try:
            found.append(field.clean(str(value)))
        except forms.ValidationError:
            continue
    return found
