"""Trying out beside the runs: computed really, compared with solving again, and never a way to a match."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import pytest
from django.apps import apps
from django.utils import timezone, translation

from matches.domain import proposing, queue, sandbox, snapshot
from matches.domain.imaginary import ImaginaryGroup
from matches.domain.pool import sides_of_run
from matches.domain.trying import BAN, PIN, Choices, try_out
from matches.engine import Pool, solve
from matches.enums import WhatIfStatus
from matches.models import Match, MatchingRun, WhatIf
from municipalities.enums import StaffRole
from newcomers.domain.erasure import after_erasing
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError, TransitionRefused
from tests import factories
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

TIGRINYA = [{"code": "tir", "level": "fluent"}]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


class Town:
    """Three groups and four households; one of them speaks a language that no group speaks."""

    def __init__(self):
        self.town = factories.municipality()
        self.coordinator = factories.staff(StaffRole.COORDINATOR, self.town)
        self.small = factories.group(self.town, max_household=2, offers=["dutch"])
        self.large = factories.group(self.town, offers=["town", "people", "work"])
        self.third = factories.group(self.town, promises=["no_pets"])
        self.pair = factories.household(self.town, children={})
        self.family = factories.household(self.town, goals=["work"], availability=["sat_morning"])
        self.allergic = factories.household(self.town, wishes=["no_pets"], urgency=1, urgency_reason="baby")
        self.alone = factories.household(self.town, languages=TIGRINYA, adults=1, children={})

    def what_if(self, **settings):
        return sandbox.create(municipality=self.town, actor=self.coordinator, title="Proef", **settings)

    def add(self, what_if, kind, household, group, reason="om te proberen"):
        return sandbox.add_pair(
            what_if=what_if,
            actor=self.coordinator,
            kind=kind,
            household=household,
            group=group,
            reason=reason,
        )

    def compute(self, what_if):
        sandbox.start(what_if=what_if, actor=self.coordinator)
        sandbox.compute(what_if.pk)
        what_if.refresh_from_db()
        return what_if


@pytest.fixture
def t():
    return Town()


def brute(pool, must=(), never=()):
    """Try everything: the best (tiers, placed, total) with these pairs and without those."""
    rows, columns = pool.shape
    best = None
    for chosen in product([None, *range(columns)], repeat=rows):
        used = [group for group in chosen if group is not None]
        pairs = {(row, group) for row, group in enumerate(chosen) if group is not None}
        if len(set(used)) < len(used) or not pairs.issuperset(must) or pairs & set(never):
            continue
        if not all(pool.allowed[pair] for pair in pairs):
            continue
        tiers = [sum(1 for row, _ in pairs if pool.urgency[row] == tier) for tier in (3, 2, 1)]
        worth = (*tiers, len(pairs), sum(int(pool.scores[pair]) for pair in pairs))
        best = worth if best is None else max(best, worth)
    return best


def worth(counts):
    return (*(counts["placed_by_urgency"][tier] for tier in "321"), counts["placed"], counts["total"])


def price_as_tuple(price):
    return (*(price["urgent"][tier] for tier in "321"), price["placed"], price["total"])


def minus(one, other):
    return tuple(a - b for a, b in zip(one, other, strict=True))


# -- what comes out ------------------------------------------------------------------------------------


def test_nothing_chosen_gives_the_same_as_a_run(t):
    run = proposing.start_run(municipality=t.town, actor=t.coordinator)
    proposing.compute_run(run.pk)
    run.refresh_from_db()
    done = t.compute(t.what_if())
    assert (done.status, done.run, done.seed) == (WhatIfStatus.DONE, run, run.seed)
    assert done.input_hash == run.input_hash
    assert done.comparison["same_as_run"] is True
    assert done.comparison["plain"] == done.comparison["changed"]
    assert done.comparison["cost"]["moves"] == []
    by_run = [[run.households[household], run.groups[group]] for household, group in run.result["pairs"]]
    assert sorted(done.result["pairs"]) == sorted(by_run)
    # Somebody changes something: the what-if says that the run is of other data.
    t.family.goals = ["dutch"]
    t.family.save()
    assert t.compute(t.what_if()).comparison["same_as_run"] is False


def test_each_price_and_all_together_equal_trying_everything(t):
    pool = sides_of_run(t.town.pk).pool(seed=0)
    sides = sides_of_run(t.town.pk)
    place = {pk: number for ids in (sides.household_ids, sides.group_ids) for number, pk in enumerate(ids)}

    def pair(household, group):
        return place[household.pk], place[group.pk]

    what_if = t.what_if()
    pin, ban = (t.pair, t.large), (t.allergic, t.third)
    t.add(what_if, PIN, *pin)
    t.add(what_if, BAN, *ban)
    comparison = t.compute(what_if).comparison
    plain = brute(pool)
    assert worth(comparison["plain"]) == plain
    both = brute(pool, must=[pair(*pin)], never=[pair(*ban)])
    assert worth(comparison["changed"]) == both
    assert price_as_tuple(comparison["together"]) == minus(plain, both)
    assert price_as_tuple(comparison["cost"]) == minus(plain, both)
    pinned, banned = comparison["choices"]
    assert price_as_tuple(pinned["price"]) == minus(plain, brute(pool, must=[pair(*pin)]))
    assert price_as_tuple(banned["price"]) == minus(plain, brute(pool, never=[pair(*ban)]))
    # The urgent one has only this group: the ban takes its place.
    assert banned["price"]["urgent"]["1"] == 1
    assert [str(t.pair.pk), str(t.large.pk)] in what_if.result["pairs"]


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(6))
def test_random_choices_equal_solving_the_restricted_pool_again(t, seed):
    random = np.random.default_rng(seed)
    for _ in range(3):
        factories.group(t.town, max_household=int(random.integers(1, 6)))
        factories.household(t.town, adults=int(random.integers(1, 4)), children={})
    sides = sides_of_run(t.town.pk)
    pool = sides.pool(seed=0)
    possible = np.argwhere(pool.allowed)
    random.shuffle(possible)
    (pin, ban) = (tuple(int(n) for n in one) for one in possible[:2])

    def ids(pair):
        return sides.household_ids[pair[0]], sides.group_ids[pair[1]]

    trial = try_out(t.town.pk, Choices(pins=(ids(pin),), bans=(ids(ban),)), seed=0)
    allowed = pool.allowed.copy()
    allowed[ban] = False
    allowed[pin[0], :] = allowed[:, pin[1]] = False
    allowed[pin] = True
    again = solve(Pool(pool.scores, allowed, pool.urgency))
    assert (trial.changed.placed_by_urgency, trial.changed.total) == (again.placed_by_urgency, again.total)
    assert pin in trial.changed.pairs
    assert ban not in trial.changed.pairs


def test_an_imaginary_group_shows_who_would_get_a_place(t):
    what_if = t.what_if()
    sandbox.add_group(
        what_if=what_if,
        actor=t.coordinator,
        group=ImaginaryGroup(place=0, name="Tigrinya", languages=("nld", "tir"), part_of_town="Nieuw Oost"),
    )
    done = t.compute(what_if)
    assert done.comparison["changed"]["placed"] == done.comparison["plain"]["placed"] + 1
    (move,) = done.comparison["cost"]["moves"]
    assert move == [str(t.alone.pk), None, str(ImaginaryGroup(place=0, name="").pk)]
    assert done.comparison["groups"] == 3
    # The data of a run are read as if the group were not there.
    plain = t.compute(t.what_if())
    assert plain.input_hash == done.input_hash


def placed_by(t, **group):
    """Whether the household that no real group can talk with gets a place with this imaginary one."""
    what_if = t.what_if()
    sandbox.add_group(
        what_if=what_if,
        actor=t.coordinator,
        group=ImaginaryGroup(place=0, name="Tigrinya", languages=("nld", "tir"), **group),
    )
    comparison = t.compute(what_if).comparison
    return comparison["changed"]["placed"] - comparison["plain"]["placed"] == 1


@pytest.mark.parametrize("wish", ["women_only", "step_free", "no_pets", "no_alcohol", "evenings_only"])
def test_an_imaginary_group_supports_whom_it_can_promise_what_they_need(t, wish):
    t.alone.wishes = [wish]
    t.alone.save()
    assert not placed_by(t)
    assert not placed_by(t, promises=tuple({"women_only", "no_pets"} - {wish}))
    assert placed_by(t, promises=(wish,))


@pytest.mark.parametrize(("slots", "fits"), [(["wed_morning"], False), (["wed_evening"], True)])
def test_an_imaginary_group_that_cannot_do_without_evenings(t, slots, fits):
    t.alone.availability = slots
    t.alone.save()
    assert placed_by(t)
    assert placed_by(t, wishes=("evenings_only",)) is fits


@pytest.mark.parametrize(("part", "fits"), [("Nieuw Oost", False), (" HAVENkwartier", True), ("", False)])
def test_an_imaginary_group_that_cannot_do_without_its_own_part_of_town(t, part, fits):
    t.alone.part_of_town = part
    t.alone.save()
    group = {"part_of_town": "Havenkwartier"}
    assert placed_by(t, **group)
    assert placed_by(t, **group, wishes=("near",)) is fits


@pytest.mark.parametrize("wishes", [(), ("near",)])
@pytest.mark.parametrize("part", ["Nieuw Oost", "  nieuw OOST", "Elders", ""])
def test_an_imaginary_group_leaves_the_data_of_the_others_as_they_are(t, part, wishes):
    t.small.part_of_town, t.small.wishes = "Nieuw Oost", ["near"]
    t.small.save()
    t.family.part_of_town = "Elders"
    t.family.save()
    t.pair.part_of_town, t.pair.wishes = "Havenkwartier", ["near"]
    t.pair.save()
    imaginary = ImaginaryGroup(place=0, name="x", part_of_town=part, languages=("nld",), wishes=wishes)
    trial = try_out(t.town.pk, Choices(imaginary=(imaginary,)), seed=0)
    assert trial.input_hash() == snapshot.digest(sides_of_run(t.town.pk))


def test_weights_change_who_goes_where_and_the_score_stays_measured_by_the_policy(t):
    weights = {"languages": 0, "interests": 0, "goals": 10, "availability": 0}
    sides = sides_of_run(t.town.pk)
    done = t.compute(t.what_if(weights=weights))
    changed = replace(sides, weights=replace(sides.weights, **weights)).pool(seed=0)
    pool = sides.pool(seed=0)
    pairs = solve(changed).pairs
    assert done.comparison["changed"]["total"] == sum(int(pool.scores[pair]) for pair in pairs)
    assert done.comparison["changed"]["total"] <= done.comparison["plain"]["total"]
    assert done.comparison["weights"] == {code: getattr(sides.weights, code) for code in weights}


def test_a_floor_closes_weak_pairs_but_not_a_pinned_one(t):
    sides = sides_of_run(t.town.pk)
    pool = sides.pool(seed=0)
    floor = int(pool.scores[pool.allowed].max()) + 1
    assert t.compute(t.what_if(floor=floor)).comparison["changed"]["placed"] == 0
    what_if = t.what_if(floor=floor)
    t.add(what_if, PIN, t.pair, t.small)
    assert t.compute(what_if).result["pairs"] == [[str(t.pair.pk), str(t.small.pk)]]


def test_the_same_choices_give_the_same_outcome(t):
    twins = []
    for _ in range(2):
        what_if = t.what_if()
        t.add(what_if, BAN, t.pair, t.small)
        twins.append(t.compute(what_if))
    assert twins[0].result == twins[1].result
    assert twins[0].comparison == twins[1].comparison


def test_a_pair_that_became_impossible_is_left_out_with_the_reason(t):
    what_if = t.what_if()
    t.add(what_if, PIN, t.pair, t.small)
    t.add(what_if, PIN, t.family, t.large)
    t.small.max_household = 1
    t.small.save()
    t.family.status = "paused"
    t.family.save()
    first, second = t.compute(what_if).comparison["choices"]
    assert (first["price"], [one["code"] for one in first["why"]]) == (None, ["size"])
    assert (second["price"], [one["code"] for one in second["why"]]) == (None, ["absent"])


def test_an_empty_town_computes_too():
    town = factories.municipality()
    what_if = sandbox.create(municipality=town, actor=None, title="Leeg")
    sandbox.start(what_if=what_if, actor=None)
    done = sandbox.compute(what_if.pk)
    assert done is not None
    assert done.comparison["changed"]["placed"] == 0


# -- refusals ------------------------------------------------------------------------------------------


def test_a_forbidden_pair_is_refused_with_the_sentence_of_the_rule(t):
    what_if = t.what_if()
    with pytest.raises(DomainError, match="cannot be put together"):
        t.add(what_if, PIN, t.family, t.small)
    with pytest.raises(DomainError, match="language"):
        t.add(what_if, PIN, t.alone, t.large)
    t.add(what_if, PIN, t.family, t.large)
    what_if.refresh_from_db()
    assert len(what_if.pins) == 1
    # To keep two apart, nothing has to be possible between them.
    t.add(what_if, BAN, t.alone, t.large)


def test_a_group_of_an_open_neighbour_can_be_chosen_and_no_other(t):
    there, closed = factories.municipality(), factories.municipality()
    lent, far = factories.group(there), factories.group(closed)
    what_if = t.what_if()
    for kind in (PIN, BAN):
        for group in (lent, far):
            with pytest.raises(DomainError, match="not free"):
                t.add(what_if, kind, t.family, group)
    opening = factories.opened(there, t.town)
    t.add(what_if, PIN, t.family, lent)
    t.add(what_if, BAN, t.pair, lent)
    what_if.refresh_from_db()
    assert [len(what_if.pins), len(what_if.bans)] == [1, 1]
    t.compute(what_if)
    assert [one["why"] for one in what_if.comparison["choices"]] == [[], []]
    # Closed again: what was chosen no longer stands, and the page says so.
    opening.delete()
    sandbox.change(what_if=what_if, actor=t.coordinator, floor=1)
    t.compute(what_if)
    assert [one["why"][0]["code"] for one in what_if.comparison["choices"]] == ["absent", "absent"]


def test_one_household_gets_one_group(t):
    what_if = t.what_if()
    t.add(what_if, PIN, t.pair, t.large)
    with pytest.raises(DomainError, match="pinned to another group"):
        t.add(what_if, PIN, t.pair, t.small)
    with pytest.raises(DomainError, match="pinned to another household"):
        t.add(what_if, PIN, t.family, t.large)
    with pytest.raises(DomainError, match="stand in the list already"):
        t.add(what_if, BAN, t.pair, t.large)
    sandbox.remove_pair(
        what_if=what_if,
        actor=t.coordinator,
        kind=PIN,
        household=str(t.pair.pk),
        group=str(t.large.pk),
    )
    t.add(what_if, PIN, t.family, t.large)


def test_the_lists_have_an_end(t):
    what_if = t.what_if()
    what_if.pins = [{"household": str(n), "group": str(n), "reason": ""} for n in range(sandbox.MOST_PAIRS)]
    what_if.imaginary = [ImaginaryGroup(place=0, name="x").to_json()] * sandbox.MOST_GROUPS
    what_if.save()
    with pytest.raises(DomainError, match="the most for one try"):
        t.add(what_if, BAN, t.pair, t.small)
    with pytest.raises(DomainError, match="the most for one try"):
        sandbox.add_group(what_if=what_if, actor=t.coordinator, group=ImaginaryGroup(place=0, name="y"))
    sandbox.remove_group(what_if=what_if, actor=t.coordinator, place=0)
    sandbox.add_group(what_if=what_if, actor=t.coordinator, group=ImaginaryGroup(place=0, name="y"))


def test_a_change_throws_the_outcome_away_and_a_new_title_does_not(t):
    done = t.compute(t.what_if())
    sandbox.change(what_if=done, actor=t.coordinator, title="Anders", note="voor het overleg")
    done.refresh_from_db()
    assert (done.status, done.title) == (WhatIfStatus.DONE, "Anders")
    sandbox.change(what_if=done, actor=t.coordinator, weights={"place": 9})
    done.refresh_from_db()
    assert (done.status, done.result, done.comparison) == (WhatIfStatus.DRAFT, None, None)


def test_what_is_being_computed_cannot_be_changed(t):
    what_if = t.what_if()
    sandbox.start(what_if=what_if, actor=t.coordinator)
    for act in (
        lambda: sandbox.change(what_if=what_if, actor=t.coordinator, floor=3),
        lambda: t.add(what_if, BAN, t.pair, t.small),
        lambda: sandbox.start(what_if=what_if, actor=t.coordinator),
    ):
        with pytest.raises(TransitionRefused):
            act()
    sandbox.compute(what_if.pk)
    sandbox.change(what_if=what_if, actor=t.coordinator, floor=3)


def test_only_the_newest_are_kept(t):
    first = t.what_if()
    second = t.what_if()
    sandbox.start(what_if=first, actor=t.coordinator)
    for _ in range(sandbox.KEPT - 1):
        t.what_if()
    left = set(WhatIf.objects.values_list("pk", flat=True))
    # What is being computed stays until it is done.
    assert first.pk in left
    assert second.pk not in left
    elsewhere = factories.municipality()
    sandbox.create(municipality=elsewhere, actor=None, title="Elders")
    assert WhatIf.objects.filter(municipality=t.town).count() == len(left)


# -- the worker ----------------------------------------------------------------------------------------


def test_one_at_a_time_in_each_town(t):
    sandbox.start(what_if=t.what_if(), actor=t.coordinator)
    with pytest.raises(Conflict):
        sandbox.start(what_if=t.what_if(), actor=t.coordinator)
    elsewhere = sandbox.create(municipality=factories.municipality(), actor=None, title="Elders")
    sandbox.start(what_if=elsewhere, actor=None)


@pytest.mark.django_db(transaction=True)
def test_two_start_at_once_and_one_is_computed():
    t = Town()
    first, second = t.what_if(), t.what_if()
    outcomes = at_once(
        *[lambda row=row: sandbox.start(what_if=row, actor=t.coordinator) for row in (first, second)]
    )
    assert sum(isinstance(outcome, WhatIf) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    (busy,) = WhatIf.objects.filter(status=WhatIfStatus.QUEUED)
    done = at_once(*[lambda: sandbox.compute(busy.pk)] * 3)
    assert sum(isinstance(outcome, WhatIf) for outcome in done) == 1
    assert AuditEvent.objects.filter(action="what_if.finished").count() == 1


def test_stuck_ones_are_queued_again_and_the_old_worker_writes_nothing(t):
    what_if = t.what_if()
    WhatIf.objects.filter(pk=what_if.pk).update(created_at=timezone.now() - timedelta(days=3))
    sandbox.start(what_if=what_if, actor=t.coordinator)
    # An old draft that was started just now is not stuck.
    assert sandbox.sweep_stuck(timezone.now()) == 0
    slow = queue.claim(WhatIf, what_if.pk)
    assert slow is not None
    assert sandbox.sweep_stuck(timezone.now() + timedelta(minutes=11)) == 1
    assert sandbox.compute(what_if.pk) is not None
    trial = try_out(t.town.pk, Choices(), seed=0)
    assert sandbox._conclude(slow, None, trial) is None


def test_a_fault_is_loud_and_leaves_the_way_free(t):
    what_if = t.what_if(weights={"languages": 4000})
    sandbox.start(what_if=what_if, actor=t.coordinator)
    with pytest.raises(ValueError, match="languages"):
        sandbox.compute(what_if.pk)
    what_if.refresh_from_db()
    assert (what_if.status, what_if.error) == (WhatIfStatus.FAILED, "ValueError")
    sandbox.change(what_if=what_if, actor=t.coordinator, weights={})
    assert t.compute(what_if).status == WhatIfStatus.DONE


def test_removed_while_a_worker_computes(t):
    what_if = t.what_if()
    sandbox.start(what_if=what_if, actor=t.coordinator)
    claimed = queue.claim(WhatIf, what_if.pk)
    assert claimed is not None
    sandbox.delete(what_if=what_if, actor=t.coordinator)
    assert sandbox._conclude(claimed, None, try_out(t.town.pk, Choices(), seed=0)) is None
    with pytest.raises(TransitionRefused):
        sandbox.start(what_if=what_if, actor=t.coordinator)


# -- never approvable ----------------------------------------------------------------------------------


def test_no_table_points_to_a_what_if_and_computing_makes_no_match(t):
    pointing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.related_model is WhatIf and field.concrete
    ]
    assert pointing == []
    assert [field.name for field in WhatIf._meta.related_objects] == []
    what_if = t.what_if()
    t.add(what_if, PIN, t.pair, t.large)
    t.compute(what_if)
    assert Match.objects.count() == 0
    assert MatchingRun.objects.count() == 0


def test_the_base_run_may_go(t):
    run = proposing.start_run(municipality=t.town, actor=None)
    proposing.compute_run(run.pk)
    done = t.compute(t.what_if())
    assert done.run == run
    Match.objects.filter(run=run).delete()
    run.delete()
    done.refresh_from_db()
    assert (done.run, done.status) == (None, WhatIfStatus.DONE)


def test_erasing_a_household_removes_what_names_it(t):
    named, other = t.what_if(), t.what_if()
    t.add(named, BAN, t.alone, t.small, reason="vertelde iets persoonlijks")
    placed = t.compute(t.what_if())
    for forget in after_erasing:
        forget(t.alone)
    assert not WhatIf.objects.filter(pk=named.pk).exists()
    assert WhatIf.objects.filter(pk__in=[other.pk, placed.pk]).count() == 2
    for forget in after_erasing:
        forget(t.pair)
    assert not WhatIf.objects.filter(pk=placed.pk).exists()
