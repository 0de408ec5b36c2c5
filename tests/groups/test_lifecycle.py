"""The life of a group: every act from every state, and two people at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups import mails
from groups.domain import membership, review, standing
from groups.domain.states import GROUP_STATES
from groups.enums import STOPPED, Decision, MemberRole, MemberStatus
from groups.enums import GroupStatus as S
from groups.models import Attendance, GroupReview, SponsorGroup, TrainingSession
from matches.enums import MatchStatus
from newcomers.enums import HouseholdStatus
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError, TransitionRefused
from tests import factories
from tests.groups.test_review import contact_of
from tests.parallel import at_once

pytestmark = pytest.mark.django_db

TOO_SMALL, PAUSED = "too small", "paused"
#: A group that is on hold waits for people, or for itself.
BEFORE = [*(state for state in S if state != S.ON_HOLD), TOO_SMALL, PAUSED]


def in_state(town, before) -> SponsorGroup:
    """A group in this state that has everything it needs; only one that is too small has two people."""
    on_hold = before in (TOO_SMALL, PAUSED)
    return factories.group(
        town,
        members=2 if before == TOO_SMALL else 5,
        status=S.ON_HOLD if on_hold else before,
        approved_at=timezone.now() if on_hold or before in (S.APPROVED, S.CLOSED) else None,
        paused_at=timezone.now() if before == PAUSED else None,
        stopped_at=timezone.now() if before in STOPPED else None,
    )


def everybody_leaves(group, coordinator):
    for member in [*group.members.filter(role=MemberRole.MEMBER), contact_of(group)]:
        membership.leave(member=member, actor=member.user)


def too_few_stay(group, coordinator):
    for member in group.members.filter(role=MemberRole.MEMBER)[:3]:
        membership.leave(member=member, actor=member.user)


ACTS = {
    "submit": lambda group, _staff: review.submit(
        group=group, actor=contact_of(group).user, reason="Met twee."
    ),
    "approve": lambda group, staff: review.approve(group=group, actor=staff),
    "return": lambda group, staff: review.return_with_question(group=group, actor=staff, message="Hoe?"),
    "decline": lambda group, staff: review.decline(group=group, actor=staff, message="Nu niet."),
    "pause": lambda group, _staff: standing.pause(group=group, actor=contact_of(group).user),
    "go on": lambda group, _staff: standing.go_on(group=group, actor=contact_of(group).user),
    "stop": lambda group, _staff: standing.stop(group=group, actor=contact_of(group).user),
    "end": lambda group, staff: standing.stop(group=group, actor=staff, message="Dank jullie wel."),
    "everybody leaves": everybody_leaves,
    "too few stay": too_few_stay,
}
#: act → state before → state after; a state that is not named refuses.
EXPECTED = {
    "submit": {S.FORMING: S.SUBMITTED, S.RETURNED: S.SUBMITTED},
    "approve": {S.SUBMITTED: S.APPROVED, PAUSED: S.APPROVED},
    "return": {S.SUBMITTED: S.RETURNED},
    "decline": dict.fromkeys([S.FORMING, S.SUBMITTED, S.RETURNED], S.DECLINED),
    "pause": {S.APPROVED: S.ON_HOLD},
    "go on": {PAUSED: S.APPROVED},
    "stop": dict.fromkeys([S.FORMING, S.SUBMITTED, S.RETURNED], S.WITHDRAWN)
    | dict.fromkeys([S.APPROVED, TOO_SMALL, PAUSED], S.CLOSED),
    "end": dict.fromkeys([S.APPROVED, TOO_SMALL, PAUSED], S.CLOSED),
    # Leaving is always possible; a group that stopped stays what it was.
    "everybody leaves": {before: before if before in STOPPED else S.WITHDRAWN for before in BEFORE},
    "too few stay": {before: before for before in S if before != S.ON_HOLD}
    | dict.fromkeys([S.APPROVED, TOO_SMALL, PAUSED], S.ON_HOLD),
}

#: act → its line in the trail of the group; leaving has one only when the group changes by it.
SAYS = {
    "submit": "group.submitted",
    "approve": "group.approved",
    "return": "group.returned",
    "decline": "group.declined",
    "pause": "group.paused",
    "go on": "group.went_on",
    "stop": "group.stopped",
    "end": "group.stopped",
}


def trail_of(act, before) -> list[str]:
    if act in SAYS:
        return [SAYS[act]]
    lines = ["group.put_on_hold"] if before == S.APPROVED else []
    if act == "everybody leaves" and before not in STOPPED:
        lines.append("group.withdrawn")
    return lines


@pytest.fixture
def coordinator(town):
    return factories.staff("coordinator", town)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("before", BEFORE)
def test_each_act_from_each_state(town, coordinator, act, before):
    group = in_state(town, before)
    status = group.status

    if after := EXPECTED[act].get(before):
        ACTS[act](group, coordinator)
        group.refresh_from_db()
        assert group.status == after
        assert after == status or GROUP_STATES.allows(status, after)
        assert (group.stopped_at is not None) == (after in STOPPED)
        trail = AuditEvent.objects.filter(subject_id=group.pk).order_by("pk")
        assert [row.action for row in trail] == trail_of(act, before)
        by_a_person = [row for row in trail if row.action != "group.put_on_hold"]
        assert all(row.actor_id is not None for row in by_a_person)
    else:
        with pytest.raises(DomainError):
            ACTS[act](group, coordinator)
        group.refresh_from_db()
        assert group.status == status
        assert not AuditEvent.objects.filter(subject_id=group.pk).exists()


def test_every_arrow_is_walked():
    """No arrow without an act: from `EXPECTED`, where a group on hold is one that pauses or is too small."""
    on_hold = {TOO_SMALL, PAUSED}
    walked = {
        (S.ON_HOLD if before in on_hold else before, after)
        for acts in EXPECTED.values()
        for before, after in acts.items()
    }
    drawn = {(before, after) for before, targets in GROUP_STATES.arrows.items() for after in targets}
    assert drawn == {(before, after) for before, after in walked if before != after}


class TestPause:
    def test_a_group_that_shrank_meanwhile_is_for_the_coordinator(self, town):
        group = in_state(town, PAUSED)
        too_few_stay(group, None)
        row = standing.go_on(group=group, actor=contact_of(group).user)
        assert (row.status, row.paused_at) == (S.ON_HOLD, None)

    def test_approving_ends_a_pause(self, town, coordinator):
        row = review.approve(group=in_state(town, PAUSED), actor=coordinator)
        assert (row.status, row.paused_at) == (S.APPROVED, None)

    def test_a_group_that_pauses_is_in_no_pool(self, town):
        from matches.domain.free import free_groups

        group = factories.group(town)
        assert group in free_groups()
        standing.pause(group=group, actor=contact_of(group).user)
        assert group not in free_groups()
        standing.go_on(group=group, actor=contact_of(group).user)
        assert group in free_groups()

    @pytest.mark.parametrize(("act", "before"), [("pause", S.APPROVED), ("go_on", PAUSED)])
    def test_only_the_contact_person_of_now(self, town, coordinator, act, before):
        group = in_state(town, before)
        was, now = contact_of(group), group.members.filter(role=MemberRole.MEMBER).first()
        membership.hand_over(member=was, to=now, actor=was.user)
        status = group.status
        for other in (was.user, coordinator):
            with pytest.raises(DomainError, match="contact person"):
                getattr(standing, act)(group=group, actor=other)
        group.refresh_from_db()
        assert group.status == status
        getattr(standing, act)(group=group, actor=now.user)
        group.refresh_from_db()
        assert group.status != status


class TestTheCoordinatorsHear:
    """Of an approved group that stopped without them."""

    @pytest.mark.parametrize("act", ["stop", "everybody leaves"])
    @pytest.mark.parametrize("before", [S.APPROVED, TOO_SMALL, PAUSED])
    def test_that_it_stopped_by_itself(self, town, coordinator, mailed, act, before):
        colleague = factories.staff("coordinator", town)
        factories.staff("viewer", town)
        factories.staff("coordinator", factories.municipality())
        group = in_state(town, before)
        ACTS[act](group, coordinator)
        sent = mailed("groups.stopped_itself")
        assert {mail["to"] for mail in sent} == {coordinator.email, colleague.email}
        assert len(sent) == 2
        assert str(group.pk) in sent[0]["url"]

    @pytest.mark.parametrize(
        ("act", "before"), [("end", S.APPROVED), ("stop", S.FORMING), ("everybody leaves", S.SUBMITTED)]
    )
    def test_not_of_their_own_act_or_before_the_approval(self, town, coordinator, mailed, act, before):
        ACTS[act](in_state(town, before), coordinator)
        assert mailed("groups.stopped_itself") == []

    def test_not_the_one_who_stopped_it(self, town, coordinator, mailed):
        group = in_state(town, S.APPROVED)
        group.members.filter(role=MemberRole.CONTACT).update(user=coordinator)
        standing.stop(group=group, actor=coordinator)
        assert mailed("groups.stopped_itself") == []


class TestStop:
    def test_the_others_hear_it_and_places_become_free(self, town, mailed):
        group = factories.group(town)
        contact = contact_of(group)
        session = TrainingSession.objects.create(
            municipality=town, title="Avond", starts_at=timezone.now() + timedelta(days=3), place="De Enk"
        )
        Attendance.objects.create(municipality=town, session=session, member=contact)
        standing.stop(group=group, actor=contact.user)
        assert len(mailed("groups.stopped")) == 4
        assert contact.user.email not in [mail["to"] for mail in mailed("groups.stopped")]
        assert not Attendance.objects.filter(session=session).exists()
        assert not GroupReview.objects.filter(group=group).exists()

    def test_a_coordinator_writes_to_all(self, town, coordinator, mailed):
        group = factories.group(town)
        with pytest.raises(DomainError, match="few words"):
            standing.stop(group=group, actor=coordinator, message=" ")
        standing.stop(group=group, actor=coordinator, message="Dank jullie wel.")
        assert GroupReview.objects.get(group=group).decision == Decision.CLOSED
        assert len(mailed("groups.stopped")) == 5

    @pytest.mark.parametrize("role", MemberRole.values)
    def test_an_invitation_that_waits_is_not_sent_any_more(self, town, coordinator, role):
        group = factories.group(town)
        invited = group.members.filter(role=MemberRole.MEMBER).first()
        kind = mails.CONFIRM if role == MemberRole.CONTACT else mails.INVITATION
        type(invited).objects.filter(pk=invited.pk).update(
            status=MemberStatus.INVITED, invitation_hash="a" * 64, user=None
        )
        context = {"member_id": str(invited.pk), "link_hash": "a" * 64}
        assert kind.still_wanted(context)
        assert not kind.still_wanted({**context, "link_hash": "b" * 64})
        for state in S:
            SponsorGroup.objects.filter(pk=group.pk).update(
                status=state, stopped_at=timezone.now() if state in STOPPED else None
            )
            assert kind.still_wanted(context) is (state not in STOPPED)

    def test_a_coordinator_in_the_group_leaves_it_to_a_colleague(self, town):
        group = factories.group(town)
        member = group.members.filter(role=MemberRole.MEMBER).first()
        for one in (member, contact_of(group)):
            with pytest.raises(DomainError, match="colleague"):
                standing.stop(group=group, actor=one.user, message="Dag.")
        group.refresh_from_db()
        assert group.status == S.APPROVED

    @pytest.mark.parametrize("status", [MatchStatus.ASKING, MatchStatus.AGREED, MatchStatus.ACTIVE])
    @pytest.mark.parametrize("act", ["pause", "stop", "end"])
    def test_not_while_a_household_counts_on_it(self, town, coordinator, status, act):
        household = factories.household(town, status=HouseholdStatus.READY)
        match = factories.match(factories.group(town), household, status=status)
        with pytest.raises(standing.Taken):
            ACTS[act](match.group, coordinator)
        match.group.refresh_from_db()
        assert match.group.status == S.APPROVED

    @pytest.mark.parametrize("status", [MatchStatus.PROPOSED, MatchStatus.ENDED])
    def test_a_proposal_that_nobody_heard_of_does_not_hold_it(self, town, coordinator, status):
        household = factories.household(town, status=HouseholdStatus.READY)
        match = factories.match(factories.group(town), household, status=status)
        assert ACTS["end"](match.group, coordinator).status == S.CLOSED


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_stopped_twice(self):
        town = factories.municipality()
        group, coordinator = factories.group(town), factories.staff("coordinator", town)
        results = at_once(lambda: ACTS["stop"](group, coordinator), lambda: ACTS["end"](group, coordinator))
        assert sorted(type(result).__name__ for result in results) == ["SponsorGroup", "TransitionRefused"]

    def test_it_pauses_while_a_coordinator_asks_a_household(self):
        from matches.domain.approval import approve as approve_match

        town = factories.municipality()
        household = factories.household(town, status=HouseholdStatus.READY)
        match = factories.match(factories.group(town), household, status=MatchStatus.PROPOSED)
        coordinator = factories.staff("coordinator", town)
        asked, paused = at_once(
            lambda: approve_match(match=match, actor=coordinator),
            lambda: ACTS["pause"](match.group, coordinator),
        )
        # One of the two came first, and the other was told.
        assert isinstance(asked, DomainError) != isinstance(paused, DomainError)

    def test_going_on_twice(self):
        group = in_state(factories.municipality(), PAUSED)
        results = at_once(lambda: ACTS["go on"](group, None), lambda: ACTS["go on"](group, None))
        assert sorted(type(result).__name__ for result in results) == ["SponsorGroup", "TransitionRefused"]
        assert isinstance(next(r for r in results if isinstance(r, DomainError)), TransitionRefused)


def test_a_long_pause_stands_on_the_work_list(town):
    from groups import waiting

    group = in_state(town, PAUSED)

    def lines():
        return [str(line.what) for source in waiting.SOURCES for line in source(town)]

    assert lines() == []
    SponsorGroup.objects.filter(pk=group.pk).update(paused_at=timezone.now() - timedelta(days=91))
    assert lines() == ["Group pauses for a long time"]
