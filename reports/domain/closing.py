"""Closing a month: counting it once, masking it, and keeping what was said.

Past months are made in order, because what may be said of a month depends on what was said before it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q

from groups.models import SponsorGroup
from municipalities.models import Municipality
from newcomers.models import Household
from reports.figures import country
from reports.figures.counts import counts_of, endings, filled_outcomes
from reports.figures.months import Month
from reports.figures.outcomes import Rounds
from reports.figures.publication import Publication, publish
from reports.models import CountryFairness, CountryFigures, MonthFigures
from reports.queries import MONTHS_BEHIND, last_closed
from samenhier import audit

from .fairness import close_fairness


def close_months(
    *, municipality: Municipality, now: datetime, told: Mapping[Month, Rounds] | None = None
) -> int:
    """Close each month of a municipality that is over. Returns how many; safe to repeat and to race.

    `told` is what was said of outcome questions in those months before; it is not said in another way now.
    """
    last = last_closed(now)
    with transaction.atomic():
        # Not FOR UPDATE: other rows may go on pointing at the municipality meanwhile.
        municipality = (
            Municipality.objects.select_for_update(no_key=True, of=("self",))
            .select_related("policy")
            .get(pk=municipality.pk)
        )
        before = _latest(municipality)
        month = before.month.plus(1) if before else _first_month(municipality, last)
        made = []
        while month and month <= last:
            before = _published(municipality, month, before)
            if told and month in told:
                before = replace(before, rounds=told[month])
            made.append(
                MonthFigures(municipality=municipality, month=month.first_day, published=before.as_json())
            )
            month = month.plus(1)
        if made:
            MonthFigures.objects.bulk_create(made)
            audit.record(
                "figures.closed",
                actor=None,
                subject=municipality,
                municipality_id=municipality.pk,
                months=[f"{row.month:%Y-%m}" for row in made],
            )
        return len(made)


def month_so_far(*, municipality: Municipality, now: datetime) -> Publication:
    """The running month, masked, not kept: for coordinators, who hold the rows themselves.

    Not those of outcome questions: of these nothing is told before the month is over, so that two looks cannot be
    compared.
    """
    return _published(municipality, Month.at(now), _latest(municipality), over=False)


def close_all_months(now: datetime) -> int:
    """Close what is over in every municipality, then the country. Returns how many months were made."""
    last = last_closed(now)
    made = sum(close_months(municipality=town, now=now) for town in _behind(last))
    close_fairness(last)
    return made + _close_country(last)


def start_afresh(*, municipality: Municipality, now: datetime, reason: str) -> int:
    """Forget the closed months of a municipality and make them again, after an import of its past."""
    with transaction.atomic():
        rows = MonthFigures.objects.filter(municipality=municipality)
        told = {
            month: Publication.from_json(month, row.published).rounds
            for row in rows
            for month in [Month.of(row.month)]
        }
        rows.delete()
        CountryFigures.objects.all().delete()
        CountryFairness.objects.all().delete()
        audit.record(
            "figures.afresh", actor=None, subject=municipality, municipality_id=municipality.pk, reason=reason
        )
        made = close_months(municipality=municipality, now=now, told=told)
    _close_country(last_closed(now))
    close_fairness(last_closed(now))
    return made


def _published(
    municipality: Municipality, month: Month, before: Publication | None, *, over: bool = True
) -> Publication:
    return publish(
        month,
        counts_of(municipality, month),
        before=before,
        masking_below=municipality.policy.masking_below,
        endings_after=lambda after: endings(municipality, month, after=after),
        filled=filled_outcomes(municipality, month) if over else None,
    )


def _latest(municipality: Municipality) -> Publication | None:
    row = MonthFigures.objects.filter(municipality=municipality).order_by("-month").first()
    return Publication.from_json(Month.of(row.month), row.published) if row else None


def _first_month(municipality: Municipality, last: Month) -> Month | None:
    """The month of the first group or household, two years ago at most; None when nothing is that old."""
    starts = [
        rows.filter(municipality=municipality).aggregate(first=Min("created_at"))["first"]
        for rows in (SponsorGroup.objects, Household.objects)
    ]
    known = [Month.at(moment) for moment in starts if moment]
    return max(min(known), last.plus(-MONTHS_BEHIND)) if known and min(known) <= last else None


def _behind(last: Month) -> list[Municipality]:
    """Municipalities with something to close."""
    closed = MonthFigures.objects.filter(municipality=OuterRef("pk"), month=last.first_day)
    groups = SponsorGroup.objects.filter(municipality=OuterRef("pk"), created_at__lt=last.end)
    households = Household.objects.filter(municipality=OuterRef("pk"), created_at__lt=last.end)
    return list(
        Municipality.objects.filter(Q(Exists(groups)) | Q(Exists(households))).exclude(Exists(closed))
    )


def _close_country(last: Month) -> int:
    """Make the country's figures of each month that has none, once no municipality is behind."""
    if _behind(last):
        return 0
    done = set(CountryFigures.objects.values_list("month", flat=True))
    months = (
        MonthFigures.objects.exclude(month__in=done)
        .values_list("month", flat=True)
        .distinct()
        .order_by("month")
    )
    made = []
    for first_day in months:
        month = Month.of(first_day)
        rows = MonthFigures.objects.filter(month=first_day, municipality__is_open=True)
        shown = [Publication.from_json(month, row.published) for row in rows]
        made.append(CountryFigures(month=first_day, published=country.compared(month, shown).as_json()))
    # Two sweeps at once make the same rows; the first wins.
    CountryFigures.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)
