"""Having a file checked for viruses, and writing down what came of it."""

from uuid import UUID

from django.utils.translation import gettext as _

from files import scanning, storing
from portfolios.models import EvidenceFile, Withheld
from portfolios.processing.outcomes import note_scan


def scan(file_id: UUID, *, is_last_try: bool = False) -> None:
    """Ask the scanner about a file, unless that was done.

    Raises:
        scanning.ScannerAway: it does not answer, and this is not the last time that it is asked.
    """
    file = EvidenceFile.objects.unscoped().filter(pk=file_id, scan=EvidenceFile.Scan.WAITING).first()
    if file is None or file.withheld == Withheld.ERASED:
        return
    try:
        with storing.opened(str(file.stored.name)) as content:
            verdict = scanning.ask(content)
    except scanning.ScannerAway:
        if not is_last_try:
            raise
        verdict = scanning.Verdict(scanning.NOT_SCANNED, _("The virus scanner did not respond."))
    note_scan(file.pk, verdict.state, verdict.note)
