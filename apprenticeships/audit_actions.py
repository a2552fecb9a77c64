"""What is recorded of apprenticeships."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

APPRENTICESHIP_ENROLLED = declare(
    "apprenticeship.enrolled", _("enrolled an apprentice"), "apprenticeships.apprenticeship"
)
APPRENTICESHIP_ASSIGNED = declare(
    "apprenticeship.assigned",
    _("changed the assessor or mentor of an apprenticeship"),
    "apprenticeships.apprenticeship",
)
COVER_APPOINTED = declare("cover.appointed", _("added a cover assessor"), "apprenticeships.apprenticeship")
COVER_ENDED = declare("cover.ended", _("ended an assessor’s cover"), "apprenticeships.apprenticeship")
ASSIGNMENT_UNDONE = declare(
    "assignment.undone",
    _("undid a change of who looks after an apprentice"),
    "apprenticeships.apprenticeship",
)
APPRENTICESHIP_TAKEN_UP = declare(
    "apprenticeship.taken_up", _("accepted an apprenticeship"), "apprenticeships.apprenticeship"
)
#: Beside the entry of the move itself, which readers are shown.
APPRENTICESHIP_TEXT_CHANGED = declare(
    "apprenticeship.text_changed",
    _("changed an apprentice’s version of the standard"),
    "apprenticeships.apprenticeship",
    Audience.NOBODY,
)
APPRENTICESHIP_STATUS_CHANGED = declare(
    "apprenticeship.status_changed", _("changed the status of an apprenticeship"), "apprenticeships.apprenticeship"
)
