"""What people say of the outcome statements, in words: the page, the report and the files draw the same rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matches.enums import Side
from matches.statements import statements_for
from municipalities.moment_words import moment_in_words

from .outcomes import Rounds, Said
from .words import percent_of, text_of

#: Told of these moments also where nothing was asked yet.
MOMENTS = ("S", "M6", "M12")
_TITLES = (
    (Side.HOUSEHOLD, gettext_lazy("What newcomers say")),
    (Side.GROUP, gettext_lazy("What volunteers say")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The part that agrees, and of how many; empty texts where too few answered."""

    moment: str
    agree: str
    answered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTable:
    """One side: a row for each statement, a column for each moment. No rows while nothing was told of it."""

    title: str
    #: (moment in words, month up to which the answers were counted; empty without a round)
    moments: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[Cell]]]


def moments_of(rounds: Rounds) -> list[str]:
    """The moments with their own column, by time: the start, weeks, months."""
    known = {*MOMENTS, *(moment for _side, moment in rounds)}
    return sorted(known, key=lambda moment: ("SWM".index(moment[0]), int(moment[1:] or 0)))


def outcome_tables(rounds: Rounds) -> list[OutcomeTable]:
    """A table for each side; none while nothing was told of either."""
    if not rounds:
        return []
    moments = moments_of(rounds)
    return [
        OutcomeTable(
            title=str(title),
            moments=[
                (
                    moment_in_words(moment),
                    rounds[side, moment].until.in_words() if (side, moment) in rounds else "",
                )
                for moment in moments
            ],
            rows=[
                (
                    str(statement.theme),
                    [_cell(moment, said_of(rounds, side, moment, statement.code)) for moment in moments],
                )
                for statement in statements_for(side)
                if any((side, moment) in rounds for moment in moments)
            ],
        )
        for side, title in _TITLES
    ]


def said_of(rounds: Rounds, side: Side | str, moment: str, code: str) -> Said | None:
    """What was told of one statement at one moment."""
    told = rounds.get((str(side), moment))
    return told.said.get(code) if told else None


def all_said(rounds: Rounds) -> Iterator[tuple[str, str, Said | None]]:
    """(statement, moment, what was told) for every cell of both tables."""
    for side in Side:
        for statement in statements_for(side):
            for moment in moments_of(rounds):
                yield statement.code, moment, said_of(rounds, side, moment, statement.code)


def _cell(moment: str, said: Said | None) -> Cell:
    words = moment_in_words(moment)
    if said is None:
        return Cell(moment=words, agree="–", answered="")
    answered = _("of %(number)s answers") % {"number": text_of(said.answered)}
    return Cell(moment=words, agree=percent_of(said.agree), answered=answered)
