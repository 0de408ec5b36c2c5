"""The work list of a coordinator: every line once."""

from datetime import timedelta

from django.utils import timezone

from groups import waiting
from groups.domain.agreements import current_version, sign
from groups.domain.invitations import accept_invitation, invite
from groups.domain.screening import record_vog_seen
from groups.domain.training import cancel_session, plan_session, sign_up
from groups.enums import AgreementKind, GroupStatus
from groups.models import Attendance, Screening, TrainingSession
from tests import factories


def lines(town):
    return [
        (str(line.what), line.who, str(line.action)) for source in waiting.SOURCES for line in source(town)
    ]


def test_each_line_once(town):
    other = factories.municipality()
    factories.group(other, status=GroupStatus.SUBMITTED)
    assert lines(town) == []
    group = factories.group(
        town, members=5, status=GroupStatus.SUBMITTED, name="De Lindebuurt", visit_at=None
    )
    factories.group(town, members=2, status=GroupStatus.ON_HOLD, name="De Singel", approved_at=timezone.now())
    factories.group(town, members=3, ready=False, status=GroupStatus.FORMING, name="De Brug")
    approved = factories.group(town, members=5, name="Het Plein")
    soon = approved.members.first()
    Screening.objects.filter(member=soon).update(renew_after=timezone.localdate() + timedelta(days=3))
    session = TrainingSession.objects.create(
        municipality=town, title="Avond", starts_at=timezone.now() - timedelta(days=1), place="De Enk"
    )
    Attendance.objects.create(municipality=town, session=session, member=group.members.first())
    assert sorted(lines(town)) == [
        ("Group asks for approval", "De Lindebuurt, 5 members", "Plan a visit"),
        ("Group became too small", "De Singel, 2 members", "Look at it together"),
        ("Training to plan", "De Brug", "Plan a training"),
        ("Training without attendance", "Avond", "Write down who came"),
        ("VOG to see", "De Brug, 3 members", "Record"),
        ("VOG to show again", f"{soon.name}, Het Plein", "Record"),
    ]
    TrainingSession.objects.update(cancelled_at=timezone.now(), cancel_reason="ziek")
    assert "Training without attendance" not in [what for what, _who, _action in lines(town)]
    TrainingSession.objects.update(cancelled_at=None)
    town.policy.training_required = False
    town.policy.vog_required = False
    town.policy.save()
    assert len(lines(town)) == 3


def vog_lines(town):
    return [line[1] for line in lines(town) if line[0] == "VOG to see"]


def test_who_joins_an_approved_group_still_shows_a_vog(town, token_for):
    group = factories.group(town, members=5, name="Het Plein")
    invite(group=group, name="Nieuw", email="nieuw@voorbeeld.example", actor=factories.user())
    assert vog_lines(town) == []
    member = accept_invitation(
        token=token_for("nieuw@voorbeeld.example"), user=None, old_enough=True, dutch="yes"
    )
    assert vog_lines(town) == ["Het Plein, 1 member"]
    type(group).objects.filter(pk=group.pk).update(status=GroupStatus.ON_HOLD)
    assert vog_lines(town) == ["Het Plein, 1 member"]
    record_vog_seen(member=member, seen_on=timezone.localdate(), actor=factories.user())
    assert vog_lines(town) == []


def test_who_was_approved_before_the_town_asked_a_vog_still_shows_one(town):
    town.policy.vog_required = False
    town.policy.save()
    group = factories.group(town, members=3, name="Het Plein")
    factories.group(town, members=3, name="De Singel")
    stopped = factories.group(town, members=3, status=GroupStatus.CLOSED, name="De Brug")
    Screening.objects.filter(member__group__in=[group, stopped]).delete()
    assert vog_lines(town) == []
    town.policy.vog_required = True
    town.policy.save()
    assert vog_lines(town) == ["Het Plein, 3 members"]
    for member in group.members.all():
        record_vog_seen(member=member, seen_on=timezone.localdate(), actor=factories.user())
    assert vog_lines(town) == []


def test_who_joins_an_approved_group_still_signs_and_follows_a_training(town, token_for):
    def to_follow():
        return [(who, action) for what, who, action in lines(town) if what == "Newer member, not ready yet"]

    group = factories.group(town, members=5, name="Het Plein")
    type(group).objects.filter(pk=group.pk).update(approved_at=timezone.now())
    invite(group=group, name="Nieuw", email="nieuw@voorbeeld.example", actor=factories.user())
    # Who was there at the approval did what was asked then: also when the town asks a training since.
    Attendance.objects.all().delete()
    assert to_follow() == []
    member = accept_invitation(
        token=token_for("nieuw@voorbeeld.example"), user=None, old_enough=True, dutch="yes"
    )
    assert to_follow() == [("Het Plein, 1 member", "See what is missing")]
    for kind in AgreementKind:
        assert len(to_follow()) == 1
        sign(member=member, kind=kind, version=current_version(kind), language="nl")
    assert len(to_follow()) == 1
    for status, number in ((GroupStatus.ON_HOLD, 1), (GroupStatus.CLOSED, 0), (GroupStatus.APPROVED, 1)):
        type(group).objects.filter(pk=group.pk).update(status=status)
        assert len(to_follow()) == number
    soon = timezone.now() + timedelta(days=3)
    session = plan_session(
        municipality=town, title="Avond", starts_at=soon, place="De Enk", seats=9, actor=factories.user()
    )
    booked = sign_up(session=session, member=member, actor=member.user)
    assert to_follow() == []
    TrainingSession.objects.update(starts_at=timezone.now() - timedelta(days=1))
    assert len(to_follow()) == 1
    Attendance.objects.filter(pk=booked.pk).update(attended=False)
    assert len(to_follow()) == 1
    Attendance.objects.filter(pk=booked.pk).update(attended=True)
    assert to_follow() == []
    Attendance.objects.all().delete()
    town.policy.training_required = False
    town.policy.save()
    assert to_follow() == []


def test_a_vog_that_ran_out_on_the_way_is_shown_again(town):
    group = factories.group(town, members=1, status=GroupStatus.FORMING, name="De Brug")
    assert "VOG to show again" not in [what for what, _who, _action in lines(town)]
    Screening.objects.update(renew_after=timezone.localdate() - timedelta(days=1))
    assert ("VOG to show again", f"{group.members.get().name}, De Brug", "Record") in lines(town)


def test_a_training_is_to_plan_when_no_place_is_free(town):
    def to_plan():
        return [who for what, who, _action in lines(town) if what == "Training to plan"]

    member = factories.group(
        town, members=1, ready=False, status=GroupStatus.FORMING, name="De Brug"
    ).members.get()
    assert to_plan() == ["De Brug"]
    factories.group(town, members=1, ready=False, status=GroupStatus.SUBMITTED)
    assert to_plan() == ["2 groups"]
    session = plan_session(
        municipality=town,
        title="Avond",
        starts_at=timezone.now() + timedelta(days=3),
        place="De Enk",
        seats=1,
        actor=factories.user(),
    )
    assert to_plan() == []
    sign_up(session=session, member=member, actor=member.user)
    # The only place is taken: the other group still waits for one.
    assert len(to_plan()) == 1
    assert to_plan() != ["De Brug"]
    cancel_session(session=session, reason="ziek", actor=factories.user())
    assert to_plan() == ["2 groups"]
