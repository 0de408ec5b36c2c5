"""All components on one page."""

from datetime import timedelta
from typing import Any

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from .access import Public
from .forms import NldsFormMixin, SplitDateField


class ExampleForm(NldsFormMixin, forms.Form):
    """One field of each kind, for the style guide."""

    name = forms.CharField(
        label=_("Name of your group"), max_length=60, help_text=_("For example the name of your street.")
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("We send one message to this address."),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=_("Your phone number"),
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    members = forms.IntegerField(label=_("How many people are in your group?"), min_value=3, max_value=12)
    town = forms.ChoiceField(
        label=_("Municipality"),
        choices=[("", _("Choose a municipality")), ("a", "Apeldoorn"), ("z", "Zwolle")],
    )
    dutch = forms.ChoiceField(
        label=_("Do you speak Dutch?"),
        help_text=_("A little is fine too."),
        widget=forms.RadioSelect,
        choices=[("yes", _("Yes")), ("little", _("A little")), ("no", _("Not yet"))],
    )
    days = forms.MultipleChoiceField(
        label=_("When can you meet?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("mon", _("Monday")), ("tue", _("Tuesday")), ("wed", _("Wednesday"))],
    )
    date = SplitDateField(label=_("When do you want to start?"), help_text=_("For example 8 12 2026."))
    time = forms.TimeField(
        label=_("At what time?"),
        help_text=_("For example 19:30."),
        widget=forms.TimeInput({"inputmode": "numeric"}),
    )
    about = forms.CharField(
        label=_("Why do you want this?"), required=False, widget=forms.Textarea({"rows": 4})
    )
    agree = forms.BooleanField(label=_("We keep to the agreements of Samen Hier."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Fieldset(_("Your group"), "name", "email", "phone", "members", "town"),
            Div("dutch", "days", "date", "time", "about", "agree"),
        )


class QuestionForm(NldsFormMixin, forms.Form):
    """One question on its own page."""

    question = True
    size = forms.ChoiceField(
        label=_("How many people are in your group?"),
        help_text=_("Five is best. You can add people later."),
        widget=forms.RadioSelect,
        choices=[("3", "3"), ("4", "4"), ("5", "5")],
    )


class LineForm(NldsFormMixin, forms.Form):
    """A form that comes more than once."""

    language = forms.CharField(label=_("Language"))
    level = forms.ChoiceField(
        label=_("How well?"), choices=[("", _("Choose")), ("a", _("A little")), ("b", _("Well"))]
    )


LineFormSet = forms.formset_factory(LineForm, extra=2)


class Styleguide(TemplateView):
    """`?fouten=1` shows the forms with errors."""

    access = Public()
    template_name = "styleguide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        sent = {"email": "bram@", "members": "1", "date_0": "31", "date_1": "2", "date_2": "2026"}
        wrong = "fouten" in self.request.GET
        lines = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-language": "Tigrinya"}
        months = [_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun")]
        return super().get_context_data(
            example=ExampleForm(sent if wrong else None),
            single=QuestionForm({} if wrong else None, prefix="single"),
            lines=LineFormSet(lines if wrong else None),
            now=now,
            next_week=now + timedelta(days=7),
            page=Paginator(range(120), 10).page(4),
            events=[
                {"moment": now, "title": _("Group approved"), "by": "Samira", "tone": "ok"},
                {"moment": now - timedelta(days=3), "title": _("First talk"), "text": _("At the town hall.")},
                {"moment": now - timedelta(days=20), "title": _("Check-in too late"), "tone": "late"},
            ],
            funnel=[
                (_("Registered"), 38),
                (_("Talk"), 33),
                (_("Approved"), 29),
                (_("Matched"), 23),
                (_("Stopped"), None, "< 5"),
            ],
            months=list(zip(months, [12, 14, 15, 19, 21, 23], strict=True)),
            country=list(zip(months, [10, 11, 13, 14, 16, 17], strict=True)),
            sizes=range(3, 9),
            **kwargs,
        )
