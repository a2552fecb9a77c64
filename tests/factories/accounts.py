"""Made-up people, organisations and their memberships."""

import factory
from allauth.account.models import EmailAddress

from accounts.models import Membership, Organisation, Role, User

PASSWORD = "correct horse battery"  # noqa: S105  (of made-up people)


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who can sign in with `PASSWORD`; with `password=None` they have not chosen one yet."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@example.test")
    name = factory.Sequence(lambda number: f"Person {number}")

    @classmethod
    def _create(cls, model: type[User], *args: object, **fields: object) -> User:
        password = fields.pop("password", PASSWORD)
        return model.objects.create_user(fields.pop("email"), password, **fields)

    @factory.post_generation
    def verified(self, create: bool, extracted: bool | None, **kwargs: object) -> None:
        """With an address that is known to be theirs, unless `verified=False`."""
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A training provider; `OrganisationFactory(employer=True)` is an employer."""

    class Meta:
        model = Organisation

    class Params:
        employer = factory.Trait(
            kind=Organisation.Kind.EMPLOYER, ukprn=None, name=factory.Sequence(lambda number: f"Employer {number}")
        )

    kind = Organisation.Kind.PROVIDER
    name = factory.Sequence(lambda number: f"Provider {number}")
    ukprn = factory.Sequence(lambda number: 20_000_000 + number)


class MembershipFactory(factory.django.DjangoModelFactory):
    """Somebody's role at a provider; an assessor unless told otherwise."""

    class Meta:
        model = Membership
        skip_postgeneration_save = True

    class Params:
        admin = factory.Trait(role=Role.PROVIDER_ADMIN)
        keeper = factory.Trait(role=Role.CATALOGUE_KEEPER, organisation=None)
        mentor = factory.Trait(role=Role.MENTOR, organisation=factory.SubFactory(OrganisationFactory, employer=True))

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.ASSESSOR

    @factory.post_generation
    def acting(self, create: bool, extracted: bool | None, **kwargs: object) -> None:
        """Whoever has no other place acts for this one, as they would on the site."""
        self.user.acting_for = getattr(self.user, "acting_for", None) or self.organisation
