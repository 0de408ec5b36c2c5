"""A stored run comes out again byte for byte, or the command says what changed; and its input can be forgotten."""

import json
import zlib
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from matches.domain import replay as replaying
from matches.domain import snapshot
from matches.domain.pool import sides_of_run
from matches.domain.proposing import compute_run, start_run
from matches.models import MatchingRun, RunInput
from municipalities.enums import Distance
from municipalities.models import PartDistance
from newcomers.domain.erasure import erase
from newcomers.models import Household
from samenhier.audit.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    town = factories.municipality()
    factories.group(town, part_of_town="Zuid")
    factories.group(town, promises=["no_pets", "women_only"])
    factories.household(town, wishes=["near"], part_of_town="Zuid")
    factories.household(town, wishes=["no_pets"], urgency=2, urgency_reason="het huis wordt gesloopt")
    factories.household(town, languages=[{"code": "tir", "level": "fluent"}])
    asked = start_run(municipality=town, actor=None)
    compute_run(asked.pk)
    return MatchingRun.objects.get(pk=asked.pk)


def command(run, *options):
    """Output of the command, and whether it was content."""
    out = StringIO()
    try:
        call_command("replay_run", str(run.pk), *options, stdout=out)
    except CommandError as refusal:
        return out.getvalue() + str(refusal), False
    return out.getvalue(), True


def test_a_stored_run_comes_out_again_byte_for_byte(run):
    outcome = replaying.replay(run)
    assert (outcome.reproduced, outcome.problems, outcome.notes, outcome.pairs) == (True, (), (), run.placed)
    text, content = command(run)
    assert content
    assert "reproduced byte for byte: 2 pairs" in text
    assert "no changes" in text


def test_the_input_travels_through_bytes_unchanged(run):
    sides = sides_of_run(run.municipality_id)
    data = snapshot.encode(sides)
    assert data == snapshot.stored(run) == snapshot.encode(snapshot.decode(data))
    again = snapshot.decode(data)
    assert (again.household_ids, again.group_ids) == (sides.household_ids, sides.group_ids)
    assert (again.weights, again.part_names) == (sides.weights, sides.part_names)
    assert np.array_equal(again.households.musts, sides.households.musts)
    assert snapshot.digest(again) == run.input_hash


def test_an_empty_town_can_be_replayed_too():
    town = factories.municipality()
    asked = start_run(municipality=town, actor=None)
    compute_run(asked.pk)
    assert replaying.replay(MatchingRun.objects.get(pk=asked.pk)).reproduced


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda result: result.update(total=result["total"] + 1), "total"),
        (lambda result: result["pairs"].pop(), "pairs"),
        (lambda result: result["certificate"]["stages"][0].update(value=1), "certificate"),
        (lambda result: result["certificate"]["stages"][0]["group_prices"].__setitem__(0, 7), "certificate"),
    ],
)
def test_a_tampered_result_is_found_out(run, tamper, named):
    tamper(run.result)
    run.save()
    outcome = replaying.replay(MatchingRun.objects.get(pk=run.pk))
    assert not outcome.reproduced
    assert any("does not prove itself" in problem for problem in outcome.problems)
    assert any("different are" in problem and named in problem for problem in outcome.problems)
    assert not command(run)[1]


def test_a_tampered_input_seed_or_list_is_found_out(run):
    packed = bytes(run.input.packed)
    other = snapshot.decode(snapshot.stored(run))
    other.households.waiting_days[0] += 7
    RunInput.objects.filter(run=run).update(packed=zlib.compress(snapshot.encode(other)))
    assert replaying.replay(run).problems == ("the stored input does not have the stored hash",)
    RunInput.objects.filter(run=run).update(packed=packed[:-9])
    assert "cannot be unpacked" in replaying.replay(run).problems[0]
    RunInput.objects.filter(run=run).update(packed=packed)
    assert replaying.replay(run).reproduced
    run.households = run.households[::-1]
    assert "lists" in replaying.replay(run).problems[0]


def test_bytes_of_another_kind_are_no_input(run):
    data = snapshot.stored(run)
    for wrong in (
        b"",
        b"samen-hier matching input 9\n{}\n",
        data[:-3],
        data + b"x",
        data.replace(b"musts", b"mists", 1),
    ):
        with pytest.raises(snapshot.SnapshotError):
            snapshot.decode(wrong)


def test_newer_rules_and_solver_are_told_and_alone_no_reason_to_doubt(run):
    run.rules_version, run.solver_version = "2020-1", "scipy 0.1"
    run.save()
    outcome = replaying.replay(run)
    assert outcome.reproduced
    assert [note.split(" was ")[0] for note in outcome.notes] == ["rules version", "solver version"]
    text, content = command(run)
    assert content
    assert "rules version was 2020-1" in text


def test_a_forgotten_input_is_told_and_the_run_is_not_reproduced(run):
    RunInput.objects.all().delete()
    text, content = command(run)
    assert not content
    assert "forgotten" in text


def test_the_command_refuses_what_it_cannot_know():
    with pytest.raises(CommandError, match="no run"):
        call_command("replay_run", str(uuid4()), stdout=StringIO())
    busy = start_run(municipality=factories.municipality(), actor=None)
    with pytest.raises(CommandError, match="going on"):
        call_command("replay_run", str(busy.pk), stdout=StringIO())


def test_todays_pool_is_compared_by_name_and_field_only(run):
    first, second, third = _households(run)
    first.goals = ["work"]
    first.save()
    second.status, second.ready_since = "paused", None
    second.save()
    factories.household(run.municipality, code_name="Eik-9")
    text, content = command(run)
    assert content
    assert "3 changes" in text
    assert f"household {first.code_name} changed: goals" in text
    assert f"household {second.code_name} went" in text
    assert "household Eik-9 came" in text
    assert third.code_name not in text
    assert factories.CANARY not in text
    assert "since then" not in command(run, "--no-today")[0]


def _households(run):
    return list(Household.objects.filter(municipality=run.municipality_id).order_by("created_at"))


def test_waiting_a_day_longer_is_no_change_and_another_waiting_date_is(run):
    MatchingRun.objects.filter(pk=run.pk).update(claimed_at=timezone.now() - timedelta(days=30))
    run.refresh_from_db()
    first, *_others = _households(run)
    changed = {(one.name, one.fields) for one in replaying.drift(run) or []}
    # Everybody was ready today; as if thirty days ago they had waited as long already.
    assert (first.code_name, ("waiting_days",)) in changed
    MatchingRun.objects.filter(pk=run.pk).update(claimed_at=timezone.now() - timedelta(days=1))
    run.refresh_from_db()
    assert replaying.drift(run) == []


def test_another_part_of_town_elsewhere_does_not_make_everybody_change(run):
    factories.group(run.municipality, name="Nieuwe groep", part_of_town="Aan de rand")
    assert [(one.kind, one.name, one.change) for one in replaying.drift(run) or []] == [
        ("group", "Nieuwe groep", "came")
    ]


def test_distances_between_parts_of_town_that_changed_are_named():
    town = factories.municipality()
    factories.group(town, part_of_town="Noord")
    factories.group(town, part_of_town="Haven")
    factories.household(town, part_of_town=" zuid ")
    factories.distances(
        town,
        {
            ("Zuid", "Noord"): Distance.NEAR,
            ("Zuid", "Haven"): Distance.FAR,
            ("Zuid", "Elders"): Distance.NEAR,
        },
    )
    asked = start_run(municipality=town, actor=None)
    compute_run(asked.pk)
    run = MatchingRun.objects.get(pk=asked.pk)
    assert replaying.drift(run) == []
    # Of a part where nobody of the pool lives nothing changes.
    PartDistance.objects.filter(municipality=town, band=Distance.NEAR).update(band=Distance.FURTHER)
    PartDistance.objects.filter(municipality=town, band=Distance.FAR).delete()
    factories.distances(town, {("Haven", "Noord"): Distance.NEAR})
    text, content = command(run)
    assert content
    assert "3 changes" in text
    assert "distance Haven and Noord changed: not known → near" in text
    assert "distance Haven and zuid changed: far → not known" in text
    assert "distance Noord and zuid changed: near → further" in text


def test_a_part_that_nobody_lives_in_any_more_is_no_changed_distance():
    town = factories.municipality()
    factories.group(town, part_of_town="Noord")
    factories.household(town, part_of_town="Zuid")
    factories.distances(town, {("Zuid", "Noord"): Distance.NEAR})
    asked = start_run(municipality=town, actor=None)
    compute_run(asked.pk)
    Household.objects.filter(municipality=town).update(part_of_town="Haven")
    found = replaying.drift(MatchingRun.objects.get(pk=asked.pk))
    assert [(one.kind, one.fields) for one in found or []] == [("household", ("part_of_town",))]


def test_weights_that_changed_are_named(run):
    assert replaying.drift(run) == []
    run.municipality.policy.weights = {"languages": 9}
    run.municipality.policy.save()
    text, content = command(run)
    assert content
    assert "weight languages changed: " in text
    assert "→ 9" in text


def test_erasing_a_household_forgets_the_input_of_its_runs_and_of_no_other(run):
    elsewhere = factories.municipality()
    factories.household(elsewhere)
    other = start_run(municipality=elsewhere, actor=None)
    compute_run(other.pk)
    household, *_others = _households(run)
    erase(household=household, actor=None)
    assert set(RunInput.objects.values_list("run", flat=True)) == {other.pk}
    event = AuditEvent.objects.get(action="run.input_forgotten")
    assert (event.subject_id, event.detail) == (household.pk, {"runs": 1})
    run.refresh_from_db()
    assert run.result is not None
    assert len(run.input_hash) == 64
    assert not replaying.replay(run).reproduced


def test_canonical_bytes_do_not_depend_on_the_order_of_keys():
    assert replaying.canonical({"b": [1, 2], "a": "é"}) == replaying.canonical(
        json.loads('{"a": "é", "b": [1, 2]}')
    )
