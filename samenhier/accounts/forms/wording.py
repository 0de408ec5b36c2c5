"""Our words on the fields of somebody else's form."""

from typing import Any

from django.core.validators import MaxLengthValidator
from django.utils.functional import Promise

Words = str | Promise


def word(
    form: Any, name: str, *, label: Words, help_text: Words = "", required: Words = "", **attributes: Any
) -> None:
    """Give a field our label, hint, message when empty, and attributes; takes the placeholder away."""
    # Loosely typed: the stubs know only one kind of promise.
    field: Any = form.fields[name]
    field.label = label
    field.help_text = help_text
    if required:
        field.error_messages["required"] = required
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)


def at_most(form: Any, name: str, letters: int) -> None:
    """Refuse longer texts with a message: an attribute alone would cut them without a word, and stops no machine."""
    form.fields[name].validators.append(MaxLengthValidator(letters))
