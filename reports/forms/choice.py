"""What a reader chooses: a month, a language, how often."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reports.enums import Frequency
from reports.figures.months import Month
from samenhier.core.forms import NldsFormMixin

NEVER = "never"


class MonthForm(NldsFormMixin, forms.Form):
    """The months that have figures."""

    show_optional = False
    maand = forms.ChoiceField(label=_("Month"), required=False)

    def __init__(
        self, *args: Any, months: Sequence[Month], so_far: Month | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(month), month.in_words()) for month in months]
        if so_far:
            choices.insert(0, (str(so_far), _("%(month)s, so far") % {"month": so_far.in_words()}))
        self.offer("maand", choices)


class ReportForm(NldsFormMixin, forms.Form):
    """In which language a report is made."""

    language = forms.ChoiceField(
        label=_("Language of the report"),
        choices=[(code, name) for code, name in settings.LANGUAGES if code in settings.STAFF_LANGUAGES],
        widget=forms.RadioSelect,
    )


class SubscriptionForm(NldsFormMixin, forms.Form):
    """How often somebody wants a mail about the report."""

    frequency = forms.ChoiceField(
        label=_("How often do you want a mail with a link to the report?"),
        choices=[*Frequency.choices, (NEVER, _("no mail"))],
        widget=forms.RadioSelect,
    )
