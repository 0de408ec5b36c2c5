"""What a town's pool says about itself: computed once by one worker, kept, frozen for a month, and shown without computing."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matches.domain import insight
from matches.domain.proposing import compute_run, start_run
from matches.models import MatchingRun, PoolInsight
from municipalities.enums import StaffRole
from samenhier.audit.models import AuditEvent
from tests import factories
from tests.parallel import at_once

TIGRINYA = [{"code": "tir", "level": "fluent"}]


def town_that_lacks_tigrinya(households=3, **policy):
    town = factories.municipality(policy=policy)
    coordinator = factories.staff(StaffRole.COORDINATOR, town)
    factories.group(town)
    for _ in range(households):
        factories.household(town, languages=TIGRINYA, availability=["wed_evening"])
    return town, coordinator


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def page(person, name, town):
    return client_of(person).get(reverse(name, kwargs={"slug": town.slug}), headers={"accept-language": "nl"})


@pytest.mark.django_db
def test_the_page_says_which_group_would_help():
    town, coordinator = town_that_lacks_tigrinya()
    before = page(coordinator, "matches:recruitment", town).content.decode()
    assert "Tigrinya" not in before
    insight.compute(town.pk)
    html = page(coordinator, "matches:recruitment", town).content.decode()
    assert "Eén groep met iemand die Tigrinya spreekt, op woensdagavond" in html
    assert "+1 huishouden" in html
    assert "Met 3 zulke groepen: +3 huishoudens" in html
    assert "Ken jij iemand die Tigrinya spreekt en op woensdagavond tijd heeft?" in html
    assert "Linde-" not in html
    assert factories.CANARY not in html.replace(coordinator.name, "")


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 3])
def test_pages_ask_the_same_number_of_queries_and_compute_nothing(size, django_assert_num_queries):
    town, coordinator = town_that_lacks_tigrinya(households=size)
    insight.compute(town.pk)
    client = client_of(coordinator)
    for name, queries in (("matches:recruitment", 6), ("matches:fairness", 9)):
        address = reverse(name, kwargs={"slug": town.slug})
        client.get(address)
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_a_coordinator_asks_again_once_and_it_stands_in_the_trail(
    django_capture_on_commit_callbacks, monkeypatch
):
    town, coordinator = town_that_lacks_tigrinya()
    rung = []
    monkeypatch.setattr(insight, "enqueue_insight", rung.append)
    client, address = client_of(coordinator), reverse("matches:compute_insight", kwargs={"slug": town.slug})
    assert client.get(address).status_code == 405
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address).status_code == 302
        assert client.post(address).status_code == 302
    assert rung == [town.pk]
    assert AuditEvent.objects.filter(action="insight.asked").count() == 1
    busy = page(coordinator, "matches:recruitment", town)
    assert busy["Refresh"]
    insight.compute(town.pk)
    done = page(coordinator, "matches:recruitment", town)
    assert "Refresh" not in done
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"terug": "eerlijk"})
    assert len(rung) == 2


@pytest.mark.django_db
def test_a_run_rings_for_it(django_capture_on_commit_callbacks, monkeypatch):
    from matches.domain import proposing

    town, coordinator = town_that_lacks_tigrinya()
    rung = []
    monkeypatch.setattr(proposing, "enqueue_insight", rung.append)
    run = start_run(municipality=town, actor=coordinator)
    with django_capture_on_commit_callbacks(execute=True):
        compute_run(run.pk)
    assert rung == [town.pk]


@pytest.mark.django_db(transaction=True)
def test_many_messages_compute_once_at_a_time():
    town, _coordinator = town_that_lacks_tigrinya()
    outcomes = at_once(*[lambda: insight.compute(town.pk)] * 4)
    assert not [one for one in outcomes if isinstance(one, Exception)]
    assert any(isinstance(one, PoolInsight) for one in outcomes)
    row = PoolInsight.objects.get(municipality=town)
    assert row.claimed_at is None
    assert row.computed_at


@pytest.mark.django_db
def test_a_worker_that_lost_its_claim_writes_nothing():
    town, _coordinator = town_that_lacks_tigrinya()
    slow = insight._claim(town.pk)
    assert slow is not None
    assert insight.compute(town.pk) is None
    with time_machine.travel(timezone.now() + insight.STUCK_AFTER + timedelta(seconds=1), tick=False):
        assert insight.compute(town.pk) is not None
    slow.signals = {"wanted": ["stale"]}
    assert insight._keep(slow, 0, {}) is None
    assert PoolInsight.objects.get(municipality=town).signals["wanted"] != ["stale"]


@pytest.mark.django_db
def test_a_fault_is_loud_and_the_next_one_computes():
    town, _coordinator = town_that_lacks_tigrinya()
    town.policy.weights = {"languages": 4000}
    town.policy.save()
    with pytest.raises(ValueError, match="languages"):
        insight.compute(town.pk)
    town.policy.weights = {}
    town.policy.save()
    assert insight.compute(town.pk) is not None


@pytest.mark.django_db
def test_the_sweep_rings_for_what_is_old_or_was_asked_in_vain_and_for_nothing_else(monkeypatch):
    rung = []
    monkeypatch.setattr(insight, "enqueue_insight", rung.append)
    now = timezone.now()
    never_ran, _coordinator = town_that_lacks_tigrinya()
    fresh, old, in_vain = (town_that_lacks_tigrinya()[0] for _ in range(3))
    for town in (fresh, old, in_vain):
        MatchingRun.objects.create(municipality=town, status="done", check_passed=True)
        insight.compute(town.pk)
    PoolInsight.objects.filter(municipality=old).update(computed_at=now - timedelta(days=2))
    PoolInsight.objects.filter(municipality=in_vain).update(
        computed_at=now - timedelta(hours=2), requested_at=now - timedelta(hours=1)
    )
    assert insight.sweep(now) == 2
    assert set(rung) == {old.pk, in_vain.pk}
    assert never_ran.pk not in rung


@pytest.mark.django_db
def test_what_others_are_told_is_frozen_for_the_month_with_its_bound():
    with time_machine.travel("2026-11-03 10:00+01:00", tick=False):
        town, _coordinator = town_that_lacks_tigrinya(households=5)
        insight.compute(town.pk)
        first = PoolInsight.objects.get(municipality=town)
        assert first.counts == {"on": "2026-11-03", "bound": 5, "households": 5, "languages": {"tir": 5}}
    with time_machine.travel("2026-11-20 10:00+01:00", tick=False):
        factories.household(town, languages=TIGRINYA)
        town.policy.masking_below = 7
        town.policy.save()
        insight.compute(town.pk)
        later = PoolInsight.objects.get(municipality=town)
        assert later.signals["languages"] == {"tir": 6}
        assert later.counts == first.counts
    with time_machine.travel("2026-12-01 10:00+01:00", tick=False):
        insight.compute(town.pk)
        counts = PoolInsight.objects.get(municipality=town).counts
        assert (counts["households"], counts["bound"], counts["on"]) == (6, 7, "2026-12-01")


@pytest.mark.django_db
def test_a_coordinator_starts_a_run_with_a_floor_from_the_table_only():
    town, coordinator = town_that_lacks_tigrinya()
    factories.household(town)
    insight.compute(town.pk)
    client, address = client_of(coordinator), reverse("matches:use_floor", kwargs={"slug": town.slug})
    for wrong in ("", "-1", "12", "³", "1e3", "9" * 30):
        response = client.post(address, {"ondergrens": wrong})
        assert response.url == reverse("matches:fairness", kwargs={"slug": town.slug})
    assert not MatchingRun.objects.exists()
    floor = PoolInsight.objects.get(municipality=town).floors[-1]["score"]
    response = client.post(address, {"ondergrens": str(floor)})
    assert response.url == reverse("matches:workbench", kwargs={"slug": town.slug})
    run = MatchingRun.objects.get(municipality=town)
    assert run.floor == floor > 0
    compute_run(run.pk)
    html = page(coordinator, "matches:workbench", town).content.decode()
    assert f"geen koppel onder {floor} punten" in html


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["matches:recruitment", "matches:fairness"])
def test_only_coordinators_of_the_town_read_these_pages(name):
    town, coordinator = town_that_lacks_tigrinya()
    assert page(coordinator, name, town).status_code == 200
    for role in (StaffRole.VIEWER, StaffRole.BUILDER, StaffRole.NATIONAL):
        assert page(factories.staff(role, town), name, town).status_code == 403
    elsewhere = factories.staff(StaffRole.COORDINATOR, factories.municipality())
    assert page(elsewhere, name, town).status_code == 404
