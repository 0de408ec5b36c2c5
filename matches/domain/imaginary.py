"""A group that does not exist: what somebody tries out beside a run. Codes of the reference lists, never a person."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from groups.enums import GroupKind

#: As large as a household can be in the engine.
LARGEST_HOUSEHOLD = 24
NAME_LENGTH = 60


@dataclass(frozen=True)
class ImaginaryGroup:
    """What the engine asks of a group. An empty list means that the group would not say.

    place: its number in the what-if, which gives it an id that no real group can have.
    """

    place: int
    name: str
    kind: str = GroupKind.WELCOME.value
    languages: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    max_household: int = 6
    child_bands: tuple[str, ...] = ()
    part_of_town: str = ""
    offers: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    # What it promises households, and what it cannot do without (codes of groups.rules.GROUP_WISHES).
    promises: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()

    @property
    def pk(self) -> UUID:
        """Ids of real groups are random; these are 1, 2, 3."""
        return UUID(int=self.place + 1)

    def to_json(self) -> dict[str, Any]:
        """Without the place: that is where it stands in the list."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if name != "place"
        }

    @classmethod
    def from_json(cls, place: int, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        return cls(place=place, **values)


def imaginary_groups(rows: Sequence[Mapping[str, Any]]) -> tuple[ImaginaryGroup, ...]:
    """The stored list of a what-if."""
    return tuple(ImaginaryGroup.from_json(place, row) for place, row in enumerate(rows))
