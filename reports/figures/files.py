"""The published months as tables for a spreadsheet: exactly what the page shows, one figure a row."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from municipalities.moment_words import moment_in_words
from reports.masking import Shown
from samenhier.core.exports import Cell, Sheet

from .catalogue import BY_CODE, EXPLAINED, FIGURES, MASKS, Figure
from .country import Country
from .months import Month
from .outcome_tables import all_said
from .publication import Publication
from .words import days_of, percent_of, text_of


def figures_sheet(town: str, months: Sequence[Publication], country: Mapping[Month, Country]) -> Sheet:
    """All figures of all months, oldest first. Column names are codes, the same in each language."""
    columns = [
        "municipality",
        "period_start",
        "period_end",
        "figure",
        "name",
        "value",
        "lowest",
        "highest",
        "shown",
        "unit",
        "national_average",
        "answers",
    ]
    return Sheet(name=_("Figures"), columns=columns, rows=list(_rows(town, months, country)))


def meanings_sheet() -> Sheet:
    """What each figure means and how it is masked."""
    return Sheet(
        name=_("Explanation"),
        columns=["figure", "name", "meaning", "masking"],
        rows=[[one.code, str(one.label), str(one.meaning), str(MASKS[one.mask])] for one in EXPLAINED],
    )


def _rows(town: str, months: Sequence[Publication], country: Mapping[Month, Country]) -> Iterator[list[Cell]]:
    for one in months:
        for figure in FIGURES:
            shown, text = _said(figure, one)
            beside = country.get(one.month)
            yield [
                town,
                one.month.first_day,
                one.month.last_day,
                figure.code,
                str(figure.label),
                shown.value if shown else None,
                shown.low if shown else None,
                shown.high if shown else None,
                text,
                figure.unit,
                _beside(figure, beside) if beside else None,
                None,
            ]
        yield from _outcome_rows(town, one)


def _outcome_rows(town: str, one: Publication) -> Iterator[list[Cell]]:
    """A row for each statement and moment; `answers` says of about how many people."""
    for code, moment, said in all_said(one.rounds):
        figure = BY_CODE[f"outcome_{code}"]
        agree = said.agree if said else None
        yield [
            town,
            one.month.first_day,
            one.month.last_day,
            f"{figure.code}_{moment.lower()}",
            _("%(figure)s, %(moment)s") % {"figure": figure.label, "moment": moment_in_words(moment)},
            agree.value if agree else None,
            agree.low if agree else None,
            agree.high if agree else None,
            percent_of(agree),
            figure.unit,
            None,
            text_of(said.answered) if said else None,
        ]


def _said(figure: Figure, one: Publication) -> tuple[Shown | None, str]:
    if figure.code == "wait_days":
        return (None if one.wait_days is None else Shown.exactly(one.wait_days)), days_of(one.wait_days)
    if figure.code == "on_time":
        return one.on_time, percent_of(one.on_time)
    if figure.code in ("completed", "early"):
        split = one.endings.split
        part = (split.completed if figure.code == "completed" else split.early) if split.ended else None
        return part, text_of(part)
    return one[figure.code], text_of(one[figure.code])


def _beside(figure: Figure, beside: Country) -> int | None:
    if figure.code == "wait_days":
        return beside.wait_days
    return beside.on_time if figure.code == "on_time" else beside.averages.get(figure.code)
