"""The report as a tagged PDF (PDF/UA-1), made by typst from `typst/report.typ`."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports.figures.board import Board, Series, board
from reports.figures.catalogue import EXPLAINED, MASKS
from reports.figures.country import Country
from reports.figures.months import Month
from reports.figures.outcome_tables import OutcomeTable
from reports.figures.publication import Publication
from samenhier.core.look.charts import round_up

FOLDER = Path(__file__).parent / "typst"


def report_pdf(
    *,
    town: str,
    partner: str,
    months: Sequence[Publication],
    country: Mapping[Month, Country],
    first_day: date,
    masking_below: int,
) -> bytes:
    """The report in the active language over the months from `first_day` to the last of `months`."""
    data = report_data(
        town=town,
        partner=partner,
        shown=board(months, country),
        first_day=first_day,
        masking_below=masking_below,
    )
    return typst.compile(
        FOLDER / "report.typ",
        root=FOLDER,
        font_paths=[FOLDER / "fonts"],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )


def period_in_words(first_day: date, last: Month) -> str:
    """“november 2026”, or “oktober tot en met december 2026” for a quarter."""
    first = Month.of(first_day)
    if first == last:
        return last.in_words()
    return _("%(first)s to %(last)s") % {"first": date_format(first_day, "F"), "last": last.in_words()}


def report_data(
    *, town: str, partner: str, shown: Board, first_day: date, masking_below: int
) -> dict[str, Any]:
    """Everything the template needs, as JSON-able values."""
    period = period_in_words(first_day, shown.month)
    return {
        "language": get_language(),
        "town": town,
        "title": _("%(town)s in %(period)s") % {"town": town, "period": period},
        "lead": _("Figures of Samen Hier at the end of %(month)s. Made by %(partner)s.")
        % {"month": shown.month.in_words(), "partner": partner},
        "footer": _("Samen Hier · %(town)s · %(period)s · made on %(day)s")
        % {"town": town, "period": period, "day": date_format(timezone.localdate(), "j F Y")},
        "kpis": [
            {"value": one.value, "label": one.label, "comparison": one.comparison} for one in shown.kpis
        ],
        "bars": [_bars(one.title, one.rows) for one in shown.bars],
        "endings": {
            "title": _("How matches ended"),
            "lead": _("The first %(ended)s ended matches, up to and including %(month)s.")
            % {"ended": shown.endings_of, "month": shown.endings_until},
            "rows": [list(row) for row in shown.endings],
        },
        "outcomes": [_outcomes(one) for one in shown.outcomes if one.rows],
        "series": [_series(one) for one in shown.series],
        "meanings": [[str(one.label), str(one.meaning), str(MASKS[one.mask])] for one in EXPLAINED],
        "words": {
            "phase": _("Came at least this far"),
            "number": _("Number"),
            "how": _("How it ended"),
            "month": _("Month"),
            "statement": _("Agrees with"),
            "country": _("National"),
            "figure": _("Figure"),
            "meaning": _("What it means"),
            "hidden": _("How small numbers are hidden"),
            "meanings": _("What the figures mean"),
            "masking": _(
                "Numbers from 1 to %(most)s are not shown, nor anything from which they could be worked back."
            )
            % {"most": masking_below - 1},
        },
    }


def _outcomes(one: OutcomeTable) -> dict[str, Any]:
    return {
        "title": one.title,
        "lead": _("The part that agrees, of those who answered most recently. Answering is voluntary."),
        "moments": [words for words, _until in one.moments],
        "until": [_("Answers until"), *(until or "–" for _words, until in one.moments)],
        "rows": [[theme, *([cell.agree, cell.answered] for cell in cells)] for theme, cells in one.rows],
    }


def _bars(title: str, rows: Sequence[Any]) -> dict[str, Any]:
    longest = max((row.value or 0 for row in rows), default=0) or 1
    return {
        "title": title,
        "rows": [
            {"label": row.label, "text": row.text, "part": row.value / longest if row.value else None}
            for row in rows
        ],
    }


def _series(one: Series) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"label": point.label, "value": point.value, "text": point.text, "compared": None, "other": ""}
        for point in one.points
    ]
    for row, other in zip(rows, one.compared, strict=False):
        row |= {"compared": other.value, "other": other.text}
    top = round_up(max((value or 0 for row in rows for value in (row["value"], row["compared"])), default=0))
    return {
        "title": one.title,
        "rows": rows,
        "has_compared": bool(one.compared),
        "drawn": any(row["value"] is not None for row in rows),
        "top": top,
        "axis": [f"{top * part:g}" for part in (0, 0.5, 1)],
        "alt": one.title + ": " + ", ".join(f"{point.label} {point.text}" for point in one.points),
    }
