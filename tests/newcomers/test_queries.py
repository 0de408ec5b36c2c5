"""The thin card, the list, the work list."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from matches.queries import waiting_households
from municipalities import worklist
from municipalities.enums import StaffRole
from newcomers import queries, waiting
from newcomers.consent_texts import CURRENT, consent_text
from newcomers.domain.disclosure import open_grants
from newcomers.enums import Shown
from newcomers.models import Household
from newcomers.waiting import long_ready_lines
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(town):
    return factories.household(
        town, urgency=1, urgency_reason="CNRY-why", referred_by="CNRY-ref", part_of_town="Assendorp"
    )


@pytest.mark.parametrize("language", ["nl", "en", "ar"])
def test_the_card_holds_no_name_contact_or_words(household, language):
    card = queries.household_card(household)
    with translation.override(language):
        html = render_to_string("newcomers/_card.html", {"card": card}).replace("<wbr>", "")
    for text in (repr(card), html):
        assert "CNRY" not in text
        assert household.user.email not in text
        assert str(household.pk) not in text
    assert "Assendorp" in html


def test_the_card_gives_words_in_the_readers_language(town):
    household = factories.household(
        town, children={"12-17": 1, "0-3": 2}, availability=["sat_morning", "wed_afternoon", "wed_evening"]
    )
    card = queries.household_card(household)
    with translation.override("en"):
        assert card.size == 5
        assert card.child_labels == [("0–3 years", 2), ("12–17 years", 1)]
        assert card.language_labels == [("Arabic", "well"), ("English", "a little")]
        assert card.availability_labels == ["Wednesday: afternoon, evening", "Saturday: morning"]


def test_waiting_is_counted_in_days_and_only_without_a_group(town):
    coordinator = factories.staff(StaffRole.COORDINATOR, town)
    waits = factories.household(town, ready_since=timezone.now() - timedelta(days=41, hours=3))
    helped = factories.household(town)
    open_grants(household=helped, readers=[factories.user()], match_id=uuid4(), actor=coordinator)
    factories.household(town, status="consented")
    factories.household(factories.municipality())

    rows = queries.as_rows(queries.households_of(coordinator, town))

    assert {row.household.code_name: row.waiting_days for row in rows} | {waits.code_name: 41} == {
        row.household.code_name: row.waiting_days for row in rows
    }
    assert [row.has_group for row in rows if row.household == helped] == [True]
    assert len(rows) == 3


def test_the_most_urgent_stands_first(town):
    coordinator = factories.staff(StaffRole.COORDINATOR, town)
    factories.household(town)
    urgent = factories.household(town, urgency=3, urgency_reason="x")
    assert queries.households_of(coordinator, town).first() == urgent


def test_nobody_else_sees_the_list(town):
    factories.household(town)
    for person in (
        factories.staff(StaffRole.VIEWER, town),
        factories.staff(StaffRole.BUILDER, town),
        factories.user(),
    ):
        assert not queries.households_of(person, town).exists()


# -- the work list --------------------------------------------------------------------------------------


def test_what_waits_stands_on_the_work_list(town, coordinator):
    factories.household(town, status="registered", code_name="Els-1")
    factories.household(town, status="consented", code_name="Els-2", urgency=2, urgency_reason="x")
    factories.household(town, code_name="Els-3", ready_since=timezone.now() - timedelta(days=61))
    factories.household(town, code_name="Els-4", ready_since=timezone.now() - timedelta(days=59))
    helped = factories.household(town, code_name="Els-5", ready_since=timezone.now() - timedelta(days=90))
    open_grants(household=helped, readers=[factories.user()], match_id=uuid4(), actor=coordinator)

    with translation.override("en"):
        lines = worklist.lines(coordinator, town)

    assert {(line.who, str(line.pressing.name)) for line in lines} == {
        ("Els-1", "NORMAL"),
        ("Els-2", "SOON"),
        ("1 household", "SOON"),
    }
    assert worklist.pressing(town) == 0
    assert all(line.url.startswith("/gemeente/zwolle/nieuwkomers/") for line in lines)
    elsewhere = factories.staff(StaffRole.COORDINATOR, factories.municipality())
    for outsider in (factories.staff(StaffRole.VIEWER, town), elsewhere, factories.user()):
        assert worklist.lines(outsider, town) == []


@pytest.mark.parametrize("number", [1, 3])
def test_each_source_costs_one_query(town, coordinator, number, django_assert_num_queries):
    for _ in range(number):
        factories.household(town, status="registered")
        factories.household(town, status="consented")
        factories.household(town, ready_since=timezone.now() - timedelta(days=61))
    for source in (waiting.consent_lines, waiting.intake_lines, waiting.long_ready_lines):
        with django_assert_num_queries(1):
            expected = 1 if source is waiting.long_ready_lines else number
            assert len(list(source(town))) == expected


# -- the texts ------------------------------------------------------------------------------------------


def test_a_text_that_was_issued_never_changes():
    """A changed word needs a new version: people said yes to these exact words."""
    assert {language: consent_text(language).sha256[:16] for language in ("nl", "en", "ar")} == {
        "nl": "62b5f964adcceaa8",
        "en": "ac6af9ff62e5edfe",
        "ar": "5a56d0db01197a93",
    }
    assert set(CURRENT.values()) == {"2026-1"}


def test_the_text_is_the_same_in_each_language():
    shapes = {
        language: [(block.kind, len(block.items)) for block in consent_text(language).blocks]
        for language in ("nl", "en", "ar")
    }
    assert shapes["nl"] == shapes["en"] == shapes["ar"]
    assert len(shapes["nl"]) > 12


def test_the_menu_shows_newcomers_to_coordinators(client, town, coordinator):
    client.force_login(coordinator)
    page = client.get(reverse("newcomers:list", kwargs={"slug": town.slug})).content.decode()
    assert 'href="/gemeente/zwolle/nieuwkomers/"' in page
    assert Household.objects.count() == 0


def test_each_filter_of_the_list_shows_whom_it_says(town, coordinator):
    now = timezone.now()
    old, new = now - timedelta(days=90), now - timedelta(days=3)
    waits = factories.household(town, status="ready", ready_since=new, urgency=3, urgency_reason="x")
    waits_long = factories.household(town, status="ready", ready_since=old)
    asked = factories.household(town, status="ready", ready_since=old)
    with_group = factories.household(town, status="ready", ready_since=old)
    for household, status in ((asked, "asking"), (with_group, "active")):
        match = factories.match(factories.group(town), household, status=status)
    open_grants(household=with_group, readers=[coordinator], match_id=match.pk, actor=None)
    shown = {
        one: [row.pk for row in queries.households_of(coordinator, town, shown=one)] for one in Shown.values
    }
    assert shown == {
        "wacht": [waits.pk, waits_long.pk],
        "wacht-lang": [waits_long.pk],
        "gevraagd": [asked.pk],
        "groep": [with_group.pk],
    }
    assert len(shown["wacht"]) == waiting_households(town).count()
    (line,) = long_ready_lines(town)
    assert line.who.startswith("1 ")
    assert line.url.endswith("?status=wacht-lang")
