"""What is recorded of reports."""

from django.utils.translation import gettext_lazy as _

from audit.actions import declare

REPORT_EXPORTED = declare("report.exported", _("exported a report"), "accounts.organisation")
VIEW_SAVED = declare("view.saved", _("saved a view of the learners"), "reports.savedview", seals=False)
VIEW_REMOVED = declare("view.removed", _("removed a view of the learners"), "reports.savedview", seals=False)
VIEW_MAILING_SET = declare(
    "view.mailing_set", _("had a view of the learners emailed regularly"), "reports.savedview", seals=False
)
VIEW_MAILING_ENDED = declare(
    "view.mailing_ended", _("stopped emailing a view of the learners"), "reports.savedview", seals=False
)
VIEW_MAILED = declare("view.mailed", _("emailed a link to a view of the learners"), "reports.savedview", seals=False)
FEED_KEY_MADE = declare("feed_key.made", _("made a key for the data feed"), "reports.feedkey")
FEED_KEY_STOPPED = declare("feed_key.stopped", _("stopped a key for the data feed"), "reports.feedkey")
FEED_READ = declare("feed.read", _("gave data to a program with a key"), "reports.feedkey", seals=False)
PROGRESS_EXPORTED = declare(
    "progress.exported", _("downloaded a progress report"), "apprenticeships.apprenticeship", seals=False
)
REVIEW_EXPORTED = declare(
    "progress_review.exported", _("downloaded a progress review"), "programme.progressreview", seals=False
)
PLAN_RULES_SET = declare("plan_rules.set", _("set what an assessment plan asks of a portfolio"), "reports.planrules")
PIECE_CHOSEN = declare(
    "piece.chosen", _("chose a piece of evidence for the assessment organisation"), "reports.chosenpiece"
)
PIECE_DROPPED = declare(
    "piece.dropped",
    _("took a piece of evidence out of the pack for the assessment organisation"),
    "reports.chosenpiece",
)
EXPORT_ASKED = declare("export.asked", _("asked for a file to download"), "reports.export")
EXPORT_MADE = declare("export.made", _("made a file to download"), "reports.export")
EXPORT_FAILED = declare("export.failed", _("could not make a file to download"), "reports.export")
EXPORT_DOWNLOADED = declare("export.downloaded", _("downloaded a file"), "reports.export", seals=False)
EXPORT_DELETED = declare("export.deleted", _("deleted a file to download"), "reports.export")
PACK_EXPORTED = declare(
    "pack.exported", _("exported a pack by a command"), "apprenticeships.apprenticeship", seals=False
)
PORTFOLIO_EXPORTED = declare(
    "portfolio.exported", _("exported a portfolio by a command"), "apprenticeships.apprenticeship", seals=False
)
PORTFOLIO_BROUGHT_IN = declare(
    "portfolio.brought_in", _("imported a portfolio from another provider"), "assessments.externalrecord"
)
EVIDENCE_BROUGHT_IN = declare(
    "evidence.brought_in", _("imported a piece of evidence from another provider"), "portfolios.evidence"
)
FILE_BROUGHT_IN = declare(
    "evidence_file.brought_in", _("imported a file from another provider"), "portfolios.evidencefile"
)
SUBMISSION_BROUGHT_IN = declare(
    "submission.brought_in", _("imported a round of evidence from another provider"), "assessments.submission"
)
DECISION_BROUGHT_IN = declare("decision.brought_in", _("imported a decision made elsewhere"), "assessments.decision")
COUNTERSIGNATURE_BROUGHT_IN = declare(
    "countersignature.brought_in", _("imported a countersignature made elsewhere"), "assessments.countersignature"
)
WITHDRAWAL_BROUGHT_IN = declare(
    "sign_off_withdrawal.brought_in",
    _("imported the end of a sign-off made elsewhere"),
    "assessments.signoffwithdrawal",
)
MOVE_BROUGHT_IN = declare(
    "move.brought_in", _("imported a move to another version made elsewhere"), "assessments.transition"
)
WORDING_BROUGHT_IN = declare(
    "wording.brought_in", _("imported a confirmed wording from elsewhere"), "assessments.wordingconfirmation"
)
CONTACT_BROUGHT_IN = declare(
    "contact.brought_in",
    _("imported a contact at an employer from another provider"),
    "apprenticeships.employercontact",
)
VERIFICATION_BROUGHT_IN = declare(
    "verification.brought_in", _("imported what somebody was asked elsewhere"), "assessments.verification"
)
LINK_BROUGHT_IN = declare("link.brought_in", _("imported a request made elsewhere"), "signing.link")
SIGNATURE_BROUGHT_IN = declare("signature.brought_in", _("imported a confirmation made elsewhere"), "signing.signature")
EMPLOYER_ANSWER_BROUGHT_IN = declare(
    "behaviours.brought_in", _("imported what an employer answered elsewhere"), "assessments.employeranswer"
)
DISAVOWAL_BROUGHT_IN = declare(
    "disavowal.brought_in", _("imported that somebody disputes a confirmation"), "signing.disavowal"
)
RETENTION_RULE_SET = declare("retention_rule.set", _("changed how long records are kept"), "reports.retentionrule")
HOLD_PUT_ON = declare("legal_hold.put_on", _("put a legal hold on a learner’s records"), "reports.legalhold")
HOLD_LIFTED = declare("legal_hold.lifted", _("lifted a legal hold"), "reports.legalhold")
ERASURE_ASKED = declare("erasure.asked", _("asked to erase a learner’s records"), "reports.erasure")
ERASURE_AGREED = declare("erasure.agreed", _("agreed to erase a learner’s records"), "reports.erasure")
ERASURE_ENDED = declare("erasure.ended", _("refused or cancelled an erasure"), "reports.erasure")
ERASURE_DONE = declare("erasure.done", _("erased a learner’s records"), "reports.erasure")
