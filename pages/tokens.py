"""Forms that make something new bring its id along, so that a form sent twice makes one thing."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from core.errors import TOKEN_REFUSED


class FormWithToken(forms.Form):
    """A form with a one-use token. Refused for its token, it comes back with another and can be sent again."""

    token = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": TOKEN_REFUSED, "invalid": TOKEN_REFUSED}
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"token": uuid4()}, **kwargs)

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        if field == "token":
            data = cast(QueryDict, self.data).copy()
            data[self.add_prefix("token")] = str(uuid4())
            self.data = data
