"""Reads: published months of a municipality and of the country."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from municipalities.models import Municipality, StaffMembership
from reports.figures.country import Country
from reports.figures.months import Month
from reports.figures.publication import Publication
from reports.models import CountryFigures, MonthFigures, ReportRun, ReportSubscription
from reports.models.report import READERS
from samenhier.accounts.models import User

#: The months that stand behind the one that is shown.
MONTHS_BEHIND = 24


def last_closed(now: datetime) -> Month:
    """The last month that is over."""
    return Month.at(now).plus(-1)


def published_until(*, user: User, municipality: Municipality, month: Month) -> list[Publication]:
    """The published months of a municipality up to and including `month`, oldest first, two years at most."""
    return _until(MonthFigures.objects.visible_to(user), municipality, month)


def all_published_until(*, municipality: Municipality, month: Month) -> list[Publication]:
    """The same for the system itself: what goes into a report."""
    return _until(MonthFigures.objects.all(), municipality, month)


def _until(rows: QuerySet[MonthFigures], municipality: Municipality, month: Month) -> list[Publication]:
    period = (month.plus(-MONTHS_BEHIND).first_day, month.first_day)
    found = rows.filter(municipality=municipality, month__range=period).order_by("month")
    return [Publication.from_json(Month.of(row.month), row.published) for row in found]


def months_of(*, user: User, municipality: Municipality) -> list[Month]:
    """The months that can be chosen, newest first."""
    rows = MonthFigures.objects.visible_to(user).filter(municipality=municipality).order_by("-month")
    return [Month.of(day) for day in rows.values_list("month", flat=True)]


def subscribers() -> QuerySet[ReportSubscription]:
    """Subscriptions of people who may still read the reports of that municipality."""
    readers = StaffMembership.objects.active().filter(
        user=OuterRef("user"), municipality=OuterRef("municipality"), role__in=READERS
    )
    return ReportSubscription.objects.filter(Exists(readers), user__is_active=True)


def reports_of(*, user: User, municipality: Municipality) -> QuerySet[ReportRun]:
    """The reports of a municipality, newest first, without the files."""
    found = ReportRun.objects.visible_to(user).filter(municipality=municipality)
    return found.defer("pdf").order_by("-last_day", "first_day", "language")


def country_until(month: Month) -> Mapping[Month, Country]:
    """The averages beside those months."""
    rows = CountryFigures.objects.filter(month__range=(month.plus(-MONTHS_BEHIND).first_day, month.first_day))
    return {month: Country.from_json(month, row.published) for row in rows for month in [Month.of(row.month)]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A municipality in the national overview; `shown` is None when it has no figures of the month."""

    municipality: Municipality
    shown: Publication | None


def overview(*, user: User, month: Month) -> list[Line]:
    """All open municipalities with their figures of the month, by name."""
    towns = list(Municipality.objects.visible_to(user).open().order_by("name"))
    rows = MonthFigures.objects.visible_to(user).filter(
        municipality__in=[town.pk for town in towns], month=month.first_day
    )
    found = {row.municipality_id: Publication.from_json(month, row.published) for row in rows}
    return [Line(municipality=town, shown=found.get(town.pk)) for town in towns]
