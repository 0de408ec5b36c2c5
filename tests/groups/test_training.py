"""Trainings: a place each, no more than there are, and attendance afterwards."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from groups.calendar_file import event
from groups.domain.training import (
    TooFewSeats,
    cancel_session,
    cancel_sign_up,
    change_session,
    plan_session,
    record_attendance,
    sign_up,
)
from groups.models import Attendance
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from samenhier.notifications import kinds
from tests import factories
from tests.parallel import at_once


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


def changed(session, **changes):
    session.refresh_from_db()
    now = {field: getattr(session, field) for field in ("title", "starts_at", "place", "seats")}
    return change_session(session=session, **{**now, "actor": factories.user(), **changes})


def signed_up(town, session, number=1):
    members = list(factories.group(town, members=number, ready=False).members.all())
    for member in members:
        sign_up(session=session, member=member, actor=member.user)
    return members


class TestChange:
    def test_who_has_a_place_hears_once_in_their_language(self, town, mailed):
        session = planned(town, seats=3)
        here, abroad = signed_up(town, session, number=2)
        abroad.user.language = "en"
        abroad.user.save()
        later = session.starts_at + timedelta(days=1)
        row, told = changed(session, place="De Brink", starts_at=later)
        assert (row.place, row.starts_at, told) == ("De Brink", later, 2)
        assert changed(session)[1] == 0
        mails = mailed("groups.training_changed")
        assert {(mail["to"], mail["language"]) for mail in mails} == {
            (here.user.email, here.user.language),
            (abroad.user.email, "en"),
        }
        assert {mail["place"] for mail in mails} == {"De Brink"}
        assert AuditEvent.objects.filter(action="training.changed").values_list(
            "fields", flat=True
        ).get() == [
            "starts_at",
            "place",
        ]

    def test_more_places_are_no_news(self, town, mailed):
        session = planned(town, seats=2)
        signed_up(town, session, number=2)
        with pytest.raises(TooFewSeats, match="2 people"):
            changed(session, seats=1)
        row, told = changed(session, seats=4)
        assert (row.seats, told, mailed("groups.training_changed")) == (4, 0, [])

    def test_who_left_hears_nothing(self, town, mailed):
        session = planned(town)
        (member,) = signed_up(town, session)
        type(member).objects.filter(pk=member.pk).update(status="left")
        assert changed(session, place="De Brink")[1] == 0
        assert cancel_session(session=session, reason="ziek", actor=factories.user())[1] == 0
        assert mailed("groups.training_called_off") == []

    def test_the_past_is_refused(self, town):
        session = planned(town)
        with pytest.raises(DomainError, match="passed"):
            changed(session, starts_at=timezone.now() - timedelta(minutes=1))
        changed(session, starts_at=timezone.now() + timedelta(minutes=1))
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            with pytest.raises(DomainError, match="begun"):
                changed(session, starts_at=timezone.now() + timedelta(days=1))
            with pytest.raises(DomainError, match="begun"):
                cancel_session(session=session, reason="ziek", actor=factories.user())

    def test_only_the_newest_mail_goes_out(self, town, mailed):
        session = planned(town)
        (member,) = signed_up(town, session)
        (confirmed,) = mailed("groups.training_confirmed")
        assert kinds.get("groups.training_confirmed").still_wanted(confirmed)
        changed(session, place="De Brink")
        (first,) = mailed("groups.training_changed")
        assert not kinds.get("groups.training_confirmed").still_wanted(confirmed)
        assert kinds.get("groups.training_changed").still_wanted(first)
        changed(session, place="De Kern")
        second = mailed("groups.training_changed")[-1]
        assert not kinds.get("groups.training_changed").still_wanted(first)
        assert kinds.get("groups.training_changed").still_wanted(second)
        cancel_session(session=session, reason="ziek", actor=factories.user())
        (off,) = mailed("groups.training_called_off")
        assert not kinds.get("groups.training_changed").still_wanted(second)
        assert kinds.get("groups.training_called_off").still_wanted(off)
        cancel_sign_up(session=session, member=member, actor=member.user)
        assert not kinds.get("groups.training_called_off").still_wanted(off)

    def test_calendars_take_the_newer_file(self, town):
        session = planned(town)
        assert "SEQUENCE:0\r\nSTATUS:CONFIRMED" in event(session)
        row, _told = changed(session, place="De Brink")
        assert "SEQUENCE:1\r\nSTATUS:CONFIRMED" in event(row)
        row, _told = cancel_session(session=session, reason="ziek", actor=factories.user())
        assert "SEQUENCE:2\r\nSTATUS:CANCELLED" in event(row)


class TestCancel:
    def test_who_has_a_place_hears_the_reason_once(self, town, mailed):
        session = planned(town)
        (member,) = signed_up(town, session)
        coordinator = factories.user()
        with pytest.raises(DomainError, match="why"):
            cancel_session(session=session, reason="  ", actor=coordinator)
        row, told = cancel_session(session=session, reason=" De trainer is ziek. ", actor=coordinator)
        assert (row.cancel_reason, told) == ("De trainer is ziek.", 1)
        with pytest.raises(DomainError, match="cancelled"):
            cancel_session(session=session, reason="nog eens", actor=coordinator)
        (mail,) = mailed("groups.training_called_off")
        assert (mail["to"], mail["reason"]) == (member.user.email, "De trainer is ziek.")
        assert AuditEvent.objects.filter(action="training.called_off", actor_id=coordinator.pk).count() == 1

    def test_nothing_follows(self, town):
        session = planned(town)
        signed_up(town, session)
        other = factories.group(town, members=1, ready=False).members.get()
        cancel_session(session=session, reason="ziek", actor=factories.user())
        with pytest.raises(DomainError, match="cancelled"):
            sign_up(session=session, member=other, actor=other.user)
        with pytest.raises(DomainError, match="cancelled"):
            changed(session, place="De Brink")
        assert not Attendance.objects.to_come().exists()
        with (
            time_machine.travel(session.starts_at + timedelta(hours=3)),
            pytest.raises(DomainError, match="nobody was there"),
        ):
            record_attendance(session=session, present=[other.pk], actor=factories.user())
        assert not Attendance.objects.exclude(attended=None).exists()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_change_and_cancel(self, mailed):
        """Whoever is first: it is cancelled in the end, and nobody hears afterwards that it changed."""
        town = factories.municipality()
        session = planned(town)
        signed_up(town, session)
        actor = factories.user()
        later = session.starts_at + timedelta(days=1)
        change, cancel = at_once(
            lambda: change_session(
                session=session, title="Avond", starts_at=later, place="De Brink", seats=2, actor=actor
            ),
            lambda: cancel_session(session=session, reason="ziek", actor=actor),
        )
        session.refresh_from_db()
        assert isinstance(cancel, tuple)
        assert session.cancelled_at is not None
        # A change that was first holds; one that was later was refused.
        assert (session.starts_at == later) is isinstance(change, tuple)
        (off,) = mailed("groups.training_called_off")
        assert off["starts_at"] == session.starts_at.isoformat()
        told = mailed("groups.training_changed")
        assert len(told) == isinstance(change, tuple)
        assert not any(kinds.get("groups.training_changed").still_wanted(mail) for mail in told)

    def test_cancel_twice(self, mailed):
        town = factories.municipality()
        session = planned(town)
        signed_up(town, session)
        actor = factories.user()
        results = at_once(
            lambda: cancel_session(session=session, reason="ziek", actor=actor),
            lambda: cancel_session(session=session, reason="zaal dicht", actor=actor),
        )
        assert sorted(type(result).__name__ for result in results) == ["DomainError", "tuple"]
        assert len(mailed("groups.training_called_off")) == 1

    def test_cancel_and_sign_up(self, mailed):
        """Who got a place hears that it was cancelled; who came too late got none."""
        town = factories.municipality()
        session = planned(town)
        member = factories.group(town, members=1, ready=False).members.get()
        signing, _cancel = at_once(
            lambda: sign_up(session=session, member=member, actor=member.user),
            lambda: cancel_session(session=session, reason="ziek", actor=factories.user()),
        )
        assert len(mailed("groups.training_called_off")) == isinstance(signing, Attendance)
        assert Attendance.objects.count() == isinstance(signing, Attendance)


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
