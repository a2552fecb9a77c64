"""What the form of a progress review is made of: sections of the provider’s, or the usual ones."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

from django.utils.translation import gettext as _

from programme.models import ReviewTemplate

#: A form has at most this many sections.
MOST_SECTIONS = 20
#: What a section holds at most, in characters.
LONGEST_TEXT = 5_000


class Section(NamedTuple):
    """One question of the form.

    Attributes:
        is_hidden: whether the employer does not see what is written there.
        is_required: whether a review cannot be sent without it.
    """

    key: str
    title: str
    help: str = ""
    is_hidden: bool = False
    is_required: bool = False

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**{name: kept[name] for name in cls._fields})

    def to_json(self) -> dict[str, Any]:
        return self._asdict()


#: What the funding rules ask of every review (progress reviews, P59 and P60), beside what the form fills in by itself:
#: earlier actions, progress against the plan, agreed actions and the signatures. A provider’s form keeps these.
ASKED = ("training", "progress", "plan", "apprentice", "employer", "provider", "circumstances")
#: Sections that the employer never sees, whatever a provider’s form says.
PRIVATE = ("support", "safeguarding")


def usual() -> list[Section]:
    """The usual sections, in the words of today."""
    said = {
        "training": (
            _("Off-the-job training and evidence"),
            _("What training there was since the last review, and what the evidence shows."),
        ),
        "progress": (
            _("Progress against the plan"),
            _("If they are behind: why, and how they catch up."),
        ),
        "plan": (
            _("Changes to the training plan"),
            _("What is added, moved or no longer needed. Write “None” if nothing changes."),
        ),
        "apprentice": (_("What the apprentice says"), _("What goes well, and any concern.")),
        "employer": (_("What the employer says"), _("What goes well, and any concern.")),
        "provider": (_("What the training provider says"), _("What goes well, and any concern.")),
        "circumstances": (
            _("Changes in circumstances"),
            _("Job, hours, manager, prior learning. Write “None” if nothing changed."),
        ),
        "english_maths": (
            _("English and maths"),
            _("What was studied since the last review, if they study it."),
        ),
        "support": (
            _("Learning support"),
            _("What support was given, whether it helps, and what changes. The employer does not see this."),
        ),
        "safeguarding": (
            _("Safeguarding"),
            _("Only where the record is kept, no details. The employer does not see this."),
        ),
    }
    return [Section(key, title, hint, key in PRIVATE, key in ASKED) for key, (title, hint) in said.items()]


def sections_of(template: ReviewTemplate | None) -> list[Section]:
    """What a form asks; without a template of the provider’s, the usual."""
    return [Section.from_json(kept) for kept in template.sections] if template else usual()


def as_json(sections: Iterable[Section]) -> list[dict[str, Any]]:
    """`ReviewTemplate.sections`, of these."""
    return [section.to_json() for section in sections]
