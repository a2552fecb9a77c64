"""What is recorded of reports."""

from django.utils.translation import gettext_lazy as _

from audit.actions import declare

REPORT_EXPORTED = declare("report.exported", _("exported a report"), "accounts.organisation")
PLAN_RULES_SET = declare("plan_rules.set", _("set what an assessment plan asks of a portfolio"), "reports.planrules")
PIECE_CHOSEN = declare(
    "piece.chosen", _("chose a piece of evidence for the assessment organisation"), "reports.chosenpiece"
)
PIECE_DROPPED = declare(
    "piece.dropped",
    _("took a piece of evidence out of the pack for the assessment organisation"),
    "reports.chosenpiece",
)
