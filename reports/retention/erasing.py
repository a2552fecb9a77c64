"""Carrying an erasure out: each row is named, its words are taken out, and what it is then is noted for the record."""

from collections import deque
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import models

from accounts import sessions
from accounts.audit_actions import INVITATION_ERASED, PERSON_ERASED
from accounts.models import Invitation, Organisation, User
from apprenticeships.models import Apprenticeship
from assessments.models import VoiceDraft, VoiceNote
from audit import chain as audit
from audit import erasing
from core import clock
from core.actor import SYSTEM, Actor
from jobs.queue import enqueue
from notifications.models import Choice, Letter, Notice
from notifications.reading import recount
from occupations.models import Favourite
from portfolios.models import EvidenceFile, Rendition, Withheld
from portfolios.processing import jobs
from programme.learner_file.models import LearnerDocument
from reports.exports.workflow import delete_export
from reports.retention import removing
from reports.retention.blanking import ERASED, blanked, texts_of
from reports.retention.holdings import Holding, Part
from reports.retention.models import Erasure
from reports.retention.plan import Plan, exports_of, files_of, holdings_of

#: Beside the words, what says who somebody is and is no text.
_DATES = {Apprenticeship: {"date_of_birth": None}}
#: Models of which the bytes are removed with the words; those of evidence have their own way (`withheld`).
_STORED = (VoiceNote, VoiceDraft, LearnerDocument, Rendition)


class Eraser:
    """One erasure that was agreed, on an apprenticeship that is locked. Everything happens in one transaction.

    The bytes of files are removed by jobs once that is committed, which are tried again.
    """

    def __init__(self, erasure: Erasure, apprenticeship: Apprenticeship, plan: Plan, by: Actor) -> None:
        self.erasure, self.whose, self.plan, self.by = erasure, apprenticeship, plan, by
        self._objects: list[str] = []
        self._named: list[tuple[Any, type[models.Model], Any]] = []

    def run(self) -> None:
        """Erase the parts of the plan."""
        holdings = holdings_of(self.plan.parts)
        self._hold(holdings)
        # One that was asked for since is begun once this is over, and holds what is left then.
        for export in exports_of(self.whose).filter(made_at__isnull=False).values_list("pk", flat=True):
            delete_export(export, SYSTEM)
        done: set[tuple[str, str]] = set()
        for holding in holdings:
            if not holding.is_removed:
                self._name(holding, done)
        self._withhold_files()
        for holding in holdings:
            self._remove(holding) if holding.is_removed else self._blank(holding)
        if Part.RECORD in self.plan.parts:
            self._close()
        self._note()
        if self.plan.account:
            erase_person(self.whose.apprentice_id, self.whose.provider, self.by, self.erasure.pk)
        if keys := sorted({str(key) for key in self._objects if key}):
            enqueue(removing.remove_objects, keys, organisation=self.whose.provider, subject=self.erasure.pk)

    def _hold(self, holdings: list[Holding]) -> None:
        """Let no job change a row between the moment when it is named and the end. The chains are locked after it."""
        for holding in holdings:
            if not holding.is_removed:
                rows = holding.rows(self.whose).select_for_update(no_key=True, of=("self",)).only("pk")
                deque(rows.iterator(chunk_size=erasing.BATCH), maxlen=0)

    def _withhold_files(self) -> None:
        for file in files_of(self.whose, self.plan.parts):
            EvidenceFile.objects.unscoped().filter(pk=file.pk).update(withheld=Withheld.ERASED, transcript="")
            enqueue(jobs.erase, str(file.pk), organisation=self.whose.provider, subject=file.pk)

    def _name(self, holding: Holding, done: set[tuple[str, str]]) -> None:
        """Before anything is changed, note what each row was: others may rest on it."""
        wanted = getattr(holding.model, "verified_with", ())
        batch: list[tuple[models.Model, str]] = []
        for row in holding.rows(self.whose).prefetch_related(*wanted).iterator(chunk_size=erasing.BATCH):
            if (where := (row._meta.label_lower, str(row.pk))) in done:
                continue
            done.add(where)
            if row.pk == self.erasure.pk:
                # Its fingerprint is of all the others.
                continue
            batch.append((row, erasing.fingerprint_of(row)))
        for (row, _before), named in zip(batch, erasing.name_rows(self.erasure.pk, batch), strict=True):
            self._named.append((named, type(row), row.pk))

    def _remove(self, holding: Holding) -> None:
        rows = holding.rows(self.whose)
        if holding.model in _STORED:
            self._objects += rows.values_list("stored", flat=True)
        readers = set(rows.values_list("person", flat=True)) if hasattr(holding.model, "read_at") else set()
        rows.order_by().delete()
        recount(readers)

    def _blank(self, holding: Holding) -> None:
        fields = [name for name in texts_of(holding.model) if name not in holding.stays]
        also = _DATES.get(holding.model, {})
        columns = ["pk", *fields, *also]
        for row in holding.rows(self.whose).values(*columns).iterator(chunk_size=erasing.BATCH):
            left = {name: blanked(holding.model._meta.get_field(name), row[name]) for name in fields} | also
            changed = {name: value for name, value in left.items() if value != row[name]}
            if changed:
                holding.model._base_manager.filter(pk=row["pk"]).update(**changed)
        if holding.model in _STORED:
            self._objects += holding.rows(self.whose).values_list("stored", flat=True)

    def _close(self) -> None:
        """From now on nobody opens it, as an enrolment that was undone."""
        now = clock.now()
        self.whose.refresh_from_db()
        self.whose.erased_at = now
        self.whose.undone_at = self.whose.undone_at or now
        self.whose.save(update_fields=["erased_at", "undone_at"])

    def _note(self) -> None:
        """What each row is now."""
        of_models: dict[type[models.Model], list[tuple[Any, Any]]] = {}
        for named, model, pk in self._named:
            of_models.setdefault(model, []).append((named, pk))
        for model, rows in of_models.items():
            wanted = getattr(model, "verified_with", ())
            for start in range(0, len(rows), erasing.BATCH):
                some = rows[start : start + erasing.BATCH]
                read = model._base_manager.filter(pk__in=[pk for _named, pk in some]).prefetch_related(*wanted)
                by_key = {row.pk: row for row in read}
                for named, pk in some:
                    erasing.note_after(named, erasing.fingerprint_of(by_key[pk]))


def erase_person(person_id: UUID, organisation: Organisation, by: Actor, act: UUID) -> None:
    """Take name, address and ways to sign in from somebody of whom nothing else is held.

    What they did stays theirs by their id.

    Args:
        act: the erasure that it is part of.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    sessions.end_all_of(person, reason="erased", by=by)
    Authenticator.objects.filter(user=person).delete()
    addresses = {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)} - {None}
    EmailAddress.objects.filter(user=person).delete()
    Choice.objects.unscoped().filter(person=person).delete()
    Favourite.objects.filter(user=person).delete()
    Notice.objects.unscoped().filter(person=person, apprenticeship=None).delete()
    Letter.objects.filter(person=person, notices=None).delete()
    sent = Invitation.objects.filter(
        models.Q(person=person) | models.Q(accepted_by=person) | models.Q(email__in=addresses)
    )
    for invitation in sent.select_for_update(no_key=True).order_by("pk"):
        invitation.name, invitation.email = ERASED, f"{invitation.pk}@erased.invalid"
        invitation.revoked_at = invitation.revoked_at or (None if invitation.accepted_at else clock.now())
        invitation.save(update_fields=["name", "email", "revoked_at"])
        whose = Organisation.objects.get(pk=invitation.organisation_id) if invitation.organisation_id else None
        audit.record(INVITATION_ERASED, by, invitation, organisation=whose)
    person.name, person.email, person.is_active = ERASED, None, False
    person.set_unusable_password()
    person.save(update_fields=["name", "email", "is_active", "password"])
    audit.note(PERSON_ERASED, by, person, erasure=act)
