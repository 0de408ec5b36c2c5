"""Parts of town: the list of a coordinator, distances in both directions, and what people wrote."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from municipalities import worklist
from municipalities.domain import parts
from municipalities.enums import Distance, StaffRole
from municipalities.models import PartDistance, PartOfTown
from municipalities.parts import plain, written_in
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError
from tests import factories as make
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


class Town:
    """A town with a coordinator and three parts."""

    def __init__(self, *names: str) -> None:
        self.town = make.municipality()
        self.coordinator = make.staff(StaffRole.COORDINATOR, self.town)
        self.parts = [self.add(name) for name in names]

    def add(self, name: str) -> PartOfTown:
        return parts.add(municipality=self.town, actor=self.coordinator, name=name)

    def say(self, part: PartOfTown, **bands: int | None) -> list[str]:
        by_name = {one.name: one.pk for one in PartOfTown.objects.filter(municipality=self.town)}
        return parts.set_distances(
            part=part, actor=self.coordinator, bands={by_name[name]: band for name, band in bands.items()}
        )

    def known(self) -> set[tuple[frozenset[str], int]]:
        rows = PartDistance.objects.filter(municipality=self.town).select_related("one", "other")
        return {(frozenset({row.one.name, row.other.name}), row.band) for row in rows}

    def url(self, name: str, **kwargs: object) -> str:
        return reverse(f"municipalities:{name}", kwargs={"slug": self.town.slug, **kwargs})

    def client(self, person=None) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.cookies["django_language"] = "en"
        client.force_login(person or self.coordinator)
        return client


@pytest.fixture
def t() -> Town:
    return Town("Centrum", "Noord", "Zuid")


# -- the list ------------------------------------------------------------------------------------------


def test_the_same_part_stands_in_the_list_once_however_it_is_written(t):
    assert t.add("  Oud   Zuid ").name == "Oud Zuid"
    for again in ("oud zuid", "OUD  ZUID", "Oud Zuid"):
        with pytest.raises(Conflict, match="in the list already|al in de lijst"):
            t.add(again)
    # Another town has its own.
    assert Town().add("Oud Zuid")
    assert AuditEvent.objects.filter(municipality_id=t.town.pk, action="part.added").count() == 4


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_part_needs_a_name_that_fits(t, name):
    with pytest.raises(DomainError):
        t.add(name)
    assert t.add("x" * 80)


def test_a_name_that_gets_longer_without_capitals_fits_too(t):
    assert t.add("\ufb03" * 80).meant == "ffi" * 80


def test_there_is_a_most(t, monkeypatch):
    monkeypatch.setattr(parts, "MOST_PARTS", 4)
    t.add("Oost")
    with pytest.raises(DomainError, match="is the most|kan niet"):
        t.add("West")
    parts.remove(part=t.parts[0], actor=t.coordinator)
    assert t.add("West")


def test_removing_takes_the_distances_along_and_the_trail_knows(t):
    centre, north, south = t.parts
    t.say(centre, Noord=Distance.NEAR, Zuid=Distance.FAR)
    t.say(north, Zuid=Distance.FURTHER)
    parts.remove(part=centre, actor=t.coordinator)
    assert t.known() == {(frozenset({"Noord", "Zuid"}), 2)}
    parts.remove(part=centre, actor=t.coordinator)  # again: nothing
    event = AuditEvent.objects.get(action="part.removed")
    assert (event.actor_id, event.detail["name"]) == (t.coordinator.pk, "Centrum")
    assert south.pk


# -- distances -----------------------------------------------------------------------------------------


def test_a_distance_counts_in_both_directions(t):
    centre, north, south = t.parts
    assert sorted(t.say(centre, Noord=Distance.NEAR, Zuid=None)) == ["Noord"]
    assert t.say(north, Centrum=Distance.FURTHER) == ["Centrum"]
    assert t.known() == {(frozenset({"Centrum", "Noord"}), 2)}
    assert t.say(north, Centrum=Distance.FURTHER) == []
    assert t.say(south, Centrum=None, Noord=Distance.FAR) == ["Noord"]
    assert t.say(centre, Noord=None) == ["Noord"]
    assert t.known() == {(frozenset({"Zuid", "Noord"}), 3)}
    events = AuditEvent.objects.filter(action="part.distances_changed").order_by("pk")
    assert [event.detail["distances"] for event in events] == [
        {"Noord": [None, 1]},
        {"Centrum": [1, 2]},
        {"Noord": [None, 3]},
        {"Noord": [2, None]},
    ]


def test_only_parts_of_the_town_and_never_itself(t):
    centre, north, _south = t.parts
    elsewhere = Town("Elders").parts[0]
    for wrong in (elsewhere.pk, centre.pk):
        with pytest.raises(DomainError, match="removed in the meantime|intussen"):
            parts.set_distances(
                part=centre, actor=t.coordinator, bands={north.pk: Distance.NEAR, wrong: Distance.NEAR}
            )
    assert t.known() == set()
    north.delete()
    with pytest.raises(DomainError):
        parts.set_distances(part=north, actor=t.coordinator, bands={centre.pk: Distance.NEAR})


@pytest.mark.parametrize("band", [0, 4])
def test_a_band_that_does_not_exist_is_refused_by_the_database_too(t, band):
    one, other = sorted(t.parts[:2], key=lambda part: part.pk)
    with pytest.raises(IntegrityError, match="part_distance_known"), transaction.atomic():
        PartDistance.objects.create(municipality=t.town, one=one, other=other, band=band)
    with pytest.raises(IntegrityError, match="part_distance_smaller_id_first"), transaction.atomic():
        PartDistance.objects.create(municipality=t.town, one=other, other=one, band=1)
    assert PartDistance.objects.create(municipality=t.town, one=one, other=other, band=1)


@pytest.mark.django_db(transaction=True)
def test_two_who_say_it_from_both_ends_at_once_leave_one_distance():
    t = Town("Centrum", "Noord")
    centre, north = t.parts
    outcomes = at_once(lambda: t.say(centre, Noord=Distance.NEAR), lambda: t.say(north, Centrum=Distance.FAR))
    assert all(isinstance(outcome, list) for outcome in outcomes), outcomes
    assert len(t.known()) == 1


@pytest.mark.django_db(transaction=True)
def test_many_who_add_the_same_part_at_once_add_it_once():
    t = Town()
    outcomes = at_once(*[lambda: t.add("Centrum")] * 3)
    assert sum(isinstance(outcome, PartOfTown) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2


# -- what people wrote ---------------------------------------------------------------------------------


def test_what_people_wrote_is_gathered_from_cards_that_take_part(t):
    make.group(t.town, part_of_town="  havenkwartier")
    make.group(t.town, part_of_town="Oostpoort", status="withdrawn")
    make.household(t.town, part_of_town="HAVENkwartier")
    make.household(t.town, part_of_town="De Brink")
    make.household(t.town, part_of_town="Weggegaan", status="withdrawn")
    make.household(Town().town, part_of_town="Elders")
    assert list(written_in(t.town.pk)) == ["de brink", "havenkwartier"]
    assert plain("  De   BRINK ") == "de brink"


# -- the pages -----------------------------------------------------------------------------------------


def test_from_the_policy_page_to_a_distance(t):
    make.group(t.town, part_of_town="Havenkwartier")
    make.household(t.town, part_of_town="CENTRUM")
    client = t.client()
    assert t.url("parts") in client.get(t.url("policy")).content.decode()
    text = client.get(t.url("parts")).content.decode()
    assert "2 distances not known" in text
    assert "Add Havenkwartier" in text
    assert "Add CENTRUM" not in text
    assert client.post(t.url("parts"), {"name": "Havenkwartier"}).url == t.url("parts")
    assert "Add Havenkwartier" not in client.get(t.url("parts")).content.decode()
    centre, north, _south = t.parts
    page = t.url("distances", part=centre.pk)
    text = client.get(page).content.decode()
    assert "Noord" in text
    assert "Not known" in text
    assert client.post(page, {f"part_{north.pk.hex}": "1"}).url == t.url("parts")
    assert t.known() == {(frozenset({"Centrum", "Noord"}), 1)}
    # The other end shows it too.
    text = client.get(t.url("distances", part=north.pk)).content.decode()
    assert '<option value="1" selected>Near</option>' in text
    assert client.post(t.url("remove_part", part=north.pk)).url == t.url("parts")
    assert t.known() == set()


@pytest.mark.parametrize("value", ["0", "4", "x", "1.5"])
def test_a_distance_that_does_not_exist_is_refused_in_words(t, value):
    centre, north, south = t.parts
    page = t.url("distances", part=centre.pk)
    answer = t.client().post(page, {f"part_{north.pk.hex}": value, f"part_{south.pk.hex}": "2"})
    assert answer.status_code == 200
    assert "Choose a distance from the list." in answer.content.decode()
    assert t.known() == set()


@pytest.mark.parametrize("name", ["", "centrum", "x" * 81, "a\x00b"])
def test_a_name_that_cannot_be_added_is_refused_in_words(t, name):
    answer = t.client().post(t.url("parts"), {"name": name})
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert PartOfTown.objects.filter(municipality=t.town).count() == 3


@pytest.mark.parametrize("role", [StaffRole.BUILDER, StaffRole.VIEWER])
def test_the_list_is_for_coordinators_of_the_town(t, role):
    part = t.parts[0]
    for name, kwargs in (("parts", {}), ("distances", {"part": part.pk})):
        assert t.client(make.staff(role, t.town)).get(t.url(name, **kwargs)).status_code == 403
        assert t.client().get(t.url(name, **kwargs)).status_code == 200
    other = Town("Elders")
    assert other.client().get(other.url("distances", part=part.pk)).status_code == 404
    assert other.client().post(other.url("remove_part", part=part.pk)).status_code == 404
    assert PartOfTown.objects.filter(pk=part.pk).exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_pages(rows, monkeypatch):
    monkeypatch.setattr(worklist, "_counts", [])
    t = Town(*(f"Deel {number}" for number in range(rows)))
    for number in range(rows):
        make.household(t.town, part_of_town=f"Wijk {number}")
    for one in t.parts[1:]:
        t.say(t.parts[0], **{one.name: Distance.NEAR})
    client = t.client()
    for address, queries in ((t.url("parts"), 8), (t.url("distances", part=t.parts[0].pk), 7)):
        client.get(address)
        with CaptureQueriesContext(connection) as caught:
            client.get(address)
        assert len(caught) == queries, address
