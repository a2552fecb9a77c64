"""What an apprentice declares with each submission: that the work is their own, and where AI helped."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.words import Words

#: Grows whenever the wording below changes; a snapshot keeps both.
WORDING_VERSION = 1
WORDING = _("This is my own work. I have said where anyone, or any AI, helped.")


@dataclass(frozen=True)
class Declaration:
    """The answers: the wording was agreed to, and either no AI was used or `ai_tool` was, for `ai_purpose`."""

    is_own_work: bool
    uses_ai: bool = False
    ai_tool: str = ""
    ai_purpose: str = ""

    def missing(self) -> tuple[str, Words] | None:
        """What still has to be said: which of the answers, and how."""
        if not self.is_own_work:
            return "is_own_work", _("Confirm that this is your own work.")
        if self.uses_ai and not self.ai_tool.strip():
            return "ai_tool", _("Enter the name of the AI tool you used.")
        if self.uses_ai and not self.ai_purpose.strip():
            return "ai_purpose", _("Say what you used it for.")
        return None

    def as_content(self) -> dict[str, Any]:
        """What the snapshot keeps of it."""
        used = {"tool": self.ai_tool.strip(), "purpose": self.ai_purpose.strip()}
        return {"wording": WORDING_VERSION, "text": str(WORDING), "ai_use": used if self.uses_ai else None}
