"""“What matters most to you?”: by the newcomer, and by a coordinator who writes it down."""

import pytest
from django.urls import reverse

from newcomers.domain.emphasis import set_emphasis
from newcomers.domain.erasure import erase
from newcomers.domain.intake import update_card
from newcomers.domain.own_data import download
from newcomers.enums import Arrival, HouseholdStatus
from newcomers.models import Household
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from tests import factories

pytestmark = pytest.mark.django_db
GIVEN = {"languages": "5", "children": "3"}
KEPT = {"languages": 5, "children": 3}


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def household(town):
    return factories.household(town, language="en")


def fresh(household) -> Household:
    return Household.objects.get(pk=household.pk)


def events():
    return list(AuditEvent.objects.filter(action="household.emphasis_set").order_by("id"))


OWN = "newcomers:own_emphasis"


def test_a_newcomer_gives_points_and_changes_them(client, household):
    client.force_login(household.user)
    assert client.post(reverse(OWN), GIVEN).url == reverse("newcomers:own_card")
    assert fresh(household).emphasis == KEPT
    page = client.get(reverse("newcomers:own_card")).content.decode()
    assert "We speak the same language: 5 points" in page
    client.post(reverse(OWN), {"place": "2"})
    assert fresh(household).emphasis == {"place": 2}
    client.post(reverse(OWN), {})
    assert fresh(household).emphasis == {}
    assert [(one.actor_role, one.fields) for one in events()] == [("newcomer", ["emphasis"])] * 3
    # Who looks at the trail learns nothing about what was chosen.
    assert "languages" not in str([one.detail for one in events()])


def test_the_same_points_again_are_no_event(client, household):
    client.force_login(household.user)
    client.post(reverse(OWN), GIVEN)
    client.post(reverse(OWN), GIVEN)
    assert len(events()) == 1


def test_too_many_points_say_what_to_do_and_keep_what_was_chosen(client, household):
    client.force_login(household.user)
    response = client.post(reverse(OWN), {**GIVEN, "goals": "4"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "You gave 12 points. Give 2 fewer." in page
    assert page.count('value="4" selected') == page.count('value="5" selected') == 1
    assert fresh(household).emphasis == {}
    client.cookies["django_language"] = "nl"
    page = client.post(reverse(OWN), {**GIVEN, "goals": "4"}).content.decode()
    assert "Je gaf 12 punten. Geef er 2 minder." in page


@pytest.mark.parametrize("typed", [{"goals": "-1"}, {"goals": "99"}, {"goals": "<b>"}, {"goals": "1\x00"}])
def test_what_is_no_choice_is_refused(client, household, typed):
    client.force_login(household.user)
    response = client.post(reverse(OWN), typed)
    assert response.status_code == 200
    assert "Choose an answer from the list." in response.content.decode()
    assert fresh(household).emphasis == {}


def test_a_coordinator_writes_down_what_was_said(client, town, household):
    coordinator = factories.staff("coordinator", town)
    address = reverse("newcomers:emphasis", kwargs={"slug": town.slug, "household": household.pk})
    detail = reverse("newcomers:detail", kwargs={"slug": town.slug, "household": household.pk})
    client.force_login(coordinator)
    assert "have not given points" in client.get(detail).content.decode()
    assert client.post(address, GIVEN).url == detail
    assert fresh(household).emphasis == KEPT
    page = client.get(detail).content.decode()
    assert "Speaking the same language: 5 points" in page
    assert [one.actor_role for one in events()] == ["coordinator"]
    for person in (household.user, factories.staff("coordinator", factories.municipality())):
        client.force_login(person)
        assert client.post(address, {}).status_code == 404
    client.force_login(factories.staff("builder", town))
    assert client.post(address, {}).status_code == 403
    assert fresh(household).emphasis == KEPT


def test_a_household_that_was_erased_gets_no_points_and_keeps_none(town, household):
    coordinator = factories.staff("coordinator", town)
    set_emphasis(household=household, actor=coordinator, points=KEPT)
    update_card(household=household, actor=coordinator, would_like=["near"], arrival="here")
    erase(household=household, actor=coordinator)
    row = fresh(household)
    assert (row.emphasis, row.would_like, row.arrival) == ({}, [], Arrival.UNKNOWN)
    with pytest.raises(DomainError):
        set_emphasis(household=household, actor=coordinator, points=KEPT)
    assert fresh(household).emphasis == {}


def test_the_newcomer_takes_the_points_with_them(household):
    set_emphasis(household=household, actor=household.user, points=KEPT)
    card = download(household=fresh(household), viewer=household.user)["card"]
    assert (card["emphasis"], card["would_like"], card["arrival"]) == (KEPT, [], "")


# -- what would be nice ----------------------------------------------------------------------------------


def test_what_must_be_so_is_no_longer_only_nice(client, town, household):
    client.force_login(household.user)
    client.post(reverse("newcomers:own_would_like"), {"answers": ["near", "no_pets"]})
    assert fresh(household).would_like == ["no_pets", "near"]
    client.post(reverse("newcomers:own_wishes"), {"answers": ["near"]})
    assert (fresh(household).wishes, fresh(household).would_like) == (["near"], ["no_pets"])
    client.post(reverse("newcomers:own_would_like"), {"answers": ["near", "step_free"]})
    assert (fresh(household).wishes, fresh(household).would_like) == (["near"], ["step_free"])


def test_the_card_of_the_coordinator_takes_arrival_and_what_would_be_nice(client, town):
    household = factories.household(town, status=HouseholdStatus.CONSENTED)
    client.force_login(factories.staff("coordinator", town))
    address = reverse("newcomers:card", kwargs={"slug": town.slug, "household": household.pk})
    card = {
        "adults": "2",
        "language": "nl",
        "spoken_1": "arb",
        "level_1": "fluent",
        "goals": ["dutch"],
        "availability": ["wed_evening"],
        "arrival": "expected",
        "wishes": ["near"],
        "would_like": ["near", "no_pets"],
    }
    assert client.post(address, card).status_code == 302
    row = fresh(household)
    assert (row.arrival, row.wishes, row.would_like) == ("expected", ["near"], ["no_pets"])
    assert client.post(address, {**card, "arrival": "soon"}).status_code == 200
    assert client.post(address, {**card, "would_like": ["religion"]}).status_code == 200
    assert fresh(household).arrival == "expected"
