"""What external auditors open is recorded: each learner and each piece of evidence once within an hour."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from accounts.access import roles_of
from accounts.models import Role
from apprenticeships.models import Apprenticeship
from assessments.models import Appeal, OutcomeResult, Sample, Submission, Verification
from pages.requests import SiteRequest
from portfolios.models import Evidence, EvidenceFile
from portfolios.workflow import note_opening
from programme.models import ProgressReview

#: Which rows addresses name, by the name of the part that holds the id; each leads to its learner or its piece.
_EVIDENCE: dict[str, tuple[Any, str]] = {
    "evidence_id": (Evidence, "pk"),
    "submission_id": (Submission, "evidence"),
    "file_id": (EvidenceFile, "evidence"),
    "sample_id": (Sample, "decision__claim__submission__evidence"),
}
_LEARNERS: dict[str, tuple[Any, str]] = {
    "apprenticeship_id": (Apprenticeship, "pk"),
    "review_id": (ProgressReview, "apprenticeship"),
    "verification_id": (Verification, "apprenticeship"),
    "appeal_id": (Appeal, "apprenticeship"),
    "outcome_result_id": (OutcomeResult, "apprenticeship"),
}


class OpeningsMiddleware:
    """Notes what an external auditor was shown, before they are shown it."""

    def __init__(self, get_response: Callable[[SiteRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: SiteRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code == 200 and match and match.kwargs and Role.AUDITOR in roles_of(request.actor):
            for name, value in match.kwargs.items():
                _note(request, name, value)
        return response


def _note(request: SiteRequest, name: str, value: object) -> None:
    thing: Apprenticeship | Evidence | None = None
    if not isinstance(value, UUID):
        return
    if name in _EVIDENCE:
        thing = (
            Evidence.objects.visible_to(request.actor).filter(pk__in=_named(request, *_EVIDENCE[name], value)).first()
        )
    elif name in _LEARNERS:
        found = _named(request, *_LEARNERS[name], value)
        thing = Apprenticeship.objects.visible_to(request.actor).filter(pk__in=found).first()
    if thing:
        note_opening(request.actor, thing)


def _named(request: SiteRequest, model: Any, path: str, value: UUID) -> Any:
    return model.objects.visible_to(request.actor).filter(pk=value).values(path)
