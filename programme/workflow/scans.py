"""Rating KSBs in a skills scan: keeping what is pressed, handing it in, and asking the employer by a link."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import User
from apprenticeships.access import is_mentor_of, is_own, require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from assessments.workflow.verification import contacts_of, open_link
from audit import chain as audit
from core import clock
from core.actor import ANYBODY, Actor
from core.errors import Incomplete, OutOfTurn, TokenTaken
from programme import access
from programme.audit_actions import SKILLS_RATED
from programme.models import Party, ScanDraft, SkillsScan
from programme.scanning.ratings import LONGEST_COMMENT, Asked, asked_of, kept_words, link_content, rated
from signing import workflow as signing
from signing.models import Link, Purpose, Signature


class StaleScan(OutOfTurn):
    """The page was filled in from older ratings than those that are kept. `kept` is what is kept."""

    def __init__(self, kept: ScanDraft) -> None:
        super().__init__(_("These ratings were changed in another tab or on another device. Nothing is lost."))
        self.kept = kept


@transaction.atomic
def keep_scan(apprenticeship_id: UUID, by: Actor, *, revision: int, words: Mapping[str, str]) -> ScanDraft:
    """Keep what somebody has rated so far, for themselves alone. The same again changes nothing.

    Args:
        revision: of what the page was filled in from; 0 if there was nothing.
        words: what stands in each field of the form.

    Raises:
        NotAllowed: `by` is neither the apprentice nor their mentor.
        OutOfTurn: the apprenticeship is past its gateway, over or withdrawn.
        StaleScan: the ratings were changed elsewhere since.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    _party(apprenticeship, by)
    require_open(apprenticeship)
    typed = kept_words(words, asked_of(apprenticeship))
    draft = ScanDraft.objects.unscoped().filter(apprenticeship=apprenticeship, person=by.person_id).first()
    if draft is None:
        return ScanDraft.objects.create(
            apprenticeship=apprenticeship, person_id=by.person, words=typed, saved_at=clock.now()
        )
    if typed == draft.words:
        return draft
    if draft.revision != revision:
        raise StaleScan(draft)
    draft.words, draft.revision, draft.saved_at = typed, draft.revision + 1, clock.now()
    draft.save(update_fields=["words", "revision", "saved_at"])
    return draft


@transaction.atomic
def hand_in_scan(apprenticeship_id: UUID, by: Actor, *, scan_id: UUID, words: Mapping[str, str]) -> SkillsScan:
    """Hand in a rating of every KSB that applies, as the apprentice or as their mentor. It is not altered afterwards.

    Args:
        scan_id: the form's one-use token: a second call with it returns what the first one made.
        words: what stands in each field of the form.

    Raises:
        NotAllowed: `by` is neither the apprentice nor their mentor.
        OutOfTurn: the apprenticeship is past its gateway, over or withdrawn.
        Incomplete: with the field of the first KSB that is not rated.
        TokenTaken: the id is of something else.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    party = _party(apprenticeship, by)
    if made := SkillsScan.objects.unscoped().filter(pk=scan_id).first():
        if (made.apprenticeship_id, made.by_id) != (apprenticeship.pk, by.person_id):
            raise TokenTaken
        return made
    require_open(apprenticeship)
    asked = asked_of(apprenticeship)
    made = _write(
        SkillsScan(
            pk=scan_id,
            ratings=rated(words, asked, party),
            comment=_comment(words),
            by_id=by.person,
            name=User.objects.values_list("name", flat=True).get(pk=by.person),
        ),
        apprenticeship,
        party,
        by,
    )
    ScanDraft.objects.unscoped().filter(apprenticeship=apprenticeship, person=by.person_id).delete()
    if party == Party.EMPLOYER:
        signing.withdraw_about(apprenticeship.pk, by)
    return made


@transaction.atomic
def ask_employer_to_rate(apprenticeship_id: UUID, by: Actor, *, contact_id: UUID) -> Link:
    """Send a contact that the provider recorded for the employer a link with which they rate every KSB.

    While they have not answered, the same link is returned.

    Raises:
        NotAllowed: `by` is neither their assessor or trainer nor an admin of the provider.
        OutOfTurn: the apprenticeship is past its gateway, over or withdrawn; or too many people are being asked.
        Incomplete: the contact is none of this employer's, or somebody is asked already.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        access.can_plan_reviews(by, apprenticeship),
        _("Only the assessor, the trainer and admins ask the employer to rate."),
    )
    require_open(apprenticeship)
    contact = contacts_of(apprenticeship).get(contact_id)
    if contact is None:
        raise Incomplete(_("Choose somebody who is recorded as a contact at this employer."), field="contact")
    waiting = Link.objects.unscoped().filter(about=apprenticeship.pk, purpose=Purpose.SCAN).unanswered().first()
    if waiting:
        if waiting.email == contact.email:
            return waiting
        raise Incomplete(
            _("%(name)s has been asked already. Withdraw that request first.") % {"name": waiting.name}, field="contact"
        )
    content = link_content(apprenticeship)
    if not content["ksbs"]:
        raise OutOfTurn(_("There are no KSBs to rate yet. Choose an option first."))
    try:
        return signing.ask(
            apprenticeship,
            Purpose.SCAN,
            about=apprenticeship.pk,
            content=content,
            name=contact.name,
            email=contact.email,
            by=by,
        )
    except Incomplete as refusal:
        raise Incomplete(str(refusal), field="contact") from refusal


@transaction.atomic
def rate_by_link(
    token: str,
    *,
    shown: str,
    name: str,
    role: str,
    words: Mapping[str, str],
    comment: str = "",
    signed_in: Actor = ANYBODY,
) -> Signature:
    """Hand in the employer's ratings by a link; arguments and errors are those of `signing.workflow.sign`.

    Raises:
        LinkClosed: also where the employer's contact is recorded no longer.
        Incomplete: also with the field of the first KSB that is not rated.
    """
    link = open_link(token)
    ratings: dict[str, str] = {}
    if link is not None:
        locked_apprenticeship(link.apprenticeship_id)
        ratings = rated(words, [Asked(**one) for one in link.content["ksbs"]], Party.EMPLOYER)
    made = signing.sign(token, shown=shown, name=name, role=role, comment=comment, signed_in=signed_in)
    if not SkillsScan.objects.unscoped().filter(link_signature=made).exists():
        apprenticeship = locked_apprenticeship(made.apprenticeship_id)
        scan = SkillsScan(pk=uuid4(), ratings=ratings, comment=made.comment, name=made.name, link_signature=made)
        scan.standard_version_id = UUID(made.link.content["version_id"])
        _write(scan, apprenticeship, Party.EMPLOYER, Actor(link_id=made.link_id))
    return made


def _party(apprenticeship: Apprenticeship, by: Actor) -> Party:
    if is_own(by, apprenticeship):
        return Party.APPRENTICE
    require(is_mentor_of(by, apprenticeship), _("Only the apprentice and their mentor rate the KSBs."))
    return Party.EMPLOYER


def _comment(words: Mapping[str, Any]) -> str:
    return str(words.get("comment", "")).replace("\0", "").strip()[:LONGEST_COMMENT]


def _write(scan: SkillsScan, apprenticeship: Apprenticeship, party: Party, by: Actor) -> SkillsScan:
    scan.apprenticeship, scan.provider, scan.party = apprenticeship, apprenticeship.provider, party
    earlier = SkillsScan.objects.unscoped().filter(apprenticeship=apprenticeship, party=party)
    scan.number = earlier.count() + 1
    if not scan.standard_version_id:
        scan.standard_version_id = apprenticeship.standard_version_id
    scan.at = clock.now()
    scan.save(force_insert=True)
    audit.record(SKILLS_RATED, by, scan, organisation=apprenticeship.provider, party=str(party), number=scan.number)
    return scan
