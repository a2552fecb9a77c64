"""What people with no account read and sign: the snapshot, and the statement on the button.

Whatever a signer sees of somebody's work stands here, so that what is signed is what was shown.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship, Outcome
from apprenticeships.progress import applicable_ids
from assessments.models import Submission, SubmittedClaim, Verification
from assessments.moves.carrying import Carried, carried
from core.canonical import canonical
from occupations.models import Ksb, KsbType
from portfolios.content import EvidenceContent
from portfolios.coverage import claims_of
from portfolios.models import Evidence
from signing.models import OF_VERSIONS, Link, Purpose

#: Grows whenever a statement's wording changes; a signature keeps both.
WORDING_VERSION = 2
#: The form of what is signed. It grows when what is written changes its meaning.
FORMAT = 1
BEHAVIOURS = (KsbType.B, KsbType.ESB)


def statement_of(purpose: str, apprentice: str, employer: str = "") -> str:
    """The sentence that somebody signs by pressing the button that says it."""
    words = {
        Purpose.WITNESS: _("I saw %(name)s do this, and what is written here is true."),
        Purpose.EXPERT: _("I know this kind of work. What %(name)s did is sound, and what is written here is correct."),
        Purpose.EMPLOYER: _("I give these answers for %(employer)s about how %(name)s works."),
    }
    return words[Purpose(purpose)] % {"name": apprentice, "employer": employer}


def _about(apprenticeship: Apprenticeship, purpose: str, employer: str = "") -> dict[str, Any]:
    version = apprenticeship.standard_version
    name = apprenticeship.apprentice.name
    return {
        "format": FORMAT,
        "purpose": str(purpose),
        "statement": statement_of(purpose, name, employer),
        "wording": WORDING_VERSION,
        "apprentice": name,
        "provider": apprenticeship.provider.name,
        "standard": version.standard.reference,
        "title": version.title,
        "version": version.version,
    }


def of_submission(submission: Submission, purpose: str) -> dict[str, Any]:
    """A piece of evidence as it was sent: its words, the KSBs that it is to show, and its files with their hashes."""
    said = submission.snapshot.content
    kept = ("title", "kind", "happened_on", "narrative", "answers", "claims", "files")
    content = _about(submission.apprenticeship, purpose) | {"evidence": {name: said[name] for name in kept[:5]}}
    content["claims"] = [
        {name: claim[name] for name in ("ksb", "code", "statement", "justification")} for claim in said["claims"]
    ]
    names = ("id", "name", "content_type", "size_bytes", "sha256")
    content["files"] = [{name: file[name] for name in names} for file in said["files"]]
    content["sent_at"] = submission.submitted_at
    content["snapshot_sha256"] = submission.snapshot.sha256
    written: dict[str, Any] = canonical(content)
    return written


def behaviours_of(apprenticeship: Apprenticeship) -> list[Ksb]:
    """The behaviours of the apprentice's standard that apply to them."""
    applying = applicable_ids(apprenticeship)
    return list(Ksb.objects.filter(pk__in=applying, type__in=BEHAVIOURS).order_by("position"))


def of_behaviours(
    apprenticeship: Apprenticeship, employer: str, behaviours: Sequence[Ksb], ways: Carried | None = None
) -> dict[str, Any]:
    """These behaviours with the evidence that shows each: titles and days, and what the assessor decided.

    Args:
        employer: the name of the employer for whom somebody answers.
        ways: as the caller has read them already.
    """
    ways = ways or carried(apprenticeship)
    sources = ways.sources(ksb.pk for ksb in behaviours)
    claims = (
        SubmittedClaim.objects.unscoped()
        .filter(apprenticeship=apprenticeship, ksb__in=sources, submission__withdrawn_at=None)
        .with_decision()
        .order_by("submission__submitted_at", "pk")
        .values_list(
            "ksb",
            "submission__evidence",
            "submission__snapshot__content__title",
            "submission__snapshot__content__happened_on",
            "justification",
            "decisions__outcome",
        )
    )
    shown: dict[UUID, dict[UUID, dict[str, Any]]] = {ksb.pk: {} for ksb in behaviours}
    for ksb, piece, title, happened_on, why, outcome in claims:
        # A piece that was sent again counts once, as it was sent last.
        shown[ways.now(ksb)][piece] = {
            "title": title,
            "happened_on": happened_on,
            "justification": why,
            "is_met": outcome == Outcome.MET,
        }
    written: dict[str, Any] = canonical(
        _about(apprenticeship, Purpose.EMPLOYER, employer)
        | {
            "employer": employer,
            "behaviours": [
                {"ksb": ksb.pk, "code": ksb.code, "statement": ksb.statement, "evidence": list(shown[ksb.pk].values())}
                for ksb in behaviours
            ],
        }
    )
    return written


def has_changed(link: Link) -> bool:
    """Whether there is a later version of what a link shows: the signer is told before they sign."""
    if link.purpose in (*OF_VERSIONS, Purpose.SCAN):
        # A later version withdraws the link to what it said before; a scan keeps the KSBs that were rated.
        return False
    verification = (
        Verification.objects.unscoped()
        .select_related(
            "submission__evidence__apprenticeship__standard_version",
            "submission__snapshot",
            "contact__employer",
            "apprenticeship__apprentice",
            "apprenticeship__provider",
            "apprenticeship__standard_version__standard",
        )
        .get(pk=link.about)
    )
    if verification.contact:
        asked = {behaviour["ksb"] for behaviour in link.content["behaviours"]}
        learner = verification.apprenticeship
        still = [ksb for ksb in behaviours_of(learner) if str(ksb.pk) in asked]
        return bool(of_behaviours(learner, verification.contact.employer.name, still) != link.content)
    submission = verification.submission
    assert submission is not None, "a constraint"
    if submission.withdrawn_at:
        return True
    later = Submission.objects.unscoped().filter(evidence=submission.evidence_id, round__gt=submission.round)
    return later.filter(withdrawn_at=None).exists() or _is_edited(submission.evidence, submission.snapshot.content)


def _is_edited(evidence: Evidence, submitted: dict[str, Any]) -> bool:
    """Whether the apprentice's working copy says something else than what was sent."""
    if not evidence.is_editable:
        return False
    # What the assessor added was never the apprentice's to say.
    added = SubmittedClaim.objects.unscoped().filter(submission__evidence=evidence, added_by__isnull=False)
    ours = set(added.values_list("ksb", flat=True))
    claims = [claim for claim in claims_of(evidence)[0] if claim.ksb_id not in ours]
    now, then = EvidenceContent.of(evidence, claims), EvidenceContent.from_json(submitted)
    return (now.columns(), _lines(now), set(now.files)) != (then.columns(), _lines(then), set(then.files))


def _lines(content: EvidenceContent) -> dict[str, str]:
    """The line for each claim by its code: what was sent elsewhere has ids of its own for the same statements."""
    return {claim.code: claim.justification for claim in content.claims.values()}


def ksbs_in(submission: Submission, content: dict[str, Any]) -> list[UUID]:
    """The KSBs that a snapshot is about, by its ids or, where it was sent elsewhere, by their codes."""
    ids = [UUID(claim["ksb"]) for claim in content["claims"]]
    if Ksb.objects.filter(pk__in=ids).count() == len(ids):
        return ids
    version = submission.apprenticeship.standard_version
    sent = submission.snapshot.content
    codes = [claim["code"] for claim in content["claims"]]
    rows = Ksb.objects.filter(
        version__standard=version.standard_id, version__version=sent["version"], code__in=codes
    ).order_by("-version__correction")
    found: dict[str, UUID] = {}
    for ksb in rows:
        found.setdefault(ksb.code, ksb.pk)
    return [found[code] for code in codes]
