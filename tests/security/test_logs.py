"""Log lines: no secrets of links, no addresses, no names; also when something goes wrong."""

import io
import logging

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from groups.domain import drafts
from groups.domain.membership import invite
from municipalities.domain import staff
from municipalities.enums import StaffRole
from newcomers.domain import disclosure
from samenhier.accounts.models import User
from samenhier.core.crypto import unseal_json
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make

pytestmark = pytest.mark.django_db(transaction=False)


@pytest.fixture
def log():
    """Everything that our own logging configuration would write."""
    import logging.config

    from django.utils.log import DEFAULT_LOGGING

    stream = io.StringIO()
    config = {
        **settings.LOGGING,
        "handlers": {
            name: {**handler, "class": "logging.StreamHandler", "stream": stream}
            for name, handler in settings.LOGGING["handlers"].items()
        },
    }
    before = logging.getLogger().handlers[:]
    logging.config.dictConfig(DEFAULT_LOGGING)
    logging.config.dictConfig(config)
    yield stream
    logging.getLogger().handlers = before


def newest(kind: str) -> dict:
    return unseal_json(OutgoingMessage.objects.filter(kind=kind).latest("created_at").sealed)["context"]


def secret_addresses() -> dict[str, str]:
    """One live link of each kind, as it stands in a mail."""
    town = make.municipality()
    group = make.group(town, status="forming")
    invite(group=group, name="Nieuw", email="nieuw@voorbeeld.example", actor=None)
    staff.invite(
        email="collega@voorbeeld.example", role=StaffRole.VIEWER, municipality=town, actor=make.user()
    )
    token = drafts.keep(token="", step="groep", answers={"name": ["x"]})
    drafts.mail_link(token=token, email="later@voorbeeld.example")
    person = make.user()
    Client().post(reverse("account_reset_password"), {"email": person.email})
    return {
        kind: "/" + newest(kind)["url"].removeprefix(settings.SITE_URL).lstrip("/")
        for kind in (
            "groups.invitation",
            "municipalities.staff_invitation",
            "groups.draft_link",
            "accounts.password_reset",
        )
    }


def secret_of(address: str) -> str:
    return max(address.strip("/").split("/"), key=len)


def test_a_request_that_goes_wrong_leaves_no_link_in_the_log(log):
    addresses = secret_addresses()
    unforgiving = Client(enforce_csrf_checks=True, raise_request_exception=False)
    seen = set()
    for address in addresses.values():
        for method in ("post", "put", "delete", "trace"):
            seen.add(getattr(unforgiving, method)(address).status_code)
        seen.add(unforgiving.get(address + "niet/").status_code)
    assert {403, 404, 405} <= seen
    text = log.getvalue()
    assert text.count("\n") >= len(addresses)  # they were written down
    for address in addresses.values():
        assert secret_of(address) not in text, address


def test_other_addresses_stay_readable_in_the_log(log):
    client = Client(raise_request_exception=False)
    client.get("/gemeenten/bestaat-niet/")
    match = make.match(make.group(town := make.municipality()), make.household(town))
    client.force_login(make.user())
    client.get(reverse("matches:own", kwargs={"match": match.pk}))
    text = log.getvalue()
    assert "/gemeenten/bestaat-niet/" in text
    assert str(match.pk) in text


def test_a_database_error_does_not_spell_out_the_row(log):
    User.objects.create_user("dubbel@voorbeeld.example")
    from django.db import transaction

    try:
        with transaction.atomic():
            User(email="dubbel@voorbeeld.example").save()
    except IntegrityError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/ergens/")
    text = log.getvalue()
    assert "IntegrityError" in text
    assert "accounts_user_email" in text  # which rule it was
    assert "dubbel@voorbeeld.example" not in text


def test_reading_a_name_and_being_refused_leaves_no_name(log):
    town = make.municipality()
    household, coordinator = make.household(town), make.staff(StaffRole.COORDINATOR, town)
    found = disclosure.reveal(viewer=coordinator, household=household, reason="contact")
    with pytest.raises(disclosure.NotDisclosed):
        disclosure.reveal(viewer=make.user(), household=household, reason="contact")
    text = log.getvalue()
    assert "reveal.refused" in text
    for secret in (found.calling_name, found.contact, coordinator.email, coordinator.name):
        assert secret not in text


def test_sending_mail_leaves_no_address_and_no_text_in_the_log(log, settings):
    from django.utils import timezone

    from samenhier.notifications.sending import sweep_outbox

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    addresses = secret_addresses()
    sweep_outbox(timezone.now())
    text = log.getvalue()
    assert "outbox.sent" in text
    assert "@voorbeeld.example" not in text
    assert not any(secret_of(address) in text for address in addresses.values())
    # And nothing of what they said is kept.
    assert not OutgoingMessage.objects.filter(state="sent").exclude(sealed=None).exists()
