"""What is recorded of reports."""

from django.utils.translation import gettext_lazy as _

from audit.actions import declare

REPORT_EXPORTED = declare("report.exported", _("exported a report"), "accounts.organisation")
