"""A coordinator chooses another contact person, when the present one does not answer."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from groups.domain.contacts import appoint_contact
from groups.enums import GroupStatus, MemberRole, MemberStatus
from groups.models import GroupMember, SponsorGroup
from municipalities import worklist
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import Conflict
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once


@pytest.fixture
def town(db):
    return factories.municipality()


@pytest.fixture
def coordinator(town):
    return factories.staff("coordinator", town)


@pytest.fixture
def silent(town):
    """A group whose contact person never answered; two others said yes."""
    group = factories.group(town, members=3, status=GroupStatus.FORMING, ready=False)
    group.members.filter(role=MemberRole.CONTACT).update(status=MemberStatus.INVITED, user=None)
    SponsorGroup.objects.filter(pk=group.pk).update(created_at=timezone.now() - timedelta(days=8))
    group.refresh_from_db()
    return group


def others(group):
    return list(group.members.present().order_by("pk"))


def test_another_member_takes_over_and_hears_of_it(silent, coordinator):
    chosen = others(silent)[0]
    appoint_contact(group=silent, to=chosen, actor=coordinator)
    assert silent.members.get(role=MemberRole.CONTACT) == chosen
    mail = OutgoingMessage.objects.get(kind="groups.now_contact")
    assert mail.recipient_id == chosen.user_id
    assert AuditEvent.objects.get(action="member.became_contact").actor_id == coordinator.pk


def test_only_somebody_who_said_yes_and_is_not_the_contact_person_yet(silent, coordinator):
    invited = silent.members.get(status=MemberStatus.INVITED)
    stranger = factories.group(silent.municipality, members=2).members.first()
    chosen = others(silent)[0]
    for wrong in (invited, stranger):
        with pytest.raises(Conflict):
            appoint_contact(group=silent, to=wrong, actor=coordinator)
    appoint_contact(group=silent, to=chosen, actor=coordinator)
    with pytest.raises(Conflict):
        appoint_contact(group=silent, to=chosen, actor=coordinator)


def test_the_page(silent, coordinator):
    client = Client()
    client.force_login(coordinator)
    page = reverse("groups:contact", kwargs={"slug": silent.municipality.slug, "group": silent.pk})
    assert (
        page
        in client.get(
            reverse("groups:review", kwargs={"slug": silent.municipality.slug, "group": silent.pk})
        ).content.decode()
    )
    empty = client.post(page, {})
    assert "Kies iemand die ja heeft gezegd tegen de groep." in empty.content.decode()
    chosen = others(silent)[1]
    done = client.post(page, {"to": str(chosen.pk)})
    assert done.status_code == 302
    chosen.refresh_from_db()
    assert chosen.is_contact


def test_it_stands_on_the_work_list_after_a_week(silent, coordinator, town):
    def told():
        return [
            line
            for line in worklist.lines(coordinator, town)
            if line.who == silent.name and "contact" in line.url
        ]

    assert len(told()) == 1
    SponsorGroup.objects.filter(pk=silent.pk).update(created_at=timezone.now() - timedelta(days=6))
    assert told() == []
    SponsorGroup.objects.filter(pk=silent.pk).update(created_at=timezone.now() - timedelta(days=8))
    appoint_contact(group=silent, to=others(silent)[0], actor=coordinator)
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_leave_one_contact_person():
    town = factories.municipality()
    group = factories.group(town, members=4, status=GroupStatus.FORMING)
    boss = factories.staff("coordinator", town)
    first, second = [one for one in others(group) if not one.is_contact][:2]
    at_once(
        lambda: appoint_contact(group=group, to=first, actor=boss),
        lambda: appoint_contact(group=group, to=second, actor=boss),
    )
    assert GroupMember.objects.filter(group=group, role=MemberRole.CONTACT).count() == 1
