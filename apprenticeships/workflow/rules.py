"""Bringing in programme rules and published hours: the shipped ones, and what the operator adds by a command."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from apprenticeships.audit_actions import PROGRAMME_RULES_ADDED, PUBLISHED_HOURS_ADDED
from apprenticeships.models import ProgrammeRules, PublishedHours
from apprenticeships.rule_files import VALUES, shipped
from audit import chain as audit
from core.actor import SYSTEM
from core.errors import Incomplete

_SAID = (*VALUES, "funding_year", "sources")


@transaction.atomic
def bring_in_shipped() -> int:
    """Add the shipped rules of days for which there are none. They come with the software, so there is no entry.

    Returns:
        how many were added.
    """
    held = set(ProgrammeRules.objects.values_list("programme", "starts_from"))
    lacking = [one for one in shipped() if (one.programme, one.starts_from) not in held]
    ProgrammeRules.objects.bulk_create(lacking)
    return len(lacking)


@transaction.atomic
def add_rules(rules: Iterable[ProgrammeRules], reason: str = "") -> list[ProgrammeRules]:
    """Add rules of a file, as `rule_files.read_rules` checked them. What is there already is not added again.

    Args:
        reason: why rules that are there are replaced by those of the same day.

    Returns:
        what was added.

    Raises:
        Incomplete: one says something else than the rules of its day, and no reason was given.
    """
    added = []
    for one in rules:
        same_day = ProgrammeRules.objects.filter(programme=one.programme, starts_from=one.starts_from)
        last = same_day.order_by("-edition").first()
        if last and all(getattr(last, name) == getattr(one, name) for name in _SAID):
            continue
        if last:
            if not reason.strip():
                raise Incomplete(
                    _("There are other rules for %(programme)s from %(day)s. Say why these replace them.")
                    % {"programme": one.get_programme_display(), "day": one.starts_from.isoformat()},
                    field="reason",
                )
            one.edition, one.reason = last.edition + 1, reason.strip()
        one.save(force_insert=True)
        audit.record(PROGRAMME_RULES_ADDED, SYSTEM, one, starts_from=one.starts_from, edition=one.edition)
        added.append(one)
    return added


@transaction.atomic
def add_published_hours(rows: Iterable[PublishedHours]) -> list[PublishedHours]:
    """Add published hours of a file, as `rule_files.read_published` checked them; a changed figure is a new edition.

    Returns:
        what was added: what is there already is not added again.
    """
    added = []
    for one in rows:
        same = PublishedHours.objects.filter(reference=one.reference, version=one.version, starts_from=one.starts_from)
        last = same.order_by("-edition").first()
        if last and (last.hours, last.starts_until) == (one.hours, one.starts_until):
            continue
        one.edition = last.edition + 1 if last else 1
        one.save(force_insert=True)
        audit.record(PUBLISHED_HOURS_ADDED, SYSTEM, one, hours=one.hours, edition=one.edition)
        added.append(one)
    return added
