"""The checklist of an audit for one learner: each thing that is asked for, what there is of it, and what is missing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apprenticeships.models import Apprenticeship, Change
from apprenticeships.models.changes import ChangeKind
from core.actor import Actor
from core.links import path_to
from core.moments import day
from programme.attainments import needs_of
from programme.learner_file.models import DocumentKind, LearnerDocument, SupportNote, SupportPlan
from programme.learning_hours.durations import in_words
from programme.learning_hours.totals import figures_of
from programme.models import PARTIES, Attainment, OffTheJobEntry, Party, ProgressReview, SignedKind, SignedVersion
from programme.names import name_of_signed
from programme.planning.fewer_hours import hours_end_of
from programme.scanning.distance import distances, scans_seen_by
from programme.scanning.ratings import asked_of
from programme.scanning.recognition import Effect
from programme.scanning.recognition import in_words as in_words_of_effect
from reports.learners.travelled import summary
from reports.paper.learner_paper import Drawn


@dataclass(frozen=True)
class Line:
    """Something that is there."""

    words: str
    path: str = ""


@dataclass
class Item:
    """One thing that an audit asks for.

    Attributes:
        found: what there is of it.
        missing: what there should be and is not, in words; empty if nothing is missing.
        documents: those of it that whoever looks may open.
        drawn: what the pack holds of it as a PDF made for it: what to draw, its key, and the name of the file.
    """

    title: str | Promise
    found: list[Line] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    documents: list[LearnerDocument] = field(default_factory=list)
    drawn: list[tuple[Drawn, UUID, str]] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not self.missing


def checklist_of(by: Actor, learner: Apprenticeship) -> list[Item]:
    """What an audit asks of this learner, as `by` sees it. A known number of queries.

    Args:
        learner: with its standard’s version and standard loaded.
    """
    papers: defaultdict[str, list[LearnerDocument]] = defaultdict(list)
    seen = LearnerDocument.objects.visible_to(by).filter(apprenticeship=learner, is_support=False).standing()
    for document in seen.select_related("added_by").newest_first():
        papers[document.kind].append(document)
    signed: defaultdict[str, list[SignedVersion]] = defaultdict(list)
    versions = SignedVersion.objects.visible_to(by).filter(apprenticeship=learner).exclude(kind=SignedKind.REVIEW)
    for version in versions.with_signatures().order_by("kind", "number", "at"):
        signed[version.kind].append(version)
    changes = list(Change.objects.visible_to(by).filter(apprenticeship=learner).standing().in_order())
    return [
        _paper(_("Eligibility"), papers[DocumentKind.ELIGIBILITY], _("No document shows that they are eligible.")),
        _initial_assessment(by, learner, papers[DocumentKind.INITIAL_ASSESSMENT]),
        _prior_learning(by, learner, papers[DocumentKind.PRIOR_LEARNING]),
        _paper(
            _("Apprenticeship agreement"), papers[DocumentKind.AGREEMENT], _("No apprenticeship agreement is here.")
        ),
        _training_plan(signed[SignedKind.PLAN], papers[DocumentKind.TRAINING_PLAN]),
        _first_learning(by, learner, papers[DocumentKind.FIRST_LEARNING]),
        _hours(learner, signed[SignedKind.FEWER_HOURS], papers[DocumentKind.HOURS]),
        _reviews(by, learner, papers[DocumentKind.REVIEW]),
        _support(by, learner),
        _attained(by, learner, [*papers[DocumentKind.ENGLISH_MATHS], *papers[DocumentKind.CERTIFICATE]]),
        _changes(changes, papers[DocumentKind.CHANGE]),
        _gateway(learner, signed[SignedKind.GATEWAY], papers[DocumentKind.GATEWAY]),
        _leaving(learner, changes, papers[DocumentKind.LEAVER]),
    ]


def _paper(title: str, documents: Sequence[LearnerDocument], missing: str) -> Item:
    """Something that is there if a document of it is."""
    item = Item(title, documents=list(documents))
    item.found = [
        Line(f"{one.title} ({day(one.dated_on)}, {one.added_by.name})", path_to("document", one.pk))
        for one in documents
    ]
    if not documents:
        item.missing.append(missing)
    return item


def _initial_assessment(by: Actor, learner: Apprenticeship, documents: Sequence[LearnerDocument]) -> Item:
    item = _paper(_("Initial assessment and skills scan"), documents, "")
    item.missing, page = [], path_to("skills-scan", learner.pk)
    scans = scans_seen_by(by, learner.pk)
    parties = dict(Party.choices)
    for scan in scans:
        said = {"party": parties[scan.party], "n": scan.number, "name": scan.name, "day": day(scan.on)}
        item.found.append(Line(_("%(party)s: skills scan %(n)s by %(name)s on %(day)s") % said, page))
    if scans:
        item.drawn.append((Drawn.SCANS, learner.pk, _("Skills scan.pdf")))
    found = distances(asked_of(learner), scans, learner.standard_version_id)
    item.found += [Line(f"{parties[one.party]}: {summary(one)}", page) for one in found]
    for party in (Party.APPRENTICE, Party.EMPLOYER):
        if not documents and not any(scan.party == party for scan in scans):
            item.missing.append(_("Not rated in a skills scan yet: %(party)s.") % {"party": parties[party]})
    return item


def _prior_learning(by: Actor, learner: Apprenticeship, documents: Sequence[LearnerDocument]) -> Item:
    item = _paper(_("Prior learning"), documents, "")
    item.missing, page = [], path_to("prior-learning", learner.pk)
    rows = SignedVersion.objects.visible_to(by).of(SignedKind.PRIOR_LEARNING).filter(about=learner.pk)
    version = rows.with_signatures().order_by("number").last()
    if version:
        said = ", ".join(version.shared["codes"]) or _("nothing was recognised")
        item.found.append(
            Line(_("Statement of %(day)s: %(what)s") % {"day": day(version.at.date()), "what": said}, page)
        )
        item.found += [Line(one) for one in in_words_of_effect(Effect.from_json(version.shared["effect"]))]
        if not vars(version)["is_complete"]:
            item.missing.append(_("The statement on prior learning is not signed by everybody."))
    elif not documents:
        item.missing.append(_("Nothing says which prior learning was recognised, or that there was none."))
    hours = learner.prior_learning_hours
    said = ngettext("%(n)d hour of prior learning.", "%(n)d hours of prior learning.", hours) % {"n": hours}
    item.found.append(Line(said, path_to("changes", learner.pk)))
    return item


def _first_learning(by: Actor, learner: Apprenticeship, documents: Sequence[LearnerDocument]) -> Item:
    item = _paper(_("First learning"), documents, "")
    first = (
        OffTheJobEntry.objects.visible_to(by)
        .filter(apprenticeship=learner, confirmation__isnull=False)
        .order_by("happened_on")
        .first()
    )
    item.missing = []
    if first:
        said = _("First confirmed off-the-job hours on %(day)s.") % {"day": day(first.happened_on)}
        item.found.append(Line(said, path_to("hours", learner.pk)))
    elif not documents:
        item.missing.append(_("Nothing shows when learning began."))
    return item


def _signed(item: Item, versions: Sequence[SignedVersion]) -> bool:
    """Add what parties were asked to sign, each with who has not yet; returns whether all have signed the newest."""
    for version in versions:
        name = _("%(what)s of %(day)s") % {
            "what": name_of_signed(version.kind, version.number),
            "day": day(timezone.localtime(version.at).date()),
        }
        left = [
            str(party.label)
            for party in PARTIES[SignedKind(version.kind)]
            if not vars(version)[f"signed_{party.value}"]
        ]
        state = _("not signed by: %(who)s") % {"who": ", ".join(left)} if left else _("signed by everybody")
        item.found.append(Line(f"{name}: {state}", path_to("signed-version", version.pk)))
    return bool(versions) and bool(vars(versions[-1])["is_complete"])


def _training_plan(versions: Sequence[SignedVersion], documents: Sequence[LearnerDocument]) -> Item:
    item = _paper(_("Training plan, all versions"), documents, "")
    is_signed, item.missing = _signed(item, versions), []
    if not versions and not documents:
        item.missing.append(_("No training plan is here."))
    if versions and not is_signed:
        item.missing.append(_("The newest version of the training plan is not signed by everybody."))
    return item


def _attained(by: Actor, learner: Apprenticeship, documents: Sequence[LearnerDocument]) -> Item:
    """What is recorded of English, maths and the qualifications of the standard, and what the rules still ask."""
    item = _paper(_("English and maths"), documents, "")
    item.missing, page = [], path_to("attainments", learner.pk)
    recorded = Attainment.objects.visible_to(by).filter(apprenticeship=learner).standing().in_order()
    for need in needs_of(learner, recorded):
        if need.newest or not need.is_asked:
            said = need.said if need.newest else _("not asked for by the rules of this start date")
            item.found.append(Line(f"{need.name}: {said}", page))
        if need.is_asked and need.missing:
            item.missing.append(f"{need.name}: {need.missing}")
    return item


def _hours(learner: Apprenticeship, fewer: Sequence[SignedVersion], documents: Sequence[LearnerDocument]) -> Item:
    item = _paper(_("Off-the-job hours"), documents, "")
    item.missing, figures = [], figures_of(learner)
    page = path_to("hours", learner.pk)
    item.found.append(Line(_("Confirmed: %(time)s.") % {"time": in_words(figures.actual)}, page))
    if figures.planned is None:
        item.missing.append(_("No planned hours are agreed."))
    else:
        item.found.append(Line(_("Planned: %(time)s.") % {"time": in_words(figures.planned)}, page))
        if figures.is_plan_short:
            item.missing.append(
                _("Fewer hours are planned than the rules ask for: %(time)s.") % {"time": in_words(figures.required)}
            )
        is_over = learner.status in (Apprenticeship.Status.PAST_GATEWAY, Apprenticeship.Status.ACHIEVED)
        _signed(item, fewer)
        if is_over and figures.actual < figures.planned and not (documents or hours_end_of(learner).is_settled):
            item.missing.append(_("Fewer hours than planned: a statement that the employer signed is missing."))
    if figures.waiting:
        item.missing.append(_("%(time)s are still to be confirmed.") % {"time": in_words(figures.waiting)})
    return item


def _reviews(by: Actor, learner: Apprenticeship, documents: Sequence[LearnerDocument]) -> Item:
    item = _paper(_("Progress reviews, signed by all"), documents, "")
    item.missing = []
    held = (
        ProgressReview.objects.visible_to(by)
        .filter(apprenticeship=learner, held_on__isnull=False)
        .standing()
        .with_signatures()
        .order_by("held_on")
    )
    for review in held:
        assert review.held_on is not None, "asked for"
        said = _("Review on %(day)s") % {"day": day(review.held_on)}
        item.found.append(Line(said, path_to("progress-review", review.pk)))
        if review.issued_at:
            name = _("Progress review %(day)s.pdf") % {"day": review.held_on.isoformat()}
            item.drawn.append((Drawn.REVIEW, review.pk, name))
        if not vars(review)["is_complete"]:
            item.missing.append(_("%(review)s is not signed by everybody.") % {"review": said})
    if not item.found:
        item.missing.append(_("No progress review has been held."))
    return item


def _support(by: Actor, learner: Apprenticeship) -> Item:
    """Only its readers are told whether there is any."""
    item = Item(_("Learning support"))
    plans = list(SupportPlan.objects.visible_to(by).filter(apprenticeship=learner).newest_first())
    if not plans:
        item.found.append(Line(_("Only people who were named for learning support can see whether there is any.")))
        return item
    page = path_to("learning-support", learner.pk)
    for plan in plans:
        item.found.append(
            Line(_("Plan from %(start)s to %(end)s") % {"start": day(plan.starts_on), "end": day(plan.ends_on)}, page)
        )
    months = SupportNote.objects.visible_to(by).filter(apprenticeship=learner).values("month").distinct().count()
    said = ngettext("%(n)d month is written down.", "%(n)d months are written down.", months) % {"n": months}
    item.found.append(Line(said, page))
    return item


def _changes(changes: Sequence[Change], documents: Sequence[LearnerDocument]) -> Item:
    item = _paper(_("Breaks and changes"), documents, "")
    item.missing = []
    for change in changes:
        said = _("%(kind)s from %(day)s: %(reason)s") % {
            "kind": change.get_kind_display(),
            "day": day(change.effective_on),
            "reason": change.reason,
        }
        item.found.append(Line(said, path_to("changes", change.apprenticeship_id)))
    if not item.found:
        item.found.append(Line(_("There have been none.")))
    return item


def _gateway(learner: Apprenticeship, versions: Sequence[SignedVersion], documents: Sequence[LearnerDocument]) -> Item:
    is_past = learner.status in (
        Apprenticeship.Status.PAST_GATEWAY,
        Apprenticeship.Status.ACHIEVED,
        Apprenticeship.Status.NOT_ACHIEVED,
    )
    item = _paper(_("Gateway declarations"), documents, "")
    is_signed, item.missing = _signed(item, versions), []
    if is_past and not is_signed and not documents:
        item.missing.append(_("No declaration for the gateway that everybody signed is here."))
    if not is_past:
        item.found.append(Line(_("They have not reached the gateway yet.")))
    return item


def _leaving(learner: Apprenticeship, changes: Sequence[Change], documents: Sequence[LearnerDocument]) -> Item:
    item = _paper(_("Reason for leaving"), documents, "")
    item.missing = []
    if learner.status != Apprenticeship.Status.WITHDRAWN:
        item.found.append(Line(_("They have not left.")))
        return item
    for change in changes:
        if change.kind == ChangeKind.WITHDRAWN:
            item.found.append(Line(change.reason, path_to("changes", learner.pk)))
    return item
