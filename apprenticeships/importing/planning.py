"""What would become of each row of a file: a new enrolment, changes, nothing, or every reason why not."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import Organisation
from apprenticeships import uln
from apprenticeships.facts import Facts
from apprenticeships.importing.changing import differences, steps_to_make
from apprenticeships.importing.columns import DAYS
from apprenticeships.importing.known import Known, distinct
from apprenticeships.importing.planned import Planned
from apprenticeships.importing.reading import Reading, Row
from apprenticeships.importing.versions import Unknown, Versions
from apprenticeships.models import Apprenticeship
from apprenticeships.newcomers import Newcomer, problems_with
from apprenticeships.rules import published_hours
from core.folding import folded
from core.moments import day
from occupations.models import StandardVersion

#: The column of a file in which a fact stands.
COLUMN_OF = {
    "name": "first_name",
    "started_on": "start_date",
    "planned_end_on": "planned_end_date",
    "weekly_minutes": "weekly_hours",
}
#: Nobody else leaves, and then is enrolled on the same standard again, as a second apprenticeship.
_OVER = (Apprenticeship.Status.WITHDRAWN, Apprenticeship.Status.ACHIEVED, Apprenticeship.Status.NOT_ACHIEVED)


def plan(reading: Reading, provider: Organisation) -> list[Planned]:
    """What would become of every row now. Nothing is written; the number of queries does not grow with the rows."""
    planner = _Planner(provider)
    planned = [planner.plan(row) for row in reading.rows]
    _compare_rows([one for one in planned if not one.row.skipped])
    return planned


class _Planner:
    def __init__(self, provider: Organisation) -> None:
        self.provider = provider
        self.known = Known(provider)
        self.versions = Versions(provider)
        self._published: dict[tuple[UUID, date], int | None] = {}

    def plan(self, row: Row) -> Planned:
        planned = Planned(row, Newcomer(name=row.label), problems=list(row.problems), notes=list(row.notes))
        if row.skipped:
            return planned
        if (ukprn := row.get("ukprn")) and ukprn != str(self.provider.ukprn):
            planned.refuse(
                "ukprn",
                _("%(name)s is a learner of the provider with UKPRN %(theirs)s. Yours is %(ours)s.")
                % {"name": row.label, "theirs": ukprn[:20], "ours": self.provider.ukprn},
            )
        self._read(planned)
        self._require(planned)
        self._check(planned)
        self._find(planned)
        if planned.existing is not None:
            planned.differences = list(differences(planned, self.known))
        steps_to_make(planned, self.known)
        self._check_address(planned)
        return planned

    def _read(self, planned: Planned) -> None:
        """From the texts of a row to a newcomer, with what cannot be read as a problem."""
        row = planned.row
        days = {name: _day(planned, name) for name in DAYS}
        started_on = days["start_date"]
        number = row.get("uln")
        reference = self.known.with_reference(row.get("learner_reference"), number, row.label)
        if reference != row.get("learner_reference"):
            planned.notes.append(
                _("Reference %(short)s is read as %(full)s: a spreadsheet has taken the zeros off.")
                % {"short": row.get("learner_reference"), "full": reference}
            )
        version = None
        standard = row.get("standard") or row.get("lars_code")
        if standard:
            try:
                version = self.versions.meant(standard, row.get("version"), started_on)
            except Unknown as unknown:
                planned.refuse(
                    "version" if row.get("version") and "version" in str(unknown) else "standard", str(unknown)
                )
        if version and row.get("option"):
            try:
                planned.option = self.versions.option(version, row.get("option"))
            except Unknown as unknown:
                planned.refuse("option", str(unknown))
        weekly = _weekly_minutes(planned)
        planned.employer = row.get("employer")
        planned.newcomer = Newcomer(
            name=row.label,
            email=row.get("email").lower(),
            version=version,
            started_on=started_on,
            planned_end_on=days["planned_end_date"],
            facts=Facts(
                uln=number,
                learner_reference=reference,
                date_of_birth=days["date_of_birth"],
                planned_hours=_hours(planned, "planned_hours"),
                prior_learning_hours=_hours(planned, "prior_learning_hours") or 0,
                weekly_minutes=weekly,
                is_employer_funded=True if row.get("is_employer_funded") else None,
            ),
        )
        if address := row.get("assessor").lower():
            planned.assessor = self.known.assessors.get(address)
            if planned.assessor is None:
                planned.refuse(
                    "assessor",
                    _("Nobody with the address %(email)s is an assessor here. Invite them first.")
                    % {"email": address[:100]},
                )

    def _require(self, planned: Planned) -> None:
        """What nobody can be enrolled without."""
        row = planned.row
        for name in ("start_date", "planned_end_date"):
            if not row.get(name) and not any(one.field == name for one in planned.problems):
                planned.refuse(name, _("Enter the date."))
        if not row.get("standard") and not row.get("lars_code"):
            planned.refuse("standard", _("Enter the standard, such as ST0095."))
        if not row.get("learner_reference") and row.get("uln") in ("", uln.NOT_KNOWN):
            planned.refuse(
                "learner_reference", _("Enter the reference or the ULN, so that the learner is known again next time.")
            )

    def _check(self, planned: Planned) -> None:
        newcomer = planned.newcomer
        for name in ("first_name", "last_name"):
            if len(planned.row.get(name)) > 100:
                planned.refuse(name, _("A name has up to 100 characters."))
        for found in problems_with(newcomer, self._hours_published):
            if found.is_warning:
                planned.notes.append(found.message)
            else:
                planned.refuse(COLUMN_OF.get(found.field, found.field), found.message)

    def _hours_published(self, version: StandardVersion, started_on: date) -> int | None:
        """Asked once for all who start the same on one day."""
        key = version.pk, started_on
        if key not in self._published:
            self._published[key] = published_hours(version, started_on)
        return self._published[key]

    def _find(self, planned: Planned) -> None:
        """Who this is: by ULN and reference; somebody enrolled without either, by address."""
        facts, known = planned.newcomer.facts, self.known
        by_number = known.by_uln.get(facts.uln, []) if facts.uln else []
        by_reference = known.by_reference.get(facts.learner_reference, []) if facts.learner_reference else []
        for one in by_reference:
            if _is_known(facts.uln) and _is_known(one.uln) and one.uln != facts.uln:
                planned.refuse(
                    "learner_reference",
                    _("Reference %(reference)s is that of %(name)s, whose ULN is %(uln)s. Check both.")
                    % {"reference": facts.learner_reference, "name": one.apprentice.name, "uln": one.uln},
                )
                return
        theirs = distinct([*by_number, *by_reference])
        if not theirs and planned.newcomer.email:
            nameless = [one for one in known.by_address.get(planned.newcomer.email, []) if not one.learner_reference]
            theirs = [one for one in nameless if not _is_known(one.uln)]
        self._match(planned, theirs)

    def _match(self, planned: Planned, theirs: list[Apprenticeship]) -> None:
        """Which of somebody's apprenticeships this is."""
        version, started_on = planned.newcomer.version, planned.newcomer.started_on
        if version is None or started_on is None:
            return
        same = [one for one in theirs if one.standard_version.standard_id == version.standard_id]
        planned.existing = next((one for one in same if one.started_on == started_on), None)
        standing = [one for one in same if one.status not in _OVER]
        if planned.existing is None and standing:
            planned.existing = standing[-1]
            planned.refuse(
                "start_date",
                _("They are enrolled on this standard from %(here)s, and the file says %(file)s. Correct one of them.")
                % {"here": day(standing[-1].started_on), "file": day(started_on)},
            )
        if planned.existing is None:
            planned.beside = [one.pk for one in same]
            others = [one for one in theirs if one not in same and one.status not in _OVER]
            planned.notes += [
                _("They are also enrolled on %(standard)s, from %(day)s.")
                % {"standard": one.standard_version.standard.reference, "day": day(one.started_on)}
                for one in others
            ]

    def _check_address(self, planned: Planned) -> None:
        """An address is one person's: two with numbers of their own cannot have the same."""
        facts = planned.newcomer.facts
        for one in self.known.by_address.get(planned.newcomer.email, []) if planned.newcomer.email else []:
            is_other = _is_known(facts.uln) and _is_known(one.uln) and one.uln != facts.uln
            if is_other:
                planned.refuse(
                    "email",
                    _("%(email)s is the address of %(name)s, whose ULN is %(uln)s. Two people cannot share one.")
                    % {"email": planned.newcomer.email, "name": one.apprentice.name, "uln": one.uln},
                )


def _is_known(number: str) -> bool:
    return bool(number) and number != uln.NOT_KNOWN


def _day(planned: Planned, name: str) -> date | None:
    text = planned.row.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        planned.refuse(name, _("“%(text)s” is not a date.") % {"text": text[:40]})
        return None


def _hours(planned: Planned, name: str) -> int | None:
    text = planned.row.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        planned.refuse(
            name, _("“%(text)s” is not a number of hours. Write whole hours, such as 420.") % {"text": text[:40]}
        )
        return None
    return int(text)


def _weekly_minutes(planned: Planned) -> int | None:
    text = planned.row.get("weekly_hours").replace(",", ".")
    if not text:
        return None
    try:
        hours = Decimal(text)
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite() or not 0 < hours <= 168:
        planned.refuse(
            "weekly_hours",
            _("“%(text)s” is not a number of hours. Write it as 37.5, for example.") % {"text": text[:40]},
        )
        return None
    return round(hours * 60)


def _compare_rows(planned: list[Planned]) -> None:
    """What rows of one file say against one another: one learner twice, one number or address of two people."""
    for name, of_rows, words in _COMPARED:
        alike: dict[str, list[Planned]] = defaultdict(list)
        for one in planned:
            if key := of_rows(one):
                alike[key].append(one)
        for rows in alike.values():
            if len(rows) > 1:
                for one, reason in words(rows):
                    one.refuse(name, reason)


_Found = Iterator[tuple[Planned, str]]


def _numbers(rows: list[Planned]) -> _Found:
    first = rows[0]
    for one in rows[1:]:
        ours, theirs = one.newcomer.facts.learner_reference, first.newcomer.facts.learner_reference
        if ours and theirs and ours != theirs:
            yield one, _("Row %(row)s has this ULN too, with reference %(reference)s.") % _said(first, theirs)
        elif folded(one.newcomer.name) != folded(first.newcomer.name):
            yield (
                one,
                _("Row %(row)s has this ULN too, with the name %(reference)s.") % _said(first, first.newcomer.name),
            )
    yield from _twice(rows)


def _references(rows: list[Planned]) -> _Found:
    first = rows[0]
    for one in rows[1:]:
        ours, theirs = one.newcomer.facts.uln, first.newcomer.facts.uln
        if _is_known(ours) and _is_known(theirs) and ours != theirs:
            yield one, _("Row %(row)s has this reference too, with ULN %(reference)s.") % _said(first, theirs)
    yield from _twice(rows)


def _addresses(rows: list[Planned]) -> _Found:
    """Two people on one address, each named at the other."""
    for one in rows:
        for other in rows:
            ours, theirs = _identity(one), _identity(other)
            if one is not other and ours and theirs and ours != theirs:
                yield (
                    one,
                    _("Row %(row)s (%(name)s, %(reference)s) has this address too. Two people cannot share one.")
                    % (_said(other, theirs) | {"name": other.newcomer.name}),
                )
                break


def _identity(one: Planned) -> str:
    facts = one.newcomer.facts
    if _is_known(facts.uln):
        return _("ULN %(uln)s") % {"uln": facts.uln}
    return _("reference %(reference)s") % {"reference": facts.learner_reference} if facts.learner_reference else ""


def _twice(rows: list[Planned]) -> _Found:
    seen: dict[tuple[object, ...], Planned] = {}
    for one in rows:
        version = one.newcomer.version
        key = version.standard_id if version else None, one.newcomer.started_on
        if key in seen:
            yield one, _("This learner is on row %(row)s already.") % _said(seen[key], "")
        seen.setdefault(key, one)


def _said(row: Planned, reference: str) -> dict[str, object]:
    return {"row": row.row.number, "reference": reference}


#: The columns that tell people apart, what a row has there, and what is said of rows that have the same.
_COMPARED: tuple[tuple[str, Callable[[Planned], str], Callable[[list[Planned]], _Found]], ...] = (
    ("uln", lambda one: one.newcomer.facts.uln if _is_known(one.newcomer.facts.uln) else "", _numbers),
    ("learner_reference", lambda one: one.newcomer.facts.learner_reference, _references),
    ("email", lambda one: one.newcomer.email, _addresses),
)
