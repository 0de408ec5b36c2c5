"""The practice world in every state: one group, household and match of each, as each side sees it; lists; figures."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from groups.enums import GroupStatus, MemberRole
from groups.models import GroupMember, SponsorGroup
from matches.enums import MatchStatus, Side
from matches.models import CheckIn, Match
from municipalities.enums import StaffRole
from municipalities.models import StaffMembership
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.accounts.models import User
from samenhier.demo import load
from samenhier.demo.shots import shots

from .stage import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def practice_world(stage, module_rows):
    with module_rows():
        load.load()
        load.propose()


class Readers:
    """Who opens what: addresses by person and language."""

    def __init__(self) -> None:
        self.found: dict[tuple[User | None, str], list[str]] = {}

    def add(self, user: User | None, language: str, name: str, /, query: str = "", **kwargs: object) -> None:
        self.found.setdefault((user, language), []).append(reverse(name, kwargs=kwargs) + query)


def pictures(readers: Readers) -> None:
    """The pages in docs/screenshots."""
    for shot in shots():
        readers.found.setdefault((shot.person, shot.language), []).append(shot.path)


def groups(readers: Readers) -> None:
    for status in GroupStatus:
        group = SponsorGroup.objects.filter(status=status).select_related("municipality").first()
        if group is None:
            continue
        slug = group.municipality.slug
        readers.add(_coordinator(group), "nl", "groups:review", slug=slug, group=group.pk)
        if contact := _contact(group):
            readers.add(contact, "nl", "groups:own", group=group.pk)
            readers.add(contact, "nl", "matches:home")


def households(readers: Readers) -> None:
    for status in HouseholdStatus:
        rows = Household.objects.filter(status=status).select_related("municipality", "user")
        household = rows.order_by("user").first()
        if household is None:
            continue
        here = {"slug": household.municipality.slug, "household": household.pk}
        readers.add(_coordinator(household), "nl", "newcomers:detail", **here)
        if household.user is not None:
            readers.add(household.user, "ar", "newcomers:own")


def matches(readers: Readers) -> None:
    for status in MatchStatus:
        match = Match.objects.filter(status=status, household__user__isnull=False).first()
        if match is None:
            continue
        readers.add(_coordinator(match), "nl", "matches:detail", slug=match.municipality.slug, match=match.pk)
        if match.approved_at is None:  # the two sides do not know of it
            continue
        readers.add(match.household.user, "ar", "matches:own", match=match.pk)
        contact = _contact(match.group)
        if contact:
            readers.add(contact, "nl", "matches:own", match=match.pk)
        for check_in in CheckIn.objects.filter(match=match).order_by("side", "due_on")[:8]:
            if check_in.side == Side.HOUSEHOLD:
                readers.add(match.household.user, "ar", "matches:check_in", check_in=check_in.pk)
            elif contact:
                readers.add(contact, "nl", "matches:check_in", check_in=check_in.pk)


def lists(readers: Readers) -> None:
    group = SponsorGroup.objects.select_related("municipality").first()
    coordinator, slug = _coordinator(group), group.municipality.slug
    for name in (
        *("matches:workbench", "matches:list", "matches:check_ins", "matches:contact_requests"),
        *("groups:list", "groups:sessions", "newcomers:list", "municipalities:team"),
    ):
        readers.add(coordinator, "nl", name, slug=slug)
    for which in ("late", "coming", "answered"):
        readers.add(coordinator, "nl", "matches:check_ins", f"?welke={which}", slug=slug)
    readers.add(None, "nl", "demo:try")


@pytest.mark.parametrize("part", [pictures, groups, households, matches, lists])
def test_the_practice_world_in_every_state(practice_world, stage, part):
    readers = Readers()
    part(readers)
    assert readers.found
    faults: list[str] = []
    for (user, language), addresses in readers.found.items():
        visitor = Visitor(stage, language, user)
        for address in dict.fromkeys(addresses):
            visitor.go(address)
        faults += visitor.faults
    assert not faults, "\n".join(faults)


def test_twelve_pages_can_be_pictured(practice_world):
    answers = {}
    for shot in shots():
        client = Client()
        if shot.person is not None:
            client.force_login(shot.person)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = shot.language
        answers[shot.name] = client.get(shot.path).status_code
    assert len(answers) == 12
    assert set(answers.values()) == {200}, answers


def _coordinator(row):
    memberships = StaffMembership.objects.active().filter(role=StaffRole.COORDINATOR)
    return memberships.filter(municipality=row.municipality_id).order_by("created_at").first().user


def _contact(group):
    contact = GroupMember.objects.present().filter(group=group, role=MemberRole.CONTACT).first()
    return contact.user if contact else None
