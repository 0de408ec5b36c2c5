"""After erasing nobody can know who it was, not from a backup either."""

from uuid import uuid4

import pytest
from django.db import connection

from newcomers.domain import erasure
from newcomers.domain.disclosure import NotDisclosed, open_grants, reveal
from newcomers.domain.intake import record_consent, update_identity
from newcomers.enums import HouseholdStatus
from newcomers.models import DisclosureGrant
from newcomers.models.identity import HouseholdIdentity, HouseholdKey
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core import crypto
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(town):
    return factories.household(
        town, part_of_town="CNRY-part", referred_by="CNRY-ref", urgency=1, urgency_reason="CNRY-why"
    )


def test_a_stored_ciphertext_can_no_longer_be_opened(household, coordinator):
    backup = HouseholdIdentity.objects.get(household=household)
    key = bytes(HouseholdKey.objects.get(household=household).wrapped)
    assert crypto.unseal(backup.calling_name, key=key).startswith("CNRY")

    erasure.erase(household=household, actor=coordinator)

    # Whoever holds the ciphertext has only the master key and the keys of others left.
    assert not HouseholdKey.objects.filter(household=household).exists()
    other = factories.household(household.municipality)
    others_key = bytes(HouseholdKey.objects.get(household=other).wrapped)
    for attempt in (None, others_key, crypto.new_wrapped_key()):
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(backup.calling_name, key=attempt)


def test_nothing_of_the_people_is_left(household, coordinator):
    email = household.user.email
    open_grants(household=household, readers=[factories.user()], match_id=uuid4(), actor=coordinator)

    row = erasure.erase(household=household, actor=household.user)

    assert row.status == HouseholdStatus.CLOSED
    assert row.user is None
    assert (row.adults, row.children) == (2, {"4-11": 1})
    assert not User.objects.filter(email=email).exists()
    assert not DisclosureGrant.objects.open().exists()
    assert not OutgoingMessage.objects.exists()
    with connection.cursor() as cursor:
        for table in ("newcomers_household", "newcomers_householdidentity", "newcomers_householdkey"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            assert "CNRY" not in cursor.fetchone()[0]
    with pytest.raises(NotDisclosed):
        reveal(viewer=coordinator, household=household, reason="contact")
    assert AuditEvent.objects.filter(action="household.erased", actor_role="newcomer").count() == 1


def test_what_was_erased_does_not_come_back(household, coordinator):
    erasure.erase(household=household, actor=coordinator)
    with pytest.raises(DomainError):
        record_consent(household=household, actor=coordinator, how="phone", language="nl")
    with pytest.raises(DomainError):
        update_identity(
            household=household, actor=coordinator, calling_name="A", channel="phone", contact="0612345678"
        )


def test_erasing_twice_is_harmless(household, coordinator):
    for _ in range(2):
        assert erasure.erase(household=household, actor=coordinator).status == HouseholdStatus.CLOSED


def test_a_person_with_another_place_keeps_the_account(household, coordinator, town):
    person = household.user
    group = factories.group(town, members=0)
    factories.member(group, user=person)

    erasure.erase(household=household, actor=coordinator)

    assert User.objects.filter(pk=person.pk).exists()


def test_others_are_asked_to_erase_what_they_hold(household, coordinator, monkeypatch):
    asked = []
    monkeypatch.setattr(erasure, "after_erasing", [lambda row: asked.append(row.pk)])
    erasure.erase(household=household, actor=coordinator)
    assert asked == [household.pk]
