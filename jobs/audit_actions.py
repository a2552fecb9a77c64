"""What is recorded of background work."""

from django.utils.translation import gettext_lazy as _

from audit.actions import declare

JOB_RETRIED = declare("job.retried", _("retried a file"), "jobs.jobowner")
