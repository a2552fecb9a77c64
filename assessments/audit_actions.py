"""What is recorded of judgements, and of moves to another version."""

from django.utils.translation import gettext_lazy as _

from audit.actions import declare

SUBMISSION_MADE = declare("submission.made", _("submitted evidence"), "assessments.submission")
REVIEW_STARTED = declare("review.started", _("started a review"), "assessments.submission")
SUBMISSION_JUDGED = declare("submission.judged", _("finished a review"), "assessments.submission")
SUBMISSION_TAKEN_BACK = declare("submission.taken_back", _("took a submission back"), "assessments.submission")
EVIDENCE_ACCEPTED = declare(
    "evidence.accepted", _("closed a piece of evidence on what was met"), "portfolios.evidence", seals=False
)
CLAIM_DECIDED = declare("claim.decided", _("judged a claim"), "assessments.decision")
KSB_SIGNED_OFF = declare("ksb.signed_off", _("signed a KSB off"), "assessments.signoff")
SIGN_OFF_WITHDRAWN = declare("sign_off.withdrawn", _("withdrew a sign-off"), "assessments.signoffwithdrawal")
APPRENTICESHIP_OPTION_CHOSEN = declare(
    "apprenticeship.option_chosen", _("chose the option of an apprentice"), "apprenticeships.apprenticeship"
)
APPRENTICESHIP_MOVED = declare(
    "apprenticeship.moved", _("moved an apprentice to another text of the standard"), "assessments.transition"
)
APPRENTICESHIP_MOVE_UNDONE = declare(
    "apprenticeship.move_undone",
    _("put an apprentice back on the text of the standard they were on"),
    "assessments.transition",
)
KSB_WORDING_CONFIRMED = declare(
    "ksb.wording_confirmed", _("confirmed a KSB under its new wording"), "assessments.wordingconfirmation"
)
