"""The weights of the matching in one municipality."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from municipalities import weights
from samenhier.core.forms import NldsFormMixin
from samenhier.core.forms.nlds import give_messages
from samenhier.core.reference import CRITERIA

HELP = {
    "languages": gettext_lazy("How well they understand each other without help."),
    "interests": gettext_lazy("What both like to do. Three in common give all points."),
    "goals": gettext_lazy("What the household would like, against what the group can do."),
    "availability": gettext_lazy("Parts of the week in which both have time. Three give all points."),
    "place": gettext_lazy("The same part of town, or how far one part lies from the other."),
    "children": gettext_lazy("Where both have children."),
    "programme": gettext_lazy(
        "A sponsor group for who still has to arrive, a welcome group for who is here."
    ),
    "wishes": gettext_lazy("What must be so is a condition, and does not stand here."),
    "waiting_per_week": gettext_lazy("Points out of 1000. From 0 to 50."),
    "waiting_cap": gettext_lazy("The bonus never gets higher than this. From 0 to 500."),
}


class WeightsForm(NldsFormMixin, forms.Form):
    """A number for each criterion and two for waiting. `weights()` gives what differs from the defaults."""

    def __init__(self, *args: Any, stored: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, value in weights.complete(stored).items():
            label = capfirst(str(weights.LABELS[code]))
            default = _("Default: %(number)s.") % {"number": weights.DEFAULTS[code]}
            field = forms.IntegerField(
                label=label,
                help_text=f"{HELP[code]} {default}",
                min_value=0,
                max_value=weights.HIGHEST[code],
                initial=value,
                widget=forms.TextInput(
                    {"inputmode": "numeric", "class": "utrecht-textbox--short", "autocomplete": "off"}
                ),
            )
            give_messages(field, label=label)
            self.fields[code] = field
        self.helper.layout = Layout(
            Fieldset(_("What counts, from 0 to 10"), *(_line(code) for code in CRITERIA.codes())),
            Fieldset(_("Waiting"), _line("waiting_per_week"), _line("waiting_cap")),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and weights.all_off(cleaned):
            raise forms.ValidationError(_("Let at least one thing count: give it 1 or more."))
        return cleaned

    def weights(self) -> dict[str, int]:
        """What differs from the defaults."""
        return weights.own_weights(self.cleaned_data)


def _line(code: str) -> Field:
    return Field(code, wrapper_class="field--line")
