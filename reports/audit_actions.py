"""What is recorded of reports."""

from django.utils.translation import gettext_lazy as _

from audit.actions import declare

REPORT_EXPORTED = declare("report.exported", _("exported a report"), "accounts.organisation")
VIEW_SAVED = declare("view.saved", _("saved a view of the learners"), "reports.savedview", seals=False)
VIEW_REMOVED = declare("view.removed", _("removed a view of the learners"), "reports.savedview", seals=False)
PROGRESS_EXPORTED = declare(
    "progress.exported", _("downloaded a progress report"), "apprenticeships.apprenticeship", seals=False
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
PACK_ASKED = declare("pack.asked", _("asked for a pack"), "reports.pack")
PACK_MADE = declare("pack.made", _("made a pack"), "reports.pack")
PACK_FAILED = declare("pack.failed", _("could not make a pack"), "reports.pack")
PACK_DOWNLOADED = declare("pack.downloaded", _("downloaded a pack"), "reports.pack", seals=False)
PACK_DELETED = declare("pack.deleted", _("deleted a pack"), "reports.pack")
PACK_EXPORTED = declare(
    "pack.exported", _("exported a pack by a command"), "apprenticeships.apprenticeship", seals=False
)
