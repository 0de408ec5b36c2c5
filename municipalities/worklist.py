"""The work list: who waits for what, most urgent first. Each app offers what waits in its own tables."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import islice
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise

from samenhier.accounts.models import User

from .enums import StaffRole
from .models import Municipality
from .models.tenant import has_role


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

    @property
    def tone(self) -> str:
        """Of the tag: late, wait or neutral."""
        return ("late", "wait", "neutral")[self.pressing]


#: Nobody reads more of one kind at once.
EACH = 50

#: Asked only for a coordinator of the town, who may read all its rows.
Source = Callable[[Municipality], Iterator[Waiting]]
Count = Callable[[Municipality], int]
_sources: list[Source] = []
_counts: list[Count] = []


def offer(*sources: Source, pressing: Count | None = None) -> None:
    """Called by an app when it is ready, with one source for each kind of line.

    `pressing` counts its lines that are `Pressing.NOW`, in one cheap query.
    """
    _sources.extend(sources)
    if pressing:
        _counts.append(pressing)


def addresses(url_name: str, municipality: Municipality, argument: str) -> Callable[[UUID], str]:
    """The address of each row's page, `argument` being its id: the resolver is asked once, not for every line."""
    nobody = UUID(int=0)
    start, end = reverse(url_name, kwargs={"slug": municipality.slug, argument: nobody}).split(str(nobody))
    return lambda pk: f"{start}{pk}{end}"


def lines(user: User, municipality: Municipality) -> list[Waiting]:
    """What waits here for a coordinator, most urgent first, then oldest; at most `EACH` lines of one source.

    Nothing for anybody else.
    """
    if not has_role(user, municipality, StaffRole.COORDINATOR):
        return []
    found = [line for source in _sources for line in islice(source(municipality), EACH)]
    return sorted(found, key=lambda line: (line.pressing, line.moment))


def pressing(municipality: Municipality) -> int:
    """How many lines cannot wait: the number in the menu of every page, so it must stay cheap."""
    return sum(count(municipality) for count in _counts)
