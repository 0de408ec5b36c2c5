import pytest
import time_machine

from municipalities.enums import StaffRole
from tests import factories

from . import town as past

#: Tuesday morning, seven days before the figures of November.
NOW = past.at("2026-11-24", 9)


@pytest.fixture
def today():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def zwolle(db):
    return factories.municipality("Zwolle", slug="zwolle", partner_organisation="Stichting Samen Zwolle")


@pytest.fixture
def coordinator(zwolle):
    return factories.staff(StaffRole.COORDINATOR, zwolle, language="en")


@pytest.fixture
def viewer(zwolle):
    return factories.staff(StaffRole.VIEWER, zwolle, language="en")


@pytest.fixture
def national(db):
    return factories.staff(StaffRole.NATIONAL, language="en")


@pytest.fixture
def busy(zwolle):
    """Seven matches run since August, three ended early in October, two households wait."""
    past.pairs(zwolle, 7, "2026-08-10", ready="2026-07-01")
    past.pairs(zwolle, 3, "2026-08-10", ready="2026-07-20", ended="2026-10-05", early="moved")
    past.household(zwolle, "2026-09-01", ready="2026-09-10")
    past.household(zwolle, "2026-09-01", ready="2026-09-10")
    return zwolle
