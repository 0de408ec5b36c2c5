"""What strangers can find out and how often they may try."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from groups import limits
from groups.domain import invitations
from groups.models import RegistrationDraft
from municipalities.domain import staff
from municipalities.enums import StaffRole
from newcomers.enums import HouseholdStatus
from samenhier.core.crypto import unseal_json
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make
from tests.parallel import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def plain(response, *words: str) -> str:
    """A page without the form's token and the words that the visitor typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|<wbr>', "", response.content.decode())
    for word in words:
        text = text.replace(word, "…")
    return f"{response.status_code} {response.get('Location', '')} {text}"


def people() -> dict[str, str]:
    """Addresses that somebody could be curious about, and one that nobody has."""
    town = make.municipality()
    closed = make.user()
    closed.is_active = False
    closed.save()
    return {
        "nobody": "niemand@voorbeeld.example",
        "volunteer": make.user().email,
        "newcomer": make.household(town, status=HouseholdStatus.READY).user.email,
        "staff": make.staff(StaffRole.COORDINATOR, town).email,
        "closed": closed.email,
        "with a password": make.user(password="een lang wachtwoord").email,
    }


@pytest.mark.parametrize("page", ["account_login", "account_request_login_code", "account_reset_password"])
def test_nobody_can_ask_who_has_an_account(page):
    seen = {}
    for who, email in people().items():
        cache.clear()
        client = Client()
        name = "login" if page == "account_login" else "email"
        first = client.post(reverse(page), {name: email})
        second = client.get(first["Location"]) if first.get("Location") else first
        third = client.post(reverse("account_confirm_login_code"), {"code": "000000"})
        seen[who] = [plain(one, email) for one in (first, second, third)]
    assert all(found == seen["nobody"] for found in seen.values()), [
        who for who in seen if seen[who] != seen["nobody"]
    ]


def test_a_wrong_password_says_the_same_to_everybody():
    seen = set()
    for email in people().values():
        cache.clear()
        seen.add(
            plain(
                Client().post(
                    reverse("account_login_password"), {"login": email, "password": "iets anders dan dat"}
                ),
                email,
            )
        )
    assert len(seen) == 1


def test_changing_to_an_address_of_somebody_else_says_nothing():
    seen = set()
    for email in people().values():
        cache.clear()
        client = Client()
        client.force_login(make.user(name="Wie"))
        first = client.post(reverse("account_email"), {"email": email, "action_add": ""})
        seen.add(plain(first, email))
    assert len(seen) == 1


def test_registering_a_group_says_nothing_of_who_is_known():
    town = make.municipality()
    seen = set()
    for number, email in enumerate(people().values()):
        client = Client()
        name = f"Straat {number}"
        fill_in(client, town, name=name, contact_email=f"contact{number}@voorbeeld.example", others=[email])
        response = client.post(reverse("groups:register_check"), {"website": ""}, follow=True)
        seen.add(plain(response, email, name, f"contact{number}@voorbeeld.example"))
    assert len(seen) == 1


def fill_in(client, town, *, name: str, contact_email: str, others: list[str]) -> None:
    pages = {
        "gemeente": {"municipality": town.slug},
        "groep": {"name": name, "kind": "welcome"},
        "over-jou": {"contact_name": "Noor", "contact_email": contact_email},
        "leden": {
            "leden-TOTAL_FORMS": str(len(others)),
            "leden-INITIAL_FORMS": "0",
            **{f"leden-{n}-name": "Bram" for n in range(len(others))},
            **{f"leden-{n}-email": e for n, e in enumerate(others)},
        },
        "aanbod": {"offers": ["dutch"]},
        "huishouden": {"max_household": "4"},
        "afspraken": {},
        "waarom": {"motivation": ""},
    }
    for step, fields in pages.items():
        assert client.post(reverse("groups:register", kwargs={"step": step}), fields).status_code == 302, step


# -- how often -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_address_is_no_new_visitor(settings, rf, proxies):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    real = "192.0.2.7"
    seen = set()
    for number in range(20):
        forged = f"198.51.100.{number}"
        header = forged if proxies == 0 else f"{forged}, {real}"
        seen.add(
            limits.visitor(
                rf.get(
                    "/", headers={"X-Forwarded-For": header}, REMOTE_ADDR=real if proxies == 0 else "10.0.0.1"
                )
            )
        )
    assert seen == {real}
    # Two people behind the same proxy are two.
    if proxies:
        assert (
            limits.visitor(rf.get("/", headers={"X-Forwarded-For": "192.0.2.8"}, REMOTE_ADDR="10.0.0.1"))
            == "192.0.2.8"
        )


def test_codes_are_mailed_to_one_address_so_often_and_no_more(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    person = make.user()
    for number in range(30):
        Client(headers={"X-Forwarded-For": f"192.0.2.{number}"}).post(
            reverse("account_login"), {"login": person.email}
        )
    assert OutgoingMessage.objects.filter(kind="accounts.login_code").count() == 3
    other = make.user()
    Client().post(reverse("account_login"), {"login": other.email})
    assert OutgoingMessage.objects.filter(kind="accounts.login_code", recipient=other).count() == 1


def test_a_code_cannot_be_tried_for_ever():
    person = make.user()
    client = Client()
    client.post(reverse("account_login"), {"login": person.email})
    right = unseal_json(OutgoingMessage.objects.get(kind="accounts.login_code").sealed)["context"]["code"]
    for number in range(3):
        client.post(
            reverse("account_confirm_login_code"), {"code": f"{(int(right) + number + 1) % 1_000_000:06d}"}
        )
    client.post(reverse("account_confirm_login_code"), {"code": right})
    assert client.get(reverse("account_profile")).status_code == 302


def test_a_robot_registers_no_thousand_groups():
    town = make.municipality()
    client = Client(headers={"X-Forwarded-For": "198.51.100.9"})
    fill_in(client, town, name="Straat", contact_email="contact@voorbeeld.example", others=[])
    for _ in range(20):
        assert limits.allowed("registered", "127.0.0.1", times=20, seconds=limits.HOUR)
    assert client.post(reverse("groups:register_check"), {"website": ""}).status_code == 429
    assert not town.pk or not OutgoingMessage.objects.filter(kind="groups.confirm").exists()
    cache.clear()
    assert client.post(reverse("groups:register_check"), {"website": ""}).status_code == 302
    assert RegistrationDraft.objects.count() == 1


def test_one_address_is_not_written_to_by_all_groups_of_the_country():
    """Three invitations in a month, also when each group lies in another town."""
    groups = [make.group(make.municipality(), status="forming") for _ in range(4)]
    email = "bekend@voorbeeld.example"
    for group in groups[:3]:
        invitations.invite(group=group, name="Bekend", email=email, actor=None)
    with pytest.raises(DomainError):
        invitations.invite(group=groups[3], name="Bekend", email=email, actor=None)
    invitations.invite(group=groups[3], name="Ander", email="ander@voorbeeld.example", actor=None)


def test_a_coordinator_does_not_send_a_hundred_invitations_a_day():
    town = make.municipality()
    boss = make.staff(StaffRole.COORDINATOR, town)
    sent = 0
    with pytest.raises(DomainError):
        for number in range(100):
            staff.invite(
                email=f"c{number}@voorbeeld.example", role=StaffRole.VIEWER, municipality=town, actor=boss
            )
            sent += 1
    assert 15 <= sent <= 40
    # A colleague still can, and the command line too.
    staff.invite(
        email="x@voorbeeld.example",
        role=StaffRole.VIEWER,
        municipality=town,
        actor=make.staff(StaffRole.COORDINATOR, town),
    )
    staff.invite(email="y@voorbeeld.example", role=StaffRole.OPERATOR, municipality=None, actor=None)


def test_a_link_works_once_and_not_after_a_newer_one():
    group = make.group(make.municipality(), status="forming")
    member = invitations.invite(group=group, name="Noor", email="noor@voorbeeld.example", actor=None)

    def token() -> str:
        row = OutgoingMessage.objects.filter(kind="groups.invitation").latest("created_at")
        return unseal_json(row.sealed)["context"]["url"].rstrip("/").rsplit("/", 1)[1]

    old = token()
    member.invited_at = None
    member.save()
    invitations.resend(member=member, actor=None)
    new = token()
    for wrong in (old, old[:-1], new.upper(), "", "a" * 43):
        with pytest.raises(invitations.InvitationClosed):
            invitations.accept_invitation(token=wrong, user=None, old_enough=True, dutch="yes")
    assert (
        invitations.accept_invitation(token=new, user=None, old_enough=True, dutch="yes").status == "accepted"
    )
    with pytest.raises(invitations.InvitationClosed):
        invitations.accept_invitation(token=new, user=None, old_enough=True, dutch="yes")
    with pytest.raises(invitations.InvitationClosed):
        invitations.decline_invitation(token=new)


@pytest.mark.parametrize("who", ["staff", "second step", "closed"])
def test_a_link_alone_signs_nobody_in_who_needs_more(who):
    town = make.municipality()
    person = {
        "staff": lambda: make.staff(StaffRole.VIEWER, town),
        "second step": lambda: make.with_second_factor(make.user()),
        "closed": lambda: make.user(is_active=False),
    }[who]()
    group = make.group(town, status="forming")
    invitations.invite(group=group, name="Noor", email=person.email, actor=None)
    link = unseal_json(OutgoingMessage.objects.get(kind="groups.invitation").sealed)["context"]["url"]
    client = Client()
    client.get(link, follow=True)
    for step, fields in {
        "leeftijd": {"old_enough": "yes"},
        "nederlands": {"dutch": "yes"},
        "talen": {"talen-TOTAL_FORMS": "0", "talen-INITIAL_FORMS": "0"},
        "interesses": {"interests": ["walking"]},
        "beschikbaar": {"availability": ["wed_evening"]},
        "telefoon": {"phone": ""},
    }.items():
        client.post(reverse("groups:answer", kwargs={"step": step}), fields)
    client.post(reverse("groups:answer_check"))
    assert "_auth_user_id" not in client.session
    assert not group.members.filter(email=person.email, status="accepted").exists()


@pytest.mark.django_db(transaction=True)
def test_guessing_a_code_many_times_at_once_gives_no_more_guesses(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    person = make.user()
    first = Client()
    first.post(reverse("account_login"), {"login": person.email})
    right = unseal_json(OutgoingMessage.objects.get(kind="accounts.login_code").sealed)["context"]["code"]
    wrong = [f"{(int(right) + number) % 1_000_000:06d}" for number in range(1, 9)]

    def guess(number: int) -> str:
        client = Client(headers={"X-Forwarded-For": f"192.0.2.{number}"})
        client.cookies.update(first.cookies)
        page = client.post(reverse("account_confirm_login_code"), {"code": wrong[number]})
        return "judged" if page.status_code == 200 else "refused"

    found = at_once(*(lambda number=number: guess(number) for number in range(8)))
    assert sorted(found).count("judged") <= 3, found
    # One at a time it still works for who has the code.
    again = Client()
    cache.clear()
    again.post(reverse("account_login"), {"login": person.email})
    newest = unseal_json(
        OutgoingMessage.objects.filter(kind="accounts.login_code").latest("created_at").sealed
    )
    again.post(reverse("account_confirm_login_code"), {"code": newest["context"]["code"]})
    assert again.get(reverse("account_profile")).status_code == 200


def test_ipv4_visitors_behind_an_ipv6_proxy_are_not_one_visitor(settings, rf):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    seen = {
        limits.visitor(rf.get("/", headers={"X-Forwarded-For": f"::ffff:192.0.2.{number}"}))
        for number in range(3)
    }
    assert seen == {"192.0.2.0", "192.0.2.1", "192.0.2.2"}
    # Neighbours in one IPv6 network are.
    assert (
        len({limits.visitor(rf.get("/", headers={"X-Forwarded-For": f"2001:db8::{n}"})) for n in range(3)})
        == 1
    )


def test_made_up_links_leave_nothing_behind():
    for number in range(3):
        for address in (f"/uitnodiging/{number}{'a' * 42}/", f"/groep-aanmelden/verder/{number}{'a' * 42}/"):
            assert Client().get(address, follow=True).status_code == 410
    assert not Session.objects.exists()
    invitations.invite(
        group=make.group(make.municipality(), status="forming"),
        name="Noor",
        email="n@voorbeeld.example",
        actor=None,
    )
    row = OutgoingMessage.objects.get(kind="groups.invitation")
    assert Client().get(unseal_json(row.sealed)["context"]["url"], follow=True).status_code == 200
    assert Session.objects.count() == 1
