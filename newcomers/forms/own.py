"""What a newcomer fills in alone: one question on a page."""

from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from samenhier.core import reference
from samenhier.core.forms import NldsFormMixin

from .card import language_choices, time_choices, week


class OwnChoiceForm(NldsFormMixin, forms.Form):
    """One list of the card, as a question to the newcomer. `needed`: at least one answer."""

    question = True
    answers = forms.MultipleChoiceField()

    def __init__(self, *args: Any, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answers"].required = needed


class GoalsForm(OwnChoiceForm):
    """What somebody would like to do."""

    answers = forms.MultipleChoiceField(
        label=_("What would you like to do?"),
        choices=reference.GOALS.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class InterestsForm(OwnChoiceForm):
    """What somebody likes."""

    answers = forms.MultipleChoiceField(
        label=_("What do you like?"),
        choices=reference.INTERESTS.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class WishesForm(OwnChoiceForm):
    """What must be so. No reason is asked."""

    answers = forms.MultipleChoiceField(
        label=_("What is important to you?"),
        help_text=_("Choose only what you really need. You do not have to say why."),
        choices=reference.WISHES.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class WouldLikeForm(OwnChoiceForm):
    """What would be nice, beside what must be so."""

    answers = forms.MultipleChoiceField(
        label=_("What would you like, if it is possible?"),
        help_text=_("We try. A group that cannot do this may still be your group."),
        choices=reference.WISHES.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class AvailabilityForm(OwnChoiceForm):
    """When somebody has time."""

    answers = forms.MultipleChoiceField(
        label=_("When do you have time?"),
        choices=time_choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(week("answers"))


#: What may count, as a newcomer says it.
OWN_LINES = {
    "languages": _("We speak the same language"),
    "interests": _("We like the same things"),
    "goals": _("The group helps me with what I want to do"),
    "availability": _("We have time at the same moments"),
    "place": _("We live close to each other"),
    "children": _("We have children of the same age"),
    "programme": _("The group fits me: I live here already, or I still have to come"),
    "wishes": _("What I would like is possible"),
}


class OwnLanguageForm(NldsFormMixin, forms.Form):
    """The language of pages and mails."""

    question = True
    language = forms.ChoiceField(
        label=_("Which language do you want to read?"), choices=language_choices, widget=forms.RadioSelect
    )


class OwnConsentForm(forms.Form):
    """One clear yes: the button itself. Version and language say which text was on the screen."""

    yes = forms.BooleanField()
    version = forms.CharField(max_length=20)
    language = forms.ChoiceField(choices=language_choices)
