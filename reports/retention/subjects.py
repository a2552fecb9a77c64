"""The subjects of what is recorded of keeping and erasing records."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from core.actor import Actor
from core.links import path_to
from reports.record.found import Finder, Found, Subject, about_learner, keys
from reports.retention.models import Erasure, LegalHold, RetentionRule


def _rules(ids: Collection[str], actor: Actor) -> Found:
    for row in RetentionRule.objects.visible_to(actor).filter(pk__in=keys(ids)):
        yield row.pk, Subject(_("Rule %(n)s") % {"n": row.number}, path_to("retention"))


FINDERS: dict[str, Finder] = {
    "reports.erasure": about_learner(Erasure, "apprenticeship", "erasure"),
    "reports.legalhold": about_learner(LegalHold, "apprenticeship", "erasure"),
    "reports.retentionrule": _rules,
}
