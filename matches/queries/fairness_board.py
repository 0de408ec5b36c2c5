"""The fairness page of a town in words and pictures: exact for coordinators, in kinds of at least the bound."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from .fairness import (
    DIMENSIONS,
    Slice,
    differences,
    label_of,
    lives,
    sentence_of,
    slices,
)

#: Too few to say; the page explains it below the tables.
HIDDEN = "–"
#: With fewer pairs a mean says nothing.
MEAN_FROM = 3


@dataclass(frozen=True)
class Row:
    """One kind of household: how many, how many of them met a group, how long and how well."""

    label: str
    count: str
    placed: str
    rate: str
    weeks: str
    score: str


@dataclass(frozen=True)
class Part:
    """One dimension: the picture, the table, and who does clearly worse."""

    code: str
    title: str
    bars: list[tuple[str, float | None, str]]
    rows: list[Row]
    sentences: list[str]

    @property
    def has_bars(self) -> bool:
        """Whether there is anything to draw: in the country every share may be hidden."""
        return any(value is not None for _label, value, _text in self.bars)


@dataclass(frozen=True)
class Board:
    """Everything on the page. `total` is one row about all households together."""

    total: Row | None
    parts: list[Part]

    @property
    def sentences(self) -> list[str]:
        return [sentence for part in self.parts for sentence in part.sentences]

    @property
    def tells_little(self) -> bool:
        """Most of what would be compared is hidden: that nothing stands out means nothing then."""
        shares = [row.rate for part in self.parts if len(part.rows) > 1 for row in part.rows]
        return 2 * sum(share != HIDDEN for share in shares) <= len(shares)


def titles() -> dict[str, str]:
    """The headings, by dimension."""
    return {"language": _("By language"), "size": _("By size of the household"), "urgency": _("By urgency")}


def board(households: Any, *, until: datetime, bound: int) -> Board:
    """The year before `until` of these households. Two queries."""
    found = lives(households, until=until)
    if len(found) < bound:
        return Board(total=None, parts=[])
    parts = []
    for code in DIMENSIONS:
        shown = slices(found, code, bound=bound)
        parts.append(
            Part(
                code=code,
                title=titles()[code],
                bars=[
                    (label_of(code, one.code), round(100 * one.rate), f"{round(100 * one.rate)}%")
                    for one in shown
                ],
                rows=[row_of(label_of(code, one.code), one) for one in shown],
                sentences=[sentence_of(code, one) for one in differences(found, code, shown)],
            )
        )
    return Board(total=row_of(_("All households"), Slice("all", tuple(found))), parts=parts)


def row_of(label: str, one: Slice) -> Row:
    """Exact numbers, for who may see the households anyway."""
    scores = one.scores
    return Row(
        label=label,
        count=str(one.count),
        placed=str(one.placed),
        rate=f"{round(100 * one.rate)}%",
        weeks=str(round(one.weeks)),
        score=str(round(sum(scores) / len(scores))) if len(scores) >= MEAN_FROM else "–",
    )
