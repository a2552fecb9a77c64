"""Importing a portfolio from another installation: the whole of it or nothing, once, and every difference told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.models import Organisation
from apprenticeships import workflow as enrolling
from apprenticeships.access import can_enrol
from apprenticeships.facts import Facts
from apprenticeships.models import Apprenticeship, KsbProgress, KsbState
from apprenticeships.uln import is_uln
from apprenticeships.workflow import locked_apprenticeship
from assessments import coverage
from assessments.audit_actions import SIGN_OFF_BROUGHT_IN
from assessments.models import ExternalRecord, SignOff, Transition
from assessments.moves import choose_option
from audit import chain as audit
from audit.actions import Action
from core.actor import Actor
from core.errors import Incomplete
from files import file_types, storing
from files.file_types import FileRefused
from portfolios import quotas
from portfolios.models import Evidence, EvidenceFile, may_be_named, stored_name
from portfolios.processing import jobs
from reports import audit_actions as actions
from reports.pack.notes import PublicKey
from reports.portfolio.arriving import Arrived, Refused, arrived
from reports.portfolio.matching import Texts, learner_of, texts_of
from reports.portfolio.rows import Rows

_ACTIONS: dict[str, Action] = {
    action.subject: action
    for action in (
        actions.EVIDENCE_BROUGHT_IN,
        actions.FILE_BROUGHT_IN,
        actions.SUBMISSION_BROUGHT_IN,
        actions.DECISION_BROUGHT_IN,
        actions.COUNTERSIGNATURE_BROUGHT_IN,
        SIGN_OFF_BROUGHT_IN,
        actions.WITHDRAWAL_BROUGHT_IN,
        actions.MOVE_BROUGHT_IN,
        actions.WORDING_BROUGHT_IN,
        actions.CONTACT_BROUGHT_IN,
        actions.VERIFICATION_BROUGHT_IN,
        actions.LINK_BROUGHT_IN,
        actions.SIGNATURE_BROUGHT_IN,
        actions.EMPLOYER_ANSWER_BROUGHT_IN,
        actions.DISAVOWAL_BROUGHT_IN,
    )
}


@dataclass
class Brought:
    """What came of it.

    Attributes:
        record: the act; None where it was only tried.
        learner: whose it is, and whether they are here already.
        is_repeat: whether the same file was imported before, and so nothing has changed.
        counts: how many of each kind of thing.
        told: what somebody should know: differences, and what was left out.
    """

    learner: str
    record: ExternalRecord | None = None
    is_repeat: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


class _OnlyTried(Exception):
    """Ends the transaction of a trial."""


def import_portfolio(
    path: Path,
    provider_id: UUID,
    by: Actor,
    *,
    file_name: str,
    keys: tuple[PublicKey, ...] = (),
    is_trial: bool = False,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Brought:
    """Import a portfolio; the learner is found by ULN or address, or enrolled and invited. Again, it changes nothing.

    Args:
        keys: the public keys of other installations that are believed.
        is_trial: say what would come of it, and change nothing.
        told: is told, after each file, how many steps of how many are done: it is checked, and then kept.

    Raises:
        NotAllowed: `by` is no admin of the provider, or it is about themself.
        Refused: the file is damaged, oversized, or not what it says.
        Incomplete: the version is not here or reads differently, the learner is not clear, or they have the same here.
        QuotaReached: there is no room.
        StorageFault: the storage is full or away.
    """
    rounds = 1 if is_trial else 2
    with (
        arrived(path, keys, lambda done, of: told(done, rounds * of)) as portfolio,
        _stored(portfolio, is_trial=is_trial, told=told),
    ):
        brought = None
        try:
            with transaction.atomic():
                brought = _brought_in(portfolio, provider_id, by, file_name)
                if is_trial and not brought.is_repeat:
                    raise _OnlyTried
        except _OnlyTried:
            assert brought is not None, "raised after it was set"
            brought.record = None
        except (IntegrityError, DataError, ValidationError, LookupError, TypeError, ValueError) as fault:
            raise Refused(_("its parts contradict each other")) from fault
        return brought


@contextmanager
def _stored(portfolio: Arrived, *, is_trial: bool, told: Callable[[int, int], None]) -> Iterator[None]:
    """Keep the bytes before any row names them. What no row names afterwards goes again."""
    kept: list[str] = []
    of = len(portfolio.listed)
    try:
        if not is_trial:
            for piece in portfolio.pieces():
                for said in piece["files"]:
                    file = EvidenceFile(pk=UUID(said["id"]))
                    key = stored_name(file, "")
                    if may_be_named(key):
                        continue
                    storing.clear(key, is_named=may_be_named)
                    with portfolio.opened(file.pk) as content:
                        storing.store(content, key)
                    kept.append(key)
                    told(of + len(kept), 2 * of)
        yield
    finally:
        for key in kept:
            if not may_be_named(key):
                storing.remove(key)


def _brought_in(portfolio: Arrived, provider_id: UUID, by: Actor, file_name: str) -> Brought:
    said = portfolio.portfolio
    provider = Organisation.objects.select_for_update(no_key=True).get(pk=provider_id)
    require(can_enrol(by, provider), _("Only an admin of the training provider can do this."))
    same = ExternalRecord.objects.unscoped().filter(provider=provider, sha256=portfolio.sha256, undoing=None)
    if earlier := same.select_related("apprenticeship__apprentice").first():
        return Brought(earlier.apprenticeship.apprentice.name, earlier, True, dict(earlier.counts))
    _require_new(portfolio)
    texts = texts_of(said, provider, by)
    _require_same_words(portfolio, texts)
    apprenticeship, told = _learner(portfolio, texts, provider, by)
    require(apprenticeship.apprentice_id != by.person_id, _("You cannot import a portfolio of your own."))
    _require_nothing_in_the_way(portfolio, texts, apprenticeship)
    record = ExternalRecord(
        pk=uuid4(),
        apprenticeship=apprenticeship,
        provider=provider,
        kind=ExternalRecord.Kind.PORTFOLIO,
        source=said["provider"]["name"],
        file_name=file_name[:255],
        sha256=portfolio.sha256,
        origin=UUID(said["apprenticeship"]["id"]),
        counts=_counts(portfolio),
        by_id=by.person,
    )
    record.save(force_insert=True)
    rows = Rows(apprenticeship, texts, record, said)
    for piece in portfolio.pieces():
        rows.piece(piece)
    rows.sign_offs()
    rows.moves()
    told += rows.confirmations(by)
    rows.employer_answers()
    _require_honest_files(portfolio, rows)
    quotas.require_room(apprenticeship, sum(file.size_bytes for file in rows.files))
    coverage.refit(apprenticeship)
    _record(record, rows, provider, by)
    for file in rows.files:
        jobs.begin(file)
    told = [*_signed(portfolio), *texts.told, *told, *_left_out(said), *_differences(said, texts, apprenticeship)]
    return Brought(apprenticeship.apprentice.name, record, False, record.counts, told)


def _counts(portfolio: Arrived) -> dict[str, int]:
    pieces = list(portfolio.pieces())
    claims = [claim for piece in pieces for one in piece["rounds"] for claim in one["claims"]]
    return {
        "evidence": len(pieces),
        "files": sum(len(piece["files"]) for piece in pieces),
        "decisions": sum(len(claim["decisions"]) for claim in claims),
        "sign_offs": len(portfolio.portfolio["sign_offs"]),
    }


def _require_new(portfolio: Arrived) -> None:
    """Nothing of it is in this installation: a learner who stays in it has their portfolio here already."""
    pieces = [UUID(pk) for pk in portfolio.portfolio["pieces"]]
    if Evidence.objects.unscoped().filter(pk__in=pieces).exists():
        raise Incomplete(
            _("Evidence of this portfolio is in this installation already, so it cannot be imported again."),
            field="file",
        )


def _require_same_words(portfolio: Arrived, texts: Texts) -> None:
    """What was judged was judged by its words: it is not put under others."""
    if not texts.differing:
        return
    codes = {
        claim["code"]
        for piece in portfolio.pieces()
        for one in piece["rounds"]
        for claim in one["content"].get("claims", [])
    }
    if judged := sorted(codes & texts.differing):
        raise Incomplete(
            _("These KSBs read differently here, and evidence was assessed by their words: %(codes)s.")
            % {"codes": ", ".join(judged)},
            field="file",
        )


def _learner(portfolio: Arrived, texts: Texts, provider: Organisation, by: Actor) -> tuple[Apprenticeship, list[str]]:
    """The apprenticeship that it goes into, locked; enrolled now where there is none."""
    said = portfolio.portfolio
    version, option = texts.version(said["apprenticeship"]), texts.option(said["apprenticeship"])
    words = {"name": said["apprentice"]["name"]}
    if here := learner_of(said, provider, version):
        found = locked_apprenticeship(here.pk)
        if found.option_id != (option.pk if option else None):
            raise Incomplete(_("%(name)s has another option here. Choose the same one first.") % words, field="file")
        return found, [_("%(name)s is enrolled here already, so it is added to what is there.") % words]
    if not said["apprentice"]["email"]:
        raise Incomplete(
            _("The portfolio has no email address, and %(name)s is not enrolled here. Enrol them first.") % words,
            field="file",
        )
    uln = said["apprentice"]["uln"]
    made = enrolling.enrol_and_invite(
        apprenticeship_id=uuid4(),
        provider=provider,
        standard_version=version,
        name=said["apprentice"]["name"],
        email=said["apprentice"]["email"],
        employer=said["apprenticeship"]["employer"] or _("Employer not known yet"),
        started_on=date.fromisoformat(said["apprenticeship"]["started_on"]),
        planned_end_on=date.fromisoformat(said["apprenticeship"]["planned_end_on"]),
        by=by,
        facts=Facts(uln=uln if is_uln(uln) else ""),
    )
    if option:
        choose_option(made.pk, option.pk, by)
    return locked_apprenticeship(made.pk), [
        _("%(name)s is not enrolled here yet: they are enrolled and invited by email.") % words
    ]


def _require_nothing_in_the_way(portfolio: Arrived, texts: Texts, apprenticeship: Apprenticeship) -> None:
    said = portfolio.portfolio
    if said["moves"] and Transition.objects.unscoped().filter(apprenticeship=apprenticeship).exists():
        raise Incomplete(_("Both here and there they were moved to another version, which cannot be joined."), "file")
    ksbs = {texts.ksb(one["ksb"]) for one in said["sign_offs"]}
    here = SignOff.objects.unscoped().filter(apprenticeship=apprenticeship, ksb__in=ksbs)
    if codes := sorted(set(here.values_list("ksb__code", flat=True))):
        raise Incomplete(
            _("These KSBs were signed off here already, so the portfolio cannot be added: %(codes)s.")
            % {"codes": ", ".join(codes)},
            field="file",
        )


def _require_honest_files(portfolio: Arrived, rows: Rows) -> None:
    """Each file is of a kind that is taken, by its bytes and its name, and each row agrees with those it rests on."""
    for file in rows.files:
        try:
            with portfolio.opened(file.pk) as content:
                found = file_types.detect(cast(BinaryIO, content), file.name)
        except FileRefused as refused:
            raise Refused(f"{file.name}: {refused}") from None
        if found.content_type != file.content_type:
            raise Refused(_("%(name)s is not what it says it is") % {"name": file.name})
    kinds: dict[type[models.Model], list[models.Model]] = {}
    for row in rows.made:
        if hasattr(row, "contradiction"):
            kinds.setdefault(type(row), []).append(row)
    for kind, made in kinds.items():
        again = kind._base_manager.filter(pk__in=[row.pk for row in made])
        for one in again.prefetch_related(*getattr(kind, "verified_with", ())):
            if fault := one.contradiction():  # type: ignore[attr-defined]
                raise Refused(_("its parts contradict each other: %(fault)s") % {"fault": fault})


def _record(record: ExternalRecord, rows: Rows, provider: Organisation, by: Actor) -> None:
    audit.record(
        actions.PORTFOLIO_BROUGHT_IN,
        by,
        record,
        organisation=provider,
        apprenticeship=record.apprenticeship_id,
        sha256=record.sha256,
        origin=record.origin,
    )
    data = {"external": record.pk}
    audit.record_many(
        audit.Happening(_ACTIONS[row._meta.label_lower], by, row, provider, data) for row in _read_again(rows)
    )


def _read_again(rows: Rows) -> Iterator[models.Model]:
    """The rows as the database has them: that is what their fingerprints are held against later."""
    kinds: dict[type[models.Model], list[object]] = {}
    for row in rows.made:
        kinds.setdefault(type(row), []).append(row.pk)
    for kind, keys in kinds.items():
        for start in range(0, len(keys), 500):
            yield from kind._base_manager.filter(pk__in=keys[start : start + 500]).order_by("pk")


def _signed(portfolio: Arrived) -> list[str]:
    if portfolio.is_trusted:
        return [_("Signed by %(key)s, which you trust.") % {"key": portfolio.signed_by}]
    if portfolio.signed_by:
        return [
            _("It says that %(key)s signed it. Nobody checked that: give the key that the other site publishes.")
            % {"key": portfolio.signed_by}
        ]
    return [_("It is not signed, so anybody could have changed it. Ask the other provider whether it is theirs.")]


def _left_out(said: dict) -> list[str]:  # type: ignore[type-arg]
    return [
        _("“%(title)s” is not in the file. %(reason)s") % {"title": one["title"], "reason": one["reason"]}
        for one in said["left_out"]
    ]


def _differences(said: dict, texts: Texts, apprenticeship: Apprenticeship) -> list[str]:  # type: ignore[type-arg]
    """The KSBs that stand otherwise here than there: another rule of this provider, or work that was here already."""
    rows = KsbProgress.objects.unscoped().filter(apprenticeship=apprenticeship).select_related("ksb").in_order()
    here = {row.ksb_id: row for row in rows}
    found = []
    for one in said["ksbs"]:
        row = here.get(texts.ksb(one["ksb"]))
        if row and row.state != one["state"]:
            words = {"code": row.ksb.code, "here": row.get_state_display(), "there": KsbState(one["state"]).label}
            found.append(_("%(code)s is “%(here)s” here; there it was “%(there)s”.") % words)
    if any(one["quality_assured_at"] for one in said["ksbs"]):
        found.append(_("Checks by internal quality assurance stay with the provider that made them."))
    return found
