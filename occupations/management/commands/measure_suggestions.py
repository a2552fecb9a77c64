"""How good suggestions are, by texts whose KSBs are known."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from occupations.importing.draft import StandardDraft
from occupations.importing.parsing.codes import REFERENCE, VERSION
from occupations.models import StandardVersion
from occupations.suggesting import DutyWithCodes, EvidenceText, Statement, Suggestion, suggest
from occupations.suggesting.learning import folds, learn
from occupations.suggesting.measuring import (
    HEADINGS,
    Case,
    Measures,
    Promise,
    Suggester,
    mean,
    promises,
    results,
    scored,
)
from occupations.suggesting.numbers import Numbers, shipped
from occupations.suggesting.reading import (
    Find,
    Found,
    cases_of,
    drafts_in,
    is_tagged,
    made_up_cases,
    shelf_of,
    tagged_cases,
)

#: What a case is measured with: numbers that have not seen its standard, or those that the project ships.
Plan = list[tuple[Numbers, list[Case]]]


class Command(BaseCommand):
    help = (
        "Measure suggestions on texts whose KSBs are known. DATA is a file or folder of standards that map their "
        "duties (each duty's text is asked about; nothing needs to be in the database), or a JSON file of tagged "
        "evidence: [{standard, evidence_title, evidence_text, ksb_codes}]."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("data", nargs="+", type=Path, metavar="DATA", help="standards, or tagged evidence")
        parser.add_argument(
            "--standards",
            type=Path,
            metavar="PATH",
            help="where to look first for the standards of tagged evidence; otherwise in the database",
        )
        duties = parser.add_mutually_exclusive_group()
        duties.add_argument(
            "--with-duties",
            action="store_const",
            const=(True,),
            dest="ways",
            help="only with the standard's duty map (always without the duty that is asked about)",
        )
        duties.add_argument(
            "--without-duties", action="store_const", const=(False,), dest="ways", help="only without the duty map"
        )
        parser.add_argument(
            "--cross-validate",
            action="store_true",
            help="learn again, five times, from the standards of DATA and --standards that are not asked about; "
            "without it the numbers that the project ships are measured, which have seen the standards they come from",
        )
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help=("print one JSON object instead of a table")
        )

    def handle(
        self,
        *,
        data: list[Path],
        standards: Path | None,
        ways: tuple[bool, ...] | None,
        cross_validate: bool,
        as_json: bool,
        **options: Any,
    ) -> None:
        for path in [*data, *([standards] if standards else [])]:
            if not path.exists():
                raise CommandError(f"{path} does not exist.")
        shelf = list(drafts_in(standards, self._note)) if standards else []
        cases: list[Case] = []
        for path in data:
            if is_tagged(path):
                cases += tagged_cases(path, _find_in(shelf), self._note)
            else:
                drafts = list(drafts_in(path, self._note))
                shelf += drafts
                cases += [case for draft in drafts for case in cases_of(draft)]
        if not cases:
            raise CommandError("It has no text with known KSBs.")
        plan = list(_learned_afresh(cases, shelf)) if cross_validate else [(shipped(), cases)]
        told = {
            "with the duty map" if with_duties else "without the duty map": _measured(plan, with_duties)
            for with_duties in ways or (False, True)
        }
        if as_json:
            self.stdout.write(json.dumps({title: _summary(found) for title, found in told.items()}))
            return
        for title, found in told.items():
            self.stdout.write(f"\nSuggestions {title}")
            headings = "".join(f"{heading:>7}" for heading in HEADINGS.values())
            self.stdout.write(f"{'standard':<24}{'texts':>6}{headings}")
            for standard, measures in sorted(found.items()):
                self.stdout.write(_row(standard, measures))
            self.stdout.write(_row("all", [one for measures in found.values() for one in measures]))
        self.stdout.write("\nWhat scores promise, without the duty map")
        self.stdout.write(f"{'from':<6}{'suggestions':>12}{'mean score':>12}{'right':>8}")
        for one in _promises(plan):
            self.stdout.write(f"{one.from_score:<6}{one.count:>12}{one.mean_score:>12.3f}{one.right_share:>8.3f}")

    def _note(self, text: str) -> None:
        self.stderr.write(f"Note: {text}")


def _suggester(numbers: Numbers, with_duties: bool) -> Suggester:
    def suggester(text: EvidenceText, ksbs: Sequence[Statement], duties: Sequence[DutyWithCodes]) -> list[Suggestion]:
        return suggest(text, ksbs, duties if with_duties else (), numbers)

    return suggester


def _measured(plan: Plan, with_duties: bool) -> dict[str, list[Measures]]:
    found: dict[str, list[Measures]] = {}
    for numbers, cases in plan:
        for standard, measures in results(cases, _suggester(numbers, with_duties)).items():
            found.setdefault(standard, []).extend(measures)
    return found


def _promises(plan: Plan) -> list[Promise]:
    return promises(chain.from_iterable(scored(cases, _suggester(numbers, False)) for numbers, cases in plan))


def _learned_afresh(cases: Sequence[Case], drafts: Sequence[StandardDraft]) -> Iterator[tuple[Numbers, list[Case]]]:
    """Numbers that have seen nothing of the standards of some cases, and these cases; for all cases."""
    title_of = {(draft.title or "").casefold(): draft.reference for draft in drafts}

    def reference_of(case: Case) -> str:
        found = REFERENCE.search(case.standard.upper())
        return found[0] if found else title_of.get(case.standard.casefold(), case.standard)

    part = folds([reference_of(case) for case in cases])
    for fold in sorted(set(part.values())):
        seen = [draft for draft in drafts if part.get(draft.reference) != fold]
        if not any(duty.ksb_codes for draft in seen for duty in draft.duties or ()):
            raise CommandError("Too few standards map their duties to learn from some and measure on others.")
        yield learn(seen, list(made_up_cases(seen))), [case for case in cases if part[reference_of(case)] == fold]


def _find_in(drafts: Sequence[StandardDraft]) -> Find:
    shelf = shelf_of(drafts)
    return lambda name: shelf(name) or _held(name)


def _held(name: str) -> Found | None:
    """The KSBs and duties of a standard in the database: by reference, with or without a version, or by title."""
    reference, version = REFERENCE.search(name.upper()), VERSION.search(name)
    held = StandardVersion.objects.filter(ksbs__isnull=False).distinct()
    if reference:
        held = held.filter(standard__reference=reference[0])
        held = held.filter(version=version[0]) if version else held
    else:
        held = held.filter(title__iexact=name)
    newest = held.newest()
    if not newest:
        return None
    duties = [
        DutyWithCodes(duty.text, tuple(ksb.code for ksb in duty.ksbs.all()))
        for duty in newest.duties.prefetch_related("ksbs")
    ]
    ksbs: list[Statement] = list(newest.ksbs.in_order())
    return ksbs, [duty for duty in duties if duty.codes]


def _row(title: str, measures: list[Measures]) -> str:
    means = mean(measures)
    return f"{title:<24.24}{len(measures):>6}" + "".join(f"{getattr(means, name):>7.3f}" for name in HEADINGS)


def _summary(found: dict[str, list[Measures]]) -> dict[str, Any]:
    everything = [one for measures in found.values() for one in measures]
    return {
        "overall": asdict(mean(everything)) | {"texts": len(everything)},
        "standards": {name: asdict(mean(measures)) | {"texts": len(measures)} for name, measures in found.items()},
    }
