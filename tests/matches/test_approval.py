"""A coordinator approves a proposal, or sets it aside: allowed, refused, and two at once."""

import threading
import time
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from matches.domain import approval
from matches.enums import OPEN_STATUSES, MatchStatus
from matches.models import Match, MatchingRun
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError, TransitionRefused
from tests import factories
from tests.parallel import at_once

from .world import mails, world


@pytest.mark.django_db
def test_approving_asks_both_sides_and_starts_the_clock():
    w = world(policy={"answer_working_days": 5})
    with time_machine.travel(datetime(2026, 11, 25, 10, 0, tzinfo=UTC), tick=False):  # a Wednesday
        w.approve()
    match = w.fresh()
    assert match.status == MatchStatus.ASKING
    assert match.approved_by == w.coordinator
    # Five working days later, at the end of that day in Amsterdam.
    assert match.answer_due == datetime(2026, 12, 2, 22, 59, 59, tzinfo=UTC)
    assert match.answer_remind_at == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert mails() == sorted(
        [("matches.proposal", w.contact.pk), ("matches.proposal", w.newcomer.pk)], key=lambda row: str(row[1])
    )
    event = AuditEvent.objects.get(action="match.approved")
    assert (event.actor_id, event.subject_id, event.municipality_id) == (
        w.coordinator.pk,
        match.pk,
        w.town.pk,
    )


@pytest.mark.django_db
def test_the_reminder_skips_the_weekend():
    w = world(policy={"answer_working_days": 3})
    with time_machine.travel(
        datetime(2026, 11, 26, 10, 0, tzinfo=UTC), tick=False
    ):  # a Thursday: until Tuesday
        w.approve()
    match = w.fresh()
    assert match.answer_due is not None
    assert match.answer_due.astimezone(timezone.get_default_timezone()).date() == date(2026, 12, 1)
    assert match.answer_remind_at == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_household_without_an_account_is_told_by_a_person():
    w = world(account=False)
    w.approve()
    assert mails() == [("matches.proposal", w.contact.pk)]


@pytest.mark.django_db
def test_other_proposals_for_the_same_two_are_withdrawn():
    w = world()
    other_group = factories.group(w.town)
    rival = factories.match(other_group, w.household)
    unrelated = factories.match(factories.group(w.town), factories.household(w.town))
    w.approve()
    rival.refresh_from_db()
    unrelated.refresh_from_db()
    assert (rival.status, unrelated.status) == (MatchStatus.WITHDRAWN, MatchStatus.PROPOSED)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [s for s in MatchStatus if s != MatchStatus.PROPOSED])
def test_only_a_proposal_can_be_approved(status):
    w = world(status)
    with pytest.raises(TransitionRefused):
        w.approve()
    assert w.fresh().status == status
    assert mails() == []


@pytest.mark.django_db
def test_a_household_that_paused_since_is_not_asked():
    w = world()
    w.household.status = "paused"
    w.household.save()
    with pytest.raises(DomainError, match="not ready|nog niet klaar"):
        w.approve()
    assert w.fresh().status == MatchStatus.PROPOSED


@pytest.mark.django_db
def test_consent_that_was_taken_back_since_stops_it():
    w = world()
    w.household.consents.update(withdrawn_at=timezone.now())
    with pytest.raises(DomainError, match="[Cc]onsent|toestemming"):
        w.approve()


@pytest.mark.django_db
def test_a_group_that_lost_its_members_is_not_asked():
    w = world()
    w.group.members.exclude(role="contact").update(status="left")
    with pytest.raises(DomainError):
        w.approve()


@pytest.mark.django_db
def test_a_vog_that_has_to_be_shown_again_stops_it():
    w = world()
    member = w.members()[2]
    member.screening.renew_after = timezone.localdate().replace(year=2020)
    member.screening.save()
    with pytest.raises(DomainError, match="groep|group"):
        w.approve()


@pytest.mark.django_db
@pytest.mark.parametrize("earlier", [MatchStatus.DECLINED, MatchStatus.ENDED])
def test_two_that_said_no_or_ended_are_not_brought_together_again(earlier):
    w = world()
    factories.match(w.group, w.household, status=earlier)
    with pytest.raises(DomainError):
        w.approve()


@pytest.mark.django_db
def test_a_run_whose_proof_failed_cannot_be_used():
    w = world()
    w.match.run = MatchingRun.objects.create(municipality=w.town, status="failed", check_passed=False)
    w.match.save()
    for passed in (False, None):
        MatchingRun.objects.update(check_passed=passed)
        w.match = w.fresh()
        with pytest.raises(DomainError, match="proof|bewijs"):
            w.approve()
    assert w.fresh().status == MatchStatus.PROPOSED
    MatchingRun.objects.update(status="done", check_passed=True)
    w.match = w.fresh()
    assert w.approve().status == MatchStatus.ASKING


@pytest.mark.django_db
def test_two_that_were_set_aside_for_good_since_the_run_are_not_asked():
    w = world()
    ban = factories.match(w.group, w.household, status=MatchStatus.WITHDRAWN, not_again=True)
    with pytest.raises(DomainError):
        w.approve()
    assert w.fresh().status == MatchStatus.PROPOSED
    ban.not_again = False
    ban.save()
    assert w.approve().status == MatchStatus.ASKING


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [("adults", 9), ("wishes", ["no_pets"]), ("languages", [{"code": "tir", "level": "fluent"}])],
)
def test_what_a_household_changed_since_the_run_is_looked_at_again(field, value):
    w = world()
    w.group.max_household = 6
    w.group.save()
    before = getattr(w.household, field)
    setattr(w.household, field, value)
    w.household.save()
    with pytest.raises(DomainError, match="cannot be matched now|kunnen nu niet"):
        w.approve()
    setattr(w.household, field, before)
    w.household.save()
    assert w.approve().status == MatchStatus.ASKING


@pytest.mark.django_db(transaction=True)
def test_the_proposals_of_two_runs_for_the_same_people_cannot_both_be_approved():
    w = world()
    runs = [MatchingRun.objects.create(municipality=w.town, status="done", check_passed=True) for _ in "ab"]
    other = factories.group(w.town)
    proposals = [
        factories.match(group, w.household, run=run)
        for run, group in zip(runs, (w.group, other), strict=True)
    ]
    outcomes = at_once(*[lambda m=m: approval.approve(match=m, actor=w.coordinator) for m in proposals])
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1
    assert Match.objects.open().count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("status", OPEN_STATUSES)
@pytest.mark.parametrize("which", ["household", "group"])
def test_the_database_alone_refuses_a_second_open_match(which, status):
    w = world(MatchStatus.ASKING)
    group = w.group if which == "group" else factories.group(w.town)
    household = w.household if which == "household" else factories.household(w.town)
    second = factories.match(group, household)
    # No domain function, no lock: the row itself.
    now = timezone.now()
    with pytest.raises(IntegrityError, match=f"match_one_open_per_{which}"), transaction.atomic():
        Match.objects.filter(pk=second.pk).update(status=status, approved_at=now, introduced_at=now)


@pytest.mark.django_db(transaction=True)
def test_when_only_the_index_notices_the_coordinator_reads_a_sentence():
    """Somebody changes a rival row without any lock and commits after our check: the index speaks, kindly."""
    w = world()
    rival = factories.match(w.group, factories.household(w.town))
    changed = threading.Event()

    def change_without_locks():
        with transaction.atomic():
            Match.objects.filter(pk=rival.pk).update(status=MatchStatus.ASKING, approved_at=timezone.now())
            changed.set()
            time.sleep(0.8)

    def approve_meanwhile():
        assert changed.wait(timeout=10)
        return w.approve()

    _, outcome = at_once(change_without_locks, approve_meanwhile)
    assert isinstance(outcome, Conflict)
    assert w.fresh().status == MatchStatus.PROPOSED
    assert mails() == []


@pytest.mark.django_db(transaction=True)
def test_the_same_proposal_approved_by_two_at_once_is_approved_once():
    w = world()
    colleague = w.colleague()
    outcomes = at_once(
        w.approve,
        lambda: approval.approve(match=w.match, actor=colleague),
        lambda: approval.approve(match=w.match, actor=colleague),
    )
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TransitionRefused) for outcome in outcomes) == 2
    assert AuditEvent.objects.filter(action="match.approved").count() == 1
    assert len(mails()) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shared", ["household", "group"])
def test_two_proposals_for_one_household_or_group_approved_at_once_leave_one(shared):
    w = world()
    proposals = [w.match] + [
        factories.match(
            w.group if shared == "group" else factories.group(w.town),
            w.household if shared == "household" else factories.household(w.town),
        )
        for _ in range(5)
    ]
    outcomes = at_once(*[lambda m=m: approval.approve(match=m, actor=w.coordinator) for m in proposals])
    winners = [outcome for outcome in outcomes if isinstance(outcome, Match)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, DomainError)]
    assert (len(winners), len(losers)) == (1, 5)
    assert Match.objects.open().count() == 1
    assert Match.objects.filter(status=MatchStatus.WITHDRAWN).count() == 5


@pytest.mark.django_db
def test_setting_aside_a_proposal_is_silent_and_for_good():
    w = world()
    approval.set_aside(match=w.match, actor=w.coordinator, reason="too far away")
    match = w.fresh()
    assert (match.status, match.not_again) == (MatchStatus.WITHDRAWN, True)
    assert mails() == []
    # The pair is forbidden from now on.
    w.match = factories.match(w.group, w.household)
    with pytest.raises(DomainError):
        w.approve()


@pytest.mark.django_db
def test_taking_back_a_question_tells_both_and_frees_both():
    w = world()
    w.approve()
    approval.set_aside(match=w.match, actor=w.coordinator, not_again=False)
    assert [kind for kind, _who in mails()].count("matches.not_now") == 2
    assert not Match.objects.open().exists()
    w.match = factories.match(w.group, w.household)
    assert w.approve().status == MatchStatus.ASKING


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["introduced", "active", "ended", "declined", "lapsed", "withdrawn"])
def test_what_is_past_asking_cannot_be_set_aside(status):
    w = world(status)
    with pytest.raises(TransitionRefused):
        approval.set_aside(match=w.match, actor=w.coordinator)


@pytest.mark.django_db
def test_more_time_starts_the_clock_again_while_asking_only():
    w = world(policy={"answer_working_days": 2})
    with time_machine.travel(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), tick=False):
        w.approve()
    with time_machine.travel(datetime(2026, 11, 25, 10, 0, tzinfo=UTC), tick=False):
        approval.give_more_time(match=w.match, actor=w.coordinator)
    assert w.fresh().answer_due == datetime(2026, 11, 27, 22, 59, 59, tzinfo=UTC)
    w2 = world("active")
    with pytest.raises(DomainError):
        approval.give_more_time(match=w2.match, actor=w2.coordinator)
