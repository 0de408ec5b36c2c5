"""What a coordinator tries out beside the runs."""

from typing import Any

from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.enums import GroupKind
from groups.rules import GROUP_WISHES
from matches.domain.imaginary import LARGEST_HOUSEHOLD, NAME_LENGTH, ImaginaryGroup
from matches.domain.pool import policy_weights
from matches.domain.trying import BAN, PIN
from matches.engine.scoring import MAX_WEIGHT
from matches.models import WhatIf
from matches.models.whatif import HIGHEST_FLOOR
from matches.queries.trying import groups_in_pool, households_in_pool
from municipalities import weights
from municipalities.models import Municipality
from newcomers.forms.card import time_choices, week
from samenhier.accounts.models import User
from samenhier.core.forms import NldsFormMixin
from samenhier.core.forms.nlds import give_messages
from samenhier.core.reference import CHILD_BANDS, CRITERIA, GOALS, INTERESTS, WISHES, language_choices

_SHORT = {"inputmode": "numeric", "class": "utrecht-textbox--short", "autocomplete": "off"}
_FREE = {"autocomplete": "off"}


class SettingsForm(NldsFormMixin, forms.Form):
    """What it is about, how much each criterion counts, and the floor."""

    title = forms.CharField(
        label=gettext_lazy("What do you try?"),
        help_text=gettext_lazy("A short name, so that you and your colleagues find it again."),
        max_length=80,
        widget=forms.TextInput(_FREE),
        error_messages={"required": gettext_lazy("Give it a short name.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Why do you try this?"),
        help_text=gettext_lazy("One short sentence for your colleagues. No names, no health."),
        max_length=300,
        required=False,
        widget=forms.TextInput(_FREE),
    )
    floor = forms.IntegerField(
        label=gettext_lazy("No pair below this score"),
        help_text=gettext_lazy("From 0 to 1000. Leave it empty and every possible pair counts."),
        min_value=0,
        max_value=HIGHEST_FLOOR,
        required=False,
        widget=forms.TextInput(_SHORT),
    )

    def __init__(
        self, *args: Any, municipality: Municipality, what_if: WhatIf | None = None, **kwargs: Any
    ) -> None:
        self.policy = policy_weights(municipality.policy)
        chosen: dict[str, int] = {}
        if what_if is not None:
            chosen = what_if.weights
            kwargs["initial"] = {
                "title": what_if.title,
                "note": what_if.note,
                "floor": what_if.floor,
            }
        super().__init__(*args, **kwargs)
        for option in CRITERIA:
            label, of_policy = capfirst(str(option.label)), getattr(self.policy, option.code)
            field = forms.IntegerField(
                label=label,
                help_text=_("Your policy: %(weight)s") % {"weight": of_policy},
                min_value=0,
                max_value=MAX_WEIGHT,
                initial=chosen.get(option.code, of_policy),
                widget=forms.TextInput(_SHORT),
            )
            give_messages(field, label=label)
            self.fields[option.code] = field
        self.helper.layout = Layout("title", "note")

    @property
    def weighing(self) -> "SettingsForm":
        """This form again, to draw the weights and the floor in their own place on the page."""
        self.helper.layout = Layout(
            *(Field(code, wrapper_class="field--line") for code in CRITERIA.codes()),
            Field("floor", wrapper_class="field--line"),
        )
        return self

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and weights.all_off(cleaned):
            raise forms.ValidationError(_("Let at least one thing count: give it 1 or more."))
        return cleaned

    def settings(self) -> dict[str, Any]:
        """What the domain asks: only the weights that differ from the policy."""
        data = self.cleaned_data
        given = {code: data[code] for code in CRITERIA.codes()}
        return {
            "title": data["title"],
            "note": data["note"],
            "floor": data["floor"] or None,
            "weights": {code: one for code, one in given.items() if one != getattr(self.policy, code)},
        }


class OneOfPool(forms.ModelChoiceField):
    """A household by its code name, or a group by its name, and its town when that is a neighbour."""

    def label_from_instance(self, obj: Any) -> str:
        name = str(getattr(obj, "code_name", None) or obj.name)
        town = getattr(obj, "town", "")
        return f"{name}, {town}" if town else name


class TryPairForm(NldsFormMixin, forms.Form):
    """One pair that must be made, or may not."""

    show_optional = False
    kind = forms.ChoiceField(
        label=gettext_lazy("What do you want to see?"),
        choices=[
            (PIN, gettext_lazy("These two belong together")),
            (BAN, gettext_lazy("These two not together")),
        ],
        widget=forms.RadioSelect,
    )
    household = OneOfPool(
        label=gettext_lazy("Household"),
        queryset=None,
        empty_label=gettext_lazy("Choose …"),
        error_messages={
            "required": gettext_lazy("Choose a household."),
            "invalid_choice": gettext_lazy("This household is not free now. Choose one from the list."),
        },
    )
    group = OneOfPool(
        label=gettext_lazy("Group"),
        queryset=None,
        empty_label=gettext_lazy("Choose …"),
        error_messages={
            "required": gettext_lazy("Choose a group."),
            "invalid_choice": gettext_lazy("This group is not free now. Choose one from the list."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why these two?"),
        help_text=gettext_lazy("One short sentence for your colleagues. No names, no health."),
        max_length=200,
        widget=forms.TextInput(_FREE),
        error_messages={"required": gettext_lazy("Write in one sentence why.")},
    )

    def __init__(self, *args: Any, user: User, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, prefix="pair", **kwargs)
        for name, rows in (
            ("household", households_in_pool(user, municipality)),
            ("group", groups_in_pool(user, municipality)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    @classmethod
    def begun(cls, data: Any) -> bool:
        """Whether somebody filled in a part of it, so that nothing of it is lost at another button."""
        return any(data.get(f"pair-{name}") for name in ("household", "group", "reason"))


class ImaginaryGroupForm(NldsFormMixin, forms.Form):
    """A group that does not exist. What stays empty, the group would not say."""

    name = forms.CharField(
        label=gettext_lazy("What do you call this group?"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(_FREE),
        help_text=gettext_lazy("For example: Tigrinya on Wednesday."),
        error_messages={"required": gettext_lazy("Give the group a name.")},
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Which languages would they speak well?"),
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )
    max_household = forms.IntegerField(
        label=gettext_lazy("How many people in the household at most?"),
        min_value=1,
        max_value=LARGEST_HOUSEHOLD,
        widget=forms.TextInput(_SHORT),
    )
    child_bands = forms.MultipleChoiceField(
        label=gettext_lazy("Which children could they support?"),
        choices=CHILD_BANDS.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    availability = forms.MultipleChoiceField(
        label=gettext_lazy("When would they have time?"),
        choices=time_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    part_of_town = forms.CharField(
        label=gettext_lazy("In which part of town?"),
        max_length=80,
        required=False,
        widget=forms.TextInput(_FREE),
    )
    offers = forms.MultipleChoiceField(
        label=gettext_lazy("What could they do?"),
        choices=GOALS.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    interests = forms.MultipleChoiceField(
        label=gettext_lazy("What would they like to do?"),
        choices=INTERESTS.choices(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    promises = forms.MultipleChoiceField(
        label=gettext_lazy("What could they promise?"),
        help_text=gettext_lazy("Some newcomers cannot do without one of these."),
        # That they are near follows from the part of town.
        choices=[(code, label) for code, label in WISHES.choices() if code != "near"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wishes = forms.MultipleChoiceField(
        label=gettext_lazy("What could they not do without?"),
        help_text=gettext_lazy("They then support only households for whom this is right."),
        choices=[(code, label) for code, label in WISHES.choices() if code in GROUP_WISHES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of group is it?"),
        choices=[(value, capfirst(label)) for value, label in GroupKind.choices],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "languages": ["nld"],
            "max_household": 6,
            "kind": GroupKind.WELCOME,
            "child_bands": CHILD_BANDS.codes(),
        }
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "name",
            "languages",
            "max_household",
            "child_bands",
            week("availability"),
            "part_of_town",
            "offers",
            "interests",
            "promises",
            "wishes",
            "kind",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "near" in cleaned.get("wishes", []) and not cleaned.get("part_of_town"):
            self.add_error(
                "part_of_town",
                _("Write down which part of town, because the group cannot do without its own."),
            )
        return cleaned

    def group(self) -> ImaginaryGroup:
        """The group as the domain takes it; its place is given there."""
        return ImaginaryGroup.from_json(0, self.cleaned_data)
