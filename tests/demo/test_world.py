"""The practice world: big enough, people in every stage, and mail within the first minute."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from groups.enums import GroupStatus, MemberStatus
from groups.models import GroupMember, SponsorGroup
from matches.domain.checkins import sweep_due
from matches.enums import CheckInStatus, MatchStatus
from matches.models import CheckIn, Match
from municipalities.models import Municipality
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.demo import cast, load
from samenhier.demo.towns import DOMAIN
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice_world():
    load.load()
    load.propose()


def states(rows, field: str = "status") -> set[str]:
    return set(rows.objects.values_list(field, flat=True))


def test_the_world_is_as_large_and_as_varied_as_promised(practice_world):
    towns = Municipality.objects.annotate(groups=Count("pk"))
    assert len(towns) == 5
    sizes = sorted(SponsorGroup.objects.filter(municipality=town).count() for town in towns)
    assert sizes[0] == 0
    assert sizes[-1] > 2 * sizes[1]
    assert SponsorGroup.objects.count() >= 40
    assert Household.objects.count() >= 60
    assert states(SponsorGroup) >= set(GroupStatus) - {GroupStatus.CLOSED}
    assert states(GroupMember) >= {MemberStatus.INVITED, MemberStatus.ACCEPTED}
    assert states(Household) == set(HouseholdStatus)
    assert states(Match) >= set(MatchStatus) - {MatchStatus.WITHDRAWN}
    assert states(CheckIn) == set(CheckInStatus)
    assert not User.objects.exclude(email__endswith=f"@{DOMAIN}").exists()


def test_there_is_a_year_behind_it(practice_world):
    first = Match.objects.order_by("created_at").first()
    assert timezone.now() - first.created_at > timedelta(days=360)


def test_reminders_fall_due_within_the_first_minute_once_each(practice_world):
    before, soon = timezone.now() - timedelta(seconds=1), timezone.now() + timedelta(seconds=60)
    late_already = sweep_due(before).reminded
    due = sweep_due(soon).reminded
    assert late_already == 0
    assert due >= 6
    assert sweep_due(soon).reminded == 0


def test_it_is_loaded_once_and_always_the_same(practice_world):
    assert load.is_loaded()
    names = sorted(Household.objects.values_list("municipality__slug", "code_name", "status"))
    Match.objects.all().delete()
    assert names == sorted(Household.objects.values_list("municipality__slug", "code_name", "status"))
    assert ("lindestad", "Linde-1", "registered") in names


def test_every_step_has_somebody_and_opens(practice_world, client):
    steps = cast.steps()
    assert len(steps) >= 10
    for step in steps[1:]:
        assert step.person is not None, str(step.title)
        answer = client.post(
            reverse("demo:sign_in"), {"person": step.person.email, "next": step.url}, follow=True
        )
        assert answer.status_code == 200, str(step.title)
        assert answer.request["PATH_INFO"] == step.url


def test_signing_in_with_one_click_is_for_invented_people_only(client):
    real = make.user(email="echt@mens.example")
    assert client.post(reverse("demo:sign_in"), {"person": real.email, "next": "/"}).status_code == 404
    assert "_auth_user_id" not in client.session
    invented = make.user(email=f"bedacht@{DOMAIN}")
    answer = client.post(
        reverse("demo:sign_in"), {"person": invented.email, "next": "https://elders.example/"}
    )
    assert answer.url == "/"
    assert client.session["_auth_user_id"] == str(invented.pk)


def test_the_inbox_shows_what_was_caught(client, smtp_inbox):
    key = smtp_inbox.add(
        b"Subject: Welkom\r\nDate: Tue, 24 Nov 2026 09:00:00 +0100\r\n\r\nZie https://samenhier.example/x <b>\r\n",
        sender="a@oefen.example",
        recipients=["noor@oefen.example"],
    )
    assert settings.DEMO
    assert "Welkom" in client.get(reverse("demo:inbox")).content.decode()
    letter = client.get(reverse("demo:letter", kwargs={"key": key})).content.decode()
    assert 'href="https://samenhier.example/x"' in letter
    assert "<b>" not in letter
    assert client.get(reverse("demo:letter", kwargs={"key": "bestaat-niet"})).status_code == 404
