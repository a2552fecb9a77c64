"""People: sign-in, invitations, enrolment."""
