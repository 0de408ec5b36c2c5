"""A choice by hand that became impossible: named on the workbench, and set aside by the next run with the reason."""

import pytest

from matches.domain import approval, choices, proposing, safety
from matches.enums import MatchStatus
from matches.models import Match, MatchingRun
from municipalities.enums import StaffRole
from newcomers.domain.erasure import erase
from samenhier.audit.models import AuditEvent
from tests import factories
from tests.parallel import at_once

from .test_overriding import Town
from .test_staff_pages import page, queries_of, signed_in, url

__all__ = ["queries_of"]
pytestmark = pytest.mark.django_db


def chosen_in(t: Town) -> Match:
    return t.choose(t.left_over(), t.groups[0])


def hold(group, status: str) -> None:
    group.status = status
    group.save()


def test_a_choice_that_is_still_possible_stands():
    t = Town()
    chosen = chosen_in(t)
    run = t.propose()
    chosen.refresh_from_db()
    assert chosen.status == MatchStatus.PROPOSED
    assert run.ended_choices == []
    assert not Match.objects.filter(run=run, group=chosen.group).exists()


@pytest.mark.parametrize("broken", ["paused", "no_pets", "flag"])
def test_an_impossible_choice_is_set_aside_and_both_take_part_again_at_once(broken):
    t = Town()
    chosen = chosen_in(t)
    household = chosen.household
    if broken == "paused":
        household.status = "paused"
    elif broken == "no_pets":
        household.wishes = ["no_pets"]
    else:
        safety.raise_flag(household=household, group=chosen.group, reason="x", actor=t.coordinator)
    household.save()
    run = t.propose()
    chosen.refresh_from_db()
    assert (chosen.status, chosen.not_again) == (MatchStatus.WITHDRAWN, False)
    assert chosen.closed_at is not None
    (ended,) = run.ended_choices
    code = {"paused": "household_ready", "no_pets": "household_musts", "flag": "not_unsafe"}[broken]
    assert (ended["match"], [rule["code"] for rule in ended["rules"]]) == (str(chosen.pk), [code])
    event = AuditEvent.objects.get(action="match.choice_ended")
    assert (event.actor_id, event.subject_id, event.detail["rules"]) == (None, chosen.pk, [code])
    # The group of the choice is in the pool of this very run.
    assert str(chosen.group_id) in run.groups
    assert Match.objects.filter(run=run).count() == 2
    assert (str(household.pk) in run.households) is (broken != "paused")


def test_only_what_was_chosen_by_hand_and_only_of_this_town():
    t, other = Town(), Town()
    chosen, elsewhere = chosen_in(t), chosen_in(other)
    for match in (chosen, elsewhere):
        match.household.status = "paused"
        match.household.save()
    run = t.propose()
    elsewhere.refresh_from_db()
    assert elsewhere.status == MatchStatus.PROPOSED
    assert [row["match"] for row in run.ended_choices] == [str(chosen.pk)]


def test_a_choice_that_was_repaired_in_time_stands():
    t = Town()
    chosen = chosen_in(t)
    hold(chosen.group, "on_hold")
    assert set(choices.impossible(t.town.pk, [chosen])) == {chosen.pk}
    hold(chosen.group, "approved")
    assert choices.impossible(t.town.pk, [chosen]) == {}
    t.propose()
    chosen.refresh_from_db()
    assert chosen.status == MatchStatus.PROPOSED


def test_computing_again_after_a_dead_worker_keeps_what_was_ended():
    t = Town()
    chosen = chosen_in(t)
    hold(chosen.group, "on_hold")
    run = proposing.start_run(municipality=t.town, actor=t.coordinator)
    assert choices.end_impossible(run) == 1
    assert choices.end_impossible(MatchingRun.objects.get(pk=run.pk)) == 0
    proposing.compute_run(run.pk)
    run.refresh_from_db()
    assert [row["match"] for row in run.ended_choices] == [str(chosen.pk)]
    assert run.check_passed


def test_erasing_the_household_takes_the_reason_along():
    t = Town()
    chosen = chosen_in(t)
    chosen.household.wishes = ["no_pets"]
    chosen.household.save()
    run = t.propose()
    assert len(run.ended_choices) == 1
    Match.objects.filter(household=chosen.household_id).exclude(pk=chosen.pk).delete()
    erase(household=chosen.household, actor=t.coordinator)
    run.refresh_from_db()
    assert run.ended_choices == []


def test_the_workbench_names_it_before_and_after():
    t = Town()
    chosen = chosen_in(t)
    client = signed_in(t.coordinator)
    assert "Not possible now" not in page(client, url("workbench", t))
    chosen.household.wishes = ["no_pets"]
    chosen.household.save()
    text = page(client, url("workbench", t))
    assert "Not possible now" in text
    assert "The next matching run sets this proposal aside" in text
    assert "set aside by the last run" not in text
    t.propose()
    text = page(client, url("workbench", t))
    assert "Chosen by hand, and set aside by the last run" in text
    assert "no pets where we meet" in text
    address = url("proposal", t, proposal=chosen.pk)
    assert address in text
    assert "No longer possible, so set aside by the next matching run" in page(client, address)
    # It is of the last run only.
    t.propose()
    assert "set aside by the last run" not in page(client, url("workbench", t))


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_workbench_with_choices(rows, queries_of):
    t = Town(households=2 * rows, groups=rows)
    client = signed_in(t.coordinator)
    for group in t.groups:
        match = t.choose(t.left_over(), group)
        match.household.wishes = ["no_pets"]
        match.household.save()
    assert queries_of(client, url("workbench", t)) == 16
    run = t.propose()
    assert len(run.ended_choices) == rows
    assert queries_of(client, url("workbench", t)) == 13


@pytest.mark.django_db(transaction=True)
def test_approving_while_the_run_looks_leaves_one_outcome():
    t = Town()
    chosen = chosen_in(t)
    run = proposing.start_run(municipality=t.town, actor=t.coordinator)
    hold(chosen.group, "on_hold")
    other = factories.staff(StaffRole.COORDINATOR, t.town)
    ended, _aside = at_once(
        lambda: choices.end_impossible(run),
        lambda: approval.set_aside(match=chosen, actor=other, not_again=False),
    )
    chosen.refresh_from_db()
    assert chosen.status == MatchStatus.WITHDRAWN
    told = AuditEvent.objects.filter(
        subject_id=chosen.pk, action__in=["match.choice_ended", "match.set_aside"]
    )
    assert told.count() == 1
    assert ended in (0, 1)
