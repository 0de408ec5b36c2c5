"""What is said of one municipality and one month. Pages, exports and the report show this, and nothing else."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from reports import masking
from reports.masking import Endings, Shown

from .counts import EARLY_REASONS, Counts
from .months import Month
from .outcomes import Filled, Rounds, next_rounds, rounds_as_json, rounds_from_json

#: Phases in order, each with its atom; the last one is shared.
GROUP_PHASES = ("groups_forming", "groups_in_review", "groups_approved", "running")
HOUSEHOLD_PHASES = ("households_registered", "households_in_intake", "households_waiting", "running")

#: How matches ended after one month up to and including another: “completed”, or a reason.
EndingsAfter = Callable[[Month | None], Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The masked figures of a month."""

    month: Month
    cells: Mapping[str, Shown]
    endings: Endings
    wait_days: int | None
    on_time: Shown | None
    #: The month up to which the kinds of ending are told.
    told_until: Month | None = None
    #: What people say, by side and moment.
    rounds: Rounds = field(default_factory=dict)

    def __getitem__(self, code: str) -> Shown:
        return self.cells[code]

    def reached(self, phases: tuple[str, ...], number: int) -> Shown:
        """How many came at least as far as a phase: what the atoms and the total say together."""
        onwards = masking.summed(self.cells[phase] for phase in phases[number:])
        before = masking.summed(self.cells[phase] for phase in phases[:number])
        whole = self.cells["groups" if phases is GROUP_PHASES else "households"]
        return onwards.within(whole.less(before))

    @property
    def is_empty(self) -> bool:
        """No group and no household takes part, and none ever did."""
        return (
            all(self.cells[code].high == 0 for code in ("groups", "households"))
            and self.endings.shown.high == 0
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "cells": {code: shown.as_json() for code, shown in self.cells.items()},
            "endings": self.endings.as_json(),
            "wait_days": self.wait_days,
            "on_time": self.on_time.as_json() if self.on_time else None,
            "told_until": str(self.told_until) if self.told_until else None,
            "outcomes": rounds_as_json(self.rounds),
        }

    @classmethod
    def from_json(cls, month: Month, data: Mapping[str, Any]) -> Self:
        return cls(
            month=month,
            cells={code: Shown(*shown) for code, shown in data["cells"].items()},
            endings=Endings.from_json(data["endings"]),
            wait_days=data["wait_days"],
            on_time=Shown(*data["on_time"]) if data["on_time"] else None,
            told_until=Month.parse(data["told_until"]) if data["told_until"] else None,
            # Months that were closed before anybody was asked have none.
            rounds=rounds_from_json(data.get("outcomes", {})),
        )


def publish(
    month: Month,
    counts: Counts,
    *,
    before: Publication | None,
    masking_below: int,
    endings_after: EndingsAfter,
    filled: Iterable[Filled] | None = None,
) -> Publication:
    """Mask the counts of a month, given what was said of the month before.

    `filled` are the outcome questionnaires answered so far; without it nothing new is told of them.
    """
    bound = masking.bound_of(masking_below)
    cells = {
        phase: masking.count(getattr(counts, phase), bound)
        for phase in dict.fromkeys((*GROUP_PHASES, *HOUSEHOLD_PHASES))
    }
    running = cells["running"]
    cells["groups"] = masking.total(counts.groups, [cells[p] for p in GROUP_PHASES], bound, tied=running)
    cells["households"] = masking.total(
        counts.households, [cells[p] for p in HOUSEHOLD_PHASES], bound, tied=running
    )
    cells["volunteers"] = masking.people(counts.volunteers, bound, behind=cells["groups"])
    cells["adults"] = masking.people(counts.adults, bound, behind=running)
    cells["children"] = masking.people(counts.children, bound, behind=running)
    endings = (before.endings if before else Endings()).next(running=running, ended=counts.ended, bound=bound)
    told_until = before.told_until if before else None
    if endings.batch_due(bound):
        tally = endings_after(told_until)
        assert endings.shown.value is not None
        if sum(tally.values()) == endings.shown.value - endings.split.ended:
            split = endings.split.with_batch(
                completed=tally.get("completed", 0),
                reasons={reason: tally.get(reason, 0) for reason in EARLY_REASONS},
                bound=bound,
            )
            endings, told_until = replace(endings, split=split), month
    cells["ended"] = endings.shown
    return Publication(
        month=month,
        cells=cells,
        endings=endings,
        wait_days=masking.median(counts.wait_days, bound),
        on_time=masking.share(counts.check_ins_on_time, counts.check_ins, bound),
        told_until=told_until,
        rounds=(before.rounds if before else {})
        if filled is None
        else next_rounds(before.rounds if before else {}, month, filled, bound),
    )
