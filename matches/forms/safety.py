"""Raising a safety flag."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from groups.models import SponsorGroup
from matches.domain.safety import REASON_AT_MOST
from newcomers.models import Household
from samenhier.core.forms import NldsFormMixin


class SafetyFlagForm(NldsFormMixin, forms.Form):
    """Which two, and why. The choices are what this coordinator may see."""

    household = forms.ModelChoiceField(
        label=_("Household"), queryset=Household.objects.none(), empty_label=_("Choose …")
    )
    group = forms.ModelChoiceField(
        label=_("Group"), queryset=SponsorGroup.objects.none(), empty_label=_("Choose …")
    )
    reason = forms.CharField(
        label=_("Why must these two stay apart?"),
        help_text=_(
            "In a few words, without names or health. It is sealed: only coordinators here can open it, "
            "and that is written down."
        ),
        max_length=REASON_AT_MOST,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, households: QuerySet[Household], groups: QuerySet[SponsorGroup], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["household"].queryset = households  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]  # a ModelChoiceField
