"""What is recorded of evidence and its files."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

EVIDENCE_CREATED = declare("evidence.created", _("started a piece of evidence"), "portfolios.evidence")
EVIDENCE_REVISED = declare("evidence.revised", _("saved a piece of evidence"), "portfolios.evidence", seals=False)
EVIDENCE_DISCARDED = declare("evidence.discarded", _("put a draft aside"), "portfolios.evidence", seals=False)
EVIDENCE_RESTORED = declare("evidence.restored", _("brought a draft back"), "portfolios.evidence", seals=False)
EVIDENCE_SHOWCASED = declare(
    "evidence.showcased", _("chose whether to show a piece first"), "portfolios.evidence", seals=False
)
CAPTURE_MERGED = declare(
    "capture.merged", _("sent evidence from a device that had been offline"), "portfolios.evidence", seals=False
)
EVIDENCE_FILE_ADDED = declare("evidence_file.added", _("added a file"), "portfolios.evidencefile")
EVIDENCE_FILE_OPENED = declare("evidence_file.opened", _("opened a file"), "portfolios.evidencefile", seals=False)
EVIDENCE_FILE_REMOVED = declare(
    "evidence_file.removed", _("took a file off a piece of evidence"), "portfolios.evidencefile"
)
EVIDENCE_FILE_PREPARED = declare(
    "evidence_file.prepared", _("prepared a file for looking at it"), "portfolios.evidencefile", Audience.NOBODY
)
EVIDENCE_FILE_CLEANED = declare(
    "evidence_file.cleaned", _("made a copy of a file without place and device"), "portfolios.evidencefile"
)
EVIDENCE_FILE_SCANNED = declare("evidence_file.scanned", _("checked a file for viruses"), "portfolios.evidencefile")
EVIDENCE_FILE_TRANSCRIBED = declare(
    "evidence_file.transcribed", _("wrote down what is said in a recording"), "portfolios.evidencefile"
)
EVIDENCE_FILE_RETRIED = declare("evidence_file.retried", _("had a file prepared again"), "portfolios.evidencefile")
MARKER_ADDED = declare("marker.added", _("marked a place in a file"), "portfolios.evidencefile", seals=False)
MARKER_REMOVED = declare("marker.removed", _("took a mark off a file"), "portfolios.evidencefile", seals=False)
SUGGESTION_ANSWERED = declare("suggestion.answered", _("answered a suggestion"), "portfolios.suggestionanswer")
PORTFOLIO_POLICY_SET = declare("portfolio_policy.set", _("set the limits of portfolios"), "portfolios.portfoliopolicy")
PROMPTS_SET = declare("prompts.set", _("set prompts for evidence"), "portfolios.promptset")
PROMPTS_RESET = declare("prompts.reset", _("went back to the usual prompts"), "portfolios.promptset")
