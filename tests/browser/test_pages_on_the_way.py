"""Pages that stand on somebody's way, or look different in another state: judged like all others."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page

from groups.domain.invitations import invite
from groups.enums import GroupStatus, MemberRole
from groups.models import GroupMember, SponsorGroup
from matches.enums import MatchStatus, Side
from matches.models import CheckIn, Match
from municipalities.enums import StaffRole
from municipalities.models import StaffMembership
from newcomers.enums import HouseholdStatus
from newcomers.models import Household
from samenhier.core.crypto import unseal_json
from samenhier.demo import load
from samenhier.demo.shots import shots
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make

from .judges import judge

pytestmark = pytest.mark.django_db(transaction=True)

BUTTON = "main form button.nl-button--primary"


class Walk:
    """One browser that goes from page to page, and what was wrong on the way."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language
        self.faults: list[str] = []

    def go(self, address: str, status: int = 200) -> None:
        response = self.page.goto(address)
        assert response is not None
        if response.status != status:
            self.faults.append(f"{address} answers {response.status}")
        self.look(response.text())

    def press(self, selector: str = BUTTON) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def look(self, html: str = "") -> None:
        """Judge this page. Without the server's text, what the browser made of it: a POST cannot be read again."""
        found = judge(self.page, html or self.page.content(), self.language)
        self.faults += [f"{self.page.url} ({self.language}): {fault}" for fault in found]

    def tick(self, name: str, value: str = "") -> None:
        self.page.locator(f"main [name='{name}']{f'[value={value}]' if value else ''}").first.check()

    def write(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"main [name='{name.replace('__', '-')}']", value)


@pytest.fixture
def walk(visit):
    """Start a walk; at the end nothing may have been wrong."""
    walks: list[Walk] = []

    def start(language="nl", **options):
        walks.append(Walk(visit(language=language, **options).new_page(), language))
        return walks[-1]

    yield start
    faults = [fault for one in walks for fault in one.faults]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_registering_with_every_mistake(walk, language):
    cache.clear()
    town = make.municipality()
    visitor = walk(language)
    visitor.go(reverse("groups:register", kwargs={"step": "gemeente"}))
    visitor.press()
    visitor.tick("municipality", town.slug)
    visitor.press()
    visitor.press()
    visitor.write(name="De Lindebuurt")
    visitor.press()
    visitor.press()
    visitor.write(contact_name="Marieke", contact_email="marieke@voorbeeld.example")
    visitor.press()
    visitor.write(leden__0__name="Bram")
    visitor.press()
    visitor.write(leden__0__email="bram@voorbeeld.example")
    visitor.press()
    visitor.press()
    visitor.tick("offers")
    visitor.press()
    visitor.write(max_household="honderd")
    visitor.press()
    visitor.write(max_household="4")
    visitor.press()
    visitor.press()
    visitor.press()
    assert visitor.page.url.endswith(reverse("groups:register_check"))
    visitor.go(reverse("groups:draft_save"))
    visitor.press()
    visitor.go(reverse("groups:register_check"))
    visitor.press()
    assert visitor.page.url.endswith(reverse("groups:registered"))


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_answering_an_invitation(walk, language):
    cache.clear()
    group = make.group(make.municipality(), members=1, status=GroupStatus.FORMING)
    links = []
    for name in ("Bram", "Tom"):
        invite(group=group, name=name, email=f"{name.lower()}@voorbeeld.example", actor=None)
        letter = OutgoingMessage.objects.filter(kind="groups.invitation").order_by("created_at").last()
        links.append(unseal_json(letter.sealed)["context"]["url"])
    bram, tom = walk(language), walk(language)

    bram.go(links[0])
    bram.go(reverse("groups:answer", kwargs={"step": "leeftijd"}))
    bram.press()
    bram.tick("adult", "yes")
    bram.press()
    bram.press()
    bram.tick("dutch", "yes")
    bram.press()
    bram.page.select_option("[name=talen-0-code]", "eng")
    bram.press()
    bram.page.select_option("[name=talen-0-level]", "fluent")
    bram.press()
    bram.press()
    bram.tick("interests")
    bram.press()
    bram.press()
    bram.tick("availability")
    bram.press()
    bram.write(phone="geen")
    bram.press()
    bram.write(phone="0612345678")
    bram.press()
    assert bram.page.url.endswith(reverse("groups:answer_check"))
    bram.press()
    for _text in range(2):
        bram.press()
        bram.tick("agree")
        bram.press()
    assert bram.page.url.endswith(reverse("groups:own", kwargs={"group": group.pk}))

    tom.go(links[1])
    tom.go(reverse("groups:invitation_no"))
    tom.press("main form button[type=submit]")


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_pages_that_are_not_there(walk, language):
    town = make.municipality()
    walk(language).go("/bestaat-niet/", status=404)
    viewer = walk(language, user=make.staff(StaffRole.VIEWER, town))
    viewer.go(reverse("municipalities:worklist", kwargs={"slug": town.slug}), status=403)


@pytest.mark.timeout(600)
def test_the_practice_world_in_every_state(visit):
    """One group, household and match of each state, as each side sees it; long lists; figures."""
    load.load()
    load.propose()
    faults: list[str] = []
    for user, language, addresses in _readers():
        context = visit(user=user, language=language)
        walk = Walk(context.new_page(), language)
        for address in dict.fromkeys(addresses):
            walk.go(address)
        context.close()
        faults += walk.faults
    assert not faults, "\n".join(faults)


def _readers():
    """(person, language, addresses): the pages of the pictures, and those of each state."""
    found = {}

    def add(user, language, name, /, **kwargs):
        found.setdefault((user, language), []).append(reverse(name, kwargs=kwargs))

    for shot in shots():
        found.setdefault((shot.person, shot.language), []).append(shot.path)
    for status in GroupStatus:
        group = SponsorGroup.objects.filter(status=status).select_related("municipality").first()
        if group is not None:
            add(_coordinator(group), "nl", "groups:review", slug=group.municipality.slug, group=group.pk)
            if contact := _contact(group):
                add(contact, "nl", "groups:own", group=group.pk)
                add(contact, "nl", "matches:home")
    for status in HouseholdStatus:
        household = (
            Household.objects.filter(status=status)
            .order_by("user")
            .select_related("municipality", "user")
            .first()
        )
        if household is not None:
            here = {"slug": household.municipality.slug, "household": household.pk}
            add(_coordinator(household), "nl", "newcomers:detail", **here)
            if household.user is not None:
                add(household.user, "ar", "newcomers:own")
    for status in MatchStatus:
        _pages_of_a_match(add, Match.objects.filter(status=status, household__user__isnull=False).first())
    coordinator = _coordinator(SponsorGroup.objects.first())
    slug = {"slug": SponsorGroup.objects.first().municipality.slug}
    for name in ("matches:workbench", "matches:list", "matches:check_ins", "matches:contact_requests", "groups:list", "groups:sessions", "newcomers:list", "municipalities:team"):  # fmt: skip
        add(coordinator, "nl", name, **slug)
    for which in ("late", "coming", "answered"):
        found[coordinator, "nl"].append(reverse("matches:check_ins", kwargs=slug) + f"?welke={which}")
    add(None, "nl", "demo:try")
    return [(user, language, addresses) for (user, language), addresses in found.items()]


def _pages_of_a_match(add, match):
    if match is None:
        return
    add(_coordinator(match), "nl", "matches:detail", slug=match.municipality.slug, match=match.pk)
    if match.status in (MatchStatus.PROPOSED,):
        return
    add(match.household.user, "ar", "matches:own", match=match.pk)
    contact = _contact(match.group)
    if contact:
        add(contact, "nl", "matches:own", match=match.pk)
    for check_in in CheckIn.objects.filter(match=match).order_by("side", "due_on")[:8]:
        if check_in.side == Side.HOUSEHOLD:
            add(match.household.user, "ar", "matches:check_in", check_in=check_in.pk)
        elif contact:
            add(contact, "nl", "matches:check_in", check_in=check_in.pk)


def _coordinator(row):
    memberships = StaffMembership.objects.active().filter(role=StaffRole.COORDINATOR)
    return memberships.filter(municipality=row.municipality_id).order_by("created_at").first().user


def _contact(group):
    contact = GroupMember.objects.present().filter(group=group, role=MemberRole.CONTACT).first()
    return contact.user if contact else None
