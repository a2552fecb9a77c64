"""What the employer reads behind a link before they sign a version: a template and its values for each kind."""

from collections.abc import Callable, Mapping
from typing import Any

from pages.gateway.rows import declared
from pages.programme.planning.fewer_hours import document_of_statement
from pages.programme.planning.rows import document_of_plan
from pages.programme.review_rows import document_of
from pages.programme.scanning.prior import document_of_prior_learning
from signing.models import OF_VERSIONS, Link, Purpose

_DOCUMENTS: dict[str, tuple[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    Purpose.REVIEW: ("programme/_document.html", document_of),
    Purpose.FEWER_HOURS: ("programme/_fewer_hours.html", document_of_statement),
    Purpose.PLAN: ("programme/_plan_document.html", document_of_plan),
    Purpose.PRIOR_LEARNING: ("programme/_prior_learning.html", document_of_prior_learning),
    Purpose.GATEWAY: ("gateway/_declared.html", declared),
}


def signed_document(link: Link) -> dict[str, Any]:
    """`document` and the `document_template` that shows it, of a link to a version; of others, no document."""
    if link.purpose not in OF_VERSIONS:
        return {"document": None}
    template, values = _DOCUMENTS[link.purpose]
    return {"document": values(link.content["signed"]), "document_template": template}
