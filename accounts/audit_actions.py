"""What is recorded of people, organisations and who belongs to which."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.actions import Action, Audience, declare

#: Some of these happen in an organisation, some in the installation, whose record catalogue keepers read.
BOTH = Audience.ORGANISATION | Audience.KEEPERS


def _signing_in(name: str, words: Any) -> Action:
    """An action on how somebody signs in: it changes nothing of who they are, which is what a fingerprint is of."""
    return declare(name, words, "accounts.user", Audience.NOBODY, seals=False)


SESSION_BEGAN = _signing_in("session.began", _("signed in"))
SESSION_ENDED = _signing_in("session.ended", _("signed out or was signed out"))
SIGN_IN_REFUSED = _signing_in("sign_in.refused", _("tried and failed to sign in"))
SECOND_FACTOR_REFUSED = _signing_in("second_factor.refused", _("entered a wrong code or passkey"))
SECOND_FACTOR_ADDED = _signing_in("second_factor.added", _("added a second sign-in step"))
SECOND_FACTOR_REMOVED = _signing_in("second_factor.removed", _("removed a second sign-in step"))
PASSWORD_CHOSEN = _signing_in("password.chosen", _("set a password"))
PASSWORD_CHANGED = _signing_in("password.changed", _("changed their password"))
EMAIL_CHANGED = declare("email.changed", _("changed their email address"), "accounts.user", Audience.NOBODY)
PERSON_RENAMED = declare("person.renamed", _("changed their name"), "accounts.user", Audience.NOBODY)
PERSON_ADDED = declare("person.added", _("added a person"), "accounts.user")
PERSON_REPLACED = declare(
    "person.replaced", _("accepted with an account they had"), "accounts.user", Audience.NOBODY, removes=True
)
PERSON_ERASED = declare("person.erased", _("erased an account"), "accounts.user", Audience.NOBODY)
INVITATION_ERASED = declare("invitation.erased", _("erased the name on an invitation"), "accounts.invitation")
ACTING_CHOSEN = declare("acting.chosen", _("switched to this organisation"), "accounts.user", seals=False)
ORGANISATION_ADDED = declare("organisation.added", _("added an organisation"), "accounts.organisation")
INVITATION_NOTED = declare("invitation.noted", _("noted where to invite an apprentice later"), "accounts.invitation")
INVITATION_SENT = declare("invitation.sent", _("sent an invitation"), "accounts.invitation", BOTH)
INVITATION_RESENT = declare("invitation.resent", _("resent an invitation"), "accounts.invitation", BOTH)
INVITATION_ACCEPTED = declare("invitation.accepted", _("accepted an invitation"), "accounts.invitation", BOTH)
INVITATION_CORRECTED = declare("invitation.corrected", _("corrected the name on an invitation"), "accounts.invitation")
INVITATION_MOVED = declare(
    "invitation.moved", _("linked an earlier invitation to the account that accepted"), "accounts.invitation"
)
INVITATION_WITHDRAWN = declare("invitation.withdrawn", _("withdrew an invitation"), "accounts.invitation", BOTH)
MEMBERSHIP_GRANTED = declare("membership.granted", _("gave a role to somebody"), "accounts.membership", BOTH)
MEMBERSHIP_ENDED = declare("membership.ended", _("ended somebody’s role"), "accounts.membership", BOTH)
