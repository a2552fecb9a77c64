"""What a refused act says. Each message is for the person who reads it; `pages.middleware` makes it a page."""

from django.utils.translation import gettext_lazy as _

#: What is said of a token that is no token, or that is taken: the same words, so that nobody learns which it is.
TOKEN_REFUSED = _("This form has already been sent. Check it, then send it again.")


class WorkflowError(Exception):
    """An act that was refused. `status` is the HTTP status a page or the API answers with."""

    status = 409


class NotAllowed(WorkflowError):
    """The person has no right to do this, whatever the state."""

    status = 403


class OutOfTurn(WorkflowError):
    """The thing is not in the state that the act needs, often because somebody else was first."""


class Incomplete(WorkflowError):
    """Something that the act needs was not given. `pages.refusals` finds the field of the form where it is said.

    Attributes:
        field: what was not given, as the function or the content calls it: “feedback”, “happened_on”.
        ksb: the code of the KSB it is about, where it is about one.
        number: which one, of several that have no name.
    """

    status = 422

    def __init__(self, message: str, field: str | None = None, *, ksb: str = "", number: int | None = None) -> None:
        super().__init__(message)
        self.field, self.ksb, self.number = field, ksb, number


class TokenTaken(Incomplete):
    """The id that a form brought for something new is that of something else, whoever's that is."""

    def __init__(self) -> None:
        super().__init__(str(TOKEN_REFUSED))
