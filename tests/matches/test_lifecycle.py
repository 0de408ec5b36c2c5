"""From the first meeting to the ending, and what closes when somebody leaves or withdraws."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.domain.membership import leave
from matches.domain import contact, lifecycle
from matches.domain.states import MATCH
from matches.enums import CheckInStatus, EndKind, EndReason, MatchStatus, Side
from matches.mails import FIRST_MEETING
from matches.models import CheckIn, Match
from matches.waiting.steps import alone_lines
from municipalities.enums import StaffRole
from newcomers.domain import disclosure
from newcomers.domain.lifecycle import withdraw
from newcomers.models import DisclosureGrant
from samenhier.core.errors import DomainError, TransitionRefused
from samenhier.core.moments import add_months
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

from .world import mails, world


def today():
    return timezone.localdate()


def introduced():
    w = world(MatchStatus.INTRODUCED)
    readers = [member.user for member in w.members()]
    disclosure.open_grants(household=w.household, readers=readers, match_id=w.match.pk, actor=w.coordinator)
    return w


def active(started_on=None):
    w = introduced()
    lifecycle.activate(match=w.match, actor=w.coordinator, started_on=started_on or today())
    return w


def test_every_state_is_in_the_table_and_ends_are_ends():
    assert set(MATCH.arrows) == set(MatchStatus)
    ends = {state for state, targets in MATCH.arrows.items() if not targets}
    assert ends == {MatchStatus.ENDED, MatchStatus.DECLINED, MatchStatus.LAPSED, MatchStatus.WITHDRAWN}
    assert all(reason for targets in MATCH.arrows.values() for reason in targets.values())


@pytest.mark.django_db
def test_a_first_meeting_is_written_down_after_the_introduction():
    w = introduced()
    at = timezone.now() + timedelta(days=3)
    lifecycle.record_first_meeting(match=w.match, actor=w.coordinator, at=at)
    assert w.fresh().first_meeting_at == at


@pytest.mark.django_db
def test_both_sides_hear_when_they_meet_and_hear_it_again_when_it_moves():
    w = introduced()
    everybody = {*(member.user_id for member in w.members()), w.newcomer.pk}
    one, other = (timezone.now() + timedelta(days=days) for days in (3, 5))
    told = []
    for at in (one, one, other, one, other):
        lifecycle.record_first_meeting(match=w.match, actor=w.coordinator, at=at)
        letters = OutgoingMessage.objects.filter(kind="matches.first_meeting")
        assert set(letters.values_list("recipient_id", flat=True)) == everybody
        told.append(letters.count() // len(everybody))
    assert told == [1, 1, 2, 3, 4]
    wanted = [
        at
        for at in (one, other)
        if FIRST_MEETING.still_wanted({"match_id": w.match.pk, "at": at.isoformat()})
    ]
    assert wanted == [other]


@pytest.mark.django_db
def test_a_meeting_that_has_been_is_written_down_without_a_message_and_not_before_the_introduction():
    w = introduced()
    Match.objects.filter(pk=w.match.pk).update(introduced_at=timezone.now() - timedelta(days=2))
    at = timezone.now() - timedelta(days=1)
    lifecycle.record_first_meeting(match=w.match, actor=w.coordinator, at=at)
    assert w.fresh().first_meeting_at == at
    with pytest.raises(DomainError, match="vóór de introductie"):
        lifecycle.record_first_meeting(match=w.match, actor=w.coordinator, at=at - timedelta(days=3))
    assert w.fresh().first_meeting_at == at
    assert not OutgoingMessage.objects.filter(kind="matches.first_meeting").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["proposed", "asking", "agreed", "ended", "declined"])
def test_without_open_names_there_is_no_first_meeting(status):
    w = world(status)
    with pytest.raises(DomainError):
        lifecycle.record_first_meeting(match=w.match, actor=w.coordinator, at=timezone.now())


@pytest.mark.django_db
def test_the_year_begins_with_an_end_and_check_ins_for_both_sides():
    w = world(MatchStatus.INTRODUCED, policy={"match_months": 12, "check_in_moments": ["W2", "M3", "M12"]})
    lifecycle.activate(match=w.match, actor=w.coordinator, started_on=today())
    match = w.fresh()
    assert (match.status, match.started_on) == (MatchStatus.ACTIVE, today())
    assert match.planned_end == add_months(today(), 12)
    planned = set(match.check_ins.values_list("moment", "side"))
    assert planned == {(moment, side) for moment in ("W2", "M3", "M12") for side in Side.values}


@pytest.mark.django_db
def test_a_start_in_the_past_asks_nothing_about_weeks_that_lie_behind():
    w = world(MatchStatus.INTRODUCED, policy={"check_in_moments": ["W2", "M1", "M3", "M6"]})
    lifecycle.activate(match=w.match, actor=w.coordinator, started_on=today() - timedelta(days=60))
    assert set(w.fresh().check_ins.values_list("moment", flat=True)) == {"M3", "M6"}


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-400, 1, 90])
def test_a_start_too_long_ago_or_too_far_ahead_is_refused(days):
    w = introduced()
    with pytest.raises(DomainError):
        lifecycle.activate(match=w.match, actor=w.coordinator, started_on=today() + timedelta(days=days))
    assert w.fresh().status == MatchStatus.INTRODUCED


@pytest.mark.django_db
@pytest.mark.parametrize("status", [s for s in MatchStatus if s != MatchStatus.INTRODUCED])
def test_only_an_introduced_match_begins(status):
    w = world(status)
    with pytest.raises(TransitionRefused):
        lifecycle.activate(match=w.match, actor=w.coordinator, started_on=today())


@pytest.mark.django_db(transaction=True)
def test_beginning_twice_at_once_plans_once():
    w = introduced()
    outcomes = at_once(
        *[
            lambda: lifecycle.activate(match=w.match, actor=w.coordinator, started_on=today())
            for _ in range(3)
        ]
    )
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1
    assert w.fresh().check_ins.count() == 12


@pytest.mark.django_db
def test_an_early_end_closes_names_and_check_ins_at_once_and_both_go_on():
    w = active()
    assert DisclosureGrant.objects.open().count() == 5
    lifecycle.end(
        match=w.match, actor=w.coordinator, kind=EndKind.EARLY, reason=EndReason.NO_TIME, ended_on=today()
    )
    match = w.fresh()
    assert (match.status, match.end_kind, match.end_reason) == (MatchStatus.ENDED, "early", "no_time")
    assert not DisclosureGrant.objects.open().exists()
    assert set(match.check_ins.values_list("status", flat=True)) == {CheckInStatus.CANCELLED}
    assert not match.check_ins.exclude(next_reminder_at=None, escalate_at=None).exists()
    told = [who for kind, who in mails() if kind == "matches.ended"]
    assert set(told) == {*(member.user_id for member in w.members()), w.newcomer.pk}
    # Both can go on: a new match with others is possible, the waiting date stands.
    w.household.refresh_from_db()
    assert w.household.status == "ready"
    factories.match(w.group, factories.household(w.town), status=MatchStatus.ASKING)
    factories.match(factories.group(w.town), w.household, status=MatchStatus.ASKING)


@pytest.mark.django_db
def test_after_a_complete_year_the_household_rests_unless_it_wants_another_group():
    for goes_on, status in ((None, "paused"), (False, "paused"), (True, "ready")):
        w = active(started_on=today() - timedelta(days=360))
        lifecycle.end(
            match=w.match,
            actor=w.coordinator,
            kind=EndKind.PLANNED,
            reason=EndReason.COMPLETED,
            ended_on=today(),
            household_goes_on=goes_on,
        )
        w.household.refresh_from_db()
        assert w.household.status == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "reason", "days"),
    [
        (EndKind.PLANNED, EndReason.COMPLETED, 0),  # the year has hardly begun
        (EndKind.PLANNED, EndReason.MOVED, 0),
        (EndKind.EARLY, EndReason.COMPLETED, 0),
        (EndKind.EARLY, EndReason.MOVED, 1),  # a day that lies ahead
        (EndKind.EARLY, EndReason.MOVED, -30),  # before the beginning
    ],
)
def test_an_ending_that_does_not_fit_is_refused(kind, reason, days):
    w = active()
    with pytest.raises(DomainError):
        lifecycle.end(
            match=w.match,
            actor=w.coordinator,
            kind=kind,
            reason=reason,
            ended_on=today() + timedelta(days=days),
        )
    assert w.fresh().status == MatchStatus.ACTIVE
    assert DisclosureGrant.objects.open().count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize("status", [s for s in MatchStatus if s not in ("introduced", "active")])
def test_only_what_began_can_end(status):
    w = world(status)
    with pytest.raises(TransitionRefused):
        lifecycle.end(
            match=w.match, actor=w.coordinator, kind=EndKind.EARLY, reason=EndReason.OTHER, ended_on=today()
        )


@pytest.mark.django_db(transaction=True)
def test_ending_twice_at_once_ends_once():
    w = active()
    outcomes = at_once(
        *[
            lambda: lifecycle.end(
                match=w.match,
                actor=w.coordinator,
                kind=EndKind.EARLY,
                reason=EndReason.MOVED,
                ended_on=today(),
            )
            for _ in range(3)
        ]
    )
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TransitionRefused) for outcome in outcomes) == 2


@pytest.mark.django_db
def test_a_member_who_leaves_reads_nothing_any_more():
    w = active()
    member = w.members()[2]
    assert member.user is not None
    disclosure.reveal(viewer=member.user, household=w.household, reason="introduced")
    lifecycle.close_for_leaving_member(member)
    with pytest.raises(disclosure.NotDisclosed):
        disclosure.reveal(viewer=member.user, household=w.household, reason="introduced")
    assert DisclosureGrant.objects.open().count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("proposed", "withdrawn", []),
        ("asking", "withdrawn", ["matches.not_now"]),
        ("agreed", "withdrawn", ["matches.not_now"]),
        ("introduced", "ended", ["matches.ended"] * 5),
        ("active", "ended", ["matches.ended"] * 5),
    ],
)
def test_a_household_that_withdraws_ends_what_was_going_on(before, after, told):
    w = world(before)
    contact.ask_for_contact(user=w.newcomer)
    withdraw(household=w.household, actor=w.newcomer)
    assert w.fresh().status == after
    assert [kind for kind, _who in mails()] == told
    assert not DisclosureGrant.objects.open().exists()
    assert not CheckIn.objects.planned().exists()
    assert not w.match.contact_requests.waiting().exists()


@pytest.mark.django_db
def test_a_community_builder_of_the_town_can_guide_and_reads_with_a_grant_of_their_own():
    w = introduced()
    builder, later = (factories.staff(StaffRole.BUILDER, w.town) for _ in range(2))
    lifecycle.choose_builder(match=w.match, actor=w.coordinator, builder=builder)
    assert DisclosureGrant.objects.open().filter(reader=builder).exists()
    assert list(Match.objects.visible_to(builder)) == [w.fresh()]
    lifecycle.choose_builder(match=w.match, actor=w.coordinator, builder=later)
    assert not DisclosureGrant.objects.open().filter(reader=builder).exists()
    assert not Match.objects.visible_to(builder).exists()


@pytest.mark.django_db
def test_nobody_else_becomes_the_builder_of_a_match():
    w = introduced()
    for person in (
        factories.user(),
        w.coordinator,
        factories.staff(StaffRole.BUILDER, factories.municipality()),
    ):
        with pytest.raises(DomainError):
            lifecycle.choose_builder(match=w.match, actor=w.coordinator, builder=person)
    assert w.fresh().builder is None


def test_months_end_with_the_month():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)


@pytest.mark.django_db
def test_a_match_whose_group_stopped_stands_on_the_list():
    w = world(MatchStatus.ACTIVE)
    assert list(alone_lines(w.town)) == []
    for member in [*w.group.members.filter(role="member"), w.group.members.get(role="contact")]:
        leave(member=member, actor=member.user)
    [line] = alone_lines(w.town)
    assert (line.who, line.url) == (
        f"{w.household.code_name} en {w.group.name}",
        reverse("matches:detail", kwargs={"slug": w.town.slug, "match": w.match.pk}),
    )
