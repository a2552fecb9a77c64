"""`manage.py rebuild_coverage`: recompute progress from what was shown and judged, breaks from changes, and hours."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apprenticeships import breaks
from apprenticeships.models import Apprenticeship, KsbProgress
from apprenticeships.progress import DERIVED_FIELDS, applicable_ksbs, state_of
from apprenticeships.workflow import locked_apprenticeship
from assessments import coverage as judged
from portfolios import coverage
from programme.learning_hours import totals as hours


class Command(BaseCommand):
    help = (
        "Recompute coverage from claims, decisions and sign-offs, breaks from changes, and hours from their entries. "
        "With --check, only say what differs and exit 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if anything would change")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        found = 0
        examined = 0
        for pk in Apprenticeship.objects.unscoped().order_by("pk").values_list("pk", flat=True).iterator():
            examined += 1
            with transaction.atomic():
                apprenticeship = locked_apprenticeship(pk)
                rows = list(KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship).select_related("ksb"))
                differences = list(self._differences(apprenticeship, rows))
                if differences and not check:
                    judged.refit(apprenticeship)
                    breaks.settle(apprenticeship)
                    hours.settle(apprenticeship)
            for difference in differences:
                found += 1
                self.stdout.write(f"{pk}: {difference}")
        if check and found:
            raise CommandError(f"{found} differences in {examined} apprenticeships; nothing was changed.")
        self.stdout.write(
            f"{examined} apprenticeships examined, {found} differences {'corrected' if found else 'found'}."
        )

    def _differences(self, apprenticeship: Apprenticeship, rows: list[KsbProgress]) -> Iterator[str]:
        """Recompute `rows` in place, and say what about them and the totals was not so."""
        applying = dict(applicable_ksbs(apprenticeship).values_list("pk", "code"))
        for row in rows:
            if row.ksb_id not in applying:
                yield f"{row.ksb.code} has progress, but does not apply"
            if row.provider_id != apprenticeship.provider_id:
                yield f"{row.ksb.code} has progress at another provider"
        for ksb in applying.keys() - {row.ksb_id for row in rows}:
            yield f"{applying[ksb]} applies, but has no progress"
        rows = [row for row in rows if row.ksb_id in applying]
        fields = [field.replace("signed_off_by", "signed_off_by_id") for field in DERIVED_FIELDS]
        before = {row.pk: [getattr(row, field) for field in fields] for row in rows}
        judged.recount(apprenticeship, rows)
        for row in rows:
            row.state = state_of(row)
            now = [getattr(row, field) for field in fields]
            for field, was, should in zip(fields, before[row.pk], now, strict=True):
                if was != should:
                    yield f"{row.ksb.code} {field} is {was!r}, should be {should!r}"
        expected = coverage.totals_of(apprenticeship, rows) | breaks.columns_of(apprenticeship)
        expected |= hours.columns_of(apprenticeship)
        for column, should in expected.items():
            if (was := getattr(apprenticeship, column)) != should:
                yield f"{column} is {was!r}, should be {should!r}"
