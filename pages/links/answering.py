"""The pages of people with no account: what they are asked to confirm, their answer, and their receipt.

Opening a page changes nothing, however often and by whatever program it is opened. They need no script, set no cookie
but that of the form's token, and say the same of every link that does not work.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import workflow as assessing
from assessments.verifying import statements
from assessments.workflow.verification import colleagues_of
from core.actor import Actor
from core.errors import Incomplete
from core.moments import moment_with_zone
from files.http import serving
from occupations.models import KsbType
from pages.error_pages import too_many_requests
from pages.links.behaviours import answers_of
from pages.links.forms import (
    BehavioursForm,
    DeclineForm,
    PassOnAtEmployerForm,
    PassOnForm,
    SignForm,
    answer_fields,
    for_later,
)
from pages.middleware import public
from pages.programme.scanning.forms import drawn_groups
from pages.programme.signed_documents import signed_document
from pages.refusals import say_in
from pages.requests import SiteRequest
from portfolios.models import EvidenceFile
from portfolios.processing.copies import why_closed
from portfolios.workflow import open_file
from programme.models import Party
from programme.scanning.ratings import Asked, kept_words
from programme.workflow import pass_on_version, rate_by_link, sign_version_by_link
from reports.gateway.workflow import declare_by_link
from signing import receipts, workflow
from signing.models import OF_EMPLOYERS, OF_VERSIONS, Link, Purpose, Signature
from signing.workflow import LinkClosed, TextChanged

#: Links that do not work, from one internet address. Those that work are not counted: a firm's people share an address.
WRONG_LINKS = {"wrong_link": "60/5m/ip"}
#: Narrower than that of the site: these pages run no script at all.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
#: What somebody is told when they are done, by the last part of the address.
DONE = {"later", "declined", "passed-on"}

View = Callable[..., HttpResponse | serving.FileResponse]


def for_signers(view: View) -> View:
    """A page that needs no account: a link that does not work gets the same answer, whatever is wrong with it."""

    @wraps(view)
    def answered(request: SiteRequest, *args: Any, **kwargs: Any) -> HttpResponse | serving.FileResponse:
        try:
            response = view(request, *args, **kwargs)
        except LinkClosed:
            response = _closed(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        # The address holds the token: no other page and no other site is told of it.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return public(answered)


def _closed(request: SiteRequest) -> HttpResponse:
    counted = ratelimit.consume(request, app="pages.links", action="wrong_link", config=WRONG_LINKS, limit_get=True)
    if not counted:
        return too_many_requests(request)
    return render(request, "links/closed.html", status=HTTPStatus.NOT_FOUND)


def _open(token: str) -> Link:
    found = workflow.link_of(token)
    if found is None:
        raise LinkClosed
    return found


@for_signers
@require_safe
def link(request: SiteRequest, token: str) -> HttpResponse:
    """Who asks for what; and, once somebody has pressed “Start”, what it is about."""
    found = _open(token)
    if not found.started_at:
        context = {"link": found, "token": token, "until": moment_with_zone(found.expires_at)}
        return render(request, "links/start.html", context)
    return _document(request, token, found)


def _document(
    request: SiteRequest,
    token: str,
    found: Link,
    *,
    sent: forms.Form | None = None,
    notice: str = "",
) -> HttpResponse:
    """What is to be signed, with the forms that answer it; `sent` is the one that was refused."""
    holder = Actor(link_id=found.pk)
    has_changed = statements.has_changed(found)
    shown = found.edition(has_changed=has_changed)
    files = EvidenceFile.objects.visible_to(holder).in_bulk()
    sign_form = (
        sent if isinstance(sent, SignForm) else _sign_form(found, initial=found.kept | found.kept.get("answers", {}))
    )
    colleagues = colleagues_of(found)
    is_employer = found.purpose in OF_EMPLOYERS
    if isinstance(sent, PassOnForm | PassOnAtEmployerForm):
        pass_on: forms.Form | None = sent
    elif is_employer:
        pass_on = PassOnAtEmployerForm(contacts=colleagues) if colleagues else None
    else:
        pass_on = PassOnForm()
    context = {
        "link": found,
        "token": token,
        "content": found.content,
        "scan_groups": _scan_groups(found, sent),
        **signed_document(found),
        "files": [_file(file, files.get(UUID(file["id"]))) for file in found.content.get("files", ())],
        "shown": shown,
        "has_changed": has_changed,
        "notice": notice,
        "sent": sent,
        "sign_form": sign_form,
        "decline_form": sent if isinstance(sent, DeclineForm) else DeclineForm(),
        "pass_on_form": pass_on,
        "until": moment_with_zone(found.expires_at),
    }
    status = HTTPStatus.CONFLICT if notice else 422 if sent else HTTPStatus.OK
    return render(request, "links/document.html", context, status=status)


def _scan_groups(found: Link, sent: forms.Form | None) -> list[dict[str, Any]]:
    """The KSBs that a link asks to be rated, with what was pressed; none for any other link."""
    if found.purpose != Purpose.SCAN:
        return []
    asked = [Asked(**one) for one in found.content["ksbs"]]
    words = kept_words(sent.data, asked) if isinstance(sent, SignForm) else found.kept.get("answers", {})
    errors = sent.errors if isinstance(sent, SignForm) else None
    return drawn_groups(asked, Party.EMPLOYER, words, errors)


def _answers(found: Link | None, data: Mapping[str, Any]) -> dict[str, str]:
    """What was pressed for each KSB, and written beside it."""
    if found is not None and found.purpose == Purpose.EMPLOYER:
        return {name: str(data.get(name, "")) for name in answer_fields(found.content)}
    if found is None or found.purpose != Purpose.SCAN:
        return {}
    return kept_words(data, [Asked(**one) for one in found.content["ksbs"]])


def _sign_form(found: Link | None, data: QueryDict | None = None, **given: Any) -> SignForm:
    """The form that signs what a link shows: an employer answers for each behaviour."""
    if found is not None and found.purpose == Purpose.EMPLOYER:
        return BehavioursForm(data, content=found.content, **given)
    return SignForm(data, **given)


def _file(listed: dict[str, Any], file: EvidenceFile | None) -> dict[str, Any]:
    """What the page shows of a file, as the snapshot has it, and why it cannot be opened, if it cannot."""
    closed = why_closed(file, is_own=False) if file else _("This file is no longer here.")
    return listed | {"kind": listed["content_type"].partition("/")[0], "closed": closed}


@for_signers
@require_POST
def link_start(request: SiteRequest, token: str) -> HttpResponse:
    """Begin."""
    workflow.start(token)
    return redirect("pages:link", token)


@for_signers
@require_POST
def link_sign(request: SiteRequest, token: str) -> HttpResponse:
    """Sign: the time is that of this request."""
    form = _sign_form(workflow.asked_by(token), request.POST)
    if not form.is_valid():
        return _document(request, token, _open(token), sent=form)
    given = form.said() if isinstance(form, BehavioursForm) else form.cleaned_data
    found = workflow.link_of(token)
    sign = _signs(found)
    if found is not None and found.purpose == Purpose.SCAN:
        form.ask_ratings([one["code"] for one in found.content["ksbs"]])
        given = {**given, "words": request.POST.dict()}
    try:
        made = sign(token, **given, signed_in=request.actor)
    except Incomplete as incomplete:
        say_in(form, incomplete)
        return _document(request, token, _open(token), sent=form)
    except TextChanged as changed:
        return _document(request, token, _open(token), sent=form, notice=str(changed))
    return redirect("pages:receipt", receipts.token_of(made))


def _signs(found: Link | None) -> Callable[..., Signature]:
    """What signs, by what the link is for."""
    if found is not None and found.purpose == Purpose.SCAN:
        return rate_by_link
    if found is None or found.purpose not in OF_VERSIONS:
        return assessing.confirm
    return declare_by_link if found.purpose == Purpose.GATEWAY else sign_version_by_link


@for_signers
@require_POST
def link_later(request: SiteRequest, token: str) -> HttpResponse:
    """Keep what was typed, for whoever opens the link again."""
    form = for_later(_sign_form(workflow.asked_by(token), request.POST))
    if not form.is_valid():
        return _document(request, token, _open(token), sent=form)
    typed = {name: form.cleaned_data[name] for name in ("name", "role", "comment")}
    workflow.keep_for_later(token, **typed, answers=_answers(workflow.link_of(token), request.POST))
    if stay := request.POST.get("stay", ""):
        place = stay if stay in KsbType.values else ""
        return redirect(f"{reverse('pages:link', args=[token])}#{place}")
    return redirect("pages:link-done", "later")


@for_signers
@require_POST
def link_decline(request: SiteRequest, token: str) -> HttpResponse:
    """Decline, with the reason."""
    form = DeclineForm(request.POST)
    if form.is_valid():
        workflow.decline(token, reason=form.cleaned_data["reason"], signed_in=request.actor)
        return redirect("pages:link-done", "declined")
    return _document(request, token, _open(token), sent=form)


@for_signers
@require_POST
def link_pass_on(request: SiteRequest, token: str) -> HttpResponse:
    """Ask somebody else instead."""
    found = workflow.link_of(token)
    is_employer = found is not None and found.purpose in OF_EMPLOYERS
    form: PassOnForm | PassOnAtEmployerForm
    if found is not None and is_employer:
        form = PassOnAtEmployerForm(request.POST, contacts=colleagues_of(found))
    else:
        form = PassOnForm(request.POST)
    if form.is_valid():
        given = {"contact_id": form.chosen()} if isinstance(form, PassOnAtEmployerForm) else form.cleaned_data
        is_version = found is not None and found.purpose in OF_VERSIONS
        pass_on: Callable[..., Link] = pass_on_version if is_version else assessing.pass_on
        try:
            pass_on(token, **given, signed_in=request.actor)
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            return redirect("pages:link-done", "passed-on")
    return _document(request, token, _open(token), sent=form)


@for_signers
@require_safe
def link_file(request: SiteRequest, token: str, file_id: UUID) -> HttpResponse | serving.FileResponse:
    """The bytes of one file of what is to be signed, once somebody has started."""
    holder = Actor(link_id=_open(token).pk)
    file = get_object_or_404(
        EvidenceFile.objects.visible_to(holder).select_related("evidence__apprenticeship__provider"), pk=file_id
    )
    return serving.file_response(request, open_file(holder, file))


@for_signers
@require_safe
def done(request: SiteRequest, what: str) -> HttpResponse:
    """Thank you: the same page for everybody."""
    if what not in DONE:
        raise Http404
    return render(request, "links/done.html", {"what": what})


@for_signers
@require_safe
def receipt(request: SiteRequest, token: str) -> HttpResponse:
    """What somebody signed, when, and the way to say that it was not them."""
    return _receipt(request, token)


def _receipt(request: SiteRequest, token: str) -> HttpResponse:
    signature = receipts.signature_of(token)
    if signature is None:
        raise LinkClosed
    context = {
        "signature": signature,
        "answers": answers_of(signature),
        "link": signature.link,
        "token": token,
        "at": moment_with_zone(signature.at),
        "is_disowned": hasattr(signature, "disavowal"),
    }
    return render(request, "links/receipt.html", context)


@for_signers
@require_http_methods(["POST"])
def receipt_not_me(request: SiteRequest, token: str) -> HttpResponse:
    """Say that it was somebody else."""
    workflow.disown(token)
    return redirect("pages:receipt", token)
