"""What is recorded of links and of what is signed by them."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

LINK_SENT = declare("link.sent", _("asked somebody to confirm something"), "signing.link")
LINK_RESENT = declare("link.resent", _("sent a link to confirm something again"), "signing.link")
LINK_WITHDRAWN = declare("link.withdrawn", _("withdrew a link to confirm something"), "signing.link")
LINK_STARTED = declare("link.started", _("started to look at what they were asked to confirm"), "signing.link")
LINK_PASSED_ON = declare("link.passed_on", _("passed a link on to somebody else"), "signing.link")
LINK_DECLINED = declare("link.declined", _("declined to confirm something"), "signing.link")
#: Beside the entry of the signature, which readers are shown.
LINK_USED = declare("link.used", _("used a link"), "signing.link", Audience.NOBODY)
SIGNATURE_MADE = declare("signature.made", _("confirmed something"), "signing.signature")
SIGNATURE_DISOWNED = declare(
    "signature.disowned", _("said that a confirmation was not made by them"), "signing.disavowal"
)
