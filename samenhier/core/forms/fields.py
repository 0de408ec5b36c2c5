"""A date as three text fields, for people who type."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext_lazy as _

from .text import tidy_digits


class SplitDateInput(forms.MultiWidget):
    """Day, month, year: three text inputs with numeric keyboards, each with its own label.

    `autocomplete` is the start of the tokens, such as "bday" for the visitor's own birthday.
    """

    use_fieldset = True
    part_labels = (_("Day"), _("Month"), _("Year"))

    def __init__(self, attrs: Mapping[str, Any] | None = None, autocomplete: str = "") -> None:
        widgets = []
        for part, length in (("day", 2), ("month", 12), ("year", 4)):
            own = {"class": f"part-{part}", "maxlength": length, **(attrs or {})}
            if part != "month":
                own["inputmode"] = "numeric"
            if autocomplete:
                own["autocomplete"] = f"{autocomplete}-{part}"
            widgets.append(forms.TextInput(own))
        super().__init__(widgets)

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, dt.date):
            return [value.day, value.month, value.year]
        return [None, None, None]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return all(f"{name}_{number}" not in data for number in range(3))


class SplitDateField(forms.DateField):
    """A date in three parts. A month may be a name; digits of any script count.

    Error codes: required, invalid (a part is missing or no such day), year (not four digits).
    """

    widget = SplitDateInput
    #: Years that a date here can have: at the edges of the calendar no moment and no month later exists.
    years = range(1900, 2200)
    default_error_messages = {
        "required": _("Fill in a day, a month and a year, for example 8 12 2026."),
        "invalid": _("This date does not exist. Fill in a day, a month and a year, for example 8 12 2026."),
        "incomplete": _("A part of the date is missing. Fill in a day, a month and a year."),
        "year": _("Fill in the year with four digits, for example 2026."),
    }

    def to_python(self, value: Any) -> dt.date | None:
        if not isinstance(value, list | tuple):
            return super().to_python(value)
        parts = [tidy_digits(str(part or "").strip().rstrip(".")) for part in value]
        if not any(parts):
            return None
        if not all(parts):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        day, month, year = parts
        if not (year.isdecimal() and len(year) == 4):
            raise ValidationError(self.error_messages["year"], code="year")
        if int(year) not in self.years:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            return dt.date(int(year), self.month_of(month), int(day))
        except (ValueError, OverflowError) as problem:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from problem

    def month_of(self, text: str) -> int:
        """The number of a month from a number or a name in the active language; ValueError if neither."""
        if text.isdecimal():
            return int(text)
        wanted = text.casefold()
        for names in (MONTHS, MONTHS_3):
            for number, name in names.items():
                if wanted == str(name).casefold().rstrip("."):
                    return int(number)
        raise ValueError(text)

    def has_changed(self, initial: Any, data: Sequence[Any] | None) -> bool:
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True
