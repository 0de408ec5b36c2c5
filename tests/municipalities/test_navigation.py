"""The menu of each role, and the name at the top: they lead only where this person may go."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from municipalities.enums import StaffRole
from tests import factories

pytestmark = pytest.mark.django_db

#: The start of each role: a page of its town, and for the country a page of the country.
STARTS = [
    (StaffRole.COORDINATOR, "municipalities:worklist"),
    (StaffRole.BUILDER, "matches:guided"),
    (StaffRole.VIEWER, "reports:dashboard"),
    (StaffRole.NATIONAL, "reports:national"),
]


def opened(role, name):
    town = factories.municipality()
    client = Client()
    client.force_login(factories.staff(role, None if role == StaffRole.NATIONAL else town))
    return client, client.get(
        reverse(name, kwargs=None if role == StaffRole.NATIONAL else {"slug": town.slug})
    )


@pytest.mark.parametrize(("role", "name"), STARTS)
def test_the_name_at_the_top_and_every_entry_open_for_the_role(role, name):
    client, response = opened(role, name)
    html = response.content.decode()
    home = re.search(r'<a class="brand" href="([^"]+)"', html)
    assert home
    menu = re.search(r'<nav class="(?:menu|navigation)[^>]*>(.*?)</nav>', html, re.S)
    assert menu
    entries = re.findall(r'href="([^"]+)"', menu.group(1))
    assert entries
    for address in [home.group(1), *entries]:
        assert client.get(address).status_code == 200, address
    assert menu.group(1).count('aria-current="page"') == 1


def test_national_staff_find_the_way_back_from_a_town():
    town = factories.municipality()
    client = Client()
    client.force_login(factories.staff(StaffRole.NATIONAL, None))
    html = client.get(reverse("reports:dashboard", kwargs={"slug": town.slug})).content.decode()
    assert f'href="{reverse("reports:national")}"' in html
