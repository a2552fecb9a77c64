"""Fields with their labels and hints, drawn without a template for each field, option and attribute.

They look like those that crispy-forms draws, which draws the few with something more to say, such as an error.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any, cast

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "select form-select",
    forms.TextInput: "textinput form-control",
    forms.Textarea: "textarea form-control",
    forms.DateInput: "dateinput form-control",
    forms.TimeInput: "timeinput form-control",
    forms.CheckboxInput: "checkboxinput form-check-input",
}
_SELECTED = format_html(" {}", "selected")
_TICKS = '<div id="div_id_{}" class="mb-3{}"><fieldset><legend class="form-label fs-6">{}</legend>{}</fieldset></div>'
_ONE_TICK = (
    '<div class="form-check"><input type="{5}" class="form-check-input" name="{0}" value="{2}" id="id_{0}_{1}"{4}>'
    '<label for="id_{0}_{1}" class="form-check-label">{3}</label></div>'
)
#: What shows a box or a button for each choice.
_TICKED = {forms.CheckboxSelectMultiple: "checkbox", forms.RadioSelect: "radio"}
_CHECKED = format_html(" {}", "checked")
_BLOCK = '<div id="div_id_{}" class="mb-3{}"><label for="{}" class="form-label">{}</label>{}{}</div>'
_TICK = (
    '<div class="mb-3"><div id="div_id_{}" class="form-check{}">{}'
    '<label for="{}" class="form-check-label">{}</label>{}</div></div>'
)


@register.simple_tag
def field(bound: BoundField, wrapper_class: str = "") -> SafeString:
    """A field with its label and its hint. `wrapper_class` is another class of the block around them."""
    widget = bound.field.widget
    if type(widget) in _TICKED and not (bound.errors or bound.help_text or bound.field.required):
        return _ticks(bound, f" {wrapper_class}" if wrapper_class else "")
    css_class = _CLASSES.get(type(widget))
    if css_class is None or bound.errors:
        return cast(SafeString, as_crispy_field(bound))
    name, key = bound.html_name, bound.id_for_label
    attributes: dict[str, Any] = {"name": name, **widget.attrs, **bound.field.widget_attrs(widget)}
    attributes |= {"class": css_class, "id": key, "required": _is_asked_for(bound)}
    value = bound.value()
    beside = f" {wrapper_class}" if wrapper_class else ""
    if not value and type(widget) in _OFTEN_EMPTY and all(type(one) in _PLAIN for one in attributes.values()):
        kind = "" if isinstance(widget, forms.Textarea) else widget.input_type
        label, words = conditional_escape(bound.label), conditional_escape(bound.help_text or "")
        return _empty(kind, name, key, label, words, beside, tuple(attributes.items()))
    hint = _hint(key, bound.help_text)
    if hint:
        attributes["aria-describedby"] = f"{key}_helptext"
    if isinstance(widget, forms.CheckboxInput):
        drawn = format_html("<input{}>", _attributes({"type": "checkbox", **attributes, "checked": bool(value)}))
        return format_html(_TICK, name, beside, drawn, key, bound.label, hint)
    if isinstance(widget, forms.Select):
        choices: Any = cast(forms.ChoiceField, bound.field).choices
        options = _options(choices, "" if value is None else str(value))
        drawn = format_html("<select{}>{}</select>", _attributes(attributes), options)
    elif isinstance(widget, forms.Textarea):
        # A line break at the beginning is not part of the text: without it, one that is would be lost.
        drawn = format_html("<textarea{}>\n{}</textarea>", _attributes(attributes), widget.format_value(value) or "")
    else:
        drawn = _input({"type": widget.input_type, **attributes}, widget.format_value(value))
    return format_html(_BLOCK, name, beside, key, bound.label, drawn, hint)


#: What is mostly shown with nothing in it, and the kinds of attribute that look the same wherever they are equal.
_OFTEN_EMPTY = {forms.TextInput, forms.Textarea, forms.DateInput, forms.TimeInput}
_PLAIN = {str, int, bool, type(None)}


@lru_cache(maxsize=1_000)
def _empty(
    kind: str, name: str, key: str, label: str, words: str, beside: str, given: tuple[tuple[str, Any], ...]
) -> SafeString:
    """A field with nothing in it, which looks the same for everybody. `label` and `words` are escaped already."""
    attributes, hint = dict(given), _hint(key, SafeString(words))
    if hint:
        attributes["aria-describedby"] = f"{key}_helptext"
    if kind:
        drawn = _input({"type": kind, **attributes}, None)
    else:
        drawn = format_html("<textarea{}>\n</textarea>", _attributes(attributes))
    return format_html(_BLOCK, name, beside, key, SafeString(label), drawn, hint)


def _hint(key: str, words: Any) -> str:
    return format_html('<div id="{}_helptext" class="form-text">{}</div>', key, words) if words else ""


def _is_asked_for(bound: BoundField) -> bool:
    """Whether the browser asks for it, as Django says."""
    asks = bound.field.required and bound.form.use_required_attribute
    return bool(asks and bound.field.widget.use_required_attribute(bound.initial))


@register.simple_tag
def hidden(bound: BoundField) -> SafeString:
    """A field that nobody sees."""
    attributes = {"type": "hidden", "name": bound.html_name, "id": bound.id_for_label or bound.auto_id}
    return _input(attributes, bound.field.widget.format_value(bound.value()))


def _ticks(bound: BoundField, beside: str) -> SafeString:
    """A box or a button to tick for each choice, of which there may be dozens."""
    kind = _TICKED[type(bound.field.widget)]
    value = bound.value()
    chosen = {str(one) for one in value or ()} if kind == "checkbox" else {"" if value is None else str(value)}
    choices: Any = cast(forms.MultipleChoiceField, bound.field).choices
    name = bound.html_name
    boxes = (
        (_tick(name, number, str(value), str(label), str(value) in chosen, kind),)
        for number, (value, label) in enumerate(choices)
    )
    return format_html(_TICKS, name, beside, bound.label, format_html_join("", "{}", boxes))


@lru_cache(maxsize=1_000)
def _tick(name: str, number: int, value: str, label: str, is_chosen: bool, kind: str) -> SafeString:
    """Choices are mostly those of the page before: the KSBs of a standard."""
    return format_html(_ONE_TICK, name, number, value, label, _CHECKED if is_chosen else "", kind)


def _attributes(given: dict[str, Any]) -> SafeString:
    """Attributes as they are written in a tag. True is one without a value, and False and None are none."""
    held = {name: value for name, value in given.items() if value is not False and value is not None}
    pattern = "".join(f" {name}" if value is True else f' {name}="{{}}"' for name, value in held.items())
    return format_html(pattern, *(value for value in held.values() if value is not True))


def _input(attributes: dict[str, Any], written: Any) -> SafeString:
    return format_html("<input{}>", _attributes(attributes | ({"value": written} if written else {})))


def _options(choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    """Options, and groups of them."""
    runs = groupby(choices, lambda choice: isinstance(choice[1], list | tuple))
    return format_html_join(
        "", "{}", ((_groups(run, chosen) if are_groups else _plain(run, chosen),) for are_groups, run in runs)
    )


def _groups(groups: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    rows = ((label, _options(options, chosen)) for label, options in groups)
    return format_html_join("", '<optgroup label="{}">{}</optgroup>', rows)


def _plain(options: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    return _drawn(tuple((str(value), str(label)) for value, label in options), chosen)


@lru_cache(maxsize=64)
def _drawn(options: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """Options are mostly those of the page before: kinds, states, the KSBs of a standard."""
    rows = ((value, _SELECTED if value == chosen else "", label) for value, label in options)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)
