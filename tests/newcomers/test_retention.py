"""Newcomers: who stopped is erased after the term; who waits is asked about, and never erased by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from municipalities import worklist
from municipalities.domain.retention import sweep
from newcomers.domain import intake, lifecycle
from newcomers.domain.disclosure import is_sealed, open_grants
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from tests import factories
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def silent(town, status, *, days=190, **fields):
    """A household of whom nobody has heard for so many days."""
    then = timezone.now() - days * DAY
    if status in ("withdrawn", "closed"):
        fields.setdefault("stopped_at", then)
    return factories.household(town, status=status, created_at=then, last_contact_at=then, **fields)


def asked_about(coordinator, town):
    """Who stands on the work list with “Still in touch?”."""
    with translation.override("en"):
        return [line.who for line in worklist.lines(coordinator, town) if str(line.what) == "Still in touch?"]


@pytest.mark.parametrize("status", ["withdrawn", "closed"])
def test_who_stopped_is_erased_after_the_months_of_the_town(town, status):
    old, young = silent(town, status), silent(town, status, days=170)
    email = old.user.email

    assert sweep(timezone.now()) == 1

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.status, old.user, old.languages) == (HouseholdStatus.CLOSED, None, [])
    assert old.erased_at
    assert not is_sealed(old)
    assert (old.adults, old.children) == (2, {"4-11": 1})
    assert not User.objects.filter(email=email).exists()
    assert young.erased_at is None
    assert is_sealed(young)
    event = AuditEvent.objects.get(action="household.erased")
    assert (event.actor_id, event.detail["rule"]) == (None, "stopped_household")
    assert sweep(timezone.now()) == 0


@pytest.mark.parametrize("status", ["registered", "consented", "ready", "paused"])
def test_who_takes_part_is_asked_about_and_never_erased(town, coordinator, status):
    old, young = silent(town, status, days=900), silent(town, status, days=170)

    assert sweep(timezone.now()) == 0

    old.refresh_from_db()
    assert is_sealed(old)
    assert asked_about(coordinator, town) == [old.code_name]
    assert is_sealed(young)


def test_whoever_has_a_group_or_signed_in_is_not_asked_about(town, coordinator):
    with_group, signed_in, silent_one = (silent(town, "ready") for _ in range(3))
    open_grants(household=with_group, readers=[factories.user()], match_id=silent_one.pk, actor=coordinator)
    User.objects.filter(pk=signed_in.user_id).update(last_login=timezone.now() - DAY)
    assert asked_about(coordinator, town) == [silent_one.code_name]


def test_signing_in_is_contact_also_for_who_stopped(town):
    household = silent(town, "withdrawn")
    User.objects.filter(pk=household.user_id).update(last_login=timezone.now() - DAY)
    assert sweep(timezone.now()) == 0
    User.objects.filter(pk=household.user_id).update(last_login=timezone.now() - 200 * DAY)
    assert sweep(timezone.now()) == 1


def test_a_wrong_click_on_close_can_be_undone_for_two_weeks(town, coordinator):
    household = silent(town, "ready", days=400)
    lifecycle.close(household=household, actor=coordinator)
    now = timezone.now()
    assert sweep(now + 13 * DAY) == 0
    intake.record_consent(household=household, actor=coordinator, how="phone", language="nl")
    assert sweep(now + 15 * DAY) == 0
    household.refresh_from_db()
    assert household.stopped_at is None

    other = silent(town, "ready", days=400)
    lifecycle.close(household=other, actor=coordinator)
    assert sweep(timezone.now() + 15 * DAY) == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda row, actor: lifecycle.record_contact(household=row, actor=actor),
        lambda row, actor: lifecycle.pause(household=row, actor=actor),
        lambda row, actor: lifecycle.withdraw(household=row, actor=actor),
        lambda row, actor: intake.update_card(household=row, actor=actor, part_of_town="Noord"),
        lambda row, actor: intake.update_identity(
            household=row, actor=actor, calling_name="A", channel="phone", contact="0612345678"
        ),
    ],
)
def test_contact_counts_from_what_they_and_we_do(town, coordinator, act):
    household = silent(town, "ready", days=400)
    act(household, coordinator)
    household.refresh_from_db()
    assert timezone.now() - household.last_contact_at < timedelta(minutes=5)


def test_closing_is_no_contact(town, coordinator):
    household = silent(town, "ready", days=400)
    lifecycle.close(household=household, actor=coordinator)
    household.refresh_from_db()
    assert timezone.now() - household.last_contact_at > 399 * DAY
    with pytest.raises(DomainError):
        lifecycle.record_contact(household=household, actor=coordinator)


def test_the_coordinator_writes_down_that_they_spoke(client, town, coordinator):
    household = silent(town, "ready", days=400)
    client.force_login(coordinator)
    page = reverse("newcomers:detail", kwargs={"slug": town.slug, "household": household.pk})
    where = reverse("newcomers:contacted", kwargs={"slug": town.slug, "household": household.pk})
    assert f'action="{where}"' in client.get(page).content.decode()
    assert client.get(where).status_code == 405
    assert client.post(where).status_code == 302
    household.refresh_from_db()
    assert timezone.now() - household.last_contact_at < timedelta(minutes=5)
    assert AuditEvent.objects.filter(action="household.contacted", actor_id=coordinator.pk).count() == 1
    client.force_login(factories.staff("viewer", town))
    assert client.post(where).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_new_yes_and_the_sweep_at_once_leave_one_of_both(town, coordinator):
    """Either they start again and everything is there, or they are erased and the yes is refused."""
    household = silent(town, "withdrawn")
    outcomes = at_once(
        lambda: sweep(timezone.now()),
        lambda: intake.record_consent(household=household, actor=coordinator, how="phone", language="nl"),
    )
    row = Household.objects.get(pk=household.pk)
    if row.erased_at:
        assert isinstance(outcomes[1], DomainError)
        assert not is_sealed(row)
    else:
        assert outcomes[0] == 0
        assert row.status == HouseholdStatus.CONSENTED
        assert is_sealed(row)
