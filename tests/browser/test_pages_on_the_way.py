"""Pages that stand on somebody's way, or look different in another state: judged like all others."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.domain.invitations import invite
from groups.domain.training import plan_session, sign_up
from groups.enums import GroupStatus
from matches.domain.contact import ask_for_contact, mark_handled
from matches.models import ContactRequest
from municipalities.enums import StaffRole
from municipalities.gates import SEEN
from samenhier.core.crypto import unseal_json
from samenhier.notifications.models import OutgoingMessage
from tests import factories as make
from tests.matches.world import world

from .stage import Visitor

pytestmark = pytest.mark.django_db

BUTTON = "main form button.nl-button--primary"


class Walk(Visitor):
    """One person who goes from page to page, filling in forms on the stage."""

    def press(self, selector: str = BUTTON) -> None:
        self.send(selector)
        self.look()

    def tick(self, name: str, value: str = "") -> None:
        self.page.locator(f"main [name='{name}']{f'[value={value}]' if value else ''}").first.check()

    def write(self, **fields: str) -> None:
        for name, value in fields.items():
            self.page.fill(f"main [name='{name.replace('__', '-')}']", value)


@pytest.fixture
def walk(stage):
    """Start a walk; at the end nothing may have been wrong."""
    walks: list[Walk] = []

    def start(language="nl", user=None):
        walks.append(Walk(stage, language, user))
        return walks[-1]

    yield start
    faults = [fault for one in walks for fault in one.faults]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_registering_with_every_mistake(walk, language):
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
    assert visitor.path == reverse("groups:register_check")
    visitor.go(reverse("groups:draft_save"))
    visitor.press()
    visitor.go(reverse("groups:register_check"))
    visitor.press()
    assert visitor.path == reverse("groups:registered")


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_answering_an_invitation(walk, language):
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
    bram.tick("old_enough", "yes")
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
    assert bram.path == reverse("groups:answer_check")
    bram.press()
    for _text in range(2):
        bram.press()
        bram.tick("agree")
        bram.press()
    assert bram.path == reverse("groups:own", kwargs={"group": group.pk})

    tom.go(links[1])
    tom.go(reverse("groups:invitation_no"))
    tom.press("main form button[type=submit]")


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_pages_that_are_not_there(walk, language):
    town = make.municipality()
    walk(language).go("/bestaat-niet/", status=404)
    viewer = walk(language, user=make.staff(StaffRole.VIEWER, town))
    viewer.go(reverse("municipalities:worklist", kwargs={"slug": town.slug}), status=403)


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_form_comes_back_to_staff_who_were_away(walk, language, settings):
    settings.STAFF_IDLE_MINUTES = 30
    town = make.municipality()
    staff = walk(language, user=make.staff(StaffRole.COORDINATOR, town))
    staff.go(reverse("newcomers:register", kwargs={"slug": town.slug}))
    staff.write(calling_name="Noor")
    _was_away(staff, hours=1)
    staff.press()
    assert staff.response.status_code == 403
    staff.faults = [fault for fault in staff.faults if "answers 403" not in fault]
    _was_away(staff, hours=0)
    staff.press()
    assert staff.page.locator("main [name=calling_name]").input_value() == "Noor"


def _was_away(visitor, hours):
    session = visitor.client.session
    session[SEEN] = int(time.time()) - hours * 3600
    session.save()


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_training_is_changed_and_cancelled(walk, language):
    town = make.municipality()
    coordinator = make.staff(StaffRole.COORDINATOR, town)
    session = plan_session(
        municipality=town,
        title="Starttraining",
        starts_at=timezone.now() + timedelta(days=9),
        place="De Enk",
        seats=8,
        actor=coordinator,
    )
    member = make.group(town, members=1, ready=False).members.get()
    sign_up(session=session, member=member, actor=member.user)
    here = {"slug": town.slug, "session": session.pk}
    staff = walk(language, coordinator)
    staff.go(reverse("groups:session", kwargs=here))
    staff.go(reverse("groups:session_change", kwargs=here))
    staff.write(place="", seats="0")
    staff.press()
    staff.write(place="Wijkcentrum aan de Oude Gracht", seats="9")
    staff.press()
    staff.go(reverse("groups:session_cancel", kwargs=here))
    danger = "main form button[type='submit']"
    staff.press(danger)
    staff.write(reason="De trainer is ziek.")
    staff.press(danger)
    staff.go(reverse("groups:sessions", kwargs={"slug": town.slug}))
    session.refresh_from_db()
    assert (session.place, session.cancel_reason) == ("Wijkcentrum aan de Oude Gracht", "De trainer is ziek.")
    reader = walk(language, member.user)
    reader.go(reverse("groups:training", kwargs={"group": member.group_id}))


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_a_press_by_mistake_is_taken_back(walk, language):
    w = world("active")
    request = ask_for_contact(user=w.newcomer)
    mark_handled(request=request, actor=w.coordinator)
    staff = walk(language, w.coordinator)
    staff.go(reverse("matches:contact_requests", kwargs={"slug": w.town.slug}))
    staff.press("main td form button")
    assert ContactRequest.objects.waiting().get() == request
