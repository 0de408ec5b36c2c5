"""A coordinator chooses another pair: allowed, refused, at once with others, and what is kept of it."""

import pytest
from django.db import IntegrityError, transaction

from matches.domain import approval, overriding, proposing
from matches.domain.prices import Cost, best_now
from matches.engine import solve
from matches.enums import MatchStatus
from matches.models import Match, MatchingRun
from municipalities.enums import StaffRole
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError, TransitionRefused
from tests import factories
from tests.parallel import at_once

from .world import mails, world


class Town:
    """Two groups that fit everybody, and as many households as asked; a run has proposed."""

    def __init__(self, households: int = 3, groups: int = 2):
        self.town = factories.municipality()
        self.coordinator = factories.staff(StaffRole.COORDINATOR, self.town)
        self.groups = [factories.group(self.town) for _ in range(groups)]
        self.households = [factories.household(self.town) for _ in range(households)]
        self.run = self.propose()

    def propose(self) -> MatchingRun:
        run = proposing.start_run(municipality=self.town, actor=self.coordinator)
        proposing.compute_run(run.pk)
        run.refresh_from_db()
        return run

    def proposals(self) -> list[Match]:
        return list(Match.objects.filter(status=MatchStatus.PROPOSED).order_by("created_at", "pk"))

    def left_over(self):
        placed = {match.household_id for match in self.proposals()}
        return next(row for row in self.households if row.pk not in placed)

    def look(self, household, group):
        return overriding.look_at(household=household, group=group)

    def choose(
        self, household, group, *, reason="Ze kennen elkaar al van de sportclub.", seen=None, actor=None
    ):
        seen = self.look(household, group).seen if seen is None else seen
        return overriding.choose(
            household=household, group=group, reason=reason, seen=seen, actor=actor or self.coordinator
        )


@pytest.mark.django_db
def test_another_group_takes_the_place_of_two_proposals_and_both_are_kept():
    t = Town(households=2)
    mine, other = t.proposals()
    look = t.look(mine.household, other.group)
    # The two would simply change groups: nobody loses a place.
    assert look.possible
    assert look.cost is not None
    assert (look.cost.placed, look.cost.urgent_lost, look.cost.without) == (0, 0, [])
    assert {one.pk for one in look.replaces} == {mine.pk, other.pk}
    chosen = t.choose(mine.household, other.group)
    assert (chosen.status, chosen.run, chosen.overrides_id) == (MatchStatus.PROPOSED, None, mine.pk)
    assert chosen.override_reason == "Ze kennen elkaar al van de sportclub."
    assert Cost.from_json(chosen.override_price) == look.cost
    assert chosen.score > 0
    assert chosen.reasons
    for replaced in (mine, other):
        replaced.refresh_from_db()
        assert (replaced.status, replaced.not_again) == (MatchStatus.WITHDRAWN, False)
        assert replaced.closed_at is not None
        event = AuditEvent.objects.get(action="match.replaced", subject_id=replaced.pk)
        assert (event.actor_id, event.detail["by"]) == (t.coordinator.pk, str(chosen.pk))
    event = AuditEvent.objects.get(action="match.chosen")
    assert (event.actor_id, event.subject_id, event.reason) == (
        t.coordinator.pk,
        chosen.pk,
        chosen.override_reason,
    )
    assert event.detail["price"] == chosen.override_price
    assert mails() == []
    # It is approved as any other.
    assert approval.approve(match=chosen, actor=t.coordinator).status == MatchStatus.ASKING


@pytest.mark.django_db
def test_a_household_that_was_left_over_is_placed_and_the_price_names_who_loses():
    t = Town()
    left = t.left_over()
    held = t.proposals()[0]
    look = t.look(left, held.group)
    assert look.cost is not None
    # One in, one out: somebody who would have a group has none.
    assert (look.cost.placed, len(look.cost.without)) == (0, 1)
    (loser,) = look.cost.without
    assert loser in {match.household_id for match in t.proposals()}
    chosen = t.choose(left, held.group)
    assert chosen.overrides is None
    held.refresh_from_db()
    assert held.status == MatchStatus.WITHDRAWN
    assert len(t.proposals()) == 2


@pytest.mark.django_db
def test_the_price_counts_urgent_places_and_equals_solving_again():
    t = Town(households=0)
    haste = factories.household(t.town, urgency=2, urgency_reason="het huis wordt gesloopt")
    calm = factories.household(t.town)
    t.groups[1].status = "on_hold"
    t.groups[1].save()
    cost = t.look(calm, t.groups[0]).cost
    assert cost is not None
    assert (cost.urgent[2], cost.placed, cost.urgent_lost, cost.without) == (1, 0, 1, [haste.pk])
    best = best_now(t.town.pk, reconsider=(calm.pk, t.groups[0].pk))
    forced = best.pool.allowed.copy()
    place = best.place(calm.pk, t.groups[0].pk)
    assert place is not None
    forced[place[0], :] = forced[:, place[1]] = False
    forced[place] = True
    again = solve(type(best.pool)(best.pool.scores, forced, best.pool.urgency))
    assert best.result.total - again.total == cost.total
    assert t.look(haste, t.groups[0]).cost.order == (0,) * len(cost.order)


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "   "])
def test_a_choice_needs_a_reason(reason):
    t = Town()
    with pytest.raises(DomainError, match="why you choose|waarom"):
        t.choose(t.left_over(), t.groups[0], reason=reason)
    with pytest.raises(DomainError):
        t.choose(t.left_over(), t.groups[0], reason="BSN 111222333")
    assert t.choose(t.left_over(), t.groups[0])


@pytest.mark.django_db
def test_a_hard_rule_is_never_overridden():
    t = Town()
    left = t.left_over()
    seen = t.look(left, t.groups[0]).seen
    left.wishes = ["no_pets"]
    left.save()
    look = t.look(left, t.groups[0])
    assert not look.possible
    assert [bool(rule.problem and rule.help) for rule in look.asked.broken] == [True]
    for mark in (seen, look.seen):
        with pytest.raises(DomainError, match="cannot be matched now|kunnen nu niet"):
            t.choose(left, t.groups[0], seen=mark)
    assert not Match.objects.filter(household=left).exists()
    left.wishes = []
    left.save()
    assert t.choose(left, t.groups[0])


@pytest.mark.django_db
def test_two_that_were_set_aside_for_good_or_have_a_match_cannot_be_chosen():
    t = Town()
    left = t.left_over()
    banned = factories.match(t.groups[0], left, status="withdrawn", not_again=True)
    with pytest.raises(DomainError):
        t.choose(left, t.groups[0])
    banned.delete()
    taken = t.proposals()[0]
    approval.approve(match=taken, actor=t.coordinator)
    with pytest.raises(DomainError):
        t.choose(left, taken.group)
    free = next(group for group in t.groups if group != taken.group)
    assert t.choose(left, free)


@pytest.mark.django_db
def test_what_is_proposed_already_is_decided_there():
    t = Town()
    match = t.proposals()[0]
    assert t.look(match.household, match.group).proposed == match
    with pytest.raises(Conflict, match="proposed to each other already|zijn al een voorstel"):
        t.choose(match.household, match.group)


@pytest.mark.django_db
def test_only_what_was_seen_can_be_chosen():
    t = Town()
    left, group = t.left_over(), t.groups[0]
    seen = t.look(left, group).seen
    # Meanwhile another proposal stands there for the group: other people are replaced than the page named.
    t.propose()
    with pytest.raises(Conflict, match="Something changed|iets veranderd"):
        t.choose(t.left_over(), group, seen=seen)
    with pytest.raises(Conflict):
        t.choose(left, group, seen="")
    assert not Match.objects.exclude(override_reason="").exists()
    # Looking again is enough.
    assert t.choose(t.left_over(), group)


@pytest.mark.django_db
def test_a_price_that_changed_is_shown_first():
    t = Town()
    left, group = t.left_over(), t.groups[0]
    seen = t.look(left, group).seen
    left.availability = ["mon_morning"]
    left.interests = ["film"]
    left.save()
    assert t.look(left, group).seen != seen
    with pytest.raises(Conflict):
        t.choose(left, group, seen=seen)


@pytest.mark.django_db
def test_nobody_chooses_for_a_group_in_which_they_take_part():
    t = Town()
    left = t.left_over()
    factories.member(t.groups[0], user=t.coordinator)
    seen = t.look(left, t.groups[0]).seen
    with pytest.raises(DomainError, match="take part|zelf"):
        t.choose(left, t.groups[0], seen=seen)
    assert t.choose(left, t.groups[0], actor=factories.staff(StaffRole.COORDINATOR, t.town))


@pytest.mark.django_db
def test_a_new_run_leaves_the_choice_alone_and_divides_the_rest():
    t = Town()
    left = t.left_over()
    chosen = t.choose(left, t.groups[0])
    run = t.propose()
    chosen.refresh_from_db()
    assert chosen.status == MatchStatus.PROPOSED
    (rest,) = Match.objects.filter(run=run)
    assert (rest.group, rest.household == left) == (t.groups[1], False)
    # Reconsidering that choice brings it back into the pool: other groups have a price again.
    assert t.look(left, t.groups[1]).cost is not None
    # Set aside, the two are in the pool again.
    approval.set_aside(match=chosen, actor=t.coordinator, not_again=False)
    run = t.propose()
    assert Match.objects.filter(run=run).count() == 2


@pytest.mark.django_db
def test_a_choice_made_while_a_worker_solves_is_respected():
    t = Town()
    left = t.left_over()
    run = proposing.start_run(municipality=t.town, actor=t.coordinator)
    claimed = proposing.queue.claim(MatchingRun, run.pk)
    assert claimed is not None
    sides = proposing.sides_of_run(t.town.pk)
    pool = proposing.question(claimed, sides)
    chosen = t.choose(left, t.groups[0])
    proposing.conclude(run=claimed, sides=sides, pool=pool, result=solve(pool))
    chosen.refresh_from_db()
    assert chosen.status == MatchStatus.PROPOSED
    assert set(Match.objects.filter(run=run).values_list("group_id", flat=True)) <= {t.groups[1].pk}


@pytest.mark.django_db
def test_a_choice_can_be_chosen_over_again():
    t = Town()
    left = t.left_over()
    first = t.choose(left, t.groups[0])
    second = t.choose(left, t.groups[1])
    first.refresh_from_db()
    assert (first.status, second.overrides) == (MatchStatus.WITHDRAWN, first)


@pytest.mark.django_db
def test_approving_a_choice_looks_at_the_data_of_that_moment():
    t = Town()
    chosen = t.choose(t.left_over(), t.groups[0])
    chosen.household.status = "paused"
    chosen.household.save()
    with pytest.raises(DomainError, match="not ready|nog niet klaar"):
        approval.approve(match=chosen, actor=t.coordinator)
    chosen.household.status = "ready"
    chosen.household.save()
    assert approval.approve(match=chosen, actor=t.coordinator).status == MatchStatus.ASKING


@pytest.mark.django_db(transaction=True)
def test_many_coordinators_choose_for_one_household_at_once_and_one_choice_stands():
    t = Town(households=4, groups=3)
    left = t.left_over()
    seen = {group.pk: t.look(left, group).seen for group in t.groups}
    outcomes = at_once(*[lambda g=group: t.choose(left, g, seen=seen[g.pk]) for group in t.groups])
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2
    assert Match.objects.chosen().count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_choose_the_same_group_at_once_and_one_choice_stands():
    t = Town(households=5, groups=1)
    free = [row for row in t.households if row.pk != t.proposals()[0].household_id]
    seen = {row.pk: t.look(row, t.groups[0]).seen for row in free}
    outcomes = at_once(*[lambda h=row: t.choose(h, t.groups[0], seen=seen[h.pk]) for row in free])
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 3
    assert len(t.proposals()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_would_exchange_groups_at_once_do_not_wait_for_each_other_for_ever():
    t = Town(households=2)
    one, two = t.proposals()
    seen = [t.look(one.household, two.group).seen, t.look(two.household, one.group).seen]
    outcomes = at_once(
        lambda: t.choose(one.household, two.group, seen=seen[0]),
        lambda: t.choose(two.household, one.group, seen=seen[1]),
    )
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_approving_and_choosing_at_once_leave_one_of_the_two():
    t = Town()
    left, held = t.left_over(), t.proposals()[0]
    seen = t.look(left, held.group).seen
    approved, chosen = at_once(
        lambda: approval.approve(match=held, actor=t.coordinator),
        lambda: t.choose(left, held.group, seen=seen),
    )
    won = [isinstance(outcome, Match) for outcome in (approved, chosen)]
    assert won in ([True, False], [False, True]), (approved, chosen)
    held.refresh_from_db()
    if won[0]:
        assert held.status == MatchStatus.ASKING
        assert isinstance(chosen, DomainError)
    else:
        assert held.status == MatchStatus.WITHDRAWN
        assert isinstance(approved, TransitionRefused)


@pytest.mark.django_db(transaction=True)
def test_a_choice_approved_by_two_at_once_is_approved_once():
    t = Town()
    chosen = t.choose(t.left_over(), t.groups[0])
    outcomes = at_once(*[lambda: approval.approve(match=chosen, actor=t.coordinator)] * 3)
    assert sum(isinstance(outcome, Match) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, TransitionRefused) for outcome in outcomes) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("which", ["household", "group"])
def test_the_database_alone_refuses_a_second_choice(which):
    w = world()
    kept = {"override_reason": "omdat", "override_price": {}}
    Match.objects.filter(pk=w.match.pk).update(**kept)
    household = w.household if which == "household" else factories.household(w.town)
    group = w.group if which == "group" else factories.group(w.town)
    with pytest.raises(IntegrityError, match=f"match_one_choice_per_{which}"), transaction.atomic():
        factories.match(group, household, **kept)
    assert factories.match(group, household)


@pytest.mark.django_db
def test_the_database_keeps_no_choice_without_its_price():
    w = world()
    with pytest.raises(IntegrityError, match="match_choice_has_reason_and_price"), transaction.atomic():
        Match.objects.filter(pk=w.match.pk).update(override_reason="omdat")
    with pytest.raises(IntegrityError, match="match_choice_has_reason_and_price"), transaction.atomic():
        Match.objects.filter(pk=w.match.pk).update(override_price={})
    assert Match.objects.filter(pk=w.match.pk).update(override_reason="omdat", override_price={}) == 1
