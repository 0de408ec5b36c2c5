"""Prices in a pool too large for a request: asked for, computed by a worker, shown, and chosen by. And prices under a floor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.models import SponsorGroup
from matches.domain import overriding, pricing, proposing, queue
from matches.domain.prices import best_now, with_pair
from matches.engine import solve
from matches.enums import MatchStatus, RunStatus
from matches.models import Match, PairPrice
from matches.tasks import compute_price
from municipalities.enums import StaffRole
from newcomers.domain.erasure import erase
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict
from tests import factories
from tests.parallel import at_once
from tests.worker_fixtures import Worker

from .test_national import wait_until
from .test_overriding import Town
from .test_staff_pages import page, queries_of, signed_in
from .test_why_not import REASON, ask, proposed, url

__all__ = ["queries_of"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def large(settings, monkeypatch):
    """Every pool is too large for a request, and solving outside the worker is an error."""
    settings.MATCHING_PAIRS_IN_A_REQUEST = 0

    def not_here(*_args, **_kwargs):
        raise AssertionError("solved inside a request")

    def by_worker(price: PairPrice) -> PairPrice:
        with monkeypatch.context() as worker:
            worker.setattr("matches.domain.prices.solve", solve)
            assert pricing.compute(price.pk) is not None
        price.refresh_from_db()
        return price

    monkeypatch.setattr("matches.domain.prices.solve", not_here)
    return by_worker


def asked_for(t: Town, household, group) -> PairPrice:
    return pricing.ask(household=household, group=group, actor=t.coordinator)


# -- the pages -----------------------------------------------------------------------------------------


def test_in_a_small_pool_the_price_stands_there_at_once():
    w, left = proposed()
    group = Match.objects.filter(status=MatchStatus.PROPOSED).first().group
    text = page(signed_in(w.coordinator), ask(w, left.pk, group.pk))
    assert "Choose these two" in text
    assert "Compute the price" not in text


@pytest.mark.parametrize(("bound", "at_once_"), [(6, True), (5, False)])
def test_the_bound_counts_pairs(settings, bound, at_once_):
    w, left = proposed(households=3, groups=2)
    settings.MATCHING_PAIRS_IN_A_REQUEST = bound
    group = Match.objects.filter(status=MatchStatus.PROPOSED).first().group
    text = page(signed_in(w.coordinator), ask(w, left.pk, group.pk))
    assert ("Choose these two" in text) is at_once_
    assert ("Compute the price" in text) is not at_once_


def test_in_a_large_pool_the_price_is_asked_for_then_the_pair_is_chosen(large):
    w, left = proposed()
    held = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    client, address = signed_in(w.coordinator), ask(w, left.pk, held.group_id)
    text = page(client, address)
    assert "How they fit" in text
    assert "Choose these two" not in text
    # Looking wrote nothing.
    assert not PairPrice.objects.exists()
    answer = client.post(address, {"do": "price"})
    assert answer.url == address
    price = PairPrice.objects.get()
    assert (price.status, price.household_id, price.group_id) == (RunStatus.QUEUED, left.pk, held.group_id)
    busy = client.get(address)
    assert "The price is being computed" in busy.content.decode()
    assert busy["Refresh"] == "4"
    assert "Choose these two" not in busy.content.decode()
    large(price)
    done = client.get(address)
    text = done.content.decode()
    assert "Refresh" not in done
    assert "Then no group is left for:" in text
    assert held.household.code_name in text
    assert "Computed with the data of:" in text
    seen = overriding.look_at(household=left, group=held.group).seen
    assert f'value="{seen}"' in text
    answer = client.post(address, {"reason": REASON, "seen": seen})
    chosen = Match.objects.exclude(override_reason="").get()
    assert answer.url == url("proposal", w, proposal=chosen.pk)
    assert chosen.override_price == price.answer["cost"]
    assert chosen.reasons


def test_the_worker_says_what_the_page_would_have_said(settings, large, monkeypatch):
    w, left = proposed(households=5, groups=4)
    group = Match.objects.filter(status=MatchStatus.PROPOSED).first().group
    by_worker = large(pricing.ask(household=left, group=group, actor=w.coordinator))
    kept = pricing.asked(left, group)
    monkeypatch.setattr("matches.domain.prices.solve", solve)
    settings.MATCHING_PAIRS_IN_A_REQUEST = 1000
    now = pricing.asked(left, group)
    assert kept.by_worker
    assert not now.by_worker
    assert kept.prices.to_json() | {"mark": ""} == now.prices.to_json()
    assert kept.computed_at == by_worker.finished_at
    assert len(now.prices.groups) == pricing.NEXT_BEST
    assert kept.fits == now.fits
    assert kept.broken == now.broken == []


def test_a_proposal_in_a_large_pool_asks_first_what_others_would_cost(large):
    w, left = proposed()
    match = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    client, address = signed_in(w.coordinator), url("proposal", w, proposal=match.pk)
    text = page(client, address)
    assert "Compute the price" in text
    assert f"Another household for {match.group.name}" not in text
    assert client.post(url("ask_price", w, proposal=match.pk)).url == address
    assert client.get(address)["Refresh"] == "4"
    large(PairPrice.objects.get())
    text = page(client, address)
    assert f"Another household for {match.group.name}" in text
    assert f"{url('why_not', w)}?huishouden={left.pk}&amp;groep={match.group_id}" in text
    # Approving needs no price.
    client.post(url("approve", w, proposal=match.pk))
    match.refresh_from_db()
    assert match.status == MatchStatus.ASKING
    # What is decided is not asked about any more.
    PairPrice.objects.all().delete()
    client.post(url("ask_price", w, proposal=match.pk))
    assert not PairPrice.objects.exists()


def test_a_rule_needs_no_worker(large):
    w, left = proposed()
    left.wishes = ["no_pets"]
    left.save()
    group = Match.objects.filter(status=MatchStatus.PROPOSED).first().group
    text = page(signed_in(w.coordinator), ask(w, left.pk, group.pk))
    assert "These two cannot be matched now" in text
    assert "Compute the price" not in text


@pytest.mark.parametrize("role", [StaffRole.BUILDER, StaffRole.VIEWER])
def test_only_coordinators_ask(large, role):
    w, left = proposed()
    match = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    other = signed_in(factories.staff(role, w.town))
    for address in (ask(w, left.pk, match.group_id), url("ask_price", w, proposal=match.pk)):
        assert other.post(address, {"do": "price"}).status_code == 403
    assert not PairPrice.objects.exists()
    signed_in(w.coordinator).post(url("ask_price", w, proposal=match.pk))
    assert PairPrice.objects.count() == 1


def test_what_is_not_here_is_not_asked_about(large):
    w, left = proposed()
    client = signed_in(w.coordinator)
    answer = client.post(ask(w, left.pk, "nonsense"), {"do": "price"})
    assert "This group is not here. Choose one from the list." in answer.content.decode()
    assert not PairPrice.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_in_a_large_pool(large, rows, queries_of):
    w, left = proposed(households=rows + 1, groups=rows)
    match = Match.objects.filter(status=MatchStatus.PROPOSED).first()
    client = signed_in(w.coordinator)
    address = ask(w, left.pk, match.group_id)
    assert queries_of(client, address) == 18
    large(pricing.ask(household=left, group=match.group, actor=w.coordinator))
    assert queries_of(client, address) == 20


# -- what a choice may stand on ------------------------------------------------------------------------


def test_a_price_of_other_data_cannot_be_chosen_by(large):
    t = Town()
    left, group = t.left_over(), t.groups[0]
    with pytest.raises(Conflict):
        t.choose(left, group)  # no price was ever computed
    price = large(asked_for(t, left, group))
    seen = t.look(left, group).seen
    # Somebody else changed: the page still shows the old price, and it does not count.
    factories.household(t.town)
    assert t.look(left, group).cost is not None
    with pytest.raises(Conflict):
        t.choose(left, group, seen=seen)
    assert not Match.objects.exclude(override_reason="").exists()
    asked_for(t, left, group)
    large(price)
    chosen = t.choose(left, group)
    assert chosen.override_price == PairPrice.objects.get().answer["cost"]


def test_a_price_of_an_earlier_run_cannot_be_chosen_by(large):
    t = Town()
    left, group = t.left_over(), t.groups[0]
    large(asked_for(t, left, group))
    t.propose()
    with pytest.raises(Conflict):
        t.choose(left, group)


def test_an_old_price_is_not_shown(large):
    t = Town()
    left, group = t.left_over(), t.groups[0]
    price = large(asked_for(t, left, group))
    assert pricing.asked(left, group).prices is not None
    PairPrice.objects.update(finished_at=timezone.now() - pricing.SHOWN_FOR - timedelta(minutes=1))
    assert pricing.asked(left, group).prices is None
    # It is asked for again in the same row.
    assert asked_for(t, left, group).pk == price.pk


# -- the worker ----------------------------------------------------------------------------------------


def test_asking_twice_computes_once_and_the_trail_knows(large):
    t = Town()
    left, group = t.left_over(), t.groups[0]
    price = asked_for(t, left, group)
    assert asked_for(t, left, group).claimed_at == price.claimed_at
    large(price)
    assert pricing.compute(price.pk) is None
    told = AuditEvent.objects.filter(subject_id=price.pk).order_by("pk").values_list("action", "actor_id")
    assert list(told) == [("price.asked", t.coordinator.pk), ("price.computed", None)]


def test_a_late_worker_writes_nothing():
    t = Town()
    price = asked_for(t, t.left_over(), t.groups[0])
    claimed = queue.claim(PairPrice, price.pk)
    answer = pricing.PairPrices(None, (), ())
    PairPrice.objects.filter(pk=price.pk).update(claimed_at=timezone.now())
    assert pricing._keep(claimed, answer) is None
    again = PairPrice.objects.get()
    assert again.answer is None
    assert pricing._keep(again, answer) is not None


def test_a_failure_is_told_and_can_be_repaired(large):
    t = Town()
    left, group = t.left_over(), t.groups[0]
    price = asked_for(t, left, group)
    with pytest.raises(AssertionError):
        pricing.compute(price.pk)
    price.refresh_from_db()
    assert (price.status, price.error) == (RunStatus.FAILED, "AssertionError")
    known = pricing.asked(left, group)
    assert (known.failed, known.busy, known.prices) == (True, False, None)
    assert asked_for(t, left, group).status == RunStatus.QUEUED
    large(price)
    assert pricing.asked(left, group).prices is not None


def test_the_sweep_rings_again_for_what_got_stuck_and_removes_what_is_old(large):
    t = Town()
    left = t.left_over()
    stuck, old = (asked_for(t, left, group) for group in t.groups)
    large(old)
    now = timezone.now()
    assert pricing.sweep_prices(now) == 0
    assert pricing.sweep_prices(now + queue.STUCK_AFTER + timedelta(minutes=1)) == 1
    assert PairPrice.objects.count() == 2
    # Asked again a moment ago by the sweep, so only the answer goes.
    PairPrice.objects.filter(pk=stuck.pk).update(claimed_at=now + timedelta(days=1))
    assert pricing.sweep_prices(now + pricing.KEPT_FOR + timedelta(minutes=1)) == 1
    assert list(PairPrice.objects.all()) == [stuck]


def test_erasing_a_household_takes_every_price_that_may_name_it(large):
    t = Town()
    other = Town()
    large(asked_for(t, t.left_over(), t.groups[0]))
    elsewhere = asked_for(other, other.left_over(), other.groups[0])
    gone = t.proposals()[0].household
    Match.objects.filter(household=gone).delete()
    erase(household=gone, actor=t.coordinator)
    assert list(PairPrice.objects.all()) == [elsewhere]


@pytest.mark.django_db(transaction=True)
def test_many_ask_at_once_and_one_is_computed():
    t = Town()
    left, group = t.left_over(), t.groups[0]
    rows = at_once(*[lambda: asked_for(t, left, group)] * 3)
    assert len({row.pk for row in rows}) == 1, rows
    assert AuditEvent.objects.filter(action="price.asked").count() == 1
    outcomes = at_once(*[lambda: pricing.compute(rows[0].pk)] * 3)
    assert sum(isinstance(outcome, PairPrice) for outcome in outcomes) == 1, outcomes


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_what_was_asked(celery_worker: Worker):
    t = Town()
    price = asked_for(t, t.left_over(), t.groups[0])
    compute_price.apply_async(args=(str(price.pk),), ignore_result=True)
    wait_until(lambda: PairPrice.objects.filter(status=RunStatus.DONE).exists(), celery_worker)
    assert pricing.PairPrices.from_json(PairPrice.objects.get().answer).cost is not None


# -- under a floor -------------------------------------------------------------------------------------


class Floored(Town):
    """A run with a floor that costs somebody a place: one household fits badly with every group."""

    def __init__(self):
        super().__init__(households=0)
        fits = {"goals": ["dutch"], "availability": ["wed_evening"]}
        self.good = factories.household(self.town, **fits)
        self.badly = factories.household(self.town, goals=["work"], availability=["mon_morning"])
        plain = best_now(self.town.pk, reconsider=(self.good.pk, self.groups[0].pk))
        row = plain.sides.household_ids.index(self.badly.pk)
        self.floor = int(plain.pool.scores[row].max()) + 1
        run = proposing.start_run(municipality=self.town, actor=self.coordinator, floor=self.floor)
        proposing.compute_run(run.pk)


def test_prices_ask_what_the_run_with_its_floor_asked():
    t = Floored()
    (match,) = t.proposals()
    assert match.household == t.good
    other = next(group for group in t.groups if group != match.group)
    best = best_now(t.town.pk, reconsider=(t.good.pk, other.pk))
    assert best.run.floor == t.floor
    # Below the floor nobody counts: moving to the other group takes nobody's place.
    assert best.cost(t.good.pk, other.pk).without == []
    assert list(best.households_for(match.group_id)) == [t.good.pk]
    assert best.groups_for(t.badly.pk) == {}
    # Without a floor in the last run they would count again.
    t.propose()
    best = best_now(t.town.pk, reconsider=(t.good.pk, other.pk))
    assert set(best.groups_for(t.badly.pk)) == {group.pk for group in t.groups}


def test_a_pair_below_the_floor_has_a_price_and_can_be_chosen():
    t = Floored()
    (match,) = t.proposals()
    look = t.look(t.badly, match.group)
    assert look.asked.prices.below_floor
    best = best_now(t.town.pk, reconsider=(t.badly.pk, match.group_id))
    again = solve(with_pair(best.pool, *best.place(t.badly.pk, match.group_id)))
    assert look.cost.placed == best.result.placed - again.placed
    assert look.cost.total == best.result.total - again.total
    text = page(signed_in(t.coordinator), ask(t, t.badly.pk, match.group_id))
    assert f"had a floor of {t.floor} points" in text
    assert "Choose these two" in text
    chosen = t.choose(t.badly, match.group)
    assert chosen.override_price["placed"] == look.cost.placed


def test_a_rule_is_no_floor():
    t = Floored()
    t.badly.wishes = ["no_pets"]
    t.badly.save()
    look = t.look(t.badly, t.groups[0])
    assert (look.cost, look.asked.prices.below_floor, look.possible) == (None, False, False)


def test_a_proposal_of_a_run_with_a_floor_is_not_overtaken_by_what_the_floor_forbids():
    t = Floored()
    (match,) = t.proposals()
    client = signed_in(t.coordinator)
    address = url("proposal", t, proposal=match.pk)
    text = page(client, address)
    assert "Something changed since the matching run" not in text
    assert f"no pair below {t.floor} points" in text
    # Somebody urgent came, and only this group is left.
    factories.household(t.town, urgency=3, urgency_reason="het huis wordt gesloopt")
    SponsorGroup.objects.exclude(pk=match.group_id).update(status="on_hold")
    assert "Something changed since the matching run" in page(client, address)
