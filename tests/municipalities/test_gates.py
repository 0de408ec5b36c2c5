"""Staff who were away show again that it is them; a form they were filling in comes back."""

import time
from urllib.parse import unquote

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from municipalities.enums import StaffRole
from municipalities.gates import SEEN
from newcomers.models import Household
from tests import factories as make

pytestmark = pytest.mark.django_db

HALF_AN_HOUR = 30 * 60
#: Of the sign-in app that `factories.staff` gives.
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def half_an_hour(settings):
    settings.STAFF_IDLE_MINUTES = 30


@pytest.fixture
def town():
    return make.municipality()


@pytest.fixture
def at_work(town):
    """A signed-in coordinator, and how to have been away for some seconds."""
    client = Client()
    client.force_login(make.staff(StaffRole.COORDINATOR, town))

    def away(seconds: int) -> None:
        session = client.session
        session[SEEN] = int(time.time()) - seconds
        session.save()

    client.away = away
    return client


def work_list(town):
    return reverse("municipalities:worklist", kwargs={"slug": town.slug})


def test_signing_in_starts_the_clock(at_work):
    assert time.time() - at_work.session[SEEN] < 5


def test_within_the_time_the_clock_starts_anew(at_work, town):
    at_work.away(HALF_AN_HOUR - 60)
    assert at_work.get(work_list(town)).status_code == 200
    assert time.time() - at_work.session[SEEN] < 5


def test_the_session_is_not_written_at_each_page(at_work, town):
    at_work.away(30)
    before = at_work.session[SEEN]
    assert at_work.get(work_list(town)).status_code == 200
    assert at_work.session[SEEN] == before


def test_after_half_an_hour_the_second_factor_is_asked_and_the_page_follows(at_work, town):
    at_work.away(HALF_AN_HOUR + 60)
    page = at_work.get(work_list(town), follow=True)
    address, _status = page.redirect_chain[-1]
    assert address.startswith(reverse("mfa_reauthenticate"))
    assert f"next={work_list(town)}" in unquote(address)
    assert page.status_code == 200
    # Staying on that page does not count as being there.
    assert at_work.get(work_list(town)).status_code == 302
    code = format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))
    assert at_work.post(address, {"code": code}).url == work_list(town)
    assert at_work.get(work_list(town)).status_code == 200


def test_a_form_that_was_being_filled_in_is_given_back(at_work, town):
    at_work.away(HALF_AN_HOUR + 60)
    page = at_work.post(
        reverse("newcomers:register", kwargs={"slug": town.slug}),
        {"calling_name": "Noor <b>", "languages": ["ara", "tir"], "csrfmiddlewaretoken": "x"},
    )
    assert page.status_code == 403
    text = page.content.decode()
    for name, value in (("calling_name", "Noor &lt;b&gt;"), ("languages", "ara"), ("languages", "tir")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in text
    assert not Household.objects.exists()
    # After the proof the same form goes through to the page, which judges it as always.
    at_work.away(0)
    again = at_work.post(
        reverse("newcomers:register", kwargs={"slug": town.slug}), {"calling_name": "Noor <b>"}
    )
    assert again.status_code != 403
    assert "Noor &lt;b&gt;" in again.content.decode()


def test_volunteers_and_newcomers_are_not_asked(town):
    member = make.group(town).members.first()
    client = Client()
    client.force_login(member.user)
    session = client.session
    session[SEEN] = 0
    session.save()
    assert client.get(reverse("account_profile")).status_code == 200


def test_zero_minutes_asks_never(at_work, town, settings):
    settings.STAFF_IDLE_MINUTES = 0
    at_work.away(10 * HALF_AN_HOUR)
    assert at_work.get(work_list(town)).status_code == 200


def test_a_new_address_asks_for_the_second_factor_of_who_has_one(at_work, town):
    page = at_work.get(reverse("account_email"))
    assert page.status_code == 302
    assert page.url.startswith(reverse("account_reauthenticate"))
    # Somebody with codes by mail alone has nothing more to show.
    client = Client()
    client.force_login(make.user())
    assert client.get(reverse("account_email")).status_code == 200
