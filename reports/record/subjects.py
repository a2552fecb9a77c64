"""What the entries of a record speak of: names and pages of the rows behind their ids, where the asker sees them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Invitation, Organisation
from accounts.seen_by import SeenBy
from apprenticeships.models import (
    Apprenticeship,
    Competence,
    ConflictOfInterest,
    EmployerContact,
    LearnerImport,
    PaceRule,
)
from apprenticeships.querysets import SIGHT
from assessments.models import (
    Appeal,
    Decision,
    EmployerAnswer,
    ExternalRecord,
    Flag,
    Investigation,
    Reopening,
    SamplingPlan,
    SignOff,
    SignOffPolicy,
    Standardisation,
    Submission,
    Transition,
    Verification,
    VoiceNote,
)
from core.actor import Actor
from core.links import path_to
from core.prepared import Row
from occupations.models import Revision, Standard, StandardVersion
from portfolios.models import Evidence, EvidenceFile, Quarantine
from programme.models import (
    AssessmentResult,
    Attainment,
    GatewayEnd,
    GatewayLock,
    PartyRefusal,
    PartySignature,
    ProgressReview,
    ReviewRhythm,
    ReviewTemplate,
    SignedVersion,
    SkillsScan,
)
from reports.exports.subjects import find_exports
from reports.feeds.subjects import find_feed_keys
from reports.pack.models import ChosenPiece, PlanRules
from reports.record import programme_subjects as programme
from reports.record import quality_subjects as quality
from reports.record.found import Finder, Found, Subject, about_learner, keys
from reports.retention import subjects as retention
from reports.saving.models import SavedView
from signing.models import Disavowal, Link, Signature, place_of


def of_entries(subjects: Iterable[tuple[str, str]], actor: Actor) -> dict[tuple[str, str], Subject]:
    """The subjects that `actor` may see, of these types and ids: one query for each type that there is."""
    ids: dict[str, set[str]] = defaultdict(set)
    for kind, subject in subjects:
        ids[kind].add(subject)
    return {
        (kind, str(pk)): subject
        for kind, find in FINDERS.items()
        if kind in ids
        for pk, subject in find(ids[kind], actor)
    }


_learners_seen = SeenBy(
    lambda user, ids: Apprenticeship.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "apprentice__name"),
    SIGHT,
)


def _apprenticeships(ids: Collection[str], actor: Actor) -> Found:
    for pk, name in _learners_seen(actor, ids=keys(ids)):
        yield pk, Subject(name, path_to("coverage", pk))


_evidence_seen = SeenBy(
    lambda user, ids: (
        Evidence.objects.visible_to(user)
        .filter(pk__in=ids)
        .values_list("pk", "apprenticeship__apprentice__name", "title")
    ),
    SIGHT,
)


def _evidence(ids: Collection[str], actor: Actor) -> Found:
    for pk, name, title in _evidence_seen(actor, ids=keys(ids)):
        yield pk, _piece(name, title, pk)


_files_seen = SeenBy(
    lambda user, ids: (
        EvidenceFile.objects.visible_to(user)
        .filter(pk__in=ids)
        .values_list("pk", "evidence__apprenticeship__apprentice__name", "name", "evidence")
    ),
    SIGHT,
)


def _files(ids: Collection[str], actor: Actor) -> Found:
    for pk, name, file, piece in _files_seen(actor, ids=keys(ids)):
        yield pk, _piece(name, file, piece)


def _quarantines(ids: Collection[str], actor: Actor) -> Found:
    rows = Quarantine.objects.visible_to(actor).filter(pk__in=keys(ids))
    for pk, name, file in rows.values_list("pk", "evidence__apprenticeship__apprentice__name", "file__name"):
        yield pk, Subject(f"{name}: {file}", path_to("hidden-file", pk))


_submissions_seen = SeenBy(
    lambda user, ids: (
        Submission.objects.visible_to(user)
        .filter(pk__in=ids)
        .values_list("pk", "evidence__apprenticeship__apprentice__name", "snapshot__content__title", "evidence")
    ),
    SIGHT,
)


def _submissions(ids: Collection[str], actor: Actor) -> Found:
    for pk, name, title, piece in _submissions_seen(actor, ids=keys(ids)):
        yield pk, _piece(name, title, piece)


_decisions_seen = SeenBy(
    lambda user, ids: _about_ksbs(
        Decision.objects.visible_to(user).filter(pk__in=ids), "pk", "claim__apprenticeship", "claim__ksb"
    ),
    SIGHT,
)


def _decisions(ids: Collection[str], actor: Actor) -> Found:
    return _ksbs(_decisions_seen(actor, ids=keys(ids)))


def _countersignatures(ids: Collection[str], actor: Actor) -> Found:
    rows = Decision.objects.visible_to(actor).filter(countersignature__in=keys(ids))
    return _ksbs(_about_ksbs(rows, "countersignature", "claim__apprenticeship", "claim__ksb"))


def _policies(ids: Collection[str], actor: Actor) -> Found:
    for row in SignOffPolicy.objects.visible_to(actor).filter(pk__in=keys(ids)).select_related("standard"):
        yield row.pk, Subject(str(row.standard or _("All standards")), path_to("sign-off-rules"))


def _competences(ids: Collection[str], actor: Actor) -> Found:
    rows = Competence.objects.visible_to(actor).filter(pk__in=keys(ids)).select_related("person", "standard")
    for row in rows:
        yield row.pk, Subject(f"{row.person}: {row.standard}", path_to("competences"))


def _conflicts(ids: Collection[str], actor: Actor) -> Found:
    rows = ConflictOfInterest.objects.visible_to(actor).filter(pk__in=keys(ids))
    return _in_conflict(rows.values_list("pk", "person__name", "apprenticeship__apprentice__name"))


def _conflict_endings(ids: Collection[str], actor: Actor) -> Found:
    rows = ConflictOfInterest.objects.visible_to(actor).filter(ending__in=keys(ids))
    return _in_conflict(rows.values_list("ending", "person__name", "apprenticeship__apprentice__name"))


def _in_conflict(rows: Iterable[Row]) -> Found:
    for found, person, apprentice in rows:
        yield found, Subject(f"{person}: {apprentice}", path_to("conflicts"))


def _saved_views(ids: Collection[str], actor: Actor) -> Found:
    for row in SavedView.objects.visible_to(actor).filter(pk__in=keys(ids)):
        yield row.pk, Subject(row.name, path_to("saved-view", row.pk))


def _pace_rules(ids: Collection[str], actor: Actor) -> Found:
    for row in PaceRule.objects.visible_to(actor).filter(pk__in=keys(ids)):
        yield row.pk, Subject(_("Rule %(n)s") % {"n": row.number}, path_to("pace-rule"))


_sign_offs_seen = SeenBy(
    lambda user, ids: _about_ksbs(SignOff.objects.visible_to(user).filter(pk__in=ids), "pk", "apprenticeship", "ksb"),
    SIGHT,
)


def _sign_offs(ids: Collection[str], actor: Actor) -> Found:
    return _ksbs(_sign_offs_seen(actor, ids=keys(ids)))


def _withdrawals(ids: Collection[str], actor: Actor) -> Found:
    rows = SignOff.objects.visible_to(actor).filter(withdrawal__pk__in=ids)
    return _ksbs(_about_ksbs(rows, "withdrawal", "apprenticeship", "ksb"))


def _externals(ids: Collection[str], actor: Actor) -> Found:
    rows = ExternalRecord.objects.visible_to(actor).filter(pk__in=keys(ids))
    return _brought_in(rows.values_list("pk", "apprenticeship", _WHOSE, "source"))


def _external_undoings(ids: Collection[str], actor: Actor) -> Found:
    rows = ExternalRecord.objects.visible_to(actor).filter(undoing__in=keys(ids))
    return _brought_in(rows.values_list("undoing", "apprenticeship", _WHOSE, "source"))


def _brought_in(rows: Iterable[Row]) -> Found:
    for pk, whose, name, source in rows:
        yield pk, Subject(f"{name}: {source}", path_to("external", whose))


_WHOSE = "apprenticeship__apprentice__name"


def _standardisations(ids: Collection[str], actor: Actor) -> Found:
    return _standardised(actor, ids, "pk")


def _standardisation_actions(ids: Collection[str], actor: Actor) -> Found:
    return _standardised(actor, ids, "actions")


def _standardisation_notes(ids: Collection[str], actor: Actor) -> Found:
    return _standardised(actor, ids, "actions__notes")


def _standardised(actor: Actor, ids: Collection[str], path: str) -> Found:
    rows = Standardisation.objects.visible_to(actor).filter(**{f"{path}__in": keys(ids)})
    for found, pk in rows.values_list(path, "pk"):
        yield found, Subject(_("Standardisation"), path_to("standardisation", pk))


def _voice_notes(ids: Collection[str], actor: Actor) -> Found:
    rows = VoiceNote.objects.visible_to(actor).filter(pk__in=keys(ids))
    for pk, name, title, piece in rows.values_list(
        "pk", _WHOSE, "submission__snapshot__content__title", "submission__evidence"
    ):
        yield pk, _piece(name, title, piece)


def _flags(ids: Collection[str], actor: Actor) -> Found:
    return _flagged(Flag.objects.visible_to(actor).filter(pk__in=keys(ids)).values_list("pk", "pk", _WHOSE))


def _flag_answers(ids: Collection[str], actor: Actor) -> Found:
    return _flagged(Flag.objects.visible_to(actor).filter(answer__in=keys(ids)).values_list("answer", "pk", _WHOSE))


def _flagged(rows: Iterable[Row]) -> Found:
    for found, flag, name in rows:
        yield found, Subject(name, path_to("flag", flag))


def _investigations(ids: Collection[str], actor: Actor) -> Found:
    # The end of one has its id.
    rows = Investigation.objects.visible_to(actor).filter(pk__in=keys(ids))
    for pk, name in rows.values_list("pk", _WHOSE):
        yield pk, Subject(name, path_to("investigation", pk))


def _plans(ids: Collection[str], actor: Actor) -> Found:
    for pk in SamplingPlan.objects.visible_to(actor).filter(pk__in=keys(ids)).values_list("pk", flat=True):
        yield pk, Subject(_("Sampling plan"), path_to("sampling-plan", pk))


def _plan_withdrawals(ids: Collection[str], actor: Actor) -> Found:
    rows = SamplingPlan.objects.visible_to(actor).filter(withdrawal__in=keys(ids))
    for withdrawal, pk in rows.values_list("withdrawal", "pk"):
        yield withdrawal, Subject(_("Sampling plan"), path_to("sampling-plan", pk))


def _reopenings(ids: Collection[str], actor: Actor) -> Found:
    rows = Reopening.objects.visible_to(actor).filter(pk__in=keys(ids))
    return _ksbs(_about_ksbs(rows, "pk", "apprenticeship", "sign_off__ksb"))


def _confirmations(ids: Collection[str], actor: Actor) -> Found:
    rows = Transition.objects.visible_to(actor).filter(carry_overs__confirmation__in=keys(ids))
    return _ksbs(_about_ksbs(rows, "carry_overs__confirmation", "apprenticeship", "carry_overs__after"))


_invitations_seen = SeenBy(
    lambda user, ids: Invitation.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "name")
)


def _invitations(ids: Collection[str], actor: Actor) -> Found:
    for pk, name in _invitations_seen(actor, ids=keys(ids)):
        yield pk, Subject(name)


def _organisations(ids: Collection[str], actor: Actor) -> Found:
    for pk, name in Organisation.objects.filter(pk__in=ids).values_list("pk", "name"):
        yield pk, Subject(name)


def _standards(ids: Collection[str], actor: Actor) -> Found:
    for row in Standard.objects.visible_to(actor).filter(pk__in=ids):
        yield row.pk, Subject(str(row))


def _versions(ids: Collection[str], actor: Actor) -> Found:
    for row in StandardVersion.objects.visible_to(actor).filter(pk__in=ids).select_related("standard"):
        address = path_to("standard", row.standard.slug, row.version)
        name = f"{row.standard.reference} {row}"
        yield row.pk, Subject(name, f"{address}?correction={row.correction}" if row.correction else address)


def _revisions(ids: Collection[str], actor: Actor) -> Found:
    for row in Revision.objects.visible_to(actor).filter(pk__in=ids).defer("content").with_version():
        name = f"{row.version.standard.reference} {row.version}"
        yield row.pk, Subject(name, path_to("revision", row.pk))


def _contacts(ids: Collection[str], actor: Actor) -> Found:
    for pk, name in EmployerContact.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "name"):
        yield pk, Subject(name)


def _verifications(ids: Collection[str], actor: Actor) -> Found:
    rows = Verification.objects.visible_to(actor).filter(pk__in=ids)
    return _asked(rows.values_list("pk", "apprenticeship__apprentice__name", "pk", "kind"))


def _links(ids: Collection[str], actor: Actor) -> Found:
    rows = Link.objects.visible_to(actor).filter(pk__in=ids)
    return _asked(rows.values_list("pk", "apprenticeship__apprentice__name", "about", "purpose"))


def _signatures(ids: Collection[str], actor: Actor) -> Found:
    rows = Signature.objects.visible_to(actor).filter(pk__in=ids)
    return _asked(rows.values_list("pk", "apprenticeship__apprentice__name", "link__about", "link__purpose"))


def _disavowals(ids: Collection[str], actor: Actor) -> Found:
    rows = Disavowal.objects.visible_to(actor).filter(pk__in=ids)
    of_link = ("signature__link__about", "signature__link__purpose")
    return _asked(rows.values_list("pk", "signature__apprenticeship__apprentice__name", *of_link))


def _chosen_pieces(ids: Collection[str], actor: Actor) -> Found:
    rows = ChosenPiece.objects.visible_to(actor).filter(pk__in=ids)
    for pk, name, title, piece in rows.values_list(
        "pk", "apprenticeship__apprentice__name", "evidence__title", "evidence"
    ):
        yield pk, _piece(name, title, piece)


def _plan_rules(ids: Collection[str], actor: Actor) -> Found:
    rows = PlanRules.objects.visible_to(actor).filter(pk__in=ids)
    for row in rows.select_related("standard_version__standard"):
        name = f"{row.standard_version.standard.reference} {row.standard_version}"
        yield row.pk, Subject(name, path_to("plan-rules-edit", row.standard_version_id))


def _asked(rows: Iterable[Row]) -> Found:
    for found, name, about, purpose in rows:
        yield found, Subject(name, path_to(place_of(purpose), about))


def _review_templates(ids: Collection[str], actor: Actor) -> Found:
    for row in ReviewTemplate.objects.visible_to(actor).filter(pk__in=keys(ids)):
        yield row.pk, Subject(_("Version %(number)s") % {"number": row.number}, path_to("progress-review-form"))


def _piece(apprentice: str, title: str, evidence_id: object) -> Subject:
    return Subject(f"{apprentice}: {title or _('Untitled draft')}", path_to("evidence", evidence_id))


def _about_ksbs(rows: QuerySet[Any, Any], pk: str, apprenticeship: str, ksb: str) -> QuerySet[Any, Any]:
    """What `_ksbs` needs of things that are about one KSB of one apprenticeship; the arguments are paths to each."""
    return rows.values_list(
        pk,
        apprenticeship,
        f"{apprenticeship}__apprentice__name",
        ksb,
        f"{ksb}__code",
        f"{ksb}__version",
        f"{apprenticeship}__standard_version",
    )


def _ksbs(rows: Iterable[Row]) -> Found:
    for found, whose, name, ksb_id, code, text, text_now in rows:
        # In another text of the standard the code may be another statement's.
        page = path_to("ksb", whose, code) if text == text_now else path_to("ksb-past", whose, ksb_id)
        yield found, Subject(f"{name}: {code}", page)


def _learner_imports(ids: Collection[str], actor: Actor) -> Found:
    seen = LearnerImport.objects.visible_to(actor).filter(pk__in=keys(ids))
    for pk, name, person in seen.values_list("pk", "file_name", "uploaded_by"):
        yield pk, Subject(name, path_to("learners-import-preview", pk) if person == actor.person_id else "")


FINDERS: dict[str, Finder] = {
    **(programme.FINDERS | retention.FINDERS | quality.FINDERS),
    "accounts.invitation": _invitations,
    "accounts.organisation": _organisations,
    "assessments.countersignature": _countersignatures,
    "assessments.decision": _decisions,
    "assessments.appeal": about_learner(Appeal, "pk", "appeal", is_by_role=True),
    "assessments.appealanswer": about_learner(Appeal, "pk", "appeal", "answers", is_by_role=True),
    "assessments.employeranswer": about_learner(EmployerAnswer, "apprenticeship", "behaviours"),
    "assessments.externalrecord": _externals,
    "assessments.externalundoing": _external_undoings,
    "assessments.flag": _flags,
    "assessments.flaganswer": _flag_answers,
    "assessments.investigation": _investigations,
    "assessments.investigationend": _investigations,
    "assessments.planwithdrawal": _plan_withdrawals,
    "assessments.reopening": _reopenings,
    "assessments.samplingplan": _plans,
    "assessments.signoff": _sign_offs,
    "assessments.signoffpolicy": _policies,
    "assessments.signoffwithdrawal": _withdrawals,
    "assessments.standardisation": _standardisations,
    "assessments.standardisationaction": _standardisation_actions,
    "assessments.standardisationnote": _standardisation_notes,
    "assessments.submission": _submissions,
    "assessments.transition": about_learner(Transition, "apprenticeship", "history"),
    "assessments.verification": _verifications,
    "assessments.voicenote": _voice_notes,
    "assessments.wordingconfirmation": _confirmations,
    "apprenticeships.apprenticeship": _apprenticeships,
    "apprenticeships.competence": _competences,
    "apprenticeships.auditscope": programme.find_audit_scopes,
    "apprenticeships.conflictending": _conflict_endings,
    "apprenticeships.conflictofinterest": _conflicts,
    "apprenticeships.learnerimport": _learner_imports,
    "apprenticeships.programmerules": programme.find_rules,
    "apprenticeships.publishedhours": programme.find_published_hours,
    "apprenticeships.employercontact": _contacts,
    "apprenticeships.pacerule": _pace_rules,
    "portfolios.evidence": _evidence,
    "portfolios.evidencefile": _files,
    "portfolios.quarantine": _quarantines,
    "programme.progressreview": about_learner(ProgressReview, "pk", "progress-review"),
    "programme.reviewrhythm": about_learner(ReviewRhythm, "apprenticeship", "learner-reviews"),
    "programme.reviewtemplate": _review_templates,
    "programme.skillsscan": about_learner(SkillsScan, "apprenticeship", "skills-scan"),
    "programme.attainment": about_learner(Attainment, "apprenticeship", "attainments"),
    "programme.partyrefusal": programme.finder_of_signed(PartyRefusal, "version__"),
    "programme.partysignature": programme.finder_of_signed(PartySignature, "version__"),
    "programme.signedversion": programme.finder_of_signed(SignedVersion),
    "programme.attendance": programme.find_attendances,
    "programme.assessmentresult": about_learner(AssessmentResult, "apprenticeship", "gateway"),
    "programme.gatewayend": about_learner(GatewayEnd, "apprenticeship", "gateway"),
    "programme.gatewaylock": about_learner(GatewayLock, "apprenticeship", "gateway"),
    "programme.hoursconfirmation": programme.find_hour_confirmations,
    "programme.offthejobentry": programme.find_hours,
    "programme.trainingsession": programme.find_sessions,
    "signing.disavowal": _disavowals,
    "signing.link": _links,
    "signing.signature": _signatures,
    "reports.chosenpiece": _chosen_pieces,
    "reports.export": find_exports,
    "reports.feedkey": find_feed_keys,
    "reports.planrules": _plan_rules,
    "reports.savedview": _saved_views,
    "occupations.revision": _revisions,
    "occupations.standard": _standards,
    "occupations.standardversion": _versions,
}
