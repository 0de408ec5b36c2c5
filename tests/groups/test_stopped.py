"""A group that stopped takes no part: nobody signs, learns or changes anything in it, and its pages say why."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.domain.agreements import current_version, sign
from groups.domain.contacts import appoint_contact
from groups.domain.emphasis import set_emphasis
from groups.domain.invitations import invite, resend
from groups.domain.registration import change_card
from groups.domain.review import decline
from groups.domain.screening import record_vog_seen
from groups.domain.standing import stop
from groups.domain.training import sign_up
from groups.enums import STOPPED, AgreementKind, GroupStatus, MemberRole, MemberStatus
from groups.models import Attendance, TrainingSession
from samenhier.audit.models import AuditEvent
from samenhier.core.errors import DomainError
from samenhier.notifications.models import OutgoingMessage
from tests import factories
from tests.parallel import at_once

CARD = {"name": "De Lindebuurt", "motivation": "", "part_of_town": "", "max_household": 4}


class World:
    """A group with a contact person, a member and somebody invited; and a training to come."""

    def __init__(self, status):
        self.town = factories.municipality()
        self.group = factories.group(self.town, members=2, ready=False, status=status)
        self.contact = self.group.members.get(role=MemberRole.CONTACT)
        self.other = self.group.members.get(role=MemberRole.MEMBER)
        self.invited = factories.member(
            self.group,
            status=MemberStatus.INVITED,
            ready=False,
            invited_at=timezone.now() - timedelta(days=30),
        )
        self.session = TrainingSession.objects.create(
            municipality=self.town,
            title="Avond",
            starts_at=timezone.now() + timedelta(days=1),
            place="De Enk",
        )
        self.boss = factories.staff("coordinator", self.town)

    def own(self, name, **more):
        return reverse(f"groups:{name}", kwargs={"group": self.group.pk, **more})

    def staff(self, name, **more):
        return self.own(name, slug=self.town.slug, **more)


ACTS = {
    "sign_up": lambda at: sign_up(session=at.session, member=at.other, actor=at.other.user),
    "sign": lambda at: sign(
        member=at.other,
        kind=AgreementKind.STATEMENT,
        version=current_version(AgreementKind.STATEMENT),
        language="nl",
    ),
    "change_card": lambda at: change_card(
        group=at.group, actor=at.contact.user, offers=[], promises=[], child_bands=[], **CARD
    ),
    "set_emphasis": lambda at: set_emphasis(group=at.group, actor=at.contact.user, points={"goals": 5}),
    "appoint_contact": lambda at: appoint_contact(group=at.group, to=at.other, actor=at.boss),
    "record_vog_seen": lambda at: record_vog_seen(
        member=at.other, seen_on=timezone.localdate(), actor=at.boss
    ),
    "invite": lambda at: invite(
        group=at.group, name="Farid", email="farid@voorbeeld.example", actor=at.contact.user
    ),
    "resend": lambda at: resend(member=at.invited, actor=at.contact.user),
}
#: The address, what is typed, and whether a coordinator does it.
PAGES = {
    "sign_up": lambda at: (at.own("sign_up", session=at.session.pk), {}, False),
    "sign": lambda at: (
        at.own("statement"),
        {"version": current_version(AgreementKind.STATEMENT), "agree": "on"},
        False,
    ),
    "change_card": lambda at: (at.own("card"), {**CARD, "offers": ["dutch"]}, False),
    "set_emphasis": lambda at: (at.own("emphasis"), {"goals": "5"}, False),
    "appoint_contact": lambda at: (at.staff("contact"), {"to": str(at.other.pk)}, True),
    "record_vog_seen": lambda at: (
        at.staff("vog", member=at.other.pk),
        dict(zip(("seen_on_2", "seen_on_1", "seen_on_0"), str(timezone.localdate()).split("-"), strict=True)),
        True,
    ),
    "invite": lambda at: (at.own("invite"), {"name": "Farid", "email": "farid@voorbeeld.example"}, False),
    "resend": lambda at: (at.own("resend", member=at.invited.pk), {}, False),
}
WORDS = ("This group has stopped.", "This group no longer takes new people.")


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("status", STOPPED)
def test_an_act_is_refused(act, status):
    at = World(status)
    with pytest.raises(DomainError) as refusal:
        act(at)
    assert str(refusal.value) in WORDS
    assert not AuditEvent.objects.exists()
    assert not OutgoingMessage.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_the_same_act_in_a_group_on_its_way(act):
    act(World(GroupStatus.FORMING))
    assert AuditEvent.objects.exists()


def post(client, at, page):
    address, typed, by_coordinator = page(at)
    client.force_login(at.boss if by_coordinator else at.contact.user)
    client.cookies["django_language"] = "en"
    assert "<h1" in client.get(address, follow=True).content.decode()
    return client.post(address, typed, follow=True)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("status", STOPPED)
def test_a_page_says_why(client, page, status):
    answer = post(client, World(status), page)
    assert answer.status_code in (200, 409)
    assert any(words in answer.content.decode() for words in WORDS)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_the_same_page_of_a_group_on_its_way(client, page):
    assert post(client, World(GroupStatus.FORMING), page).status_code == 200
    assert AuditEvent.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("status", [GroupStatus.FORMING, *STOPPED])
def test_pages_offer_nothing_in_a_group_that_stopped(client, status):
    at = World(status)
    offered = status == GroupStatus.FORMING
    client.force_login(at.contact.user)
    client.cookies["django_language"] = "en"
    page = client.get(at.own("own")).content.decode()
    for link in (
        at.own("resend", member=at.invited.pk),
        at.own("revoke", member=at.invited.pk),
        at.own("training"),
        at.own("card"),
        at.own("emphasis"),
    ):
        assert (link in page) is offered, link
    assert ("Read and sign" in page) is offered
    assert ("I will come" in client.get(at.own("training")).content.decode()) is offered
    assert ('name="version"' in client.get(at.own("statement")).content.decode()) is offered
    client.force_login(at.boss)
    page = client.get(at.staff("review")).content.decode()
    for link in (at.staff("vog", member=at.other.pk), at.staff("contact")):
        assert (link in page) is offered, link


@pytest.mark.django_db
def test_a_no_of_the_coordinator_gives_places_at_a_training_back():
    at = World(GroupStatus.SUBMITTED)
    ACTS["sign_up"](at)
    neighbour = factories.group(at.town, members=1, ready=False).members.get()
    sign_up(session=at.session, member=neighbour, actor=neighbour.user)
    decline(group=at.group, actor=at.boss, message="Nu niet.")
    assert Attendance.objects.get().member == neighbour


@pytest.mark.django_db(transaction=True)
def test_stopping_and_signing_up_at_once_leaves_no_place():
    at = World(GroupStatus.APPROVED)
    stopped, signed = at_once(
        lambda: stop(group=at.group, actor=at.contact.user), lambda: ACTS["sign_up"](at)
    )
    assert stopped.status == GroupStatus.CLOSED
    assert isinstance(signed, (Attendance, DomainError))
    assert not Attendance.objects.exists()
