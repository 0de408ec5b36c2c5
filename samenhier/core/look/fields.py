"""What the form pack `nlds` needs to know about a field: one place decides names, ids and order."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from .register import register

SHORT = (forms.NumberInput, forms.TimeInput, forms.DateInput)
# What is written from left to right in every language.
LEFT_TO_RIGHT = frozenset({"email", "tel", "url", "number", "password"})


def kind_of(field: BoundField) -> str:
    """How a field is drawn: hidden, checkbox, choices, parts or control."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return "parts"
    return "control"


def is_question(field: BoundField) -> bool:
    """True when this field is the one question of its page."""
    helper = getattr(field.form, "helper", None)
    if not getattr(helper, "question", False):
        return False
    return bool(field.name == next(shown.name for shown in field.form.visible_fields()))


@register.simple_tag
def field_facts(field: BoundField) -> dict[str, Any]:
    """Names and ids of a field, for the form pack.

    Usage: {% field_facts field as facts %}
    Required: field (bound field)
    Optional: nothing
    """
    kind = kind_of(field)
    base = field.auto_id
    hint_id = f"{base}_helptext" if base and field.help_text else ""
    error_id = f"{base}_error" if base and field.errors else ""
    said_before = field.name in getattr(field.form, "said_before", ())
    marked = getattr(field.form, "show_optional", True) and not said_before
    optional = not field.field.required and kind != "checkbox" and marked
    return {
        "kind": kind,
        "hint_id": hint_id,
        "error_id": error_id,
        "described_by": " ".join(one for one in (hint_id, error_id) if one),
        "optional": optional,
        "question": is_question(field),
    }


def control_attrs(field: BoundField, facts: dict[str, Any], widget: forms.Widget) -> dict[str, Any]:
    """The attributes of one input besides its name and value."""
    kind = getattr(widget, "input_type", "")
    names = [str(widget.attrs.get("class", ""))]
    if isinstance(widget, forms.Textarea):
        names.append("utrecht-textarea utrecht-textarea--html-textarea")
    elif isinstance(widget, forms.Select):
        names.append("utrecht-select utrecht-select--html-select")
    elif kind in ("checkbox", "radio"):
        names.append("utrecht-checkbox" if kind == "checkbox" else "")
    elif kind != "file":
        names.append("utrecht-textbox utrecht-textbox--html-input")
        if isinstance(widget, SHORT):
            names.append("utrecht-textbox--short")
    if field.errors and names[-1].startswith("utrecht-"):
        names.append(f"{names[-1].split()[0]}--invalid")
    attrs: dict[str, Any] = {"class": " ".join(name for name in names if name) or False, "required": False}
    if facts["described_by"]:
        attrs["aria-describedby"] = facts["described_by"]
    if field.field.required and kind not in ("checkbox", "radio", "file"):
        attrs["aria-required"] = "true"
    if kind in LEFT_TO_RIGHT:
        attrs.setdefault("dir", "ltr")
    elif isinstance(widget, forms.Textarea) or kind == "text":
        attrs.setdefault("dir", "auto")
    if kind == "email":
        attrs["spellcheck"] = "false"
    return attrs


@register.simple_tag
def control(field: BoundField, facts: dict[str, Any]) -> SafeString:
    """The input, select or textarea of a field, or its single checkbox.

    Usage: {% control field facts %}
    Required: field, facts (from {% field_facts %})
    Optional: nothing
    """
    # Django would add `required`, and with it the browser's own bubbles in the browser's language.
    field.form.use_required_attribute = False
    attrs = control_attrs(field, facts, field.field.widget)
    attrs.pop("required")
    if not attrs["class"]:
        attrs.pop("class")
    return field.as_widget(attrs=attrs)


@register.simple_tag
def choices_of(field: BoundField) -> list[dict[str, Any]]:
    """Radios or checkboxes of a field, in their groups, for the form pack.

    Usage: {% choices_of field as groups %}
    Required: field
    Optional: nothing
    """
    widget = field.field.widget
    attrs = {"id": widget.attrs.get("id") or field.auto_id}
    if field.field.disabled:
        attrs["disabled"] = True
    extra = widget.attrs.get("class")
    loose: list[Any] = []
    groups: list[dict[str, Any]] = []
    for number, (label, options, _index) in enumerate(
        widget.optgroups(field.html_name, widget.format_value(field.value()), attrs)
    ):
        for option in options:
            option["attrs"] = {key: value for key, value in option["attrs"].items() if key != "required"}
            option["attrs"]["class"] = " ".join(one for one in (extra, "utrecht-checkbox") if one)
        if label:
            groups.append({"label": label, "id": f"{field.auto_id}_group_{number}", "options": options})
        else:
            loose += options
    return [{"label": "", "id": "", "options": loose}, *groups] if loose else groups


@register.simple_tag
def parts_of(field: BoundField, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The inputs of a field in parts, each with its own label, for the form pack.

    Usage: {% parts_of field facts as parts %}
    Required: field, facts
    Optional: nothing
    """
    widget = field.field.widget
    context = widget.get_context(field.html_name, field.value(), {"id": field.auto_id})
    labels = getattr(widget, "part_labels", ())
    inner = getattr(widget, "widgets", ())
    found = []
    for number, sub in enumerate(context["widget"]["subwidgets"]):
        kind = inner[number] if number < len(inner) else forms.Select()
        attrs = control_attrs(field, facts, kind)
        own = str(sub["attrs"].get("class", ""))
        names = [own, *[name for name in str(attrs["class"] or "").split() if name not in own.split()]]
        sub["attrs"] = {**sub["attrs"], **attrs, "class": " ".join(name for name in names if name) or False}
        sub["attrs"].pop("aria-describedby", None)
        if field.errors:
            sub["attrs"]["aria-invalid"] = "true"
        if field.field.disabled:
            sub["attrs"]["disabled"] = True
        label = labels[number] if number < len(labels) else f"{field.label} {number + 1}"
        found.append({"widget": sub, "label": label, "id": sub["attrs"].get("id", "")})
    return found
