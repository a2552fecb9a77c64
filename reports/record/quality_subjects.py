"""The subjects of what is recorded of samples and what was found about them, and of results of outcomes."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from assessments.models import Finding, OutcomeResult, Sample
from assessments.sampling.lists import code_of_result
from core.actor import Actor
from core.links import path_to
from reports.record.found import Finder, Found, Subject, about_learner, keys


def _samples(ids: Collection[str], actor: Actor) -> Found:
    return _sampled(Sample.objects.visible_to(actor).filter(pk__in=keys(ids)), "pk", "")


def _findings(ids: Collection[str], actor: Actor) -> Found:
    return _sampled(Finding.objects.visible_to(actor).filter(pk__in=keys(ids)), "pk", "sample__")


def _finding_notes(ids: Collection[str], actor: Actor) -> Found:
    return _sampled(Finding.objects.visible_to(actor).filter(notes__in=keys(ids)), "notes", "sample__")


def _sampled(rows: QuerySet[Any, Any], pk: str, path: str) -> Found:
    whose = f"{path}apprenticeship__apprentice__name"
    code = Coalesce(f"{path}decision__claim__ksb__code", code_of_result(path))
    for found, sample, name, ksb in rows.values_list(pk, f"{path}pk", whose, code):
        yield found, Subject(f"{name}: {ksb}", path_to("sample", sample))


def _at_result(row: str) -> Finder:
    return about_learner(OutcomeResult, "pk", "outcome-result", row, is_by_role=True)


FINDERS: dict[str, Finder] = {
    "assessments.finding": _findings,
    "assessments.findingnote": _finding_notes,
    "assessments.outcomeresult": _at_result("pk"),
    "assessments.resultrelease": _at_result("release"),
    "assessments.sample": _samples,
    "assessments.secondmark": _at_result("second_marks"),
}
