"""What is recorded of evidence and its files."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

EVIDENCE_CREATED = declare("evidence.created", _("started a piece of evidence"), "portfolios.evidence")
EVIDENCE_OBSERVED = declare(
    "evidence.observed", _("began to record an observation or a discussion"), "portfolios.evidence"
)
EVIDENCE_HANDED_OVER = declare(
    "evidence.handed_over", _("gave what they recorded to the apprentice to confirm"), "portfolios.evidence"
)
EVIDENCE_TAKEN_OVER = declare(
    "evidence.taken_over", _("took over what a colleague had begun to record"), "portfolios.evidence"
)
EVIDENCE_TAKEN_UP = declare("evidence.taken_up", _("went on with what they had recorded"), "portfolios.evidence")
EVIDENCE_REVISED = declare("evidence.revised", _("saved a piece of evidence"), "portfolios.evidence", seals=False)
EVIDENCE_DISCARDED = declare("evidence.discarded", _("deleted a draft"), "portfolios.evidence", seals=False)
EVIDENCE_RESTORED = declare("evidence.restored", _("restored a draft"), "portfolios.evidence", seals=False)
EVIDENCE_SHOWCASED = declare(
    "evidence.showcased", _("marked or unmarked a piece as one of their best"), "portfolios.evidence", seals=False
)
CAPTURE_MERGED = declare(
    "capture.merged", _("added evidence from an offline device"), "portfolios.evidence", seals=False
)
EVIDENCE_OPENED = declare("evidence.opened", _("opened a piece of evidence"), "portfolios.evidence", seals=False)
EVIDENCE_FILE_ADDED = declare("evidence_file.added", _("added a file"), "portfolios.evidencefile")
EVIDENCE_FILE_OPENED = declare("evidence_file.opened", _("opened a file"), "portfolios.evidencefile", seals=False)
EVIDENCE_FILE_REMOVED = declare(
    "evidence_file.removed", _("removed a file from a piece of evidence"), "portfolios.evidencefile"
)
EVIDENCE_FILE_PREPARED = declare(
    "evidence_file.prepared", _("prepared a file for viewing"), "portfolios.evidencefile", Audience.NOBODY
)
EVIDENCE_FILE_CLEANED = declare(
    "evidence_file.cleaned", _("removed location and device details from a file"), "portfolios.evidencefile"
)
EVIDENCE_FILE_SCANNED = declare("evidence_file.scanned", _("checked a file for viruses"), "portfolios.evidencefile")
EVIDENCE_FILE_TRANSCRIBED = declare(
    "evidence_file.transcribed", _("added a transcript to a recording"), "portfolios.evidencefile"
)
EVIDENCE_FILE_RETRIED = declare("evidence_file.retried", _("retried preparing a file"), "portfolios.evidencefile")
EVIDENCE_FILE_WITHHELD = declare(
    "evidence_file.withheld", _("hid a file, showed it again or had it deleted"), "portfolios.evidencefile"
)
FILE_HIDDEN = declare("quarantine.begun", _("hid a file from everybody"), "portfolios.quarantine")
HIDING_END_ASKED = declare(
    "quarantine.end_asked", _("asked to show a hidden file again, or to delete it"), "portfolios.quarantine"
)
HIDING_END_REFUSED = declare(
    "quarantine.end_refused", _("refused to show a hidden file again, or to delete it"), "portfolios.quarantine"
)
FILE_RESTORED = declare("quarantine.restored", _("agreed to show a hidden file again"), "portfolios.quarantine")
FILE_ERASED = declare("quarantine.erased", _("agreed to delete a hidden file"), "portfolios.quarantine")
MARKER_ADDED = declare("marker.added", _("added a highlight to a file"), "portfolios.evidencefile", seals=False)
MARKER_REMOVED = declare("marker.removed", _("removed a highlight from a file"), "portfolios.evidencefile", seals=False)
SUGGESTION_ANSWERED = declare("suggestion.answered", _("answered a suggestion"), "portfolios.suggestionanswer")
PORTFOLIO_POLICY_SET = declare("portfolio_policy.set", _("changed the portfolio limits"), "portfolios.portfoliopolicy")
PROMPTS_SET = declare("prompts.set", _("changed the evidence prompts"), "portfolios.promptset")
PROMPTS_RESET = declare("prompts.reset", _("went back to the standard prompts"), "portfolios.promptset")
