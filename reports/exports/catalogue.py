"""Every kind of export that there is."""

from reports.audit_pack.exporting import AUDIT
from reports.exports.kinds import ExportKind
from reports.exports.learners import LEARNERS, PROGRESS
from reports.exports.models import Export
from reports.pack.exporting import PACK
from reports.person.exporting import PERSON
from reports.portfolio.exporting import PORTFOLIO_EXPORT
from reports.provider.exporting import WHOLE_PROVIDER

KINDS: dict[str, ExportKind] = {
    kind.kind.value: kind for kind in (PACK, PORTFOLIO_EXPORT, LEARNERS, PROGRESS, AUDIT, PERSON, WHOLE_PROVIDER)
}


def kind_of(export: Export) -> ExportKind:
    """What an export's kind says of it."""
    return KINDS[export.kind]
