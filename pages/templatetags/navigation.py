"""Which place of the main navigation a page belongs to."""

from django import template
from django.utils.safestring import SafeString

register = template.Library()

#: The pages that belong to a place, beside its own.
_WITHIN = {
    "pages:coverage": "ksb progress hours hours-entry hours-import",
    "pages:evidence-list": "evidence-new evidence-edit file file-page grid evidence evidence-submit evidence-versions",
    "pages:queue": "review",
    "pages:quality": "sampling-plans sampling-plan sampling-plan-new sample-add sample finding-correct appeal",
    "pages:cohort": "caseload my-people saved-views saved-view overview heat-map coverage "
    "progress evidence-list enrol assign ksb evidence learners-import learners-import-preview "
    "progress-reviews learner-reviews progress-review "
    "hours hours-entry hours-import sessions session session-new attendance",
    "pages:standards": "standard duty compare import import-preview revisions revision keepers catalogue-record",
    "pages:people": "invite",
    "pages:notices": "notices-emails",
}


@register.simple_tag
def current_at(here: str, place: str) -> SafeString:
    """The attribute that marks a place as the page shown, or as the one that this page belongs to."""
    if here == place:
        return SafeString('aria-current="page"')
    is_within = here.removeprefix("pages:") in _WITHIN.get(place, "").split()
    return SafeString('aria-current="true"' if is_within else "")
