"""What a review shows of files and texts that were there before: that there are such, and where to look."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Flag, Submission
from assessments.rounds import Round
from pages.addresses import addresses_of
from pages.requests import Request
from portfolios.access import may_hide_files


def flag_rows(request: Request, submission: Submission) -> list[dict[str, Any]]:
    """A row for each flag on a submission that nobody has answered, without naming the other person."""
    found = Flag.objects.visible_to(request.actor).open().filter(submission=submission).select_related("file")
    return [
        {
            "address": addresses_of("flag")(one.pk),
            "words": _("“%(name)s” was also submitted by another apprentice.") % {"name": one.file.name}
            if one.file
            else _("This text is nearly the same as another apprentice’s."),
        }
        for one in found
    ]


def hide_address(request: Request, shown: Round) -> str:
    """Where staff hide a file, if this round has one that was hidden or deleted before; else empty."""
    whose = shown.submission.evidence.apprenticeship
    if (
        not shown.has_hidden_bytes
        or whose.apprentice_id == request.actor.person_id
        or not may_hide_files(request.actor)
    ):
        return ""
    return addresses_of("files-to-hide")(whose.pk)
