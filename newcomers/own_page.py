"""What rooms above this one add to the newcomer's own page, and to the data they can download."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .models import Household


class Place(StrEnum):
    """Where a block stands on the page."""

    TOP = "top"  # it needs the newcomer now: a proposal, a check-in
    HELP = "help"  # beside phone numbers: “please contact me”


@dataclass(frozen=True, kw_only=True)
class Block:
    """A piece of the page: a template of the offering room, which finds `context` in the variable `added`.

    `replaces_next`: this already says what happens next, so the page does not say it again.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    place: Place = Place.TOP
    order: int = 50
    replaces_next: bool = False


Source = Callable[[Household], Iterable[Block]]
DataSource = Callable[[Household], Any]
_sources: list[Source] = []
_data: dict[str, DataSource] = {}


def offer(source: Source) -> None:
    """Called by an app when it is ready: blocks for the page of a household."""
    _sources.append(source)


def blocks(household: Household) -> list[Block]:
    """Everything that was offered for this household, in order."""
    return sorted(
        (block for source in _sources for block in source(household)), key=lambda block: block.order
    )


def offer_data(name: str, source: DataSource) -> None:
    """Called by an app when it is ready: a JSON-able part of the data that the newcomer downloads."""
    _data[name] = source


def data(household: Household) -> dict[str, Any]:
    """What other rooms hold about this household."""
    return {name: source(household) for name, source in sorted(_data.items())}
