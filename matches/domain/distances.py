"""How far parts of town lie from each other, as the engine takes it: a band for each pair of those that occur in a pool."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np

from municipalities.models import PartDistance

NOT_KNOWN = -1


def distance_bands(municipality_id: UUID, parts: Mapping[str, int]) -> Any:
    """int32 (parts, parts), from a coordinator's list; None when it says nothing of these parts.

    `parts`: as they are meant, with their number. One query; none where fewer than two parts occur.
    """
    if len(parts) < 2:
        return None
    table = np.full((len(parts), len(parts)), NOT_KNOWN, dtype=np.int32)
    np.fill_diagonal(table, 0)
    rows = PartDistance.objects.filter(municipality=municipality_id).order_by()
    for one, other, band in rows.values_list("one__meant", "other__meant", "band"):
        if one in parts and other in parts:
            table[parts[one], parts[other]] = table[parts[other], parts[one]] = band
    return only_first(table, len(parts))


def only_first(table: Any, count: int) -> Any:
    """The first so many parts of a table; None when it then says nothing of two different ones."""
    first = table[:count, :count]
    return first if (first > 0).any() else None


def distances_from(municipality_id: UUID, part: str) -> dict[str, int]:
    """The band of every part of which the distance to this one is known. One query."""
    rows = PartDistance.objects.filter(municipality=municipality_id).order_by()
    found = {}
    for one, other, band in rows.values_list("one__meant", "other__meant", "band"):
        if part in (one, other):
            found[other if one == part else one] = band
    return found
