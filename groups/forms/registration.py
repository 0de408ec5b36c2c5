"""The questions of a registration: one small form for each page."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.enums import GroupKind
from groups.rules import GROUP_WISHES
from groups.validators import validate_plain_name
from municipalities.models import Municipality
from samenhier.core.forms import NldsFormMixin
from samenhier.core.reference import CHILD_BANDS, GOALS, WISHES

from .people import email_field, first_name_field
from .rows import RowSet, row_set

RADIOS_UP_TO = 10
MEMBERS_PREFIX = "leden"


class TownForm(NldsFormMixin, forms.Form):
    question = True

    municipality = forms.ChoiceField(
        label=_("In which municipality do you want to start?"),
        help_text=_("Choose the municipality where most of you live."),
        error_messages={
            "required": _("Choose a municipality."),
            "invalid_choice": _("Choose a municipality from the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        towns: list[tuple[str, Any]] = list(
            Municipality.objects.open().order_by("name").values_list("slug", "name")
        )
        if len(towns) <= RADIOS_UP_TO:
            self.fields["municipality"].widget = forms.RadioSelect()
        else:
            towns.insert(0, ("", _("Choose …")))
        self.offer("municipality", towns)


def group_name_field() -> forms.CharField:
    """The name of a group: other people read it in mails."""
    return forms.CharField(
        label=_("Name of your group"),
        help_text=_(
            "For example the name of your street or your club. At most 80 letters. You can change it later."
        ),
        max_length=80,
        validators=[validate_plain_name],
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Fill in the name of your group.")},
    )


class GroupForm(NldsFormMixin, forms.Form):
    name = group_name_field()
    kind = forms.ChoiceField(
        label=_("Which kind of group do you want to be?"),
        choices=[
            (GroupKind.WELCOME, _("Welcome group: we meet somebody who already lives in our town")),
            (GroupKind.SPONSOR, _("Sponsor group: we welcome a household that still has to arrive")),
        ],
        initial=GroupKind.WELCOME,
        widget=forms.RadioSelect,
    )


class AboutYouForm(NldsFormMixin, forms.Form):
    contact_name = first_name_field(_("Your first name"), own=True)
    contact_email = email_field(
        _("Your e-mail address"),
        own=True,
        help_text=_("We send you a link to confirm. You are the contact person."),
    )


class MemberRow(NldsFormMixin, forms.Form):
    """One other person; an empty row is left out."""

    show_optional = False

    name = first_name_field(_("First name"), own=False, required=False)
    email = email_field(_("E-mail address"), own=False, required=False)

    #: Its place on the page, from 1; set by the set of rows.
    number = 0

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        who = {"number": self.number}
        if cleaned.get("name") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Person %(number)s: fill in the e-mail address too.") % who)
        if cleaned.get("email") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("Person %(number)s: fill in the first name too.") % who)
        return cleaned


class MemberRows(RowSet):
    """The other members. `context["contact_email"]` is the visitor's own address."""

    rows_prefix = MEMBERS_PREFIX

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["email"].error_messages["invalid"] = _(
            "Person %(number)s: fill in an e-mail address, for example name@example.nl."
        ) % {"number": (index or 0) + 1}

    def clean(self) -> None:
        if any(self.errors):
            return
        own = str(self.context.get("contact_email", "")).strip().lower()
        seen: set[str] = set()
        for form in self.forms:
            email = (form.cleaned_data.get("email") or "").strip().lower()
            if not email:
                continue
            if email == own:
                form.add_error("email", _("This is your own address. Fill in the address of this person."))
            elif email in seen:
                form.add_error(
                    "email", _("You filled in this address twice. Each person needs an own address.")
                )
            seen.add(email)


MemberSet = row_set(MemberRow, MemberRows)


def offers_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("What would you like to do together?"),
        help_text=_("Choose everything that at least one of you likes to do."),
        choices=GOALS.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing.")},
    )


def max_household_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("How many people may the household have at most?"),
        help_text=_("A household is one person or a family. Fill in a number from 1 to 12."),
        min_value=1,
        max_value=12,
        initial=6,
        widget=forms.TextInput(
            {"inputmode": "numeric", "class": "utrecht-textbox--short", "autocomplete": "off"}
        ),
        error_messages={
            "required": _("Fill in a number from 1 to 12."),
            "invalid": _("Fill in a number from 1 to 12."),
            "min_value": _("Fill in a number from 1 to 12."),
            "max_value": _("Fill in a number from 1 to 12."),
        },
    )


def child_bands_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Children of which age do you feel at ease with?"),
        choices=CHILD_BANDS.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def part_of_town_field() -> forms.CharField:
    return forms.CharField(
        label=_("In which part of town do you meet most?"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


def promises_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("What can you promise?"),
        help_text=_("Some newcomers find one of these important. Tick only what is true for all of you."),
        choices=WISHES.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def own_child_bands_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Do some of you have children? Of which age?"),
        help_text=_("It helps to find a household with children of the same age."),
        choices=CHILD_BANDS.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def asked_choices() -> list[tuple[str, Any]]:
    """What a group may ask of a household."""
    return [(code, label) for code, label in WISHES.choices() if code in GROUP_WISHES]


def asked_field(*, label: Any, help_text: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        help_text=help_text,
        choices=asked_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def motivation_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why do you want to do this?"),
        help_text=_("The coordinator reads this before the visit. A few sentences are enough."),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off"}),
    )


class OffersForm(NldsFormMixin, forms.Form):
    question = True
    offers = offers_field()


class HouseholdForm(NldsFormMixin, forms.Form):
    max_household = max_household_field()
    child_bands = child_bands_field()
    part_of_town = part_of_town_field()


class PromisesForm(NldsFormMixin, forms.Form):
    question = True
    promises = promises_field()


class WhyForm(NldsFormMixin, forms.Form):
    question = True
    motivation = motivation_field()


class ConfirmForm(NldsFormMixin, forms.Form):
    """Only the trap for robots: people never see the field, and whoever fills it is asked to try again."""

    website = forms.CharField(required=False, max_length=200)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("We could not send this. Try it once more."))
        return ""


class ReturnLinkForm(ConfirmForm):
    """Where the link to go on later is sent."""

    question = True
    field_order = ["email", "website"]

    email = email_field(
        _("To which e-mail address may we send the link?"),
        own=True,
    )

    def __init__(self, *args: Any, kept: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = gettext(
            "With the link you go on where you stopped. We keep what you filled in for %(term)s."
        ) % {"term": kept}
        # The trap is drawn by the page.
        self.helper.layout = Layout("email")


class CardForm(NldsFormMixin, forms.Form):
    """Everything a group says about itself, for changing it later."""

    name = group_name_field()
    offers = offers_field()
    max_household = max_household_field()
    child_bands = child_bands_field()
    part_of_town = part_of_town_field()
    own_child_bands = own_child_bands_field()
    promises = promises_field()
    wishes = asked_field(
        label=_("What can your group not do without?"),
        help_text=_("Only what is really needed: it leaves fewer households."),
    )
    would_like = asked_field(
        label=_("What would be nice for your group?"),
        help_text=_("Households that fit it come first. No household is left out by it."),
    )
    motivation = motivation_field()


#: What may count, as a group says it.
GROUP_LINES = {
    "languages": _("We speak a language the household speaks too"),
    "interests": _("We like the same things"),
    "goals": _("We can help with what the household would like"),
    "availability": _("We have time at the same moments"),
    "place": _("We live close to each other"),
    "children": _("We have children of the same age"),
    "programme": _("The household fits our kind of group: before or after arrival"),
    "wishes": _("What would be nice for us is possible"),
}
