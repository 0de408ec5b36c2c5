"""The coordinator's workbench and matches: what stands there, what a press does, what each list costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matches.domain import proposing
from matches.enums import MatchStatus, RunStatus, Side
from matches.models import CheckIn, Match, MatchingRun
from matches.queries import as_proposal
from municipalities import worklist
from municipalities.enums import StaffRole
from tests import factories

from .world import world

pytestmark = pytest.mark.django_db


def signed_in(person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(person)
    return client


def url(name, w, **kwargs):
    return reverse(f"matches:{name}", kwargs={"slug": w.town.slug, **kwargs})


def page(client, address) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def queries_of(monkeypatch):
    """Queries of a page without the number in the menu, which belongs to all rooms together."""
    monkeypatch.setattr(worklist, "_counts", [])

    def count(client, address) -> int:
        page(client, address)  # what is cached for good does not count
        with CaptureQueriesContext(connection) as caught:
            page(client, address)
        return len(caught)

    return count


# -- the workbench -------------------------------------------------------------------------------------


def test_a_run_from_the_button_to_the_approval():
    w = world()
    Match.objects.all().delete()
    client = signed_in(w.coordinator)
    assert "No proposals now" in page(client, url("workbench", w))
    response = client.post(url("start_run", w))
    assert response.url == url("workbench", w)
    busy = client.get(url("workbench", w))
    assert "The matching run is going on" in busy.content.decode()
    assert busy["Refresh"] == "4"
    assert "is going on already" in client.post(url("start_run", w), follow=True).content.decode()
    proposing.compute_run(MatchingRun.objects.get().pk)
    match = Match.objects.get()
    done = client.get(url("workbench", w))
    assert "Refresh" not in done
    assert w.household.code_name in done.content.decode()
    text = page(client, url("proposal", w, proposal=match.pk))
    assert "Why these two" in text
    assert w.group.name in text
    response = client.post(url("approve", w, proposal=match.pk))
    assert response.url == url("detail", w, match=match.pk)
    match.refresh_from_db()
    assert (match.status, match.approved_by) == (MatchStatus.ASKING, w.coordinator)
    # A second press explains, and changes nothing.
    assert (
        "not possible now" in client.post(url("approve", w, proposal=match.pk), follow=True).content.decode()
    )


def test_who_is_left_over_stands_there_with_the_reason_and_what_would_help():
    w = world()
    Match.objects.all().delete()
    w.household.wishes = ["no_pets"]
    w.household.save()
    proposing.compute_run(proposing.start_run(municipality=w.town, actor=w.coordinator).pk)
    text = page(signed_in(w.coordinator), url("workbench", w))
    assert "cannot meet a wish" in text
    assert f"Then <bdi>{w.group.name}</bdi> fits." in text


def test_a_failed_run_says_so_and_proposes_nothing():
    w = world()
    Match.objects.all().delete()
    MatchingRun.objects.create(municipality=w.town, status=RunStatus.FAILED, check_passed=False)
    text = page(signed_in(w.coordinator), url("workbench", w))
    assert "could not prove that it is the best one" in text


def test_what_cannot_be_approved_has_no_button():
    w = world()
    w.household.status = "paused"
    w.household.save()
    text = page(signed_in(w.coordinator), url("proposal", w, proposal=w.match.pk))
    assert "These two cannot be matched now" in text
    assert "Approve this proposal" not in text


@pytest.mark.parametrize(
    "reason", ["", "te ver weg", "بعيد جدا", "x" * 201, "<script>alert(1)</script>", "a\x00b", "111222333"]
)
def test_setting_aside_with_any_text(reason):
    w = world()
    client = signed_in(w.coordinator)
    response = client.post(url("set_aside", w, proposal=w.match.pk), {"reason": reason})
    accepted = reason in ("", "te ver weg", "بعيد جدا", "<script>alert(1)</script>")
    assert response.status_code == (302 if accepted else 200)
    w.match.refresh_from_db()
    assert w.match.status == ("withdrawn" if accepted else "proposed")
    if accepted:
        assert w.match.not_again
        assert "<script>alert" not in page(client, url("detail", w, match=w.match.pk))


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_workbench(rows, queries_of):
    w = world()
    for _ in range(rows - 1):
        factories.match(factories.group(w.town), factories.household(w.town))
    MatchingRun.objects.create(
        municipality=w.town,
        status=RunStatus.DONE,
        check_passed=True,
        finished_at=timezone.now(),
        leftovers=[
            {
                "household": str(factories.household(w.town).pk),
                "groups": 2,
                "possible": 0,
                "blocked": {"language": 2},
                "change": {"code": "language", "groups": 1, "group": str(w.group.pk), "helps": True},
            }
            for _ in range(rows)
        ],
    )
    assert queries_of(signed_in(w.coordinator), url("workbench", w)) == 12


# -- matches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_list(rows, queries_of):
    w = world("active")
    builder = factories.staff(StaffRole.BUILDER, w.town)
    Match.objects.update(builder=builder)
    for _ in range(rows - 1):
        factories.match(
            factories.group(w.town), factories.household(w.town), status="asking", builder=builder
        )
    client = signed_in(w.coordinator)
    assert queries_of(client, url("list", w)) == 9
    assert page(client, url("list", w)).count('<th scope="row"') == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_one_match(rows, queries_of):
    w = world("active")
    for moment in ("W2", "M1", "M3")[:rows]:
        for side in Side:
            CheckIn.objects.create(
                municipality=w.town, match=w.match, side=side, moment=moment, due_on=timezone.localdate()
            )
    assert queries_of(signed_in(w.coordinator), url("detail", w, match=w.match.pk)) == 10


def test_a_long_list_has_pages_and_nonsense_gives_the_first():
    w = world("active")
    for _ in range(50):
        group = factories.group(w.town, members=0)
        factories.match(group, factories.household(w.town, account=False), status="asking")
    client = signed_in(w.coordinator)
    counts = [
        page(client, url("list", w) + f"?page={number}").count('<th scope="row"')
        for number in (1, 2, "aap", -3)
    ]
    assert counts == [50, 1, 50, 1]


def test_the_list_shows_each_phase():
    w = world("active")
    ended = factories.match(factories.group(w.town), factories.household(w.town), status="ended")
    client = signed_in(w.coordinator)
    now, over = page(client, url("list", w)), page(client, url("list", w) + "?fase=over")
    assert w.household.code_name in now
    assert ended.household.code_name not in now
    assert ended.household.code_name in over
    assert page(client, url("list", w) + "?fase=%3Cscript%3E")


def test_the_life_of_a_match_through_the_pages():
    w = world(policy={"second_approver": True})
    colleague = w.colleague()
    w.approve()
    first, second = signed_in(w.coordinator), signed_in(colleague)
    here = {"match": w.match.pk}
    # Answers by phone.
    for side in Side:
        response = first.post(url("record_answer", w, **here), {"side": side.value, "value": "yes"})
        assert response.url == url("detail", w, **here)
    assert "a colleague introduces them" in page(first, url("detail", w, **here))
    assert (
        "You approved this proposal yourself"
        in first.post(url("introduce", w, **here), follow=True).content.decode()
    )
    assert "Introduce them" in page(second, url("detail", w, **here))
    second.post(url("introduce", w, **here))
    assert w.fresh().status == MatchStatus.INTRODUCED
    # The first meeting.
    today = timezone.localdate()
    day = today + timedelta(days=4)
    typed = {"day_0": day.day, "day_1": day.month, "time": "19.30"}
    refused = first.post(url("first_meeting", w, **here), typed | {"day_2": day.year - 1}).content.decode()
    assert "before the introduction" in refused
    assert 'value="19.30"' in refused
    response = first.post(url("first_meeting", w, **here), typed | {"day_2": day.year})
    assert response.status_code == 302
    meeting = w.fresh().first_meeting_at
    assert meeting is not None
    assert timezone.localtime(meeting).replace(tzinfo=None).isoformat() == f"{day.isoformat()}T19:30:00"
    # The beginning: a meeting that lies ahead is no first day yet.
    assert f'value="{today.day}"' in page(first, url("begin", w, **here))
    response = first.post(
        url("begin", w, **here),
        {"started_on_0": today.day, "started_on_1": today.month, "started_on_2": today.year},
    )
    assert response.status_code == 302
    assert w.fresh().status == MatchStatus.ACTIVE
    text = page(first, url("detail", w, **here))
    assert "After 2 weeks" in text
    # The ending.
    ending = {
        "kind": "early",
        "reason": "moved",
        "ended_on_0": today.day,
        "ended_on_1": today.month,
        "ended_on_2": today.year,
        "goes_on": "no",
    }
    assert first.post(url("end", w, **here), ending | {"reason": "completed"}).status_code == 200
    assert first.post(url("end", w, **here), ending).status_code == 302
    match = w.fresh()
    assert (match.status, match.end_reason) == (MatchStatus.ENDED, "moved")
    w.household.refresh_from_db()
    assert w.household.status == "paused"
    text = page(first, url("detail", w, **here))
    assert "moved to another town" in text
    # The trail names staff, and the sides as sides.
    assert w.coordinator.name in text
    assert w.contact.name not in text


@pytest.mark.parametrize("builder", ["", "not-a-uuid", "6b0f6a52-3c1f-4d5e-9a76-0b8f1f6f7c11"])
def test_only_a_builder_of_the_town_can_be_chosen(builder):
    w = world("active")
    own, foreign = (
        factories.staff(StaffRole.BUILDER, w.town),
        factories.staff(StaffRole.BUILDER, factories.municipality()),
    )
    client = signed_in(w.coordinator)
    address = url("builder", w, match=w.match.pk)
    assert own.name in page(client, address)
    assert foreign.name not in page(client, address)
    assert client.post(address, {"builder": str(foreign.pk)}).status_code == 200
    assert client.post(address, {"builder": builder}).status_code == (302 if not builder else 200)
    client.post(address, {"builder": str(own.pk)})
    assert w.fresh().builder == own


def test_taking_back_and_more_time():
    w = world()
    w.approve()
    client = signed_in(w.coordinator)
    due = w.fresh().answer_due
    Match.objects.update(answer_due=timezone.now())
    client.post(url("more_time", w, match=w.match.pk))
    assert w.fresh().answer_due == due
    assert "Both sides have been asked" in page(client, url("take_back", w, match=w.match.pk))
    client.post(url("take_back", w, match=w.match.pk), {"again": "on"})
    match = w.fresh()
    assert (match.status, match.not_again) == (MatchStatus.WITHDRAWN, False)


def test_what_adds_to_the_score_adds_up_with_what_was_not_filled_in():
    w = world()
    w.match.reasons = [
        {
            "criterion": code,
            "code": word,
            "household": points,
            "group": points,
            "adds": adds,
            "data": {"weeks": 9},
        }
        for code, word, points, adds in (
            ("place", "place.unknown", 500, 29),
            ("goals", "goals.none", 0, 0),
            ("programme", "programme.same", 900, 566),
            ("waiting", "waiting.bonus", 0, 90),
        )
    ]
    w.match.score = 685
    proposal = as_proposal(w.match)
    assert proposal.score == 595
    assert [one.adds for one in proposal.reasons] == [566, 0, 29]
    assert sum(one.adds for one in proposal.reasons) == proposal.score
    w.match.save(update_fields=["reasons", "score"])
    assert "What was not filled in" in page(signed_in(w.coordinator), url("proposal", w, proposal=w.match.pk))


def test_a_match_is_found_by_the_name_of_either_in_every_phase():
    w = world(MatchStatus.ENDED)
    other = factories.match(factories.group(w.town), factories.household(w.town), status="active")
    client = signed_in(w.coordinator)
    for name in (w.household.code_name, w.group.name[:6].upper()):
        address = f"{url('list', w)}?q={name}"
        assert w.household.code_name in page(client, address)
    found = page(client, f"{url('list', w)}?q={w.household.code_name}")
    assert other.household.code_name not in found
    assert "Nobody has this name here" in page(client, f"{url('list', w)}?q=Bestaatniet")
