"""On whose behalf something is asked or done."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks or acts: a person for an organisation or for themself, who holds a link, or the system. Ids alone.

    A page makes one from the session, and every `visible_to`, every rule and every change takes it. Nothing falls
    open: somebody who has not signed in (`ANYBODY`) reaches nothing, and a person who acts for no organisation reaches
    only what is their own.
    """

    #: Who it is; None for the system, and for somebody who has not signed in.
    person_id: UUID | None = None
    #: The organisation they act for, by the session; None for an apprentice or a person who has not chosen one.
    organisation_id: UUID | None = None
    #: Whether it is the system itself: a command, an import or a job that nobody asked for.
    is_system: bool = False
    #: The signed link that they hold, of somebody with no account: they reach what it is about, and nothing else.
    link_id: UUID | None = None

    def __post_init__(self) -> None:
        if self.is_system and (self.person_id or self.organisation_id):
            raise ValueError("The system acts for nobody.")
        if self.link_id and (self.person_id or self.is_system):
            raise ValueError("Who holds a link is nobody else.")
        if self.organisation_id and not self.person_id:
            raise ValueError("Only a person acts for an organisation.")

    @property
    def person(self) -> UUID:
        """Who it is, for what only a person can do.

        Raises:
            ValueError: it is the system, or somebody who has not signed in.
        """
        if self.person_id is None:
            raise ValueError("This takes a person.")
        return self.person_id


#: Somebody who has not signed in.
ANYBODY = Actor()
#: What commands, imports and jobs do by themselves.
SYSTEM = Actor(is_system=True)
