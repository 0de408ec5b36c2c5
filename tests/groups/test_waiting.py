"""The work list of a coordinator: every line once."""

from datetime import timedelta

from django.utils import timezone

from groups import waiting
from groups.enums import GroupStatus
from groups.models import Attendance, Screening, TrainingSession
from tests import factories


def lines(town):
    return [
        (str(line.what), line.who, str(line.action))
        for source in waiting.SOURCES
        for line in source(town)
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
        ("Training without attendance", "Avond", "Write down who came"),
        ("VOG to see", "De Brug, 3 members", "Record"),
        ("VOG to show again", f"{soon.name}, Het Plein", "Record"),
    ]
    town.policy.vog_required = False
    town.policy.save()
    assert len(lines(town)) == 3
