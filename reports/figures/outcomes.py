"""What people say of the outcome statements: told in rounds, each of other people's answers than the round before.

For each side and moment the answers are kept back until there are enough of them; then that batch is told, once. No
answer is in two rounds, so that nothing comes out of comparing months.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from matches.statements import AGREES_FROM, statements_for
from reports import masking
from reports.masking import Shown

from .months import Month


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """One filled-in questionnaire, without who filled it in."""

    side: str
    moment: str
    day: date
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """One statement in a round: about how many answered it, and about which part of them agrees."""

    answered: Shown
    agree: Shown


@dataclass(frozen=True, slots=True)
class Round:
    """The last told batch of a side and moment: answers up to and including `until`; None below the bound."""

    until: Month
    said: Mapping[str, Said | None]

    def as_json(self) -> dict[str, Any]:
        return {
            "until": str(self.until),
            "said": {
                code: [*one.answered.as_json(), *one.agree.as_json()] if one else None
                for code, one in self.said.items()
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        until = Month.parse(data["until"])
        assert until is not None
        return cls(
            until,
            {
                code: Said(Shown(*one[:2]), Shown(*one[2:])) if one else None
                for code, one in data["said"].items()
            },
        )


#: (side, moment) → the last round.
Rounds = Mapping[tuple[str, str], Round]


def next_rounds(before: Rounds, month: Month, filled: Iterable[Filled], bound: int) -> Rounds:
    """The rounds after this month: where enough new answers came, a new one; else the one that was told before.

    `filled` holds everything that was answered up to and including the month.
    """
    new: dict[tuple[str, str], list[Filled]] = {}
    for one in filled:
        key = (one.side, one.moment)
        if key not in before or one.day > before[key].until.last_day:
            new.setdefault(key, []).append(one)
    told = {
        key: Round(month, _said(key[0], batch, bound))
        for key, batch in new.items()
        if len(batch) >= masking.opinions_from(bound)
    }
    return {**before, **told}


def _said(side: str, filled: Sequence[Filled], bound: int) -> dict[str, Said | None]:
    said: dict[str, Said | None] = {}
    for statement in statements_for(side):
        values = [one.answers[statement.code] for one in filled if statement.code in one.answers]
        agree = sum(value >= AGREES_FROM for value in values)
        shown = masking.opinion(agree, len(values), bound)
        said[statement.code] = Said(*shown) if shown else None
    return said


def rounds_as_json(rounds: Rounds) -> dict[str, Any]:
    return {f"{side}:{moment}": one.as_json() for (side, moment), one in sorted(rounds.items())}


def rounds_from_json(data: Mapping[str, Any]) -> Rounds:
    return {
        (side, moment): Round.from_json(one)
        for key, one in data.items()
        for side, _colon, moment in [key.partition(":")]
    }
