"""From what was typed in the form of a progress review to what is signed, and back into the form."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core import clock, names
from core.errors import Incomplete
from core.fields import DayField
from programme.models import Party
from programme.reviewing.sections import LONGEST_TEXT, Section

#: New actions that the form has room for.
MOST_ACTIONS = 8
LONGEST_LINE = 300

Words = dict[str, str]


class Written(NamedTuple):
    """What somebody wrote of a review, checked."""

    held_on: date
    participants: list[dict[str, str]]
    absent: str
    texts: dict[str, str]
    carried: list[dict[str, Any]]
    actions: list[dict[str, Any]]


def field_names(sections: Iterable[Section], carried: Iterable[Mapping[str, Any]]) -> list[str]:
    """The fields of the form, in their order."""
    found = ["held_on", *(f"with_{party.value}" for party in Party), "absent"]
    for action in carried:
        found += [f"done_{action['id']}", f"note_{action['id']}"]
    found += [f"section_{section.key}" for section in sections]
    for number in range(1, MOST_ACTIONS + 1):
        found += [f"what_{number}", f"owner_{number}", f"due_{number}"]
    return found


def kept_words(typed: Mapping[str, str], fields: Iterable[str]) -> Words:
    """What was typed, as it can be kept: of these fields, line ends of one kind, no NUL, not endlessly long."""
    return {
        name: typed[name].replace("\r\n", "\n").replace("\0", "")[: 4 * LONGEST_TEXT]
        for name in fields
        if name in typed
    }


def _missing(message: str, what: str, which: object) -> Incomplete:
    """What is missing in one of the fields of `field_names`, by which the words are known."""
    return Incomplete(message, field="_".join((what, str(which))))


def held_day(words: Mapping[str, str], earliest: date) -> date:
    """The day on which it was held.

    Raises:
        Incomplete: none, one to come, or one before the training began.
    """
    if not words.get("held_on", "").strip():
        raise Incomplete(_("Enter the day on which you met."), field="held_on")
    try:
        day: date | None = DayField().clean(words["held_on"])
    except ValidationError as wrong:
        raise Incomplete(wrong.messages[0], field="held_on") from None
    if day is None or day > clock.today():
        raise Incomplete(_("A review cannot have been held in the future."), field="held_on")
    if day < earliest:
        raise Incomplete(_("This is before the apprenticeship started."), field="held_on")
    return day


def participants_in(words: Mapping[str, str]) -> tuple[list[dict[str, str]], str]:
    """Who took part, and why somebody did not.

    Raises:
        Incomplete: nobody of the provider or the apprentice, or somebody missing without a word why.
    """
    named = {party: names.tidy(words.get(f"with_{party.value}", "")) for party in Party}
    for party in (Party.PROVIDER, Party.APPRENTICE):
        if not named[party]:
            raise _missing(_("Enter who took part."), "with", party.value)
    for party, name in named.items():
        if names.has_hidden(name):
            raise _missing(_("This name contains hidden characters. Type it again."), "with", party.value)
    absent = words.get("absent", "").strip()
    if not named[Party.EMPLOYER] and not absent:
        raise Incomplete(_("Say why nobody from the employer took part."), field="absent")
    return [{"party": party.value, "name": name} for party, name in named.items() if name], absent


def written(
    words: Mapping[str, str],
    sections: Iterable[Section],
    carried: Iterable[Mapping[str, Any]],
    review: UUID,
    earliest: date,
) -> Written:
    """What is to be signed.

    Args:
        words: by the names of `field_names`.
        review: whose it is: the ids of its actions follow from it, so the same words say the same.

    Raises:
        Incomplete: with the field in which something is missing.
    """
    held_on = held_day(words, earliest)
    participants, absent = participants_in(words)
    looked_at = []
    for action in carried:
        done = words.get(f"done_{action['id']}", "")
        if done not in ("yes", "no"):
            raise _missing(_("Say whether this was done."), "done", action["id"])
        note = words.get(f"note_{action['id']}", "").strip()
        if done == "no" and not note:
            raise _missing(_("Say why this was not done, and what happens now."), "note", action["id"])
        looked_at.append({**action, "is_done": done == "yes", "note": note})
    texts = {}
    for section in sections:
        text = words.get(f"section_{section.key}", "").strip()
        if section.is_required and not text:
            raise _missing(_("Write something here, or “None”."), "section", section.key)
        texts[section.key] = text
    agreed = [_action(words, number, review, held_on) for number in range(1, MOST_ACTIONS + 1)]
    actions = [one for one in agreed if one is not None]
    return Written(held_on, participants, absent, texts, looked_at, actions)


def _action(words: Mapping[str, str], number: int, review: UUID, held_on: date) -> dict[str, Any] | None:
    what, owner, due = (words.get(f"{name}_{number}", "").strip() for name in ("what", "owner", "due"))
    if not (what or due):
        return None
    if not what:
        raise _missing(_("Say what is to be done."), "what", number)
    if owner not in Party.values:
        raise _missing(_("Choose who does it."), "owner", number)
    day = None
    with suppress(ValidationError):
        day = DayField().clean(due)
    if day is None:
        raise _missing(_("Enter by when, such as 3 March 2027."), "due", number)
    if day < held_on:
        raise _missing(_("This is before the review."), "due", number)
    return {"id": str(uuid5(NAMESPACE_URL, f"{review}/{number}/{what}")), "what": what, "owner": owner, "due_on": day}


def words_of(content: Mapping[str, Any]) -> Words:
    """What the form held when this was sent to be signed, for correcting it."""
    shared = content["shared"]
    found: Words = {"held_on": shared["held_on"], "absent": shared["absent"]}
    for one in shared["participants"]:
        found[f"with_{one['party']}"] = one["name"]
    for action in shared["carried"]:
        found[f"done_{action['id']}"] = "yes" if action["is_done"] else "no"
        found[f"note_{action['id']}"] = action["note"]
    for section in [*shared["sections"], *content["hidden"]]:
        found[f"section_{section['key']}"] = section["text"]
    for number, action in enumerate(shared["actions"], start=1):
        found |= {
            f"what_{number}": action["what"],
            f"owner_{number}": action["owner"],
            f"due_{number}": action["due_on"],
        }
    return found
