"""What a review shows of flags: that there is one, and where to look."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Flag, Submission
from pages.addresses import addresses_of
from pages.requests import Request


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
