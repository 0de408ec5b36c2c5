"""Staff reach nothing but the enrolment until they have a second step."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from municipalities.enums import StaffRole
from municipalities.models import StaffMembership
from samenhier.core.access import patterns
from tests import factories

from .pages import read

pytestmark = pytest.mark.django_db

OPEN = (
    "account/2fa/",
    "account/login/",
    "account/logout/",
    "account/reauthenticate/",
    "inloggen/",
    "uitloggen/",
    "taal/",
)


def own_addresses(slug: str) -> list[str]:
    """Every address of the site without an argument, and those with only a town in them."""
    found = []
    for route, _name, _view in patterns():
        address = route.replace("<slug:slug>", slug)
        if not any(sign in address for sign in "<^(") and not address.startswith(OPEN):
            found.append(f"/{address}")
    return sorted(set(found))


@pytest.fixture
def coordinator_without() -> tuple[Any, Any]:
    town = factories.municipality()
    person = factories.user()
    StaffMembership.objects.create(user=person, role=StaffRole.COORDINATOR, municipality=town)
    return person, town


def test_every_address_leads_to_the_enrolment(client: Client, coordinator_without: Any) -> None:
    person, town = coordinator_without
    client.force_login(person)
    addresses = own_addresses(town.slug)
    assert {"/account/email/", "/account/password/change/", f"/gemeente/{town.slug}/werklijst/"} <= set(
        addresses
    )
    for address in addresses:
        for response in (client.get(address), client.post(address, {})):
            assert (response.status_code, response.get("Location")) == (302, reverse("mfa_index")), address


def test_the_enrolment_says_why_in_plain_words(client: Client, coordinator_without: Any) -> None:
    client.force_login(coordinator_without[0])
    page = client.get(reverse("mfa_index"), headers={"Accept-Language": "en"})
    read(page)
    assert page.status_code == 200
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name)).status_code == 200


def test_the_language_may_be_chosen_before(client: Client, coordinator_without: Any) -> None:
    person, _town = coordinator_without
    client.force_login(person)
    assert client.post("/taal/", {"language": "en", "next": "/x/"})["Location"] == "/x/"
    person.refresh_from_db()
    assert person.language == "en"


def test_with_a_second_step_the_way_is_open(client: Client, coordinator_without: Any) -> None:
    person, _town = coordinator_without
    factories.with_second_factor(person)
    client.force_login(person)
    assert client.get(reverse("account_profile")).status_code == 200


def test_people_who_are_no_staff_need_none(client: Client) -> None:
    client.force_login(factories.user())
    assert client.get(reverse("account_profile")).status_code == 200


def test_patterns_are_real() -> None:
    assert URLPattern
    assert {name for _route, name, _view in patterns()} >= {"account_profile", "mfa_index"}
