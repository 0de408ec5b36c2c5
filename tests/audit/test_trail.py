"""The trail: only added to, read in words."""

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.template import engines
from django.utils import translation

from samenhier import audit
from samenhier.audit import sentences
from samenhier.audit.models import AuditEvent
from samenhier.audit.queries import timeline
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def described() -> Any:
    before = dict(sentences._sentences)
    yield sentences.describe
    sentences._sentences.clear()
    sentences._sentences.update(before)


def test_nobody_changes_or_removes_a_row() -> None:
    event = audit.record("test.done", actor=None)
    for change in (
        lambda: AuditEvent.objects.filter(pk=event.pk).update(action="test.other"),
        lambda: event.delete(),
        lambda: AuditEvent.objects.all().delete(),
        lambda: connection.cursor().execute("UPDATE audit_auditevent SET reason = 'x'"),
        lambda: connection.cursor().execute("DELETE FROM audit_auditevent"),
    ):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
            change()
    assert AuditEvent.objects.get().action == "test.done"


@pytest.mark.django_db(transaction=True)
def test_a_row_belongs_to_a_transaction() -> None:
    with pytest.raises(AssertionError):
        audit.record("test.done", actor=None)


def test_the_trail_in_words(described: Any) -> None:
    described("test.approved", "The group was approved")
    subject, actor = factories.municipality(), factories.user(name="Noor")
    audit.record("test.approved", actor=actor, subject=subject, reason="all is well")
    audit.record("test.unknown", actor=None, subject=subject)
    audit.record("test.approved", actor=actor, subject=factories.municipality())

    rows = timeline([subject.pk])

    with translation.override("en"):
        rows = timeline([subject.pk])
    assert [(row.title, row.by, row.text) for row in rows] == [
        ("test.unknown", "by itself, at the planned moment", ""),
        ("The group was approved", "Noor", "all is well"),
    ]


def test_people_without_a_name_or_without_an_account(described: Any) -> None:
    subject, nameless, gone = factories.municipality(), factories.user(name=""), factories.user()
    audit.record("test.done", actor=nameless, subject=subject)
    audit.record("test.done", actor=gone, subject=subject)
    gone.delete()
    with translation.override("en"):
        assert [row.by for row in timeline([subject.pk])] == [
            "somebody who no longer takes part",
            "the person themself",
        ]


@pytest.mark.parametrize("count", [1, 3])
def test_two_queries_however_many_rows(count: int, django_assert_num_queries: Any) -> None:
    subject = factories.municipality()
    for _number in range(count):
        audit.record("test.done", actor=factories.user(), subject=subject)
    with django_assert_num_queries(2):
        assert len(timeline([subject.pk])) == count


def test_no_more_than_asked_for() -> None:
    subject = factories.municipality()
    for _number in range(3):
        audit.record("test.done", actor=None, subject=subject)
    assert len(timeline([subject.pk], limit=2)) == 2
    assert timeline([uuid.uuid4()]) == []


def test_a_sentence_is_given_once(described: Any) -> None:
    described("test.once", "Once")
    with pytest.raises(ValueError, match="twice"):
        described("test.once", "Again")


def test_the_trail_on_a_page() -> None:
    subject = factories.municipality()
    source = "{% load audit %}{% audit_timeline subjects=ids %}"
    page = engines["django"].from_string(source)
    with translation.override("en"):
        assert "Nothing has happened yet" in page.render({"ids": [subject.pk]})
        audit.record("test.done", actor=factories.user(name="<b>Noor</b>"), subject=subject)
        shown = page.render({"ids": [subject.pk]})
    assert "&lt;b&gt;Noor&lt;/b&gt;" in shown
    assert "<ol" in shown


def test_every_act_in_the_code_has_its_sentence() -> None:
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    used: set[str] = set()
    for room in ("samenhier", "municipalities", "groups", "newcomers", "matches", "reports"):
        for path in (root / room).rglob("*.py"):
            used |= set(re.findall(r'audit\.record\(\s*"([a-z_.]+)"', path.read_text()))
    assert used
    assert used <= sentences.described(), (
        f"Describe these in <app>/sentences.py: {sorted(used - sentences.described())}"
    )
