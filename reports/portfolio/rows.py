"""The rows of a portfolio that came from elsewhere, each with the id, the moments and the hashes that it had there.

Whoever acted there is a person without an account here, whose name says where. Nothing here decides, signs or confirms
anything: what stands in the file becomes rows, and each row goes on the record as imported.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from accounts import workflow as people
from accounts.models import User
from apprenticeships.models import Apprenticeship, EmployerContact
from assessments.feedback import Feedback
from assessments.models import (
    BehaviourAnswer,
    Countersignature,
    Decision,
    EmployerAnswer,
    ExternalRecord,
    KsbCarryOver,
    SignOff,
    SignOffGround,
    SignOffWithdrawal,
    Snapshot,
    Submission,
    SubmittedClaim,
    SubmittedFile,
    Transition,
    Verification,
    VerificationKsb,
    WordingConfirmation,
)
from core import clock
from core.actor import Actor
from core.canonical import digest
from files.file_names import clean_name
from portfolios.content import EvidenceContent
from portfolios.models import Claim, Evidence, EvidenceFile, EvidenceVersion, Marker, stored_name
from reports.portfolio.arriving import Data, Refused
from reports.portfolio.matching import Texts
from signing.models import Disavowal, Link, Signature

_MARKED = ("note", "starts_ms", "ends_ms", "page", "left", "top", "width", "height")
_LINK_MOMENTS = (
    "asked_at",
    "sent_at",
    "expires_at",
    "started_at",
    "signed_at",
    "declined_at",
    "revoked_at",
    "passed_on_at",
)


def _require_readable(content: Data) -> None:
    """What pages show has to be what they can show."""
    try:
        EvidenceContent.from_json(content)
    except (AttributeError, LookupError, TypeError, ValueError):
        raise Refused(_("what a piece says is not written as it should be")) from None


def moment_in(text: str) -> datetime:
    """A moment as the file has it."""
    return datetime.fromisoformat(text)


def _moments(said: Data, names: Iterable[str]) -> dict[str, Any]:
    """The moments of these names, of which some never came."""
    return {name: moment_in(said[name]) if said[name] else None for name in names}


class Rows:
    """Makes the rows of one portfolio, of one apprenticeship that is locked.

    Attributes:
        made: every row that belongs on the record, in an order in which it can be read.
        counts: how many of each kind of thing there are.
    """

    def __init__(self, apprenticeship: Apprenticeship, texts: Texts, record: ExternalRecord, portfolio: Data) -> None:
        self.whose, self.texts, self.record, self.portfolio = apprenticeship, texts, record, portfolio
        self.of: dict[str, Any] = {"apprenticeship": apprenticeship, "provider_id": apprenticeship.provider_id}
        self.made: list[models.Model] = []
        self.files: list[EvidenceFile] = []
        self.counts: Counter[str] = Counter()
        self._people: dict[str, User] = {}
        self._decisions: dict[UUID, Decision] = {}

    def _who(self, there: str) -> User:
        if there not in self._people:
            try:
                said = self.portfolio["people"][there]
            except KeyError:
                raise Refused(_("it names somebody who is not in it")) from None
            self._people[there] = people.add_external_person(said["name"], said["provider"])
        return self._people[there]

    def _maybe(self, there: str | None) -> User | None:
        return self._who(there) if there else None

    def _add(self, row: Any, kind: str = "") -> Any:
        row.save(force_insert=True)
        self.made.append(row)
        if kind:
            self.counts[kind] += 1
        return row

    def piece(self, said: Data) -> None:
        """One piece of evidence with everything that is in it."""
        evidence = Evidence(
            pk=UUID(said["id"]),
            **self.of,
            **{name: said[name] for name in ("title", "kind", "narrative", "answers", "is_showcase", "state")},
            happened_on=date.fromisoformat(said["happened_on"]) if said["happened_on"] else None,
            unticked_lines={
                str(self.texts.ksbs[ksb]): line
                for ksb, line in said["unticked_lines"].items()
                if ksb in self.texts.ksbs
            },
            revision=said["revision"],
            **_moments(said, ("created_at", "changed_at", "first_submitted_at")),
        )
        self._add(evidence, "evidence")
        Claim.objects.bulk_create(
            Claim(
                pk=UUID(one["id"]),
                evidence=evidence,
                ksb_id=self.texts.ksb(one["ksb"]),
                justification=one["justification"],
                is_met=one["is_met"],
            )
            for one in said["claims"]
        )
        here = {one["id"]: self._file(evidence, one) for one in said["files"]}
        self._markers(said["markers"], here)
        EvidenceVersion.objects.bulk_create(
            EvidenceVersion(
                evidence=evidence,
                revision=one["revision"],
                content=self._with_ksbs_of_here(one["content"]),
                begun_at=moment_in(one["begun_at"]),
                saved_at=moment_in(one["saved_at"]),
                is_submitted=one["is_submitted"],
            )
            for one in said["versions"]
        )
        for one in said["rounds"]:
            self._round(evidence, one, here)

    def _file(self, evidence: Evidence, said: Data) -> EvidenceFile:
        name = clean_name(said["name"])
        if name != said["name"]:
            raise Refused(_("the name of a file has characters that no name has"))
        file = EvidenceFile(
            pk=UUID(said["id"]),
            evidence=evidence,
            name=name,
            **{key: said[key] for key in ("content_type", "size_bytes", "sha256", "transcript")},
            **_moments(said, ("added_at", "removed_at", "first_submitted_at")),
            added_by=self._who(said["added_by"]),
        )
        file.stored.name = stored_name(file, name)
        self._add(file, "files")
        self.files.append(file)
        return file

    def _markers(self, said: list[Data], files: dict[str, EvidenceFile]) -> None:
        rows = []
        for one in said:
            if one["file"] not in files:
                raise Refused(_("a place is marked in a file of another piece"))
            marked = {name: one[name] for name in _MARKED}
            rows.append(
                Marker(
                    pk=UUID(one["id"]),
                    file=files[one["file"]],
                    ksb_id=self.texts.ksb(one["ksb"]),
                    made_at=moment_in(one["made_at"]),
                    **marked,
                )
            )
        Marker.objects.bulk_create(rows)
        self.counts["markers"] += len(rows)

    def _with_ksbs_of_here(self, content: Data) -> Data:
        """What a version of the working copy says, about the statements of this catalogue: its words are used again."""
        try:
            claims = [one | {"ksb": str(self.texts.ksb(one["ksb"]))} for one in content["claims"]]
        except (KeyError, TypeError):
            raise Refused(_("a version of a piece is not written as it should be")) from None
        _require_readable(content)
        return content | {"claims": claims}

    def _round(self, evidence: Evidence, said: Data, files: dict[str, EvidenceFile]) -> None:
        if digest(said["content"]) != said["sha256"]:
            raise Refused(_("what was submitted is not what its hash was made of"))
        _require_readable(said["content"])
        if not isinstance(said["content"].get("declaration"), dict):
            raise Refused(_("a round has no declaration of own work"))
        moments = ("submitted_at", "review_started_at", "finished_at", "withdrawn_at")
        row = Submission(
            pk=UUID(said["id"]),
            evidence=evidence,
            **self.of,
            round=said["round"],
            submitted_by=self._who(said["submitted_by"]),
            review_started_by=self._maybe(said["review_started_by"]),
            **_moments(said, moments),
            checks=said["checks"],
        )
        self._add(row, "rounds")
        Snapshot(submission=row, content=said["content"], sha256=said["sha256"]).save(force_insert=True)
        if not set(said["files"]) <= set(files):
            raise Refused(_("a round has a file of another piece"))
        SubmittedFile.objects.bulk_create(SubmittedFile(submission=row, file=files[one]) for one in said["files"])
        for one in said["claims"]:
            self._claim(row, one, said["sha256"])

    def _claim(self, submission: Submission, said: Data, snapshot_sha256: str) -> None:
        claim = SubmittedClaim(
            pk=UUID(said["id"]),
            submission=submission,
            **self.of,
            ksb_id=self.texts.ksb(said["ksb"]),
            justification=said["justification"],
            added_by=self._maybe(said["added_by"]),
        )
        claim.save(force_insert=True)
        for one in said["decisions"]:
            if one["corrects"] and UUID(one["corrects"]) not in self._decisions:
                raise Refused(_("a decision corrects one that is not before it"))
            decision = self._add(
                Decision(
                    pk=UUID(one["id"]),
                    claim=claim,
                    supersedes_id=one["corrects"],
                    **{name: one[name] for name in ("reason", "outcome", "needs_countersignature")},
                    feedback=Feedback.from_json(one["feedback"]),
                    by=self._who(one["by"]),
                    at=moment_in(one["at"]),
                    snapshot_sha256=snapshot_sha256,
                ),
                "decisions",
            )
            # Its hash is made of ids, which are text until it is read again.
            decision.supersedes_id = UUID(one["corrects"]) if one["corrects"] else None
            self._decisions[decision.pk] = decision
            if made := one["countersigned"]:
                self._add(
                    Countersignature(
                        pk=UUID(made["id"]), decision=decision, by=self._who(made["by"]), at=moment_in(made["at"])
                    )
                )

    def sign_offs(self) -> None:
        """The sign-offs in their order. One that quality assurance reopened there is one that was withdrawn there."""
        ended: set[str] = set()
        for said in self.portfolio["sign_offs"]:
            if said["follows"] and said["follows"] not in ended:
                raise Refused(_("a sign-off follows the end of one that is not before it"))
            try:
                grounds = [self._decisions[UUID(one)] for one in said["decisions"]]
            except KeyError:
                raise Refused(_("a sign-off rests on a decision that is not in it")) from None
            grounds.sort(key=lambda made: (made.at, made.pk))
            row = self._add(
                SignOff(
                    pk=UUID(said["id"]),
                    **self.of,
                    ksb_id=self.texts.ksb(said["ksb"]),
                    follows_id=UUID(said["follows"]) if said["follows"] else None,
                    by=self._who(said["by"]),
                    at=moment_in(said["at"]),
                    grounds_sha256=digest([decision.fingerprint() for decision in grounds]),
                    external=self.record,
                    external_note=said["note"],
                ),
                "sign_offs",
            )
            SignOffGround.objects.bulk_create(SignOffGround(sign_off=row, decision=one) for one in grounds)
            if end := said["withdrawn"] or said["reopened"]:
                self._add(
                    SignOffWithdrawal(
                        pk=UUID(end["id"]),
                        sign_off=row,
                        reason=end["reason"],
                        by=self._who(end["by"]),
                        at=moment_in(end["at"]),
                    )
                )
                ended.add(end["id"])

    def moves(self) -> None:
        """The moves to other versions there, with which statement goes on as which."""
        for said in self.portfolio["moves"]:
            ways = [
                KsbCarryOver(
                    before_id=self.texts.ksb(one["before"]), after_id=self.texts.ksb(one["after"]), kind=one["kind"]
                )
                for one in said["ways"]
            ]
            undone = next((one for one in self.portfolio["moves"] if one["id"] == said["undoes"]), None)
            hashed = ways if undone is None else [
                KsbCarryOver(
                    before_id=self.texts.ksb(one["before"]), after_id=self.texts.ksb(one["after"]), kind=one["kind"]
                )
                for one in undone["ways"]
            ]  # fmt: skip
            row = self._add(
                Transition(
                    pk=UUID(said["id"]),
                    **self.of,
                    number=said["number"],
                    act=UUID(said["act"]),
                    undoes_id=UUID(said["undoes"]) if said["undoes"] else None,
                    before_version=self.texts.version(said["before"]),
                    before_option=self.texts.option(said["before"]),
                    after_version=self.texts.version(said["after"]),
                    after_option=self.texts.option(said["after"]),
                    by=self._who(said["by"]),
                    at=moment_in(said["at"]),
                    carried_sha256=KsbCarryOver.digest_of(hashed),
                ),
                "moves",
            )
            for way, one in zip(ways, said["ways"], strict=True):
                way.transition = row
                way.save(force_insert=True)
                if made := one["confirmed"]:
                    self._add(
                        WordingConfirmation(
                            pk=UUID(made["id"]), carry_over=way, by=self._who(made["by"]), at=moment_in(made["at"])
                        )
                    )

    def confirmations(self, by: Actor) -> Iterator[str]:
        """What people with no account signed or declined there. Yields what could not be taken over."""
        for said in self.portfolio["confirmations"]:
            contact = None
            if said["kind"] == "employer":
                if self.whose.employer_id is None or said["contact"] is None:
                    yield _("A confirmation by the employer is left out: no employer is known here.")
                    continue
                contact = self._contact(said["contact"], by)
            row = self._add(
                Verification(
                    pk=UUID(said["id"]),
                    **self.of,
                    kind=said["kind"],
                    submission_id=UUID(said["round"]) if said["round"] else None,
                    contact=contact,
                    asked_by=self._who(said["asked_by"]),
                    asked_at=moment_in(said["asked_at"]),
                ),
                "confirmations",
            )
            VerificationKsb.objects.bulk_create(
                VerificationKsb(verification=row, ksb_id=self.texts.ksb(one)) for one in said["ksbs"]
            )
            for one in said["links"]:
                self._link(row, one)

    def employer_answers(self) -> None:
        """What the employer said of each behaviour there. Answers by a link that is left out are left out with it."""
        for said in self.portfolio["employer_answers"]:
            signature = said["signature"] and UUID(said["signature"])
            if signature and not Signature.objects.unscoped().filter(pk=signature).exists():
                continue
            if not signature and digest(said["content"]) != said["sha256"]:
                raise Refused(_("what somebody signed is not what its hash was made of"))
            words = ("name", "role", "comment", "content", "sha256", "statement", "wording")
            row = self._add(
                EmployerAnswer(
                    pk=UUID(said["id"]),
                    **self.of,
                    by=self._who(said["by"]) if said["by"] else None,
                    link_signature_id=signature or None,
                    **{name: said[name] for name in words},
                    at=moment_in(said["at"]),
                )
            )
            BehaviourAnswer.objects.bulk_create(
                BehaviourAnswer(
                    answer=row, ksb_id=self.texts.ksb(one["ksb"]), is_verified=one["is_verified"], words=one["words"]
                )
                for one in said["answers"]
            )

    def _contact(self, said: Data, by: Actor) -> EmployerContact:
        """Whom the employer's confirmation was asked of there: nobody whom this provider asks."""
        now = clock.now()
        row = EmployerContact(
            provider_id=self.whose.provider_id,
            employer=self.whose.employer,
            name=said["name"],
            email=said["email"].lower(),
            added_by_id=by.person,
            added_at=now,
            removed_at=now,
        )
        made: EmployerContact = self._add(row)
        return made

    def _link(self, verification: Verification, said: Data) -> None:
        if digest(said["content"]) != said["sha256"]:
            raise Refused(_("what somebody signed is not what its hash was made of"))
        link = self._add(
            Link(
                pk=UUID(said["id"]),
                **self.of,
                purpose=verification.kind,
                about=verification.pk,
                **{name: said[name] for name in ("content", "sha256", "name", "decline_reason")},
                email=said["email"].lower(),
                # Nobody has this token: the link itself stayed where it was sent from.
                token_sha256=sha256(secrets.token_bytes(32)).hexdigest(),
                follows_id=UUID(said["follows"]) if said["follows"] else None,
                asked_by=self._who(said["asked_by"]),
                **_moments(said, _LINK_MOMENTS),
            )
        )
        if link.expires_at > clock.now() and not (
            link.signed_at or link.declined_at or link.revoked_at or link.passed_on_at
        ):
            raise Refused(_("it has a request that is still open"))
        signed = said["signature"]
        if signed is None:
            return
        signature = self._add(
            Signature(
                pk=UUID(signed["id"]),
                link=link,
                **self.of,
                sha256=said["sha256"],
                **{name: signed[name] for name in ("statement", "wording", "role", "comment", "was_told_of_change")},
                name=signed["name"],
                at=moment_in(signed["at"]),
            )
        )
        if signed["disowned"]:
            disowned = signed["disowned"]
            self._add(Disavowal(pk=UUID(disowned["id"]), signature=signature, at=moment_in(disowned["at"])))
