"""The pages of a registration, and the form of each from what was typed."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from groups.forms import registration as forms
from groups.forms.rows import rows_shown, typed_rows, with_empty_rows

from .question_pages import Step, Steps, Typed, as_data, as_initial, rows_data

MEMBERS = "leden"

STEPS = Steps(
    (
        Step("gemeente", forms.TownForm, _("In which municipality do you want to start?")),
        Step("groep", forms.GroupForm, _("What is your group called?")),
        Step("over-jou", forms.AboutYouForm, _("Who are you?")),
        Step(
            MEMBERS,
            forms.MemberSet,
            _("Who else is in your group?"),
            _("Each person gets one message, and says yes or no themself. You can invite others later."),
            template="groups/question_members.html",
        ),
        Step("aanbod", forms.OffersForm, _("What would you like to do together?")),
        Step("huishouden", forms.HouseholdForm, _("Which household fits your group?")),
        Step("afspraken", forms.PromisesForm, _("What can you promise?")),
        Step("waarom", forms.WhyForm, _("Why do you want to do this?")),
    )
)


def bound(step: Step, answers: Mapping[str, Typed]) -> Any:
    """The form of a page, filled with what was typed, ready to be validated."""
    stored = answers.get(step.code, {})
    if step.code == MEMBERS:
        own = answers.get("over-jou", {}).get("contact_email") or [""]
        return forms.MemberSet(rows_data(stored, forms.MEMBERS_PREFIX), context={"contact_email": own[0]})
    return step.form(as_data(stored))


def fresh(step: Step, answers: Mapping[str, Typed], *, initial: Mapping[str, Any], more: bool = False) -> Any:
    """The form of a page as a visitor opens it."""
    stored = answers.get(step.code)
    if step.code == MEMBERS:
        rows = typed_rows(forms.MemberRow, forms.MEMBERS_PREFIX, stored or {})
        return forms.MemberSet(
            initial=with_empty_rows(
                rows,
                first=forms.MemberRows.rows_at_first,
                most=forms.MemberRows.rows_at_most,
                more=more,
                shown=rows_shown(forms.MEMBERS_PREFIX, stored or {}),
            )
        )
    if stored is None:
        return step.form(initial=dict(initial))
    return step.form(initial=as_initial(step.form, stored, initial))
