"""The coordinator's forms in the life of a match."""

from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from matches.enums import AnswerValue, EndKind, EndReason, Side, TrialValue
from municipalities.enums import StaffRole
from municipalities.models import Municipality, StaffMembership
from samenhier.accounts.models import User
from samenhier.core.forms import NldsFormMixin, SplitDateField, SplitDateInput
from samenhier.core.moments import local_moment
from samenhier.core.reference import LANGUAGES


def _choices(kind: type[models.TextChoices]) -> list[tuple[str, Any]]:
    """The choices of an enum, each beginning with a capital as an answer on a page does."""
    return [(value, capfirst(label)) for value, label in kind.choices]


class SetAsideForm(NldsFormMixin, forms.Form):
    """Why a proposal does not go on, and whether these two may be proposed again."""

    reason = forms.CharField(
        label=_("Why do you set it aside?"),
        help_text=_("One short sentence for your colleagues. No names, no health."),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    again = forms.BooleanField(
        label=_("A later matching run may propose these two again"),
        required=False,
    )


class RefuseVisitForm(NldsFormMixin, forms.Form):
    """Why a group is not lent to a neighbour municipality."""

    reason = forms.CharField(
        label=_("Why do you not agree?"),
        help_text=_(
            "One short sentence. The coordinators of both municipalities read it. No names, no health."
        ),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class FirstMeetingForm(NldsFormMixin, forms.Form):
    """When the two meet for the first time."""

    day = SplitDateField(label=_("On which day?"), widget=SplitDateInput(autocomplete=""))
    time = forms.TimeField(
        label=_("At what time?"),
        help_text=_("For example 19:30."),
        input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        widget=forms.TimeInput({"inputmode": "numeric", "autocomplete": "off"}, format="%H:%M"),
    )

    def moment(self) -> datetime:
        """The day and time as one moment in local time."""
        return local_moment(self.cleaned_data["day"], self.cleaned_data["time"])


class BeginForm(NldsFormMixin, forms.Form):
    """The first day of the time together."""

    started_on = SplitDateField(
        label=_("What is the first day of the time together?"),
        help_text=_(
            "Often the day of the first meeting: today or a day before. The check-ins are planned from this day."
        ),
    )


class MoveEndForm(NldsFormMixin, forms.Form):
    """Until when a match is planned, and why that changes."""

    planned_end = SplitDateField(
        label=_("Until which day do they do things together?"), widget=SplitDateInput(autocomplete="")
    )
    reason = forms.CharField(
        label=_("Why does the end move?"),
        help_text=_("One short sentence for your colleagues. No names, no health."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    # The end that stood on the page, so that two coordinators do not move it past each other.
    instead_of = forms.DateField(widget=forms.HiddenInput, required=False)


class EndForm(NldsFormMixin, forms.Form):
    """How, why and when a match ends."""

    kind = forms.ChoiceField(
        label=_("How does it end?"), choices=_choices(EndKind), widget=forms.RadioSelect, required=True
    )
    reason = forms.ChoiceField(
        label=_("What is the main reason?"),
        help_text=_("Only this choice is kept. The group and the household do not see it."),
        choices=_choices(EndReason),
        widget=forms.RadioSelect,
    )
    ended_on = SplitDateField(label=_("What is the last day?"))
    goes_on = forms.TypedChoiceField(
        label=_("Does the household want another group?"),
        help_text=_(
            "With yes it waits again, from the same date as before. With no it rests until it says so."
        ),
        choices=[("yes", _("Yes")), ("no", _("Not now"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        planned, complete = data.get("kind") == EndKind.PLANNED, data.get("reason") == EndReason.COMPLETED
        if data.get("kind") and data.get("reason") and planned != complete:
            self.add_error(
                "reason",
                _(
                    "“The time together is complete” belongs to an end as planned, the other reasons to an early end."
                ),
            )
        return data


class BuilderField(forms.ModelChoiceField):
    """A community builder by name, with the languages that he or she bridges."""

    def label_from_instance(self, obj: StaffMembership) -> str:
        name = obj.user.name or obj.user.email
        return f"{name} ({', '.join(LANGUAGES.labels(obj.languages))})" if obj.languages else name


class BuilderForm(NldsFormMixin, forms.Form):
    """Which community builder guides a match."""

    builder = BuilderField(
        label=_("Who guides this match?"),
        queryset=StaffMembership.objects.none(),
        to_field_name="user",
        required=False,
        empty_label=_("Nobody"),
    )

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["builder"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = (
            StaffMembership.objects.active()
            .filter(municipality=municipality, role=StaffRole.BUILDER, user__is_active=True)
            .select_related("user")
            .order_by("user__name")
        )

    def clean_builder(self) -> User | None:
        """The person, not the role."""
        chosen: StaffMembership | None = self.cleaned_data["builder"]
        return chosen.user if chosen is not None else None


class RecordTrialForm(NldsFormMixin, forms.Form):
    """A choice after the trial that somebody made by phone or face to face."""

    side = forms.ChoiceField(label=_("Who chose?"), choices=_choices(Side), widget=forms.RadioSelect)
    value = forms.ChoiceField(
        label=_("What did they choose?"),
        choices=[pair for pair in _choices(TrialValue) if pair[0] != TrialValue.TALK],
        widget=forms.RadioSelect,
    )


class RecordAnswerForm(NldsFormMixin, forms.Form):
    """An answer that somebody gave by phone or face to face."""

    side = forms.ChoiceField(
        label=_("Who gave the answer?"), choices=_choices(Side), widget=forms.RadioSelect
    )
    value = forms.ChoiceField(
        label=_("What did they say?"),
        choices=[pair for pair in _choices(AnswerValue) if pair[0] != AnswerValue.TALK],
        widget=forms.RadioSelect,
    )
