"""The fields of a filter, drawn without a template for each field, option and attribute.

They look like those that crispy-forms draws, which draws the few with something to say: an error or a hint.
"""

from collections.abc import Iterable
from typing import Any

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms, template
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_CLASSES = {
    forms.Select: "select form-select",
    forms.TextInput: "textinput form-control",
    forms.DateInput: "dateinput form-control",
    forms.CheckboxInput: "checkboxinput form-check-input",
}
_SELECTED = format_html(" {}", "selected")
_BLOCK = '<div id="div_id_{}" class="mb-3{}"><label for="{}" class="form-label">{}</label>{}</div>'
_TICK = (
    '<div class="mb-3"><div id="div_id_{}" class="form-check{}">{}'
    '<label for="{}" class="form-check-label">{}</label></div></div>'
)


@register.simple_tag
def filter_field(field: BoundField, wrapper_class: str = "") -> SafeString:
    """A field with its label. `wrapper_class` is another class of the block around both."""
    widget = field.field.widget
    css_class = _CLASSES.get(type(widget))
    if css_class is None or field.errors or field.help_text or field.field.required:
        return as_crispy_field(field)
    key = field.id_for_label
    attributes: dict[str, Any] = {"name": field.html_name, **widget.attrs, **field.field.widget_attrs(widget)}
    attributes |= {"class": css_class, "id": key}
    value = field.value()
    beside = f" {wrapper_class}" if wrapper_class else ""
    if isinstance(widget, forms.Select):
        options = _options(field.field.choices, "" if value is None else str(value))
        drawn = format_html("<select{}>{}</select>", flatatt(attributes), options)
        return format_html(_BLOCK, field.html_name, beside, key, field.label, drawn)
    if isinstance(widget, forms.CheckboxInput):
        drawn = format_html("<input{}>", flatatt({"type": "checkbox", **attributes, "checked": bool(value)}))
        return format_html(_TICK, field.html_name, beside, drawn, key, field.label)
    written = widget.format_value(value)
    attributes = {"type": widget.input_type, **attributes} | ({"value": written} if written else {})
    return format_html(_BLOCK, field.html_name, beside, key, field.label, format_html("<input{}>", flatatt(attributes)))


def _options(choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    """Options, and groups of them."""
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<optgroup label="{}">{}</optgroup>', value, _options(label, chosen))
                if isinstance(label, list | tuple)
                else format_html(
                    '<option value="{}"{}>{}</option>', value, _SELECTED if str(value) == chosen else "", label
                ),
            )
            for value, label in choices
        ),
    )
