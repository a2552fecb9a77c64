"""Keeping who is ready for the gateway: by the checklist itself, for those of whom it may be so.

The checklist takes a dozen statements for one learner, which is too much for a page about ten thousand. So a job asks
it of the few whose KSBs are far enough, and pages count what it found.
"""

from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apprenticeships.models import Apprenticeship, KsbState
from assessments.policies.models import SignOffPolicy
from core import clock
from reports.gateway.checklist import checklist_of
from reports.gateway.models import GatewayReadiness


def candidates() -> QuerySet[Apprenticeship]:
    """Everybody who may be ready: nobody else is, because the checklist begins with the KSBs.

    Where a provider's rule lets outcomes do without some KSBs, that is whoever has any signed off.
    """
    fewer = SignOffPolicy.objects.unscoped().filter(provider=OuterRef("provider"), others__isnull=False)
    signed_off = KsbState.SIGNED_OFF.counter
    found: QuerySet[Apprenticeship] = Apprenticeship.objects.unscoped().filter(
        Q(ksb_count=F(signed_off)) | Exists(fewer),
        status=Apprenticeship.Status.ON_PROGRAMME,
        undone_at=None,
        **{f"{signed_off}__gt": 0},
    )
    return found


def refresh() -> int:
    """Look at each of these again, and return how many are ready."""
    was_ready = GatewayReadiness.objects.unscoped().exclude(apprenticeship__in=candidates().values("pk"))
    was_ready.delete()
    return sum(map(_look, list(candidates().order_by("pk").values_list("pk", flat=True))))


def _look(learner_id: UUID) -> bool:
    rows = Apprenticeship.objects.unscoped().select_related(
        "apprentice", "provider", "employer", "option", "standard_version__standard"
    )
    learner = rows.get(pk=learner_id)
    is_ready = checklist_of(learner).is_met
    kept = GatewayReadiness.objects.unscoped()
    if is_ready:
        kept.update_or_create(
            apprenticeship=learner, defaults={"checked_at": clock.now()}, create_defaults={"provider": learner.provider}
        )
    else:
        kept.filter(apprenticeship=learner).delete()
    return is_ready
