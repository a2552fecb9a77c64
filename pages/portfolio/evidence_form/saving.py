"""From a sent evidence form to the workflow: what the button, the page's own saving and the grid have in common."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship
from core.actor import Actor
from core.errors import Incomplete, OutOfTurn
from pages.portfolio.evidence_form.forms import EvidenceForm
from pages.refusals import say_in
from pages.requests import Request
from portfolios import workflow
from portfolios.content import EvidenceContent
from portfolios.models import Evidence


def own_evidence(request: Request, evidence_id: UUID) -> Evidence:
    """A piece of the signed-in person's own; anybody else's is not found.

    Raises:
        OutOfTurn: the enrolment that it was of is undone.
    """
    found = (
        Evidence.objects.visible_to(request.actor)
        .select_related(
            "apprenticeship__apprentice", "apprenticeship__provider", "apprenticeship__standard_version__standard"
        )
        .filter(pk=evidence_id, apprenticeship__apprentice=request.actor.person_id)
        .first()
    )
    if found is None:
        _require_not_undone(request.actor, evidence=evidence_id)
        raise Http404
    return found


def own_apprenticeship(request: Request, apprenticeship_id: UUID) -> Apprenticeship:
    """An apprenticeship in which the signed-in person is the apprentice; anybody else's is not found.

    Raises:
        OutOfTurn: the enrolment is undone.
    """
    found = (
        Apprenticeship.objects.visible_to(request.actor)
        .with_people()
        .filter(pk=apprenticeship_id, apprentice=request.actor.person_id)
        .first()
    )
    if found is None:
        _require_not_undone(request.actor, pk=apprenticeship_id)
        raise Http404
    return found


def _require_not_undone(actor: Actor, **which: object) -> None:
    """Tell whoever had a form open why it can no longer be saved: to others the apprenticeship does not exist."""
    undone = Apprenticeship.objects.undone_of_apprentice(actor).filter(**which).select_related("provider").first()
    if undone:
        raise OutOfTurn(
            _("%(provider)s has undone this enrolment, so nothing more can be saved here. If that is wrong, tell them.")
            % {"provider": undone.provider}
        )


def store(form: EvidenceForm, by: Actor, *, is_autosave: bool = False) -> Evidence | None:
    """Save all that is valid in a form that was checked, and note in it what is not.

    A date that cannot be costs nothing but the date. None if nothing could be saved.

    Raises:
        NotAllowed, OutOfTurn, Stale: as the workflow does.
    """
    content = form.content()
    try:
        return _store(form, by, content, is_autosave)
    except Incomplete as incomplete:
        say_in(form, incomplete)
        if incomplete.field != "happened_on":
            return form.evidence
    content = replace(content, happened_on=form.evidence.happened_on if form.evidence else None)
    return _store(form, by, content, is_autosave)


def _store(form: EvidenceForm, by: Actor, content: EvidenceContent, is_autosave: bool) -> Evidence:
    evidence = form.evidence
    if evidence is None:
        return workflow.create_evidence(
            form.apprenticeship.pk,
            by,
            evidence_id=form.piece_id,
            content=content,
            lines=form.lines(),
            is_showcase=form.shown_first,
            is_autosave=is_autosave,
        )
    revision = form.cleaned_data.get("revision")
    return workflow.revise_evidence(
        evidence.pk,
        by,
        # A form that does not say what it was filled in from must not replace what is kept: 0 is of no piece.
        revision=revision or 0,
        content=content,
        lines=form.lines(),
        is_showcase=form.shown_first,
        is_autosave=is_autosave,
        begins_version=revision is not None and form.cleaned_data.get("replaces") == revision,
    )
