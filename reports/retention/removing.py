"""The job that removes stored bytes once nothing names them any more."""

from django.utils.translation import gettext_lazy as _

from files import storing
from jobs.queue import job


@job(_("Removing files of an erased learner"))
def remove_objects(keys: list[str]) -> None:
    """Remove these objects of the storage; safe to run twice."""
    for key in keys:
        storing.remove(key)
