"""Every change to people and their places in organisations.

Each function checks, locks, changes and records in one transaction.
"""

from accounts.workflow.accepting import (
    accept_invitation,
    account_waiting_for,
    invitation_of,
)
from accounts.workflow.inviting import (
    INVITATION_LASTS,
    ROLES_WITH_END,
    invite,
    invite_first_admin,
    invite_keeper,
    invite_many_to_sign_in,
    invite_to_sign_in,
    note_addresses,
    resend,
    revoke,
    token_hash,
)
from accounts.workflow.memberships import (
    end_membership,
)
from accounts.workflow.people import (
    add_external_person,
    add_organisation,
    add_person,
    confirm_address,
    correct_name,
    find_or_create_person,
    remove_replaced,
    rename,
)

__all__ = [
    "INVITATION_LASTS",
    "ROLES_WITH_END",
    "accept_invitation",
    "account_waiting_for",
    "add_external_person",
    "add_organisation",
    "add_person",
    "confirm_address",
    "correct_name",
    "end_membership",
    "find_or_create_person",
    "invitation_of",
    "invite",
    "invite_first_admin",
    "invite_keeper",
    "invite_many_to_sign_in",
    "invite_to_sign_in",
    "note_addresses",
    "remove_replaced",
    "rename",
    "resend",
    "revoke",
    "token_hash",
]
