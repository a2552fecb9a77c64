"""Actions that only tests record."""

from django.utils.translation import gettext_lazy as _

from audit.actions import Audience, declare

NUMBER_TOLD = declare("number.told", _("told a number"), "accounts.user", Audience.NOBODY, seals=False)
PERSON_JOINED = declare("person.joined", _("joined"), "accounts.user", Audience.NOBODY, seals=False)
PERSON_LEFT = declare("person.left", _("left"), "accounts.user", Audience.NOBODY, seals=False)
FILE_RENAMED = declare("evidence_file.renamed", _("renamed a file"), "portfolios.evidencefile", Audience.NOBODY)
FACTS_TOLD = declare("facts.told", _("told facts"), "audit.entry", Audience.NOBODY)
