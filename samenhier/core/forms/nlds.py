"""The form mixin of the house: crispy helper for our pack, messages that say what to do, careful text."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.forms.utils import pretty_name
from django.utils.translation import gettext_lazy as _

from .text import refuse_bsn, refuse_control_characters

#: Messages by kind of field, most special kind first; used where a form says nothing of its own.
MESSAGES: list[tuple[type[forms.Field], dict[str, Any]]] = [
    (
        forms.EmailField,
        {
            "required": _("Fill in an e-mail address, for example name@example.nl."),
            "invalid": _("Fill in an e-mail address, for example name@example.nl."),
        },
    ),
    (
        forms.IntegerField,
        {
            "required": _("Fill in a number, for example 12."),
            "invalid": _("Fill in a whole number, for example 12."),
            "min_value": _("Fill in a number of %(limit_value)s or more."),
            "max_value": _("Fill in a number of %(limit_value)s or less."),
        },
    ),
    (
        forms.DateTimeField,
        {
            "required": _("Fill in a date and a time."),
            "invalid": _("Fill in a date and a time, for example 8-12-2026 19:30."),
        },
    ),
    (
        forms.DateField,
        {
            "required": _("Fill in a date, for example 8-12-2026."),
            "invalid": _("Fill in a date that exists, for example 8-12-2026."),
        },
    ),
    (
        forms.TimeField,
        {
            "required": _("Fill in a time, for example 19:30."),
            "invalid": _("Fill in a time, for example 19:30."),
        },
    ),
    (
        forms.MultipleChoiceField,
        {
            "required": _("Choose at least one answer for “%(label)s”."),
            "invalid_choice": _("Choose answers from the list."),
            "invalid_list": _("Choose answers from the list."),
        },
    ),
    (
        forms.ModelMultipleChoiceField,
        {
            "required": _("Choose at least one answer for “%(label)s”."),
            "invalid_choice": _("Choose answers from the list."),
            "invalid_list": _("Choose answers from the list."),
            "invalid_pk_value": _("Choose answers from the list."),
        },
    ),
    (
        forms.ChoiceField,
        {
            "required": _("Choose an answer for “%(label)s”."),
            "invalid_choice": _("Choose an answer from the list."),
        },
    ),
    (
        forms.ModelChoiceField,
        {
            "required": _("Choose an answer for “%(label)s”."),
            "invalid_choice": _("Choose an answer from the list."),
        },
    ),
    (forms.BooleanField, {"required": _("Tick the box if you agree. Without it we cannot go on.")}),
    (
        forms.FileField,
        {
            "required": _("Choose a file."),
            "invalid": _("Choose a file."),
            "missing": _("Choose a file."),
            "empty": _("This file is empty. Choose another file."),
        },
    ),
    (
        forms.CharField,
        {
            "required": _("Fill in “%(label)s”."),
            "max_length": _(
                "This text is too long. Use at most %(limit_value)s letters; now there are %(show_value)s."
            ),
            "min_length": _("This text is too short. Use at least %(limit_value)s letters."),
        },
    ),
]


class NldsHelper(FormHelper):
    """Crispy's helper with our defaults: the page writes the form element, its token and its buttons.

    `question`: the form is one question, and its label or legend is the h1 of the page.
    """

    question = False

    def __init__(self, form: forms.BaseForm | None = None) -> None:
        super().__init__(form)
        self.form_tag = False
        self.disable_csrf = True
        self.include_media = False
        self.render_unmentioned_fields = False
        self.render_hidden_fields = True


class NldsFormMixin:
    """Put first among the bases of a form: `class GroupName(NldsFormMixin, forms.Form)`.

    question: this form is one question on its own page (see NldsHelper)
    show_optional: say "(not required)" at fields that may stay empty; off for filters, and for rows of which the
    legend says it once
    said_before (a form may have it): names of fields that belong to the one before them, which says it for both
    """

    question = False
    show_optional = True
    # We mark with words; the browser's own bubbles speak the browser's language.
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = NldsHelper()
        self.helper.question = self.question
        for name, field in self.fields.items():  # type: ignore[attr-defined]  # of the form that this is mixed into
            give_messages(field, label=str(field.label or pretty_name(name)))
            guard_text(field)
            tell_length(field)

    def offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Give a field the choices of this moment. TypeError when it is no field with choices."""
        field = self.fields[name]  # type: ignore[attr-defined]  # of the form that this is mixed into
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} has no choices")
        field.choices = list(choices)


def own_defaults(field: forms.Field) -> dict[str, Any]:
    """The messages that a kind of field has by itself, to tell them from a form's own."""
    found: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        found.update(getattr(kind, "default_error_messages", {}))
    return found


def give_messages(field: forms.Field, *, label: str) -> None:
    """Replace Django's messages by ours; what a form or our own field says itself stays."""
    if type(field).__module__.startswith("samenhier."):
        return
    ours = next((texts for kind, texts in MESSAGES if isinstance(field, kind)), {})
    defaults = own_defaults(field)
    for code, text in ours.items():
        if code not in field.error_messages or field.error_messages[code] is defaults.get(code):
            field.error_messages[code] = (
                text % {"label": label} if code == "required" and "%(" in str(text) else text
            )


def tell_length(field: forms.Field) -> None:
    """No browser cuts a long text without a word: it is refused with a message and kept, and large fields say the limit."""
    if not isinstance(field, forms.CharField) or field.max_length is None:
        return
    if str(field.widget.attrs.get("maxlength")) == str(field.max_length):
        del field.widget.attrs["maxlength"]
    if isinstance(field.widget, forms.Textarea) and str(field.max_length) not in str(field.help_text):
        limit = _("At most %(number)s letters.") % {"number": field.max_length}
        field.help_text = f"{field.help_text} {limit}".strip()


def guard_text(field: forms.Field) -> None:
    """Refuse unshowable signs in every text, and numbers like a BSN in what people type, except phone numbers.

    What a page sends along by itself is no text of a person: a mark such as a hash may hold nine digits.
    """
    if not isinstance(field, forms.CharField) or isinstance(field.widget, forms.PasswordInput):
        return
    field.validators = [*field.validators, refuse_control_characters]
    if getattr(field.widget, "input_type", "") not in ("tel", "url", "hidden"):
        field.validators.append(refuse_bsn)
