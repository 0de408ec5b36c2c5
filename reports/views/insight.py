"""Wanted languages and fairness for who may not see people: in numbers that point at nobody."""

from collections import Counter
from typing import Any

from django.utils.translation import get_language
from django.views.generic import TemplateView

from matches.models import PoolInsight
from municipalities.access import Central, Staff
from municipalities.enums import StaffRole
from municipalities.models import Municipality
from reports import wanted
from reports.domain.fairness import latest_fairness
from reports.figures.words import number
from reports.masking import NOTHING, Shown, bound_of
from reports.views.visit import staff_request
from samenhier.core.reference import LANGUAGES


def or_more(shown: Shown) -> str:
    """“5–9”, “40+”; a reader knows that these are households."""
    if shown.high is None:
        return f"{number(shown.low)}+"
    return f"< {number(shown.high + 1)}" if shown.low == 1 else f"{number(shown.low)}–{number(shown.high)}"


def in_words(town: wanted.Wanted) -> list[tuple[str, str]]:
    """The named languages of a town, most first."""
    ordered = sorted(town.languages.items(), key=lambda one: (-one[1].low, LANGUAGES.label(one[0])))
    return [(LANGUAGES.label(code), or_more(shown)) for code, shown in ordered]


class WantedLanguages(TemplateView):
    """One town, for its staff and the national coordinator."""

    access = Staff(StaffRole.VIEWER, StaffRole.NATIONAL)
    template_name = "reports/wanted.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = staff_request(self.request)
        row = PoolInsight.objects.counted_for(request.user).filter(municipality=request.municipality).first()
        shown = wanted.publish(request.municipality.pk, row.counts) if row else None
        return super().get_context_data(
            shown=shown,
            nobody=shown is not None and shown.households == NOTHING,
            households=or_more(shown.households) if shown and shown.households != NOTHING else "",
            named=in_words(shown) if shown else [],
            bound=shown.bound if shown else bound_of(request.municipality.policy.masking_below),
            **kwargs,
        )


class NationalWanted(TemplateView):
    """The country: what each municipality shows, and the languages that are wanted most."""

    access = Central(StaffRole.NATIONAL)
    template_name = "reports/national_wanted.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = staff_request(self.request).user
        rows = {row.municipality_id: row for row in PoolInsight.objects.counted_for(user)}
        towns = list(Municipality.objects.visible_to(user).open().order_by("name"))
        shown = {town.pk: wanted.publish(town.pk, rows[town.pk].counts) for town in towns if town.pk in rows}
        numbers: Counter[str] = Counter()
        for pk in shown:
            numbers.update(rows[pk].counts["languages"])
        return super().get_context_data(
            wanted=[
                (LANGUAGES.label(one.language), one.households.low, or_more(one.households))
                for one in wanted.country(list(shown.values()), numbers)
            ],
            lines=[
                (
                    town,
                    shown.get(town.pk),
                    _households(shown.get(town.pk)),
                    in_words(shown[town.pk]) if town.pk in shown else [],
                )
                for town in towns
            ],
            **kwargs,
        )


def _households(shown: wanted.Wanted | None) -> str:
    if shown is None:
        return "–"
    return "0" if shown.households == NOTHING else or_more(shown.households)


class NationalFairness(TemplateView):
    """The year up to and including last month, in all municipalities together; counted when the month was over."""

    access = Central(StaffRole.NATIONAL)
    template_name = "reports/national_fairness.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = latest_fairness((get_language() or "")[:2])
        month, board = found if found is not None else (None, None)
        return super().get_context_data(until=month and month.end, board=board, **kwargs)
