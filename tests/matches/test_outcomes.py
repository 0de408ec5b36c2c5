"""Outcome questions: planned for each person, asked once with one reminder, answered once, and nobody's afterwards."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from groups.domain.membership import leave
from matches.domain import introduction, lifecycle
from matches.domain.outcomes import answer_outcome, forget_respondents, plan_outcomes, sweep_outcomes
from matches.domain.states import OUTCOME
from matches.enums import EndKind, EndReason, MatchStatus, OutcomeStatus, Side
from matches.models import OutcomeRespondent, OutcomeSurvey
from matches.statements import SCALE, STATEMENTS, statements_for
from newcomers.domain import erasure
from newcomers.domain.lifecycle import withdraw
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from samenhier.notifications import kinds
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

from .world import mails, world

START = date(2026, 5, 4)
#: The morning of month six, in winter time.
MONTH_6 = datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def planned(*moments, members=5, started_on=START, **fields):
    w = world(MatchStatus.ACTIVE, policy={"outcome_moments": list(moments or ["M6"])}, **fields)
    for extra in w.members()[members:]:
        extra.status = "left"
        extra.save()
    w.match.started_on, w.match.planned_end = started_on, date(2027, 5, 4)
    w.match.save()
    plan_outcomes(match=w.match)
    return w


def survey_of(person, **fields) -> OutcomeSurvey:
    return OutcomeSurvey.objects.visible_to(person).get(**fields)


def asked():
    return [who for kind, who in mails() if kind == "matches.outcome"]


def statuses(w) -> set[str]:
    return set(OutcomeSurvey.objects.filter(match=w.match).values_list("status", flat=True))


# -- the statements --------------------------------------------------------------------------------------


def test_there_are_few_statements_on_one_scale_and_codes_are_never_shared():
    assert 3 <= len(statements_for(Side.HOUSEHOLD)) <= 5
    assert 3 <= len(statements_for(Side.GROUP)) <= 4
    assert len({one.code for one in STATEMENTS}) == len(STATEMENTS)
    assert sorted(value for value, _label in SCALE) == [1, 2, 3, 4, 5]


# -- planning --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_beginning_of_a_match_plans_each_moment_for_each_person():
    w = world(MatchStatus.INTRODUCED)
    with time_machine.travel(datetime(2026, 5, 4, 10, tzinfo=UTC), tick=False):
        lifecycle.activate(match=w.match, actor=w.coordinator, started_on=START)
    rows = OutcomeSurvey.objects.filter(match=w.match)
    days = {"S": START, "M6": date(2026, 11, 4), "M12": date(2027, 5, 4)}
    assert set(rows.values_list("moment", "due_on")) == set(days.items())
    assert rows.filter(side=Side.HOUSEHOLD).count() == 3
    assert rows.filter(side=Side.GROUP).count() == 5 * 3
    assert rows.get(side=Side.HOUSEHOLD, moment="M6").next_mail_at == MONTH_6
    assert rows.get(side=Side.HOUSEHOLD, moment="S").closes_on == START + 21 * DAY


@pytest.mark.django_db
def test_without_moments_nothing_is_planned():
    w = world(MatchStatus.ACTIVE, policy={"outcome_moments": []})
    assert plan_outcomes(match=w.match) == 0
    assert not OutcomeRespondent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("recorded_days_later", "moments"), [(0, {"S", "M6"}), (20, {"S", "M6"}), (21, {"M6"}), (200, set())]
)
def test_a_start_that_was_recorded_late_is_asked_while_it_still_is_a_start(recorded_days_later, moments):
    w = world(MatchStatus.ACTIVE, policy={"outcome_moments": ["S", "M6"]})
    w.match.started_on = START
    today = START + recorded_days_later * DAY
    plan_outcomes(match=w.match, not_before=today)
    rows = OutcomeSurvey.objects.filter(side=Side.HOUSEHOLD)
    assert set(rows.values_list("moment", flat=True)) == moments
    assert all(row.due_on >= today for row in rows)


@pytest.mark.django_db
def test_planning_twice_plans_once_and_a_new_member_gets_what_is_still_to_come():
    w = planned("S", "M6")
    before = set(OutcomeSurvey.objects.values_list("pk", flat=True))
    plan_outcomes(match=w.match)
    assert set(OutcomeSurvey.objects.values_list("pk", flat=True)) == before
    new = factories.member(w.group)
    with time_machine.travel(datetime(2026, 8, 1, 10, tzinfo=UTC), tick=False):
        introduction.open_to_new_members(match=w.match, actor=w.coordinator)
    mine = OutcomeSurvey.objects.visible_to(new.user)
    assert [row.moment for row in mine] == ["M6"]
    assert OutcomeSurvey.objects.count() == len(before) + 1


@pytest.mark.django_db(transaction=True)
def test_planning_at_the_same_moment_gives_each_person_one_key():
    w = world(MatchStatus.ACTIVE)
    outcomes = at_once(*[lambda: plan_outcomes(match=w.match)] * 3)
    assert not [one for one in outcomes if isinstance(one, BaseException)]
    assert OutcomeRespondent.objects.count() == 6
    assert OutcomeSurvey.objects.count() == 6 * 3


# -- asking ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_each_person_is_asked_once_and_reminded_once():
    w = planned()
    everybody = sorted([w.newcomer.pk, *(member.user_id for member in w.members())], key=str)
    assert sweep_outcomes(MONTH_6 - timedelta(seconds=1)).mailed == 0
    assert sweep_outcomes(MONTH_6).mailed == 6
    assert sorted(asked(), key=str) == everybody
    assert sweep_outcomes(MONTH_6 + 6 * DAY).mailed == 0
    assert sweep_outcomes(MONTH_6 + 7 * DAY).mailed == 6
    assert sweep_outcomes(MONTH_6 + 20 * DAY).mailed == 0
    assert len(asked()) == 12
    assert set(OutcomeSurvey.objects.values_list("mails_sent", "next_mail_at")) == {(2, None)}


@pytest.mark.django_db
def test_after_a_long_silence_of_the_sweep_one_mail_leaves():
    planned()
    assert sweep_outcomes(MONTH_6 + 10 * DAY).mailed == 6
    assert sweep_outcomes(MONTH_6 + 15 * DAY).mailed == 0


@pytest.mark.django_db
def test_after_three_weeks_it_closes_and_no_coordinator_hears_of_it():
    w = planned()
    sweep_outcomes(MONTH_6)
    assert sweep_outcomes(MONTH_6 + 21 * DAY).closed == 0
    swept = sweep_outcomes(MONTH_6 + 22 * DAY)
    assert (swept.closed, swept.mailed) == (6, 0)
    assert statuses(w) == {OutcomeStatus.CLOSED}
    assert w.coordinator.pk not in asked()
    assert not AuditEvent.objects.filter(action__startswith="outcome").exists()


@pytest.mark.django_db
def test_a_sweep_that_was_away_for_weeks_asks_nobody_any_more():
    planned()
    swept = sweep_outcomes(MONTH_6 + 40 * DAY)
    assert (swept.mailed, swept.closed) == (0, 6)


@pytest.mark.django_db
def test_mails_are_in_the_readers_language_and_never_name_the_questionnaire_in_what_stays():
    w = planned(members=1, language="ar")
    sweep_outcomes(MONTH_6)
    assert dict(OutgoingMessage.objects.values_list("recipient_id", "language")) == {
        w.contact.pk: "nl",
        w.newcomer.pk: "ar",
    }
    keys = {str(key) for key in OutcomeSurvey.objects.values_list("pk", flat=True)}
    keys |= {str(key) for key in OutcomeRespondent.objects.values_list("pk", flat=True)}
    assert not [key for key in keys for message in OutgoingMessage.objects.all() if key in message.dedupe_key]


@pytest.mark.django_db
def test_without_an_account_nobody_is_asked_and_the_questions_wait():
    w = planned(members=1, account=False)
    assert sweep_outcomes(MONTH_6).mailed == 1
    row = OutcomeSurvey.objects.get(match=w.match, side=Side.HOUSEHOLD)
    assert (row.status, row.next_mail_at, row.mails_sent) == (OutcomeStatus.PLANNED, None, 0)


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_moment_write_to_each_person_once():
    for _ in range(3):
        planned()
    outcomes = at_once(*[lambda: sweep_outcomes(MONTH_6)] * 4)
    assert sum(one.mailed for one in outcomes) == 18
    assert len(asked()) == len(set(asked())) == 18


@pytest.mark.django_db
def test_a_mail_that_waits_is_dropped_when_the_answer_came_first():
    w = planned(members=1)
    still_wanted = kinds.get("matches.outcome").still_wanted
    context = {"survey_id": str(survey_of(w.newcomer).pk)}
    assert still_wanted(context)
    with time_machine.travel(MONTH_6, tick=False):
        answer_outcome(survey=survey_of(w.newcomer), actor=w.newcomer, answers={})
    assert not still_wanted(context)


# -- answering -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_answer_is_kept_without_who_gave_it():
    w = planned()
    member = w.members()[3].user
    with time_machine.travel(MONTH_6 + DAY, tick=False):
        answer_outcome(
            survey=survey_of(member),
            actor=member,
            answers={"enriching": 5, "recommends": 4, "acquaintances": None},
        )
    row = survey_of(member)
    assert (row.status, row.answers) == (OutcomeStatus.ANSWERED, {"enriching": 5, "recommends": 4})
    assert (row.answered_on, row.next_mail_at) == (date(2026, 11, 5), None)
    event = AuditEvent.objects.get(action="outcome.answered")
    assert (event.actor_id, event.subject_id, event.detail) == (None, None, {"side": "group"})
    names = {field.name for field in OutcomeSurvey._meta.get_fields()}
    assert not names & {"answered_by", "user", "member", "household"}
    assert sweep_outcomes(MONTH_6 + 7 * DAY).mailed == 5


@pytest.mark.django_db
def test_neither_the_other_side_nor_staff_see_a_questionnaire():
    w = planned()
    builder = factories.staff("builder", w.town)
    w.match.builder = builder
    w.match.save()
    for person in (w.coordinator, builder, factories.staff("viewer", w.town), factories.staff("national")):
        assert not OutcomeSurvey.objects.visible_to(person).exists()
        assert not OutcomeSurvey.objects.visible_in(w.town, person).exists()
        assert not OutcomeRespondent.objects.visible_to(person).exists()
    assert OutcomeSurvey.objects.visible_to(w.newcomer).count() == 1
    with time_machine.travel(MONTH_6, tick=False):
        for stranger in (w.coordinator, w.contact, w.members()[2].user):
            with pytest.raises(DomainError):
                answer_outcome(survey=survey_of(w.newcomer), actor=stranger, answers={"at_home": 5})
        with pytest.raises(DomainError):
            answer_outcome(survey=survey_of(w.contact), actor=w.members()[1].user, answers={"enriching": 5})
        answer_outcome(survey=survey_of(w.newcomer), actor=w.newcomer, answers={"at_home": 5})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "what", ["nothing", "twice", "late", "closed", "early", "other side", "off the scale"]
)
def test_only_what_is_asked_now_can_be_answered(what):
    w = planned()
    row, now, answers = survey_of(w.contact), MONTH_6 + 21 * DAY, {"enriching": 4}
    if what == "twice":
        with time_machine.travel(MONTH_6, tick=False):
            answer_outcome(survey=row, actor=w.contact, answers={"enriching": 2})
    elif what == "late":
        now += DAY
    elif what == "closed":
        OutcomeSurvey.objects.filter(pk=row.pk).update(status="closed", next_mail_at=None)
    elif what == "early":
        now = MONTH_6 - DAY
    elif what == "other side":
        answers = {"at_home": 4}
    elif what == "off the scale":
        answers = {"enriching": 6}
    with time_machine.travel(now, tick=False):
        if what == "nothing":
            answer_outcome(survey=row, actor=w.contact, answers=answers)
            return
        with pytest.raises(DomainError):
            answer_outcome(survey=row, actor=w.contact, answers=answers)
    assert survey_of(w.contact).answers == ({"enriching": 2} if what == "twice" else {})


def test_what_was_answered_or_closed_stays_so():
    assert OUTCOME.states() == set(OutcomeStatus.values)
    assert OUTCOME.allows(OutcomeStatus.PLANNED, OutcomeStatus.ANSWERED)
    assert OUTCOME.allows(OutcomeStatus.PLANNED, OutcomeStatus.CLOSED)
    for done in (OutcomeStatus.ANSWERED, OutcomeStatus.CLOSED):
        assert not any(OUTCOME.allows(done, state) for state in OutcomeStatus)


@pytest.mark.django_db
def test_the_database_refuses_answers_without_a_day():
    w = planned()
    row = survey_of(w.contact)
    for wrong in ({"answers": {"enriching": 5}}, {"status": "answered", "next_mail_at": None}, {"side": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutcomeSurvey.objects.filter(pk=row.pk).update(**wrong)


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_and_one_counts():
    w = planned()
    row = survey_of(w.contact)
    with time_machine.travel(MONTH_6, tick=False):
        outcomes = at_once(
            *[
                lambda value=value: answer_outcome(survey=row, actor=w.contact, answers={"enriching": value})
                for value in (1, 3, 5)
            ]
        )
    assert sum(isinstance(one, OutcomeSurvey) for one in outcomes) == 1
    assert sum(isinstance(one, DomainError) for one in outcomes) == 2
    assert AuditEvent.objects.filter(action="outcome.answered").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_closing_at_once_leave_one_of_the_two():
    w = planned(members=1)
    row = survey_of(w.contact)
    with time_machine.travel(MONTH_6 + 21 * DAY, tick=False):
        answered, swept = at_once(
            lambda: answer_outcome(survey=row, actor=w.contact, answers={"enriching": 4}),
            lambda: sweep_outcomes(MONTH_6 + 22 * DAY),
        )
    row.refresh_from_db()
    if isinstance(answered, OutcomeSurvey):
        assert (row.status, swept.closed) == (OutcomeStatus.ANSWERED, 1)
    else:
        assert isinstance(answered, DomainError)
        assert (row.status, swept.closed) == (OutcomeStatus.CLOSED, 2)


# -- endings ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "reason", "left"),
    [
        (EndKind.PLANNED, EndReason.COMPLETED, {OutcomeStatus.PLANNED}),
        (EndKind.EARLY, EndReason.MOVED, {OutcomeStatus.CLOSED}),
    ],
)
def test_after_a_whole_year_the_last_questions_still_come_and_after_an_early_end_none(kind, reason, left):
    w = planned("M12")
    with time_machine.travel(datetime(2027, 4, 20, 10, tzinfo=UTC), tick=False):
        lifecycle.end(
            match=w.match, actor=w.coordinator, kind=kind, reason=reason, ended_on=date(2027, 4, 20)
        )
    assert statuses(w) == left
    due = datetime(2027, 5, 4, 7, tzinfo=UTC)
    assert sweep_outcomes(due).mailed == (6 if kind == EndKind.PLANNED else 0)
    if kind == EndKind.PLANNED:
        with time_machine.travel(due, tick=False):
            answer_outcome(survey=survey_of(w.contact), actor=w.contact, answers={"recommends": 5})


@pytest.mark.django_db
def test_who_left_the_group_is_not_asked_any_more():
    w = planned()
    member = w.members()[4]
    row = survey_of(member.user)
    leave(member=member, actor=member.user)
    row.refresh_from_db()
    assert row.status == OutcomeStatus.CLOSED
    assert sweep_outcomes(MONTH_6).mailed == 5


@pytest.mark.django_db
def test_a_household_that_withdrew_is_not_asked_any_more_after_its_year_either():
    w = planned("M12")
    with time_machine.travel(datetime(2027, 5, 1, 10, tzinfo=UTC), tick=False):
        lifecycle.end(
            match=w.match,
            actor=w.coordinator,
            kind=EndKind.PLANNED,
            reason=EndReason.COMPLETED,
            ended_on=date(2027, 5, 1),
        )
        withdraw(household=w.household, actor=w.coordinator)
    assert set(OutcomeSurvey.objects.values_list("side", "status")) == {
        ("household", "closed"),
        ("group", "planned"),
    }


# -- forgetting ------------------------------------------------------------------------------------------


def answered_by(w, *people):
    for person in people:
        with time_machine.travel(MONTH_6 + 3 * DAY, tick=False):
            side = survey_of(person).side
            answer_outcome(survey=survey_of(person), actor=person, answers={statements_for(side)[0].code: 4})


@pytest.mark.django_db
def test_after_forgetting_answers_are_nobodys_and_still_count():
    w = planned()
    answered_by(w, w.contact, w.newcomer)
    assert forget_respondents(match=w.match) == 6
    assert not OutcomeRespondent.objects.exists()
    rows = OutcomeSurvey.objects.all()
    assert [(row.match, row.answered_on, row.due_on.day) for row in rows] == [
        (None, date(2026, 11, 1), 1)
    ] * 2
    assert sorted(len(row.answers) for row in rows) == [1, 1]
    for person in (w.contact, w.newcomer):
        assert not OutcomeSurvey.objects.visible_to(person).exists()
    assert forget_respondents(match=w.match) == 0


@pytest.mark.django_db
def test_one_side_can_be_forgotten_alone():
    w = planned()
    answered_by(w, w.contact, w.newcomer)
    forget_respondents(match=w.match, side=Side.HOUSEHOLD)
    assert not OutcomeSurvey.objects.visible_to(w.newcomer).exists()
    assert survey_of(w.contact).match == w.match
    assert OutcomeRespondent.objects.count() == 5


@pytest.mark.django_db
def test_erasing_a_household_cuts_its_answers_loose():
    w = planned()
    answered_by(w, w.newcomer)
    erasure.erase(household=w.household, actor=w.coordinator)
    row = OutcomeSurvey.objects.get(side=Side.HOUSEHOLD)
    assert (row.match, row.answers) == (None, {"at_home": 4})
    assert not OutcomeRespondent.objects.filter(side=Side.HOUSEHOLD).exists()
