"""Inviting a colleague, and saying yes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from municipalities.enums import LOCAL_ROLES, StaffRole
from samenhier.core.forms import NldsFormMixin
from samenhier.core.reference import language_choices

ROLE_HINTS = {
    StaffRole.COORDINATOR: _("coordinator: groups, newcomers, matches"),
    StaffRole.BUILDER: _("community builder: the matches that he or she guides"),
    StaffRole.VIEWER: _("municipality staff: figures only, never a person"),
}


class InviteStaffForm(NldsFormMixin, forms.Form):
    email = forms.EmailField(label=_("E-mail address"), help_text=_("Use a personal work address."))
    role = forms.ChoiceField(
        label=_("What will this colleague do?"),
        widget=forms.RadioSelect,
        choices=[(role.value, ROLE_HINTS[role]) for role in LOCAL_ROLES],
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages that a community builder can bridge"),
        help_text=_(
            "For a community builder only: well enough to interpret between a household and a group."
        ),
        widget=forms.CheckboxSelectMultiple,
        choices=language_choices,
        required=False,
    )


class LanguagesForm(NldsFormMixin, forms.Form):
    """The languages of one community builder: the whole page is this question."""

    question = True
    show_optional = False
    languages = forms.MultipleChoiceField(
        label=_("Which languages can this community builder bridge?"),
        help_text=_("Well enough to interpret between a household and a group."),
        widget=forms.CheckboxSelectMultiple,
        choices=language_choices,
        required=False,
    )


class JoinForm(NldsFormMixin, forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text=_("As colleagues and groups may see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs.setdefault("dir", "auto")
