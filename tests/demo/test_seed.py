"""The same seed gives the same practice world: who is there, in which states, with whom, and how long ago."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from groups.models import MembersTogether
from matches.models import Match
from samenhier.core.moments import local_date, local_moment
from samenhier.demo import load

pytestmark = pytest.mark.django_db

ROOMS = ("accounts", "municipalities", "groups", "newcomers", "matches")
#: Chance in every world: keys, and what they lead to or encrypt.
CHANCE = (models.UUIDField, models.BinaryField, models.ForeignKey)
CHANCE_NAMES = {"password", "email"}
#: Postgres keeps it, of the members.
FOLLOWS = {MembersTogether}
#: More than loading takes, less than two moments that matter lie apart.
ROUND = timedelta(minutes=15)


def told(value: object, start: datetime) -> object:
    """A moment or a day, seen from today."""
    if isinstance(value, datetime):
        return (value - start + ROUND / 2) // ROUND
    if isinstance(value, date):
        return (value - local_date(start)).days
    return value


def rows(start: datetime) -> Iterator[str]:
    """Each row of the world in words."""
    for room in ROOMS:
        for model in set(apps.get_app_config(room).get_models()) - FOLLOWS:
            names = [
                one.name
                for one in model._meta.concrete_fields
                if not isinstance(one, CHANCE) and one.name not in CHANCE_NAMES
            ]
            for values in model._default_manager.values_list(*names):
                yield f"{model.__name__}: {dict(zip(names, (told(one, start) for one in values), strict=True))}"
    for pair in Match.objects.values_list("group__name", "household__code_name", "status"):
        yield f"pair: {pair}"


def a_world(start: datetime) -> list[str]:
    """Load it, as if it were this moment, and leave nothing behind."""
    with time_machine.travel(start), transaction.atomic():
        load.load()
        found = sorted(rows(start))
        transaction.set_rollback(True)
    return found


def test_the_same_seed_gives_the_same_world(monkeypatch):
    # The figures follow from the rest, and closing their months takes as long as all of it.
    monkeypatch.setattr(load, "close_all_months", lambda now: None)
    noon = local_moment(timezone.localdate(), time(12))
    first, second = a_world(noon), a_world(noon)
    assert len(first) > 1000
    assert first == second
