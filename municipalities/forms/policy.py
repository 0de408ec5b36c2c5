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
            "minimum_age",
            "statement_required",
            "code_of_conduct_required",
            "vog_required",
            "vog_renew_months",
            "training_required",
            "invitation_days",
        ],
    ),
    (
        _("Matches"),
        [
            "run_every_weeks",
            "match_months",
            "trial_weeks",
            "answer_working_days",
            "trial_reminder_days",
            "second_approver",
        ],
    ),
    (_("Check-ins"), ["check_in_moments", "reminder_days", "escalate_after_days"]),
    (_("Outcome questions"), ["outcome_moments"]),
    (_("Figures"), ["masking_below"]),
    (
        _("Keeping"),
        [
            "draft_months",
            "declined_group_weeks",
            "never_matched_months",
            "closed_match_months",
            "vog_after_leaving_months",
        ],
    ),
]


class PolicyForm(NldsFormMixin, forms.ModelForm):
    """All settings on one page, in the order of the main line."""

    class Meta:
        model = Policy
        fields = [name for _heading, names in GROUPS_OF_SETTINGS for name in names]
        help_texts = {
            "check_in_moments": _("Weeks (W) or months (M) after the start, with commas: W2, M1, M3."),
            "outcome_moments": _(
                "S is the start, then weeks (W) or months (M) after it: S, M6, M12. Leave empty to ask nothing."
            ),
            "minimum_age": _("Of each member of a group. From 18 to 25."),
            "masking_below": _("From 5 to 20. A higher number hides more."),
            "draft_months": _("A registration that nobody finished."),
            "declined_group_weeks": _(
                "A declined or stopped group without a match that is still kept: 1 to 26."
            ),
            "never_matched_months": _(
                "Whoever stopped is erased. Whoever takes part is never erased by it, but stands on the work list: 1 to 24."
            ),
            "closed_match_months": _(
                "Then answers, check-ins and reasons go; also the input of matching runs: 3 to 36."
            ),
            "vog_after_leaving_months": _(
                "The VOG that was seen, the name, the addresses and the answers: 1 to 12."
            ),
            "reminder_days": _("Days after the check-in is due, with commas: 0, 3, 7."),
            "dutch_speakers_advised": _("Advice to the group, never a condition."),
            "trial_reminder_days": _("After the trial both sides choose again. 0: no reminder."),
            "run_every_weeks": _("A run starts by itself on Monday morning. 0: only by hand."),
            "second_approver": _("Somebody else than who approved the proposal."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("check_in_moments", "outcome_moments"):
            self.fields[name].error_messages["item_invalid"] = _("Moment %(nth)s is not right.")
        self.fields["reminder_days"].error_messages["item_invalid"] = _("Day %(nth)s is not right.")
        self.helper.layout = Layout(*(Fieldset(heading, *names) for heading, names in GROUPS_OF_SETTINGS))

    def clean_check_in_moments(self) -> list[str]:
        return self._each_once("check_in_moments")

    def clean_outcome_moments(self) -> list[str]:
        return self._each_once("outcome_moments")

    def _each_once(self, field: str) -> list[str]:
        moments = [str(moment).strip().upper() for moment in self.cleaned_data[field]]
        if len(set(moments)) != len(moments):
            raise forms.ValidationError(_("Each moment may stand here once."))
        return moments

    def clean_reminder_days(self) -> list[int]:
        return sorted(set(self.cleaned_data["reminder_days"]))
