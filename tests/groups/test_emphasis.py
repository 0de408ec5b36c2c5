"""What matters most to a group, and what it asks of a household."""

import pytest
from django.urls import reverse

from groups.domain.registration import change_card
from groups.enums import MemberRole
from groups.models import SponsorGroup
from samenhier.audit.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def group(town):
    return factories.group(town)


def fresh(group) -> SponsorGroup:
    return SponsorGroup.objects.get(pk=group.pk)


def address(name, group):
    return reverse(f"groups:{name}", kwargs={"group": group.pk})


def test_the_contact_person_gives_the_points_of_the_group(client, group):
    contact = group.members.get(role=MemberRole.CONTACT).user
    client.force_login(contact)
    assert client.post(address("emphasis", group), {"goals": "5", "place": "5"}).status_code == 302
    assert fresh(group).emphasis == {"goals": 5, "place": 5}
    refused = client.post(address("emphasis", group), {"goals": "5", "place": "5", "children": "2"})
    page = refused.content.decode()
    assert refused.status_code == 200
    assert "You gave 12 points. Give 2 fewer." in page
    assert page.count('value="5" selected') == 2
    assert fresh(group).emphasis == {"goals": 5, "place": 5}
    for typed in ({"goals": "-1"}, {"goals": "11"}, {"goals": "veel"}):
        assert client.post(address("emphasis", group), typed).status_code == 200
    assert fresh(group).emphasis == {"goals": 5, "place": 5}
    (event,) = AuditEvent.objects.filter(action="group.emphasis_set")
    assert (event.actor_id, event.fields) == (contact.pk, ["emphasis"])


def test_other_members_and_other_people_give_none(client, group, town):
    member = group.members.filter(role=MemberRole.MEMBER).first().user
    client.force_login(member)
    assert client.post(address("emphasis", group), {"goals": "5"}).status_code == 403
    for person in (factories.staff("coordinator", town), factories.user()):
        client.force_login(person)
        assert client.post(address("emphasis", group), {"goals": "5"}).status_code == 404
    assert fresh(group).emphasis == {}


def test_the_card_takes_what_the_group_asks_and_the_children_of_its_members(client, group, town):
    client.force_login(group.members.get(role=MemberRole.CONTACT).user)
    card = {
        "name": "De Lindebuurt",
        "offers": ["dutch"],
        "max_household": "4",
        "own_child_bands": ["4-11"],
        "wishes": ["evenings_only"],
        "would_like": ["near", "evenings_only"],
    }
    assert client.post(address("card", group), card).status_code == 302
    row = fresh(group)
    assert (row.own_child_bands, row.wishes, row.would_like) == (["4-11"], ["evenings_only"], ["near"])
    # Nothing that would ask for a trait of people.
    assert client.post(address("card", group), {**card, "wishes": ["women_only"]}).status_code == 200
    change_card(
        group=row, actor=group.members.first().user, name="X", motivation="", part_of_town="", offers=[],
        promises=[], max_household=4, child_bands=[], wishes=["women_only", "near"],
    )  # fmt: skip
    assert fresh(group).wishes == ["near"]


def test_the_coordinator_reads_it_and_a_newcomer_does_not(client, group, town):
    SponsorGroup.objects.filter(pk=group.pk).update(
        emphasis={"goals": 4}, wishes=["evenings_only"], own_child_bands=["12-17"]
    )
    client.force_login(factories.staff("coordinator", town))
    page = client.get(
        reverse("groups:review", kwargs={"slug": town.slug, "group": group.pk})
    ).content.decode()
    assert "what they would like and what the group can do: 4 points" in page
    assert "only evenings and weekends" in page
