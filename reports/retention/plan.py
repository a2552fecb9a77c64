"""The dry run of an erasure: what would go, what stays and why, and what stands in the way. Counts, no words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, F, Func, IntegerField, Q, Subquery
from django.utils.translation import gettext as _

from accounts.models import Invitation, Membership, User
from apprenticeships.models import Apprenticeship
from assessments.models import Appeal, Investigation, Submission
from core import clock, moments
from core.canonical import digest
from portfolios.models import EvidenceFile, Quarantine, Withheld
from programme.models import GatewayLock
from reports.exports.models import Export
from reports.retention import policy
from reports.retention.blanking import texts_of
from reports.retention.holdings import HOLDINGS, Holding, Part
from reports.retention.models import Erasure, LegalHold
from reports.retention.wording import Group, grouped
from signing.models import Link


@dataclass(frozen=True)
class Kept:
    """A part that stays, and why."""

    part: Part
    why: str


@dataclass(frozen=True)
class Plan:
    """What an erasure would do.

    Attributes:
        parts: what would go.
        counts: of each table, by the label of its model, how many rows lose their words or go altogether.
        firm: those of them that nothing changes by itself or by the erasure: what two people agree on.
        kept: what stays, with the reason.
        in_the_way: why it cannot be done now; then nothing is erased.
        account: whether the account goes too: nothing else here belongs to the person.
    """

    parts: list[str]
    counts: dict[str, int]
    firm: dict[str, int]
    file_count: int
    file_bytes: int
    kept: list[Kept]
    in_the_way: list[str]
    account: bool

    @property
    def groups(self) -> list[Group]:
        """What would go, in words."""
        return grouped(self.counts)

    @property
    def is_possible(self) -> bool:
        return bool(self.parts) and not self.in_the_way

    @property
    def sha256(self) -> str:
        """What two people agree on: it changes when anything does that the page says."""
        return digest(
            {
                "parts": self.parts,
                "counts": self.firm,
                "files": [self.file_count, self.file_bytes],
                "account": self.account,
            }
        )


def holdings_of(parts: list[str]) -> list[Holding]:
    """Those of these parts, in the order in which they are erased."""
    return [holding for holding in HOLDINGS if holding.part in parts]


def plan_of(apprenticeship: Apprenticeship) -> Plan:
    """What could be erased of an apprenticeship today. It is a known number of statements, however much there is."""
    ended = policy.ended_on(apprenticeship)
    years = policy.years_of(apprenticeship.provider_id)
    parts = policy.parts_due(years, ended) if ended else []
    counts: dict[str, int] = {}
    firm: dict[str, int] = {}
    said = [one for one in holdings_of(parts) if one.model is not Erasure and (one.is_removed or texts_of(one.model))]
    for holding, found in zip(said, _counted(apprenticeship, said), strict=True):
        name = holding.model._meta.label_lower
        if found:
            counts[name] = max(counts.get(name, 0), found)
            if not holding.is_removed and holding.model not in (Export, LegalHold):
                firm[name] = counts[name]
    is_last = Part.RECORD in parts and is_last_of_person(apprenticeship)
    sizes = list(files_of(apprenticeship, parts).values_list("size_bytes", flat=True))
    return Plan(
        parts=parts,
        counts=counts,
        firm=firm,
        file_count=len(sizes),
        file_bytes=sum(sizes),
        kept=_kept(years, ended, parts, is_last),
        in_the_way=in_the_way(apprenticeship, ended),
        account=is_last,
    )


def _counted(apprenticeship: Apprenticeship, holdings: list[Holding]) -> list[int]:
    """How many rows each of these has, in one statement."""
    if not holdings:
        return []
    number = Func(F("pk"), function="COUNT", output_field=IntegerField())
    each = [Subquery(one.rows(apprenticeship).order_by().annotate(n=number).values("n")) for one in holdings]
    return list(Apprenticeship.objects.unscoped().filter(pk=apprenticeship.pk).values_list(*each).get())


def files_of(apprenticeship: Apprenticeship, parts: list[str]) -> Any:
    """The files of evidence whose bytes would go."""
    found = EvidenceFile.objects.unscoped().filter(evidence__apprenticeship=apprenticeship)
    found = found.exclude(withheld=Withheld.ERASED)
    return found if Part.RECORD in parts else found.filter(first_submitted_at=None) if parts else found.none()


def is_last_of_person(apprenticeship: Apprenticeship) -> bool:
    """Whether nothing else is held of the person: no other apprenticeship, role (also a former one) or invitation."""
    whose = apprenticeship.apprentice_id
    others = Apprenticeship.objects.unscoped().filter(apprentice=whose, erased_at=None).exclude(pk=apprenticeship.pk)
    addresses = User.objects.filter(pk=whose, email__isnull=False).values("email")
    more = EmailAddress.objects.filter(user=whose).values("email")
    invited = Invitation.objects.filter(Q(person=whose) | Q(email__in=addresses) | Q(email__in=more))
    waiting = invited.filter(accepted_at=None, revoked_at=None).exclude(organisation=apprenticeship.provider_id)
    held = (others, Membership.objects.filter(user=whose), waiting)
    return not any(_which_exist(apprenticeship, held))


def _which_exist(apprenticeship: Apprenticeship, rows: Iterable[Any]) -> tuple[bool, ...]:
    """Of each of these whether there is one, in one statement."""
    there = [Exists(one.order_by()) for one in rows]
    found: tuple[bool, ...] = Apprenticeship.objects.unscoped().filter(pk=apprenticeship.pk).values_list(*there).get()
    return found


def _kept(years: policy.Years, ended: date | None, parts: list[str], is_last: bool) -> list[Kept]:
    kept = []
    if ended:
        for part in Part:
            if part not in parts:
                day = moments.day(years.due_on(ended, part))
                kept.append(Kept(part, _("The retention period runs until %(day)s.") % {"day": day}))
    if Part.RECORD in parts:
        why = _("That each decision was made, who made it and when, so that the record can still be checked.")
        kept.append(Kept(Part.RECORD, why))
        if not is_last:
            kept.append(
                Kept(Part.RECORD, _("Their account: it is used for another apprenticeship, a role or an invitation."))
            )
    return kept


def in_the_way(apprenticeship: Apprenticeship, ended: date | None) -> list[str]:
    """Why nothing can be erased now, in words. One statement."""
    of: dict[str, Any] = {"apprenticeship": apprenticeship}
    checks = (
        (
            LegalHold.objects.unscoped().standing().filter(**of),
            _("There is a legal hold on these records. Somebody has to lift it first."),
        ),
        (
            Submission.objects.unscoped().waiting().filter(**of),
            _("A piece of evidence is waiting to be reviewed. Finish the review or unsend it."),
        ),
        (Appeal.objects.unscoped().filter(**of, answers=None), _("An appeal has not been answered.")),
        (Investigation.objects.unscoped().filter(**of, end=None), _("An investigation is under way.")),
        (
            Quarantine.objects.unscoped().standing().filter(evidence__apprenticeship=apprenticeship),
            _("A file is hidden and two people have not decided what happens to it."),
        ),
        (
            GatewayLock.objects.unscoped().standing().filter(**of).exclude(apprenticeship__status__in=policy.OVER),
            _("The gateway is locked and no result is recorded."),
        ),
        (
            Link.objects.unscoped().unanswered().filter(**of, expires_at__gt=clock.now()),
            _("Somebody has been asked to confirm something and has not answered. Withdraw the link."),
        ),
        (
            exports_of(apprenticeship).filter(made_at=None),
            _("A file to download is being made. Try again soon."),
        ),
    )
    found = []
    if apprenticeship.erased_at:
        found.append(_("It has been erased already."))
    elif ended is None:
        found.append(_("The apprenticeship has not ended."))
    stands = _which_exist(apprenticeship, (rows for rows, _words in checks))
    return found + [words for (_rows, words), there in zip(checks, stands, strict=True) if there]


def exports_of(apprenticeship: Apprenticeship) -> Any:
    """Files to download that may hold something of this learner, being made or ready."""
    # A mentor asks on behalf of the employer.
    of_provider = Q(apprenticeship=None, provider__in=[apprenticeship.provider_id, apprenticeship.employer_id])
    of_person = Q(kind=Export.Kind.PERSON, asked_by=apprenticeship.apprentice_id)
    return Export.objects.unscoped().standing().filter(Q(apprenticeship=apprenticeship) | of_provider | of_person)
