"""What is made of the learners that somebody oversees: a spreadsheet of them, and a progress report of each."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import roles_of
from accounts.links import absolute
from apprenticeships.access import sees_cohort
from apprenticeships.models import Apprenticeship
from apprenticeships.reach import PROVIDER_WIDE_ROLES
from core import clock
from core.actor import Actor
from reports.cohorts import cohort_file
from reports.cohorts.cohort import Sort, overseen_by
from reports.cohorts.cohort_filter import narrowed
from reports.exports.kinds import CannotBeMade, ExportKind
from reports.exports.models import Export
from reports.pack.naming import Names, clean_part
from reports.pack.writing import PackFile
from reports.paper.learner_paper import Drawn, paper_of
from reports.paper.typesetting import set_as_pdf
from reports.tables.spreadsheet import CONTENT_TYPE


def asked_rows(export: Export, by: Actor) -> QuerySet[Apprenticeship]:
    """The learners whom `by` oversees now, filtered and in the order that was asked for."""
    asked = export.asked_for
    found = narrowed(overseen_by(by), asked.get("given", {}))
    if (seen := asked.get("seen")) is not None:
        found = found.filter(pk__in=seen)
    return Sort.named(asked.get("sort", "")).apply(found)


def _may_have(by: Actor, export: Export) -> bool:
    """Whoever saw the whole provider when they asked still does, and others still see each learner whom they saw."""
    if by.organisation_id != export.provider_id or not sees_cohort(by):
        return False
    seen = export.asked_for.get("seen")
    if seen is None:
        return _sees_all(by)
    return Apprenticeship.objects.visible_to(by).filter(pk__in=seen).count() == len(seen)


def _sees_all(by: Actor) -> bool:
    return bool(roles_of(by) & PROVIDER_WIDE_ROLES)


_REFUSED = gettext_lazy("Only people who oversee apprentices can have this.")


@dataclass
class LearnersAssembly:
    """The learners as a spreadsheet."""

    rows: QuerySet[Apprenticeship]
    about: list[str]
    content_type: str = CONTENT_TYPE
    key_id: str = ""

    def __post_init__(self) -> None:
        self.step_count = self.rows.count()
        self.file_name = f"learners-{clock.today().isoformat()}.xlsx"

    def write(self, target: BinaryIO, told: Callable[[int], None]) -> None:
        """Write the spreadsheet."""
        with cohort_file.spreadsheet(self.rows, absolute, self.about, told) as made:
            shutil.copyfileobj(made, target)

    def hidden_since(self) -> bool:
        """It holds no files."""
        return False


def _begin_spreadsheet(export: Export, by: Actor) -> LearnersAssembly:
    assert export.provider is not None, "a constraint"
    about = cohort_file.about(by, export.provider, export.asked_for.get("chosen", []))
    return LearnersAssembly(asked_rows(export, by), about)


@dataclass
class ProgressAssembly:
    """A progress report of each learner, as PDFs in one ZIP."""

    learners: list[tuple[UUID, str]]
    by: Actor
    content_type: str = "application/zip"
    key_id: str = ""

    def __post_init__(self) -> None:
        self.step_count = len(self.learners)
        self.root = f"progress-{clock.today().isoformat()}"
        self.file_name = f"{self.root}.zip"

    def write(self, target: BinaryIO, told: Callable[[int], None]) -> None:
        """Set one report after the other; memory does not grow with them.

        Raises:
            CannotBeMade: this machine cannot set PDFs.
        """
        names = Names()
        with PackFile(target, self.root, clock.now()) as out:
            for done, (learner, name) in enumerate(self.learners, 1):
                # Whoever is not theirs any more is left out.
                if paper := paper_of(Drawn.PROGRESS, self.by, learner):
                    with set_as_pdf(paper.page, paper.style) as pdf:
                        if pdf is None:
                            raise CannotBeMade(_("PDFs cannot be made here. Ask whoever runs this site."))
                        out.file(names.free("", clean_part(f"{name}.pdf")), pdf)
                told(done)

    def hidden_since(self) -> bool:
        """It holds no files."""
        return False


def _begin_reports(export: Export, by: Actor) -> ProgressAssembly:
    learners = list(asked_rows(export, by).values_list("pk", "apprentice__name"))
    if not learners:
        raise CannotBeMade(_("No learners match any more."))
    return ProgressAssembly(learners, by)


LEARNERS = ExportKind(Export.Kind.LEARNERS, _may_have, _REFUSED, _begin_spreadsheet)
PROGRESS = ExportKind(Export.Kind.PROGRESS, _may_have, _REFUSED, _begin_reports)


def asked_for(by: Actor, given: dict[str, Any], sort: str, chosen: list[str]) -> dict[str, Any]:
    """What an export of learners is told.

    Args:
        by: who asks; where they do not see the whole provider, which learners they see is part of it.
        given: the filters, checked.
        sort: as in an address.
        chosen: the filters in words.
    """
    told: dict[str, Any] = {
        "given": {name: str(value) for name, value in given.items()},
        "sort": sort,
        "chosen": chosen,
    }
    if not _sees_all(by):
        told["seen"] = sorted(str(pk) for pk in overseen_by(by).order_by().values_list("pk", flat=True))
    return told
