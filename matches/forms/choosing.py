"""Which pair a coordinator asks about, and why it is chosen."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from groups.enums import GroupStatus
from matches.queries.why_not import groups_to_compare, households_to_compare
from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from samenhier.accounts.models import User
from samenhier.core.forms import NldsFormMixin


class SideChoice(forms.ModelChoiceField):
    """One side by its name, with the reason when it cannot be matched now."""

    def __init__(self, *, ready: str, taken: str | Promise, **kwargs: Any) -> None:
        super().__init__(queryset=None, empty_label=_("Choose …"), **kwargs)
        self.ready, self.taken = ready, taken

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            # Also for what is no id at all.
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error

    def label_from_instance(self, obj: Any) -> str:
        name = getattr(obj, "code_name", None) or obj.name
        if town := getattr(obj, "town", ""):
            name = f"{name}, {town}"
        if obj.taken:
            return f"{name} ({self.taken})"
        return str(name) if obj.status == self.ready else f"{name} ({obj.get_status_display()})"


class PairForm(NldsFormMixin, forms.Form):
    """Which household and which group. In the address, so that a page can be kept or sent to a colleague."""

    show_optional = False
    huishouden = SideChoice(
        label=_("Household"),
        ready=HouseholdStatus.READY,
        taken=_("has a group"),
        error_messages={
            "required": _("Choose a household."),
            "invalid_choice": _("This household is not here. Choose one from the list."),
        },
    )
    groep = SideChoice(
        label=_("Group"),
        ready=GroupStatus.APPROVED,
        taken=_("supports a household"),
        error_messages={
            "required": _("Choose a group."),
            "invalid_choice": _("This group is not here. Choose one from the list."),
        },
    )

    def __init__(self, *args: Any, user: User, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("huishouden", households_to_compare(user, municipality)),
            ("groep", groups_to_compare(user, municipality)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows


class ChooseForm(NldsFormMixin, forms.Form):
    """Why this pair is chosen."""

    reason = forms.CharField(
        label=_("Why do you choose these two?"),
        help_text=_("One short sentence for your colleagues. No names, no health."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write in one sentence why you choose these two.")},
    )
    #: What the page showed; see matches.domain.overriding.Choice.seen.
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
