"""What is recorded of judgements, and of moves to another version."""

from django.utils.translation import gettext_lazy as _

from audit.actions import declare

SUBMISSION_MADE = declare("submission.made", _("sent evidence for review"), "assessments.submission")
REVIEW_STARTED = declare("review.started", _("started a review"), "assessments.submission")
REVIEW_FINISHED = declare("review.finished", _("finished a review, to be sent"), "assessments.submission")
REVIEW_FINISH_UNDONE = declare(
    "review.finish_undone", _("undid finishing a review, before it was sent"), "assessments.submission"
)
REVIEW_NOT_SENT = declare(
    "review.not_sent", _("got a finished review back, which could not be sent"), "assessments.submission"
)
SUBMISSION_JUDGED = declare("submission.judged", _("sent the result of a review"), "assessments.submission")
SUBMISSION_TAKEN_BACK = declare("submission.taken_back", _("unsent a piece of evidence"), "assessments.submission")
EVIDENCE_ACCEPTED = declare(
    "evidence.accepted", _("closed a piece of evidence with what was met"), "portfolios.evidence", seals=False
)
EVIDENCE_RULES_SET = declare(
    "evidence_rules.set", _("changed the rules of evidence that assessors tick"), "assessments.evidencerules"
)
COMMENT_SHARED = declare("comment.shared", _("shared a comment for feedback"), "assessments.comment")
COMMENT_CHANGED = declare("comment.changed", _("changed a shared comment"), "assessments.comment")
COMMENT_REMOVED = declare("comment.removed", _("removed a shared comment"), "assessments.comment", removes=True)
CLAIM_ADDED = declare("claim.added", _("added a KSB that the evidence shows"), "assessments.submission")
CLAIM_DECIDED = declare("claim.decided", _("made a decision on a KSB"), "assessments.decision")
CLAIM_CORRECTED = declare("claim.corrected", _("corrected a decision"), "assessments.decision")
KSB_SIGNED_OFF = declare("ksb.signed_off", _("signed off a KSB"), "assessments.signoff")
SIGN_OFF_WITHDRAWN = declare("sign_off.withdrawn", _("withdrew a sign-off"), "assessments.signoffwithdrawal")
APPRENTICESHIP_OPTION_CHOSEN = declare(
    "apprenticeship.option_chosen", _("chose an option for an apprentice"), "apprenticeships.apprenticeship"
)
APPRENTICESHIP_MOVED = declare(
    "apprenticeship.moved", _("moved an apprentice to another version of the standard"), "assessments.transition"
)
APPRENTICESHIP_MOVE_UNDONE = declare(
    "apprenticeship.move_undone",
    _("undid an apprentice’s move to another version"),
    "assessments.transition",
)
BEHAVIOURS_ANSWERED = declare(
    "behaviours.answered", _("answered for the employer about the behaviours"), "assessments.employeranswer"
)
VERIFICATION_ASKED = declare("verification.asked", _("asked for a confirmation"), "assessments.verification")
KSB_WORDING_CONFIRMED = declare(
    "ksb.wording_confirmed", _("confirmed a KSB with its new wording"), "assessments.wordingconfirmation"
)
SIGN_OFF_POLICY_SET = declare("sign_off_policy.set", _("changed a sign-off rule"), "assessments.signoffpolicy")
SIGN_OFF_POLICY_UNDONE = declare(
    "sign_off_policy.undone", _("undid a change to a sign-off rule"), "assessments.signoffpolicy"
)

SAMPLING_PLANNED = declare("sampling.planned", _("drew a sample of decisions"), "assessments.samplingplan")
SAMPLING_PLAN_WITHDRAWN = declare(
    "sampling.plan_withdrawn", _("withdrew a sampling plan"), "assessments.planwithdrawal"
)
DECISION_SAMPLED = declare("decision.sampled", _("chose a decision to check"), "assessments.sample")
DECISION_CHECKED = declare("decision.checked", _("checked a decision"), "assessments.finding")
FINDING_CORRECTED = declare("finding.corrected", _("corrected what a check found"), "assessments.finding")
FINDING_NOTED = declare("finding.noted", _("answered what a check found"), "assessments.findingnote")
ACTION_CLOSED = declare("action.closed", _("closed an action"), "assessments.findingnote")
ACTION_OPENED = declare("action.opened", _("opened an action again"), "assessments.findingnote")
KSB_REOPENED = declare("ksb.reopened", _("reopened a KSB that was signed off"), "assessments.reopening")
REOPENING_UNDONE = declare("ksb.reopening_undone", _("undid the reopening of a KSB"), "assessments.reopening")
DECISION_COUNTERSIGNED = declare(
    "decision.countersigned", _("countersigned a decision"), "assessments.countersignature"
)
APPEAL_MADE = declare("appeal.made", _("appealed against a decision"), "assessments.appeal")
APPEAL_TAKEN_BACK = declare("appeal.taken_back", _("ended their appeal"), "assessments.appealanswer")
APPEAL_DECIDED = declare("appeal.decided", _("decided an appeal"), "assessments.appealanswer")

SIGN_OFFS_BROUGHT_IN = declare(
    "sign_offs.brought_in", _("imported a list of sign-offs made elsewhere"), "assessments.externalrecord"
)
SIGN_OFFS_TAKEN_OUT = declare(
    "sign_offs.taken_out", _("took out a list of sign-offs made elsewhere"), "assessments.externalundoing"
)
SIGN_OFF_BROUGHT_IN = declare("sign_off.brought_in", _("imported a sign-off made elsewhere"), "assessments.signoff")
STANDARDISATION_RECORDED = declare(
    "standardisation.recorded", _("recorded a standardisation"), "assessments.standardisation"
)
STANDARDISATION_CORRECTED = declare(
    "standardisation.corrected", _("corrected the record of a standardisation"), "assessments.standardisation"
)
STANDARDISATION_ACTION_AGREED = declare(
    "standardisation_action.agreed", _("agreed an action of a standardisation"), "assessments.standardisationaction"
)
STANDARDISATION_ACTION_NOTED = declare(
    "standardisation_action.noted",
    _("closed an action of a standardisation, or opened it again"),
    "assessments.standardisationnote",
)
FLAG_RAISED = declare("flag.raised", _("noticed that evidence is like another apprentice’s"), "assessments.flag")
FLAG_ANSWERED = declare(
    "flag.answered", _("looked at a likeness to somebody else’s evidence"), "assessments.flaganswer"
)
INVESTIGATION_BEGUN = declare("investigation.begun", _("put evidence under investigation"), "assessments.investigation")
INVESTIGATION_CLOSED = declare("investigation.closed", _("closed an investigation"), "assessments.investigationend")
VOICE_NOTE_SENT = declare("voice_note.sent", _("sent spoken feedback with a review"), "assessments.voicenote")
VOICE_NOTE_OPENED = declare("voice_note.opened", _("listened to spoken feedback"), "assessments.voicenote", seals=False)
OUTCOME_MARKED = declare("outcome.marked", _("marked an outcome"), "assessments.outcomeresult")
RESULT_CORRECTED = declare("outcome.corrected", _("corrected the result of an outcome"), "assessments.outcomeresult")
RESULT_MARKED_AGAIN = declare("outcome.marked_again", _("marked an outcome a second time"), "assessments.secondmark")
RESULT_RELEASED = declare("outcome.released", _("released the result of an outcome"), "assessments.resultrelease")
