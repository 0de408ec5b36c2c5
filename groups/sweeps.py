"""The upkeep of this room; it runs with the rest of the house's, each hour."""

from datetime import datetime

from samenhier.notifications import sweeps


def drafts(now: datetime) -> int:
    """Forget registrations that nobody finished."""
    from .domain.upkeep import remove_old_drafts

    return remove_old_drafts(now=now)


sweeps.add_upkeep("drafts", drafts)
