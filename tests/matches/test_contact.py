"""The quiet line: asked without a reason, seen by the coordinator only, marked as handled."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from matches.domain.contact import (
    UNDO_WITHIN,
    ask_for_contact,
    mark_handled,
    may_take_back,
    take_back_handled,
)
from matches.enums import ContactStatus, Side
from matches.models import ContactRequest
from municipalities.enums import StaffRole
from newcomers.domain.lifecycle import withdraw
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

from .world import world


@pytest.mark.django_db
def test_a_newcomer_asks_and_nobody_else_is_told():
    w = world("active")
    request = ask_for_contact(user=w.newcomer)
    assert (request.side, request.household, request.match) == (Side.HOUSEHOLD, w.household, w.match)
    assert not OutgoingMessage.objects.exists()
    seen = [
        ContactRequest.objects.visible_to(user).count() for user in (w.coordinator, w.newcomer, w.contact)
    ]
    assert seen == [1, 1, 0]


@pytest.mark.django_db
def test_a_member_asks():
    w = world()
    person = w.members()[2].user
    request = ask_for_contact(user=person)
    assert (request.side, request.household, request.match) == (Side.GROUP, None, None)


@pytest.mark.django_db
def test_asking_again_is_one_request_until_it_is_handled():
    w = world()
    first = ask_for_contact(user=w.newcomer)
    assert ask_for_contact(user=w.newcomer) == first
    mark_handled(request=first, actor=w.coordinator)
    mark_handled(request=first, actor=w.colleague())
    first.refresh_from_db()
    assert (first.status, first.handled_by) == (ContactStatus.DONE, w.coordinator)
    assert ask_for_contact(user=w.newcomer) != first


@pytest.mark.django_db
class TestTakingBack:
    def test_it_waits_again_since_the_day_it_was_asked(self):
        w = world()
        request = ask_for_contact(user=w.newcomer)
        assert not may_take_back(request)
        assert take_back_handled(request=request, actor=w.coordinator) == request
        done = mark_handled(request=request, actor=w.coordinator)
        assert may_take_back(done)
        colleague = w.colleague()
        again = take_back_handled(request=request, actor=colleague)
        take_back_handled(request=request, actor=colleague)
        again.refresh_from_db()
        assert (again.status, again.handled_by, again.handled_at) == (ContactStatus.OPEN, None, None)
        assert again.created_at == request.created_at
        assert ask_for_contact(user=w.newcomer) == request
        (event,) = AuditEvent.objects.filter(action="contact.reopened")
        assert (event.actor_id, event.subject_id) == (colleague.pk, request.pk)

    @pytest.mark.parametrize(("late", "possible"), [(timedelta(hours=-1), True), (timedelta(hours=1), False)])
    def test_for_some_time(self, late, possible):
        w = world()
        request = mark_handled(request=ask_for_contact(user=w.newcomer), actor=w.coordinator)
        with time_machine.travel(timezone.now() + UNDO_WITHIN + late):
            assert may_take_back(request) is possible
            if possible:
                take_back_handled(request=request, actor=w.coordinator)
            else:
                with pytest.raises(DomainError, match="te lang geleden"):
                    take_back_handled(request=request, actor=w.coordinator)
        assert ContactRequest.objects.waiting().exists() is possible

    def test_not_beside_a_newer_request(self):
        w = world()
        request = mark_handled(request=ask_for_contact(user=w.newcomer), actor=w.coordinator)
        newer = ask_for_contact(user=w.newcomer)
        with pytest.raises(DomainError, match="opnieuw gevraagd"):
            take_back_handled(request=request, actor=w.coordinator)
        assert ContactRequest.objects.waiting().get() == newer
        assert not AuditEvent.objects.filter(action="contact.reopened").exists()

    def test_not_of_who_stopped(self):
        w = world()
        request = mark_handled(request=ask_for_contact(user=w.newcomer), actor=w.coordinator)
        withdraw(household=w.household, actor=w.coordinator)
        request.household.refresh_from_db()
        assert not may_take_back(request)
        with pytest.raises(DomainError, match="gestopt"):
            take_back_handled(request=request, actor=w.coordinator)


@pytest.mark.django_db(transaction=True)
def test_taking_back_while_they_ask_again_leaves_one_request():
    w = world()
    request = mark_handled(request=ask_for_contact(user=w.newcomer), actor=w.coordinator)
    outcomes = at_once(
        lambda: take_back_handled(request=request, actor=w.coordinator),
        lambda: ask_for_contact(user=w.newcomer),
    )
    (waiting,) = ContactRequest.objects.waiting()
    assert isinstance(outcomes[0], DomainError) is (waiting.pk != request.pk)


@pytest.mark.django_db
def test_who_belongs_to_nobody_hears_what_is_possible():
    for person in (factories.user(), factories.staff(StaffRole.COORDINATOR, factories.municipality())):
        with pytest.raises(DomainError):
            ask_for_contact(user=person)


@pytest.mark.django_db(transaction=True)
def test_tapping_many_times_at_once_is_one_request():
    w = world()
    outcomes = at_once(*[lambda: ask_for_contact(user=w.newcomer)] * 5)
    assert len({outcome.pk for outcome in outcomes}) == 1
    assert ContactRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_call_back_at_once():
    w = world()
    request = ask_for_contact(user=w.newcomer)
    colleague = factories.staff(StaffRole.COORDINATOR, w.town)
    callers = [w.coordinator, colleague]
    rows = at_once(*[lambda who=who: mark_handled(request=request, actor=who) for who in callers])
    assert len({row.handled_by_id for row in rows}) == 1
    assert AuditEvent.objects.filter(action="contact.handled", subject_id=request.pk).count() == 1
