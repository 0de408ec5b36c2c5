"""Parts of town, and how far they lie from each other."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from municipalities.enums import Distance
from municipalities.models import PartOfTown
from municipalities.models.parts import NAME_LENGTH
from samenhier.core.forms import NldsFormMixin


class AddPartForm(NldsFormMixin, forms.Form):
    name = forms.CharField(
        label=_("Name of the part of town"),
        help_text=_("As people write it on their card. Capitals make no difference."),
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write the name of a part of town.")},
    )


class DistancesForm(NldsFormMixin, forms.Form):
    """How far every other part lies from one part. Pairs that nobody filled in are not known."""

    show_optional = False

    def __init__(
        self, *args: Any, others: Iterable[PartOfTown], bands: Mapping[UUID, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parts = {f"part_{one.pk.hex}": one.pk for one in others}
        for one in others:
            self.fields[f"part_{one.pk.hex}"] = forms.TypedChoiceField(
                label=one.name,
                choices=[
                    ("", _("Not known")),
                    *((value, capfirst(label)) for value, label in Distance.choices),
                ],
                coerce=int,
                empty_value=None,
                required=False,
                initial=bands.get(one.pk, ""),
                error_messages={"invalid_choice": _("Choose a distance from the list.")},
            )
        self.helper.layout = Layout(*(Field(name, wrapper_class="field--line") for name in self.parts))

    def bands(self) -> dict[UUID, int | None]:
        """What was filled in, by part."""
        return {pk: self.cleaned_data[name] for name, pk in self.parts.items()}
