"""Rows that a person can add to without JavaScript: other members, languages."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseFormSet, Form, formset_factory
from django.utils.datastructures import MultiValueDict

from groups import rules


class RowSet(BaseFormSet):
    """A formset whose empty rows are simply left out; `filled` gives the rest after validation."""

    #: The row that people see when nothing was filled in.
    rows_at_first = 4
    rows_at_most = rules.MEMBERS_AT_MOST - 1
    #: Starts the names of the inputs.
    rows_prefix = "rows"

    @classmethod
    def get_default_prefix(cls) -> str:
        return cls.rows_prefix

    def __init__(self, *args: Any, context: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        self.context: Mapping[str, Any] = context or {}
        super().__init__(*args, **kwargs)

    def add_fields(self, form: Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.number = (index or 0) + 1  # type: ignore[attr-defined]  # any form; the template reads its row number
        form.empty_permitted = True
        form.use_required_attribute = False

    def filled(self) -> list[dict[str, Any]]:
        """The cleaned rows in which something was typed."""
        return [form.cleaned_data for form in self.forms if form.has_changed() and form.cleaned_data]

    @property
    def room(self) -> bool:
        """Whether another row may be added."""
        return self.total_form_count() < self.rows_at_most


def row_set(form: type[Form], base: type[RowSet]) -> type[RowSet]:
    """The formset class for rows of this form."""
    return formset_factory(  # type: ignore[return-value]  # a subclass of `base`; the stubs say BaseFormSet
        form,
        formset=base,
        extra=0,
        max_num=base.rows_at_most,
        absolute_max=base.rows_at_most + 1,
        validate_max=True,
    )


def typed_rows(form: type[Form], prefix: str, stored: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """What was typed in each row, as initial values; rows without anything are left out."""
    data = MultiValueDict({name: list(values) for name, values in stored.items()})
    count = rows_shown(prefix, stored)
    fields = form().fields
    rows = []
    for number in range(count):
        row = {
            name: field.widget.value_from_datadict(data, MultiValueDict(), f"{prefix}-{number}-{name}")
            for name, field in fields.items()
        }
        if any(row.values()):
            rows.append(row)
    return rows


def rows_shown(prefix: str, stored: Mapping[str, list[str]]) -> int:
    """How many rows the page had when it was sent, empty ones too."""
    try:
        return min(int((stored.get(f"{prefix}-TOTAL_FORMS") or ["0"])[0]), 50)
    except ValueError:
        return 0


def with_empty_rows(
    rows: list[dict[str, Any]], *, first: int, most: int, more: bool, shown: int = 0
) -> list[dict[str, Any]]:
    """The typed rows, filled up with empty ones: `first` at least, and when somebody asked, one more than was shown."""
    wanted = max(first, max(len(rows), shown) + 1) if more else max(first, len(rows))
    return rows + [{} for _n in range(min(wanted, most) - len(rows))]
