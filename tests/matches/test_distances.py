"""How far parts of town lie from each other: from a coordinator's list to points, reasons and a replay."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from matches.domain import proposing, replay, snapshot
from matches.domain.imaginary import ImaginaryGroup
from matches.domain.pool import sides_of_pair, sides_of_run
from matches.domain.proposing import reasons_to_store
from matches.domain.trying import Choices, try_out
from matches.domain.words import reason_in_words
from matches.engine import explain_pair
from municipalities.enums import Distance, OpeningStatus
from municipalities.models import Opening, PartDistance
from newcomers.models import Household
from tests import factories

from .test_overriding import Town

pytestmark = pytest.mark.django_db

FAR_APART = {("Centrum", "De Brink"): Distance.NEAR, ("Centrum", "Havenkwartier"): Distance.FAR}


def pair_in(town, household_part, group_part):
    """The points of place and its stored reason, for one household and one group."""
    household = factories.household(town, part_of_town=household_part)
    group = factories.group(town, part_of_town=group_part)
    sides = sides_of_run(town.pk)
    place = sides.household_ids.index(household.pk), sides.group_ids.index(group.pk)
    found = explain_pair(sides.households, place[0], sides.groups, place[1], sides.weights)
    (reason,) = [row for row in reasons_to_store(found, sides.part_names) if row["criterion"] == "place"]
    alone = sides_of_pair(household, group)
    again = explain_pair(alone.households, 0, alone.groups, 0, alone.weights)
    assert found.score == again.score
    return reason


@pytest.mark.parametrize(
    ("ours", "theirs", "points", "code"),
    [
        ("Centrum", "De Brink", 750, "place.near"),
        ("de  BRINK ", "CENTRUM", 750, "place.near"),
        ("Havenkwartier", "Centrum", 100, "place.far"),
        ("De Brink", "Havenkwartier", 300, "place.other"),  # this pair is not known
        ("Centrum", "Elders", 300, "place.other"),  # not in the list
        ("Elders", "elders", 1000, "place.same"),
        ("Centrum", "", 500, "place.unknown"),
    ],
)
def test_points_follow_the_list_however_people_write(ours, theirs, points, code):
    town = factories.municipality()
    factories.distances(town, FAR_APART)
    reason = pair_in(town, ours, theirs)
    assert (reason["household"], reason["group"], reason["code"]) == (points, points, code)


def test_without_a_list_everything_else_is_another_part():
    town = factories.municipality()
    assert pair_in(town, "Centrum", "De Brink")["code"] == "place.other"
    # The list of another town says nothing here.
    factories.distances(factories.municipality(), FAR_APART)
    assert pair_in(town, "Centrum", "De Brink")["code"] == "place.other"


@pytest.mark.parametrize(
    ("band", "dutch", "english"),
    [
        (Distance.NEAR, "De groep woont dichtbij: De Brink.", "The group lives near: De Brink."),
        (
            Distance.FURTHER,
            "De groep woont iets verder: De Brink.",
            "The group lives a bit further: De Brink.",
        ),
        (Distance.FAR, "De groep woont ver weg: De Brink.", "The group lives far away: De Brink."),
    ],
)
def test_the_reason_names_the_part_in_both_languages(band, dutch, english):
    town = factories.municipality()
    factories.distances(town, {("Centrum", "De Brink"): band})
    reason = pair_in(town, "Centrum", "De Brink")
    for language, words in (("nl", dutch), ("en", english)):
        with translation.override(language):
            assert reason_in_words(reason["code"], reason["data"]) == words


def test_near_as_a_condition_stays_the_same_part():
    town = factories.municipality()
    factories.distances(town, FAR_APART)
    household = factories.household(town, part_of_town="Centrum", wishes=["near"])
    near, same = factories.group(town, part_of_town="De Brink"), factories.group(town, part_of_town="Centrum")
    sides = sides_of_run(town.pk)
    allowed = dict(zip(sides.group_ids, sides.rulebook().allowed()[0].tolist(), strict=True))
    assert sides.household_ids == (household.pk,)
    assert allowed == {near.pk: False, same.pk: True}


def test_a_part_of_the_same_name_in_a_neighbour_town_is_another_one():
    town, neighbour = factories.municipality(), factories.municipality()
    factories.distances(town, FAR_APART)
    factories.household(town, part_of_town="Centrum")
    group = factories.group(neighbour, part_of_town="De Brink")
    factories.opened(town, neighbour)
    assert Opening.objects.filter(status=OpeningStatus.OPEN).count() == 1
    sides = sides_of_run(town.pk)
    found = explain_pair(sides.households, 0, sides.groups, sides.group_ids.index(group.pk), sides.weights)
    assert [part.reason.code for part in found.parts if part.code == "place"] == ["place.other"]


class Apart(Town):
    """A town whose people live in three parts, with a list of distances."""

    def __init__(self):
        self.town = factories.municipality()
        factories.distances(self.town, FAR_APART)
        self.coordinator = factories.staff("coordinator", self.town)
        self.groups = [factories.group(self.town, part_of_town=part) for part in ("Centrum", "De Brink")]
        self.households = [
            factories.household(self.town, part_of_town=part)
            for part in ("Havenkwartier", "centrum", "Elders")
        ]
        self.run = self.propose()


def test_a_run_is_kept_and_computed_again_with_its_distances():
    t = Apart()
    sides = snapshot.decode(snapshot.encode(sides_of_run(t.town.pk)))
    assert (sides.households.distance_bands > 0).any()
    assert replay.replay(t.run).reproduced
    # Another distance later changes nothing about that run.
    PartDistance.objects.all().update(band=Distance.FURTHER)
    assert replay.replay(t.run).reproduced
    assert t.propose().input_hash != t.run.input_hash


def test_a_list_that_says_nothing_of_these_people_leaves_the_input_as_it_is():
    t = Town()
    before = snapshot.digest(sides_of_run(t.town.pk))
    factories.distances(t.town, FAR_APART)
    assert snapshot.digest(sides_of_run(t.town.pk)) == before
    assert proposing.question(t.run, sides_of_run(t.town.pk)).shape == (3, 2)


@pytest.mark.parametrize("part", ["Havenkwartier", "De Brink", "Nergens", ""])
def test_an_imaginary_group_leaves_the_distances_of_the_others_as_they_are(part):
    t = Apart()
    Household.objects.filter(pk=t.households[0].pk).update(status="paused")
    imaginary = ImaginaryGroup(place=0, name="x", part_of_town=part, languages=("nld",))
    trial = try_out(t.town.pk, Choices(imaginary=(imaginary,)), seed=0)
    plain = sides_of_run(t.town.pk)
    assert trial.input_hash() == snapshot.digest(plain)
    # It is near or far like a real one.
    bands = trial.wide.households.distance_bands
    home = trial.wide.households.part_of_town[plain.household_ids.index(t.households[1].pk)]
    place = trial.wide.groups.part_of_town[-1]
    expected = {"Havenkwartier": Distance.FAR, "De Brink": Distance.NEAR, "Nergens": -1}.get(part)
    assert (place < 0) if expected is None else bands[home, place] == expected
    assert np.array_equal(bands, bands.T)


@pytest.mark.parametrize("rows", [2, 6])
def test_loading_a_pool_takes_one_query_more_however_many_parts(rows):
    town = factories.municipality()
    for number in range(rows):
        factories.household(town, part_of_town=f"Deel {number}")
        factories.distances(town, {("Begin", f"Deel {number}"): Distance.NEAR})

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            sides_of_run(town.pk)
        return len(caught)

    with_parts = queries()
    Household.objects.update(part_of_town="")
    assert with_parts == queries() + 1 == 6
