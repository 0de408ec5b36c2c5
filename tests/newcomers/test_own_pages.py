"""The newcomer's own pages: what they see, choose, stop and take with them."""

import json
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from newcomers import own_page
from newcomers.domain.disclosure import open_grants, reveal
from newcomers.enums import HouseholdStatus
from newcomers.models import Consent, DisclosureGrant, Household
from newcomers.own_page import Block, Place
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db

PAGES = [
    "own", "own_card", "own_goals", "own_interests", "own_wishes", "own_availability", "own_readers",
    "own_would_like", "own_emphasis", "own_consent", "own_pause", "own_resume", "own_stop", "own_erase", "own_language",
]  # fmt: skip


@pytest.fixture
def household(town):
    return factories.household(town, language="ar")


@pytest.fixture
def me(client, household):
    client.force_login(household.user)
    return client


def text_of(client, name: str) -> str:
    return client.get(reverse(f"newcomers:{name}")).content.decode()


@pytest.mark.no_cover
@pytest.mark.parametrize("language", ["nl", "en", "ar"])
@pytest.mark.parametrize("status", list(HouseholdStatus))
def test_every_page_in_every_state_and_language(client, town, status, language):
    household = factories.household(town, status=status, language=language)
    User.objects.filter(pk=household.user.pk).update(language=language)
    client.force_login(household.user)
    for name in PAGES:
        response = client.get(reverse(f"newcomers:{name}"))
        assert response.status_code == 200, name
        assert f'lang="{language}"' in response.content.decode()
        assert response["Cache-Control"] == "no-store, private"


def test_others_have_no_such_page(client, town, household):
    for person in (factories.user(), factories.staff("coordinator", town)):
        client.force_login(person)
        for name in PAGES:
            assert client.get(reverse(f"newcomers:{name}")).status_code == 404
            assert client.post(reverse(f"newcomers:{name}")).status_code == 404
    client.logout()
    assert client.get(reverse("newcomers:own")).status_code == 302


def test_the_name_stands_only_on_the_page_that_is_about_it(me, household):
    for name in PAGES:
        assert ("CNRY-household" in text_of(me, name)) is (name == "own_card"), name
    events = AuditEvent.objects.filter(action="household.revealed")
    assert [(event.actor_role, event.reason) for event in events] == [("newcomer", "own")]


def test_the_number_of_queries_of_the_own_page_is_fixed(me, django_assert_num_queries):
    offered = list(own_page._sources)
    own_page._sources.clear()
    try:
        me.get(reverse("newcomers:own"))
        # session, user, roles; household, group, neighbours
        with django_assert_num_queries(6):
            me.get(reverse("newcomers:own"))
    finally:
        own_page._sources.extend(offered)


def test_the_page_names_a_neighbour_that_may_see_the_card(me, town):
    words = "يرى بطاقتكم فقط، دون اسمكم، عندما تناسبكم مجموعة من هناك."
    assert words not in text_of(me, "own")
    there = factories.municipality("Buurstad")
    opening = factories.opened(there, town)
    assert words in text_of(me, "own")
    assert "Buurstad" in text_of(me, "own")
    type(opening).objects.update(status="asked")
    assert words not in text_of(me, "own")


# -- yes ------------------------------------------------------------------------------------------------


def test_saying_yes_online(client, town):
    household = factories.household(town, status="registered", language="ar")
    client.force_login(household.user)
    page = text_of(client, "own_consent")
    # One clear button; nothing is ticked beforehand.
    assert 'type="checkbox"' not in page
    assert page.count('name="yes"') == 1

    response = client.post(
        reverse("newcomers:own_consent"), {"yes": "1", "version": "2026-1", "language": "ar"}
    )

    assert response.url == reverse("newcomers:own")
    consent = Consent.objects.get()
    assert (consent.how, consent.language, consent.recorded_by) == ("online", "ar", household.user)
    household.refresh_from_db()
    assert household.status == HouseholdStatus.CONSENTED


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"version": "2026-1", "language": "ar"},
        {"yes": "", "version": "2026-1", "language": "ar"},
        {"yes": "1", "version": "2025-1", "language": "ar"},
        {"yes": "1", "version": "2026-1", "language": "xx"},
        {"yes": "1", "version": "\x00", "language": "<script>"},
    ],
)
def test_anything_else_is_not_a_yes(client, town, sent):
    household = factories.household(town, status="registered")
    client.force_login(household.user)
    response = client.post(reverse("newcomers:own_consent"), sent)
    assert response.status_code == 200
    assert "notice--error" in response.content.decode()
    assert not Consent.objects.exists()


# -- wishes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field", "answers"),
    [
        ("own_goals", "goals", ["work", "dutch"]),
        ("own_interests", "interests", ["music"]),
        ("own_wishes", "wishes", ["women_only", "near"]),
        ("own_availability", "availability", ["sun_morning", "mon_evening"]),
    ],
)
def test_changing_my_wishes(me, household, name, field, answers):
    response = me.post(reverse(f"newcomers:{name}"), {"answers": answers})
    assert response.url == reverse("newcomers:own_card")
    household.refresh_from_db()
    assert set(getattr(household, field)) == set(answers)
    event = AuditEvent.objects.get(action="household.card_changed")
    assert (event.actor_role, event.fields) == ("newcomer", [field])


@pytest.mark.parametrize(
    "text", ["x", "<script>alert(1)</script>", "a\x00b", "\u202e", "ተስፋይ", "آمينة", "x" * 5000]
)
@pytest.mark.parametrize("name", ["own_goals", "own_interests", "own_wishes", "own_availability"])
def test_strange_answers_are_refused_in_words(me, household, name, text):
    response = me.post(reverse(f"newcomers:{name}"), {"answers": [text]})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "<script>alert" not in response.content.decode()


def test_while_waiting_a_group_needs_something_to_go_on(me, household):
    for name in ("own_goals", "own_availability"):
        assert me.post(reverse(f"newcomers:{name}"), {}).context["form"].errors
    assert me.post(reverse("newcomers:own_wishes"), {}).status_code == 302


def test_choosing_a_language(me, household):
    response = me.post(reverse("newcomers:own_language"), {"language": "en"})
    household.refresh_from_db()
    assert household.language == "en"
    assert User.objects.get(pk=household.user.pk).language == "en"
    assert "Welcome" in me.get(response.url).content.decode()
    for wrong in ("", "xx", "\x00"):
        assert me.post(reverse("newcomers:own_language"), {"language": wrong}).status_code == 200


# -- pause, stop, erase ---------------------------------------------------------------------------------


def test_a_break_and_on_again(me, household):
    assert me.get(reverse("newcomers:own_pause")).status_code == 200
    me.post(reverse("newcomers:own_pause"))
    household.refresh_from_db()
    assert household.status == HouseholdStatus.PAUSED
    me.post(reverse("newcomers:own_resume"))
    household.refresh_from_db()
    assert household.status == HouseholdStatus.READY


def test_stopping_acts_at_once(me, household, coordinator):
    open_grants(household=household, readers=[factories.user()], match_id=uuid4(), actor=coordinator)
    me.get(reverse("newcomers:own_stop"))
    assert DisclosureGrant.objects.open().exists()

    me.post(reverse("newcomers:own_stop"))

    assert not DisclosureGrant.objects.open().exists()
    assert not Consent.objects.in_force().exists()
    assert me.get(reverse("newcomers:own")).status_code == 200
    # A second press says so in words.
    assert "notice--error" in me.post(reverse("newcomers:own_stop"), follow=True).content.decode()


def test_erasing_ends_the_account_and_the_session(me, household):
    response = me.post(reverse("newcomers:own_erase"))
    assert response.status_code == 302
    assert not User.objects.filter(pk=household.user.pk).exists()
    assert me.get(reverse("newcomers:own")).status_code == 302


# -- who looked, my data --------------------------------------------------------------------------------


def test_who_looked_is_told_in_plain_words_and_without_names(me, household, coordinator, town):
    member = factories.user(name="CNRY-member")
    open_grants(household=household, readers=[member], match_id=uuid4(), actor=coordinator)
    reveal(viewer=coordinator, household=household, reason="safety")
    reveal(viewer=member, household=household, reason="introduced")
    me.cookies["django_language"] = "en"

    page = text_of(me, "own_readers")

    assert "Samen Hier in Zwolle" in page
    assert "because somebody may be in danger" in page
    assert "Somebody of your group" in page
    assert "Samira" not in page
    assert "CNRY-member" not in page


def test_my_data_hold_everything_of_mine_and_nothing_of_others(me, household, coordinator):
    other = factories.household(household.municipality)
    member = factories.user(name="CNRY-member")
    open_grants(household=household, readers=[member], match_id=uuid4(), actor=coordinator)
    reveal(viewer=coordinator, household=household, reason="contact")

    response = me.get(reverse("newcomers:own_download"))

    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "no-store, private"
    data = json.loads(response.content)
    assert data["identity"]["calling_name"].startswith("CNRY-household")
    assert data["account"]["email"] == household.user.email
    assert data["card"]["goals"] == ["dutch", "people"]
    assert len(data["consents"]) == 1
    assert len(data["may_read_or_could"]) == 1
    assert "household.revealed" in [event["what"] for event in data["happened"]]
    text = response.content.decode()
    for hidden in (member.name, member.email, coordinator.name, coordinator.email, str(coordinator.pk)):
        assert hidden not in text
    assert other.code_name not in text
    assert AuditEvent.objects.filter(action="household.downloaded").count() == 1


def test_every_field_of_the_card_is_in_the_data():
    from newcomers.domain import own_data

    source = own_data.__loader__.get_source("newcomers.domain.own_data")
    technical = {"id", "municipality", "user", "registered_by", "created_at", "ready_since"}
    for field in Household._meta.fields:
        assert field.name in technical or f'"{field.name}"' in source, field.name


def test_what_we_keep_stands_on_one_page_in_words_and_the_file_comes_second(me, household):
    assert reverse("newcomers:own_data") in me.get(reverse("newcomers:own")).content.decode()
    html = me.get(reverse("newcomers:own_data")).content.decode()
    assert household.code_name in html
    assert factories.CANARY in html  # the own name, opened for who it is of
    assert reverse("newcomers:own_download") in html


# -- the edges ------------------------------------------------------------------------------------------


def test_closing_quickly_signs_out_and_lets_the_browser_forget(me):
    response = me.post(reverse("newcomers:leave_quickly"))
    assert response["Refresh"] == f"0; url={settings.QUICK_EXIT_URL}"
    assert "Samen Hier" not in response.content.decode()
    assert response["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert me.get(reverse("newcomers:own")).status_code == 302


def test_closing_quickly_works_when_nobody_is_signed_in(client):
    assert client.post(reverse("newcomers:leave_quickly"))["Refresh"].endswith(settings.QUICK_EXIT_URL)


@pytest.mark.parametrize(
    "page",
    [
        "newcomers:own",
        "newcomers:own_card",
        "newcomers:own_readers",
        "newcomers:own_consent",
        "account_profile",
    ],
)
def test_every_page_of_a_newcomer_can_be_closed_quickly(me, household, page):
    User.objects.filter(pk=household.user_id).update(name="")  # as intake makes it
    assert me.get(reverse(page)).content.decode().count(reverse("newcomers:leave_quickly")) == 1


def test_a_member_has_no_need_to_close_a_page_quickly(client):
    client.force_login(factories.user(name="Ymke"))
    assert reverse("newcomers:leave_quickly") not in client.get(reverse("account_profile")).content.decode()


def test_other_rooms_add_blocks_and_data(me, household, monkeypatch):
    monkeypatch.setattr(own_page, "_sources", [])
    monkeypatch.setattr(own_page, "_data", {})
    own_page.offer(
        lambda row: [
            Block(
                template="newcomers/_leave_quickly.html", context={"x": row.pk}, order=2, replaces_next=True
            ),
            Block(template="newcomers/_status.html", place=Place.HELP, order=1),
        ]
    )
    own_page.offer_data("match", lambda row: {"status": "active"})

    response = me.get(reverse("newcomers:own"))

    assert [block.template for block in response.context["on_top"]] == ["newcomers/_leave_quickly.html"]
    assert [block.template for block in response.context["for_help"]] == ["newcomers/_status.html"]
    assert response.context["next_is_said"] is True
    assert json.loads(me.get(reverse("newcomers:own_download")).content)["match"] == {"status": "active"}
