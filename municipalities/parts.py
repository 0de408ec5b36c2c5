"""Parts of town: people write them as they like; what they mean is compared without capitals and spare spaces."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from uuid import UUID

#: Rooms that know which parts of town people wrote down: each gives those of one municipality.
_written: list[Callable[[UUID], Iterable[str]]] = []


@lru_cache(maxsize=20_000)
def plain(part_of_town: str) -> str:
    """As people mean it: without capitals and spare spaces."""
    return " ".join(part_of_town.casefold().split())


def offer(source: Callable[[UUID], Iterable[str]]) -> None:
    """Register a room whose people write down parts of town."""
    _written.append(source)


def written_in(municipality_id: UUID) -> dict[str, str]:
    """What people wrote down there: as it is meant, with one way in which it was written. A query for each room."""
    found: dict[str, str] = {}
    for source in _written:
        for text in source(municipality_id):
            if meant := plain(text):
                found.setdefault(meant, " ".join(text.split()))
    return dict(sorted(found.items()))
