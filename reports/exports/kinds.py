"""What each kind of export has to say of itself: who may have it, and how it is written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from django.utils.functional import Promise

from core.actor import Actor
from core.errors import WorkflowError
from reports.exports.models import Export


class CannotBeMade(WorkflowError):
    """An export that never will be made, with the reason for whoever asked."""


class Assembly(Protocol):
    """One export, read and ready to be written."""

    @property
    def step_count(self) -> int:
        """How many steps `write` tells of."""

    @property
    def file_name(self) -> str:
        """What the file is called, with its ending."""

    @property
    def content_type(self) -> str:
        """Of the file."""

    @property
    def key_id(self) -> str:
        """Of the key that signs it; empty if it is not signed."""

    def write(self, target: BinaryIO, told: Callable[[int], None]) -> None:
        """Write it, and say after each step how many are done."""

    def hidden_since(self) -> bool:
        """Whether staff hid a file since it was put in: then the export must reach nobody."""


@dataclass(frozen=True)
class ExportKind:
    """A kind of export.

    Attributes:
        may_have: whether somebody may have an export of this kind now. Asked when it is asked for, made and fetched.
        refused: what they are told if not.
        begin: reads what is to be written under the rights of an actor, in one transaction.
    """

    kind: Export.Kind
    may_have: Callable[[Actor, Export], bool]
    refused: str | Promise
    begin: Callable[[Export, Actor], Assembly]
