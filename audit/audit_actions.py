"""What the record says of itself."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

CHAIN_OPENED = declare("chain.opened", _("opened an organisation’s record"), "audit.chain", Audience.NOBODY)
ACCOUNT_EVENTS_SEALED = declare(
    "account_events.sealed", _("added sign-ins to the record"), "audit.chain", Audience.NOBODY
)
