"""Forms of the coordinator."""

import re
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.enums import GroupStatus
from samenhier.core.forms import NldsFormMixin, SearchForm, SplitDateField, tidy_digits
from samenhier.core.moments import local_moment


class ClockField(forms.TimeField):
    """A time of day as people write it: 19:30, 19.30, 19u30, 1930; digits of any script."""

    #: No time of day is longer; looking for the end of a very long text would take minutes.
    longest = 40

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TimeInput(
                {"inputmode": "numeric", "autocomplete": "off", "class": "utrecht-textbox--short"},
                format="%H:%M",
            ),
        )
        kwargs.setdefault(
            "error_messages",
            {
                "required": _("Fill in a time, for example 19:30."),
                "invalid": _("Fill in a time, for example 19:30."),
            },
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str):
            if len(value) > self.longest:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            text = re.sub(r"\s*(uur|u)\s*$", "", tidy_digits(value).strip().lower())
            found = re.fullmatch(r"(\d{1,2})[:.uh]?(\d{2})?", text)
            if found:
                value = f"{found[1]}:{found[2] or '00'}"
        return super().to_python(value)


class MomentForm(NldsFormMixin, forms.Form):
    """A day and a time in Amsterdam; `moment()` gives them together."""

    day = SplitDateField(label=_("Day"))
    at = ClockField(label=_("Time"), help_text=_("For example 19:30."))

    def moment(self) -> datetime:
        return local_moment(self.cleaned_data["day"], self.cleaned_data["at"])


class VisitForm(MomentForm):
    """When the coordinator visits, or visited."""


class ContactPersonForm(NldsFormMixin, forms.Form):
    """Who becomes the contact person, of those who said yes."""

    to = forms.ChoiceField(
        label=_("Who will be the contact person?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose somebody who said yes to the group.")},
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", people)


class VogForm(NldsFormMixin, forms.Form):
    seen_on = SplitDateField(
        label=_("On which day did you see the VOG?"),
        help_text=_("Look at the original and give it back. Keep no copy and no number."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"seen_on": timezone.localdate()})
        super().__init__(*args, **kwargs)

    def clean_seen_on(self) -> date:
        day: date = self.cleaned_data["seen_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(
                _("This day is still to come. Fill in the day on which you saw the VOG.")
            )
        return day


def message_field(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=1000,
        widget=forms.Textarea({"rows": 8, "autocomplete": "off"}),
        error_messages={"required": _("Write a few words to the group.")},
    )


class ApproveForm(NldsFormMixin, forms.Form):
    """Approval; `small` asks the coordinator's reason too."""

    size_reason = forms.CharField(
        label=_("Why is this group large enough?"),
        help_text=_("Only colleagues read this."),
        max_length=300,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
        error_messages={"required": _("Give a reason, or wait until the group has more people.")},
    )
    message = message_field(_("Message to the group"), required=False)

    def __init__(self, *args: Any, small: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not small:
            del self.fields["size_reason"]


class ReturnForm(NldsFormMixin, forms.Form):
    """A question to the group. The words that stand there beforehand only lead up to it."""

    message = message_field(
        _("Your question to the group"),
        required=True,
        help_text=_(
            "The contact person gets a mail, reads it on the page of the group and answers when asking again."
        ),
    )

    def clean_message(self) -> str:
        message: str = self.cleaned_data["message"]
        opening = str(self.initial.get("message", ""))
        if opening and " ".join(message.split()) == " ".join(opening.split()):
            raise forms.ValidationError(_("Your question is still missing. Write it after these words."))
        return message


class DeclineForm(NldsFormMixin, forms.Form):
    message = message_field(
        _("Your message to the group"),
        required=True,
        help_text=_("All members read this. Say what is possible instead. Write nothing about one person."),
    )


class StopForm(NldsFormMixin, forms.Form):
    """Ending a group that was approved once."""

    message = message_field(
        _("Your message to the group"),
        required=True,
        help_text=_("All members read this. Write nothing about one person."),
    )


class StatusFilter(SearchForm):
    """A state, a part of a name, or both."""

    field_order = ["status", "q"]
    status = forms.ChoiceField(label=_("Show"), required=False)

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        total = sum(counts.values())
        statuses = [
            ("", _("all groups (%(number)s)") % {"number": total}),
            *((status.value, f"{status.label} ({counts.get(status.value, 0)})") for status in GroupStatus),
        ]
        self.offer("status", statuses)


class SessionForm(MomentForm):
    """A new training, or what changes of one."""

    field_order = ["title", "day", "at", "place", "seats"]

    title = forms.CharField(
        label=_("Title"),
        max_length=80,
        initial=_("Start training"),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Fill in a title.")},
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=120,
        help_text=_("The name of the building and the street."),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Fill in where the training is.")},
    )
    seats = forms.IntegerField(
        label=_("Places"),
        min_value=1,
        max_value=500,
        initial=20,
        widget=forms.TextInput(
            {"inputmode": "numeric", "class": "utrecht-textbox--short", "autocomplete": "off"}
        ),
    )


class CancelSessionForm(NldsFormMixin, forms.Form):
    """Why a training does not take place."""

    reason = forms.CharField(
        label=_("Why does the training not take place?"),
        help_text=_("Whoever signed up reads this in the mail. Write nothing about one person."),
        max_length=300,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
        error_messages={
            "required": _("Write why the training does not take place. Whoever signed up reads it.")
        },
    )


class AttendanceForm(NldsFormMixin, forms.Form):
    """Who was there: members who signed up, and others who came."""

    show_optional = False
    present = forms.MultipleChoiceField(
        label=_("Who was there?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    others = forms.MultipleChoiceField(
        label=_("Who else came?"),
        help_text=_("Members without a training who had not signed up."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, signed_up: list[tuple[str, str]], others: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("present", signed_up), ("others", others)):
            if choices:
                self.offer(name, choices)
            else:
                del self.fields[name]

    @staticmethod
    def member_ids(chosen: list[str]) -> list[UUID]:
        """The chosen members as ids."""
        return [UUID(one) for one in chosen]
