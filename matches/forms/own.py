"""The short question how it goes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matches.check_in_words import MEETINGS, WELLBEING
from matches.domain.checkins import NOTE_LENGTH
from samenhier.core.forms import NldsFormMixin


class CheckInForm(NldsFormMixin, forms.Form):
    """Two choices, a few words if somebody wants, and “please contact me”."""

    wellbeing = forms.TypedChoiceField(
        label=_("How is it going?"),
        choices=WELLBEING,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is going.")},
    )
    meetings = forms.TypedChoiceField(
        label=_("How often did you meet since the last time?"),
        choices=MEETINGS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how often you met.")},
    )
    note = forms.CharField(
        label=_("Do you want to say more?"),
        help_text=_("In your own language is fine. At most 500 letters."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off", "dir": "auto"}),
    )
    wants_contact = forms.BooleanField(
        label=_("Please contact me"),
        help_text=_("You do not have to say why. Only the coordinator sees this."),
        required=False,
    )
