"""The country: totals and averages of what municipalities show, so that nothing hidden comes out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from reports import masking
from reports.masking import Shown

from .months import Month
from .publication import Publication

#: Figures of which an average stands beside a municipality's own.
AVERAGED = ("running", "households_waiting", "groups", "households", "volunteers", "ended")
TOTALLED = ("groups", "households_waiting", "running", "volunteers", "adults", "children", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What stands beside the figures of a municipality; None where it would point at one of them."""

    month: Month
    municipalities: int
    averages: Mapping[str, int | None]
    wait_days: int | None
    on_time: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "municipalities": self.municipalities,
            "averages": dict(self.averages),
            "wait_days": self.wait_days,
            "on_time": self.on_time,
        }

    @classmethod
    def from_json(cls, month: Month, data: Mapping[str, Any]) -> Self:
        return cls(month=month, **data)


def compared(month: Month, shown: Sequence[Publication]) -> Country:
    """Averages over the municipalities that take part; medians and percentages: the middle municipality."""
    taking_part = [one for one in shown if not one.is_empty]
    return Country(
        month=month,
        municipalities=len(taking_part),
        averages={code: masking.average(one[code] for one in taking_part) for code in AVERAGED},
        wait_days=masking.middle_of(one.wait_days for one in taking_part),
        on_time=masking.middle_of(one.on_time.value for one in taking_part if one.on_time),
    )


def totals(shown: Sequence[Publication]) -> dict[str, Shown]:
    """Sums over municipalities, as far as what they show says."""
    return {code: masking.summed(one[code] for one in shown) for code in TOTALLED}
