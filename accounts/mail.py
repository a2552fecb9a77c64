"""Mail whose way is shown: on the list of invitations, say."""

from collections.abc import Sequence
from uuid import UUID

from django.core.mail import EmailMessage


class TrackedMessage(EmailMessage):
    """A plain mail that names what it is about, so that people can be told whether it was sent."""

    def __init__(self, subject: str, body: str, to: Sequence[str], *, about: UUID | None, **more: object) -> None:
        """Make a mail.

        Args:
            about: the id of what it is about: an invitation, or whatever a page that shows its way can ask for. A
                later mail about the same thing replaces one that was not sent yet.
            more: what else an `EmailMessage` takes.
        """
        super().__init__(subject, body, to=to, **more)  # type: ignore[arg-type]
        self.about = about
