"""What is recorded of the programme."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

REVIEW_PLANNED = declare("progress_review.planned", _("planned a progress review"), "programme.progressreview")
REVIEW_MOVED = declare("progress_review.moved", _("moved a progress review"), "programme.progressreview")
REVIEW_HELD = declare("progress_review.held", _("held a progress review"), "programme.progressreview")
REVIEW_CANCELLED = declare("progress_review.cancelled", _("cancelled a progress review"), "programme.progressreview")
#: Beside the entry of its version, which readers are shown.
REVIEW_SENT = declare("progress_review.sent", _("sent a progress review"), "programme.progressreview", Audience.NOBODY)
#: Of everything that parties sign; the page of the subject says what it is.
VERSION_ISSUED = declare("signed_version.issued", _("asked for signatures"), "programme.signedversion")
PARTY_SIGNED = declare("party.signed", _("signed"), "programme.partysignature")
PARTY_DECLINED = declare("party.declined", _("declined to sign"), "programme.partyrefusal")
REVIEW_RHYTHM_SET = declare(
    "review_rhythm.set", _("changed how often an apprentice’s progress is reviewed"), "programme.reviewrhythm"
)
REVIEW_TEMPLATE_SET = declare(
    "review_template.set", _("changed the form for progress reviews"), "programme.reviewtemplate"
)
_ENTRY = "programme.offthejobentry"
HOURS_LOGGED = declare("hours.logged", _("entered off-the-job hours"), _ENTRY)
HOURS_CORRECTED = declare("hours.corrected", _("corrected off-the-job hours"), _ENTRY)
HOURS_REMOVED = declare("hours.removed", _("removed off-the-job hours"), _ENTRY)
HOURS_EXPORTED = declare(
    "hours.exported",
    _("downloaded off-the-job hours"),
    "apprenticeships.apprenticeship",
    seals=False,
)
HOURS_CONFIRMED = declare("hours.confirmed", _("confirmed off-the-job hours"), "programme.hoursconfirmation")
SESSION_REGISTERED = declare("session.registered", _("registered a training session"), "programme.trainingsession")
ATTENDANCE_TAKEN = declare("attendance.taken", _("said who was at a training session"), "programme.attendance")
ATTENDANCE_CORRECTED = declare(
    "attendance.corrected", _("corrected who was at a training session"), "programme.attendance"
)
ATTAINMENT_RECORDED = declare(
    "attainment.recorded", _("recorded something about English, maths or a qualification"), "programme.attainment"
)
ATTAINMENT_UNDONE = declare(
    "attainment.undone", _("undid something about English, maths or a qualification"), "programme.attainment"
)
SKILLS_RATED = declare("skills.rated", _("rated KSBs in a skills scan"), "programme.skillsscan")
GATEWAY_LOCKED = declare("gateway.locked", _("locked what all three had declared"), "programme.gatewaylock")
GATEWAY_RELEASED = declare("gateway.released", _("withdrew declarations"), "programme.gatewayend")
GATEWAY_RETURNED = declare("gateway.returned", _("returned a gateway"), "programme.gatewayend")
ASSESSMENT_RESULT_RECORDED = declare(
    "assessment_result.recorded", _("recorded the result of an assessment"), "programme.assessmentresult"
)
ASSESSMENT_RESULT_CORRECTED = declare(
    "assessment_result.corrected", _("corrected the result of an assessment"), "programme.assessmentresult"
)
_DOCUMENT = "programme.learnerdocument"
DOCUMENT_ADDED = declare("document.added", _("added a document to a learner’s file"), _DOCUMENT)
DOCUMENT_REPLACED = declare("document.replaced", _("added a later version of a document"), _DOCUMENT)
DOCUMENT_PREPARED = declare("document.prepared", _("checked a document"), _DOCUMENT, Audience.NOBODY)
DOCUMENT_WITHDRAWN = declare("document.withdrawn", _("withdrew a document"), _DOCUMENT)
DOCUMENT_READERS_SET = declare("document.readers_set", _("changed who sees a document"), _DOCUMENT)
DOCUMENT_OPENED = declare("document.opened", _("opened a document"), _DOCUMENT, seals=False)
SUPPORT_PLANNED = declare("support.planned", _("agreed a plan for learning support"), "programme.supportplan")
SUPPORT_NOTED = declare("support.noted", _("wrote down what was done about learning support"), "programme.supportnote")
SUPPORT_READER_NAMED = declare(
    "support_reader.named", _("let somebody see learning support"), "programme.supportreader"
)
SUPPORT_READER_ENDED = declare(
    "support_reader.ended", _("ended that somebody sees learning support"), "programme.supportreader"
)
