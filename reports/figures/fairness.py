"""Fairness in the country: the same counting as in a town, told without small numbers."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from matches.queries.fairness import DIMENSIONS, Slice, differences, label_of, lives, sentence_of, slices
from matches.queries.fairness_board import HIDDEN, Board, Part, Row, titles
from reports import masking

from .words import number, percent_of

#: A kind is told when its households live in so many municipalities at least.
TOWNS = masking.CONTRIBUTORS


def national_board(households: Any, *, until: datetime, bound: int) -> Board:
    """The year before `until` of all these households. Two queries."""
    found = lives(households, until=until)
    everybody = Slice("all", tuple(found))
    if everybody.count < max(bound, masking.MEDIAN_FROM) or everybody.towns < TOWNS:
        return Board(total=None, parts=[])
    parts = []
    for code in DIMENSIONS:
        shown = slices(found, code, bound=bound, towns=TOWNS)
        rows = [row_of(label_of(code, one.code), one, bound) for one in shown]
        parts.append(
            Part(
                code=code,
                title=titles()[code],
                bars=[
                    (row.label, _middle(one, bound), row.rate) for row, one in zip(rows, shown, strict=True)
                ],
                rows=rows,
                sentences=[
                    sentence_of(code, one)
                    for one in differences(found, code, shown)
                    if one.measure != "rate" or _exact(found, shown, one.code, bound)
                ],
            )
        )
    return Board(total=row_of(_("All households"), everybody, bound), parts=parts)


def _share(one: Slice, bound: int) -> masking.Shown | None:
    return masking.share(one.placed, one.count, bound)


def _middle(one: Slice, bound: int) -> float | None:
    shown = _share(one, bound)
    return shown.middle if shown else None


def _exact(found: Any, shown: list[Slice], code: str, bound: int) -> bool:
    """A sentence about shares tells both: neither may rest on a small number."""
    one = next(one for one in shown if one.code == code)
    inside = set(map(id, one.lives))
    others = Slice("others", tuple(life for life in found if id(life) not in inside))
    return all(
        (share := _share(part, bound)) is not None and share.value is not None for part in (one, others)
    )


def row_of(label: str, one: Slice, bound: int) -> Row:
    """One line with everything masked that rests on few households."""
    days = masking.median([round(7 * life.weeks) for life in one.lives], bound)
    scores = one.scores
    enough = len(scores) >= max(masking.MEDIAN_FROM, bound)
    return Row(
        label=label,
        count=number(one.count),
        placed="",
        rate=percent_of(share) if (share := _share(one, bound)) else HIDDEN,
        weeks=HIDDEN if days is None else number(round(days / 7)),
        score=number(round(sum(scores) / len(scores))) if enough else HIDDEN,
    )
