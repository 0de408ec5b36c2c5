"""The pages on which a group pauses, goes on and stops."""

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.enums import GroupStatus, MemberRole
from groups.models import GroupReview
from matches.enums import MatchStatus
from newcomers.enums import HouseholdStatus
from tests import factories


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def group(town):
    return factories.group(town, name="De Lindebuurt")


@pytest.fixture
def contact(group, client):
    person = group.members.get(role=MemberRole.CONTACT).user
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return person


def own(name, group):
    return reverse(f"groups:{name}", kwargs={"group": group.pk})


def end(group):
    return reverse("groups:end", kwargs={"slug": group.municipality.slug, "group": group.pk})


def status_of(group):
    group.refresh_from_db()
    return group.status


def asked(group):
    household = factories.household(group.municipality, status=HouseholdStatus.READY)
    return factories.match(group, household, status=MatchStatus.ASKING)


def test_a_pause_and_back(client, group, contact):
    assert own("pause", group) in client.get(own("own", group)).content.decode()
    assert client.get(own("go_on", group)).status_code == 404
    page = client.post(own("pause", group), follow=True).content.decode()
    assert "Your group has paused." in page
    assert "Until you go on, you get no proposal" in page
    assert own("go_on", group) in page
    assert own("pause", group) not in page
    assert status_of(group) == GroupStatus.ON_HOLD
    # Pressed twice.
    assert "Reload the page" in client.post(own("pause", group), follow=True).content.decode()
    page = client.post(own("go_on", group), follow=True).content.decode()
    assert "Your group takes part again." in page
    assert status_of(group) == GroupStatus.APPROVED


def test_a_pause_after_which_too_few_are_left(client, town):
    group = factories.group(town, members=2, status=GroupStatus.ON_HOLD, paused_at=timezone.now())
    client.force_login(group.members.get(role=MemberRole.CONTACT).user)
    assert "too small now" in client.post(own("go_on", group), follow=True).content.decode()
    assert status_of(group) == GroupStatus.ON_HOLD


def test_stopping(client, group, contact):
    page = client.get(own("stop", group)).content.decode()
    assert "4 weeks" in page
    assert own("leave", group) in page
    page = client.post(own("stop", group), follow=True).content.decode()
    assert "Your group has stopped." in page
    assert own("stop", group) not in page
    assert own("card", group) not in page
    assert status_of(group) == GroupStatus.CLOSED
    assert client.get(own("stop", group)).status_code == 404
    assert "Reload the page" in client.post(own("stop", group), follow=True).content.decode()


@pytest.mark.parametrize("name", ["pause", "stop"])
def test_a_household_counts_on_them(client, group, contact, name):
    asked(group)
    page = client.get(own(name, group))
    assert "A household counts on your group now" in page.content.decode()
    assert "<form" not in page.content.decode().partition("<main")[2].partition("</main")[0]
    assert client.post(own(name, group)).status_code == 409
    assert status_of(group) == GroupStatus.APPROVED


def test_only_the_contact_person(client, group):
    client.force_login(group.members.filter(role=MemberRole.MEMBER).first().user)
    for name in ("pause", "stop"):
        assert client.get(own(name, group)).status_code == 403
        assert own(name, group) not in client.get(own("own", group)).content.decode()


class TestCoordinator:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, town):
        client.force_login(factories.staff("coordinator", town))
        client.cookies["django_language"] = "en"

    def test_ends_a_group_with_words(self, client, group):
        assert end(group) in client.get(end(group).removesuffix("stoppen/")).content.decode()
        assert "Thank you for what you did as a group" in client.get(end(group)).content.decode()
        assert "Write a few words" in client.post(end(group), {"message": " "}).content.decode()
        page = client.post(end(group), {"message": "Tot later, en dank."}, follow=True).content.decode()
        assert "The group has stopped." in page
        assert "Tot later, en dank." in page
        assert end(group) not in page
        assert status_of(group) == GroupStatus.CLOSED

    def test_the_members_read_the_words(self, client, group):
        client.post(end(group), {"message": "Tot later, en dank."})
        client.force_login(group.members.first().user)
        assert "Tot later, en dank." in client.get(own("own", group)).content.decode()

    def test_not_with_a_match(self, client, group):
        asked(group)
        assert "It has a match that is not over" in client.get(end(group)).content.decode()
        page = client.post(end(group), {"message": "Tot later, en dank."})
        assert page.status_code == 409
        assert "Tot later, en dank." in page.content.decode()  # nothing typed is lost
        assert (status_of(group), GroupReview.objects.count()) == (GroupStatus.APPROVED, 0)

    def test_sees_a_pause(self, client, group):
        type(group).objects.update(status=GroupStatus.ON_HOLD, paused_at=timezone.now())
        assert "The group has paused" in client.get(end(group).removesuffix("stoppen/")).content.decode()
