"""The country at a glance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from municipalities.access import Central
from municipalities.enums import StaffRole
from reports import queries
from reports.figures import country
from reports.figures.months import Month
from reports.figures.publication import Publication
from reports.figures.words import days_of, percent_of, text_of
from reports.forms import MonthForm
from reports.views.visit import staff_request


@dataclass(frozen=True)
class Column:
    """A column that can be sorted, by what is shown and never by what is hidden."""

    code: str
    label: str | Promise
    text: Callable[[Publication], str]
    rank: Callable[[Publication], float]


def _count(code: str, label: str | Promise) -> Column:
    return Column(code, label, lambda one: text_of(one[code]), lambda one: one[code].middle or one[code].low)


COLUMNS = (
    _count("groups", _("Groups")),
    _count("households_waiting", _("Households that wait")),
    _count("running", _("Active matches")),
    Column(
        "wait_days",
        _("Days of waiting, half waited less"),
        lambda one: days_of(one.wait_days),
        lambda one: -1 if one.wait_days is None else one.wait_days,
    ),
    Column(
        "on_time",
        _("Check-ins on time"),
        lambda one: percent_of(one.on_time),
        lambda one: (one.on_time.middle or 0) if one.on_time else -1,
    ),
)
BY_CODE = {column.code: column for column in COLUMNS}
NAME = "naam"


class Overview(TemplateView):
    """All open municipalities with totals; sortable by a link on each heading."""

    access = Central(StaffRole.NATIONAL)
    template_name = "reports/national.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = queries.last_closed(timezone.now())
        asked = Month.parse(self.request.GET.get("maand", ""))
        month = min(asked, last) if asked else last
        lines = queries.overview(user=staff_request(self.request).user, month=month)
        sort = self.request.GET.get("sorteer", NAME)
        downwards = self.request.GET.get("richting") == "af"
        if sort in BY_CODE:
            rank = BY_CODE[sort].rank
            lines.sort(key=lambda line: rank(line.shown) if line.shown else -2, reverse=downwards)
        elif downwards:
            lines.reverse()
        shown = [line.shown for line in lines if line.shown]
        sums = country.totals(shown)
        compared = country.compared(month, shown)
        return super().get_context_data(
            month=month,
            choice=MonthForm(
                initial={"maand": str(month)},
                months=[last.plus(-back) for back in range(queries.MONTHS_BEHIND)],
            ),
            headings=[self.heading(NAME, _("Municipality"), sort, downwards, month)]
            + [self.heading(column.code, column.label, sort, downwards, month) for column in COLUMNS],
            rows=[
                (line, [(column.label, column.text(line.shown) if line.shown else "–") for column in COLUMNS])
                for line in lines
            ],
            totals=[
                (
                    column.label,
                    text_of(sums[column.code]) if column.code in sums else middle(column.code, compared),
                )
                for column in COLUMNS
            ],
            people={
                code: text_of(sums[code])
                for code in ("volunteers", "adults", "children", "ended", "running", "groups")
            },
            made=len(shown),
            **kwargs,
        )

    def heading(
        self, code: str, label: str | Promise, sort: str, downwards: bool, month: Month
    ) -> dict[str, Any]:
        """A heading with the link that sorts by it, or turns the order around."""
        current = sort == code or (code == NAME and sort not in BY_CODE)
        turned = current and not downwards
        return {
            "label": label,
            "number": code != NAME,
            "url": f"?maand={month}&sorteer={code}" + ("&richting=af" if turned else ""),
            "order": ("descending" if downwards else "ascending") if current else "",
        }


def middle(code: str, compared: country.Country) -> str:
    """Days and percentages have no sum: the middle municipality stands there."""
    if code == "on_time":
        return "–" if compared.on_time is None else f"{compared.on_time}%"
    return days_of(compared.wait_days) if compared.wait_days is not None else "–"
