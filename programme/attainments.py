"""What the rules ask in English, in maths and for the qualifications of a standard, and how far somebody has come.

What is asked follows from the rules of the start (`ProgrammeRules.english_and_maths`) and the age on that day. Source:
funding rules 2025-26 and 2026-27, English and maths; for adults those for starts from 11 February 2025.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from django.utils.translation import gettext as _

from apprenticeships.facts import age_on
from apprenticeships.models import Apprenticeship, EnglishAndMaths, ProgrammeRules
from apprenticeships.rules import rules_for
from core import moments
from programme.models.attainments import Attainment, AttainmentKind, Subject, SubjectLevel

#: Up to this level of the apprenticeship, level 1 is what is asked.
LOWER_LEVEL = 2
_RANKS = {SubjectLevel.ENTRY: 0, SubjectLevel.ONE: 1, SubjectLevel.TWO: 2}


class Asked(Enum):
    """What the rules ask of somebody in English and in maths."""

    NOTHING = "nothing"
    PASS = "pass"  # noqa: S105  # not a password
    CHOICE = "choice"
    CHOICE_MAY_LEAVE = "choice_may_leave"


class Need(NamedTuple):
    """One thing that is to be held, and how far it has come.

    Attributes:
        of: the subject, or the title of the qualification.
        name: what people call it.
        said: how it stands, in words.
        missing: what is left to do; nothing once it is done or where it is not asked for.
        is_asked: whether the rules, or the standard, ask for it.
        newest: the event that says so, if there is one.
    """

    of: str
    subject: Subject
    name: str
    said: str
    missing: str
    is_asked: bool
    newest: Attainment | None

    @property
    def is_done(self) -> bool:
        return not self.missing


def asked_of(apprenticeship: Apprenticeship, rules: ProgrammeRules) -> Asked:
    """What the rules of the start ask. Whoever’s date of birth is not known is no adult."""
    if rules.english_and_maths == EnglishAndMaths.NOT_PART:
        return Asked.NOTHING
    if rules.english_and_maths == EnglishAndMaths.REQUIRED or not is_adult(apprenticeship, rules):
        return Asked.PASS
    may_leave = rules.english_and_maths == EnglishAndMaths.ADULTS_MAY_LEAVE
    return Asked.CHOICE_MAY_LEAVE if may_leave else Asked.CHOICE


def is_adult(apprenticeship: Apprenticeship, rules: ProgrammeRules) -> bool:
    """Whether the rules of the start count somebody as an adult, by their age on the day they started."""
    born, age = apprenticeship.date_of_birth, rules.adult_age
    return born is not None and age is not None and age_on(born, apprenticeship.started_on) >= age


def level_asked(apprenticeship: Apprenticeship) -> SubjectLevel:
    """Level 1 for an apprenticeship at level 2, level 2 above."""
    level = apprenticeship.standard_version.level
    return SubjectLevel.ONE if level is not None and level <= LOWER_LEVEL else SubjectLevel.TWO


def qualifications_of(apprenticeship: Apprenticeship) -> list[str]:
    """The titles of the qualifications that the version of the standard asks for, each once."""
    titles = (str(one.get("title") or "").strip()[:300] for one in apprenticeship.standard_version.qualifications)
    return list(dict.fromkeys(title for title in titles if title))


def kinds_for(subject: str, asked: Asked) -> list[AttainmentKind]:
    """What can be recorded in a subject, where the rules ask this."""
    kinds = AttainmentKind
    studied = [kinds.HELD, kinds.ENROLLED, kinds.PASSED, kinds.NOT_PASSED]
    if subject == Subject.QUALIFICATION:
        return studied
    if asked in (Asked.CHOICE, Asked.CHOICE_MAY_LEAVE):
        left = [kinds.LEFT] if asked == Asked.CHOICE_MAY_LEAVE else []
        return [kinds.NOT_STUDIED, kinds.AGREED, kinds.HELD, kinds.EXEMPT, *studied[1:], *left]
    return [kinds.HELD, kinds.EXEMPT, *studied[1:]]


def needs_of(apprenticeship: Apprenticeship, standing: Iterable[Attainment]) -> list[Need]:
    """What is asked and how far it has come: English, maths, and each qualification. The rules are one query."""
    newest = {one.of: one for one in standing}
    asked = asked_of(apprenticeship, rules_for(apprenticeship))
    found = [
        _subject(apprenticeship, subject, asked, newest.get(subject)) for subject in (Subject.ENGLISH, Subject.MATHS)
    ]
    for title in qualifications_of(apprenticeship):
        one = newest.get(title)
        is_held = one is not None and one.kind in (AttainmentKind.HELD, AttainmentKind.PASSED)
        missing = "" if is_held else _("A certificate is needed.")
        found.append(Need(title, Subject.QUALIFICATION, title, said_of(one), missing, is_asked=True, newest=one))
    return found


def said_of(one: Attainment | None) -> str:
    """An event in words, without who recorded it; that nothing is recorded, where there is none."""
    if one is None:
        return _("Nothing recorded yet")
    what = str(AttainmentKind(one.kind).label)
    about = [str(SubjectLevel(one.level).label)] if one.level else []
    about += [one.get_certificate_display()] if one.certificate else []
    about += [one.agreed_with] if one.agreed_with else []
    return (
        f"{what}: {', '.join(about)} ({moments.day(one.effective_on)})"
        if about
        else (f"{what} ({moments.day(one.effective_on)})")
    )


def _subject(apprenticeship: Apprenticeship, subject: Subject, asked: Asked, one: Attainment | None) -> Need:
    return Need(
        subject.value,
        subject,
        str(subject.label),
        said_of(one),
        _missing(apprenticeship, asked, one),
        is_asked=asked != Asked.NOTHING,
        newest=one,
    )


def _missing(apprenticeship: Apprenticeship, asked: Asked, one: Attainment | None) -> str:
    if asked == Asked.NOTHING:
        return ""
    kinds, kind = AttainmentKind, AttainmentKind(one.kind) if one else None
    wanted = level_asked(apprenticeship)
    if kind == kinds.EXEMPT:
        return ""
    is_free = asked != Asked.PASS
    if one and kind in (kinds.HELD, kinds.PASSED):
        if _RANKS[SubjectLevel(one.level)] >= _RANKS[wanted] or (is_free and kind == kinds.PASSED):
            return ""
    elif is_free and (
        kind in (kinds.NOT_STUDIED, kinds.NOT_PASSED) or (kind == kinds.LEFT and asked == Asked.CHOICE_MAY_LEAVE)
    ):
        # Adults need not pass; until July 2026 they sit the test once they have begun.
        return ""
    if is_free and (kind is None or kind == kinds.HELD):
        return _("It has to be agreed with the employer whether to study this.")
    if kind is None and apprenticeship.date_of_birth is None:
        return _(
            "A certificate or result at %(level)s is needed. Less is asked of adults, but no date of birth is recorded."
        ) % {"level": wanted.label}
    return _("A certificate or result at %(level)s is needed.") % {"level": wanted.label}
