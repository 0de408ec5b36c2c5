"""The life of a household: every arrow, every refusal, and two people at the same moment."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from newcomers.domain import intake, lifecycle
from newcomers.domain.disclosure import open_grants
from newcomers.domain.lifecycle import TRANSITIONS
from newcomers.enums import HouseholdStatus as S
from newcomers.models import Consent, DisclosureGrant, Household
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError, TransitionRefused
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once


def in_state(town, status: S) -> Household:
    """A household in this state that had everything it needs."""
    household = factories.household(town, status=status)
    if status == S.PAUSED:
        Household.objects.filter(pk=household.pk).update(ready_since=timezone.now())
    household.refresh_from_db()
    return household


ACTS = {
    "say yes": lambda h, actor: intake.record_consent(household=h, actor=actor, how="phone", language="nl"),
    "ready": lambda h, actor: intake.set_ready(household=h, actor=actor),
    "pause": lambda h, actor: intake.pause(household=h, actor=actor),
    "resume": lambda h, actor: intake.resume(household=h, actor=actor),
    "withdraw": lambda h, actor: intake.withdraw(household=h, actor=actor),
    "close": lambda h, actor: lifecycle.close(household=h, actor=actor),
}
#: act → state before → state after; a state that is not named refuses.
EXPECTED = {
    "say yes": {s: s for s in (S.CONSENTED, S.READY, S.PAUSED)}
    | {S.REGISTERED: S.CONSENTED, S.WITHDRAWN: S.CONSENTED, S.CLOSED: S.CONSENTED},
    "ready": {S.CONSENTED: S.READY},
    "pause": {S.REGISTERED: S.PAUSED, S.CONSENTED: S.PAUSED, S.READY: S.PAUSED},
    "resume": {S.PAUSED: S.READY},
    "withdraw": dict.fromkeys([S.REGISTERED, S.CONSENTED, S.READY, S.PAUSED], S.WITHDRAWN),
    "close": {s: S.CLOSED for s in S if s != S.CLOSED},
}


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("before", list(S))
def test_each_act_from_each_state(town, coordinator, act, before):
    household = in_state(town, before)
    trail = AuditEvent.objects.filter(subject_id=household.pk)

    if after := EXPECTED[act].get(before):
        ACTS[act](household, coordinator)
        household.refresh_from_db()
        assert household.status == after
        assert after == before or TRANSITIONS.allows(before, after)
        assert trail.exists() == (after != before)
    else:
        with pytest.raises(DomainError):
            ACTS[act](household, coordinator)
        household.refresh_from_db()
        assert household.status == before
        assert not trail.exists()


def test_the_machine_knows_every_state():
    assert TRANSITIONS.states() == set(S.values)


@pytest.mark.django_db
def test_a_pause_keeps_the_waiting_date(town, coordinator):
    household = in_state(town, S.READY)
    since = household.ready_since

    intake.pause(household=household, actor=household.user)
    resumed = intake.resume(household=household, actor=household.user)

    assert resumed.ready_since == since
    roles = AuditEvent.objects.filter(subject_id=household.pk).values_list("actor_role", flat=True)
    assert set(roles) == {"newcomer"}


@pytest.mark.django_db
@pytest.mark.parametrize(("consented", "after"), [(False, S.REGISTERED), (True, S.CONSENTED)])
def test_a_pause_goes_on_where_it_was(register, coordinator, consented, after):
    household = register()
    if consented:
        ACTS["say yes"](household, coordinator)
    intake.pause(household=household, actor=coordinator)
    assert intake.resume(household=household, actor=coordinator).status == after


@pytest.mark.django_db
def test_saying_yes_during_a_pause_does_not_end_it(register, coordinator):
    household = register()
    intake.pause(household=household, actor=coordinator)
    ACTS["say yes"](household, coordinator)
    assert intake.resume(household=household, actor=coordinator).status == S.CONSENTED


@pytest.mark.django_db
def test_withdrawing_ends_everything_in_one_go(town, coordinator, monkeypatch):
    household = in_state(town, S.READY)
    open_grants(household=household, readers=[factories.user()], match_id=uuid4(), actor=coordinator)
    told = []

    def end_the_match(row):
        assert connection.in_atomic_block
        told.append((row.pk, row.status, DisclosureGrant.objects.open().count()))

    monkeypatch.setattr(lifecycle, "after_withdrawing", [end_the_match])

    intake.withdraw(household=household, actor=household.user)

    assert told == [(household.pk, S.WITHDRAWN, 0)]
    assert not Consent.objects.in_force().exists()
    assert OutgoingMessage.objects.filter(kind="newcomers.stopped", recipient=household.user).count() == 1


@pytest.mark.django_db
def test_intake_offers_the_same_list_as_lifecycle():
    assert intake.after_withdrawing is lifecycle.after_withdrawing


@pytest.mark.django_db
def test_when_ending_a_match_fails_nothing_is_withdrawn(town, coordinator, monkeypatch):
    household = in_state(town, S.READY)

    def refuse(_row):
        raise DomainError("not now")

    monkeypatch.setattr(lifecycle, "after_withdrawing", [refuse])
    with pytest.raises(DomainError):
        intake.withdraw(household=household, actor=coordinator)

    household.refresh_from_db()
    assert household.status == S.READY
    assert Consent.objects.in_force().exists()


@pytest.mark.django_db
def test_a_new_start_waits_anew(town, coordinator):
    household = in_state(town, S.READY)
    intake.withdraw(household=household, actor=coordinator)
    ACTS["say yes"](household, coordinator)
    household.refresh_from_db()
    assert household.ready_since is None
    assert Consent.objects.filter(household=household).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_yeses_at_once_are_one():
    town = factories.municipality()
    coordinator = factories.staff("coordinator", town)
    household = factories.household(town, status=S.REGISTERED)

    results = at_once(*[lambda: ACTS["say yes"](household, coordinator)] * 3)

    assert {type(result) for result in results} == {Consent}
    assert Consent.objects.count() == 1
    assert AuditEvent.objects.filter(action="household.consented").count() == 1


@pytest.mark.django_db(transaction=True)
def test_ready_and_withdraw_at_once_end_withdrawn():
    town = factories.municipality()
    coordinator = factories.staff("coordinator", town)
    household = factories.household(town, status=S.CONSENTED)

    first, second = at_once(
        lambda: ACTS["ready"](household, coordinator), lambda: ACTS["withdraw"](household, household.user)
    )

    assert isinstance(second, Household)
    assert isinstance(first, Household | TransitionRefused)
    household.refresh_from_db()
    assert household.status == S.WITHDRAWN


@pytest.mark.django_db(transaction=True)
def test_one_of_two_pauses_is_refused():
    town = factories.municipality()
    coordinator = factories.staff("coordinator", town)
    household = factories.household(town)

    results = at_once(*[lambda: ACTS["pause"](household, coordinator)] * 2)

    assert sorted(type(result).__name__ for result in results) == ["Household", "TransitionRefused"]
    assert AuditEvent.objects.filter(action="household.paused").count() == 1


@pytest.mark.django_db(transaction=True)
def test_opening_and_withdrawing_at_once_leave_no_open_grant():
    town = factories.municipality()
    coordinator = factories.staff("coordinator", town)
    member = factories.user()
    for _ in range(5):
        household = factories.household(town)
        at_once(
            lambda h=household: open_grants(
                household=h, readers=[member], match_id=uuid4(), actor=coordinator
            ),
            lambda h=household: ACTS["withdraw"](h, h.user),
        )
        assert not DisclosureGrant.objects.open().filter(household=household).exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_address_at_once_makes_one_account():
    from tests.newcomers.conftest import CARD

    town = factories.municipality()
    coordinator = factories.staff("coordinator", town)

    def register():
        return intake.register_household(
            municipality=town,
            actor=coordinator,
            calling_name="A",
            channel="phone",
            contact="0612345678",
            email="amina@voorbeeld.example",
            **CARD,
        )

    results = at_once(register, register)

    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Household"]
    assert Household.objects.count() == 1
