"""The operations page, the coordinator's list of doubtful mail, and who may see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from municipalities import worklist
from municipalities.enums import StaffRole
from samenhier.core.crypto import seal_json
from samenhier.notifications import queries, sweeps
from samenhier.notifications.models import Heartbeat, OutgoingMessage, State
from tests import factories
from tests.accounts.pages import read
from tests.notifications.sample_kinds import CONTEXT

pytestmark = pytest.mark.django_db


def message(state: State, town: Any = None, key: str = "one", **values: Any) -> OutgoingMessage:
    return OutgoingMessage.objects.create(
        **{
            "kind": "tests.reminder",
            "language": "nl",
            "sealed": seal_json({"to": "CNRY-address@voorbeeld.example", "context": CONTEXT}),
            "dedupe_key": key,
            "message_id": f"<{key}@x>",
            "due_at": timezone.now(),
            "finished_at": timezone.now() if state in (State.UNCERTAIN, State.FAILED) else None,
            "municipality_id": town.pk if town else None,
            "state": state,
            **values,
        }
    )


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(factories.staff(StaffRole.OPERATOR, language="en"))
    return client


def test_the_page_shows_what_runs_and_what_waits(operator: Client) -> None:
    sweeps.run("outbox")
    town = factories.municipality()
    message(State.PENDING, town, "late", due_at=timezone.now() - timedelta(minutes=7))
    message(State.UNCERTAIN, town, "doubt", recipient=factories.user(name="CNRY-name"))

    response = operator.get("/beheer/", headers={"Accept-Language": "en"})

    read(response)
    page = response.content.decode()
    assert "Not everything is well" in page
    assert town.name in page
    assert "CNRY-name" not in page  # no person is named here
    assert response.context["broker"] is True


def test_the_page_of_a_quiet_house(operator: Client, settings: Any) -> None:
    for name in settings.CELERY_BEAT_SCHEDULE:
        Heartbeat.objects.create(name=name, last_success=timezone.now(), handled=3)
    page = operator.get("/beheer/", headers={"Accept-Language": "en"}).content.decode()
    assert "Every schedule ran in time" in page
    assert "Nothing to decide" in page


def test_a_schedule_is_late_after_three_missed_turns(settings: Any) -> None:
    now = timezone.now()
    settings.CELERY_BEAT_SCHEDULE = {
        "check-ins": {"schedule": 60.0},
        "outbox": {"schedule": 60.0},
        "upkeep": {"schedule": 3600.0},
        "each-hour": {"schedule": 3600.0},
    }
    Heartbeat.objects.create(name="outbox", last_success=now - timedelta(seconds=179))
    Heartbeat.objects.create(name="upkeep", last_success=now - timedelta(hours=3, seconds=1))
    began = now - timedelta(minutes=26)
    late = {one.name: one.late for one in queries.schedules(now, since=began)}
    assert late["outbox"] is False
    assert late["upkeep"] is True
    assert late["check-ins"] is True  # never ran
    assert late["each-hour"] is False  # its first turn is still to come
    assert set(late) == set(settings.CELERY_BEAT_SCHEDULE)


def test_counts_name_every_state() -> None:
    message(State.SENT, key="a")
    message(State.SENT, key="b")
    assert dict(queries.outbox_counts()) == {**dict.fromkeys(State, 0), State.SENT: 2}


def test_the_oldest_due_row() -> None:
    now = timezone.now()
    assert queries.oldest_due(now) is None
    message(State.PENDING, key="future", due_at=now + timedelta(hours=1))
    message(State.SENT, key="gone", due_at=now - timedelta(hours=9))
    assert queries.oldest_due(now) is None
    message(State.RETRY, key="due", due_at=now - timedelta(minutes=6))
    found = queries.oldest_due(now)
    assert found
    assert found.too_long
    assert found.due_at == now - timedelta(minutes=6)


def test_a_broker_that_is_away_is_seen(settings: Any, free_port: int) -> None:
    assert queries.broker_answers()
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port}/0"
    assert not queries.broker_answers()


@pytest.mark.parametrize(
    ("decision", "start", "end"),
    [
        ("sent", State.UNCERTAIN, State.SENT),
        ("again", State.UNCERTAIN, State.PENDING),
        ("again", State.FAILED, State.PENDING),
        ("leave", State.FAILED, State.CANCELLED),
    ],
)
def test_decisions(operator: Client, decision: str, start: State, end: State) -> None:
    row = message(start)
    assert operator.post(f"/beheer/post/{row.pk}/", {"decision": decision})["Location"] == "/beheer/"
    row.refresh_from_db()
    assert row.state == end


@pytest.mark.parametrize("decision", ["", "nonsense", "leave"])
def test_a_decision_that_does_not_fit_changes_nothing_and_says_so(operator: Client, decision: str) -> None:
    row = message(State.UNCERTAIN)
    page = operator.post(f"/beheer/post/{row.pk}/", {"decision": decision}, follow=True)
    row.refresh_from_db()
    assert row.state == State.UNCERTAIN
    assert "notice--error" in page.content.decode()


@pytest.mark.parametrize("role", [StaffRole.COORDINATOR, StaffRole.BUILDER, StaffRole.VIEWER])
def test_the_page_is_for_the_centre(client: Client, role: StaffRole) -> None:
    client.force_login(factories.staff(role, factories.municipality()))
    row = message(State.UNCERTAIN)
    assert client.get("/beheer/").status_code == 403
    assert client.post(f"/beheer/post/{row.pk}/", {"decision": "sent"}).status_code == 403


def test_others_do_not_know_that_it_exists(client: Client) -> None:
    client.force_login(factories.user())
    assert client.get("/beheer/").status_code == 404


def test_a_coordinator_decides_about_the_mail_of_their_own_town(client: Client) -> None:
    town, other = factories.municipality(), factories.municipality()
    client.force_login(factories.staff(StaffRole.COORDINATOR, town))
    mine = message(State.UNCERTAIN, town, "mine", recipient=factories.user(name="Noor"))
    theirs = message(State.UNCERTAIN, other, "theirs", recipient=factories.user(name="CNRY-other"))

    page = client.get(f"/gemeente/{town.slug}/post/")
    read(page)
    assert "Noor" in page.content.decode()
    assert "CNRY-other" not in page.content.decode()
    assert client.get(f"/gemeente/{other.slug}/post/").status_code == 404
    assert client.post(f"/gemeente/{town.slug}/post/{theirs.pk}/", {"decision": "sent"}).status_code == 404
    client.post(f"/gemeente/{town.slug}/post/{mine.pk}/", {"decision": "sent"})

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.state, theirs.state) == (State.SENT, State.UNCERTAIN)


def test_doubtful_mail_is_one_line_of_the_work_list() -> None:
    town = factories.municipality()
    person = factories.staff(StaffRole.COORDINATOR, town)
    urls = [line.url for line in worklist.lines(person, town)]
    assert f"/gemeente/{town.slug}/post/" not in urls
    message(State.UNCERTAIN, town, "a")
    message(State.FAILED, town, "b")
    urls = [line.url for line in worklist.lines(person, town)]
    assert urls.count(f"/gemeente/{town.slug}/post/") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three_rows(
    client: Client, count: int, django_assert_num_queries: Any
) -> None:
    town = factories.municipality()
    for number in range(count):
        message(State.UNCERTAIN, town, f"k{number}", recipient=factories.user())
    from municipalities.views.operations import doubtful

    with django_assert_num_queries(2):
        assert len(doubtful(town.pk)) == count
