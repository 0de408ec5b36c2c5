from typing import Any

import pytest

from municipalities.enums import StaffRole
from newcomers.domain.intake import register_household
from newcomers.enums import Channel
from newcomers.models import Household
from tests import factories

CARD: dict[str, Any] = {
    "language": "ar",
    "adults": 2,
    "children": {"4-11": 2},
    "languages": [{"code": "arb", "level": "fluent"}, {"code": "eng", "level": "basic"}],
    "goals": ["dutch", "school"],
    "interests": ["football"],
    "wishes": ["no_pets"],
    "availability": ["wed_afternoon", "sat_morning"],
    "part_of_town": "Assendorp",
}


@pytest.fixture
def town(db):
    return factories.municipality(name="Zwolle", slug="zwolle")


@pytest.fixture
def coordinator(town):
    return factories.staff(StaffRole.COORDINATOR, town, name="Samira")


@pytest.fixture
def register(town, coordinator):
    """Register a household as a coordinator does; any argument may be given."""

    def make(**changes: Any) -> Household:
        values = {
            "municipality": town,
            "actor": coordinator,
            "calling_name": "CNRY-name أمينة",
            "channel": Channel.PHONE,
            "contact": "06 1234 5678",
            **CARD,
            **changes,
        }
        return register_household(**values)

    return make
