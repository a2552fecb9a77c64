"""What is recorded of people, organisations and who belongs to which."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

#: Some of these happen in an organisation, some in the installation, whose record catalogue keepers read.
BOTH = Audience.ORGANISATION | Audience.KEEPERS

SESSION_BEGAN = declare("session.began", _("signed in"), "accounts.user", Audience.NOBODY)
SESSION_ENDED = declare("session.ended", _("signed out or was signed out"), "accounts.user", Audience.NOBODY)
SIGN_IN_REFUSED = declare("sign_in.refused", _("tried and failed to sign in"), "accounts.user", Audience.NOBODY)
SECOND_FACTOR_REFUSED = declare(
    "second_factor.refused", _("entered a wrong code or passkey"), "accounts.user", Audience.NOBODY
)
SECOND_FACTOR_ADDED = declare("second_factor.added", _("added a second sign-in step"), "accounts.user", Audience.NOBODY)
SECOND_FACTOR_REMOVED = declare(
    "second_factor.removed", _("removed a second sign-in step"), "accounts.user", Audience.NOBODY
)
EMAIL_CHANGED = declare("email.changed", _("changed their email address"), "accounts.user", Audience.NOBODY)
PASSWORD_CHOSEN = declare("password.chosen", _("set a password"), "accounts.user", Audience.NOBODY)
PASSWORD_CHANGED = declare("password.changed", _("changed their password"), "accounts.user", Audience.NOBODY)
PERSON_RENAMED = declare("person.renamed", _("changed their name"), "accounts.user", Audience.NOBODY)
PERSON_ADDED = declare("person.added", _("added a person"), "accounts.user")
ACTING_CHOSEN = declare("acting.chosen", _("switched to this organisation"), "accounts.user")
ORGANISATION_ADDED = declare("organisation.added", _("added an organisation"), "accounts.organisation")
INVITATION_SENT = declare("invitation.sent", _("sent an invitation"), "accounts.invitation", BOTH)
INVITATION_RESENT = declare("invitation.resent", _("resent an invitation"), "accounts.invitation", BOTH)
INVITATION_ACCEPTED = declare("invitation.accepted", _("accepted an invitation"), "accounts.invitation", BOTH)
INVITATION_WITHDRAWN = declare("invitation.withdrawn", _("withdrew an invitation"), "accounts.invitation", BOTH)
MEMBERSHIP_GRANTED = declare("membership.granted", _("gave a role to somebody"), "accounts.membership", BOTH)
MEMBERSHIP_ENDED = declare("membership.ended", _("ended somebody’s role"), "accounts.membership", BOTH)
