"""From what a workflow function says is missing to the field of the form where it is said."""

from django import forms

from core.errors import Incomplete, TokenTaken


def field_of(refusal: Incomplete, names: dict[str, str] | None = None) -> str | None:
    """What a form calls the field: that of K1 is `feedback_K1`, the second prompt is `prompt_2`.

    Args:
        names: what the form calls fields that the content calls otherwise.
    """
    if isinstance(refusal, TokenTaken):
        return "token"
    name = (names or {}).get(refusal.field or "", refusal.field)
    which = refusal.ksb or refusal.number
    return f"{name}_{which}" if which else name


def say_in(form: forms.BaseForm, refusal: Incomplete, names: dict[str, str] | None = None) -> None:
    """Say at a form's field what is missing, or above the form where it has no such field."""
    name = field_of(refusal, names)
    form.add_error(name if name in form.fields else None, str(refusal))
