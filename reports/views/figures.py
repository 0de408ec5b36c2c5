"""The figures of a municipality: the page and the files."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.generic import TemplateView, View

from municipalities.access import Staff
from municipalities.enums import StaffRole
from reports import queries
from reports.domain import closing
from reports.figures.board import board
from reports.figures.catalogue import EXPLAINED, MASKS
from reports.figures.files import figures_sheet, meanings_sheet
from reports.figures.months import Month
from reports.forms import MonthForm
from reports.views.visit import staff_request
from samenhier.core.exports import CSV_TYPE, XLSX_TYPE, attachment, csv_file, xlsx_file

READERS = Staff(StaffRole.COORDINATOR, StaffRole.VIEWER, StaffRole.NATIONAL)


class Dashboard(TemplateView):
    """One month of a municipality, with the months behind it and the country beside it."""

    access = READERS
    template_name = "reports/dashboard.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, now = staff_request(self.request), timezone.now()
        town, user = request.municipality, request.user
        months = queries.months_of(user=user, municipality=town)
        if not months or months[0] != queries.last_closed(now):
            closing.close_months(municipality=town, now=now)
            months = queries.months_of(user=user, municipality=town)
        running = Month.at(now)
        may_see_running = StaffRole.COORDINATOR in request.staff_roles
        asked = Month.parse(self.request.GET.get("maand", ""))
        so_far = asked == running and may_see_running
        chosen = asked if asked in months else months[0] if months else None
        shown = queries.published_until(user=user, municipality=town, month=chosen) if chosen else []
        if so_far:
            shown = [*shown, closing.month_so_far(municipality=town, now=now)]
        country = queries.country_until(shown[-1].month) if shown else {}
        current = running if so_far else chosen
        return super().get_context_data(
            board=board(shown, country) if shown else None,
            month=current,
            so_far=so_far,
            # A month without figures: say when they come, do not show another month in silence.
            asked_in_words=asked.in_words() if asked and asked != current else "",
            first_figures_on=running.plus(1).first_day,
            choice=MonthForm(
                initial={"maand": str(current)},
                months=months,
                so_far=running if may_see_running else None,
            ),
            meanings=[(one.label, one.meaning, MASKS[one.mask]) for one in EXPLAINED],
            most_hidden=town.policy.masking_below - 1,
            **kwargs,
        )


class Files(View):
    """The same figures for a spreadsheet, up to and including the chosen month."""

    access = READERS

    def get(self, request: HttpRequest, *, slug: str, ending: str) -> HttpResponse:
        town, user, now = staff_request(request).municipality, staff_request(request).user, timezone.now()
        closing.close_months(municipality=town, now=now)
        month = Month.parse(request.GET.get("maand", "")) or queries.last_closed(now)
        months = queries.published_until(user=user, municipality=town, month=month)
        if not months:
            raise Http404
        sheet = figures_sheet(town.name, months, queries.country_until(month))
        name = f"samen-hier-cijfers-{town.slug}-{months[-1].month}.{ending}"
        if ending == "csv":
            return attachment(csv_file(sheet), filename=name, content_type=CSV_TYPE)
        return attachment(xlsx_file(sheet, meanings_sheet()), filename=name, content_type=XLSX_TYPE)
