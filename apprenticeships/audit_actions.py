"""What is recorded of apprenticeships."""

from django.utils.translation import gettext_lazy as _

from audit.actions import declare

APPRENTICESHIP_ENROLLED = declare(
    "apprenticeship.enrolled", _("enrolled an apprentice"), "apprenticeships.apprenticeship"
)
APPRENTICESHIP_ASSIGNED = declare(
    "apprenticeship.assigned", _("chose who looks after an apprenticeship"), "apprenticeships.apprenticeship"
)
APPRENTICESHIP_TAKEN_UP = declare(
    "apprenticeship.taken_up", _("took up an apprenticeship"), "apprenticeships.apprenticeship"
)
APPRENTICESHIP_STATUS_CHANGED = declare(
    "apprenticeship.status_changed", _("changed where an apprenticeship stands"), "apprenticeships.apprenticeship"
)
