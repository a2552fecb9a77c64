"""What people are told, in kinds, and by which mail they can have each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from programme.models import SignedKind


class How(models.TextChoices):
    """When a notice is mailed. In the app it is there in any case."""

    AT_ONCE = "at_once", _("Straight away")
    DAILY = "daily", _("Once a day, in the morning")
    NEVER = "never", _("Never")


class Kind(models.TextChoices):
    """What somebody chooses by which mail to have."""

    SUBMITTED = "submitted", _("An apprentice sent evidence for review")
    DECIDED = "decided", _("Evidence was reviewed, and all of it is met")
    REFERRED = "referred", _("Evidence was reviewed, and needs work")
    SIGNED_OFF = "signed_off", _("A KSB was signed off, or its sign-off was withdrawn")
    CONFIRMED = "confirmed", _("Somebody confirmed what they were asked about")
    DECLINED = "declined", _("Somebody declined, passed a request on, or says it was not them")
    CHECKED = "checked", _("Quality assurance checked a decision you made")
    TO_SIGN = "to_sign", _("Something is waiting for your signature, such as a progress review")
    GATEWAY = "gateway", _("The gateway was passed or returned, or there is a result")
    ACTION_DUE = "action_due", _("Something for you to do, or something due, late or not answered")
    FILE = "file", _("A file that you asked for or uploaded is ready, or did not work")


#: How each kind is mailed to whoever has chosen nothing.
USUAL = {
    Kind.SUBMITTED: How.DAILY,
    Kind.DECIDED: How.AT_ONCE,
    Kind.REFERRED: How.AT_ONCE,
    Kind.SIGNED_OFF: How.AT_ONCE,
    Kind.CONFIRMED: How.DAILY,
    Kind.DECLINED: How.AT_ONCE,
    Kind.CHECKED: How.DAILY,
    Kind.TO_SIGN: How.AT_ONCE,
    Kind.GATEWAY: How.AT_ONCE,
    Kind.ACTION_DUE: How.DAILY,
    Kind.FILE: How.AT_ONCE,
}


class News(models.TextChoices):
    """What a notice says. The labels are for whoever reads the table."""

    SUBMITTED = "submitted", _("evidence to review")
    ACCEPTED = "accepted", _("evidence accepted")
    NEEDS_WORK = "needs_work", _("evidence needs work")
    CORRECTED = "corrected", _("decision corrected")
    SIGNED_OFF = "signed_off", _("signed off")
    SIGN_OFF_WITHDRAWN = "sign_off_withdrawn", _("sign-off withdrawn")
    REOPENED = "reopened", _("reopened")
    CONFIRMED = "confirmed", _("confirmed")
    BEHAVIOURS = "behaviours", _("behaviours answered by the employer")
    DECLINED = "declined", _("declined")
    PASSED_ON = "passed_on", _("passed on")
    DISPUTED = "disputed", _("disputed")
    FEEDBACK_DUE = "feedback_due", _("feedback due soon")
    FEEDBACK_LATE = "feedback_late", _("feedback late")
    REWORK_DUE = "rework_due", _("still needs work")
    LINK_EXPIRED = "link_expired", _("link expired")
    CHECKED = "checked", _("decision checked")
    ACTION_ASKED = "action_asked", _("action asked for")
    ACTION_DUE = "action_due", _("action due soon")
    ACTION_LATE = "action_late", _("action late")
    OBSERVED = "observed", _("observation to confirm")
    CONFLICT = "conflict", _("conflict of interest of an assessor")
    FILE_HIDDEN = "file_hidden", _("file hidden")
    INVESTIGATION = "investigation", _("evidence under investigation")
    REVIEW_TO_SIGN = "review_to_sign", _("progress review to sign")
    PLAN_TO_SIGN = "plan_to_sign", _("training plan to sign")
    HOURS_TO_SIGN = "hours_to_sign", _("fewer hours to sign for")
    PRIOR_LEARNING_TO_SIGN = "prior_learning_to_sign", _("prior learning to sign for")
    NOT_SIGNED = "not_signed", _("declined to sign")
    GATEWAY_TO_SIGN = "gateway_to_sign", _("declaration to make")
    GATEWAY_LOCKED = "gateway_locked", _("all three have declared")
    GATEWAY_ENDED = "gateway_ended", _("declarations withdrawn or returned")
    RESULT = "result", _("result of the assessment")
    OUTCOME_RELEASED = "outcome_released", _("result of an outcome released")
    REVIEW_DUE = "review_due", _("progress review due soon")
    REVIEW_LATE = "review_late", _("progress review overdue")
    AGREED_ACTION = "agreed_action", _("action from a standardisation")
    AGREED_DUE = "agreed_due", _("action from a standardisation due soon")
    AGREED_LATE = "agreed_late", _("action from a standardisation late")
    EXPORT_READY = "export_ready", _("file to download ready")
    EXPORT_FAILED = "export_failed", _("file to download could not be made")
    PORTFOLIO_READY = "portfolio_ready", _("portfolio ready to import")
    PORTFOLIO_IN = "portfolio_in", _("portfolio imported")
    PORTFOLIO_REFUSED = "portfolio_refused", _("portfolio not imported")
    SCAN_TO_RATE = "scan_to_rate", _("skills scan to rate at the start")

    @property
    def kind(self) -> Kind:
        return _KINDS[self]


_KINDS = {
    News.SUBMITTED: Kind.SUBMITTED,
    News.ACCEPTED: Kind.DECIDED,
    News.NEEDS_WORK: Kind.REFERRED,
    News.CORRECTED: Kind.DECIDED,
    News.SIGNED_OFF: Kind.SIGNED_OFF,
    News.SIGN_OFF_WITHDRAWN: Kind.SIGNED_OFF,
    News.REOPENED: Kind.SIGNED_OFF,
    News.CONFIRMED: Kind.CONFIRMED,
    News.BEHAVIOURS: Kind.CONFIRMED,
    News.DECLINED: Kind.DECLINED,
    News.PASSED_ON: Kind.DECLINED,
    News.DISPUTED: Kind.DECLINED,
    News.FEEDBACK_DUE: Kind.ACTION_DUE,
    News.FEEDBACK_LATE: Kind.ACTION_DUE,
    News.REWORK_DUE: Kind.ACTION_DUE,
    News.LINK_EXPIRED: Kind.ACTION_DUE,
    News.CHECKED: Kind.CHECKED,
    News.ACTION_ASKED: Kind.ACTION_DUE,
    News.ACTION_DUE: Kind.ACTION_DUE,
    News.ACTION_LATE: Kind.ACTION_DUE,
    News.OBSERVED: Kind.ACTION_DUE,
    News.CONFLICT: Kind.ACTION_DUE,
    News.FILE_HIDDEN: Kind.ACTION_DUE,
    News.INVESTIGATION: Kind.ACTION_DUE,
    News.REVIEW_TO_SIGN: Kind.TO_SIGN,
    News.PLAN_TO_SIGN: Kind.TO_SIGN,
    News.HOURS_TO_SIGN: Kind.TO_SIGN,
    News.PRIOR_LEARNING_TO_SIGN: Kind.TO_SIGN,
    News.GATEWAY_TO_SIGN: Kind.TO_SIGN,
    News.GATEWAY_LOCKED: Kind.GATEWAY,
    News.GATEWAY_ENDED: Kind.GATEWAY,
    News.RESULT: Kind.GATEWAY,
    News.OUTCOME_RELEASED: Kind.GATEWAY,
    News.NOT_SIGNED: Kind.DECLINED,
    News.REVIEW_DUE: Kind.ACTION_DUE,
    News.REVIEW_LATE: Kind.ACTION_DUE,
    News.AGREED_ACTION: Kind.ACTION_DUE,
    News.AGREED_DUE: Kind.ACTION_DUE,
    News.AGREED_LATE: Kind.ACTION_DUE,
    News.EXPORT_READY: Kind.FILE,
    News.EXPORT_FAILED: Kind.FILE,
    News.PORTFOLIO_READY: Kind.FILE,
    News.PORTFOLIO_IN: Kind.FILE,
    News.PORTFOLIO_REFUSED: Kind.FILE,
    News.SCAN_TO_RATE: Kind.ACTION_DUE,
}

#: What is for whoever is to review a submission, and is dealt with once somebody has.
TO_REVIEW = (News.SUBMITTED, News.FEEDBACK_DUE, News.FEEDBACK_LATE)
#: What is about a link that somebody was sent.
OF_LINKS = (News.CONFIRMED, News.DECLINED, News.PASSED_ON, News.DISPUTED, News.LINK_EXPIRED)
#: What is about an action that quality assurance asked for, and is dealt with once that is closed.
OF_ACTIONS = (News.ACTION_ASKED, News.ACTION_DUE, News.ACTION_LATE)
#: What is about a version of something to be signed, by its kind.
TO_SIGN = {
    SignedKind.REVIEW: News.REVIEW_TO_SIGN,
    SignedKind.PLAN: News.PLAN_TO_SIGN,
    SignedKind.FEWER_HOURS: News.HOURS_TO_SIGN,
    SignedKind.PRIOR_LEARNING: News.PRIOR_LEARNING_TO_SIGN,
    SignedKind.GATEWAY: News.GATEWAY_TO_SIGN,
}
#: What is about a progress review that has to be held, and is dealt with once it is.
OF_REVIEWS = (News.REVIEW_DUE, News.REVIEW_LATE)
#: What is about an action that somebody took on at a standardisation.
OF_AGREED = (News.AGREED_ACTION, News.AGREED_DUE, News.AGREED_LATE)
#: What is about a file that somebody asked for.
OF_EXPORTS = (News.EXPORT_READY, News.EXPORT_FAILED)
#: What is about a portfolio that somebody uploaded to import.
OF_PORTFOLIOS = (News.PORTFOLIO_READY, News.PORTFOLIO_IN, News.PORTFOLIO_REFUSED)
#: What is about a thing of one's own: only this may be about no apprenticeship.
OF_OWN_THINGS = (*OF_AGREED, *OF_EXPORTS, *OF_PORTFOLIOS)
