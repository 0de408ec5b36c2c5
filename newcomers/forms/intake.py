"""What a coordinator fills in about one household, beside the card."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newcomers.enums import STAFF_REASONS, Channel, ConsentHow, Urgency
from newcomers.rules import CODE_LISTS, tidy_contact
from samenhier.core.errors import DomainError
from samenhier.core.forms import NldsFormMixin

from .card import HouseholdFields, language_choices

QUIET = {"autocomplete": "off"}


class IdentityFields(forms.Form):
    """The sealed part: one name and one way to reach somebody. It never appears filled in."""

    calling_name = forms.CharField(
        label=gettext_lazy("Calling name"),
        help_text=gettext_lazy(
            "As the newcomer wants to be called, in any script. No family name is needed."
        ),
        max_length=80,
        widget=forms.TextInput({**QUIET, "dir": "auto"}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("How can we reach this person?"),
        help_text=gettext_lazy("One way is enough. A group gets to see it only after both said yes."),
        choices=Channel.choices,
        widget=forms.RadioSelect,
    )
    contact = forms.CharField(
        label=gettext_lazy("Phone number or e-mail address"),
        max_length=254,
        widget=forms.TextInput({**QUIET, "dir": "ltr"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("channel") and cleaned.get("contact"):
            try:
                cleaned["contact"] = tidy_contact(cleaned["channel"], cleaned["contact"])
            except DomainError as refusal:
                self.add_error("contact", str(refusal))
        return cleaned


class IdentityForm(NldsFormMixin, IdentityFields):
    """Replace name and contact: both anew, so that nobody has to read the old ones."""

    def identity(self) -> dict[str, str]:
        """The cleaned values, by the names that the domain knows."""
        return {name: self.cleaned_data[name] for name in ("calling_name", "channel", "contact")}


class RegisterForm(NldsFormMixin, HouseholdFields, IdentityFields):
    """A new household: only what is needed to talk with them. Wishes and time come after their yes."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address to sign in with"),
        help_text=gettext_lazy(
            "With an address the newcomer gets an own page and a mail about how to sign in."
            " Without one you write "
            "down the answers yourself."
        ),
        required=False,
        widget=forms.EmailInput({**QUIET, "dir": "ltr"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Fieldset(_("Name and contact"), "calling_name", "channel", "contact", "email"),
            *self.household_groups(),
        )

    def household(self) -> dict[str, Any]:
        """Everything that `register_household` takes from a form."""
        identity = {name: self.cleaned_data[name] for name in ("calling_name", "channel", "contact")}
        card: dict[str, Any] = {field: [] for field in CODE_LISTS}
        return {**card, **self.household_values(), **identity, "email": self.cleaned_data["email"] or None}


class RecordConsentForm(NldsFormMixin, forms.Form):
    """A yes that somebody else writes down."""

    how = forms.ChoiceField(
        label=gettext_lazy("How was it explained?"),
        choices=[(how.value, how.label) for how in ConsentHow if how != ConsentHow.ONLINE],
        widget=forms.RadioSelect,
    )
    said_yes = forms.BooleanField(
        label=gettext_lazy("The newcomer heard or read this text, could ask questions, and said yes."),
        error_messages={
            "required": gettext_lazy("Tick this only if the newcomer said yes. Otherwise go back.")
        },
    )
    language = forms.ChoiceField(choices=language_choices, widget=forms.HiddenInput)
    version = forms.CharField(max_length=20, widget=forms.HiddenInput)


class UrgencyForm(NldsFormMixin, forms.Form):
    """How urgent it is to find a group."""

    urgency = forms.TypedChoiceField(
        label=gettext_lazy("How urgent is it to find a group?"),
        choices=Urgency.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy(
            "In a few words, without names or health. The newcomer can read it; a group cannot."
        ),
        max_length=200,
        required=False,
        widget=forms.TextInput(QUIET),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("urgency") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Write in a few words why it is urgent, without naming anybody."))
        return cleaned


class RevealForm(NldsFormMixin, forms.Form):
    """Why somebody needs the name now."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you need the name and contact now?"),
        help_text=gettext_lazy("The newcomer can see that you looked, when, and why."),
        choices=[(reason.value, reason.label) for reason in STAFF_REASONS],
        widget=forms.RadioSelect,
    )
