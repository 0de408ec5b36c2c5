"""Inserting many rows at once: all columns arrive as they are, and a known key is passed over."""

import pytest
from django.db import DataError
from django.utils import timezone

from samenhier.core.db import insert_new
from samenhier.notifications.models import OutgoingMessage, State
from tests import factories

pytestmark = pytest.mark.django_db


def message(key: str, **fields) -> OutgoingMessage:
    return OutgoingMessage(
        **{
            "kind": "matches.check_in",
            "language": "ar",
            "sealed": b"\x00\xff sealed",
            "dedupe_key": key,
            "message_id": f"<{key}@voorbeeld.example>",
            "due_at": timezone.now(),
            **fields,
        }
    )


def test_every_column_arrives_as_it_was():
    person = factories.user()
    rows = [
        message("een", recipient=person),
        message("twee '; \\ {} نص", sealed=None, state=State.SENT, attempts=3),
    ]
    insert_new(rows)
    for row in rows:
        found = OutgoingMessage.objects.get(pk=row.pk)
        assert found.created_at is not None
        for field in OutgoingMessage._meta.concrete_fields:
            if field.name not in ("created_at", "sealed"):
                assert getattr(found, field.attname) == getattr(row, field.attname), field.name
        assert (bytes(found.sealed) if found.sealed else None) == row.sealed


def test_a_known_key_is_passed_over_and_the_others_are_kept():
    insert_new([message("een")])
    insert_new([message("een", kind="other"), message("twee")])
    assert dict(OutgoingMessage.objects.values_list("dedupe_key", "kind")) == {
        "een": "matches.check_in",
        "twee": "matches.check_in",
    }


def test_nothing_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_new([])


def test_a_value_that_does_not_fit_is_refused_by_the_database():
    with pytest.raises(DataError):
        insert_new([message("te lang", language="x" * 20)])
