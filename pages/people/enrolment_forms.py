"""Forms with which a provider's admin enrols apprentices and says who looks after them."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, Role, User
from apprenticeships.employers import employers_of
from apprenticeships.facts import MOST_HOURS, Facts
from apprenticeships.models import Apprenticeship, Assignment
from apprenticeships.newcomers import Newcomer, problems_with
from apprenticeships.workflow import NOBODY, AlreadyEnrolled
from core import moments
from core.fields import DayField, EmailAddressField, NameField
from occupations.models import StandardVersion
from pages.tokens import FormWithToken


def members(organisation: Organisation | None, role: Role) -> QuerySet[User]:
    """People who hold `role` in `organisation` today, by name."""
    live = Membership.objects.live().filter(organisation=organisation, role=role, user__is_active=True)
    return User.objects.filter(pk__in=live.values("user")).order_by("name", "pk")


if TYPE_CHECKING:
    _ChoiceOfVersion = forms.ModelChoiceField[StandardVersion]
    _ChoiceOfPerson = forms.ModelChoiceField[User]
else:
    _ChoiceOfVersion = _ChoiceOfPerson = forms.ModelChoiceField


class StandardField(_ChoiceOfVersion):
    """A version of a standard: of the catalogue, or of the provider's own, which says so."""

    def label_from_instance(self, version: StandardVersion) -> str:
        return f"{version}, {_('private')}" if version.standard.owner_id else str(version)


#: What the form calls facts that it asks for in another unit.
_FIELDS = {"weekly_minutes": "weekly_hours"}


class BesideField(forms.TypedMultipleChoiceField):
    """The enrolments beside which somebody is enrolled once more: which there are, the workflow function says."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Enrol this person again?"),
            required=False,
            coerce=UUID,
            widget=forms.CheckboxSelectMultiple,
        )

    def valid_value(self, value: str) -> bool:
        try:
            UUID(value)
        except ValueError:
            return False
        return True

    def offer(self, others: Iterable[Apprenticeship]) -> None:
        """Ask of each whether this is one more."""
        self.choices = [(str(one.pk), enrolled_as(one)) for one in others]


def enrolled_as(apprenticeship: Apprenticeship) -> str:
    """Another enrolment in one line."""
    return _("Yes, as well as the apprenticeship from %(start)s to %(end)s") % {
        "start": moments.day(apprenticeship.started_on),
        "end": moments.day(apprenticeship.planned_end_on),
    }


class EnrolForm(FormWithToken):
    """Who, on which standard, with which employer, from when until when."""

    name = NameField()
    email = EmailAddressField(help_text=_("They will sign in with this. We will email the invitation to it."))
    standard_version = StandardField(
        label=_("Standard"), queryset=StandardVersion.objects.none(), empty_label=_("Choose a standard")
    )
    started_on = DayField(label=_("Start"))
    planned_end_on = DayField(label=_("Planned end"), help_text=_("Last day of training (before assessment)."))
    employer = forms.ModelChoiceField(
        label=_("Employer"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Another employer (name it below)"),
    )
    new_employer = NameField(label=_("New employer's name"), max_length=200, required=False)
    assessor = forms.ModelChoiceField(
        label=_("Assessor"), queryset=User.objects.none(), required=False, empty_label=_("Choose later")
    )
    uln = forms.CharField(
        label=_("ULN"),
        required=False,
        max_length=20,
        help_text=_("Unique learner number: ten digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    learner_reference = forms.CharField(
        label=_("Learner reference"),
        required=False,
        max_length=20,
        help_text=_("Your own number for them: up to 12 letters and digits."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    date_of_birth = DayField(label=_("Date of birth"), required=False)
    planned_hours = forms.IntegerField(
        label=_("Planned off-the-job hours"),
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        help_text=_("In total, after prior learning is taken off."),
    )
    prior_learning_hours = forms.IntegerField(
        label=_("Prior learning hours"), required=False, min_value=0, max_value=MOST_HOURS
    )
    weekly_hours = forms.DecimalField(
        label=_("Paid hours a week"), required=False, min_value=0, max_value=60, max_digits=4, decimal_places=2
    )
    beside = BesideField()

    def __init__(self, data: QueryDict | None = None, *, provider: Organisation) -> None:
        super().__init__(data)
        cast("forms.ModelChoiceField[Any]", self.fields["standard_version"]).queryset = (
            StandardVersion.objects.usable_by(provider).select_related("standard").order_by("title", "version")
        )
        cast("forms.ModelChoiceField[Any]", self.fields["employer"]).queryset = employers_of(provider)
        cast("forms.ModelChoiceField[Any]", self.fields["assessor"]).queryset = members(provider, Role.ASSESSOR)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "token",
            Fieldset(
                _("Apprentice"), "name", "email", "date_of_birth", "uln", "learner_reference", css_class="form-part"
            ),
            Fieldset(_("Apprenticeship"), "standard_version", "started_on", "planned_end_on", css_class="form-part"),
            Fieldset(_("Hours"), "planned_hours", "prior_learning_hours", "weekly_hours", css_class="form-part"),
            Fieldset(_("Employer and assessor"), "employer", "new_employer", "assessor", css_class="form-part"),
            Submit("enrol", _("Enrol and invite")),
        )

    def ask(self, refusal: AlreadyEnrolled) -> None:
        """Say where the person is enrolled already, and ask whether this is one more."""
        cast(BesideField, self.fields["beside"]).offer(refusal.others)
        cast(Layout, self.helper.layout).insert(1, "beside")
        self.add_error("beside", str(refusal))

    def clean_uln(self) -> str:
        return _without_spaces(self.cleaned_data["uln"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("employer") and not cleaned.get("new_employer") and "new_employer" not in self.errors:
            self.add_error("new_employer", _("Choose the employer, or enter the name of a new one."))
        newcomer = Newcomer(
            name=cleaned.get("name", ""),
            email=cleaned.get("email", ""),
            version=cleaned.get("standard_version"),
            started_on=cleaned.get("started_on"),
            planned_end_on=cleaned.get("planned_end_on"),
            facts=self.facts(),
        )
        # Each row of a file is checked by the same function.
        for problem in problems_with(newcomer):
            field = _FIELDS.get(problem.field, problem.field)
            if not problem.is_warning and field not in self.errors:
                self.add_error(field, problem.message)
        return cleaned

    def facts(self) -> Facts:
        """What was said of the learner besides name, address and days."""
        said = self.cleaned_data
        weekly = said.get("weekly_hours")
        return Facts(
            uln=said.get("uln", ""),
            learner_reference=said.get("learner_reference", ""),
            date_of_birth=said.get("date_of_birth"),
            planned_hours=said.get("planned_hours"),
            prior_learning_hours=said.get("prior_learning_hours") or 0,
            weekly_minutes=None if weekly is None else round(weekly * 60),
        )


def _without_spaces(number: str) -> str:
    return "".join(number.split())


class _OrNobody(ModelChoiceIterator):  # type: ignore[type-arg]
    """The people on offer, and nobody."""

    def __iter__(self) -> Iterator[Any]:
        people = super().__iter__()
        if self.field.empty_label is not None:
            yield next(people)
        yield NOBODY.value, _("Nobody")
        yield from people


class PersonOrNobodyField(_ChoiceOfPerson):
    """Somebody who may look after an apprentice, `NOBODY`, or no answer, which leaves things as they are."""

    iterator = _OrNobody

    def to_python(self, value: Any) -> Any:
        return NOBODY if value == NOBODY.value else super().to_python(value)


class AssignForm(forms.Form):
    """The assessor and the trainer of the provider and the mentor of the employer, from which day and why."""

    assessor = PersonOrNobodyField(
        label=_("Assessor"), queryset=User.objects.none(), required=False, empty_label=_("No change")
    )
    trainer = PersonOrNobodyField(
        label=_("Trainer"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("No change"),
        help_text=_("They see the apprentice’s evidence and progress. They review nothing."),
    )
    mentor = PersonOrNobodyField(
        label=_("Mentor at the employer"), queryset=User.objects.none(), required=False, empty_label=_("No change")
    )
    cover = forms.ModelChoiceField(
        label=_("Cover assessor"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("No change"),
        help_text=_("They can review and sign off in the same way as the assessor."),
    )
    cover_until = DayField(
        label=_("Covers until"),
        required=False,
        help_text=_("Their access stops on this day. Leave it empty if you do not know yet."),
    )
    on = DayField(
        label=_("From"), required=False, help_text=_("The day from which it changes. Leave it empty for today.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Why it changes, such as parental leave. You do not need one where there was nobody."),
    )

    def __init__(self, data: QueryDict | None = None, *, apprenticeship: Apprenticeship) -> None:
        standing = dict(
            Assignment.objects.live().leading().filter(apprenticeship=apprenticeship).values_list("role", "person")
        )
        super().__init__(data, initial=standing)
        for name, organisation, role in (
            ("assessor", apprenticeship.provider, Role.ASSESSOR),
            ("trainer", apprenticeship.provider, Role.TRAINER),
            ("cover", apprenticeship.provider, Role.ASSESSOR),
            ("mentor", apprenticeship.employer, Role.MENTOR),
        ):
            cast("forms.ModelChoiceField[Any]", self.fields[name]).queryset = members(organisation, role)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "assessor", "trainer", "mentor", "cover", "cover_until", "on", "reason", Submit("save", _("Save"))
        )


class AssignmentReasonForm(forms.Form):
    """Why somebody's cover ends, or a change is undone."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why it changes.")},
    )


class InviteAgainForm(forms.Form):
    """Where another invitation goes to, for an apprentice who has not accepted."""

    email = EmailAddressField()

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, prefix="again")
        self.helper = FormHelper()
        self.helper.layout = Layout("email", Submit("again", _("Send a new invitation"), css_class="btn-secondary"))


class InviteMentorForm(forms.Form):
    """Somebody at the apprentice's employer, to be invited as a mentor there."""

    name = NameField()
    email = EmailAddressField()

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, prefix="invite")
        self.helper = FormHelper()
        self.helper.layout = Layout("name", "email", Submit("invite", _("Send invitation"), css_class="btn-secondary"))
