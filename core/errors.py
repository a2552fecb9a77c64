"""What a refused act says. Each message is for the person who reads it; `pages.middleware` makes it a page."""


class WorkflowError(Exception):
    """An act that was refused. `status` is the HTTP status a page or the API answers with."""

    status = 409


class NotAllowed(WorkflowError):
    """The person has no right to do this, whatever the state."""

    status = 403


class OutOfTurn(WorkflowError):
    """The thing is not in the state that the act needs, often because somebody else was first."""


class Incomplete(WorkflowError):
    """Something that the act needs was not given. `field` names the form field where it belongs."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
