"""The work list: who waits for what, most urgent first. Each app offers what waits in its own tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import islice

from django.utils.functional import Promise

from samenhier.accounts.models import User

from .models import Municipality


class Pressing(IntEnum):
    """How urgent a line is; the tag's tone follows it."""

    NOW = 0  # somebody asked for contact, something is late
    SOON = 1  # a clock runs
    NORMAL = 2


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One line: what it is, who it is about (never a newcomer's name), since or until when, and the one thing to do."""

    pressing: Pressing
    what: str | Promise
    who: str
    moment: datetime
    action: str | Promise
    url: str
    moment_is_deadline: bool = False


#: Nobody reads more of one kind at once; the number in the menu counts all.
EACH = 50

Source = Callable[[User, Municipality], Iterator[Waiting]]
Count = Callable[[Municipality], int]
_sources: list[tuple[Source, Count]] = []


def offer(source: Source, count: Count) -> None:
    """Called by an app when it is ready. `count` is one cheap query: the number in the menu."""
    _sources.append((source, count))


def lines(user: User, municipality: Municipality) -> list[Waiting]:
    """What waits here for a coordinator, most urgent first, then oldest; at most `EACH` lines of one source."""
    found = [line for source, _count in _sources for line in islice(source(user, municipality), EACH)]
    return sorted(found, key=lambda line: (line.pressing, line.moment))


def total(municipality: Municipality) -> int:
    """How many lines wait."""
    return sum(count(municipality) for _source, count in _sources)
