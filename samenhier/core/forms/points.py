"""Spreading the budget of points over what may matter: one line and one choice for each criterion."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms

from samenhier.core import points

from .nlds import NldsFormMixin, give_messages


def number_choices() -> list[tuple[int, str]]:
    """0 to the most that one criterion may get."""
    return [(number, points.number_of_points(number)) for number in range(points.MOST_ON_ONE + 1)]


class PointsForm(NldsFormMixin, forms.Form):
    """`lines`: criterion code → what it is called for this reader. The initial values are the stored points."""

    show_optional = False

    def __init__(self, *args: Any, lines: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in lines.items():
            field = forms.TypedChoiceField(
                label=label,
                choices=number_choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=0,
                widget=forms.Select({"autocomplete": "off"}),
            )
            give_messages(field, label=str(label))
            self.fields[code] = field
        self.helper.layout = Layout(*(Field(code, wrapper_class="field--line") for code in lines))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = sum(number or 0 for number in cleaned.values())
        if not self.errors and (refusal := points.too_many(given)):
            raise forms.ValidationError(refusal)
        return cleaned

    def points(self) -> dict[str, int]:
        """What was given, without zeros."""
        return points.tidy_points({code: number or 0 for code, number in self.cleaned_data.items()})
