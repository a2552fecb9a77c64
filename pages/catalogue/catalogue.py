"""Reading the catalogue: the list, a standard, one of its duties, two versions compared with each other, favourites."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import keeps_catalogue
from core import clock
from occupations import access, listing, outline, products, statuses, texts
from occupations.comparison import compare
from occupations.models import Duty, Favourite, Revision, Standard, StandardVersion
from pages.catalogue.forms import CompareForm, DutyLensForm, StandardSearchForm
from pages.catalogue.rows import rows_of
from pages.catalogue.version_names import version_key
from pages.middleware import is_local
from pages.requests import Request
from pages.whole_forms import yes_or_no


@require_safe
def standards(request: Request) -> HttpResponse:
    """Every standard, by its newest version; htmx asks for the rows alone."""
    held = listing.choices(request.actor)
    form = StandardSearchForm(request.GET, held=held)
    filters = form.filters
    found = listing.found_by(request.actor, filters) if form.is_valid() else listing.Found.exactly([])
    page = listing.page_of(found.ids, request.GET.get("page"), request.actor)
    imports = access.imports(request.actor)
    context = {
        "form": form,
        "held": held,
        "words": filters.get("words", ""),
        "found": found,
        "is_filtered": bool(filters),
        "only_favourites": set(filters) == {"favourites"},
        "page": page,
        "rows": rows_of(page.object_list, request),
        "legend": statuses.legend,
        "may_import": imports,
        "open_revision_count": Revision.objects.visible_to(request.actor).open().count() if imports else 0,
        "is_keeper": keeps_catalogue(request.actor),
    }
    template = "catalogue/_standards.html" if request.htmx else "catalogue/standards.html"
    return render(request, template, context, status=200 if form.is_valid() else 422)


@require_safe
def standard(request: Request, reference: str, version: str) -> HttpResponse:
    """Everything that one version says, as last corrected; `correction` shows another, `option` narrows it."""
    shown = version_of(request, reference, version)
    option = _option(request.GET.get("option", ""))
    # What it says is read only where it was not rendered before: see `{% fixed %}` in the template.
    whole: Any = SimpleLazyObject(
        lambda: StandardVersion.objects.visible_to(request.actor).with_everything().get(pk=shown.pk)
    )
    numbers = outline.numbers(shown, texts.texts_beside(shown))
    newest = next(row.held for row in numbers if row.held)
    context = {
        "version": shown,
        "text": (shown.pk, shown.content_sha256, *shown.lars_codes),
        "option": option,
        "asked": asked_for(request, shown),
        "outline": SimpleLazyObject(lambda: outline.outline(whole, option)),
        "ways_to_learn": SimpleLazyObject(lambda: products.ways_to_learn(whole)),
        "numbers": numbers,
        "newest": newest,
        "is_newest": newest.pk == shown.pk,
        "legend": statuses.legend,
        "lens_form": DutyLensForm(),
        "is_favourite": texts.is_favourite(request.actor, shown),
    }
    return render(request, "catalogue/standard.html", context)


@require_safe
def duty(request: Request, reference: str, version: str, number: int) -> HttpResponse:
    """One duty and the statements it takes."""
    shown = version_of(request, reference, version)
    found = get_object_or_404(
        Duty.objects.prefetch_related("ksbs__options", "options"), version=shown, number=min(number, 99_999)
    )
    siblings = list(shown.duties.order_by("number").values_list("number", flat=True))
    place = siblings.index(found.number)
    context = {
        "version": shown,
        "asked": asked_for(request, shown),
        "duty": found,
        "row": outline.duty_row(found),
        "previous": siblings[place - 1] if place else None,
        "next": siblings[place + 1] if place + 1 < len(siblings) else None,
    }
    return render(request, "catalogue/duty.html", context)


@require_safe
def compare_versions(request: Request, reference: str) -> HttpResponse:
    """Two texts of a standard compared with each other; the two newest unless `from` and `to` name others."""
    found = standard_of(request, reference)
    versions = sorted(
        found.versions.only("standard", "version", "correction", "title"),
        key=lambda held: (held.number_parts, held.correction),
    )
    by_key = {version_key(held): held for held in versions}
    if len(versions) < 2:
        return render(
            request, "catalogue/compare.html", {"standard": found, "newest": versions[-1] if versions else None}
        )
    try:
        before = by_key[request.GET.get("from") or version_key(versions[-2])]
        after = by_key[request.GET.get("to") or version_key(versions[-1])]
    except KeyError:
        raise Http404 from None
    whole = found.versions.in_bulk([before.pk, after.pk])
    form = CompareForm(versions[::-1], initial={"from": version_key(before), "to": version_key(after)})
    context = {
        "standard": found,
        "newest": versions[-1],
        "form": form,
        "before": before,
        "after": after,
        "comparison": compare(whole[before.pk].content(), whole[after.pk].content()),
        "show_all": request.GET.get("show") == "all",
    }
    return render(request, "catalogue/compare.html", context)


@require_POST
def favourite(request: Request, reference: str) -> HttpResponse:
    """Keep a standard among one's favourites (`on` is 1), or no longer (0). Either twice is the same as once."""
    found = standard_of(request, reference)
    is_on = yes_or_no(request.POST, "on")
    if is_on:
        Favourite.objects.get_or_create(user_id=request.actor.person, standard=found, defaults={"since": clock.now()})
    else:
        Favourite.objects.filter(user=request.actor.person_id, standard=found).delete()
    if request.htmx:
        return render(request, "catalogue/_star.html", {"standard": found, "is_favourite": is_on})
    back = request.POST.get("next", "")
    return redirect(back if back and is_local(request, back) else "pages:standards")


def standard_of(request: Request, reference: str) -> Standard:
    """The standard that an address names, if the person sees it."""
    return get_object_or_404(Standard.objects.visible_to(request.actor).addressed(reference))


def version_of(request: Request, reference: str, number: str) -> StandardVersion:
    """The version with this number: its newest correction, or the one that `correction` in the address names."""
    asked = request.GET.get("correction")
    is_known = asked is None or asked.isascii() and asked.isdecimal() and len(asked) < 5
    correction = None if asked is None or not is_known else int(asked)
    found = texts.text_of(request.actor, reference, number, correction) if is_known else None
    if found is None:
        raise Http404(_("That version does not exist."))
    return found


def asked_for(request: Request, shown: StandardVersion) -> str:
    """What the address of another page asks for, to stay with the text of this one; empty for the newest text."""
    return f"correction={shown.correction}" if "correction" in request.GET else ""


def _option(asked: str) -> str:
    """The option that a page is narrowed to, as far as it can be one."""
    return asked if asked == outline.CORE or asked.isascii() and asked.isdecimal() and len(asked) < 6 else ""
