"""What an apprentice's device keeps for days without a network: their own progress, KSBs, duties and drafts."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django.urls import reverse

from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from core.actor import Actor
from core.canonical import canonical, digest
from core.readable import readable
from files.file_types import MAX_FILES
from occupations.models import Duty, KsbType
from portfolios import access
from portfolios.models import Claim, Evidence, PortfolioPolicy, policy_of

#: More than this is for the site itself.
MOST_APPRENTICESHIPS = 5
MOST_DRAFTS = 20


def snapshot_of(actor: Actor, name: str) -> dict[str, Any]:
    """Everything that is shown offline, for `actor` alone. The number of queries does not grow with the rows.

    Args:
        name: what they are called.
    """
    own = list(
        Apprenticeship.objects.of_apprentice(actor)
        .with_people()
        .with_pace()
        .order_by("-started_on", "pk")[:MOST_APPRENTICESHIPS]
    )
    progress: dict[UUID, list[KsbProgress]] = defaultdict(list)
    rows = KsbProgress.objects.visible_to(actor).filter(apprenticeship__in=own).select_related("ksb").in_order()
    for row in rows:
        progress[row.apprenticeship_id].append(row)
    duties: dict[UUID, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.filter(version__in={one.standard_version_id for one in own}).prefetch_related("ksbs"):
        duties[duty.version_id].append(duty)
    drafts: dict[UUID, list[Evidence]] = defaultdict(list)
    for draft in (
        Evidence.objects.visible_to(actor)
        .filter(apprenticeship__in=own, state__in=Evidence.EDITABLE_STATES)
        .kept()
        .prefetch_related(Prefetch("claims", Claim.objects.visible_to(actor).select_related("ksb").in_order()))
        .newest_first()[:MOST_DRAFTS]
    ):
        drafts[draft.apprenticeship_id].append(draft)
    policies = {provider.pk: policy_of(provider) for provider in {one.provider for one in own}}
    snapshot: dict[str, Any] = canonical(
        {
            "person": {"id": actor.person_id, "name": name},
            "limits": {"file_bytes": settings.EVIDENCE_FILE_MAX_BYTES, "files": MAX_FILES},
            "types": [{"type": type_, "label": str(label)} for type_, label in KsbType.choices],
            "states": [{"state": state, "label": str(state.label)} for state in KsbState.furthest_first()],
            "apprenticeships": [
                _apprenticeship(
                    one,
                    actor,
                    policies[one.provider_id],
                    progress[one.pk],
                    duties[one.standard_version_id],
                    drafts[one.pk],
                )
                for one in own
            ],
        }
    )
    return snapshot


def tag_of(snapshot: dict[str, Any]) -> str:
    """An ETag for it."""
    return f'"{digest(snapshot)}"'


def _apprenticeship(
    one: Apprenticeship,
    actor: Actor,
    policy: PortfolioPolicy,
    progress: list[KsbProgress],
    duties: list[Duty],
    drafts: list[Evidence],
) -> dict[str, Any]:
    codes = {row.ksb_id: row.ksb.code for row in progress}
    of_ksb: dict[UUID, list[int]] = defaultdict(list)
    for duty in duties:
        for ksb in duty.ksbs.all():
            of_ksb[ksb.pk].append(duty.number)
    return {
        "id": one.pk,
        "standard": str(one.standard_version),
        "reference": one.standard_version.standard.reference,
        "started_on": one.started_on,
        "planned_end_on": one.planned_end_on,
        "expected_percent": _whole(vars(one)["expected_percent"]),
        "actual_percent": _whole(vars(one)["actual_percent"]),
        "signed_off_count": vars(one)[KsbState.SIGNED_OFF.counter],
        "can_add": access.can_add_evidence(actor, one),
        "captures_url": reverse("pages:captures", args=[one.pk]),
        "wants_line": policy.wants_line_per_claim,
        "most_claims": policy.claims_per_piece,
        "ksbs": [
            {
                "id": row.ksb_id,
                "code": row.ksb.code,
                "type": row.ksb.type,
                "statement": readable(row.ksb.statement),
                "state": row.state,
                "duties": sorted(of_ksb[row.ksb_id]),
            }
            for row in progress
        ],
        "duties": [{"number": duty.number, "text": readable(duty.text)} for duty in duties],
        "drafts": [_draft(draft, codes) for draft in drafts],
    }


def _draft(draft: Evidence, codes: dict[UUID, str]) -> dict[str, Any]:
    return {
        "id": draft.pk,
        "state": draft.state,
        "label": draft.get_state_display(),
        "title": draft.title,
        "narrative": draft.narrative,
        "happened_on": draft.happened_on,
        "kind": draft.kind,
        "claims": [
            {"ksb": claim.ksb_id, "code": codes.get(claim.ksb_id, ""), "why": claim.justification}
            for claim in draft.claims.all()
            if not claim.is_met
        ],
        "lines": [
            {"ksb": ksb, "code": codes[ksb], "why": line} for ksb, line in draft.kept_lines.items() if ksb in codes
        ],
    }


def _whole(percent: Any) -> int:
    return round(percent or 0)
