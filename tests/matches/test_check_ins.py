"""Check-ins: planned in local time, reminded once by whoever sweeps, answered in private."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from matches.domain import checkins, private_notes
from matches.domain.checkins import answer_check_in, plan_check_ins, sweep_due
from matches.enums import CheckInStatus, MatchStatus, Side
from matches.models import CheckIn, CheckInReport, ContactRequest
from municipalities.enums import StaffRole
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

from .world import mails, world


def planned(*, moments=("M1",), started_on=date(2026, 10, 1), reminder_days=(0, 3, 7), **fields):
    w = world(
        MatchStatus.ACTIVE,
        policy={
            "check_in_moments": list(moments),
            "reminder_days": list(reminder_days),
            "escalate_after_days": 8,
        },
        **fields,
    )
    w.match.started_on = started_on
    w.match.planned_end = date(2027, 10, 1)
    w.match.save()
    plan_check_ins(match=w.match)
    return w


def due(w, side=Side.GROUP) -> CheckIn:
    return CheckIn.objects.get(match=w.match, side=side)


def reminders():
    return [who for kind, who in mails() if kind == "matches.check_in"]


@pytest.mark.django_db
def test_moments_are_nine_in_the_morning_in_amsterdam_on_both_sides_of_summer_time():
    w = planned(moments=("W2", "M1"), started_on=date(2026, 10, 1))
    rows = {row.moment: row for row in CheckIn.objects.filter(match=w.match, side=Side.GROUP)}
    assert rows["W2"].due_on == date(2026, 10, 15)
    assert rows["W2"].next_reminder_at == datetime(2026, 10, 15, 7, 0, tzinfo=UTC)  # summer time
    assert rows["M1"].due_on == date(2026, 11, 1)
    assert rows["M1"].next_reminder_at == datetime(2026, 11, 1, 8, 0, tzinfo=UTC)  # winter time
    assert rows["M1"].escalate_at == datetime(2026, 11, 9, 8, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_planning_twice_plans_once_and_nothing_after_the_end():
    w = planned(moments=("W2", "M1", "M24"))
    plan_check_ins(match=w.match)
    assert sorted(CheckIn.objects.values_list("moment", "side")) == sorted(
        (moment, side) for moment in ("W2", "M1") for side in Side.values
    )


@pytest.mark.django_db
def test_each_side_is_reminded_on_the_day_and_after_three_and_seven_days():
    w = planned(started_on=date(2026, 10, 1))
    at = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    assert sweep_due(at - timedelta(seconds=1)).reminded == 0
    assert sweep_due(at).reminded == 2
    assert sweep_due(at).reminded == 0
    assert sorted(reminders(), key=str) == sorted([w.contact.pk, w.newcomer.pk], key=str)
    assert due(w).next_reminder_at == at + timedelta(days=3)
    assert sweep_due(at + timedelta(days=3)).reminded == 2
    assert sweep_due(at + timedelta(days=7)).reminded == 2
    row = due(w)
    assert (row.reminders_sent, row.next_reminder_at) == (3, None)
    keys = set(OutgoingMessage.objects.values_list("dedupe_key", flat=True))
    assert keys == {f"checkin:{check_in.pk}:{n}" for check_in in CheckIn.objects.all() for n in (1, 2, 3)}


@pytest.mark.django_db
def test_after_a_long_silence_of_the_sweep_one_reminder_leaves_and_not_three():
    w = planned(started_on=date(2026, 10, 1))
    swept = sweep_due(datetime(2026, 11, 20, 8, 0, tzinfo=UTC))
    assert (swept.reminded, swept.escalated) == (2, 2)
    row = due(w)
    assert (row.reminders_sent, row.next_reminder_at) == (1, None)


@pytest.mark.django_db
def test_late_ones_reach_the_coordinators_list_once():
    w = planned(started_on=date(2026, 10, 1))
    late = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
    assert sweep_due(late).escalated == 2
    assert sweep_due(late + timedelta(days=1)).escalated == 0
    assert due(w).escalated_at == late
    assert CheckIn.objects.filter(checkins.late()).count() == 2


@pytest.mark.django_db
def test_a_household_without_an_account_goes_to_the_coordinator_at_once():
    w = planned(started_on=date(2026, 10, 1), account=False)
    at = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    swept = sweep_due(at)
    assert (swept.reminded, swept.escalated) == (1, 1)
    row = due(w, Side.HOUSEHOLD)
    assert (row.escalated_at, row.next_reminder_at, row.reminders_sent) == (at, None, 0)


@pytest.mark.django_db
def test_without_a_contact_person_the_longest_member_hears_it():
    w = planned()
    w.group.members.filter(role="contact").update(status="left")
    sweep_due(datetime(2026, 11, 1, 8, 0, tzinfo=UTC))
    assert w.members()[1].user_id in reminders()


@pytest.mark.django_db
def test_reminders_are_in_the_readers_language():
    w = planned(language="ar")
    sweep_due(datetime(2026, 11, 1, 8, 0, tzinfo=UTC))
    assert dict(OutgoingMessage.objects.values_list("recipient_id", "language")) == {
        w.contact.pk: "nl",
        w.newcomer.pk: "ar",
    }


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_moment_send_each_reminder_once():
    town = factories.municipality(policy={"check_in_moments": ["M1"]})
    for _ in range(8):
        match = factories.match(
            factories.group(town, members=3), factories.household(town), status=MatchStatus.ACTIVE
        )
        match.started_on = date(2026, 10, 1)
        match.save()
        plan_check_ins(match=match)
    now = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    outcomes = at_once(*[lambda: sweep_due(now)] * 4)
    assert sum(outcome.reminded for outcome in outcomes) == 16
    assert len(reminders()) == 16
    assert set(CheckIn.objects.values_list("reminders_sent", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_breaks_leaves_neither_messages_nor_marks(settings):
    """Negative control of the one transaction: when the outbox refuses, the duty still stands."""
    planned()
    now = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
    keys, settings.MASTER_KEYS = settings.MASTER_KEYS, []
    with pytest.raises(Exception, match="MASTER_KEYS"):
        sweep_due(now)
    settings.MASTER_KEYS = keys
    assert reminders() == []
    assert set(CheckIn.objects.values_list("reminders_sent", flat=True)) == {0}
    assert sweep_due(now).reminded == 2


@pytest.mark.django_db
@pytest.mark.parametrize("side", [Side.GROUP, Side.HOUSEHOLD])
def test_an_answer_ends_the_reminders_and_its_words_are_sealed(side):
    w = planned(started_on=date(2026, 10, 1))
    actor = w.members()[3].user if side == Side.GROUP else w.newcomer
    with time_machine.travel(datetime(2026, 11, 1, 10, 0, tzinfo=UTC), tick=False):
        answer_check_in(
            check_in=due(w, side),
            actor=actor,
            wellbeing=4,
            meetings=2,
            note=" مرحبا, het gaat goed ",
            wants_contact=False,
        )
    row = due(w, side)
    assert (row.status, row.next_reminder_at, row.escalate_at) == (CheckInStatus.ANSWERED, None, None)
    report = CheckInReport.objects.get()
    assert (report.wellbeing, report.meetings, report.answered_by) == (4, 2, actor)
    assert b"goed" not in bytes(report.note)
    assert private_notes.unseal(report.note) == "مرحبا, het gaat goed"
    assert sweep_due(datetime(2027, 1, 1, tzinfo=UTC)).reminded == 1  # the other side only
    assert not ContactRequest.objects.exists()


@pytest.mark.django_db
def test_wanting_contact_reaches_the_coordinator_only():
    w = planned(started_on=date(2026, 10, 1))
    with time_machine.travel(datetime(2026, 11, 1, 10, 0, tzinfo=UTC), tick=False):
        answer_check_in(
            check_in=due(w, Side.HOUSEHOLD),
            actor=w.newcomer,
            wellbeing=1,
            meetings=0,
            note="",
            wants_contact=True,
        )
    builder = factories.staff(StaffRole.BUILDER, w.town)
    w.match.builder = builder
    w.match.save()
    seen = {
        name: ContactRequest.objects.visible_to(user).count()
        for name, user in {
            "coordinator": w.coordinator,
            "newcomer": w.newcomer,
            "contact": w.contact,
            "builder": builder,
        }.items()
    }
    assert seen == {"coordinator": 1, "newcomer": 1, "contact": 0, "builder": 0}
    assert mails() == []


@pytest.mark.django_db
def test_neither_side_sees_the_other_sides_check_in():
    w = planned()
    group, household = due(w), due(w, Side.HOUSEHOLD)
    assert list(CheckIn.objects.visible_to(w.contact)) == [group]
    assert list(CheckIn.objects.visible_to(w.newcomer)) == [household]
    assert set(CheckIn.objects.visible_to(w.coordinator)) == {group, household}
    with pytest.raises(DomainError):
        answer_check_in(check_in=household, actor=w.contact, wellbeing=5, meetings=3)
    with pytest.raises(DomainError):
        answer_check_in(check_in=group, actor=w.newcomer, wellbeing=5, meetings=3)


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["twice", "cancelled", "ended", "early", "long", "stranger"])
def test_an_answer_that_is_not_wanted_is_refused(what):
    w = planned(started_on=date(2026, 10, 1))
    row = due(w)
    now, note, actor = datetime(2026, 11, 1, 10, 0, tzinfo=UTC), "", w.contact
    if what == "twice":
        with time_machine.travel(now, tick=False):
            answer_check_in(check_in=row, actor=actor, wellbeing=3, meetings=1)
    elif what == "cancelled":
        CheckIn.objects.filter(pk=row.pk).update(status="cancelled")
    elif what == "ended":
        w.match.status, w.match.ended_on, w.match.end_kind, w.match.end_reason = (
            "ended",
            now.date(),
            "early",
            "other",
        )
        w.match.save()
    elif what == "early":
        now -= timedelta(days=9)
    elif what == "long":
        note = "x" * 501
    else:
        actor = factories.user()
    with time_machine.travel(now, tick=False), pytest.raises(DomainError):
        answer_check_in(check_in=row, actor=actor, wellbeing=3, meetings=1, note=note)
    assert CheckInReport.objects.count() == (what == "twice")


@pytest.mark.django_db(transaction=True)
def test_two_members_answer_at_once_and_one_answer_counts():
    w = planned(started_on=timezone.localdate() - timedelta(days=31))
    row = due(w)
    actors = [member.user for member in w.members()[:3]]
    outcomes = at_once(
        *[lambda a=actor: answer_check_in(check_in=row, actor=a, wellbeing=3, meetings=1) for actor in actors]
    )
    assert sum(isinstance(outcome, CheckInReport) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 2
