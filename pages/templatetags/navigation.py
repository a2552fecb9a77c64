"""Which place of the main navigation a page belongs to, and the pages beside it."""

from functools import cache
from uuid import UUID

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import get_resolver, get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pages.navigation import PLACES, SECTIONS, Place, places_beside
from pages.requests import actor_of

register = template.Library()

_ANY = UUID(int=0)

#: The pages that belong to a place of the main navigation, beside its own and those that stand beside it.
_WITHIN = {
    "coverage": "progress-review prior-learning skills-scan-one document verification",
    "evidence-list": "evidence-new evidence-edit file file-page grid evidence evidence-submit evidence-versions",
    "queue": "review review-add comments comment countersignings countersign investigate decision-correct",
    "quality": "sampling-plan sampling-plan-new sampling-plan-withdraw sample-add sample finding-correct appeal flag "
    "standardisation standardisation-new conflict-new conflict-end investigation file-hide files-to-hide hidden-file "
    "auditor auditor-invite reopening-undo appeal-withdrawal",
    "cohort": "saved-view saved-view-mail enrol learners-import learners-import-preview enrolments-undone session "
    "session-new attendance evidence file-page observation ask-testimony verification change-undo assignment-undo "
    "progress-review progress-review-write progress-review-hold progress-review-form prior-learning skills-scan-one "
    "document document-readers attainment-undo hours-entry assessment-result-correct sign-off-withdraw",
    "standards": "standard duty compare import import-preview revisions revision keepers catalogue-record",
    "people": "invite membership-end portfolio-import erasure erasure-answer legal-hold feed-key-new plan-rules-edit "
    "prompts competence-undo sign-off-rule-change sign-off-outcomes sign-off-rule-undo sign-off-rules-history",
    "notices": "notices-emails",
}
_BELONGS = {
    place: {*within.split(), *(beside.name for beside in SECTIONS.get(place, ()) if beside.name not in _WITHIN)}
    for place, within in _WITHIN.items()
}

#: Where pages about one learner stand: for others, for the learner. Those of these other places stand there instead.
_ELSEWHERE = {"cohort": ("people", "quality"), "coverage": ("evidence-list",)}


@register.simple_tag
def current_at(here: str, place: str) -> SafeString:
    """The attribute that marks a place as the page shown, or as the one that this page belongs to."""
    if here == place:
        return SafeString('aria-current="page"')
    page, of = here.removeprefix("pages:"), place.removeprefix("pages:")
    is_within = page in _BELONGS.get(of, ())
    if of in _ELSEWHERE and page in _about_one_learner():
        is_within = is_within or not any(page in (other, *_BELONGS[other]) for other in _ELSEWHERE[of])
    return SafeString('aria-current="true"' if is_within else "")


@cache
def _about_one_learner() -> frozenset[str]:
    """The pages in whose address an apprenticeship stands."""
    found = get_resolver().namespace_dict["pages"][1].reverse_dict
    return frozenset(
        name
        for name in found
        if isinstance(name, str)
        and any("apprenticeship_id" in given for ways, *_ in found.getlist(name) for _address, given in ways)
    )


@register.simple_tag(takes_context=True)
def pages_beside(context: Context) -> SafeString:
    """Links to the pages of the section that this page is in, where whoever looks at it is offered more than one."""
    request: HttpRequest | None = context.get("request")
    if request is None or (match := request.resolver_match) is None or match.url_name is None:
        return SafeString("")
    if match.namespace != "pages" or match.kwargs.keys() - {"apprenticeship_id"}:
        return SafeString("")
    names = [place.name for place in places_beside(match.url_name, actor_of(request))]
    if len(names) < 2:
        return SafeString("")
    links = _links(match.url_name, tuple(names), get_language(), get_script_prefix())
    return SafeString(links.replace(str(_ANY), str(match.kwargs.get("apprenticeship_id", ""))))


@cache
def _links(here: str, names: tuple[str, ...], _language: str, _prefix: str) -> str:
    """The links, with an id that stands for any: there are as many of these as pages and groups of roles."""
    places = [PLACES[name] for name in names]
    open_group = PLACES[here].group
    first_line: dict[str, SafeString] = {}
    for place in places:
        # A group stands where its first page would, and leads there.
        mark = ("true" if place.group == open_group else "") if place.group else ("page" if place.name == here else "")
        first_line.setdefault(str(place.group or place.label), _link(place, place.group or place.label, mark))
    second_line = [
        _link(place, place.label, "page" if place.name == here else "")
        for place in places
        if open_group and place.group == open_group
    ]
    lines = [first_line.values(), second_line] if second_line else [first_line.values()]
    return format_html(
        '<nav class="section-nav" aria-label="{}">{}</nav>',
        _("In this section"),
        format_html_join("", "<ul>{}</ul>", ((format_html_join("", "{}", zip(line)),) for line in lines)),
    )


def _link(place: Place, label: str | Promise, mark: str) -> SafeString:
    address = reverse(f"pages:{place.name}", args=[_ANY] if place.is_of_apprenticeship else [])
    current = format_html(' aria-current="{}"', mark) if mark else ""
    return format_html('<li><a href="{}"{}>{}</a></li>', address, current, label)
