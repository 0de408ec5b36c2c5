"""The settings of a municipality."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from municipalities.models import Policy
from samenhier.core.forms import NldsFormMixin

GROUPS_OF_SETTINGS = [
    (
        _("Groups"),
        [
            "group_size",
            "group_size_min",
            "dutch_speakers_advised",
            "vog_required",
            "vog_renew_months",
            "training_required",
            "invitation_days",
        ],
    ),
    (_("Matches"), ["match_months", "trial_weeks", "answer_working_days", "second_approver"]),
    (_("Check-ins"), ["check_in_moments", "reminder_days", "escalate_after_days"]),
    (_("Figures and keeping"), ["masking_below", "draft_months"]),
]


class PolicyForm(NldsFormMixin, forms.ModelForm):
    """All settings on one page, in the order of the main line."""

    class Meta:
        model = Policy
        fields = [name for _heading, names in GROUPS_OF_SETTINGS for name in names]
        help_texts = {
            "check_in_moments": _("Weeks (W) or months (M) after the start, with commas: W2, M1, M3."),
            "reminder_days": _("Days after the check-in is due, with commas: 0, 3, 7."),
            "dutch_speakers_advised": _("Advice to the group, never a condition."),
            "second_approver": _("Somebody else than who approved the proposal."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(*(Fieldset(heading, *names) for heading, names in GROUPS_OF_SETTINGS))

    def clean_check_in_moments(self) -> list[str]:
        moments = [str(moment).strip().upper() for moment in self.cleaned_data["check_in_moments"]]
        if len(set(moments)) != len(moments):
            raise forms.ValidationError(_("Each moment may stand here once."))
        return moments

    def clean_reminder_days(self) -> list[int]:
        return sorted(set(self.cleaned_data["reminder_days"]))
