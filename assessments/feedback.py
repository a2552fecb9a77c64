"""What an assessor says about a claim, in parts: one value, the same in a draft, a decision and whatever shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Expression
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import moments

#: How long a part may be, in characters.
MOST_IN_PART = 2_000
#: How far ahead the day can be by which something is to be done.
MOST_DAYS_AHEAD = 366


@dataclass(frozen=True)
class Feedback:
    """What meets a claim, what is missing, what to do next and by when. Each part may be empty.

    As JSON it holds the parts that say something: `{"missing": "…", "by_when": "2026-12-04"}`.
    """

    meets: str = ""
    missing: str = ""
    next_step: str = ""
    by_when: date | None = None

    def __bool__(self) -> bool:
        return self != NOTHING

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> Self:
        day = parts.get("by_when")
        written = {name: parts.get(name, "") for name in PARTS}
        return cls(**written, by_when=date.fromisoformat(day) if day else None)

    def to_json(self) -> dict[str, str]:
        said = {name: text for name, text in self.texts().items() if text}
        return said | ({"by_when": self.by_when.isoformat()} if self.by_when else {})

    def texts(self) -> dict[str, str]:
        """The parts that are written, by their names."""
        return {name: getattr(self, name) for name in PARTS}

    def in_words(self) -> list[tuple[str, str]]:
        """The parts that say something, each under its name."""
        said = [(str(PARTS[name]), text) for name, text in self.texts().items() if text.strip()]
        return [*said, (gettext("By when"), moments.day(self.by_when))] if self.by_when else said

    def tidy(self) -> Self:
        """The same with line ends of one kind and without blanks around its parts, as it is recorded."""
        texts = {name: text.replace("\r\n", "\n").strip() for name, text in self.texts().items()}
        return type(self)(**texts, by_when=self.by_when)


#: The parts that are written, with what they are called.
PARTS = {"meets": _("What meets it"), "missing": _("What is missing"), "next_step": _("Next step")}
NOTHING = Feedback()


class FeedbackField(models.JSONField):
    """A column that holds a `Feedback`."""

    def from_db_value(self, value: Any, expression: Expression, connection: Any) -> Any:
        parts = super().from_db_value(value, expression, connection)
        return Feedback.from_json(parts) if isinstance(parts, dict) else parts

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(value.to_json() if isinstance(value, Feedback) else value)
