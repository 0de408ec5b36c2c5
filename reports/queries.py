"""Reads: published months of a municipality and of the country."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from municipalities.models import Municipality
from reports.figures.country import Country
from reports.figures.months import Month
from reports.figures.publication import Publication
from reports.models import CountryFigures, MonthFigures
from samenhier.accounts.models import User

#: The months that stand behind the one that is shown.
MONTHS_BEHIND = 24


def last_closed(now: datetime) -> Month:
    """The last month that is over."""
    return Month.at(now).plus(-1)


def published_until(*, user: User, municipality: Municipality, month: Month) -> list[Publication]:
    """The published months of a municipality up to and including `month`, oldest first, two years at most."""
    rows = (
        MonthFigures.objects.visible_to(user)
        .filter(municipality=municipality, month__range=(month.plus(-MONTHS_BEHIND).first_day, month.first_day))
        .order_by("month")
    )
    return [Publication.from_json(Month.of(row.month), row.published) for row in rows]


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
