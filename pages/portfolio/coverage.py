"""The coverage page of an apprenticeship."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.seen_by import SeenBy
from apprenticeships import pace
from apprenticeships.access import administers
from apprenticeships.models import Apprenticeship, Assignment, KsbProgress, KsbState
from apprenticeships.reach import SIGHT
from pages.requests import Request
from pages.templatetags.coverage import KsbRow
from portfolios import access
from portfolios.models import Evidence

_progress = SeenBy(
    lambda user, apprenticeship: (
        KsbProgress.objects.visible_to(user)
        .filter(apprenticeship=apprenticeship)
        .in_order()
        .values_list("state", "is_to_confirm", "ksb__code", "ksb__type", "ksb__statement")
    ),
    SIGHT,
)


@require_GET
def coverage(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """How far each KSB of one apprenticeship has come: the same picture for everybody who may see it."""
    apprenticeship = get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people().with_pace().with_missing_options(),
        pk=apprenticeship_id,
    )
    is_own = apprenticeship.apprentice_id == request.actor.person_id
    is_admin = administers(request.actor, apprenticeship.provider)
    texts = apprenticeship.standard_version.standard.versions
    progress = [KsbRow(*row) for row in _progress(request.actor, apprenticeship=apprenticeship.pk)]
    state = KsbState(given) if (given := request.GET.get("state")) in KsbState.values else None
    evidence = Evidence.objects.visible_to(request.actor).filter(apprenticeship=apprenticeship).kept()
    return render(
        request,
        "portfolio/coverage.html",
        {
            "apprenticeship": apprenticeship,
            "progress": [row for row in progress if state in (None, row.state)],
            "state": state,
            "to_confirm": [row for row in progress if row.is_to_confirm],
            "has_options": is_admin and apprenticeship.standard_version.options.exists(),
            "has_other_texts": is_admin and texts.exclude(pk=apprenticeship.standard_version_id).exists(),
            "assignments": Assignment.objects.live().filter(apprenticeship=apprenticeship).select_related("person"),
            "referred": list(evidence.filter(state=Evidence.State.REFERRED).newest_first()[:5]),
            "drafts": list(evidence.filter(state=Evidence.State.DRAFT).newest_first()[:5]) if is_own else [],
            "recent": list(evidence.exclude(state=Evidence.State.DRAFT).newest_first()[:8]),
            "is_own": is_own,
            "can_add": access.can_add_evidence(request.actor, apprenticeship),
            "rag_label": pace.RAG_LABELS.get(apprenticeship.rag, ""),
            "rag_rule": pace.RAG_RULE,
        },
    )
