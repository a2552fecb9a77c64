"""The coverage page of an apprenticeship."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import runs_provider
from accounts.seen_by import SeenBy
from apprenticeships import pace
from apprenticeships.access import assesses, declares_conflict, is_open
from apprenticeships.breaks import time_of
from apprenticeships.models import Apprenticeship, Assignment, KsbProgress, KsbState
from apprenticeships.querysets import SIGHT
from assessments.access import asks_employer
from assessments.rounds import days_of
from assessments.verifying import confirmations
from assessments.verifying.statements import BEHAVIOURS
from core import moments
from core.prepared import Prepared, Row
from occupations.models import Option, StandardVersion
from pages.addresses import addresses_of
from pages.links.rows import asked_rows
from pages.portfolio.progress.next_act import next_act, sign
from pages.portfolio.rows import latest_rows
from pages.programme.hour_words import hours_line
from pages.requests import Request
from pages.templatetags.coverage import KsbRow
from pages.templatetags.states import drawn_state
from portfolios import access, listing
from portfolios.models import Evidence
from reports import owed
from signing.models import Purpose

#: Of what people were asked to confirm, this much is shown: what is waited for, and what the employer said.
MOST_ASKED = 10
_ROLES = dict(Assignment.Role.choices)
_progress = SeenBy(
    lambda user, apprenticeship: (
        KsbProgress.objects.visible_to(user)
        .filter(apprenticeship=apprenticeship)
        .in_order()
        .values_list("state", "is_to_confirm", "ksb__code", "ksb__type", "ksb__statement", "quality_assured_at")
    ),
    SIGHT,
)


#: What the page says about the apprenticeship, besides the figures that are worked out.
_FACTS = (
    "status",
    "undone_at",
    "stopped_on",
    "started_on",
    "planned_end_on",
    "ksb_count",
    KsbState.SIGNED_OFF.counter,
    "last_activity_at",
    "planned_hours",
    "off_the_job_minutes",
    "off_the_job_waiting_minutes",
    "break_days",
    "apprentice__name",
    "apprentice__email",
    "provider__name",
    "employer__name",
    "option__title",
    "standard_version__title",
    "standard_version__version",
    "standard_version__correction",
    "standard_version__standard__reference",
    "standard_version__standard__slug",
)
_learners = SeenBy(
    lambda actor, apprenticeship: (
        Apprenticeship.objects.visible_to(actor)
        .filter(pk=apprenticeship)
        .with_people()
        .only(*_FACTS)
        .with_pace()
        .with_missing_options()
    ),
    SIGHT,
)
_assignments = Prepared(
    lambda apprenticeship: (
        Assignment.objects.live().leading().filter(apprenticeship=apprenticeship).values_list("role", "person__name")
    )
)
_options = Prepared(lambda version: Option.objects.filter(version=version).values_list("pk"))
_other_texts = Prepared(
    lambda standard, version: (
        StandardVersion.objects.unscoped().filter(standard=standard).exclude(pk=version).values_list("pk")
    )
)


def _expected_back(apprenticeship: Apprenticeship) -> str:
    """When somebody on a break is expected back, if that is known."""
    if apprenticeship.status != Apprenticeship.Status.BREAK:
        return ""
    expected = time_of(apprenticeship).breaks[-1].expected_back_on
    return moments.day(expected) if expected else ""


@require_GET
def coverage(request: Request, apprenticeship_id: UUID) -> HttpResponse:
    """How far each KSB of one apprenticeship has come: the same picture for everybody who may see it."""
    apprenticeship = _learners(request.actor, apprenticeship=apprenticeship_id).first()
    if apprenticeship is None:
        raise Http404
    is_own = apprenticeship.apprentice_id == request.actor.person_id
    is_admin = runs_provider(request.actor) and request.actor.organisation_id == apprenticeship.provider_id
    version = apprenticeship.standard_version
    progress = [KsbRow.of(*row) for row in _progress(request.actor, apprenticeship=apprenticeship.pk)]
    state = KsbState(given) if (given := request.GET.get("state")) in KsbState.values else None
    pieces = list(listing.latest(request.actor, apprenticeship=apprenticeship.pk))
    assignments = list(_assignments(apprenticeship=apprenticeship.pk))
    asked = confirmations.of_apprenticeship(request.actor, apprenticeship.pk)
    by_state = {state: [piece for piece in pieces if piece[2] == state] for state in Evidence.State.values}
    can_add = access.can_add_evidence(request.actor, apprenticeship)
    to_sign = owed.to_sign_as_apprentice(request.actor, apprenticeship) if is_own else []
    # Only the apprentice can add anything, so this is their own page.
    act, first = None, None
    if to_sign:
        act = sign(to_sign[0])
    elif can_add:
        days = days_of(request.actor, apprenticeship.pk) if by_state[Evidence.State.REFERRED] else {}
        act, first = next_act(apprenticeship, (row.state for row in progress), by_state, days)
    return render(
        request,
        "portfolio/coverage.html",
        {
            "apprenticeship": apprenticeship,
            "start": moments.day(apprenticeship.started_on),
            "planned_end": moments.day(apprenticeship.planned_end_on),
            "progress": [row for row in progress if state in (None, row.state)],
            "state": state,
            "to_confirm": [row for row in progress if row.is_to_confirm],
            "has_options": is_admin and bool(_options(version=version.pk)[:1]),
            "has_other_texts": is_admin and bool(_other_texts(standard=version.standard_id, version=version.pk)[:1]),
            "assignments": [{"role": capfirst(_ROLES[role]), "name": name} for role, name in assignments],
            "has_assessor": any(role == Assignment.Role.ASSESSOR for role, _ in assignments),
            "act": act,
            "referred": [] if is_own else latest_rows(by_state[Evidence.State.REFERRED][:5]),
            "waiting": _to_sign_rows(to_sign[1:]) + (_waiting(by_state, first) if can_add else []),
            "recent": latest_rows([piece for piece in pieces if piece[2] != Evidence.State.DRAFT][:8]),
            "asked": asked_rows(
                [one for one in asked if one.is_waited_for or one.purpose == Purpose.EMPLOYER][:MOST_ASKED]
            ),
            "has_behaviours": any(row.type in BEHAVIOURS for row in progress),
            "can_ask_employer": asks_employer(request.actor, apprenticeship),
            "is_own": is_own,
            "observes": access.observes(request.actor, apprenticeship),
            "declares_conflict": not is_own and declares_conflict(request.actor, apprenticeship),
            "can_add": can_add,
            "can_hide_files": not is_own and access.may_hide_files(request.actor),
            "can_sign_off": bool(apprenticeship.met_count) and assesses(request.actor, apprenticeship),
            "rag_label": pace.RAG_LABELS.get(vars(apprenticeship)["rag"], ""),
            "stopped": moments.day(apprenticeship.stopped_on) if apprenticeship.stopped_on else "",
            "back": _expected_back(apprenticeship),
            "is_open": is_open(apprenticeship),
            "hours_address": addresses_of("hours")(apprenticeship.pk),
            "hours_line": hours_line(apprenticeship),
            "gateway_address": addresses_of("gateway")(apprenticeship.pk),
            "gateway_line": _gateway_line(apprenticeship),
            "changes_address": addresses_of("changes")(apprenticeship.pk),
            "rag_rule": pace.rule_words(pace.limits_of_row(apprenticeship)),
        },
    )


def _gateway_line(apprenticeship: Apprenticeship) -> str:
    """How far it is to the end of the training, in a sentence; nothing where there is nothing to say yet."""
    done, whole = apprenticeship.signed_off_count, apprenticeship.ksb_count  # type: ignore[attr-defined]
    if apprenticeship.status not in pace.COUNTED_STATUSES or not whole:
        return ""
    if done == whole:
        return _("every KSB is signed off. See what else is left.")
    return _("%(done)s of %(whole)s KSBs are signed off. See everything that is left.") % {"done": done, "whole": whole}


def _to_sign_rows(to_sign: list[owed.Owed]) -> list[dict[str, Any]]:
    """What else waits for the apprentice’s signature."""
    address = addresses_of("signed-version")
    state = drawn_state(KsbState.SUBMITTED, _("To sign"))
    return [{"address": address(one.subject), "title": one.what, "state": state} for one in to_sign]


def _waiting(by_state: Mapping[str, list[Row]], first: Row | None) -> list[dict[str, Any]]:
    """What somebody can go on with, apart from the piece that they are told to do first."""
    referred, drafts = (
        [piece for piece in by_state[state][:5] if piece is not first]
        for state in (Evidence.State.REFERRED, Evidence.State.DRAFT)
    )
    return [*latest_rows(referred), *latest_rows(drafts, for_changing=True)]
