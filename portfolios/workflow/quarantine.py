"""Hiding a file that shows somebody who should not be seen, and what two people together make of that."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.acts import Act
from core.errors import Incomplete, OutOfTurn, TokenTaken
from core.moments import moment
from files import storing
from jobs.queue import enqueue
from portfolios import access
from portfolios.audit_actions import (
    EVIDENCE_FILE_WITHHELD,
    FILE_ERASED,
    FILE_HIDDEN,
    FILE_RESTORED,
    HIDING_END_ASKED,
    HIDING_END_REFUSED,
)
from portfolios.content import without_words_of
from portfolios.models import EvidenceFile, EvidenceVersion, FileText, Quarantine, Rendition, Withheld
from portfolios.processing import jobs
from portfolios.processing.outcomes import locked_file
from portfolios.states import HidingState
from portfolios.workflow.locks import locked_evidence

MOST_CHARACTERS = 2_000

HIDE = Act("hide_file", access.can_hide, {}, creates=[HidingState.HIDDEN])
ASK = Act("ask_for_end", access.settling_roles, {HidingState.HIDDEN: [HidingState.END_ASKED]})
ANSWER = Act(
    "answer_end",
    access.settling_roles,
    {HidingState.END_ASKED: [HidingState.SHOWN, HidingState.ERASED, HidingState.HIDDEN]},
)


@transaction.atomic
def hide_file(file_id: UUID, by: Actor, *, quarantine_id: UUID, reason: str) -> Quarantine:
    """Hide a file from everybody, its apprentice too, whether it was sent or is in a draft.

    Its row, name and hash stay, and so does everything that was judged. Hidden twice, it is hidden once.

    Args:
        quarantine_id: the form's one-use token.
        reason: for staff alone.

    Raises:
        NotAllowed: `by` is neither its assessor nor a quality assurer or admin of the provider.
        OutOfTurn: it is hidden already, who did so and when; or it was deleted.
        Incomplete: no reason.
        TokenTaken: the id is of something else.
    """
    file = _locked(file_id)
    apprenticeship = file.evidence.apprenticeship
    require(HIDE.who(by, apprenticeship), _("Only the assessor, quality assurers and admins can hide a file."))
    if made := Quarantine.objects.unscoped().filter(pk=quarantine_id).first():
        if (made.file_id, made.hidden_by_id) != (file.pk, by.person_id):
            raise TokenTaken
        return made
    if standing := Quarantine.objects.unscoped().standing().select_related("hidden_by").filter(file=file).first():
        raise OutOfTurn(
            _("%(person)s hid this file on %(when)s.")
            % {"person": standing.hidden_by, "when": moment(standing.hidden_at)}
        )
    if file.withheld:
        raise OutOfTurn(_("This file was deleted."))
    made = Quarantine.objects.create(
        pk=quarantine_id,
        file=file,
        evidence=file.evidence,
        provider_id=apprenticeship.provider_id,
        reason=_said(reason),
        hidden_by_id=by.person,
        hidden_at=clock.now(),
    )
    audit.record(FILE_HIDDEN, by, made, organisation=apprenticeship.provider, file=file.pk)
    _withhold(file, by, Withheld.HIDDEN)
    return made


@transaction.atomic
def ask_for_end(quarantine_id: UUID, by: Actor, *, wish: str, reason: str) -> Quarantine:
    """Ask that a hidden file is shown again or deleted for good. Somebody with the other role answers.

    Raises:
        NotAllowed: `by` is neither a quality assurer nor an admin of the provider.
        OutOfTurn: it is not hidden any more, or something was asked already.
        Incomplete: no reason, or no such wish.
    """
    quarantine, _file = _standing(quarantine_id)
    role = next(iter(_roles(by, quarantine)))
    if wish not in Quarantine.Wish.values:
        raise Incomplete(_("Choose what should happen to the file."), field="wish")
    if not ASK.starts_from(HidingState.of(quarantine)):
        if (quarantine.wish, quarantine.asked_by_id, quarantine.asked_because) == (wish, by.person_id, reason.strip()):
            return quarantine
        raise OutOfTurn(
            _("%(person)s has already asked for something on %(when)s. Answer that first.")
            % {"person": quarantine.asked_by, "when": moment(quarantine.asked_at or quarantine.hidden_at)}
        )
    quarantine.wish, quarantine.asked_because = wish, _said(reason)
    quarantine.asked_by_id, quarantine.asked_as, quarantine.asked_at = by.person, role, clock.now()
    quarantine.save()
    audit.record(
        HIDING_END_ASKED, by, quarantine, organisation=quarantine.evidence.apprenticeship.provider, wish=str(wish)
    )
    return quarantine


@transaction.atomic
def answer_end(quarantine_id: UUID, by: Actor, *, wish: str, agrees: bool) -> Quarantine:
    """Agree to what was asked, or refuse it. Deleting leaves name, size, hash, who added it and when.

    Whoever asked may take it back by refusing it themself.

    Args:
        wish: what whoever answers saw was asked for.

    Raises:
        NotAllowed: `by` has neither role; or agrees to what they asked, or with the role of whoever asked.
        OutOfTurn: it is not hidden any more, or something else is asked now.
    """
    quarantine, file = _standing(quarantine_id, agreed=(by, wish) if agrees else None)
    if not quarantine.is_standing:
        return quarantine
    roles = _roles(by, quarantine)
    provider = quarantine.evidence.apprenticeship.provider
    if not ANSWER.starts_from(HidingState.of(quarantine)) or quarantine.wish != wish:
        raise OutOfTurn(_("This is not asked for any more. Look at it again."))
    if not agrees:
        audit_wish, quarantine.wish, quarantine.asked_by, quarantine.asked_as = quarantine.wish, "", None, ""
        quarantine.asked_because, quarantine.asked_at = "", None
        quarantine.save()
        audit.record(HIDING_END_REFUSED, by, quarantine, organisation=provider, wish=audit_wish)
        return quarantine
    others = [role for role in roles if role != quarantine.asked_as]
    require(
        bool(others) and by.person_id != quarantine.asked_by_id,
        _("A quality assurer and an admin have to agree on this: somebody else, with the other role."),
    )
    quarantine.ended_by_id, quarantine.ended_as, quarantine.ended_at = by.person, others[0], clock.now()
    quarantine.save()
    if wish == Quarantine.Wish.ERASE:
        _erase(file)
        audit.record(FILE_ERASED, by, quarantine, organisation=provider, file=file.pk, sha256=file.sha256)
        _withhold(file, by, Withheld.ERASED)
    else:
        audit.record(FILE_RESTORED, by, quarantine, organisation=provider, file=file.pk)
        _withhold(file, by, Withheld.NO)
    return quarantine


def _said(reason: str) -> str:
    if not reason.strip():
        raise Incomplete(_("Say why."), field="reason")
    if len(reason.strip()) > MOST_CHARACTERS:
        raise Incomplete(_("Use %(n)d characters or fewer.") % {"n": MOST_CHARACTERS}, field="reason")
    return reason.strip()


def _locked(file_id: UUID) -> EvidenceFile:
    """The file, locked from the apprenticeship down, with both."""
    evidence = locked_evidence(EvidenceFile.objects.unscoped().values_list("evidence", flat=True).get(pk=file_id))
    file = locked_file(file_id)
    if file is None:
        raise EvidenceFile.DoesNotExist
    file.evidence = evidence
    return file


def _standing(quarantine_id: UUID, agreed: tuple[Actor, str] | None = None) -> tuple[Quarantine, EvidenceFile]:
    """A quarantine that has not ended, with its file, both locked; or the one that `agreed` says who ended how."""
    file = _locked(Quarantine.objects.unscoped().values_list("file", flat=True).get(pk=quarantine_id))
    quarantine = Quarantine.objects.unscoped().select_related("ended_by", "asked_by").get(pk=quarantine_id)
    quarantine.file, quarantine.evidence = file, file.evidence
    if quarantine.is_standing or (
        agreed and (quarantine.ended_by_id, quarantine.wish) == (agreed[0].person_id, agreed[1])
    ):
        return quarantine, file
    raise OutOfTurn(
        _("%(person)s ended this on %(when)s.")
        % {"person": quarantine.ended_by, "when": moment(quarantine.ended_at or quarantine.hidden_at)}
    )


def _roles(by: Actor, quarantine: Quarantine) -> list[str]:
    roles = ASK.who(by, quarantine.evidence.apprenticeship)
    require(bool(roles), _("Only quality assurers and admins decide what becomes of a hidden file."))
    return roles


def _withhold(file: EvidenceFile, by: Actor, withheld: Withheld) -> None:
    file.withheld = withheld
    file.save(update_fields=["withheld", "transcript"])
    provider = file.evidence.apprenticeship.provider
    audit.record(EVIDENCE_FILE_WITHHELD, by, file, organisation=provider, withheld=str(withheld))


def _erase(file: EvidenceFile) -> None:
    """Take away what was made of a file, and have its bytes removed once all this is certain."""
    file.transcript = ""
    FileText.objects.filter(file=file).delete()
    # The versions of the working copy, too; a snapshot is never altered, and no page or export shows these words of it.
    for version in EvidenceVersion.objects.unscoped().select_for_update(no_key=True).filter(evidence=file.evidence_id):
        shortened = without_words_of(version.content, {str(file.pk)})
        if shortened != version.content:
            version.content = shortened
            version.save(update_fields=["content"])
    pictures = Rendition.objects.unscoped().filter(file=file)
    keys = list(pictures.values_list("stored", flat=True))
    pictures.delete()
    enqueue(jobs.erase, str(file.pk), organisation=file.evidence.apprenticeship.provider, subject=file.pk)

    def remove() -> None:
        # Cut off in between, they are objects that no row names, which the sweep removes.
        for key in keys:
            storing.remove(str(key))

    transaction.on_commit(remove)
