"""Languages with a level, in rows."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from samenhier.core.forms import NldsFormMixin
from samenhier.core.reference import LANGUAGE_LEVELS, language_choices

from .rows import RowSet, row_set

NOTHING: list[tuple[str, Any]] = [("", _("Choose …"))]
PREFIX = "talen"


class LanguageRow(NldsFormMixin, forms.Form):
    """One language besides Dutch, and how well."""

    show_optional = False

    code = forms.ChoiceField(
        label=_("Language"), choices=lambda: NOTHING + language_choices(dutch=False), required=False
    )
    level = forms.ChoiceField(
        label=_("How well?"), choices=NOTHING + LANGUAGE_LEVELS.choices(), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("code") and not cleaned.get("level") and "level" not in self.errors:
            self.add_error("level", _("Choose how well you speak this language."))
        if cleaned.get("level") and not cleaned.get("code") and "code" not in self.errors:
            self.add_error("code", _("Choose the language."))
        return cleaned


class LanguageRows(RowSet):
    rows_prefix = PREFIX
    rows_at_first = 2
    rows_at_most = 8

    def clean(self) -> None:
        if any(self.errors):
            return
        seen: set[str] = set()
        for form in self.forms:
            code = form.cleaned_data.get("code")
            if code and code in seen:
                form.add_error("code", _("You chose this language twice."))
            seen.add(code or "")


LanguageSet = row_set(LanguageRow, LanguageRows)
