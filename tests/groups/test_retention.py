"""Groups that stopped, and members who left, are forgotten after the term of their town, and not before."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from groups.domain import erasure, membership, retention, review
from groups.enums import GroupStatus, MemberStatus
from groups.models import Agreement, Attendance, GroupMember, GroupReview, Screening, SponsorGroup
from municipalities.domain.retention import sweep
from municipalities.models import Removal
from samenhier.accounts.models import User
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from tests import factories
from tests.parallel import at_once

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


@pytest.fixture
def coordinator(town):
    return factories.staff("coordinator", town)


def stopped(town, *, ago, status=GroupStatus.DECLINED, **fields):
    return factories.group(
        town, status=status, part_of_town="CNRY-part", stopped_at=timezone.now() - ago, **fields
    )


def text_of(*tables):
    """Everything that these tables hold, as text."""
    found = ""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            found += cursor.fetchone()[0]
    return found


def test_a_declined_group_is_erased_after_the_weeks_of_its_town(town, coordinator):
    town.policy.declined_group_weeks = 2
    town.policy.save()
    other = factories.municipality()
    old, young = stopped(town, ago=2 * WEEK + timedelta(hours=1)), stopped(town, ago=WEEK)
    elsewhere = stopped(other, ago=3 * WEEK)  # there it is four weeks
    GroupReview.objects.create(
        municipality=town, group=old, decision="declined", message="CNRY-words", decided_by=coordinator
    )
    emails = list(User.objects.filter(group_memberships__group=old).values_list("email", flat=True))
    assert len(emails) == 5

    assert sweep(timezone.now()) == 1

    old.refresh_from_db()
    assert old.erased_at
    assert old.status == GroupStatus.DECLINED
    for group in (young, elsewhere):
        group.refresh_from_db()
        assert group.erased_at is None
        assert group.members.filter(status="accepted").count() == 5
    assert not User.objects.filter(email__in=emails).exists()
    mine = GroupMember.objects.filter(group=old)
    assert {(one.status, one.name, one.user_id, one.phone) for one in mine} == {
        (MemberStatus.LEFT, "", None, "")
    }
    assert not Agreement.objects.filter(member__group=old).exists()
    assert not Screening.objects.filter(member__group=old).exists()
    # Who came to a training stays a number.
    assert Attendance.objects.filter(member__group=old).count() == 5
    review_row = GroupReview.objects.get(group=old)
    assert (review_row.decision, review_row.message, review_row.decided_by) == ("declined", "", None)
    left = text_of("groups_groupreview")
    assert "CNRY" not in left
    for row in (old, *mine):
        assert "CNRY" not in str(vars(row))
        assert not any(email in str(vars(row)) for email in emails)
    event = AuditEvent.objects.get(action="group.erased")
    assert (event.subject_id, event.actor_id, event.detail["rule"]) == (old.pk, None, "stopped_group")
    assert "CNRY" not in str(event.detail)
    assert Removal.objects.get(municipality=town, rule="stopped_group").number == 1

    assert sweep(timezone.now()) == 0  # and again does nothing


def test_the_acts_say_when_a_group_stopped(town, coordinator):
    declined = factories.group(town, status=GroupStatus.SUBMITTED)
    review.decline(group=declined, actor=coordinator, message="Nu niet.")
    alone = factories.group(town, members=1, status=GroupStatus.FORMING)
    last = alone.members.get()
    membership.leave(member=last, actor=last.user)
    for group in (declined, alone):
        group.refresh_from_db()
        assert group.stopped_at
    assert sweep(timezone.now()) == 0
    assert sweep(timezone.now() + timedelta(weeks=5)) == 2


def test_a_group_that_did_not_say_when_gets_its_whole_term(town):
    group = factories.group(town, status=GroupStatus.CLOSED)
    assert sweep(timezone.now()) == 0
    group.refresh_from_db()
    assert group.stopped_at
    assert sweep(timezone.now() + timedelta(weeks=5)) == 1


@pytest.mark.parametrize("status", [s for s in GroupStatus if s not in ("declined", "withdrawn", "closed")])
def test_a_group_that_takes_part_is_never_erased(town, status):
    group = factories.group(town, status=status, stopped_at=timezone.now() - 99 * WEEK)
    assert sweep(timezone.now()) == 0
    with pytest.raises(DomainError):
        erasure.erase(group=group)
    assert group.members.filter(status="accepted").count() == 5


def test_whoever_has_another_place_keeps_the_account(town):
    group, living = stopped(town, ago=5 * WEEK), factories.group(town)
    person = group.members.first().user
    factories.member(living, user=person)
    sweep(timezone.now())
    assert User.objects.filter(pk=person.pk).exists()
    assert GroupMember.objects.get(group=living, user=person).name.startswith("CNRY")


def test_a_former_member_and_their_vog_are_forgotten(town):
    group = factories.group(town)
    gone, stays, recent = group.members.filter(role="member")[:3]
    now = timezone.now()
    for member, days in ((gone, 95), (recent, 80)):
        membership.leave(member=member, actor=member.user)
        GroupMember.objects.filter(pk=member.pk).update(left_at=now - timedelta(days=days))

    assert sweep(now) == 2  # the VOG and the person

    gone.refresh_from_db()
    assert (gone.status, gone.name, gone.user, gone.languages) == (MemberStatus.LEFT, "", None, [])
    assert gone.left_at  # counted in the months that were
    assert not Screening.objects.filter(member=gone).exists()
    for member in (stays, recent):
        member.refresh_from_db()
        assert member.name.startswith("CNRY")
        assert Screening.objects.filter(member=member).exists()
    assert AuditEvent.objects.filter(action="vog.forgotten").count() == 1
    assert AuditEvent.objects.filter(action="member.erased", subject_id=gone.pk).count() == 1
    with pytest.raises(DomainError):
        erasure.erase_former_member(member=stays)
    assert sweep(now) == 0


def test_a_vog_goes_when_the_group_stopped_long_ago_even_while_a_match_is_kept(town, monkeypatch):
    from django.db.models import Exists

    monkeypatch.setattr(
        retention, "needed_by", [lambda now: Exists(SponsorGroup.objects.filter(pk__isnull=False))]
    )
    group = stopped(town, ago=timedelta(days=95), status=GroupStatus.WITHDRAWN)
    assert sweep(timezone.now()) == 5
    group.refresh_from_db()
    assert group.erased_at is None
    assert not Screening.objects.filter(member__group=group).exists()


@pytest.mark.django_db(transaction=True)
def test_rows_that_somebody_holds_are_left_for_the_next_time(town):
    held, free = stopped(town, ago=5 * WEEK), stopped(town, ago=5 * WEEK)
    with transaction.atomic():
        SponsorGroup.objects.select_for_update().get(pk=held.pk)
        assert at_once(lambda: sweep(timezone.now())) == [1]
    free.refresh_from_db()
    assert free.erased_at
    assert sweep(timezone.now()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_erase_each_group_once(town):
    for _ in range(4):
        stopped(town, ago=5 * WEEK, members=2)
    found = at_once(*[lambda: sweep(timezone.now())] * 3)
    assert sum(found) == 4, found
    assert AuditEvent.objects.filter(action="group.erased").count() == 4
    assert Removal.objects.get(rule="stopped_group").number == 4
