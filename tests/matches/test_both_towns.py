"""A match says in which municipality its two sides are: the database refuses another answer, whoever writes it."""

import pytest
from django.db import IntegrityError, connection, transaction

from groups.models import SponsorGroup
from matches.enums import MatchStatus
from matches.models import Match
from newcomers.models import Household
from tests import factories

from .world import world

pytestmark = pytest.mark.django_db


def write(sql, *values):
    """Raw SQL in a transaction of its own, checked at once as at its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


SET_TOWNS = "UPDATE matches_match SET municipality_id = %s, group_municipality_id = %s WHERE id = %s"


@pytest.fixture
def across():
    """A proposal with a group of a neighbour municipality."""
    return world(MatchStatus.OFFERED)


def towns(match):
    return Match.objects.values_list("municipality_id", "group_municipality_id").get(pk=match.pk)


def test_the_group_is_in_the_municipality_that_the_match_names(across):
    match, elsewhere = across.match, factories.municipality()
    own, home = towns(match)
    assert home is not None
    write(SET_TOWNS, own, home, match.pk)
    with pytest.raises(IntegrityError, match="match_group_in_its_town"):
        write(SET_TOWNS, own, elsewhere.pk, match.pk)
    match.status = MatchStatus.WITHDRAWN
    match.save()
    # No name: then it would be a group of the household's own town.
    with pytest.raises(IntegrityError, match="match_group_in_its_town"):
        write(SET_TOWNS, own, None, match.pk)
    assert towns(match) == (own, home)


def test_a_group_of_the_own_town_needs_no_name():
    match = world().match
    assert towns(match)[1] is None
    write(SET_TOWNS, match.municipality_id, None, match.pk)
    neighbour = factories.group(factories.municipality())
    with pytest.raises(IntegrityError, match="match_group_in_its_town"):
        write("UPDATE matches_match SET group_id = %s WHERE id = %s", neighbour.pk, match.pk)
    write(
        "UPDATE matches_match SET group_id = %s, group_municipality_id = %s WHERE id = %s",
        neighbour.pk,
        neighbour.municipality_id,
        match.pk,
    )
    assert towns(match)[1] == neighbour.municipality_id


def test_the_household_is_in_the_municipality_of_the_match():
    match = world().match
    same = factories.household(match.municipality)
    other = factories.household(factories.municipality())
    change = "UPDATE matches_match SET household_id = %s WHERE id = %s"
    write(change, same.pk, match.pk)
    with pytest.raises(IntegrityError, match="match_household_in_its_town"):
        write(change, other.pk, match.pk)


def test_nobody_moves_to_another_town_or_goes_while_in_a_match(across):
    match, free = across.match, factories.group(across.town)
    elsewhere = factories.municipality()
    for table, row in (("groups_sponsorgroup", match.group_id), ("newcomers_household", match.household_id)):
        with pytest.raises(IntegrityError, match="in_its_town"):
            write(f"UPDATE {table} SET municipality_id = %s WHERE id = %s", elsewhere.pk, row)
    Household.objects.filter(pk=factories.household(across.town).pk).update(municipality=elsewhere)
    SponsorGroup.objects.filter(pk=free.pk).update(municipality=elsewhere)
    assert SponsorGroup.objects.get(pk=free.pk).municipality_id == elsewhere.pk


def test_a_match_needs_its_group_and_its_household():
    match = world().match
    for column, named in (("group_id", "match_group"), ("household_id", "match_household")):
        with pytest.raises(IntegrityError, match=named):
            write(f"UPDATE matches_match SET {column} = gen_random_uuid() WHERE id = %s", match.pk)
