"""Parts of the largest town, with how far they lie from each other; one pair nobody filled in."""

from collections.abc import Sequence

from municipalities.domain import parts
from municipalities.enums import Distance
from municipalities.models import Municipality
from samenhier.accounts.models import User

#: By the order of the parts: the town lies along a river, the last part across it.
BANDS = {
    (0, 1): Distance.NEAR,
    (0, 2): Distance.NEAR,
    (0, 3): Distance.FURTHER,
    (0, 4): Distance.FAR,
    (1, 2): Distance.FURTHER,
    (1, 3): Distance.FAR,
    (1, 4): Distance.FAR,
    (2, 3): Distance.NEAR,
    (2, 4): Distance.FURTHER,
}


def list_parts(town: Municipality, names: Sequence[str], coordinator: User) -> None:
    """The list as a coordinator would fill it in."""
    made = [parts.add(municipality=town, actor=coordinator, name=name) for name in names]
    for one, part in enumerate(made):
        bands = {made[other].pk: band for (first, other), band in BANDS.items() if first == one}
        parts.set_distances(part=part, actor=coordinator, bands=bands)
