"""What is recorded of the catalogue."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

#: Some of these happen in an organisation, some in the installation, whose record catalogue keepers read.
BOTH = Audience.ORGANISATION | Audience.KEEPERS

IMPORT_DRAFT_CONFIRMED = declare(
    "import_draft.confirmed", _("finished an import of standards"), "occupations.importdraft", BOTH
)
STANDARD_LINKED_ONWARD = declare(
    "standard.linked_onward", _("added next steps to a standard"), "occupations.standard", BOTH
)
STANDARD_VERSION_IMPORTED = declare(
    "standard_version.imported", _("added a version of a standard"), "occupations.standardversion", BOTH
)
STANDARD_VERSION_COMPLETED = declare(
    "standard_version.completed", _("filled in missing details of a standard"), "occupations.standardversion", BOTH
)
STANDARD_VERSION_ADOPTED = declare(
    "standard_version.adopted", _("approved a suggested change to a standard"), "occupations.standardversion", BOTH
)
STANDARD_VERSION_LARS_CODES_ADDED = declare(
    "standard_version.lars_codes_added", _("added LARS codes to a standard"), "occupations.standardversion", BOTH
)
STANDARD_VERSION_REVISION_SEEN = declare(
    "standard_version.revision_seen", _("suggested a change to a standard"), "occupations.revision", BOTH
)
STANDARD_VERSION_STATUS_CHANGED = declare(
    "standard_version.status_changed", _("updated the status of a standard"), "occupations.standardversion", BOTH
)
