"""What happens to a file after it was added, in background jobs: it is cleaned, looked at, and scanned for viruses."""

from portfolios.models import EvidenceFile


def begin(file: EvidenceFile) -> None:
    """Have a file prepared once the transaction that added it is committed."""
    from portfolios.processing import jobs  # which load the workflow, and that begins with this module

    jobs.begin(file)
