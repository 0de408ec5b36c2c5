"""Charts drawn on the server: SVG that keeps its letters readable at any width, with a table beside it.

Positions along a line are percentages, so that a phone squeezes the bars and not the words. In a
right-to-left language the picture starts at the right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import get_language_bidi

from .register import register

ROW_HEIGHT = 54
PLOT_HEIGHT = 200
# The part of the width that the longest bar takes; the rest is for its number.
FULL_BAR = 84


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart. `value` None draws nothing: masked or not known. `text` is what people read."""

    label: str
    value: float | None
    text: str


def as_points(rows: Iterable[Any]) -> list[Point]:
    """Rows of a chart: (label, value) or (label, value, text)."""
    points = []
    for row in rows:
        label, value, *text = row
        shown = str(text[0]) if text else "–" if value is None else f"{value:g}"
        points.append(Point(label=str(label), value=value, text=shown))
    return points


def place(percent: float) -> str:
    """A distance from the start of the line, for either writing direction."""
    return f"{100 - percent if get_language_bidi() else percent:.2f}%"


@register.inclusion_tag("components/chart_bars.html")
def chart_bars(*, title: str, rows: Sequence[Any], label_heading: str = "", value_heading: str = ""):
    """Horizontal bars with a table beside them.

    Usage: {% chart_bars title=_("From registration to match") rows=funnel %}
    Required: title, rows (tuples: label, value or None, optional text such as "< 5")
    Optional: label_heading and value_heading (of the table)
    """
    points = as_points(rows)
    largest = max((point.value or 0 for point in points), default=0) or 1
    bars = []
    for number, point in enumerate(points):
        width = FULL_BAR * (point.value or 0) / largest
        bars.append(
            {
                "label": point.label,
                "text": point.text,
                "y_label": number * ROW_HEIGHT + 16,
                "y_bar": number * ROW_HEIGHT + 24,
                "y_text": number * ROW_HEIGHT + 38,
                "start": f"{100 - width:.2f}%" if get_language_bidi() else "0",
                "width": f"{width:.2f}%",
                "text_x": place(width),
                "tone": "last" if number == len(points) - 1 and number else "bar",
            }
        )
    return {
        "title": title,
        "bars": bars,
        "height": len(points) * ROW_HEIGHT,
        "edge": "100%" if get_language_bidi() else "0",
        "gap": -8 if get_language_bidi() else 8,
        # Numbers run from left to right in every language, also "< 5".
        "anchor": "end" if get_language_bidi() else "start",
        "spoken": ", ".join(f"{point.label} {point.text}" for point in points),
        "label_heading": label_heading,
        "value_heading": value_heading,
    }


@register.inclusion_tag("components/chart_series.html")
def chart_series(
    *,
    title: str,
    points: Sequence[Any],
    compared: Sequence[Any] = (),
    label: str = "",
    compared_label: str = "",
):
    """A number through the months, with another line to compare and a table beside it.

    Usage: {% chart_series title=_("Active matches") points=months %}
    Required: title, points (tuples: month as text, value or None, optional text)
    Optional: compared (same months), label and compared_label (names of the two lines)
    """
    own, other = as_points(points), as_points(compared)
    top = round_up(max((point.value or 0 for point in (*own, *other)), default=0))
    return {
        "title": title,
        "label": label or title,
        "compared_label": compared_label,
        "own": drawn(own, top=top),
        "own_lines": lines(own, top=top),
        "other_lines": lines(other, top=top),
        "rows": [
            (point.label, point.text, other[number].text if number < len(other) else "")
            for number, point in enumerate(own)
        ],
        "grid": [(y_of(top * part, top=top), f"{top * part:g}") for part in (0, 0.5, 1)],
        "edge": "100%" if get_language_bidi() else "0",
        "height": PLOT_HEIGHT + 32,
        "plot_height": PLOT_HEIGHT,
        "axis_y": PLOT_HEIGHT + 24,
        "spoken": ", ".join(f"{point.label} {point.text}" for point in own),
    }


def round_up(value: float) -> float:
    """The next number with a whole half, for the top of the axis: 2, 4, 6, 8, 10, 20, 30, 40, 50 …"""
    step = 1.0
    while True:
        for factor in (2, 4, 6, 8, 10) if step == 1 else (2, 3, 4, 5, 6, 8, 10):
            if step * factor >= value:
                return step * factor
        step *= 10


def x_of(number: int, count: int) -> float:
    """Place of a month on the line, in percent; room at both ends for its name and the axis."""
    return 8 + (50 if count == 1 else 86 * number / (count - 1))


def y_of(value: float, *, top: float) -> str:
    """Height of a value in the plot, in pixels from above."""
    return f"{12 + (PLOT_HEIGHT - 16) * (1 - value / top):.1f}"


def drawn(points: list[Point], *, top: float) -> list[dict[str, Any]]:
    """Dots and month names. On a phone only each third name is shown, counted from the last."""
    count = len(points)
    return [
        {
            "label": point.label,
            "x": place(x_of(number, count)),
            "y": None if point.value is None else y_of(point.value, top=top),
            "minor": (count - 1 - number) % 3 != 0,
            "last": number == count - 1,
            "text": point.text,
        }
        for number, point in enumerate(points)
    ]


def lines(points: list[Point], *, top: float) -> list[dict[str, Any]]:
    """Pieces of line between neighbours that both have a value."""
    count = len(points)
    return [
        {
            "x1": place(x_of(number, count)),
            "y1": y_of(point.value, top=top),
            "x2": place(x_of(number + 1, count)),
            "y2": y_of(following.value, top=top),
        }
        for number, (point, following) in enumerate(pairwise(points))
        if point.value is not None and following.value is not None
    ]
