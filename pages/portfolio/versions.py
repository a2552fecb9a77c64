"""What needs both a portfolio and its judgements: a piece's versions, and a portfolio on paper."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apprenticeships.models import Apprenticeship, KsbProgress
from assessments.models import Submission
from assessments.rounds import Round, rounds_of
from assessments.versions import versions_of
from pages.portfolio.portfolio_filter import PortfolioFilter
from pages.requests import Request
from portfolios.access import can_change_evidence
from portfolios.content import EvidenceContent
from portfolios.models import Evidence, EvidenceVersion
from portfolios.workflow import show_texts

#: A page of more would be too much for a browser to lay out; the filters divide a larger portfolio.
MOST_PRINTED = 200


@require_GET
def evidence_versions(request: Request, evidence_id: UUID) -> HttpResponse:
    """How a piece came to say what it says: each version with what changed, the newest first."""
    piece = get_object_or_404(
        Evidence.objects.visible_to(request.actor).select_related(
            "apprenticeship__apprentice", "apprenticeship__standard_version__standard"
        ),
        pk=evidence_id,
    )
    rounds = (
        Submission.objects.visible_to(request.actor)
        .filter(evidence=piece, withdrawn_at=None)
        .select_related("snapshot")
        .order_by("round")
    )
    saved = EvidenceVersion.objects.visible_to(request.actor).filter(evidence=piece).order_by("revision")
    versions = versions_of(saved, rounds)
    can_bring_back = can_change_evidence(request.actor, piece) and piece.is_editable
    present = EvidenceContent.of(piece) if can_bring_back else EvidenceContent()
    return render(
        request,
        "portfolio/versions.html",
        {
            "evidence": piece,
            "apprenticeship": piece.apprenticeship,
            "versions": versions[::-1],
            # The revisions whose words are not those of now.
            "brought_back": {
                one.revision
                for one in versions
                if can_bring_back and one.revision and present.difference(replace(one.said, files=present.files))
            },
        },
    )


@require_GET
def portfolio_print(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """The pieces that were submitted, as filtered, with their newest round, laid out for paper."""
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people(), pk=apprenticeship_id
    )
    is_own = apprenticeship.apprentice_id == request.actor.person_id
    filters = PortfolioFilter(request.GET, apprenticeship=apprenticeship, actor=request.actor)
    pieces = filters.narrow(
        Evidence.objects.visible_to(request.actor).filter(
            apprenticeship=apprenticeship, first_submitted_at__isnull=False
        )
    ).shown_first()
    chosen = list(pieces[:MOST_PRINTED])
    newest: dict[UUID, Round] = {}
    for one in rounds_of(request.actor, frozenset(piece.pk for piece in chosen)):
        newest.setdefault(one.submission.evidence_id, one)
    show_texts(request.actor, [file for one in newest.values() for file in one.files])
    return render(
        request,
        "portfolio/print.html",
        {
            "apprenticeship": apprenticeship,
            "is_own": is_own,
            "pieces": [(piece, newest[piece.pk]) for piece in chosen if piece.pk in newest],
            "left_out_count": pieces.count() - len(chosen),
            "progress": KsbProgress.objects.visible_to(request.actor)
            .filter(apprenticeship=apprenticeship)
            .select_related("ksb")
            .in_order(),
            "is_filtered": bool(filters.given),
        },
    )
