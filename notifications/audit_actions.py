"""What is recorded of notices: what somebody chose. The notices themselves follow from the record."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

EMAILS_CHOSEN = declare("emails.chosen", _("chose which emails to get"), "accounts.user", Audience.NOBODY, seals=False)
