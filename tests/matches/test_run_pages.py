"""Pages about runs as such: the list, the proof of one, and the round of the whole country."""

from typing import Any

import pytest
from django.urls import reverse

from matches.domain.proposing import compute_run, start_run
from matches.models import MatchingRun, NationalRun, RunInput
from municipalities.enums import StaffRole
from tests import factories

from .test_staff_pages import page, queries_of, signed_in, url
from .world import World, world

pytestmark = pytest.mark.django_db
__all__ = ["queries_of"]


def run_in(w: World) -> MatchingRun:
    asked = start_run(municipality=w.town, actor=w.coordinator)
    compute_run(asked.pk)
    return MatchingRun.objects.get(pk=asked.pk)


def test_the_workbench_leads_to_the_run_and_the_run_shows_its_proof():
    w = world()
    run = run_in(w)
    client = signed_in(w.coordinator)
    assert url("run", w, run=run.pk) in page(client, url("workbench", w))
    text = page(client, url("run", w, run=run.pk))
    for part in (
        run.input_hash,
        str(run.seed),
        run.rules_version,
        f"manage.py replay_run {run.pk}",
        "The proof",
    ):
        assert part in text
    assert w.coordinator.name in text
    RunInput.objects.all().delete()
    text = page(client, url("run", w, run=run.pk))
    assert "replay_run" not in text
    assert "no longer kept" in text


def test_a_run_that_goes_on_looks_again_and_a_failed_one_says_so():
    w = world()
    run = start_run(municipality=w.town, actor=None)
    client = signed_in(w.coordinator)
    busy = client.get(url("run", w, run=run.pk))
    assert busy["Refresh"] == "4"
    assert "The proof" not in busy.content.decode()
    MatchingRun.objects.filter(pk=run.pk).update(status="failed", error="ValueError")
    failed = client.get(url("run", w, run=run.pk))
    assert "Refresh" not in failed
    assert "Something went wrong" in failed.content.decode()
    MatchingRun.objects.filter(pk=run.pk).update(check_passed=False)
    assert "could not prove" in page(client, url("run", w, run=run.pk))


def test_a_run_of_another_town_does_not_exist_here():
    w, elsewhere = world(), world()
    run = run_in(elsewhere)
    assert signed_in(w.coordinator).get(url("run", w, run=run.pk)).status_code == 404
    assert signed_in(elsewhere.coordinator).get(url("run", elsewhere, run=run.pk)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_runs_takes_as_many_queries_with_one_row_as_with_three(rows, queries_of):
    w = world()
    for _ in range(rows):
        run_in(w)
    client = signed_in(w.coordinator)
    assert page(client, url("runs", w)).count("/koppelen/ronde/") == rows
    assert queries_of(client, url("runs", w)) == 7


def national(client: Any) -> str:
    return page(client, reverse("matches:national"))


def test_the_national_coordinator_starts_a_round_and_sees_numbers_only():
    w = world()
    boss = signed_in(factories.staff(StaffRole.NATIONAL))
    assert "No round yet" in national(boss)
    response = boss.post(reverse("matches:start_national"))
    assert response.url == reverse("matches:national")
    busy = boss.get(reverse("matches:national"))
    assert busy["Refresh"] == "4"
    assert "0 of 1 municipalities are done" in busy.content.decode()
    assert "going on already" in boss.post(reverse("matches:start_national"), follow=True).content.decode()
    compute_run(MatchingRun.objects.get().pk)
    done = boss.get(reverse("matches:national"))
    assert "Refresh" not in done
    text = done.content.decode()
    assert "&lt; 5" in text
    for secret in (w.household.code_name, w.group.name, w.town.name):
        assert secret not in text
    assert "round of the whole country" in page(signed_in(w.coordinator), url("runs", w))


def test_where_nothing_can_be_matched_the_press_says_so():
    boss = signed_in(factories.staff(StaffRole.NATIONAL))
    text = boss.post(reverse("matches:start_national"), follow=True).content.decode()
    assert "Nothing was started" in text
    assert not NationalRun.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_national_page_takes_as_many_queries_with_one_row_as_with_three(rows, queries_of):
    boss = signed_in(factories.staff(StaffRole.NATIONAL))
    for _ in range(rows):
        w = world()
        boss.post(reverse("matches:start_national"))
        for run in MatchingRun.objects.filter(status="queued"):
            compute_run(run.pk)
        assert w.fresh().status == "withdrawn"
    assert national(boss).count("<time") == rows
    assert queries_of(boss, reverse("matches:national")) == 5
