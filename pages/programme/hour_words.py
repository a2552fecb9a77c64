"""Off-the-job hours in one line, for pages about something else."""

from django.utils.translation import gettext as _

from apprenticeships.models import Apprenticeship
from programme.learning_hours.durations import in_words
from programme.learning_hours.totals import worked_out
from programme.planning.plan import schedule_of


def hours_line(apprenticeship: Apprenticeship) -> str:
    """What is confirmed, of what is planned and expected. One query, for the training plan."""
    figures = worked_out(apprenticeship, schedule=schedule_of(apprenticeship))
    said = {"actual": in_words(figures.actual), "waiting": in_words(figures.waiting)}
    if figures.planned is None or figures.expected is None:
        line = _("%(actual)s confirmed.") % said
    else:
        said |= {"planned": in_words(figures.planned), "expected": in_words(figures.expected)}
        line = _("%(actual)s of %(planned)s confirmed, %(expected)s expected by now.") % said
    if figures.waiting:
        line = f"{line} {_('%(waiting)s to be confirmed.') % said}"
    return line
