"""What a member tells about themself: one small form for each page, and all of them together."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.enums import AgreementKind, DutchLevel
from samenhier.core.forms import NldsFormMixin
from samenhier.core.reference import INTERESTS

from .availability import availability_field, slot_table
from .people import PhoneField, email_field, first_name_field


def interests_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("What do you like to do?"),
        help_text=_("Choose at least one. It helps to find people who fit you."),
        choices=INTERESTS.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing.")},
    )


def dutch_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Do you speak Dutch?"),
        choices=DutchLevel.choices,
        widget=forms.RadioSelect,
        help_text=_("Not everybody in a group needs to speak Dutch."),
    )


def phone_field() -> PhoneField:
    return PhoneField(
        label=_("Your phone number"),
        required=False,
        help_text=_(
            "The coordinator sees it, to reach you quickly. Are you the contact person? Then a household sees it too, "
            "when both of you said yes."
        ),
    )


def age_question(age: int) -> str:
    """What members are asked, with the `minimum_age` of their municipality."""
    return gettext("Are you %(age)s or over?") % {"age": age}


class AgeForm(NldsFormMixin, forms.Form):
    question = True
    old_enough = forms.ChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No, I am younger"))], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, age: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_enough"].label = age_question(age)


class DutchForm(NldsFormMixin, forms.Form):
    question = True
    dutch = dutch_field()


class InterestsForm(NldsFormMixin, forms.Form):
    question = True
    interests = interests_field()


class AvailabilityForm(NldsFormMixin, forms.Form):
    question = True
    availability = availability_field(
        help_text=_("Tick the parts of the week in which you often have time. It promises nothing.")
    )

    def table(self) -> list[Any]:
        """The rows of the table of boxes."""
        return list(slot_table(self))


class PhoneForm(NldsFormMixin, forms.Form):
    question = True
    phone = phone_field()


class ProfileForm(NldsFormMixin, forms.Form):
    """All of it on one page, for a member who changes something."""

    name = first_name_field(_("Your first name"), own=True)
    phone = phone_field()
    dutch = dutch_field()
    interests = interests_field()
    availability = availability_field()

    def table(self) -> list[Any]:
        """The rows of the table of boxes."""
        return list(slot_table(self))


class SignForm(NldsFormMixin, forms.Form):
    """Agree to the text on the page."""

    agree = forms.BooleanField(label=_("I have read this and I agree."))
    version = forms.CharField(max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: AgreementKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agree"].error_messages["required"] = (
            _("Tick the box if you agree with the statement. You can also ask your coordinator first.")
            if kind is AgreementKind.STATEMENT
            else _(
                "Tick the box if you agree with the code of conduct. You can also ask your coordinator first."
            )
        )


class InviteForm(NldsFormMixin, forms.Form):
    name = first_name_field(_("First name"), own=False)
    email = email_field(
        _("E-mail address"),
        own=False,
        help_text=_("We send one message. This person says yes or no themself."),
    )


class SubmitForm(NldsFormMixin, forms.Form):
    """Asking for approval; `small` asks for a reason, `asked` is that the coordinator had a question."""

    question = False
    answer = forms.CharField(
        label=_("Your answer to the question"),
        help_text=_("The coordinator reads it. Write nothing that is private to one of you."),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why do you want to start with fewer people?"),
        max_length=300,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
        error_messages={"required": _("Tell why you want to start with fewer people.")},
    )

    def __init__(self, *args: Any, small: bool, asked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not small:
            del self.fields["reason"]
        if not asked:
            del self.fields["answer"]


class LeaveForm(NldsFormMixin, forms.Form):
    """Leaving; a contact person chooses who takes over."""

    new_contact = forms.ChoiceField(
        label=_("Who will be the contact person?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who takes over from you.")},
    )

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            self.offer("new_contact", others)
        else:
            del self.fields["new_contact"]
