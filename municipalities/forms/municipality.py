"""A town and its contacts."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from municipalities.models import Municipality
from samenhier.core.forms import NldsFormMixin

CONTACTS = ["partner_organisation", "contact_name", "contact_email", "contact_phone"]
CONFIDENTIAL = ["confidential_name", "confidential_phone", "confidential_email"]


def _contacts_layout(*, first: list[Any]) -> Layout:
    return Layout(
        *first,
        Fieldset(_("Local partner"), *CONTACTS),
        Fieldset(_("Confidential contact person"), *CONFIDENTIAL),
    )


class DetailsForm(NldsFormMixin, forms.ModelForm):
    """Contacts of a municipality, and whether groups can register."""

    class Meta:
        model = Municipality
        fields = [*CONTACTS, *CONFIDENTIAL, "is_open"]
        help_texts = {
            "partner_organisation": _("The organisation that does the work here."),
            "contact_phone": _("Stands on the public page of this municipality."),
            "confidential_name": _("Whom a member or a newcomer can tell what is not right."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = _contacts_layout(first=["is_open"])


class OnboardingForm(NldsFormMixin, forms.ModelForm):
    """A new municipality in one sitting: town, partner, contacts, first coordinator."""

    coordinator_email = forms.EmailField(
        label=_("E-mail address of the first coordinator"),
        help_text=_("This person gets an invitation by mail and can then invite colleagues."),
    )

    class Meta:
        model = Municipality
        fields = ["name", "cbs_code", "province", *CONTACTS, *CONFIDENTIAL]
        help_texts = {
            "cbs_code": _("GM and four digits, as CBS writes it, for example GM0193."),
            "partner_organisation": _("The organisation that does the work here."),
            "confidential_name": _("Whom a member or a newcomer can tell what is not right."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = _contacts_layout(
            first=[
                Fieldset(_("The municipality"), "name", "cbs_code", "province"),
                Fieldset(_("Who starts"), "coordinator_email"),
            ]
        )

    def clean_cbs_code(self) -> str:
        return str(self.cleaned_data["cbs_code"]).upper()

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).strip()
        slug = slugify(name)
        if not slug:
            raise forms.ValidationError(_("Write the name in Latin letters: it becomes part of the address."))
        if Municipality.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("This municipality already takes part."))
        return name

    def details(self) -> dict[str, Any]:
        """What `onboard` takes."""
        return {**self.cleaned_data, "slug": slugify(self.cleaned_data["name"])}
