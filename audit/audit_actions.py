"""What the record says of itself."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

CHAIN_OPENED = declare("chain.opened", _("opened the record of an organisation"), "audit.chain", Audience.NOBODY)
ACCOUNT_EVENTS_SEALED = declare(
    "account_events.sealed", _("sealed what happened at sign-in"), "audit.chain", Audience.NOBODY
)
