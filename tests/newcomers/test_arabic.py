"""Whatever a newcomer opens or sends in Arabic is answered in Arabic: nothing falls back to Dutch."""

from gettext import NullTranslations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.translation import trans_real

from samenhier.core.access import Role, declared
from tests.access import world
from tests.access.test_matrix import kwargs_of, own_pages, url_of

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

#: What nobody reads: formats of dates and numbers, and Django's own choice of a direction.
NOT_READ = {"DATE_FORMAT", "DATETIME_FORMAT", "TIME_FORMAT"}

#: What would end the visit.
ENDS = {"account_logout", "newcomers:leave_quickly", "newcomers:own_erase", "newcomers:own_stop"}


class Missed(NullTranslations):
    """Keeps what was asked for and is not in Arabic."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def gettext(self, message: str) -> str:
        self.texts.add(message)
        return message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        self.texts.add(singular)
        return singular

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


@pytest.fixture
def missed(monkeypatch) -> set[str]:
    """Every text for which Arabic would fall back to Dutch."""
    found = Missed()
    monkeypatch.setattr(trans_real.translation("ar"), "_fallback", found)
    return found.texts


def pages_for_newcomers() -> list[tuple[str, str]]:
    """Their own pages, and what is for everybody except registering a group, which is in Dutch and English."""
    return [
        (route, name)
        for route, name, view in own_pages()
        if Role.NEWCOMER in declared(view).roles <= {Role.NEWCOMER, Role.CONTACT, Role.MEMBER}
        or (name.startswith(("account_", "public:")) and Role.NEWCOMER in declared(view).roles)
    ]


def arab(user=None) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    if user is not None:
        client.force_login(user)
    return client


def test_what_a_newcomer_reads_on_all_pages_is_arabic(missed):
    town = world.build()
    client = arab(town.people[Role.NEWCOMER])
    town.rows["check_in"] = town.rows["household_check_in"]
    pages = [(name, url_of(name, kwargs_of(route, name, town))) for route, name in pages_for_newcomers()]
    opened = {name: address for name, address in pages if client.get(address).status_code == 200}
    assert {"newcomers:own", "matches:own", "matches:check_in", "account_profile", "public:privacy"} <= set(
        opened
    )
    # Only now: what is sent may change what there is to see.
    for name, address in opened.items():
        if name not in ENDS:
            client.post(address, {})
    assert client.get(opened["newcomers:own"]).status_code == 200
    assert missed - NOT_READ == set()


def test_signing_in_is_arabic_also_when_something_is_wrong(missed):
    town = world.build()
    client = arab()
    client.post(reverse("account_login"), {"login": "niet-goed"})
    client.post(reverse("account_login_password"), {"login": "a@voorbeeld.example", "password": "niet"})
    client.post(reverse("account_login"), {"login": town.people[Role.NEWCOMER].email})
    confirm = reverse("account_confirm_login_code")
    assert client.get(confirm).status_code == 200
    assert client.post(confirm, {"code": "", "action": "verify"}).status_code == 200
    assert client.post(confirm, {"code": "000000", "action": "verify"}).status_code == 200
    for name in ("account_reset_password", "account_signup"):
        client.get(reverse(name))
        client.post(reverse(name))
    mine = arab(town.people[Role.NEWCOMER])
    for name in ("account_set_password", "account_email", "mfa_index"):
        mine.get(reverse(name))
        mine.post(reverse(name), {"action_add": "1"})
    mine.post(reverse("account_set_password"), {"password1": "kort", "password2": "anders"})
    assert missed - NOT_READ == set()


def test_a_gap_is_found(missed, settings):
    """A group's own pages are not for newcomers: in Arabic they would have texts that are only Dutch."""
    settings.STAFF_LANGUAGES = [*settings.STAFF_LANGUAGES, "ar"]
    arab().get(reverse("groups:register_start"))
    assert missed - NOT_READ
