"""The answers of a registration as rows of a list, each with the page where it can be changed."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from groups.enums import GroupKind
from samenhier.core.look.words import address
from samenhier.core.reference import CHILD_BANDS, GOALS, WISHES


@dataclass(frozen=True)
class Row:
    """One line of the check page."""

    label: str
    value: Any
    change_url: str


def summary_of(values: dict[str, Any]) -> list[Row]:
    """The rows, in the order of the pages; `values` are the domain's arguments."""

    def row(label: str, value: Any, step: str) -> Row:
        return Row(label, value, reverse("groups:register", kwargs={"step": step}) + "?dan=controle")

    return [
        row(_("Municipality"), values["municipality"].name, "gemeente"),
        row(_("Name of your group"), values["name"], "groep"),
        row(_("Kind of group"), GroupKind(values["kind"]).label, "groep"),
        row(_("Your first name"), values["contact_name"], "over-jou"),
        row(_("Your e-mail address"), address(values["contact_email"]), "over-jou"),
        row(
            _("Others in your group"),
            [format_html("{} ({})", name, address(email)) for name, email in values["members"]],
            "leden",
        ),
        row(_("What you would like to do"), GOALS.labels(values["offers"]), "aanbod"),
        row(_("People in the household at most"), values["max_household"], "huishouden"),
        row(_("Children you feel at ease with"), CHILD_BANDS.labels(values["child_bands"]), "huishouden"),
        row(_("Part of town"), values["part_of_town"], "huishouden"),
        row(_("What you can promise"), WISHES.labels(values["promises"]), "afspraken"),
        row(_("Why you want to do this"), values["motivation"], "waarom"),
    ]
