"""The quiet line: asked without a reason, seen by the coordinator only, marked as handled."""

import pytest

from matches.domain.contact import ask_for_contact, mark_handled
from matches.enums import ContactStatus, Side
from matches.models import ContactRequest
from municipalities.enums import StaffRole
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories

from .parallel import at_once
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
