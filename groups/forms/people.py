"""Fields about people: names that go into mails, phone numbers as people write them."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups.validators import validate_plain_name
from samenhier.core.forms import tidy_digits

PHONE = re.compile(r"^\+?\d{6,15}$")


def first_name_field(label: Any, *, own: bool, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A first name. `own`: the visitor's own, so the browser may fill it in."""
    return forms.CharField(
        label=label,
        max_length=80,
        required=required,
        help_text=help_text,
        validators=[validate_plain_name],
        widget=forms.TextInput({"autocomplete": "given-name" if own else "off"}),
        error_messages={"required": _("Fill in a first name.")},
    )


def email_field(label: Any, *, own: bool, required: bool = True, help_text: Any = "") -> forms.EmailField:
    """An e-mail address. `own`: the visitor's own, so the browser may fill it in."""
    return forms.EmailField(
        label=label,
        max_length=254,
        required=required,
        help_text=help_text,
        widget=forms.EmailInput({"autocomplete": "email" if own else "off"}),
    )


class PhoneField(forms.CharField):
    """A phone number with spaces, dashes, brackets, digits of any script; kept as digits with an optional plus."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Fill in a phone number, for example 06 12345678 or +31 6 12345678."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"autocomplete": "tel"}))
        super().__init__(**kwargs)
        self.widget.input_type = "tel"

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[\s().\-/\u2010-\u2015]", "", tidy_digits(str(super().to_python(value))))
        if not text:
            return ""
        if not PHONE.match(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return text
