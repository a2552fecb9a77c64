"""The catalogue's pages. It is public knowledge: everybody who is signed in may read all of it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from occupations.forms import StandardSearchForm
from occupations.models import StandardVersion

PAGE_SIZE = 50


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    form = StandardSearchForm(request.GET)
    is_valid = form.is_valid()
    words = form.cleaned_data["words"] if is_valid else ""
    found = StandardVersion.objects.matching(words).with_ksb_count().by_reference()
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "words": words, "page": page}
    return render(request, "occupations/standards.html", context, status=200 if is_valid else 422)


@require_safe
def standard(request: HttpRequest, reference: str, version: str) -> HttpResponse:
    shown = get_object_or_404(StandardVersion.objects.with_everything(), standard__reference=reference, version=version)
    others = shown.standard.versions.exclude(pk=shown.pk).order_by("version")
    return render(request, "occupations/standard.html", {"version": shown, "others": others})
