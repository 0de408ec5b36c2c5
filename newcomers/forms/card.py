"""The card of a household: who they are in numbers, languages, wishes and time; nothing by name."""

from typing import Any

from crispy_forms.layout import Div, Field, Fieldset, Layout, Row
from django import forms
from django.conf import settings
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from newcomers.enums import Arrival
from newcomers.models import Household
from newcomers.rules import CODE_LISTS, MAX_ADULTS, MAX_CHILDREN_PER_BAND
from samenhier.core import reference
from samenhier.core.forms import NldsFormMixin

SPOKEN_ROWS = 4
SHORT = {"inputmode": "numeric", "class": "utrecht-textbox--short", "autocomplete": "off"}


def language_choices() -> list[tuple[str, str]]:
    """The languages of pages and mails, each in its own name."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES]


def time_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The slots of a week, by day; each with its full name for who cannot see the table."""
    return [
        (
            str(day.label),
            [
                (f"{day.code}_{part.code}", reference.slot_label(f"{day.code}_{part.code}"))
                for part in reference.PARTS_OF_DAY
            ],
        )
        for day in reference.DAYS
    ]


def week(field: str) -> Field:
    """A field of `time_choices`, drawn as a table of days and parts."""
    return Field(field, template="newcomers/_week.html")


class SpokenFields(forms.Form):
    """One number for each age band, and a few rows of language and level."""

    said_before = frozenset(f"level_{number}" for number in range(1, SPOKEN_ROWS + 1))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for option in reference.CHILD_BANDS:
            self.fields[band_field(option.code)] = forms.IntegerField(
                label=_("Children of %(band)s") % {"band": option.label},
                min_value=0,
                max_value=MAX_CHILDREN_PER_BAND,
                required=False,
                widget=forms.TextInput(SHORT),
            )
        nothing = [("", _("Choose …"))]
        for number in range(1, SPOKEN_ROWS + 1):
            self.fields[f"spoken_{number}"] = forms.ChoiceField(
                label=_("Language %(number)s") % {"number": number},
                choices=[*nothing, *reference.language_choices()],
                required=False,
            )
            self.fields[f"level_{number}"] = forms.ChoiceField(
                label=_("How well, language %(number)s") % {"number": number},
                choices=[*nothing, *reference.LANGUAGE_LEVELS.choices()],
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen: set[str] = set()
        for number in range(1, SPOKEN_ROWS + 1):
            code, level = cleaned.get(f"spoken_{number}"), cleaned.get(f"level_{number}")
            if code and not level and f"level_{number}" not in self.errors:
                self.add_error(f"level_{number}", _("Choose how well this language is spoken."))
            if level and not code and f"spoken_{number}" not in self.errors:
                self.add_error(f"spoken_{number}", _("Choose the language."))
            if code and code in seen:
                self.add_error(f"spoken_{number}", _("This language was chosen before. Choose another one."))
            seen.add(code or "")
        return cleaned


class HouseholdFields(SpokenFields):
    """How many people, where in town, which languages."""

    adults = forms.IntegerField(
        label=gettext_lazy("Adults"), min_value=1, max_value=MAX_ADULTS, widget=forms.TextInput(SHORT)
    )
    part_of_town = forms.CharField(
        label=gettext_lazy("Part of town"),
        help_text=gettext_lazy("The name of the neighbourhood. Not the address."),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    arrival = forms.ChoiceField(
        label=gettext_lazy("Do they live in the municipality already?"),
        help_text=gettext_lazy(
            "A sponsor group waits for somebody who arrives, a welcome group meets who is here."
        ),
        choices=Arrival.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of pages and mails"), choices=language_choices, widget=forms.RadioSelect
    )
    referred_by = forms.CharField(
        label=gettext_lazy("Referred by (organisation)"),
        help_text=gettext_lazy("Only the organisation. We keep no papers of others."),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    @staticmethod
    def household_groups() -> list[Fieldset]:
        """These fields on the page."""
        bands = [band_field(code) for code in reference.CHILD_BANDS.codes()]
        spoken = [Row(f"spoken_{n}", f"level_{n}") for n in range(1, SPOKEN_ROWS + 1)]
        return [
            Fieldset(_("Household"), "adults", Row(*bands), "arrival", "part_of_town", "referred_by"),
            Fieldset(_("Languages"), *spoken, "language"),
        ]

    def household_values(self) -> dict[str, Any]:
        """The cleaned values, by the names that the domain knows."""
        cleaned = self.cleaned_data
        return {
            "language": cleaned["language"],
            "adults": cleaned["adults"],
            "children": {
                code: cleaned[band_field(code)]
                for code in reference.CHILD_BANDS.codes()
                if cleaned.get(band_field(code))
            },
            "languages": [
                {"code": cleaned[f"spoken_{n}"], "level": cleaned[f"level_{n}"]}
                for n in range(1, SPOKEN_ROWS + 1)
                if cleaned.get(f"spoken_{n}")
            ],
            "arrival": cleaned["arrival"],
            "part_of_town": cleaned["part_of_town"],
            "referred_by": cleaned["referred_by"],
        }


class CardForm(NldsFormMixin, HouseholdFields):
    """Everything on the card. `card()` gives the values as the domain takes them."""

    goals = forms.MultipleChoiceField(
        label=gettext_lazy("What would they like?"),
        choices=reference.GOALS.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    interests = forms.MultipleChoiceField(
        label=gettext_lazy("Interests"),
        choices=reference.INTERESTS.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    wishes = forms.MultipleChoiceField(
        label=gettext_lazy("Wishes that must be met"),
        help_text=gettext_lazy("Only what is really needed: a wish leaves fewer groups. We do not ask why."),
        choices=reference.WISHES.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    would_like = forms.MultipleChoiceField(
        label=gettext_lazy("Wishes that would be nice"),
        help_text=gettext_lazy("Groups that meet them come first. No group is left out by them."),
        choices=reference.WISHES.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    availability = forms.MultipleChoiceField(
        label=gettext_lazy("When do they have time?"),
        choices=time_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Fieldset(_("Wishes"), Div("goals", "interests", css_class="grid"), "wishes", "would_like"),
            Fieldset(_("Time"), week("availability")),
            *self.household_groups(),
        )

    def card(self) -> dict[str, Any]:
        """The cleaned values, by the names that the domain knows."""
        return {**self.household_values(), **{field: self.cleaned_data[field] for field in CODE_LISTS}}


def band_field(code: str) -> str:
    """The name of the field for an age band."""
    return f"children_{code.replace('-', '_')}"


def initial_of(household: Household) -> dict[str, Any]:
    """The values of a card, for its form."""
    values: dict[str, Any] = {
        "language": household.language,
        "adults": household.adults,
        "arrival": household.arrival,
        "part_of_town": household.part_of_town,
        "referred_by": household.referred_by,
        **{field: getattr(household, field) for field in CODE_LISTS},
    }
    values |= {band_field(code): number for code, number in household.children.items()}
    for number, one in enumerate(household.languages[:SPOKEN_ROWS], start=1):
        values |= {f"spoken_{number}": one["code"], f"level_{number}": one["level"]}
    return values
