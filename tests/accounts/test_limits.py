"""Who may try how often, and by which address we count."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from samenhier.accounts.adapter import AccountAdapter
from tests import factories

pytestmark = pytest.mark.django_db


def attempt(client: Client, number: int, forwarded: str = "") -> int:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return client.post(
        "/inloggen/", {"login": f"somebody{number}@voorbeeld.example"}, headers=headers
    ).status_code


def test_the_limit_counts_by_address(client: Client) -> None:
    outcomes = [attempt(client, number) for number in range(31)]
    assert outcomes == [302] * 30 + [429]


def test_without_proxies_a_forged_header_changes_nothing(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    outcomes = [attempt(client, number, f"203.0.113.{number}") for number in range(31)]
    assert outcomes[-1] == 429


def test_behind_one_proxy_only_what_that_proxy_added_counts(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    # The visitor writes what they like on the left; our proxy adds the true address on the right.
    outcomes = [attempt(client, number, f"203.0.113.{number}, 198.51.100.7") for number in range(31)]
    assert outcomes[-1] == 429
    assert attempt(client, 99, "203.0.113.1, 198.51.100.8") == 302


def test_behind_two_proxies_the_second_from_the_right_counts(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    outcomes = [
        attempt(client, number, f"203.0.113.{number}, 198.51.100.7, 10.0.0.1") for number in range(31)
    ]
    assert outcomes[-1] == 429
    assert attempt(client, 99, "198.51.100.7, 198.51.100.8, 10.0.0.1") == 302


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (1, "not an address, 2001:db8::7", "2001:db8::7"),
        (2, "203.0.113.9, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
    ],
)
def test_the_address_of_a_visitor(settings: Any, proxies: int, header: str, expected: str) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": header})
    assert AccountAdapter().get_client_ip(request) == expected


def test_neighbours_in_one_ipv6_network_count_together(client: Client, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    outcomes = [attempt(client, number, f"2001:db8:1:2::{number:x}") for number in range(31)]
    assert outcomes[-1] == 429


def test_one_mailbox_is_not_flooded(mails: Any, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    person = factories.user()
    for number in range(5):
        page = Client().post(
            "/inloggen/",
            {"login": person.email},
            headers={"X-Forwarded-For": f"203.0.113.{number}", "Accept-Language": "en"},
        )
    assert page.status_code == 200
    assert "too often" in page.content.decode()
    assert len(mails("login_code")) == 3


def test_a_closed_door_has_a_page(client: Client) -> None:
    for number in range(31):
        attempt(client, number)
    page = client.post("/inloggen/", {"login": "a@voorbeeld.example"}, headers={"Accept-Language": "en"})
    assert page.status_code == 429
    assert "<h1>Wait a moment</h1>" in page.content.decode()


def test_limits_stand_in_postgres(django_assert_num_queries: Any) -> None:
    cache.set("x", [1.0], 60)
    with django_assert_num_queries(1):
        assert cache.get("x") == [1.0]
