"""`visible_in`: the short way to a town's rows shows what `visible_to` shows, and never more."""

import pytest
from django.urls import reverse

from groups.models import SponsorGroup
from matches.models import Match
from municipalities import worklist
from municipalities.models import StaffMembership
from municipalities.models.tenant import remember
from newcomers.models import Household
from tests import factories

pytestmark = pytest.mark.django_db


def known(user):
    remember(user, StaffMembership.objects.active().filter(user=user))
    return user


@pytest.mark.parametrize("role", ["coordinator", "builder", "viewer"])
def test_short_and_long_way_show_the_same(role):
    town, other = factories.municipality(), factories.municipality()
    for here in (town, other):
        factories.match(factories.group(here), factories.household(here))
        factories.household(here)
    person = factories.staff(role, town)
    for model in (SponsorGroup, Household, Match):
        for here in (town, other):
            long = set(
                model.objects.visible_to(person).filter(municipality=here).values_list("pk", flat=True)
            )
            short = set(model.objects.visible_in(here, known(person)).values_list("pk", flat=True))
            assert short == long, (model, here)
            assert not short or (role == "coordinator" and here == town)


def test_role_in_one_town_says_nothing_in_another():
    town, other = factories.municipality(), factories.municipality()
    factories.household(other)
    person = known(factories.staff("coordinator", town))
    assert not Household.objects.visible_in(other, person).exists()


def test_whoever_is_not_known_goes_the_long_way():
    town = factories.municipality()
    factories.household(town)
    assert not Household.objects.visible_in(town, factories.user()).exists()
    assert Household.objects.visible_in(town, factories.staff("coordinator", town)).exists()


def test_many_lines_of_one_kind_hide_no_other(monkeypatch):
    town = factories.municipality()
    person = factories.staff("coordinator", town)
    for _n in range(3):
        factories.group(town, members=5, status="submitted")
    factories.group(town, members=3, ready=False, status="forming", name="De Brug")
    monkeypatch.setattr(worklist, "EACH", 2)
    found = [line.who for line in worklist.lines(person, town)]
    # Of this group a VOG is still to see, and a training to plan.
    assert sorted(who for who in found if who.startswith("De Brug")) == ["De Brug", "De Brug, 3 leden"]
    assert len(found) == 4


def test_a_long_work_list_has_pages(client):
    town = factories.municipality()
    person = factories.staff("coordinator", town)
    for _n in range(31):
        factories.group(town, members=1, status="submitted")
    client.force_login(person)
    address = reverse("municipalities:worklist", kwargs={"slug": town.slug})
    first, second = client.get(address), client.get(address, {"page": 2})
    assert len(first.context["lines"]) == 30
    assert "?page=2" in first.content.decode()
    shown = [line.url for page in (first, second) for line in page.context["lines"]]
    assert shown == [line.url for line in worklist.lines(person, town)]
