"""A closed match becomes numbers after the term; both sides are forgotten when nothing else needs them."""

import re
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from groups.models import SponsorGroup
from matches.domain import contact, private_notes, retention
from matches.domain.outcomes import plan_outcomes
from matches.enums import AnswerValue, CheckInStatus, MatchStatus, Side, WhatIfStatus
from matches.models import (
    Answer,
    CheckIn,
    CheckInReport,
    ContactRequest,
    Match,
    MatchingRun,
    OutcomeRespondent,
    OutcomeSurvey,
    RunInput,
    SafetyFlag,
    WhatIf,
)
from municipalities.domain.retention import sweep
from municipalities.models import Removal
from newcomers.domain import erasure, lifecycle
from newcomers.domain.disclosure import is_sealed
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from reports.figures.counts import counts_of
from reports.figures.months import Month
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core.crypto import unseal_json
from samenhier.core.moments import add_months, local_date
from samenhier.notifications import kinds
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

from .world import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def closed(*, days, household=HouseholdStatus.CLOSED, group="withdrawn", status=MatchStatus.ENDED, **fields):
    """A match that was closed so many days ago, with everything that people said in it."""
    w = world(status)
    now = timezone.now()
    then = now - days * DAY
    began = then - 300 * DAY
    lived = {}
    if status == MatchStatus.ENDED:
        lived = {
            "introduced_at": began,
            "first_meeting_at": began,
            "started_on": local_date(began),
            "ended_on": local_date(then),
        }
    Match.objects.filter(pk=w.match.pk).update(
        closed_at=then,
        approved_at=began,
        approved_by=w.coordinator,
        builder=w.coordinator,
        reasons=[{"criterion": "languages", "data": {"part_name": "CNRY-part"}}],
        **{**lived, **fields},
    )
    stopped = then if household in ("closed", "withdrawn") else None
    Household.objects.filter(pk=w.household.pk).update(
        status=household, stopped_at=stopped, last_contact_at=then, created_at=began
    )
    SponsorGroup.objects.filter(pk=w.group.pk).update(
        status=group, stopped_at=then if group == "withdrawn" else None
    )
    w.match.refresh_from_db()
    for side in Side:
        Answer.objects.create(
            municipality=w.town,
            match=w.match,
            side=side,
            value=AnswerValue.YES,
            answered_by=w.newcomer if side == Side.HOUSEHOLD else w.contact,
            answered_at=began,
        )
        row = CheckIn.objects.create(
            municipality=w.town,
            match=w.match,
            side=side,
            moment="W2",
            due_on=local_date(began) + 14 * DAY,
            status=CheckInStatus.ANSWERED,
            answered_at=began + 15 * DAY,
        )
        CheckInReport.objects.create(
            municipality=w.town, check_in=row, wellbeing=2, note=private_notes.seal("woorden van mensen")
        )
    ContactRequest.objects.create(
        municipality=w.town, asked_by=w.newcomer, side=Side.HOUSEHOLD, household=w.household, match=w.match
    )
    return w


def is_numbers(match):
    """Whether only what is counted is left of a match."""
    match.refresh_from_db()
    return (
        match.anonymised_at is not None
        and (match.reasons, match.builder, match.approved_by, match.introduced_by) == ([], None, None, None)
        and not Answer.objects.filter(match=match).exists()
        and not CheckInReport.objects.filter(check_in__match=match).exists()
        and not ContactRequest.objects.filter(match=match).exists()
    )


def test_a_year_after_its_end_a_match_is_numbers_and_both_sides_are_forgotten():
    old, young = closed(days=370), closed(days=350)
    counted = counts_of(old.town, Month.at(timezone.now()))

    assert sweep(timezone.now()) == 8  # the match, household, group, and five VOGs of the younger group

    assert is_numbers(old.match)
    assert (old.match.status, old.match.end_reason) == ("ended", "completed")
    assert old.match.ended_on
    assert not is_numbers(young.match)
    old.household.refresh_from_db()
    old.group.refresh_from_db()
    assert old.household.erased_at
    assert not is_sealed(old.household)
    assert old.group.erased_at
    young.household.refresh_from_db()
    young.group.refresh_from_db()
    assert young.household.erased_at is None
    assert young.group.erased_at is None
    assert is_sealed(young.household)
    # Dates stay, and so does every figure.
    check_in = CheckIn.objects.filter(match=old.match).first()
    assert (check_in.status, check_in.answered_at is not None) == ("answered", True)
    assert counts_of(old.town, Month.at(timezone.now())) == counted
    event = AuditEvent.objects.get(action="match.anonymised")
    assert (event.subject_id, event.actor_id, event.detail) == (old.match.pk, None, {"rule": "closed_match"})
    assert Removal.objects.get(municipality=old.town, rule="closed_match").number == 1
    assert sweep(timezone.now()) == 0


def test_nothing_of_them_is_left_in_any_table():
    w = closed(days=370)
    emails = {w.newcomer.email, *(m.email for m in w.members())}
    ids = {str(w.newcomer.pk), *(str(m.user_id) for m in w.members())}
    staff = w.coordinator

    sweep(timezone.now())

    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith("audit_")]
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            text = cursor.fetchone()[0].replace(staff.name, "").replace(staff.email, "")
            assert "CNRY" not in text, table
            assert not [one for one in (*emails, *ids) if one in text], table
        cursor.execute("SELECT coalesce(string_agg(t::text, chr(10)), '') FROM audit_auditevent t")
        trail = cursor.fetchone()[0]
    assert "CNRY" not in trail
    assert not [email for email in emails if email in trail]


def test_the_term_is_that_of_the_town():
    w = closed(days=100)
    assert sweep(timezone.now()) == 5  # the VOGs only
    w.town.policy.closed_match_months = 3
    w.town.policy.save()
    sweep(timezone.now())
    assert is_numbers(w.match)


@pytest.mark.parametrize("status", ["ready", "consented", "registered"])
def test_a_household_that_goes_on_stays_itself(status):
    fields = {"ready_since": timezone.now()} if status == "ready" else {}
    w = closed(days=370, household=status)
    Household.objects.filter(pk=w.household.pk).update(**fields)
    sweep(timezone.now())
    assert is_numbers(w.match)
    w.household.refresh_from_db()
    assert w.household.erased_at is None
    assert is_sealed(w.household)


def test_a_group_that_goes_on_stays_itself():
    w = closed(days=370, group="approved")
    sweep(timezone.now())
    assert is_numbers(w.match)
    w.group.refresh_from_db()
    assert w.group.erased_at is None
    assert w.group.members.filter(name__startswith="CNRY").count() == 5


def test_who_paused_after_the_year_goes_when_nobody_heard_of_them_since():
    silent, spoken, never_met, young = (
        closed(days=days, household="paused") for days in (370, 370, 370, 340)
    )
    Household.objects.filter(pk=spoken.household.pk).update(last_contact_at=timezone.now() - 30 * DAY)
    Match.objects.filter(pk=never_met.match.pk).update(
        status="declined", introduced_at=None, end_kind="", end_reason="", ended_on=None
    )
    now = timezone.now()
    sweep(now)
    sweep(now + DAY)
    everybody = [silent, spoken, never_met, young]
    # They hear it a month before, once.
    told = OutgoingMessage.objects.filter(kind="newcomers.erased_soon").values_list("recipient_id", flat=True)
    assert sorted(told) == sorted([silent.newcomer.pk, young.newcomer.pk])
    assert all(is_sealed(w.household) for w in everybody)
    sweep(now + 29 * DAY)
    assert all(is_sealed(w.household) for w in everybody)
    # Who signs in stays.
    User.objects.filter(pk=young.newcomer.pk).update(last_login=now + 29 * DAY)
    sweep(now + 31 * DAY)
    assert [not is_sealed(w.household) for w in everybody] == [True, False, False, False]


def test_a_word_in_time_is_enough_and_the_mail_is_not_sent_any_more():
    w = closed(days=370, household="paused")
    now = timezone.now()
    sweep(now)
    kind = kinds.get("newcomers.erased_soon")
    message = unseal_json(OutgoingMessage.objects.get(kind=kind.code).sealed)["context"]
    assert kind.still_wanted(message)
    lifecycle.record_contact(household=w.household, actor=w.coordinator)
    assert not kind.still_wanted(message)
    sweep(now + 31 * DAY)
    assert is_sealed(w.household)


def test_whoever_has_another_match_is_still_needed():
    w = closed(days=370)
    other = factories.group(w.town)
    younger = factories.match(other, w.household, status="ended", closed_at=timezone.now() - 20 * DAY)
    second = closed(days=370)
    newer = factories.household(second.town)
    factories.match(second.group, newer, status="active")  # a group that withdrew, its match still open
    sweep(timezone.now())
    assert is_numbers(w.match)
    younger.refresh_from_db()
    assert younger.anonymised_at is None
    w.household.refresh_from_db()
    second.group.refresh_from_db()
    assert w.household.erased_at is None
    assert second.group.erased_at is None


@pytest.mark.parametrize("status", ["proposed", "asking", "agreed", "introduced", "active"])
def test_an_open_match_is_never_touched(status):
    w = closed(days=900, household="ready", group="approved", status=status)
    Match.objects.filter(pk=w.match.pk).update(closed_at=None)
    Household.objects.filter(pk=w.household.pk).update(last_contact_at=timezone.now())
    assert sweep(timezone.now()) == 0
    assert Answer.objects.filter(match=w.match).count() == 2


@pytest.mark.parametrize("status", ["declined", "lapsed", "withdrawn"])
def test_a_proposal_that_came_to_nothing_goes_too(status):
    w = closed(days=370, household="ready", group="approved", status=status, introduced_at=None)
    Household.objects.filter(pk=w.household.pk).update(
        ready_since=timezone.now(), last_contact_at=timezone.now()
    )
    assert sweep(timezone.now()) == 1
    assert is_numbers(w.match)


def test_outcome_answers_stay_and_belong_to_nobody():
    w = closed(days=370, household="ready", group="approved")
    plan_outcomes(match=w.match)
    survey = OutcomeSurvey.objects.filter(side=Side.GROUP).first()
    OutcomeSurvey.objects.filter(pk=survey.pk).update(
        status="answered", answered_on=survey.due_on, answers={"x": 4}, next_mail_at=None
    )
    sweep(timezone.now())
    assert not OutcomeRespondent.objects.exists()
    left = OutcomeSurvey.objects.get()
    assert (left.match, left.answers, left.answered_on.day) == (None, {"x": 4}, 1)


def test_the_erase_button_takes_the_same_way():
    w = closed(days=20)
    run = MatchingRun.objects.create(
        municipality=w.town,
        status="done",
        households=[str(w.household.pk)],
        leftovers=[{"household": str(w.household.pk)}, {"household": "another"}],
    )
    RunInput.objects.create(municipality=w.town, run=run, packed=b"x")
    contact.ask_for_contact(user=w.contact)

    erasure.erase(household=w.household, actor=w.newcomer)

    run.refresh_from_db()
    w.match.refresh_from_db()
    assert run.leftovers == [{"household": "another"}]
    assert not RunInput.objects.exists()
    assert w.match.reasons == []
    assert list(Answer.objects.values_list("side", flat=True)) == ["group"]
    assert list(ContactRequest.objects.values_list("side", flat=True)) == ["group"]
    assert not CheckInReport.objects.filter(check_in__side=Side.HOUSEHOLD, note__isnull=False).exists()
    assert CheckInReport.objects.filter(check_in__side=Side.GROUP, note__isnull=False).count() == 1


def test_old_runs_and_tries_lose_what_went_in():
    town = factories.municipality()
    kept = {}
    for name, days in (("old", 370), ("young", 350)):
        at = timezone.now() - days * DAY
        run = kept[name] = MatchingRun.objects.create(
            municipality=town,
            status="done",
            created_at=at,
            finished_at=at,
            input_hash="a" * 64,
            result={"pairs": []},
            leftovers=[{"household": name}],
        )
        RunInput.objects.create(municipality=town, run=run, packed=b"x")
        WhatIf.objects.create(
            municipality=town,
            created_at=at,
            finished_at=at,
            status=WhatIfStatus.DRAFT,
            title=name,
            note="waarom",
        )
    assert sweep(timezone.now()) == 2
    for run in kept.values():
        run.refresh_from_db()
    assert (kept["old"].leftovers, kept["old"].input_hash) == ([], "a" * 64)
    assert kept["young"].leftovers == [{"household": "young"}]
    assert RunInput.objects.get().run == kept["young"]
    assert WhatIf.objects.get().title == "young"
    assert sweep(timezone.now()) == 0


def test_an_erased_group_leaves_no_flag_and_no_open_proposal():
    w = world()
    SafetyFlag.objects.create(
        municipality=w.town, household=w.household, group=w.group, reason=private_notes.seal("waarom")
    )
    SponsorGroup.objects.filter(pk=w.group.pk).update(status="declined", stopped_at=timezone.now() - 40 * DAY)
    assert sweep(timezone.now()) == 1
    assert w.fresh().status == MatchStatus.WITHDRAWN
    assert not SafetyFlag.objects.exists()
    w.household.refresh_from_db()
    assert w.household.status == HouseholdStatus.READY


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_and_a_held_match():
    worlds = [closed(days=370, household="ready", group="approved") for _ in range(3)]
    with transaction.atomic():
        Match.objects.select_for_update().get(pk=worlds[0].match.pk)
        found = at_once(*[lambda: sweep(timezone.now())] * 2)
        assert sum(found) == 2, found
    assert [is_numbers(w.match) for w in worlds] == [False, True, True]
    assert sweep(timezone.now()) == 1
    assert AuditEvent.objects.filter(action="match.anonymised").count() == 3


@pytest.mark.no_cover
def test_no_day_passes_on_which_something_is_older_than_its_rule():
    """A time machine: through two years, month by month, nothing stays that is due."""
    from municipalities.retention import rules

    for days in (0, 100, 200, 300, 400):
        closed(days=days)
        closed(days=days, status="declined", introduced_at=None)
    start = timezone.now()
    for months in range(0, 24, 3):
        then = start + (add_months(local_date(start), months) - local_date(start))
        sweep(then)
        assert not [rule.code for rule in rules() if rule.due(then).exists()], months
    assert not Match.objects.filter(anonymised_at=None).exists()
    assert not Household.objects.filter(erased_at=None).exists()
    assert not SponsorGroup.objects.filter(erased_at=None).exists()


def test_every_place_for_words_has_a_rule():
    """A new text field in matches must be thought of: emptied with the match, or named here with the reason why not."""
    from django.apps import apps
    from django.db import models

    thought_of = {
        "match.override_reason", "checkinreport.note", "safetyflag.reason", "whatif.title", "whatif.note",
        "runinput.packed",
    }  # fmt: skip
    codes = re.compile(
        r"_hash$|_version$|^(status|side|moment|value|end_kind|end_reason|outcome|error|kind|code)$"
    )
    found = {
        f"{model._meta.model_name}.{field.name}"
        for model in apps.get_app_config("matches").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField, models.BinaryField))
        and not codes.search(field.name)
    }
    assert found - thought_of == set()
    assert retention.RULES
