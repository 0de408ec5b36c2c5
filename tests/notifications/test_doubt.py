"""What a person decides about uncertain and failed mail."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from samenhier.audit.models import AuditEvent
from samenhier.core.crypto import seal_json
from samenhier.core.errors import DomainError, TransitionRefused
from samenhier.notifications import doubt
from samenhier.notifications.models import OutgoingMessage, State
from tests import factories
from tests.notifications.sample_kinds import CONTEXT


def message(state: State, **values: object) -> OutgoingMessage:
    row = {
        "kind": "tests.reminder",
        "language": "nl",
        "sealed": seal_json({"to": "a@voorbeeld.example", "context": CONTEXT}),
        "dedupe_key": "doubt",
        "message_id": "<doubt@x>",
        "due_at": timezone.now(),
        "finished_at": timezone.now(),
        "attempts": 4,
        "first_tried_at": timezone.now(),
    }
    return OutgoingMessage.objects.create(state=state, **{**row, **values})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "start", "end"),
    [
        (doubt.count_as_sent, State.UNCERTAIN, State.SENT),
        (doubt.let_go, State.FAILED, State.CANCELLED),
        (doubt.send_again, State.UNCERTAIN, State.PENDING),
        (doubt.send_again, State.FAILED, State.PENDING),
    ],
)
def test_a_decision_is_made_and_recorded(act, start: State, end: State) -> None:
    row, actor = message(start), factories.user()

    act(message=row, actor=actor)

    row.refresh_from_db()
    assert row.state == end
    assert row not in OutgoingMessage.objects.in_doubt()
    event = AuditEvent.objects.get()
    assert (event.actor_id, event.subject_id) == (actor.pk, row.pk)
    if end == State.PENDING:
        assert (row.attempts, row.first_tried_at, row.finished_at) == (0, None, None)
        assert row.sealed
        assert row.message_id == "<doubt@x>"
    else:
        assert row.sealed is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("act", "start"),
    [
        (doubt.count_as_sent, State.SENT),
        (doubt.count_as_sent, State.FAILED),
        (doubt.let_go, State.UNCERTAIN),
        (doubt.let_go, State.PENDING),
        (doubt.send_again, State.SENT),
        (doubt.send_again, State.CLAIMED),
        (doubt.send_again, State.HANDED_OVER),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(act, start: State) -> None:
    row = message(start)
    with pytest.raises(TransitionRefused):
        act(message=row, actor=factories.user())
    row.refresh_from_db()
    assert row.state == start
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_without_its_text_a_mail_cannot_go_again() -> None:
    row = message(State.FAILED, sealed=None)
    with pytest.raises(DomainError, match=r"no longer|niet meer"):
        doubt.send_again(message=row, actor=factories.user())


@pytest.mark.django_db(transaction=True)
def test_of_two_people_one_decides() -> None:
    row, actors = message(State.UNCERTAIN), [factories.user(), factories.user()]
    start = threading.Barrier(2)

    def decide(act, actor) -> str:
        start.wait()
        try:
            act(message=row, actor=actor)
        except TransitionRefused:
            return "refused"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        acts = zip([doubt.count_as_sent, doubt.send_again], actors, strict=True)
        outcomes = [future.result() for future in [pool.submit(decide, act, actor) for act, actor in acts]]

    assert sorted(outcomes) == ["done", "refused"]
    assert AuditEvent.objects.count() == 1
