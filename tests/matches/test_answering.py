"""Both sides answer in private: what opens the way, what frees both, and what the clock does."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from groups.domain.impartial import OwnGroup
from groups.enums import MemberRole
from matches.domain import answering, approval, introduction
from matches.domain.answering import sweep_answers
from matches.enums import AnswerValue, MatchStatus, Side
from matches.models import Answer, Match
from municipalities.enums import StaffRole
from municipalities.models import StaffMembership
from newcomers.models import DisclosureGrant
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

from .world import mails, world


def kinds(kind):
    return [who for what, who in mails() if what == f"matches.{kind}"]


@pytest.mark.django_db
def test_two_yeses_and_the_approval_open_the_names_when_no_second_person_decides():
    w = world(policy={"second_approver": False})
    w.approve()
    assert w.answer(Side.GROUP, AnswerValue.YES).status == MatchStatus.ASKING
    assert not DisclosureGrant.objects.exists()
    assert w.answer(Side.HOUSEHOLD, AnswerValue.YES).status == MatchStatus.INTRODUCED
    match = w.fresh()
    assert match.introduced_by == w.coordinator
    readers = {member.user_id for member in w.members()}
    assert set(DisclosureGrant.objects.open().values_list("reader_id", flat=True)) == readers
    assert set(kinds("introduced")) == {*readers, w.newcomer.pk}


@pytest.mark.django_db
def test_two_yeses_wait_for_a_second_person_where_the_policy_asks_one():
    w = world(policy={"second_approver": True})
    w.approve()
    assert w.both_say_yes().status == MatchStatus.AGREED
    assert not DisclosureGrant.objects.exists()
    assert kinds("introduced") == []


@pytest.mark.django_db
@pytest.mark.parametrize(("side", "hears"), [(Side.GROUP, "newcomer"), (Side.HOUSEHOLD, "contact")])
def test_a_no_frees_both_and_only_the_other_side_hears_it(side, hears):
    w = world()
    waiting_since = w.household.ready_since
    w.approve()
    w.answer(side, AnswerValue.NO)
    assert w.fresh().status == MatchStatus.DECLINED
    assert kinds("not_now") == [getattr(w, hears).pk]
    assert not Match.objects.open().exists()
    w.household.refresh_from_db()
    assert (w.household.status, w.household.ready_since) == ("ready", waiting_since)


@pytest.mark.django_db
def test_a_yes_may_become_a_no_until_the_names_are_open():
    w = world(policy={"second_approver": True})
    w.approve()
    w.both_say_yes()
    w.answer(Side.HOUSEHOLD, AnswerValue.NO)
    assert w.fresh().status == MatchStatus.DECLINED
    with pytest.raises(DomainError):
        w.introduce()


@pytest.mark.django_db
def test_wanting_to_talk_keeps_the_question_open():
    w = world()
    w.approve()
    w.answer(Side.HOUSEHOLD, AnswerValue.TALK)
    w.answer(Side.GROUP, AnswerValue.YES)
    assert w.fresh().status == MatchStatus.ASKING
    w.answer(Side.HOUSEHOLD, AnswerValue.YES)
    assert w.fresh().status == MatchStatus.INTRODUCED


@pytest.mark.django_db
def test_the_same_answer_twice_changes_nothing():
    w = world()
    w.approve()
    w.answer(Side.GROUP, AnswerValue.YES)
    first = Answer.objects.get()
    w.answer(Side.GROUP, AnswerValue.YES)
    assert Answer.objects.get().answered_at == first.answered_at


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["member", "newcomer", "stranger", "coordinator"])
def test_only_the_contact_person_answers_for_the_group(who):
    w = world()
    w.approve()
    actor = {
        "member": w.members()[1].user,
        "newcomer": w.newcomer,
        "stranger": factories.user(),
        "coordinator": w.coordinator,
    }[who]
    with pytest.raises(DomainError):
        answering.answer(match=w.match, side=Side.GROUP, value=AnswerValue.YES, actor=actor)
    assert not Answer.objects.exists()


@pytest.mark.django_db
def test_a_contact_person_who_left_does_not_answer_any_more():
    w = world()
    w.approve()
    contact = w.contact
    w.group.members.filter(role=MemberRole.CONTACT).update(status="left")
    with pytest.raises(DomainError):
        answering.answer(match=w.match, side=Side.GROUP, value=AnswerValue.YES, actor=contact)


@pytest.mark.django_db
def test_a_coordinator_writes_down_an_answer_given_by_phone():
    w = world(account=False)
    w.approve()
    answering.answer(
        match=w.match, side=Side.HOUSEHOLD, value=AnswerValue.YES, actor=None, recorded_by=w.coordinator
    )
    answer = Answer.objects.get()
    assert (answer.answered_by, answer.recorded_by) == (None, w.coordinator)
    with pytest.raises(DomainError):
        answering.answer(
            match=w.match, side=Side.GROUP, value=AnswerValue.TALK, actor=None, recorded_by=w.coordinator
        )


@pytest.mark.django_db
def test_a_coordinator_of_another_town_writes_nothing_down():
    w, elsewhere = world(), world()
    w.approve()
    with pytest.raises(DomainError):
        answering.answer(
            match=w.match,
            side=Side.GROUP,
            value=AnswerValue.YES,
            actor=None,
            recorded_by=elsewhere.coordinator,
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "status", ["proposed", "introduced", "active", "ended", "declined", "lapsed", "withdrawn"]
)
def test_nothing_can_be_answered_when_nothing_is_asked(status):
    w = world(status)
    with pytest.raises(DomainError):
        w.answer(Side.GROUP, AnswerValue.YES)


@pytest.mark.django_db
def test_an_answer_is_visible_to_its_own_side_and_the_coordinator_only():
    w = world()
    w.approve()
    w.answer(Side.HOUSEHOLD, AnswerValue.YES)
    seen = {
        name: Answer.objects.visible_to(user).count()
        for name, user in {
            "newcomer": w.newcomer,
            "coordinator": w.coordinator,
            "contact": w.contact,
            "stranger": factories.user(),
        }.items()
    }
    assert seen == {"newcomer": 1, "coordinator": 1, "contact": 0, "stranger": 0}


@pytest.mark.django_db(transaction=True)
def test_two_yeses_at_the_same_moment_agree_once():
    w = world(policy={"second_approver": False})
    w.approve()
    outcomes = at_once(
        lambda: w.answer(Side.GROUP, AnswerValue.YES), lambda: w.answer(Side.HOUSEHOLD, AnswerValue.YES)
    )
    assert all(isinstance(outcome, Match) for outcome in outcomes)
    assert w.fresh().status == MatchStatus.INTRODUCED
    assert len(kinds("introduced")) == 6
    assert DisclosureGrant.objects.open().count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_yes_and_a_no_at_the_same_moment_end_in_no():
    w = world(policy={"second_approver": True})
    w.approve()
    w.answer(Side.GROUP, AnswerValue.YES)
    at_once(lambda: w.answer(Side.GROUP, AnswerValue.NO), lambda: w.answer(Side.HOUSEHOLD, AnswerValue.YES))
    assert w.fresh().status == MatchStatus.DECLINED
    assert not DisclosureGrant.objects.exists()


# -- the clock -----------------------------------------------------------------------------------------


def asked_on_monday():
    w = world(policy={"answer_working_days": 2})
    with time_machine.travel(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), tick=False):
        w.approve()
    OutgoingMessage.objects.all().delete()
    return w


@pytest.mark.django_db
def test_who_has_not_chosen_is_reminded_once_on_the_working_day_before():
    w = asked_on_monday()  # until Wednesday evening; the reminder is due on Tuesday at nine
    w.answer(Side.GROUP, AnswerValue.YES)
    assert sweep_answers(datetime(2026, 11, 24, 7, 59, tzinfo=UTC)).reminded == 0
    assert sweep_answers(datetime(2026, 11, 24, 8, 0, tzinfo=UTC)).reminded == 1
    assert sweep_answers(datetime(2026, 11, 24, 8, 1, tzinfo=UTC)).reminded == 0
    assert mails() == [("matches.answer_reminder", w.newcomer.pk)]


@pytest.mark.django_db
def test_when_the_time_passes_both_are_free_and_hear_it_kindly():
    w = asked_on_monday()
    w.answer(Side.GROUP, AnswerValue.YES)
    late = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    swept = sweep_answers(late)
    assert (swept.reminded, swept.lapsed) == (0, 1)
    assert w.fresh().status == MatchStatus.LAPSED
    assert sorted(kinds("not_now"), key=str) == sorted([w.contact.pk, w.newcomer.pk], key=str)
    assert sweep_answers(late).lapsed == 0


@pytest.mark.django_db
def test_two_yeses_do_not_lapse():
    w = world(policy={"second_approver": True})
    w.approve()
    w.both_say_yes()
    swept = sweep_answers(timezone.now() + timedelta(days=60))
    assert (swept.reminded, swept.lapsed) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_clock_at_the_same_moment_leave_one_outcome():
    w = world(policy={"second_approver": False})
    w.approve()
    w.answer(Side.GROUP, AnswerValue.YES)
    late = timezone.now() + timedelta(days=60)
    at_once(lambda: w.answer(Side.HOUSEHOLD, AnswerValue.YES), lambda: sweep_answers(late))
    match = w.fresh()
    assert match.status in (MatchStatus.INTRODUCED, MatchStatus.LAPSED)
    assert DisclosureGrant.objects.open().exists() == (match.status == MatchStatus.INTRODUCED)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_remind_once():
    w = world()
    w.approve()
    OutgoingMessage.objects.all().delete()
    match = w.fresh()
    assert match.answer_remind_at is not None
    now = match.answer_remind_at
    at_once(lambda: sweep_answers(now), lambda: sweep_answers(now), lambda: sweep_answers(now))
    assert len(kinds("answer_reminder")) == 2


# -- the introduction ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_approved_does_not_also_introduce():
    w = world(policy={"second_approver": True})
    w.approve()
    w.both_say_yes()
    with pytest.raises(DomainError):
        introduction.introduce(match=w.match, actor=w.coordinator)
    assert w.fresh().status == MatchStatus.AGREED
    assert w.introduce().status == MatchStatus.INTRODUCED
    assert DisclosureGrant.objects.open().count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    "status", ["proposed", "asking", "introduced", "active", "ended", "declined", "lapsed", "withdrawn"]
)
def test_without_two_yeses_nobody_is_introduced(status):
    w = world(status)
    with pytest.raises(DomainError):
        w.introduce()
    assert not DisclosureGrant.objects.exists()


@pytest.mark.django_db
def test_consent_taken_back_after_the_yes_keeps_the_names_closed():
    w = world(policy={"second_approver": True})
    w.approve()
    w.both_say_yes()
    w.household.consents.update(withdrawn_at=timezone.now())
    with pytest.raises(DomainError):
        w.introduce()
    assert not DisclosureGrant.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_introduce_at_once_and_it_happens_once():
    w = world(policy={"second_approver": True})
    w.approve()
    w.both_say_yes()
    first, second = w.colleague(), w.colleague()
    outcomes = at_once(
        lambda: introduction.introduce(match=w.match, actor=first),
        lambda: introduction.introduce(match=w.match, actor=second),
    )
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1
    assert DisclosureGrant.objects.open().count() == 5
    assert len(kinds("introduced")) == 6


@pytest.mark.django_db(transaction=True)
def test_taking_back_and_introducing_at_once_leave_one_outcome():
    w = world(policy={"second_approver": True})
    w.approve()
    w.both_say_yes()
    colleague = w.colleague()
    at_once(
        lambda: introduction.introduce(match=w.match, actor=colleague),
        lambda: approval.set_aside(match=w.match, actor=w.coordinator),
    )
    match = w.fresh()
    assert match.status in (MatchStatus.INTRODUCED, MatchStatus.WITHDRAWN)
    assert DisclosureGrant.objects.open().exists() == (match.status == MatchStatus.INTRODUCED)


@pytest.mark.django_db
def test_whoever_is_answered_for_hears_of_it():
    w = world()
    w.approve()
    answering.answer(
        match=w.match, side=Side.HOUSEHOLD, value=AnswerValue.YES, actor=None, recorded_by=w.coordinator
    )
    assert kinds("answer_recorded") == [w.newcomer.pk]
    w.answer(Side.GROUP, AnswerValue.YES)
    assert kinds("answer_recorded") == [w.newcomer.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["approve", "introduce"])
def test_a_coordinator_in_the_group_leaves_the_decision_to_a_colleague(step):
    w = world(policy={"second_approver": True})
    member = next(one for one in w.members() if one.role != MemberRole.CONTACT)
    StaffMembership.objects.create(
        user=member.user, role=StaffRole.COORDINATOR, municipality=w.match.municipality
    )
    decide = {"approve": approval.approve, "introduce": introduction.introduce}[step]
    colleague = w.coordinator
    if step == "introduce":
        w.approve()
        w.both_say_yes()
        colleague = factories.staff(StaffRole.COORDINATOR, w.match.municipality)
    before = w.fresh().status
    with pytest.raises(OwnGroup):
        decide(match=w.match, actor=member.user)
    assert w.fresh().status == before
    assert decide(match=w.match, actor=colleague).status != before


@pytest.mark.django_db
def test_a_coordinator_in_the_group_writes_down_no_answer_about_it():
    w = world()
    w.approve()
    member = next(one for one in w.members() if one.role != MemberRole.CONTACT)
    StaffMembership.objects.create(
        user=member.user, role=StaffRole.COORDINATOR, municipality=w.match.municipality
    )
    act = {"match": w.match, "side": Side.HOUSEHOLD, "value": AnswerValue.YES, "actor": None}
    with pytest.raises(OwnGroup):
        answering.answer(**act, recorded_by=member.user)
    assert not Answer.objects.exists()
    answering.answer(**act, recorded_by=w.coordinator)
    assert Answer.objects.get().recorded_by == w.coordinator
