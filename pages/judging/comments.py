"""The comments to write feedback with: found while typing in a review, and managed on a page of their own."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import require
from assessments import access
from assessments.commenting import workflow
from assessments.commenting.comments import NAME, Comment
from assessments.feedback import MOST_IN_PART
from assessments.models import Submission
from core.errors import Incomplete
from pages.refusals import say_in
from pages.requests import Request

PER_PAGE = 50
#: So many of the most used are found while typing.
MOST_FOUND = 300


class CommentForm(forms.Form):
    """A comment to write feedback with."""

    text = forms.CharField(
        label=_lazy("Comment"),
        max_length=MOST_IN_PART,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_lazy("Where the apprentice’s first name belongs, write [name]."),
        error_messages={"required": _lazy("Write the comment.")},
    )


@require_GET
def review_comments(request: Request, submission_id: UUID) -> JsonResponse:
    """Those that somebody can insert into a review, the most used first, with the apprentice's first name in place."""
    submission = get_object_or_404(
        Submission.objects.visible_to(request.actor).select_related("evidence__apprenticeship__apprentice"),
        pk=submission_id,
    )
    require(access.can_decide(request.actor, submission), _("Only the assigned assessor can review this."))
    first_name = submission.evidence.apprenticeship.apprentice.name.split()[0]
    found = Comment.objects.visible_to(request.actor).most_used_first().values_list("text", flat=True)
    texts = dict.fromkeys(text.replace(NAME, first_name) for text in found[:MOST_FOUND])
    return JsonResponse({"comments": list(texts)})


@require_http_methods(["GET", "POST"])
def comments(request: Request) -> HttpResponse:
    """Find, copy and add comments: one's own and the provider's."""
    keeps, manages = _rights(request)
    form = CommentForm(request.POST or None)
    if form.is_valid():
        for_all = manages and (not keeps or "for_all" in request.POST)
        try:
            workflow.add_comment(request.actor, form.cleaned_data["text"], for_all=for_all)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Added."))
            return redirect("pages:comments")
    words = request.GET.get("words", "").replace("\0", "")[:100].strip()
    found = Comment.objects.visible_to(request.actor).most_used_first()
    for word in words.split():
        found = found.filter(text__icontains=word)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "rows": [
            {"comment": one, "is_shared": one.owner_id is None, "can_change": keeps if one.owner_id else manages}
            for one in page.object_list
        ],
        "words": words,
        "keeps": keeps,
        "manages": manages,
    }
    return render(request, "judging/comments.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def comment(request: Request, comment_id: UUID) -> HttpResponse:
    """Change a comment."""
    found = _changeable(request, comment_id)
    form = CommentForm(request.POST or None, initial={"text": found.text})
    if form.is_valid():
        try:
            workflow.change_comment(found.pk, request.actor, form.cleaned_data["text"])
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("Saved."))
            return redirect("pages:comments")
    context = {"form": form, "comment": found, "is_shared": found.owner_id is None}
    return render(request, "judging/comment.html", context, status=422 if form.errors else 200)


@require_POST
def comment_share(request: Request, comment_id: UUID) -> HttpResponse:
    """Offer one of one's own to everybody who assesses at the provider."""
    found = _changeable(request, comment_id)
    if found.owner_id is None:
        raise Http404
    workflow.share_comment(found.pk, request.actor)
    messages.success(request, _("Every assessor here can use it now."))
    return redirect("pages:comments")


@require_POST
def comment_remove(request: Request, comment_id: UUID) -> HttpResponse:
    """Remove a comment."""
    workflow.remove_comment(_changeable(request, comment_id).pk, request.actor)
    messages.success(request, _("Removed."))
    return redirect("pages:comments")


def _rights(request: Request) -> tuple[bool, bool]:
    keeps, manages = access.keeps_comments(request.actor), access.manages_comments(request.actor)
    if not (keeps or manages):
        raise Http404
    return keeps, manages


def _changeable(request: Request, comment_id: UUID) -> Comment:
    keeps, manages = _rights(request)
    found = get_object_or_404(Comment.objects.visible_to(request.actor), pk=comment_id)
    require(keeps if found.owner_id else manages, _("You cannot change this comment."))
    return found
