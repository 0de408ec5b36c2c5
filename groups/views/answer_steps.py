"""The pages of a yes in order, and the form of each from what was typed."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.enums import DutchLevel
from groups.forms import answers as forms
from groups.forms.languages import PREFIX, LanguageRow, LanguageRows, LanguageSet
from groups.forms.rows import rows_shown, typed_rows, with_empty_rows
from municipalities.models import Policy
from samenhier.core.reference import INTERESTS, LANGUAGE_LEVELS, LANGUAGES, slot_label

from .question_pages import Step, Steps, Typed, as_data, as_initial, rows_data
from .summary import Row

SPOKEN = "talen"

AGE = "leeftijd"

LATER = Steps(
    (
        Step("nederlands", forms.DutchForm, gettext_lazy("Do you speak Dutch?")),
        Step(
            SPOKEN,
            LanguageSet,
            gettext_lazy("Which other languages do you speak?"),
            gettext_lazy("Choose a language and how well you speak it. You can leave this empty."),
            template="groups/question_languages.html",
        ),
        Step("interesses", forms.InterestsForm, gettext_lazy("What do you like to do?")),
        Step(
            "beschikbaar",
            forms.AvailabilityForm,
            gettext_lazy("When can you?"),
            template="groups/question_availability.html",
        ),
        Step("telefoon", forms.PhoneForm, gettext_lazy("Your phone number")),
    )
)


def steps_in(policy: Policy) -> Steps:
    """All pages, as they are asked in one municipality."""
    age = policy.minimum_age
    return Steps((Step(AGE, partial(forms.AgeForm, age=age), forms.age_question(age)), *LATER))


def bound(step: Step, answers: Mapping[str, Typed]) -> Any:
    """The form of a page, filled with what was typed, ready to be validated."""
    stored = answers.get(step.code, {})
    return step.form(rows_data(stored, PREFIX) if step.code == SPOKEN else as_data(stored))


def fresh(step: Step, answers: Mapping[str, Typed], *, more: bool = False) -> Any:
    """The form of a page as a person opens it."""
    stored = answers.get(step.code)
    if step.code == SPOKEN:
        shown = rows_shown(PREFIX, stored or {})
        return language_rows(typed_rows(LanguageRow, PREFIX, stored or {}), more=more, shown=shown)
    return step.form(initial=as_initial(step.form, stored, {}) if stored else None)


def language_rows(rows: list[dict[str, Any]], *, more: bool, shown: int = 0) -> Any:
    """The rows of languages to show, with room for more."""
    return LanguageSet(
        initial=with_empty_rows(
            rows, first=LanguageRows.rows_at_first, most=LanguageRows.rows_at_most, more=more, shown=shown
        )
    )


def all_bound(steps: Steps, answers: Mapping[str, Typed]) -> dict[str, Any]:
    """Every form, filled."""
    return {step.code: bound(step, answers) for step in steps}


def first_problem(bound_forms: Mapping[str, Any]) -> str | None:
    """The code of the first page that still needs an answer; who is too young goes back to the first."""
    for code, form in bound_forms.items():
        if not form.is_valid() or (code == AGE and form.cleaned_data["old_enough"] != "yes"):
            return code
    return None


def values(bound_forms: Mapping[str, Any]) -> dict[str, Any]:
    """The cleaned answers, by the names of `accept_invitation`."""
    return {
        "old_enough": bound_forms[AGE].cleaned_data["old_enough"] == "yes",
        "dutch": bound_forms["nederlands"].cleaned_data["dutch"],
        "languages": [row for row in bound_forms["talen"].filled() if row["code"]],
        "interests": bound_forms["interesses"].cleaned_data["interests"],
        "availability": bound_forms["beschikbaar"].cleaned_data["availability"],
        "phone": bound_forms["telefoon"].cleaned_data["phone"],
    }


def summary(bound_forms: Mapping[str, Any], policy: Policy) -> list[Row]:
    """The rows of the check page."""
    answered = values(bound_forms)

    def row(label: str, value: Any, step: str) -> Row:
        return Row(label, value, reverse("groups:answer", kwargs={"step": step}) + "?dan=controle")

    spoken = [
        f"{LANGUAGES.label(one['code'])} ({LANGUAGE_LEVELS.label(one['level'])})"
        for one in answered["languages"]
    ]
    return [
        row(_("%(age)s or over") % {"age": policy.minimum_age}, _("Yes"), AGE),
        row(_("Speaks Dutch"), DutchLevel(answered["dutch"]).label, "nederlands"),
        row(_("Other languages"), spoken, "talen"),
        row(_("What you like to do"), INTERESTS.labels(answered["interests"]), "interesses"),
        row(_("When you can"), [slot_label(code) for code in answered["availability"]], "beschikbaar"),
        row(_("Phone number"), answered["phone"], "telefoon"),
    ]
