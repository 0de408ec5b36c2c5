"""When somebody can: a table of 21 boxes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samenhier.core.reference import DAYS, PARTS_OF_DAY, SLOTS, slot_label


def slot_choices() -> list[tuple[str, str]]:
    """Every slot with its full name, in the reader's language."""
    return [(code, slot_label(code)) for code in SLOTS]


def availability_field(help_text: Any = "") -> forms.MultipleChoiceField:
    """The field; draw it with `templates/groups/parts/slots.html`."""
    return forms.MultipleChoiceField(
        label=_("When can you?"),
        help_text=help_text,
        choices=slot_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one moment."),
            "invalid_choice": _("Choose moments from the table."),
        },
    )


@dataclass(frozen=True)
class Box:
    """One checkbox of the table."""

    id: str
    name: str
    value: str
    label: str
    part: str
    checked: bool


@dataclass(frozen=True)
class DayRow:
    """One day of the table."""

    label: str
    boxes: tuple[Box, ...]


def slot_table(form: forms.BaseForm, field: str = "availability") -> Iterator[DayRow]:
    """The rows of the table for this form as it is now, with what was ticked."""
    bound = form[field]
    ticked = set(bound.value() or ())
    for number, day in enumerate(DAYS):
        boxes = []
        for place, part in enumerate(PARTS_OF_DAY):
            code = f"{day.code}_{part.code}"
            boxes.append(
                Box(
                    id=f"{bound.auto_id}_{number * len(PARTS_OF_DAY) + place}",
                    name=bound.html_name,
                    value=code,
                    label=slot_label(code),
                    part=str(part.label),
                    checked=code in ticked,
                )
            )
        yield DayRow(label=str(day.label), boxes=tuple(boxes))
