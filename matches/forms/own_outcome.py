"""The statements of the outcome questions, one row each."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from matches.enums import Side
from matches.statements import SCALE, statements_for
from samenhier.core.forms import NldsFormMixin

#: A choice of its own: an empty value would be chosen beforehand.
RATHER_NOT = "skip"


def _value(chosen: str) -> int | None:
    return None if chosen == RATHER_NOT else int(chosen)


class OutcomeForm(NldsFormMixin, forms.Form):
    """Five points and “rather not” for each statement of a side; none of them has to be answered."""

    show_optional = False

    #: Which questionnaire this is, so that sending twice does not answer the next one.
    moment = forms.CharField(max_length=3, widget=forms.HiddenInput)

    def __init__(self, *args: Any, side: Side | str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        statements = statements_for(side)
        for one in statements:
            self.fields[one.code] = forms.TypedChoiceField(
                label=str(one.text),
                choices=[*SCALE, (RATHER_NOT, _("Rather not say"))],
                coerce=_value,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        self.helper.layout = Layout(*(Field(one.code, wrapper_class="field--scale") for one in statements))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        # “Rather not say” is an answer; a form that was not touched is sent by mistake, and could not be changed.
        if not any(self.data.get(self.add_prefix(code)) for code in self.fields if code != "moment"):
            raise forms.ValidationError(
                _("Choose at least one answer, or go back: you do not have to answer.")
            )
        return data

    @property
    def answers(self) -> dict[str, int | None]:
        """What was chosen for each statement."""
        return {code: value for code, value in self.cleaned_data.items() if code != "moment"}
