"""Which municipality is asked."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from samenhier.core.forms import NldsFormMixin


class AskNeighbourForm(NldsFormMixin, forms.Form):
    """One of the municipalities that can be asked now: `towns` holds their ids and names."""

    neighbour = forms.TypedChoiceField(
        label=_("Which municipality do you want to ask?"),
        help_text=_("Its coordinators get a message and decide."),
        coerce=UUID,
        error_messages={
            "required": _("Choose a municipality."),
            "invalid_choice": _("This municipality cannot be asked now. Choose one from the list."),
        },
    )

    def __init__(self, *args: Any, towns: Iterable[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("neighbour", [("", _("Choose …")), *((str(pk), name) for pk, name in towns)])
