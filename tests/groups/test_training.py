"""Trainings: a place each, no more than there are, and attendance afterwards."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from groups.domain.training import cancel_sign_up, plan_session, record_attendance, sign_up
from groups.models import Attendance
from samenhier.core.errors import DomainError
from tests import factories
from tests.groups.test_review import at_once


def planned(town, **changes):
    return plan_session(
        **{
            "municipality": town,
            "title": "Starttraining",
            "starts_at": timezone.now() + timedelta(days=7),
            "place": "De Enk",
            "seats": 2,
            "actor": factories.user(),
            **changes,
        }
    )


def test_sign_up_once_and_hear_of_it(town, mailed):
    session = planned(town)
    member = factories.group(town, members=1, ready=False).members.get()
    first = sign_up(session=session, member=member, actor=member.user)
    assert sign_up(session=session, member=member, actor=member.user) == first
    (mail,) = mailed("groups.training_confirmed")
    assert (mail["to"], mail["place"]) == (member.user.email, "De Enk")
    cancel_sign_up(session=session, member=member, actor=member.user)
    cancel_sign_up(session=session, member=member, actor=member.user)
    assert Attendance.objects.count() == 0


def test_other_towns_and_the_past_are_refused(town):
    session = planned(factories.municipality())
    member = factories.group(town, members=1, ready=False).members.get()
    with pytest.raises(DomainError, match="town"):
        sign_up(session=session, member=member, actor=member.user)
    with pytest.raises(DomainError, match="passed"):
        planned(town, starts_at=timezone.now() - timedelta(minutes=1))


def test_attendance_is_written_afterwards(town):
    session = planned(town)
    came, absent, walked_in = factories.group(town, members=3, ready=False).members.all()
    stranger = factories.group(factories.municipality(), members=1, ready=False).members.get()
    for member in (came, absent):
        sign_up(session=session, member=member, actor=member.user)
    coordinator = factories.user()
    with pytest.raises(DomainError, match="afterwards"):
        record_attendance(session=session, present=[came.pk], actor=coordinator)
    with time_machine.travel(session.starts_at + timedelta(hours=3)):
        record_attendance(session=session, present=[came.pk, walked_in.pk, stranger.pk], actor=coordinator)
        assert set(Attendance.objects.values_list("member_id", "attended")) == {
            (came.pk, True),
            (absent.pk, False),
            (walked_in.pk, True),
        }
        with pytest.raises(DomainError):
            cancel_sign_up(session=session, member=absent, actor=coordinator)


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once():
    town = factories.municipality()
    session = planned(town, seats=1)
    one, two = factories.group(town, members=2, ready=False).members.all()
    results = at_once(
        lambda: sign_up(session=session, member=one, actor=one.user),
        lambda: sign_up(session=session, member=two, actor=two.user),
    )
    assert sorted(type(result).__name__ for result in results) == ["Attendance", "DomainError"]
    assert Attendance.objects.filter(session=session).count() == 1
