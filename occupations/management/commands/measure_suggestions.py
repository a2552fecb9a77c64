"""How good suggestions are, by texts whose KSBs are known."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from occupations.importing.codes import REFERENCE, VERSION
from occupations.importing.draft import StandardDraft
from occupations.models import StandardVersion
from occupations.suggesting import DutyWithCodes, Statement, suggest
from occupations.suggesting.measuring import HEADINGS, Case, Measures, mean, results
from occupations.suggesting.reading import cases_of, drafts_in, duties_of, is_tagged, tagged_cases


class Command(BaseCommand):
    help = (
        "Measures suggestions on texts whose KSBs are known. DATA is a file or folder of standards that map their "
        "duties (each duty's text is asked about; nothing needs to be in the database), or a JSON file of tagged "
        "evidence: [{standard, evidence_title, evidence_text, ksb_codes}]."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("data", nargs="+", type=Path, metavar="DATA", help="standards, or tagged evidence")
        parser.add_argument(
            "--standards", type=Path, metavar="PATH", help="where tagged evidence finds its standards first"
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
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON object, no table")

    def handle(
        self,
        *,
        data: list[Path],
        standards: Path | None,
        ways: tuple[bool, ...] | None,
        as_json: bool,
        **options: Any,
    ) -> None:
        for path in [*data, *([standards] if standards else [])]:
            if not path.exists():
                raise CommandError(f"There is no {path}.")
        cases = list(self._cases(data, standards))
        if not cases:
            raise CommandError("There is no text in it whose KSBs are known.")
        told = {}
        for with_duties in ways or (False, True):
            title = "with the duty map" if with_duties else "without the duty map"
            told[title] = results(
                cases, lambda text, ksbs, duties, kept=with_duties: suggest(text, ksbs, duties if kept else ())
            )
        if as_json:
            self.stdout.write(json.dumps({title: _summary(found) for title, found in told.items()}))
        else:
            for title, found in told.items():
                self._tell(title, found)

    def _cases(self, data: list[Path], standards: Path | None) -> Iterator[Case]:
        find = Shelf(list(drafts_in(standards, self._note)) if standards else []).find
        for path in data:
            if is_tagged(path):
                yield from tagged_cases(path, find, self._note)
            else:
                for draft in drafts_in(path, self._note):
                    yield from cases_of(draft)

    def _note(self, text: str) -> None:
        self.stderr.write(f"Note: {text}")

    def _tell(self, title: str, found: dict[str, list[Measures]]) -> None:
        self.stdout.write(f"\nSuggestions {title}")
        self.stdout.write(f"{'standard':<16}{'texts':>6}" + "".join(f"{heading:>7}" for heading in HEADINGS.values()))
        for standard, measures in found.items():
            self.stdout.write(_row(standard, measures))
        self.stdout.write(_row("all", [one for measures in found.values() for one in measures]))


class Shelf:
    """Where tagged evidence finds its standard: in files that were named, else in the database."""

    def __init__(self, drafts: Sequence[StandardDraft]) -> None:
        self.drafts = drafts
        self.find = cache(self._find)

    def _find(self, name: str) -> tuple[Sequence[Statement], Sequence[DutyWithCodes]] | None:
        reference, version = REFERENCE.search(name.upper()), VERSION.search(name)
        for draft in sorted(self.drafts, key=lambda draft: [int(part) for part in draft.version.split(".")])[::-1]:
            if reference and draft.reference == reference[0] and (not version or draft.version == version[0]):
                return draft.ksbs or (), duties_of(draft)
            if not reference and (draft.title or "").casefold() == name.casefold():
                return draft.ksbs or (), duties_of(draft)
        held = StandardVersion.objects.filter(ksbs__isnull=False).distinct()
        if reference:
            held = held.filter(standard__reference=reference[0])
            held = held.filter(version=version[0]) if version else held
        else:
            held = held.filter(title__iexact=name)
        newest = held.newest()
        if not newest:
            return None
        duties = newest.duties.prefetch_related("ksbs")
        return list(newest.ksbs.in_order()), [
            DutyWithCodes(duty.text, tuple(ksb.code for ksb in duty.ksbs.all())) for duty in duties if duty.ksbs.all()
        ]


def _row(title: str, measures: list[Measures]) -> str:
    means = mean(measures)
    return f"{title:<16}{len(measures):>6}" + "".join(f"{getattr(means, name):>7.3f}" for name in HEADINGS)


def _summary(found: dict[str, list[Measures]]) -> dict[str, Any]:
    everything = [one for measures in found.values() for one in measures]
    return {
        "overall": asdict(mean(everything)) | {"texts": len(everything)},
        "standards": {name: asdict(mean(measures)) | {"texts": len(measures)} for name, measures in found.items()},
    }
