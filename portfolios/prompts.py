"""What the form asks beside "What I did", for each kind of evidence: the usual prompts, or a provider's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.prepared import Prepared
from core.words import Words
from portfolios.models import EvidenceKind, PromptSet

MOST_PROMPTS = 8
LONGEST_PROMPT, LONGEST_HINT = 200, 300


@dataclass(frozen=True)
class Prompt:
    """A question of the form, and a hint on what a good answer holds."""

    prompt: Words
    hint: Words = ""

    def as_json(self) -> dict[str, str]:
        return {"prompt": str(self.prompt), "hint": str(self.hint)}


_HOW = Prompt(_("How I did it"), _("The steps, the tools, and why you chose them."))
_LEARNED = Prompt(_("What I learned"), _("Something you know or can do now and did not before."))
_CHANGE = Prompt(_("What I would change"), _("What you would do differently next time, and why."))
_USUAL = (_HOW, _LEARNED, _CHANGE)

#: The usual prompts of each kind. "What I did" comes before them all, in the narrative itself.
USUAL_PROMPTS: dict[str, tuple[Prompt, ...]] = {
    **dict.fromkeys(EvidenceKind.values, _USUAL),
    EvidenceKind.OBSERVATION: (
        Prompt(_("Who watched, and where"), _("Their role, not their name, and where you worked.")),
        _HOW,
        Prompt(_("What they said"), _("What was good and what to work on, in their words.")),
    ),
    EvidenceKind.WITNESS_TESTIMONY: (
        Prompt(_("Who can confirm it"), _("Their role and how they know your work.")),
        Prompt(_("What they saw"), _("What they were there for, and what came of it.")),
    ),
    EvidenceKind.PROFESSIONAL_DISCUSSION: (
        Prompt(_("What we talked about"), _("What you were asked, and who asked.")),
        Prompt(_("What I explained"), _("The points that show what you know.")),
        _LEARNED,
    ),
    EvidenceKind.REFLECTIVE_ACCOUNT: (
        _HOW,
        Prompt(_("How it went"), _("What went well, what did not, and how you could tell.")),
        _LEARNED,
        _CHANGE,
    ),
    EvidenceKind.PROJECT: (
        Prompt(_("What it was for"), _("Who needed it and what it should bring.")),
        _HOW,
        Prompt(_("What came of it"), _("The result, in numbers if there are any.")),
        _CHANGE,
    ),
    EvidenceKind.CERTIFICATE: (
        Prompt(_("What it covers"), _("Who awarded it, when, and what for.")),
        Prompt(_("How I use it at work"), _("One time when you needed what you learned.")),
    ),
    EvidenceKind.TRAINING_RECORD: (
        Prompt(_("What the training was"), _("Who gave it, how long it took, what it covered.")),
        _LEARNED,
        Prompt(_("How I use it at work"), _("One time when you needed what you learned.")),
    ),
}


_own = Prepared(
    lambda provider, kind: PromptSet.objects.unscoped().filter(provider=provider, kind=kind).values_list("prompts"),
    is_the_same_every_day=True,
)


def prompts_for(provider: UUID, kind: str) -> tuple[Prompt, ...]:
    """The prompts that apprentices of the provider with this id get for `kind`."""
    own = _own(provider=provider, kind=str(kind)).first()
    return from_json(own[0]) if own else USUAL_PROMPTS.get(kind, _USUAL)


def from_json(kept: Iterable[dict[str, str]]) -> tuple[Prompt, ...]:
    return tuple(Prompt(one["prompt"], one.get("hint", "")) for one in kept)
