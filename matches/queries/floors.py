"""Floors and their price in words."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matches.domain.floors import Floor
from matches.models import PoolInsight


@dataclass(frozen=True)
class FloorLine:
    """One line of the table: a floor, what it gives, and what it costs."""

    floor: Floor
    label: str
    price: str

    @property
    def is_free(self) -> bool:
        """Whether nobody loses a place by it."""
        return self.floor.lost == 0 and self.floor.lost_urgent <= 0


def floor_lines(insight: PoolInsight | None) -> list[FloorLine]:
    """The stored floors. Pure."""
    found = [Floor.from_json(row) for row in insight.floors] if insight else []
    return [FloorLine(floor=one, label=_label(one), price=price_in_words(one)) for one in found]


def _label(one: Floor) -> str:
    if one.score == 0:
        return _("No floor")
    words = {"score": number_format(one.score, use_l10n=True, force_grouping=True)}
    if one.highest:
        return _("%(score)s: the highest at which nobody loses a place") % words
    return _("%(score)s points") % words


def price_in_words(one: Floor) -> str:
    """“Niemand verliest een plek; samen 40 punten minder.”"""
    if one.lost:
        lost = ngettext(
            "%(number)s household loses its place",
            "%(number)s households lose their place",
            one.lost,
        ) % {"number": one.lost}
        if one.lost_urgent > 0:
            lost += ngettext(
                ", of whom %(number)s urgent", ", of whom %(number)s urgent", one.lost_urgent
            ) % {"number": one.lost_urgent}
        return f"{lost}."
    if one.lost_urgent > 0:
        return ngettext(
            "%(number)s urgent household loses its place to another one.",
            "%(number)s urgent households lose their place to others.",
            one.lost_urgent,
        ) % {"number": one.lost_urgent}
    if one.points:
        return ngettext(
            "Nobody loses a place; all pairs together lose %(number)s point.",
            "Nobody loses a place; all pairs together lose %(number)s points.",
            one.points,
        ) % {"number": one.points}
    return _("Nothing: the same pairs, or equally good ones.")
