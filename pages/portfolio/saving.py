"""From a sent evidence form to the workflow: what the button, the page's own saving and the grid have in common."""

from dataclasses import replace

from django.shortcuts import get_object_or_404

from apprenticeships.models import Apprenticeship
from core.actor import Actor
from core.errors import Incomplete
from pages.portfolio.forms import EvidenceForm
from pages.refusals import say_in
from pages.requests import Request
from portfolios import workflow
from portfolios.content import EvidenceContent
from portfolios.models import Evidence


def own_evidence(request: Request, evidence_id: object) -> Evidence:
    """A piece of the signed-in person's own; anybody else's is not found."""
    return get_object_or_404(
        Evidence.objects.visible_to(request.actor).select_related(
            "apprenticeship__apprentice", "apprenticeship__provider", "apprenticeship__standard_version__standard"
        ),
        pk=evidence_id,
        apprenticeship__apprentice=request.actor.person_id,
    )


def own_apprenticeship(request: Request, apprenticeship_id: object) -> Apprenticeship:
    """An apprenticeship in which the signed-in person is the apprentice; anybody else's is not found."""
    return get_object_or_404(
        Apprenticeship.objects.visible_to(request.actor).with_people(),
        pk=apprenticeship_id,
        apprentice=request.actor.person_id,
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
