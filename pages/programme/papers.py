"""A progress review and the skills scans on paper, as somebody may have them."""

from typing import Any
from uuid import UUID

from django.template.loader import render_to_string

from apprenticeships.seen import seen
from core import moments
from core.actor import Actor
from occupations.models import Ksb
from pages.pictures import paper
from pages.pictures.drawing import svg
from pages.pictures.tables import drawn_table
from pages.programme.review_rows import document
from pages.programme.signatures import signature_rows, signatures_of
from programme.models import Party, SignedKind, SignedVersion
from programme.scanning.distance import Handed, distances, scans_seen_by
from programme.scanning.ratings import asked_of, choices_for
from reports.learners.travelled import pictures_of
from reports.paper.learner_paper import Paper

_STYLE = "portfolio/progress_paper.css"


def paper_of_version(by: Actor, version: SignedVersion, *, with_hidden: bool) -> Paper:
    """A version of a review that `by` sees, and who has signed it.

    Args:
        with_hidden: whether the parts that the employer does not see are in it.
    """
    context = {
        "version": version,
        "shared": version.shared,
        "document": document(version, with_hidden=with_hidden, style=paper.style()),
        "signatures": signature_rows(version, *signatures_of(by, version)),
    }
    return Paper(render_to_string("programme/review_paper.html", context), render_to_string(_STYLE))


def paper_of_review(by: Actor, review_id: UUID) -> Paper | None:
    """What all three parties see of the version that counts; None if `by` does not see it, or none was sent yet."""
    rows = SignedVersion.objects.visible_to(by).of(SignedKind.REVIEW).filter(about=review_id)
    version = rows.order_by("number").last()
    return paper_of_version(by, version, with_hidden=False) if version else None


def paper_of_scans(by: Actor, apprenticeship_id: UUID) -> Paper | None:
    """How far each KSB has come, and each scan; None if `by` does not see the learner, or nobody has rated."""
    learner = seen(by, apprenticeship_id, "apprentice", "provider", "standard_version__standard")
    scans = scans_seen_by(by, apprenticeship_id) if learner else []
    if learner is None or not scans:
        return None
    found = distances(asked_of(learner), scans, learner.standard_version_id)
    style = paper.style()
    versions = {scan.version for scan in scans}
    rows = Ksb.objects.filter(version__in=versions).values_list("version", "code", "statement")
    statements = {(version, code): statement for version, code, statement in rows}
    context = {
        "apprenticeship": learner,
        "pictures": [
            {"title": one.title, "description": one.description, "svg": svg(one, style), "table": drawn_table(one)}
            for one in pictures_of(found, learner.apprentice.name)
        ],
        "scans": [_scan(scan, statements) for scan in scans],
    }
    return Paper(render_to_string("programme/scans_paper.html", context), render_to_string(_STYLE))


def _scan(scan: Handed, statements: dict[tuple[UUID, str], str]) -> dict[str, Any]:
    labels = dict(choices_for(scan.party))
    return {
        "party": dict(Party.choices)[scan.party],
        "number": scan.number,
        "name": scan.name,
        "at": moments.moment_with_zone(scan.at),
        "comment": scan.comment,
        "rows": [
            {"code": code, "statement": statements.get((scan.version, code), ""), "rating": labels.get(value, value)}
            for code, value in scan.ratings.items()
        ],
    }
