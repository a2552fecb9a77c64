"""Password rules of our own, beside Django's."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User


class OwnNameValidator:
    """Refuses a password made of the person's own name or address, or of the product's name."""

    def validate(self, password: str, user: User | None = None) -> None:
        words = {"craftmark"}
        if user is not None:
            own = [*user.name.split(), (user.email or "").partition("@")[0]]
            words |= {part.lower() for part in own if len(part) >= 4}
        rest = password.lower()
        for word in words:
            rest = rest.replace(word, "")
        if len(rest) < 8:
            raise ValidationError(
                _(
                    "Your password is too like your name, your email address or the name of this site. "
                    "Choose a different one."
                )
            )

    def get_help_text(self) -> str:
        return _("Do not use your name, your email address or the name of this site.")
