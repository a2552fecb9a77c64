"""What an employer answers about an apprentice's behaviours: each verified, or not yet, in the app or by a link."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import User
from apprenticeships.access import is_mentor_of, require_open
from apprenticeships.models import Apprenticeship
from apprenticeships.workflow import locked_apprenticeship
from assessments.audit_actions import BEHAVIOURS_ANSWERED
from assessments.models import BehaviourAnswer, EmployerAnswer, Verification
from assessments.moves.carrying import carried
from assessments.verifying import statements
from assessments.verifying.behaviours import Standing, standing_of, verified_of
from audit import chain as audit
from core import clock
from core.actor import Actor
from core.canonical import digest
from core.errors import Incomplete
from signing import workflow as signing
from signing.addresses import judges_of
from signing.models import Link, Purpose, Signature
from signing.workflow import TextChanged


class Said(NamedTuple):
    """What is said of one behaviour."""

    is_verified: bool
    words: str = ""


Answers = Mapping[str, Said]


@transaction.atomic
def answer_behaviours(
    apprenticeship_id: UUID, by: Actor, *, shown: str, answers: Answers, comment: str = ""
) -> EmployerAnswer:
    """Answer for the employer, as the apprentice's mentor in the app. The same again returns the first answer.

    Args:
        shown: the hash of what stood on the screen.
        answers: by the ids of the behaviours that were shown.

    Raises:
        NotAllowed: `by` is not the mentor there, or also assesses the apprentice.
        OutOfTurn: the apprenticeship is over or withdrawn.
        TextChanged: what stood on the screen is not how it is now.
        Incomplete: a behaviour without an answer, or *not yet* without words.
    """
    apprenticeship = locked_apprenticeship(apprenticeship_id)
    require(
        is_mentor_of(by, apprenticeship) and by.person_id not in judges_of(apprenticeship),
        _("Only the apprentice’s mentor at the employer can answer this."),
    )
    require_open(apprenticeship)
    said = {ksb: Said(one.is_verified, one.words.strip()) for ksb, one in answers.items()}
    before = EmployerAnswer.objects.unscoped().filter(apprenticeship=apprenticeship, by=by.person_id, sha256=shown)
    if (made := before.order_by("at").last()) and made.says() == said:
        return made
    content = shown_in_app(apprenticeship)
    if digest(content) != shown:
        raise TextChanged
    require_answers(content, said)
    made = EmployerAnswer(
        by_id=by.person,
        name=User.objects.values_list("name", flat=True).get(pk=by.person),
        role=_("Mentor"),
        comment=comment.strip(),
        content=content,
        sha256=shown,
        statement=content["statement"],
        wording=content["wording"],
        at=clock.now(),
    )
    return _keep(apprenticeship, made, said, by)


def shown_in_app(apprenticeship: Apprenticeship, standing: Standing | None = None) -> dict[str, Any]:
    """What the mentor is shown: the behaviours that the employer has not verified, and what shows them."""
    standing = standing or standing_of(apprenticeship)
    employer = apprenticeship.employer
    return statements.of_behaviours(apprenticeship, employer.name if employer else "", standing.left, standing.ways)


def require_answers(content: Mapping[str, Any], answers: Answers) -> None:
    """Refuse answers that leave out one of the behaviours shown, or say *not yet* without words.

    Raises:
        Incomplete: naming the behaviour.
    """
    for behaviour in content["behaviours"]:
        code, said = behaviour["code"], answers.get(behaviour["ksb"])
        if said is None:
            raise Incomplete(_("Answer for %(code)s.") % {"code": code}, field="answer", ksb=code)
        if not said.is_verified and not said.words:
            raise Incomplete(_("Say what is missing for %(code)s.") % {"code": code}, field="words", ksb=code)
    if len(answers) != len(content["behaviours"]):
        raise TextChanged


def keep_signed(link: Link, signature: Signature, answers: Answers) -> EmployerAnswer:
    """Keep what was answered by a link, beside its signature. Who may was asked; the apprenticeship is locked."""
    made = EmployerAnswer(
        link_signature=signature,
        name=signature.name,
        role=signature.role,
        comment=signature.comment,
        sha256=signature.sha256,
        statement=signature.statement,
        wording=signature.wording,
        at=signature.at,
    )
    said = {ksb: Said(one.is_verified, one.words.strip()) for ksb, one in answers.items()}
    return _keep(signature.apprenticeship, made, said, Actor(link_id=link.pk))


def _keep(apprenticeship: Apprenticeship, made: EmployerAnswer, answers: Answers, by: Actor) -> EmployerAnswer:
    made.apprenticeship, made.provider = apprenticeship, apprenticeship.provider
    made.save(force_insert=True)
    BehaviourAnswer.objects.bulk_create(
        BehaviourAnswer(answer=made, ksb_id=UUID(ksb), is_verified=said.is_verified, words=said.words)
        for ksb, said in answers.items()
    )
    verified = [ksb for ksb, said in answers.items() if said.is_verified]
    audit.record(
        BEHAVIOURS_ANSWERED,
        by,
        made,
        organisation=apprenticeship.provider,
        apprenticeship=apprenticeship.pk,
        verified=sorted(verified),
        not_yet=sorted(answers.keys() - set(verified)),
    )
    _withdraw_what_is_settled(apprenticeship, by)
    return made


def _withdraw_what_is_settled(apprenticeship: Apprenticeship, by: Actor) -> None:
    """Withdraw links that ask for nothing but what is verified by now."""
    open_links = Link.objects.unscoped().filter(apprenticeship=apprenticeship, purpose=Purpose.EMPLOYER).unanswered()
    asked = list(Verification.objects.unscoped().filter(pk__in=open_links.values("about")).prefetch_related("ksbs"))
    if not asked:
        return
    ways = carried(apprenticeship)
    verified = verified_of(apprenticeship.pk, ways)
    for one in asked:
        if {ways.now(ksb.pk) for ksb in one.ksbs.all()} <= verified:
            signing.withdraw_about(one.pk, by)
