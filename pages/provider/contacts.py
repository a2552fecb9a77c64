"""Whom a training provider asks at each employer."""

from typing import Any, cast
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Organisation
from apprenticeships import access, workflow
from apprenticeships.employers import employers_of
from apprenticeships.models import EmployerContact
from core.errors import Incomplete, NotAllowed
from core.fields import EmailAddressField, NameField
from pages.refusals import say_in
from pages.requests import Request


class ContactForm(forms.Form):
    """Somebody who speaks for an employer."""

    employer = forms.ModelChoiceField(
        label=gettext_lazy("Employer"),
        queryset=Organisation.objects.none(),
        empty_label=gettext_lazy("Choose an employer"),
        error_messages={"required": gettext_lazy("Choose an employer.")},
    )
    name = NameField(error_messages={"required": gettext_lazy("Enter their full name.")})
    email = EmailAddressField()

    def __init__(self, data: QueryDict | None = None, *, provider: Organisation) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField[Any]", self.fields["employer"]).queryset = employers_of(provider)
        self.helper = FormHelper()
        self.helper.layout = Layout("employer", "name", "email", Submit("add", gettext_lazy("Add contact")))


@require_http_methods(["GET", "POST"])
def employer_contacts(request: Request) -> HttpResponse:
    """The contacts at each employer, and a form to add one."""
    provider = request.organisation
    if provider is None or not access.administers(request.actor, provider):
        raise NotAllowed(_("Only an admin of the training provider can change this."))
    form = ContactForm(request.POST or None, provider=provider)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            workflow.add_contact(
                provider.pk, given["employer"].pk, request.actor, name=given["name"], email=given["email"]
            )
        except Incomplete as incomplete:
            say_in(form, incomplete)
        else:
            messages.success(request, _("%(name)s has been added.") % {"name": given["name"]})
            return redirect("pages:employer-contacts")
    contacts = (
        EmployerContact.objects.visible_to(request.actor)
        .filter(provider=provider, removed_at=None)
        .select_related("employer")
        .order_by("employer__name", "name", "pk")
    )
    context = {"form": form, "contacts": contacts}
    return render(request, "provider/employer_contacts.html", context, status=422 if form.errors else 200)


@require_POST
def employer_contact_remove(request: Request, contact_id: UUID) -> HttpResponse:
    """Stop asking somebody."""
    contact = get_object_or_404(EmployerContact.objects.visible_to(request.actor), pk=contact_id)
    workflow.remove_contact(contact.pk, request.actor)
    messages.success(request, _("%(name)s has been removed.") % {"name": contact.name})
    return redirect("pages:employer-contacts")
