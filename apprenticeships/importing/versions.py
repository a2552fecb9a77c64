"""Which version of which standard a row of a file means."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.folding import folded
from occupations.models import Option, StandardVersion

_REFERENCE = re.compile(r"(?i)(ST|FA|AU)\s*([0-9]{4})(?:\s*[vV]?\s*([0-9]{1,3}\.[0-9]{1,3}))?\b.*")
_CODE = re.compile(r"[0-9]{1,5}")


class Unknown(Exception):
    """No version that the provider can use is meant. The message says why."""


class Versions:
    """The versions that a provider can enrol on, read once for a whole file."""

    def __init__(self, provider: Organisation) -> None:
        held = StandardVersion.objects.usable_by(provider).select_related("standard")
        self._of_reference: dict[str, dict[str, StandardVersion]] = defaultdict(dict)
        self._of_code: dict[str, set[str]] = defaultdict(set)
        self._options: dict[object, list[Option]] = {}
        # The last correction counts; a private standard gives way to the catalogue's of the same reference.
        for version in sorted(held, key=lambda one: (one.standard.owner_id is None, one.correction)):
            reference = version.standard.reference
            self._of_reference[reference][version.version] = version
            for code in version.lars_codes:
                self._of_code[str(code)].add(reference)

    def meant(self, standard: str, number: str, started_on: date | None) -> StandardVersion:
        """The version of a reference (ST0095, or with its number) or LARS code.

        With no number it is the newest that takes starts on this day, and where none does, the newest of all.

        Raises:
            Unknown: there is none.
        """
        found = _REFERENCE.fullmatch(standard)
        if found:
            reference, number = (found[1] + found[2]).upper(), number or found[3] or ""
        elif _CODE.fullmatch(standard):
            references = sorted(self._of_code.get(standard.lstrip("0"), ()))
            if not references:
                raise Unknown(
                    _("The catalogue has no standard with LARS code %(code)s. Import the standard first.")
                    % {"code": standard}
                )
            reference = references[0]
        else:
            raise Unknown(
                _("“%(text)s” is not a standard. Write its reference, such as ST0095.") % {"text": standard[:40]}
            )
        versions = self._of_reference.get(reference)
        if not versions:
            raise Unknown(
                _("The catalogue has no standard %(reference)s. Import the standard first.") % {"reference": reference}
            )
        if number:
            if number not in versions:
                raise Unknown(
                    _("%(reference)s has no version %(number)s here. There is %(versions)s.")
                    % {"reference": reference, "number": number, "versions": ", ".join(sorted(versions))}
                )
            return versions[number]
        newest = sorted(versions.values(), key=lambda one: one.number_parts, reverse=True)
        return next((one for one in newest if started_on and _takes(one, started_on)), newest[0])

    def option(self, version: StandardVersion, title: str) -> Option:
        """The option of a version with this title, in whatever case it was typed.

        Raises:
            Unknown: it has none.
        """
        if version.pk not in self._options:
            self._options[version.pk] = list(version.options.all())
        options = self._options[version.pk]
        for option in options:
            if folded(option.title) == folded(title):
                return option
        raise Unknown(
            _("This standard has no option “%(title)s”. It has %(options)s.")
            % {"title": title[:80], "options": _listed(option.title for option in options)}
        )


def _takes(version: StandardVersion, on: date) -> bool:
    first, last = version.earliest_start_on, version.latest_start_on
    return (first is None or first <= on) and (last is None or on <= last)


def _listed(titles: Iterable[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles) or _("none")
