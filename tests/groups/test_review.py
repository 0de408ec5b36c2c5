"""Approval: allowed, refused, and two at the same time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.domain import membership
from groups.domain.impartial import OwnGroup
from groups.domain.membership import leave
from groups.domain.review import NotReady, approve, decline, plan_visit, return_with_question, submit
from groups.domain.screening import record_vog_seen
from groups.domain.states import GROUP_STATES
from groups.enums import GroupStatus, MemberRole, MemberStatus, ScreeningStatus
from groups.models import GroupMember, GroupReview, Screening, SponsorGroup
from municipalities.enums import StaffRole
from municipalities.models import StaffMembership
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict, DomainError, TransitionRefused
from tests import factories
from tests.parallel import at_once


@pytest.fixture
def coordinator(town):
    return factories.staff("coordinator", town)


def contact_of(group):
    return group.members.get(role=MemberRole.CONTACT, status=MemberStatus.ACCEPTED)


class TestSubmit:
    def test_a_group_that_did_its_part_asks_for_approval(self, town):
        group = factories.group(town, status=GroupStatus.FORMING, visit_at=None)
        row = submit(group=group, actor=contact_of(group).user, reason="not needed")
        assert row.status == GroupStatus.SUBMITTED
        assert row.submitted_at is not None
        assert row.size_reason == ""

    def test_missing_parts_are_named(self, town):
        group = factories.group(town, status=GroupStatus.FORMING, ready=False)
        with pytest.raises(
            NotReady, match="signature of each member, a VOG of each member, the start training"
        ):
            submit(group=group, actor=contact_of(group).user)

    def test_a_smaller_group_gives_a_reason(self, town):
        group = factories.group(town, members=3, status=GroupStatus.FORMING)
        with pytest.raises(DomainError, match="fewer"):
            submit(group=group, actor=contact_of(group).user)
        assert (
            submit(group=group, actor=contact_of(group).user, reason="Wij wonen samen.").size_reason
            == "Wij wonen samen."
        )

    def test_not_twice(self, town):
        group = factories.group(town, status=GroupStatus.SUBMITTED)
        with pytest.raises(TransitionRefused):
            submit(group=group, actor=contact_of(group).user)


class TestApprove:
    def test_a_complete_group(self, town, coordinator, mailed):
        group = factories.group(town, status=GroupStatus.SUBMITTED)
        row = approve(group=group, actor=coordinator)
        assert row.status == GroupStatus.APPROVED
        assert row.approved_at is not None
        assert GroupReview.objects.get(group=group).decided_by == coordinator
        assert len(mailed("groups.approved")) == 5
        assert AuditEvent.objects.filter(
            action="group.approved", subject_id=group.pk, actor_id=coordinator.pk
        ).exists()

    def test_an_incomplete_group_is_refused_in_words(self, town, coordinator, mailed):
        group = factories.group(town, status=GroupStatus.SUBMITTED, visit_at=None)
        with pytest.raises(NotReady, match="the visit of the coordinator"):
            approve(group=group, actor=coordinator, size_reason="does not help")
        assert SponsorGroup.objects.get(pk=group.pk).status == GroupStatus.SUBMITTED
        assert mailed("groups.approved") == []

    def test_a_small_group_needs_a_reason_of_the_coordinator(self, town, coordinator):
        group = factories.group(town, members=3, status=GroupStatus.SUBMITTED)
        with pytest.raises(NotReady, match="3 of 5"):
            approve(group=group, actor=coordinator)
        approve(group=group, actor=coordinator, size_reason="Drie sterke mensen.")
        assert AuditEvent.objects.get(action="group.approved").reason == "Drie sterke mensen."

    def test_too_small_is_refused_whatever_the_reason(self, town, coordinator):
        group = factories.group(town, members=2, status=GroupStatus.SUBMITTED)
        with pytest.raises(NotReady):
            approve(group=group, actor=coordinator, size_reason="Toch.")

    def test_a_forming_group_is_not_approved(self, town, coordinator):
        with pytest.raises(TransitionRefused):
            approve(group=factories.group(town, status=GroupStatus.FORMING), actor=coordinator)


class TestOtherAnswers:
    def test_a_question_goes_to_the_contact_person(self, town, coordinator, mailed):
        group = factories.group(town, status=GroupStatus.SUBMITTED)
        row = return_with_question(group=group, actor=coordinator, message="Wie kan er overdag?")
        assert row.status == GroupStatus.RETURNED
        assert [mail["to"] for mail in mailed("groups.returned")] == [contact_of(group).user.email]
        assert submit(group=group, actor=contact_of(group).user).status == GroupStatus.SUBMITTED

    def test_a_no_has_words(self, town, coordinator, mailed):
        group = factories.group(town, status=GroupStatus.SUBMITTED)
        with pytest.raises(DomainError):
            decline(group=group, actor=coordinator, message="  ")
        assert (
            decline(group=group, actor=coordinator, message="Kom naar de taalavond.").status
            == GroupStatus.DECLINED
        )
        assert len(mailed("groups.declined")) == 5
        with pytest.raises(TransitionRefused):
            approve(group=group, actor=coordinator)

    def test_a_visit_to_come_is_mailed_a_past_one_is_not(self, town, coordinator, mailed):
        group = factories.group(town, members=3, status=GroupStatus.FORMING)
        plan_visit(group=group, visit_at=timezone.now() - timedelta(days=1), actor=coordinator)
        assert mailed("groups.visit_planned") == []
        plan_visit(group=group, visit_at=timezone.now() + timedelta(days=1), actor=coordinator)
        assert len(mailed("groups.visit_planned")) == 3
        with pytest.raises(DomainError):
            plan_visit(group=group, visit_at=timezone.now() + timedelta(days=800), actor=coordinator)


class TestLeave:
    def test_a_member_leaves_and_the_hooks_run(self, town):
        group = factories.group(town)
        member = group.members.filter(role=MemberRole.MEMBER).first()
        seen = []
        membership.after_leaving.append(lambda row: seen.append((row.pk, row.status)))
        try:
            leave(member=member, actor=member.user)
        finally:
            membership.after_leaving.pop()
        assert seen == [(member.pk, MemberStatus.LEFT)]
        member.refresh_from_db()
        assert (member.status, member.phone) == (MemberStatus.LEFT, "")
        with pytest.raises(Conflict):
            leave(member=member, actor=member.user)

    def test_the_contact_person_names_the_next(self, town):
        group = factories.group(town)
        contact = contact_of(group)
        with pytest.raises(DomainError, match="takes over"):
            leave(member=contact, actor=contact.user)
        heir = group.members.filter(role=MemberRole.MEMBER).first()
        leave(member=contact, actor=contact.user, new_contact=heir)
        assert contact_of(group) == heir

    def test_an_approved_group_that_becomes_too_small_waits(self, town):
        group = factories.group(town, members=3)
        member = group.members.filter(role=MemberRole.MEMBER).first()
        leave(member=member, actor=member.user)
        assert SponsorGroup.objects.get(pk=group.pk).status == GroupStatus.ON_HOLD

    def test_the_last_one_closes_the_door(self, town):
        group = factories.group(town, members=1, status=GroupStatus.FORMING)
        member = group.members.get()
        leave(member=member, actor=member.user)
        assert SponsorGroup.objects.get(pk=group.pk).status == GroupStatus.WITHDRAWN


def test_the_arrows_cover_every_state():
    assert GROUP_STATES.states() == set(GroupStatus.values)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_coordinators_approve(self):
        town = factories.municipality()
        one, two = factories.staff("coordinator", town), factories.staff("coordinator", town)
        group = factories.group(town, status=GroupStatus.SUBMITTED)
        results = at_once(lambda: approve(group=group, actor=one), lambda: approve(group=group, actor=two))
        assert sorted(type(result).__name__ for result in results) == ["SponsorGroup", "TransitionRefused"]
        assert GroupReview.objects.filter(group=group).count() == 1

    def test_one_approves_while_the_other_declines(self):
        town = factories.municipality()
        one, two = factories.staff("coordinator", town), factories.staff("coordinator", town)
        group = factories.group(town, status=GroupStatus.SUBMITTED)
        at_once(
            lambda: approve(group=group, actor=one),
            lambda: decline(group=group, actor=two, message="Helaas."),
        )
        assert GroupReview.objects.filter(group=group).count() == 1

    @pytest.mark.parametrize("round_", range(3))
    def test_the_fifth_member_leaves_while_the_group_is_approved(self, round_):
        town = factories.municipality()
        coordinator = factories.staff("coordinator", town)
        group = factories.group(town, status=GroupStatus.SUBMITTED)
        member = group.members.filter(role=MemberRole.MEMBER).first()
        approved, left = at_once(
            lambda: approve(group=group, actor=coordinator), lambda: leave(member=member, actor=member.user)
        )
        assert left is None  # leaving always succeeds
        status = SponsorGroup.objects.get(pk=group.pk).status
        event = AuditEvent.objects.filter(action="group.approved", subject_id=group.pk).first()
        if isinstance(approved, NotReady):
            assert (status, event) == (GroupStatus.SUBMITTED, None)
        else:
            # Approved first, with five; then one left.
            assert status == GroupStatus.APPROVED
            assert event.detail["present"] == 5
        assert GroupMember.objects.filter(group=group).present().count() == 4


class TestOwnGroup:
    """A coordinator who takes part in a group leaves its decisions to a colleague."""

    @pytest.fixture
    def group(self, town):
        return factories.group(town, status=GroupStatus.SUBMITTED)

    @pytest.fixture
    def in_the_group(self, town, group):
        person = group.members.exclude(role=MemberRole.CONTACT)[0].user
        StaffMembership.objects.create(user=person, role=StaffRole.COORDINATOR, municipality=town)
        return person

    @pytest.mark.parametrize(
        "decide",
        [
            lambda group, actor: approve(group=group, actor=actor),
            lambda group, actor: return_with_question(group=group, actor=actor, message="Hoe?"),
            lambda group, actor: decline(group=group, actor=actor, message="Nu niet."),
        ],
    )
    def test_a_colleague_decides(self, group, in_the_group, coordinator, decide):
        with pytest.raises(OwnGroup):
            decide(group, in_the_group)
        group.refresh_from_db()
        assert group.status == GroupStatus.SUBMITTED
        assert decide(group, coordinator).status != GroupStatus.SUBMITTED

    def test_a_colleague_sees_the_vog(self, group, in_the_group, coordinator):
        member = group.members.get(user=in_the_group)
        today = timezone.localdate()
        with pytest.raises(OwnGroup):
            record_vog_seen(member=member, seen_on=today, actor=in_the_group)
        assert record_vog_seen(member=member, seen_on=today, actor=coordinator).seen_by == coordinator


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_see_one_vog_at_once():
    """Both saw it and both are written down; the member has it once."""
    town = factories.municipality()
    member = factories.group(town, members=1, ready=False, status=GroupStatus.FORMING).members.get()
    colleagues = [factories.staff("coordinator", town) for _number in range(2)]
    today = timezone.localdate()
    results = at_once(
        *[lambda one=one: record_vog_seen(member=member, seen_on=today, actor=one) for one in colleagues]
    )
    row = Screening.objects.get(member=member)
    assert results == [row, row]
    assert (row.status, row.seen_on) == (ScreeningStatus.SEEN, today)
    assert row.seen_by in colleagues
    assert set(AuditEvent.objects.filter(action="vog.seen").values_list("actor_id", flat=True)) == {
        one.pk for one in colleagues
    }
